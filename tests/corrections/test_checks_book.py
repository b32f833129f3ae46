"""Checks that need the other entries: each with a case that trips it and one that must not."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from corrections import checks_book
from corrections.checks_book import check_book, duplicates, person_key
from corrections.entries import Entry, EntryState
from tests.corrections.readings import entry


def _book(*rows: tuple[str, str, str], year: str = "2012") -> list[Entry]:
    return [
        entry(i + 1, so=so, trangSo=page, ngayDangKy=f"{day}.{year}" if day.count(".") == 1 else day)
        for i, (so, page, day) in enumerate(rows)
    ]


GOOD = [
    ("1", "1", "05.01"),
    ("2", "2", "09.01"),
    ("3", "3", "09.01"),
    ("4", "4", "20.02"),
    ("5", "5", "01.03"),
    ("6", "6", "02.03"),
]


def _found(entries: list[Entry]) -> list[tuple[int, str]]:
    return [(f.entry_id, f.finding.check) for f in check_book(entries)]


def test_a_good_book_has_no_finding() -> None:
    assert _found(_book(*GOOD)) == []


def test_a_new_year_begins_again_at_one() -> None:
    assert _found(_book(*GOOD, ("1", "7", "03.01.2013"), ("2", "8", "04.01.2013"))) == []
    assert (7, "number_not_restarted") in _found(_book(*GOOD, ("7", "7", "03.01.2013")))


def test_gaps_repeats_and_falls() -> None:
    assert (3, "number_gap") in _found(_book(GOOD[0], GOOD[1], ("5", "5", "10.01")))
    assert (3, "number_repeated") in _found(_book(GOOD[0], GOOD[1], ("2", "3", "10.01")))
    assert (3, "number_falls") in _found(_book(GOOD[0], GOOD[1], ("1a", "3", "10.01")))
    assert (1, "number_starts_late") in _found(_book(("4", "4", "10.01")))


def test_number_and_page_keep_their_distance() -> None:
    wrong = [*GOOD[:3], ("4", "7", "20.02"), *GOOD[4:]]
    assert (4, "page_breaks_rule") in _found(_book(*wrong))
    shifted = [(so, str(int(page) + 3), day) for so, page, day in GOOD]
    assert "page_breaks_rule" not in {check for _, check in _found(_book(*shifted))}
    two_a_page = [(so, str((int(so) + 1) // 2), day) for so, _page, day in GOOD]
    assert "page_breaks_rule" not in {check for _, check in _found(_book(*two_a_page))}


def test_dates_run_with_the_numbers() -> None:
    late = [*GOOD[:3], ("4", "4", "20.12"), *GOOD[4:]]
    assert [e for e, check in _found(_book(*late)) if check == "date_out_of_order"] == [4]
    early = [*GOOD[:3], ("4", "4", "01.01"), *GOOD[4:]]
    assert [e for e, check in _found(_book(*early)) if check == "date_out_of_order"] == [4]


def test_entries_set_aside_count_for_nothing() -> None:
    entries = _book(*GOOD)
    blank = entry(99, state=EntryState.SET_ASIDE, so="1", ngayDangKy="05.01.2012")
    assert _found([*entries, blank]) == []


def _birth(number: int, name: str, born: str = "02.01.2012", mother: str = "Trần Thị Bình", **more: str) -> Entry:
    return entry(number, nksHoTen=name, nksNgaySinh=born, meHoTen=mother, so=str(number), **more)


def test_duplicates_within_and_across_books() -> None:
    first, again = _birth(1, "Lê Văn Hoà"), _birth(2, "LÊ VĂN HÒA")
    assert [(f.entry_id, f.finding.check) for f in duplicates([first, again])] == [(2, "duplicate_entry")]
    other_book = entry(3, book_id=2, nksHoTen="Le Van Hoa", nksNgaySinh="02.01.2012", meHoTen="Tran Thi Binh")
    (finding,) = duplicates([first, other_book])
    assert "ở quyển khác" in finding.finding.message


def test_twins_namesakes_and_repeated_registration_are_no_duplicates() -> None:
    assert not list(duplicates([_birth(1, "Lê Văn Hòa"), _birth(2, "Lê Văn Hùng")]))
    assert not list(duplicates([_birth(1, "Lê Văn Hòa"), _birth(2, "Lê Văn Hòa", mother="Võ Thị Mai")]))
    assert not list(duplicates([_birth(1, "Lê Văn Hòa"), _birth(2, "Lê Văn Hòa", born="03.01.2012")]))
    assert not list(duplicates([_birth(1, "Lê Văn Hòa"), _birth(2, "Lê Văn Hòa", loaiDangKy="2")]))


def test_every_check_over_a_book_is_tried_both_ways() -> None:
    source = Path(inspect.getsourcefile(checks_book) or "").read_text(encoding="utf-8")
    checks = set(re.findall(r'_on\(\s*[\w.]+,\s*"([a-z_]+)"', source))
    tried = Path(__file__).read_text(encoding="utf-8")
    assert len(checks) == 8
    assert not [check for check in checks if f'"{check}"' not in tried]
    good = [*_book(*GOOD), _birth(7, "Lê Văn Hòa"), _birth(8, "Lê Văn Hùng")]
    assert "duplicate_entry" not in {check for _, check in _found(good)} and _found(_book(*GOOD)) == []


def test_certificates_of_marital_status_may_repeat() -> None:
    one = entry(1, "marital_status", nxnHoTen="Lê Văn Hòa", nxnNgaySinh="1980")
    assert person_key(one) is None
    assert not list(duplicates([one, entry(2, "marital_status", nxnHoTen="Lê Văn Hòa", nxnNgaySinh="1980")]))
