"""Lost tone marks of names, put back only where one possibility is left."""

from __future__ import annotations

import pytest

from corrections.name_repair import repair_name
from vietnamese import lexicons


@pytest.mark.parametrize(
    ("read", "right"),
    [("Nguyên Văn An", "Nguyễn Văn An"), ("NGUYÊN THANH VY THẢO", "NGUYỄN THANH VY THẢO"),
     ("Đăng Vãn Giáp", "Đặng Văn Giáp"),
     ("Trân Thị Hoa", "Trần Thị Hoa")],
)  # fmt: skip
def test_lost_marks_are_put_back(read: str, right: str) -> None:
    assert repair_name(read) == right


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn An",
        "Nguyễn Gia Duẩn",
        "CT Nguyễn Minh Duẩn",
        "Điểu Xia",
        "H'Yến Niê",
        "An",
        "",
        "Lê Xqzw Ngân",
        "Mạch Thị Kha",
        "Bùi Văn Thi Thủy",
    ],
)
def test_other_names_stay(name: str) -> None:
    assert repair_name(name) == name


def test_every_listed_name_stays() -> None:
    for surname in lexicons.surnames():
        assert repair_name(f"{surname} Văn Nam") == f"{surname} Văn Nam"
    for given in lexicons.given_names():
        assert repair_name(f"Lê {given}") == f"Lê {given}"
