"""What a book learns from its confirmed entries, and that weighing what changed gives what weighing all gives."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from corrections.book_evidence.decide import Decided, Weighing, decide_book, weigh_book
from corrections.book_evidence.ink import EntryInk, FieldInk, Option, Seen
from corrections.book_evidence.place_parts import places_of_book
from corrections.entries import FieldState, FieldValue
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.register_types import RegisterType
from tests.corrections.readings import book, value

BOOK = book(volume_number="01/2009", office="UBND xã Sông Trầu, huyện Trảng Bom, tỉnh Đồng Nai")
NO_PLACE = book(volume_number="01/2009", office="UBND xã")


def _ink(name: str, text: str, confidence: float, *others: tuple[str, float], **changed: object) -> FieldInk:
    look = changed.pop("look", Seen.NOTHING)
    first = value(name, text, confidence, **changed)
    options = tuple(Option(text=t, standard=t, nats=n) for t, n in others)
    return FieldInk(first=first, others=options, look=Seen(look))  # type: ignore[call-overload]


def _entry(*inks: FieldInk) -> EntryInk:
    return EntryInk(fields={ink.first.column: ink for ink in inks})


def _right(name: str, text: str) -> FieldInk:
    return _ink(name, text, 1.0, confirmed=True, state=FieldState.WRITTEN if text else FieldState.BLANK)


def _after(
    name: str,
    lessons: Sequence[tuple[FieldInk, str]],
    waiting: FieldInk,
    *more: FieldInk,
    count: int = 1,
    offered: Sequence[str] = (),
) -> list[Decided]:
    """Entries of one field: lessons as read, as offered (where told) and as confirmed, then such as wait."""
    first = [_entry(read) for read, _ in lessons] + [_entry(waiting, *more)] * count
    entries = [_entry(_right(name, right)) for _, right in lessons] + first[len(lessons) :]
    shown = [{name: text} for text in offered]
    return decide_book(entries, RegisterType.BIRTH, NO_PLACE, thresholds=DEFAULT_THRESHOLDS, first=first, offered=shown)


def test_a_word_misread_again_and_again_is_put_right_in_names_never_seen() -> None:
    names = ["Phan Văn An", "Phan Thị Bé", "Phan Đình Cư", "Lê Văn Đức"]
    lessons = [(_ink("meHoTen", name, 0.5), name.replace("Phan", "Phạm")) for name in names]
    decided = _after("meHoTen", lessons, _ink("meHoTen", "Phan Như Hoa", 0.4))[-1]
    assert decided.values["meHoTen"].normalized == "Phạm Như Hoa"
    assert decided.values["meHoTen"].needs_review
    assert decided.reasons["meHoTen"] == "chữ hay đọc nhầm trong sổ, đã được sửa như vậy"


def test_a_word_that_was_right_as_often_stays() -> None:
    names = ["Phan Văn An", "Phan Thị Bé", "Phan Đình Cư"]
    lessons = [(_ink("meHoTen", name, 0.5), name.replace("Phan", "Phạm")) for name in names]
    lessons += [(_ink("meHoTen", name, 0.5), name) for name in ("Phan Hữu Em", "Phan Thị Ga")]
    assert not _after("meHoTen", lessons, _ink("meHoTen", "Phan Như Hoa", 0.4))[-1].findings


def test_a_whole_value_that_was_right_as_often_stays() -> None:
    def read(*rights: str) -> str:
        lessons = [(_ink("nycQuanHe", "cha", 0.5), right) for right in rights]
        waiting = _ink("nycQuanHe", "cha", 0.5)
        return _after("nycQuanHe", lessons, waiting)[-1].values.get("nycQuanHe", waiting.first).normalized

    assert read("chú", "chú", "chú", "chú") == "chú"
    assert read("chú", "cha", "chú", "cha", "chú", "cha", "chú", "cha") == "cha"


def _died_at(read: str, sure: float, column: str = "noiChet", *, offered: int = 0) -> FieldValue:
    """What stands in a column that said the same in twenty entries, after a reading so sure."""
    lessons = [(_ink(column, "Tại nhà", 0.6, needs_review=True), "Tại nhà")] * 20
    waiting = _ink(column, read, sure, needs_review=True)
    decided = _after(column, lessons, waiting, offered=["Tại nhà"] * offered)[-1]
    return decided.values.get(column, waiting.first)


def test_what_is_hardly_legible_may_be_the_usual_value_of_its_column_and_is_looked_at() -> None:
    decided = _died_at("Tha nhì", 0.05, "ghiChu")
    assert (decided.normalized, decided.needs_review) == ("Tại nhà", True)
    assert _died_at("Tha nhì", 0.05, "ghiChu", offered=20).needs_review, "however often people let the usual one stand"
    assert _died_at("Tha nhì", 0.6, "ghiChu").normalized == "Tha nhì"
    assert _died_at("Tổ 4", 0.05, "ghiChu").normalized == "Tại nhà"


def test_a_rare_value_of_a_closed_list_is_not_taken_for_the_usual_one() -> None:
    lessons = [(_ink("chaDanToc", "Kinh", 0.6), "Kinh")] * 20
    waiting = _ink("chaDanToc", "Thái", 0.1, needs_review=True)
    assert _after("chaDanToc", lessons, waiting)[-1].values.get("chaDanToc", waiting.first).normalized == "Thái"


def test_a_legible_name_stays_whatever_was_misread_before_and_is_looked_at() -> None:
    lessons = [(_ink("meHoTen", f"Phan Thị {n}", 0.5), f"Phạm Thị {n}") for n in ("An", "Bé", "Cư", "Em")]
    decided = _after("meHoTen", lessons, _ink("meHoTen", "Phan Như Hoa", 0.98))[-1]
    assert not decided.reasons
    assert (decided.values["meHoTen"].normalized, decided.values["meHoTen"].needs_review) == ("Phan Như Hoa", True)
    assert "đã được sửa thành «Phạm Như Hoa»" in decided.findings[0].message
    right = [(_ink("meHoTen", f"Phan Thị {n}", 0.9), f"Phan Thị {n}") for n in ("Gái", "Hai")]
    assert not _after("meHoTen", lessons + right, _ink("meHoTen", "Phan Như Hoa", 0.98))[-1].findings


def test_a_field_in_which_flourishes_were_read_is_taken_for_empty() -> None:
    lessons = [(_ink("nguoiThucHien", text, 0.2), "") for text in ("CN", "0N", "C", "N82", "GN", "M")]
    decided = _after("nguoiThucHien", lessons, _ink("nguoiThucHien", "CM9", 0.1))[-1]
    assert decided.values["nguoiThucHien"].normalized == ""
    assert decided.values["nguoiThucHien"].needs_review
    assert "để trống" in decided.reasons["nguoiThucHien"]


def test_who_signs_tells_the_title_that_was_not_read() -> None:
    def page(sure: float, title: str) -> tuple[FieldInk, FieldInk]:
        state = FieldState.WRITTEN if title else FieldState.BLANK
        return _ink("nguoiKy", "Lê Văn Ký", sure), _ink("chucVuNguoiKy", title, 0.99, state=state)

    first = [_entry(*page(0.9, "")) for _ in range(6)]
    confirmed = [_entry(_right("nguoiKy", "Lê Văn Ký"), _right("chucVuNguoiKy", "Phó Chủ tịch"))] * 5
    decided = decide_book(
        [*confirmed, first[5]], RegisterType.BIRTH, NO_PLACE, thresholds=DEFAULT_THRESHOLDS, first=first
    )[-1]
    assert decided.values["chucVuNguoiKy"].normalized == "Phó Chủ tịch"
    assert (
        decided.reasons["chucVuNguoiKy"].startswith("người ký quen của sổ")
        or "chức vụ của Lê Văn Ký" in (decided.reasons["chucVuNguoiKy"])
    )


def test_a_sign_that_no_standard_value_came_of_is_learned_too() -> None:
    lessons = [(_ink("nksGioiTinh", "Nm", 0.3, normalized=""), "1")] * 3
    waiting = _ink("nksGioiTinh", "Nm", 0.3, normalized="")
    assert _after("nksGioiTinh", lessons, waiting)[-1].values["nksGioiTinh"].normalized == "1"


def test_a_place_is_told_by_the_books_own_signs_and_ends() -> None:
    known = places_of_book(["Nam Đồng - Đống Đa - Hà Nội"] * 4 + ["Thôn 2 - Nam Đồng - Đống Đa - Hà Nội"] * 2)
    assert known.versions("Thôn 5 - Đồng - Đống Đa- - Hà Nội") == [
        "Thôn 5 - Đồng - Đống Đa - Hà Nội",
        "Thôn 5 - Nam Đồng - Đống Đa - Hà Nội",
    ]
    lessons = [(_ink("nksQueQuan", "Nam Đồng - Đống Đa - Hà Nội", 0.9), "Nam Đồng - Đống Đa - Hà Nội")] * 6
    decided = _after("nksQueQuan", lessons, _ink("nksQueQuan", "Thôn 5 - Đồng - Đống Đa - Hà Nội", 0.2))[-1]
    assert decided.values["nksQueQuan"].normalized == "Thôn 5 - Nam Đồng - Đống Đa - Hà Nội"


def test_another_commune_stays_where_it_is_legible() -> None:
    lessons = [(_ink("nksQueQuan", "Nam Đồng - Đống Đa - Hà Nội", 0.9), "Nam Đồng - Đống Đa - Hà Nội")] * 30
    for sure in (0.93, 0.98):
        waiting = _ink("nksQueQuan", "Nam Hồng - Đông Anh - Hà Nội", sure)
        assert not _after("nksQueQuan", lessons, waiting)[-1].findings


def test_readings_that_were_right_every_time_need_no_look_but_now_and_then() -> None:
    lessons = [(_ink("meDanToc", "Kinh", 0.7, needs_review=True), "Kinh")] * 25
    waiting = _ink("meDanToc", "Kinh", 0.75, needs_review=True)
    looked_at = [
        d.values.get("meDanToc", waiting.first).needs_review
        for d in _after("meDanToc", lessons, waiting, count=20)[25:]
    ]
    assert looked_at.count(True) == 2, "every tenth is looked at all the same"


def test_one_wrong_reading_as_sure_takes_the_trust_away() -> None:
    right = [(_ink("ghiChu", f"Số {n}", 0.7, needs_review=True), f"Số {n}") for n in range(30)]
    wrong = [(_ink("ghiChu", "Số 71", 0.8, needs_review=True), "Số 11")]
    waiting = _ink("ghiChu", "Số 99", 0.75, needs_review=True)
    passed = _after("ghiChu", right, waiting, count=2)[-2:]
    assert not all(d.values.get("ghiChu", waiting.first).needs_review for d in passed)
    doubted = _after("ghiChu", right + wrong, waiting, count=2)[-2:]
    assert all(d.values.get("ghiChu", waiting.first).needs_review for d in doubted)


def test_what_was_seen_about_the_ink_is_looked_at_whatever_the_record() -> None:
    lessons = [(_ink("meDanToc", "Kinh", 0.7, needs_review=True), "Kinh")] * 40
    waiting = _ink("meDanToc", "Kinh", 0.9, needs_review=True, look=Seen.ON_INK)
    looked_at = [
        d.values.get("meDanToc", waiting.first).needs_review
        for d in _after("meDanToc", lessons, waiting, count=10)[40:]
    ]
    assert all(looked_at)


def _signed(offered: Sequence[str], count: int = 10, look: Seen = Seen.NOTHING, read: str = "Lê Vãn Kỳ") -> list[bool]:
    """Which of so many waiting signers, misread like those before them, are shown as decided but need no look."""
    lessons = [(_ink("nguoiKy", "Lê Vãn Kỳ", 0.3, needs_review=True), "Lê Văn Ký")] * len(offered)
    waiting = _ink("nguoiKy", read, 0.3, needs_review=True, look=look)
    decided = _after("nguoiKy", lessons, waiting, count=count, offered=offered)[len(offered) :]
    found = [d.values["nguoiKy"] for d in decided if "nguoiKy" in d.values]
    return [v.normalized == "Lê Văn Ký" and not v.needs_review for v in found]


def test_what_the_book_decided_and_people_let_stand_a_dozen_times_needs_no_look_but_now_and_then() -> None:
    taught = ["Lê Vãn Kỳ"] * 2  # offered as read, put right: of that value nothing is trusted
    assert not any(_signed([*taught, *["Lê Văn Ký"] * 11]))
    assert _signed([*taught, *["Lê Văn Ký"] * 12]).count(False) == 1, "every tenth is looked at all the same"
    assert _signed([*taught, *["Lê Văn Ký"] * 12], look=Seen.IN_VALUE).count(True) == 9
    assert not any(_signed([*taught, *["Lê Văn Ký"] * 30], look=Seen.ON_INK))


def test_a_decision_that_was_once_put_right_is_looked_at_again() -> None:
    lessons = [(_ink("nguoiKy", "Lê Vãn Kỳ", 0.3, needs_review=True), "Lê Văn Ký")] * 20
    other = [(_ink("nguoiKy", "Lê Vãn Kỷ", 0.3, needs_review=True), "Lê Văn Kỷ")]
    waiting = _ink("nguoiKy", "Lê Vãn Kỳ", 0.3, needs_review=True)
    decided = _after("nguoiKy", lessons + other, waiting, count=5, offered=["Lê Văn Ký"] * 21)[21:]
    assert all(d.values["nguoiKy"].needs_review for d in decided)


def _scribbled(sure: float, *, left: int = 20, last: str = "") -> int:
    """How many of ten scribbles in a column that people always left empty are looked at."""
    scribble = _ink("nguoiThucHien", "NNP", sure, needs_review=True)
    lessons = [(scribble, "")] * left + ([(scribble, last)] if last else [])
    offered = ["NNP"] * 5 + [""] * (len(lessons) - 5)
    decided = _after("nguoiThucHien", lessons, scribble, count=10, offered=offered)[len(lessons) :]
    return [d.values.get("nguoiThucHien", scribble.first).needs_review for d in decided].count(True)


def test_a_scribble_where_people_always_left_nothing_needs_no_look_and_a_legible_name_does() -> None:
    assert _scribbled(0.05) == 1, "every tenth is looked at all the same"
    assert _scribbled(0.6) == 10
    assert _scribbled(0.05, left=16) == 10
    assert _scribbled(0.05, last="Lê Thị Mơ") == 10


def test_a_new_signer_is_never_taken_for_the_usual_one_unseen() -> None:
    assert not any(_signed(["Lê Văn Ký"] * 40, read="Đặng Thị Mơ"))


@pytest.mark.parametrize(("read", "looked_at"), [("kinh", 1), ("việt", 10)])
def test_the_usual_value_read_in_other_words_is_looked_at(read: str, looked_at: int) -> None:
    usual = _ink("chaDanToc", "kinh", 0.7, needs_review=True, normalized="Kinh")
    waiting = _ink("chaDanToc", read, 0.5, needs_review=True, normalized="Kinh")
    decided = _after("chaDanToc", [(usual, "Kinh")] * 15, waiting, count=10, offered=["Kinh"] * 15)[15:]
    assert [d.values.get("chaDanToc", waiting.first).needs_review for d in decided].count(True) == looked_at


def _empty_column(lessons: Sequence[tuple[str, str]], read: str = "", look: Seen = Seen.IN_VALUE) -> list[bool]:
    """Which of ten waiting entries are looked at for a column, after what was read and confirmed in it before."""
    waiting = _blank(read, look)
    decided = _after("chaDanToc", [(_blank(text, Seen.IN_VALUE), right) for text, right in lessons], waiting, count=10)
    return [d.values.get("chaDanToc", waiting.first).needs_review for d in decided[len(lessons) :]]


def _blank(read: str, look: Seen) -> FieldInk:
    state = FieldState.WRITTEN if read else FieldState.BLANK
    return _ink("chaDanToc", read, 0.2, needs_review=True, look=look, state=state)


def test_a_required_column_that_the_book_always_leaves_empty_stops_nobody_but_now_and_then() -> None:
    assert all(_empty_column([("", "")] * 11))
    assert _empty_column([("", "")] * 12).count(True) == 1, "every tenth is looked at all the same"


@pytest.mark.parametrize(
    ("lessons", "read", "look"),
    [
        ([("", "")] * 30, "", Seen.ON_INK),
        ([("", "")] * 30, "Kinh", Seen.NOTHING),
        ([*[("", "")] * 30, ("", "Kinh")], "", Seen.IN_VALUE),
        ([*[("", "")] * 30, ("Kinh", "Kinh")], "", Seen.IN_VALUE),
        ([("Kính", "")] * 30, "", Seen.IN_VALUE),
    ],
    ids=["something on the ink", "something read", "once filled unseen", "once filled", "never seen empty"],
)
def test_ink_or_one_filled_entry_makes_an_empty_column_looked_at(
    lessons: list[tuple[str, str]], read: str, look: Seen
) -> None:
    assert all(_empty_column(lessons, read, look))


def test_nothing_read_in_a_column_that_the_book_always_fills_is_looked_at() -> None:
    def looked_at(filled: int, empty: int) -> bool:
        lessons = [(_ink("nycQuanHe", "Cha", 0.99), "Cha")] * filled + [(_ink("nycQuanHe", "", 0.99), "")] * empty
        waiting = _ink("nycQuanHe", "", 0.98, state=FieldState.BLANK)
        decided = _after("nycQuanHe", lessons, waiting)[-1]
        assert bool(decided.findings) is decided.values.get("nycQuanHe", waiting.first).needs_review
        return bool(decided.findings)

    assert looked_at(12, 1)
    assert not looked_at(11, 0)
    assert not looked_at(20, 4)


def test_nothing_read_in_a_column_is_looked_at_once_people_have_filled_what_was_not_read() -> None:
    def looked_at(missed: int, empty: int) -> bool:
        blank = _ink("ghiChu", "", 0.97, state=FieldState.BLANK)
        lessons = [(blank, "32")] * missed + [(blank, "")] * empty
        return _after("ghiChu", lessons, blank)[-1].values.get("ghiChu", blank.first).needs_review

    assert looked_at(1, 0)
    assert looked_at(3, 3)
    assert not looked_at(0, 3)
    assert not looked_at(1, 2)


def test_a_value_read_right_again_and_again_needs_no_look_where_it_was_only_wrong_less_surely() -> None:
    def looked_at(right: int, wrong_sure: float, column: str = "meNoiCuTru") -> int:
        place = "Sông Trầu, Trảng Bom, Đồng Nai"
        lessons = [(_ink("meNoiCuTru", place, 0.6, needs_review=True), place)] * right
        lessons += [(_ink("meNoiCuTru", place, wrong_sure, needs_review=True), f"Ấp 3, {place}")]
        # of another place the machine was wrong as surely as it is now: by its column alone nothing would pass
        lessons += [(_ink("meNoiCuTru", f"Ấp 7, {place}", 0.9, needs_review=True), f"Ấp 1, {place}")]
        waiting = _ink(column, place, 0.7, needs_review=True)
        first = [_entry(read) for read, _ in lessons] + [_entry(waiting)] * 10
        entries = [_entry(_right("meNoiCuTru", text)) for _, text in lessons] + first[len(lessons) :]
        decided = decide_book(entries, RegisterType.BIRTH, NO_PLACE, thresholds=DEFAULT_THRESHOLDS, first=first)
        return [d.values.get(column, waiting.first).needs_review for d in decided[len(lessons) :]].count(True)

    assert looked_at(24, 0.3) == 1
    assert looked_at(24, 0.3, "chaNoiCuTru") == 1, "homes of all persons are written alike"
    assert looked_at(24, 0.8) == 10
    assert looked_at(23, 0.3) == 10


HAMLETS = ("Ấp 1", "Ấp 2", "Ấp 3", "Bàu Hàm", "Tân Lập")
NAMES = ("Phan Văn An", "Phan Thị Bé", "Lê Văn Cư", "Trần Thị Em", "Phan Hữu Đức")


def _random_entry(number: int, rng: random.Random) -> tuple[EntryInk, EntryInk]:
    """An entry as read, and as its clerk leaves it."""
    home = f"{rng.choice(HAMLETS)}, Sông Trầu, Trảng Bom, Đồng Nai"
    name = rng.choice(NAMES)
    true = {
        "so": str(number), "trangSo": str(number), "ngayDangKy": f"{1 + number % 27:02d}.{1 + number // 27:02d}.2009",
        "nksQueQuan": home, "nksNoiSinh": rng.choice((home, "Trạm y tế xã Sông Trầu")),
        "meHoTen": name.replace("Phan", "Phạm"), "nycHoTen": name, "nycQuanHe": rng.choice(("Mẹ", "Cha", "Chú")),
        "meDanToc": "Kinh", "nguoiKy": rng.choice(("Lê Văn Ký", "Đỗ Thị Thử")),
    }  # fmt: skip
    inks, rights = [], []
    for column, text in true.items():
        wrong = rng.random() < 0.3
        place = rng.randrange(len(text))
        other = text[:place] + rng.choice("aơnh1") + text[place + 1 :]
        read = name if column == "meHoTen" else other if wrong else text
        sure = rng.choice((0.2, 0.5, 0.8)) if wrong else rng.choice((0.6, 0.9, 0.98, 0.99))
        inks.append(_ink(column, read, sure, (text, -1.0), (other, -2.0), needs_review=sure < 0.9))
        rights.append(_right(column, text))
    return _entry(*inks), _entry(*rights)


@pytest.mark.slow
def test_weighing_what_changed_gives_what_weighing_all_gives() -> None:
    rng = random.Random(13)
    made = [_random_entry(number, rng) for number in range(1, 61)]
    first, entries = [read for read, _ in made], [read for read, _ in made]
    offered: list[dict[str, str]] = [{} for _ in made]
    last: Weighing | None = None
    record = BOOK
    waiting = list(range(len(entries)))
    kept, looks = 0, list[bool]()
    for at in rng.sample(waiting, 45):
        entries[at] = made[at][1]
        shown = {name: ink.first for name, ink in first[at].fields.items()}
        shown |= last.decided(at).values if last is not None else {}
        offered[at] = {name: one.normalized for name, one in shown.items()}
        waiting.remove(at)
        if len(waiting) == 30:  # the office puts the book's record right while it is worked on
            record = book(volume_number="01/2012", office="UBND xã Tân Lập, huyện Đồng Phú, tỉnh Bình Phước")
        known = last.weighed if last is not None else {}
        last = weigh_book(
            entries,
            RegisterType.BIRTH,
            record,
            thresholds=DEFAULT_THRESHOLDS,
            first=first,
            offered=offered,
            only=waiting,
            before=last,
        )
        anew = weigh_book(
            entries,
            RegisterType.BIRTH,
            record,
            thresholds=DEFAULT_THRESHOLDS,
            first=first,
            offered=offered,
            only=waiting,
        )
        kept += sum(last.weighed[place] is known.get(place) for place in waiting)
        again = [place for place in waiting if place in known and last.weighed[place] is not known[place]]
        looks += [look is known[at].looks.get(key) for at in again for key, look in last.weighed[at].looks.items()]
        for place in waiting:
            assert last.decided(place) == anew.decided(place)
    assert kept > 300, "most entries are not weighed anew at most confirmations"
    assert sum(looks) > len(looks) / 2, "of those that are, most fields stand as they were weighed"
