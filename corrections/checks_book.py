"""Checks that need the other entries: numbers, pages and dates over a book; duplicates within and across books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import JaroWinkler

from corrections.completeness import number_of
from corrections.dates import PartialDate, parse_standard
from corrections.entries import Entry, EntryState, Finding, Severity
from corrections.search_keys import name_key, spelling_key
from layouts.register_types import RegisterType

__all__ = ["BOOK_CHECKS", "BookFinding", "PersonKey", "book_remarks", "check_book", "duplicates", "person_key"]

BOOK_CHECKS = frozenset(
    {
        "number_repeated",
        "number_starts_late",
        "number_gap",
        "number_falls",
        "number_not_restarted",
        "page_breaks_rule",
        "date_out_of_order",
        "duplicate_entry",
    }
)
"""Checks that need the other entries of the book."""
_SOURCE = "Mẫu sổ hộ tịch: số bắt đầu từ 01 mỗi năm, ghi liên tục theo ngày đăng ký"
_PRINCIPALS = {
    RegisterType.BIRTH: (("nksHoTen", "nksNgaySinh"), ("meHoTen", "meNgaySinh")),
    RegisterType.DEATH: (("nktHoTen", "nktNgayChet"), ("nktHoTen", "nktNgaySinh")),
    RegisterType.MARRIAGE: (("chongHoTen", "chongNgaySinh"), ("voHoTen", "voNgaySinh")),
    RegisterType.PARENT_CHILD_RECOGNITION: (("ncHoTen", "ncNgaySinh"), ("cmHoTen", "cmNgaySinh")),
}
"""Who an entry is about, and whom besides: both must agree for two entries to be one event.

Marital status certificates are left out: the same person rightly asks for several.
"""
_LIKE = 0.93
"""Likeness (Jaro-Winkler, 0 to 1) from which two names may be one person written twice. No measurement is on record."""

_FEWEST_IN_STEP, _IN_STEP = 5, 0.7
"""Entries of a year, and the share of them with the same difference of page and number, from which another difference
is remarked on. Chosen by judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFinding:
    """A finding on an entry that another entry of the book caused."""

    entry_id: int
    finding: Finding


def book_remarks(findings: Iterable[Finding], changed: Collection[str]) -> tuple[Finding, ...]:
    """Remarks of the book that still stand on an entry: none of their columns is among the changed ones."""
    return tuple(f for f in findings if f.check in BOOK_CHECKS and not set(f.columns) & set(changed))


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    number: int | None
    date: PartialDate | None
    page: int | None


def check_book(entries: Sequence[Entry]) -> tuple[BookFinding, ...]:
    """Findings over the entries of one book, in page order: numbers, pages, dates, duplicates.

    Entries set aside count for nothing.
    """
    rows = [_row(entry) for entry in entries if entry.state is not EntryState.SET_ASIDE]
    found = (*_numbers(rows), *_page_constant(rows), *_date_order(rows), *duplicates([row.entry for row in rows]))
    return tuple(found)


def _row(entry: Entry) -> _Row:
    return _Row(
        entry,
        number_of(_value(entry, "so")),
        parse_standard(_value(entry, "ngayDangKy")),
        number_of(_value(entry, "trangSo")),
    )


def _value(entry: Entry, column: str) -> str:
    value = entry.fields.get(column)
    return value.normalized if value else ""


def _numbers(rows: Sequence[_Row]) -> Iterator[BookFinding]:
    """Gaps and repeats of the running number; a number that falls back without a new year."""
    seen: dict[tuple[int, str], int] = {}
    before: _Row | None = None
    for row in rows:
        if row.number is None or row.date is None:
            continue
        key = (row.date.year, _value(row.entry, "so").casefold())
        if key in seen:
            yield _on(
                row.entry,
                "number_repeated",
                Severity.ERROR,
                f"Số {_value(row.entry, 'so')} năm {row.date.year} đã có trong quyển này; hãy xem lại.",
                "so",
            )
        seen[key] = row.entry.id
        if before is not None and before.date is not None and before.number is not None:
            yield from _step(before, row)
        elif before is None and row.number > 1:
            yield _on(
                row.entry,
                "number_starts_late",
                Severity.UNUSUAL,
                f"Quyển bắt đầu từ số {row.number}; hãy xem có thiếu trang đầu hoặc nối tiếp quyển trước.",
                "so",
            )
        before = row


def _step(before: _Row, row: _Row) -> Iterator[BookFinding]:
    if before.date is None or row.date is None or before.number is None or row.number is None:
        return
    if row.date.year == before.date.year:
        if row.number > before.number + 1:
            missing = (
                f"{before.number + 1}" if row.number == before.number + 2 else f"{before.number + 1}-{row.number - 1}"
            )
            yield _on(
                row.entry,
                "number_gap",
                Severity.UNUSUAL,
                f"Thiếu số {missing} giữa hai trường hợp; hãy xem có trang bị sót hoặc đọc nhầm số.",
                "so",
            )
        elif row.number < before.number:
            yield _on(
                row.entry,
                "number_falls",
                Severity.UNUSUAL,
                f"Số {row.number} đứng sau số {before.number}; hãy xem lại số hoặc thứ tự trang.",
                "so",
            )
    elif row.date.year == before.date.year + 1 and row.number != 1:
        yield _on(
            row.entry,
            "number_not_restarted",
            Severity.UNUSUAL,
            f"Sang năm {row.date.year} số phải bắt đầu lại từ 1, ở đây là {row.number}; hãy xem lại.",
            "so",
        )


