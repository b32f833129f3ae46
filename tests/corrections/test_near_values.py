"""Values put together of several readings and the lists."""

from __future__ import annotations

from itertools import islice

from corrections.near_values import near_values
from layouts.columns import column
from layouts.register_types import RegisterType

_RUN = {"shared": "nycHoTen,nycSoGiayToTuyThan"}


def _near(
    name: str, text: str, *others: tuple[str, float], register: RegisterType = RegisterType.BIRTH, run: bool = False
) -> list[str]:
    return list(islice(near_values(column(register, name), text, others, _RUN if run else {}), 5))


def test_words_right_in_different_readings_come_together() -> None:
    found = _near("nksHoTen", "Nguyễn Thụ Toán Thuy", ("Nguyễn Thu Toạn Thuy", 0.3), ("Nguyễn Thụ Toán Thụy", 0.3))
    assert "Nguyễn Thu Toán Thụy" in found


def test_the_dot_below_is_tried_both_ways() -> None:
    assert _near("nksHoTen", "Nguyễn Phượng Tính")[0] == "Nguyễn Phương Tính"
    assert "NGUYỄN THỊ ĐỊNH" in _near("nksHoTen", "NGUYỄN THỊ ĐINH")


def test_in_a_run_only_the_columns_own_part_changes() -> None:
    text = "Lê ức Tuấn, Quảng Hùng, Sầm Sơn, Thanh Hóa, CMND 715745292"
    first = _near("nycHoTen", text, (text.replace("ức", "Đức").replace("Sầm", "Sần"), 0.4), run=True)[0]
    assert first == "Lê Đức Tuấn, Quảng Hùng, Sầm Sơn, Thanh Hóa, CMND 715745292"


def test_what_a_reading_lost_is_put_in_its_place() -> None:
    found = _near("nksNoiSinh", "Quảng Hùng, Sầm Sơn, Thanh Hóa", ("Tổ 2, Quảng Hùng, Sầm Sơn, Thanh Hóa", 0.4))
    assert found[0] == "Tổ 2, Quảng Hùng, Sầm Sơn, Thanh Hóa"


def test_phrases_and_issuers_are_as_the_lists_have_them() -> None:
    found = _near("ghiChu", "Nhân chủ cho con theo QĐsố 21 ngày 10/03/2019")
    assert found[0] == "Nhận cha cho con theo QĐ số 21 ngày 10/03/2019"
    paper = "CMND số 834148068 CA I.ạng Sợn cấp 01/07/2010"
    found = _near("nycGiayToTuyThan", paper, register=RegisterType.GUARDIANSHIP)
    assert found[0] == "CMND số 834148068 CA Lạng Sơn cấp 01/07/2010"


def test_nothing_read_has_nothing_near_and_what_stands_is_not_repeated() -> None:
    assert _near("nksHoTen", "", ("Nguyễn Văn An", 0.4)) == []
    assert "Nguyễn Văn An" not in _near("nksHoTen", "Nguyễn Văn An", ("NGUYỄN VĂN AN", 0.4))
