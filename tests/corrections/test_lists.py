"""Ethnic groups, nationalities, sex and codes, whatever their spelling."""

from __future__ import annotations

import pytest

from corrections.lists import code_of, ethnic_group, nationality, relation_known, sex_code
from layouts.codes import code_list


@pytest.mark.parametrize(
    ("written", "name"),
    [("kinh", "Kinh"), ("xtiêng", "Xtiêng"), ("S'tiêng", "Xtiêng"), ("Stiêng", "Xtiêng"), ("Mông", "Mông"),
     ("H'Mông", "Mông"), ("H’mông", "Mông"), ("Hmông", "Mông"), ("ê đê", "Ê Đê"), ("Êđê", "Ê Đê"), ("Ê-đê", "Ê Đê"),
     ("Khmer", "Khơ Me"), ("Dân tộc Kinh", "Kinh"), ("Vân Kiều", "Bru Vân Kiều"), ("thái", "Thái"), ("THÁI", "Thái"),
     ("Gia-rai", "Gia Rai"), ("Hoa", "Hoa"), ("Thổ", "Thổ")],
)  # fmt: skip
def test_ethnic_groups_become_the_lists_name(written: str, name: str) -> None:
    found = ethnic_group(written)
    assert found is not None
    assert (found.value, found.certain) == (name, True)


@pytest.mark.parametrize("written", ["Mán", "Xá Lá Vàng", "abc", "", "Nguyễn"])
def test_what_belongs_to_two_groups_or_none_is_left_to_a_person(written: str) -> None:
    assert ethnic_group(written) is None


@pytest.mark.parametrize(("written", "name"), [("Kinb", "Kinh"), ("Tay", "Tày"), ("Muong", "Mường")])
def test_slips_are_proposed_without_certainty(written: str, name: str) -> None:
    found = ethnic_group(written)
    assert found is not None
    assert (found.value, found.certain) == (name, False)


def test_every_listed_name_finds_itself() -> None:
    for item in code_list("ethnic_group"):
        match = ethnic_group(item.label)
        assert match is not None and match.value == item.label and match.certain, item.label
    for item in code_list("nationality"):
        match = nationality(item.label.upper())
        assert match is not None and match.value == item.label, item.label


@pytest.mark.parametrize(
    ("written", "name"), [("việt nam", "Việt Nam"), ("VN", "Việt Nam"), ("Việt nam ./.", "Việt Nam")]
)
def test_nationalities(written: str, name: str) -> None:
    found = nationality(written)
    assert found is not None
    assert (found.value, found.certain) == (name, True)


@pytest.mark.parametrize(
    ("written", "code", "certain"),
    [
        ("Nam", "1", True),
        ("nữ", "2", True),
        ("Trai", "1", True),
        ("con gái", "2", True),
        ("Nu", "2", False),
        ("2", "2", True),
    ],
)
def test_sex(written: str, code: str, certain: bool) -> None:
    found = sex_code(written)
    assert found is not None
    assert (found.value, found.certain) == (code, certain)


def test_unknown_sex_is_left_to_a_person() -> None:
    assert sex_code("abc") is None


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [("registration_type_birth", "ĐĂNG KÝ LẠI", "2"), ("registration_type_birth", "ĐĂNG KÝ QUÁ HẠN", "4"),
     ("registration_type_death", "Đúng hạn", "1"), ("registration_type_marriage", "Kết hôn lần đầu", "1"),
     ("id_paper_type", "CMND", "1"), ("sex", "2", "2")],
)  # fmt: skip
def test_codes_from_stamps_and_boxes(name: str, written: str, code: str) -> None:
    found = code_of(name, written)
    assert found is not None
    assert found.value == code


def test_a_mark_without_a_meaning_gives_no_code() -> None:
    assert code_of("registration_type_birth", "X") is None
    assert code_of("registration_type_birth", "") is None


def test_relations() -> None:
    assert relation_known("Bà ngoại")
    assert relation_known("mẹ")
    assert not relation_known("khách qua đường")


def test_a_paper_with_its_number_is_surely_told() -> None:
    told = code_of("death_notice_type", "Giấy báo tử số 14 ngày 21-12-2005")
    assert told is not None and (told.value, told.certain) == ("1", True)
    told = code_of("death_notice_type", "Giấy báo tử hay giấy khác")
    assert told is None or not told.certain