def _page_constant(rows: Sequence[_Row]) -> Iterator[BookFinding]:
    """One entry a page: within a year, page minus number is constant; the entry that breaks it was misread.

    Holds where most entries of the year agree; books with two entries a page have no such constant.
    """
    years: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.number is not None and row.page is not None and row.date is not None:
            years[row.date.year].append(row)
    for members in years.values():
        differences = Counter(r.page - r.number for r in members if r.page is not None and r.number is not None)
        (usual, count), *_ = differences.most_common(1)
        if len(members) < _FEWEST_IN_STEP or count < _IN_STEP * len(members):
            continue
        for row in members:
            if row.page is not None and row.number is not None and row.page - row.number != usual:
                yield _on(
                    row.entry,
                    "page_breaks_rule",
                    Severity.UNUSUAL,
                    f"Trang {row.page} và số {row.number} lệch nhau khác các trường hợp kia (thường lệch {usual}); "
                    "hãy xem lại cả hai.",
                    "so",
                    "trangSo",
                )


def _date_order(rows: Sequence[_Row]) -> Iterator[BookFinding]:
    """Registration dates run upwards with the numbers; one that leaves the order between its neighbours was misread."""
    dated = [row for row in rows if row.date is not None and row.date.complete]
    for index, row in enumerate(dated):
        before = dated[index - 1].date if index else None
        after = dated[index + 1].date if index + 1 < len(dated) else None
        if row.date is None:
            continue
        falls = before is not None and row.date.latest < before.earliest
        jumps = after is not None and row.date.earliest > after.latest
        neighbours_agree = before is None or after is None or before.earliest <= after.latest
        if (falls and neighbours_agree) or (jumps and before is not None and neighbours_agree):
            yield _on(
                row.entry,
                "date_out_of_order",
                Severity.UNUSUAL,
                f"Ngày đăng ký {row.date.standard} không theo thứ tự các trường hợp trước và sau; hãy xem lại.",
                "ngayDangKy",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey:
    """By what duplicates are looked for: name and date of whom the entry is about."""

    name: str
    date: str


def person_key(entry: Entry) -> PersonKey | None:
    """Key of an entry's main person, for finding duplicates over many books; None without a name and a date."""
    principals = _PRINCIPALS.get(entry.register_type)
    if principals is None:
        return None
    name, born = (_value(entry, column) for column in principals[0])
    return PersonKey(name=name_key(name), date=born) if name and born else None


def duplicates(entries: Iterable[Entry]) -> Iterator[BookFinding]:
    """Entries that seem to register one event twice, within a book or across the books handed in.

    Two entries are alike when the main person's name (tones and i/y apart) and date agree and the second person does
    not contradict. Twins have other names; repeated registration (code 2) is right to repeat and is not reported.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        key = person_key(entry)
        if key is not None and entry.state is not EntryState.SET_ASIDE:
            groups[f"{entry.register_type}/{key.date}"].append(entry)
    for members in groups.values():
        for index, second in enumerate(members):
            first = next((other for other in members[:index] if _same_event(other, second)), None)
            if first is not None and "2" not in (_value(first, "loaiDangKy"), _value(second, "loaiDangKy")):
                where = "trong quyển này" if first.book_id == second.book_id else "ở quyển khác"
                yield _on(
                    second,
                    "duplicate_entry",
                    Severity.UNUSUAL,
                    f"Giống trường hợp số {_value(first, 'so') or first.id} {where}; hãy xem có nhập hai lần.",
                    _PRINCIPALS[second.register_type][0][0],
                )


def _same_event(first: Entry, second: Entry) -> bool:
    (name, _), (other_name, other_date) = _PRINCIPALS[first.register_type]
    if not _alike(_value(first, name), _value(second, name)):
        return False
    others = (_value(first, other_name), _value(second, other_name))
    dates = (_value(first, other_date), _value(second, other_date))
    if all(others) and not _alike(*others):
        return False
    return not all(dates) or dates[0] == dates[1]


def _alike(first: str, second: str) -> bool:
    return JaroWinkler.similarity(spelling_key(first), spelling_key(second)) >= _LIKE and (
        spelling_key(first).split()[-1:] == spelling_key(second).split()[-1:]
    )


def _on(entry: Entry, check: str, severity: Severity, message: str, *columns: str) -> BookFinding:
    source = "Một sự kiện chỉ đăng ký một lần" if check == "duplicate_entry" else _SOURCE
    finding = Finding(check=check, severity=severity, message=message, columns=columns, source=source)
    return BookFinding(entry_id=entry.id, finding=finding)
