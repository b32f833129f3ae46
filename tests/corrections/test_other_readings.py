"""What the other readings of a line say for and against a value, as the pre-filled value shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corrections.entries import FieldValue, Finding
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.register_types import RegisterType
from ocr.readings import Alternative, Engine, FieldReading, Script
from tests.corrections.readings import entry_reading, read


def _prefill(*fields: FieldReading) -> tuple[dict[str, FieldValue], tuple[Finding, ...]]:
    return prefill_entry(entry_reading(*fields), RegisterType.BIRTH, thresholds=DEFAULT_THRESHOLDS)


def test_readings_that_differ_elsewhere_make_a_value_sure() -> None:
    line = read("nguoiKy", "Lê Văn An, Chủ tich", 0.6, alternatives=(("Lê Văn An, Chủ tịch", 0.4),))
    told = read("chucVuNguoiKy", "Lê Văn An, Chủ tich", 0.6, alternatives=(("Lê Văn An, Chủ tịch", 0.4),))
    values, _ = _prefill(line, told)
    assert not values["nguoiKy"].needs_review
    assert (values["chucVuNguoiKy"].normalized, values["chucVuNguoiKy"].needs_review) == ("Chủ tịch", False)
    values, _ = _prefill(
        replace(line, alternatives=(*line.alternatives, Alternative(text="Lê Văn Ân", probability=0.1)))
    )
    assert values["nguoiKy"].needs_review


@pytest.mark.parametrize(
    ("number", "other", "looked_at"),
    [
        ("123456789", "CMND) 123456789, CA Huê", False),
        ("123456789", "CMND 123456789, CA Huế", False),
        ("123456789", "CMND 123456780, CA Huế", True),
        ("12345678", "CMND 12345678, CA Huế", True),  # a figure may be lost at every size
    ],
)
def test_a_whole_number_that_every_reading_tells_is_sure(number: str, other: str, looked_at: bool) -> None:
    values, _ = _prefill(read("nycSoGiayToTuyThan", number, 0.8, alternatives=((other, 0.2),)))
    assert values["nycSoGiayToTuyThan"].needs_review is looked_at


def test_a_phrase_of_the_lists_gets_its_marks_and_is_looked_at() -> None:
    line = read("nycQuanHe", "Bà ngoai", 0.9, alternatives=(("Bà ngoại", 0.1),))
    value = _prefill(line)[0]["nycQuanHe"]
    assert (value.normalized, value.needs_review) == ("Bà ngoại", False)  # all readings tell it
    value = _prefill(replace(line, alternatives=(Alternative(text="Bà nội", probability=0.1),)))[0]["nycQuanHe"]
    assert (value.normalized, value.needs_review) == ("Bà ngoại", True)


def test_a_whole_number_past_its_space_has_not_lost_its_end() -> None:
    number = replace(read("nycSoGiayToTuyThan", "123456789", 0.97), flags=("overflow",))
    assert not _prefill(number)[0]["nycSoGiayToTuyThan"].needs_review
    number = replace(read("nycSoGiayToTuyThan", "12345678", 0.97), flags=("overflow",))
    assert _prefill(number)[0]["nycSoGiayToTuyThan"].needs_review


@pytest.mark.parametrize(
    ("column", "text", "other", "looked_at"),
    [
        ("nksNgaySinh", "24/10/1995", "24/19/1995", False),
        ("nksNgaySinh", "24/10/1995", "24/10/1996", True),
        ("nycSoGiayToTuyThan", "CCCD 360755816070", "CCCD 3607585816070", False),
        ("nycSoGiayToTuyThan", "CCCD 360755816070", "CCCD 360755816076", True),
    ],
)
def test_a_reading_that_alone_can_be_one_is_sure(column: str, text: str, other: str, looked_at: bool) -> None:
    values, _ = _prefill(read(column, text, 0.83, alternatives=((other, 0.17),)))
    assert values[column].needs_review is looked_at


def test_one_dot_below_lost_another_may_be() -> None:
    values, _ = _prefill(read("nksHoTen", "PHAM CÔNG TRANG", 0.97))
    assert (values["nksHoTen"].normalized, values["nksHoTen"].needs_review) == ("PHẠM CÔNG TRANG", True)
    values, _ = _prefill(read("nksHoTen", "PHAM THỊ HÀ", 0.97))
    assert (values["nksHoTen"].normalized, values["nksHoTen"].needs_review) == ("PHẠM THỊ HÀ", False)


def test_a_dot_that_every_reading_lost_is_still_a_doubt() -> None:
    name = read("nksHoTen", "Nguyễn Thi Đinh", 0.8, alternatives=(("Nguyễn Thị Đinh", 0.18),))
    values, _ = _prefill(name)
    assert (values["nksHoTen"].normalized, values["nksHoTen"].needs_review) == ("Nguyễn Thị Đinh", True)


def test_a_name_beside_readings_that_are_none_is_sure() -> None:
    name = read("nksHoTen", "Nguyễn Quang Khánh", 0.84, alternatives=(("Nguyễn (Quang Khánh", 0.16),))
    assert not _prefill(name)[0]["nksHoTen"].needs_review
    rival = replace(name, alternatives=(Alternative(text="Nguyễn Quang Khanh", probability=0.16),))
    assert _prefill(rival)[0]["nksHoTen"].needs_review


def test_strokes_of_the_line_leave_a_name() -> None:
    values, _ = _prefill(read("nksHoTen", "Đào-Thị Luân", 0.97))
    assert (values["nksHoTen"].normalized, values["nksHoTen"].needs_review) == ("Đào Thị Luân", True)


@pytest.mark.parametrize(
    ("first", "other", "looked_at"),
    [
        ("Nguyẫn Bích Trang", "Nguyễn Bích Trang", False),  # one letter of one word, and no name without it
        ("Trần Văn Chịnh Thiện", "Trần Văn Chinh Thiện", False),
        ("Hồ Quang Binh", "Hồ Quang Đình", True),  # two marks off: it was neither
        ("Vy Công Vương", "Vy Công Vượng", True),  # both are names
        ("H[] Xuân Đức", "H Xuân Đức", True),  # a letter was lost
    ],
)
def test_the_one_reading_that_is_a_name_is_sure_where_the_first_is_a_letter_off(
    first: str, other: str, looked_at: bool
) -> None:
    values, _ = _prefill(read("nksHoTen", first, 0.6, alternatives=((other, 0.4),)))
    assert values["nksHoTen"].needs_review is looked_at


@pytest.mark.parametrize(
    ("first", "other", "looked_at"),
    [
        ("Thân 8, Thông Nguyên, Hoàng Su Phì, Hà Giang", "Thôn 8, Thông Nguyên, Hoàng Su Phì, Hà Giang", False),
        ("Thôn 8, Thông Nguyên, Hoàng Su Phì, Hà Giang", "Thôn 6, Thông Nguyên, Hoàng Su Phì, Hà Giang", True),
        ("Thôn 8, Thông Nguyôn, Hoàng Su Phù, Hà Giang", "Thôn 8, Thông Nguyan, Hoàng Su Phù, Hà Giang", True),
    ],
)
def test_a_place_of_the_lists_is_sure_where_its_figures_are_read_alike(first: str, other: str, looked_at: bool) -> None:
    values, _ = _prefill(read("meNoiCuTru", first, 0.6, alternatives=((other, 0.4),)))
    assert values["meNoiCuTru"].needs_review is looked_at


def test_a_part_of_a_run_is_sure_that_every_reading_tells() -> None:
    text = "Lê Thị Hoa, xã Tam Đa, Phù Cừ, Hưng Yên, CMND 123456789"
    others = ((text.replace("Phù Cừ", "Phù Gừ"), 0.3), (text.replace("Tam Đa", "Tam. Đa"), 0.2))
    columns = ("nycHoTen", "nycSoGiayToTuyThan")
    values, _ = _prefill(*(read(name, text, 0.2, alternatives=others) for name in columns))
    assert [values[name].needs_review for name in columns] == [False, False]
    values, _ = _prefill(*(read(name, text, 0.3) for name in columns))  # read once, and not well
    assert [values[name].needs_review for name in columns] == [True, True]
    others = ((text.replace("123456789", "128456789"), 0.3),)
    values, _ = _prefill(*(read(name, text, 0.2, alternatives=others) for name in columns))
    assert [values[name].needs_review for name in columns] == [False, True]


def test_an_empty_name_of_somebody_who_is_written_of_is_looked_at() -> None:
    nobody = read("nycHoTen", "", 0.97)
    assert not _prefill(nobody)[0]["nycHoTen"].needs_review
    values, _ = _prefill(nobody, read("nycSoGiayToTuyThan", "123456789", 0.97))
    assert values["nycHoTen"].needs_review


def test_a_text_nearly_of_the_phrases_becomes_them_and_is_looked_at() -> None:
    values, _ = _prefill(read("ghiChu", "Nhân chủ cho con theo QĐsố 21 ngày 10/03/2019", 0.9))
    note = values["ghiChu"]
    assert (note.text, note.needs_review) == ("Nhận cha cho con theo QĐ số 21 ngày 10/03/2019", True)


def test_a_day_that_cannot_be_read_leaves_no_sure_gap() -> None:
    text = "CMND số 123456789 CA An Giang cấp 14*05*2017"
    columns = ("nycSoGiayToTuyThan", "nycNgayCapGiayToTuyThan")
    values, _ = _prefill(*(read(name, text, 0.99) for name in columns))
    assert values["nycNgayCapGiayToTuyThan"].needs_review


def test_among_handwriting_less_is_made_of_what_reads_like_type() -> None:
    place = read("meNoiCuTru", "Thân 8, Thông Nguyên, Hoàng Su Phì, Hà Giang", 0.6,
                 alternatives=(("Thôn 8, Thông Nguyên, Hoàng Su Phì, Hà Giang", 0.4),))  # fmt: skip
    hand = [replace(read(name, "Nguyễn Văn An", 0.9), script=Script.HANDWRITTEN) for name in ("nksHoTen", "chaHoTen")]
    assert not _prefill(place)[0]["meNoiCuTru"].needs_review
    assert _prefill(place, *hand)[0]["meNoiCuTru"].needs_review


def test_a_phrase_read_by_the_recogniser_of_handwriting_in_a_typed_entry_is_sure() -> None:
    job = replace(
        read("nksNoiSinh", "Bệnh viện đa khoa tỉnh", 0.85, alternatives=(("Bệnh viện đa khaa tỉnh", 0.1),)),
        engine=Engine.HANDWRITING,
        script=Script.HANDWRITTEN,
    )
    typed = [read(name, "Nguyễn Văn An", 0.99) for name in ("nksHoTen", "chaHoTen", "meHoTen")]
    assert _prefill(job)[0]["nksNoiSinh"].needs_review
    assert not _prefill(job, *typed)[0]["nksNoiSinh"].needs_review


@pytest.mark.parametrize(("other", "looked_at"), [("Nguyễn Thị Lộ", True), ("Nguyẫn Thj Lê", False)])
def test_a_typed_name_that_another_reading_tells_as_another_usual_name_is_looked_at(
    other: str, looked_at: bool
) -> None:
    name = read("nycHoTen", "Nguyễn Thị Lê", 0.99, alternatives=((other, 0.23),))
    assert _prefill(name)[0]["nycHoTen"].needs_review is looked_at
