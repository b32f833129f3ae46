"""Every check: a case that trips it and one that must not."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from corrections import checks_dates, checks_people, checks_places, checks_values
from corrections.checks import MISREADING_SIGNS, check_entry
from corrections.entries import Severity
from layouts.columns import columns
from layouts.register_types import RegisterType

BIRTH = {
    "so": "12",
    "quyenSo": "01/2012",
    "trangSo": "12",
    "ngayDangKy": "20.02.2012",
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Đông Tân",
    "nksHoTen": "Lê Văn An",
    "nksGioiTinh": "1",
    "nksNgaySinh": "02.01.2012",
    "nksNgaySinhBangChu": "Ngày mồng hai, tháng giêng, năm hai nghìn không trăm mười hai",
    "nksDanToc": "Kinh",
    "nksQuocTich": "Việt Nam",
    "nksLoaiKhaiSinh": "1",
    "nksQueQuan": "Xã Thượng Lâm, huyện Lâm Bình, tỉnh Tuyên Quang",
    "meHoTen": "Trần Thị Bình",
    "meNgaySinh": "1985",
    "meNoiCuTru": "Thôn 3",
    "meLoaiCuTru": "1",
    "chaHoTen": "Lê Văn Cường",
    "chaNgaySinh": "05.05.1983",
    "nycHoTen": "Trần Thị Bình",
    "nycQuanHe": "mẹ",
    "nycLoaiGiayToTuyThan": "1",
    "nycSoGiayToTuyThan": "123456789",
    "nycNgayCapGiayToTuyThan": "01.02.2010",
}
DEATH = {
    "so": "3",
    "quyenSo": "01/2008",
    "trangSo": "3",
    "ngayDangKy": "10.01.2008",
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Đông Tân",
    "nktHoTen": "Phạm Văn Dũng",
    "nktGioiTinh": "1",
    "nktNgaySinh": "1930",
    "nktNgayChet": "02.01.2008",
    "nktGioPhutChet": "19h24",
    "nktNoiCuTru": "Xã Đông Tân, huyện Thống Nhất, tỉnh Đồng Nai",
}
MARRIAGE = {
    "so": "5",
    "quyenSo": "01/2016",
    "trangSo": "5",
    "ngayDangKy": "10.06.2016",
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Đông Tân",
    "chongHoTen": "Nguyễn Văn Nam",
    "chongNgaySinh": "10.05.1990",
    "voHoTen": "Trần Thị Mai",
    "voNgaySinh": "1992",
    "chongSoGiayToTuyThan": "123456789",
    "voSoGiayToTuyThan": "987654321",
}
RECOGNITION = {
    "so": "1",
    "quyenSo": "01/2010",
    "ngayDangKy": "10.06.2010",
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Đông Tân",
    "cmHoTen": "Lê Văn Bảo",
    "cmNgaySinh": "1980",
    "ncHoTen": "Lê Thị Chi",
    "ncNgaySinh": "2008",
}
_TYPES = {
    "birth": (RegisterType.BIRTH, BIRTH),
    "death": (RegisterType.DEATH, DEATH),
    "marriage": (RegisterType.MARRIAGE, MARRIAGE),
    "recognition": (RegisterType.PARENT_CHILD_RECOGNITION, RECOGNITION),
}


def _checks(kind: str, changed: dict[str, str], texts: dict[str, str] | None = None) -> set[str]:
    register_type, good = _TYPES[kind]
    return {f.check for f in check_entry(register_type, {**good, **changed}, texts)}


@pytest.mark.parametrize("kind", list(_TYPES))
def test_a_good_entry_has_no_finding(kind: str) -> None:
    assert _checks(kind, {}) == set()


CHECK_FILES = (checks_dates, checks_people, checks_places, checks_values)
ALONE = {"province_too_young"}
"""Tried both ways in a test of its own below."""
TRIPS = [
    ("birth", {"nksNgaySinh": "03.01.2012"}, {}, "date_words_differ"),
    ("birth", {"nksNgaySinhBangChu": "Ngày xyz"}, {}, "date_words_unreadable"),
    ("birth", {"nksNgaySinh": "31.02.2012"}, {}, "date_impossible"),
    ("birth", {"meNgaySinh": "5/6/1985"}, {}, "date_impossible"),
    ("birth", {"ngayDangKy": "02.2012"}, {}, "registration_date_incomplete"),
    ("birth", {"ngayDangKy": "01.01.2012"}, {}, "registration_before_event"),
    ("birth", {"nycNgayCapGiayToTuyThan": "01.03.2012"}, {}, "registration_before_event"),
    ("birth", {"meNgaySinh": "2015"}, {}, "registration_before_event"),
    ("birth", {"meNgaySinh": "2012"}, {}, "parent_not_older"),
    ("birth", {"meNgaySinh": "2003"}, {}, "parent_age_unusual"),
    ("birth", {"meNgaySinh": "1950"}, {}, "parent_age_unusual"),
    ("birth", {"ngayDangKy": "20.12.2012"}, {}, "late_without_mark"),
    ("birth", {"loaiDangKy": "4"}, {}, "late_mark_differs"),
    ("birth", {"meNgaySinh": ""}, {"meNgaySinh": "27 tuổi"}, "age_only"),
    ("birth", {"meNgaySinh": "01.02.1985"}, {"meNgaySinh": "1/2/1985 (âm lịch)"}, "lunar_date"),
    ("birth", {"nksNgaySinhBangChu": "Ngày rằm tháng giêng năm hai nghìn không trăm mười hai"}, {}, "lunar_date"),
    ("birth", {"so": ""}, {}, "missing_required"),
    ("birth", {"trangSo": "mười"}, {}, "page_not_a_number"),
    ("birth", {"quyenSo": "1-2012"}, {}, "volume_form"),
    ("birth", {"loaiDangKy": "9"}, {}, "code_unknown"),
    ("birth", {"nksDanToc": "Abc"}, {}, "not_in_list"),
    ("birth", {"nksDanToc": "kinh"}, {}, "not_in_list"),
    ("birth", {"nksGioiTinh": "1", "nksSoDinhDanh": "0012123456789"}, {}, "too_long"),
    ("birth", {}, {"so": "12/2011"}, "number_year_differs"),
    ("birth", {"quyenSo": "01/2013"}, {}, "volume_year_unusual"),
    ("birth", {"meNoiCuTru": ""}, {}, "residence_kind_without_place"),
    ("birth", {"nycLoaiGiayToTuyThan": "8"}, {}, "other_paper_unnamed"),
    ("birth", {"nksLoaiKhaiSinh": "3"}, {}, "unknown_parent_named"),
    ("birth", {"nksHoTen": "Lê V4n An"}, {}, "name_shape"),
    ("birth", {"nksHoTen": "An"}, {}, "name_shape"),
    ("birth", {"meHoTen": "Trần thị Bình"}, {}, "name_shape"),
    ("birth", {"meHoTen": "Trần Bìnhhhhhhh"}, {}, "name_shape"),
    ("birth", {"nksHoTen": "Lê Thị An"}, {}, "sex_and_name"),
    ("birth", {"nycHoTen": "Trần Thị Bính An"}, {}, "informant_nearly_same"),
    ("birth", {"nycHoTen": "Võ Minh Khang"}, {}, "informant_differs"),
    ("birth", {"chaHoTen": "Trần Thị Bình"}, {}, "two_people_one_name"),
    ("birth", {"nycSoGiayToTuyThan": "12345678"}, {}, "id_number_length"),
    ("birth", {"nksSoDinhDanh": "001112345678", "ngayDangKy": "20.02.2012"}, {}, "id_number_differs"),
    ("birth", {"nksQuocTich": "Hoa Kỳ"}, {}, "foreigner_ethnic_group"),
    ("birth", {"nksQueQuan": "Xã An, huyện Xyzabc, tỉnh Tuyên Quang"}, {}, "district_unknown"),
    ("birth", {"nksQueQuan": "Cổ Nhuế 1, Bắc Từ Liêm, Hà Nội"}, {}, "district_too_young"),
    ("death", {"nktNgaySinh": "2009", "ngayDangKy": "10.01.2010"}, {}, "death_before_birth"),
    ("death", {"nktNgaySinh": "1880"}, {}, "age_at_death_unusual"),
    ("death", {"nktGioPhutChet": "27h10"}, {}, "time_of_death"),
    ("death", {"nktNgayChet": "11.01.2008"}, {}, "registration_before_event"),
    ("death", {"ngayDangKy": "10.03.2008"}, {}, "late_without_mark"),
    ("marriage", {"chongNgaySinh": "11.06.1996"}, {}, "marriage_age"),
    ("marriage", {"voNgaySinh": "1999"}, {}, "marriage_age"),
    ("marriage", {"voSoGiayToTuyThan": "123456789"}, {}, "two_people_one_number"),
    ("recognition", {"ncNgaySinh": "1950"}, {}, "who_recognises"),
]


@pytest.mark.parametrize(("kind", "changed", "texts", "check"), TRIPS)
def test_trips(kind: str, changed: dict[str, str], texts: dict[str, str], check: str) -> None:
    assert check in _checks(kind, changed, texts)


MUST_NOT = [
    ("birth", {"ngayDangKy": "01.03.2012"}, "registration_date_incomplete"),
    ("birth", {"meNgaySinh": "1985"}, "age_only"),
    ("birth", {"nksNgaySinhBangChu": "Ngày mười lăm tháng giêng năm hai nghìn không trăm mười hai"}, "lunar_date"),
    ("birth", {"so": "0"}, "missing_required"),
    ("birth", {"trangSo": "007"}, "page_not_a_number"),
    ("birth", {"quyenSo": "123/2012"}, "volume_form"),
    ("birth", {"loaiDangKy": "4"}, "code_unknown"),
    ("birth", {"nksDanToc": "Xtiêng"}, "not_in_list"),
    ("birth", {"nksSoDinhDanh": "001212345678"}, "too_long"),
    ("birth", {"so": "12/2012"}, "number_year_differs"),
    ("birth", {"chaHoTen": "Trần Văn Bình"}, "two_people_one_name"),
    ("birth", {"nksSoDinhDanh": "001212345678", "nksGioiTinh": "1"}, "id_number_differs"),
    ("death", {"nktNgaySinh": "1900"}, "age_at_death_unusual"),
    ("marriage", {"voSoGiayToTuyThan": "123456788"}, "two_people_one_number"),
    ("marriage", {"nycSoGiayToTuyThan": "123456789"}, "two_people_one_number"),
    ("birth", {"nksNgaySinhBangChu": "NGAY MUNG 2 THANG MOT NAM HAI NGAN KHONG TRAM MUOI HAI"}, "date_words_differ"),
    ("birth", {"nksNgaySinhBangChu": "Năm hai nghìn không trăm mười hai"}, "date_words_differ"),
    ("birth", {"nksNgaySinhBangChu": ""}, "date_words_unreadable"),
    ("birth", {"meNgaySinh": "06.1985"}, "date_impossible"),
    ("birth", {"ngayDangKy": "02.01.2012"}, "registration_before_event"),
    ("birth", {"meNgaySinh": "1999"}, "parent_age_unusual"),
    ("birth", {"meNgaySinh": "2011"}, "parent_not_older"),
    ("birth", {"ngayDangKy": "02.03.2012"}, "late_without_mark"),
    ("birth", {"ngayDangKy": "20.12.2012", "loaiDangKy": "4"}, "late_mark_differs"),
    ("birth", {"ngayDangKy": "20.12.2012", "loaiDangKy": "2"}, "late_without_mark"),
    ("birth", {"quyenSo": "01/2010"}, "volume_year_unusual"),
    ("birth", {"meNoiCuTru": "", "meLoaiCuTru": "0"}, "residence_kind_without_place"),
    ("birth", {"nycLoaiGiayToTuyThan": "8", "nycGiayToKhac": "Giấy đi đường"}, "other_paper_unnamed"),
    ("birth", {"nksLoaiKhaiSinh": "3", "chaHoTen": "", "chaNgaySinh": ""}, "unknown_parent_named"),
    ("birth", {"nksHoTen": "H' Yến Niê"}, "name_shape"),
    ("birth", {"nksHoTen": "LÊ VĂN AN"}, "name_shape"),
    ("birth", {"nksHoTen": "Lê Thị Văn An"}, "sex_and_name"),
    ("birth", {"nycHoTen": "TRẦN THỊ BÌNH"}, "informant_nearly_same"),
    ("birth", {"nycHoTen": "Võ Minh Khang", "nycQuanHe": "bà ngoại"}, "informant_differs"),
    ("birth", {"nycHoTen": "Võ Minh Khang", "nycQuanHe": "cha dượng"}, "informant_differs"),
    ("birth", {"nycLoaiGiayToTuyThan": "2", "nycSoGiayToTuyThan": "B1234567"}, "id_number_length"),
    ("birth", {"nksQuocTich": "Hoa Kỳ", "nksDanToc": "Người nước ngoài"}, "foreigner_ethnic_group"),
    ("birth", {"nksQueQuan": "Hà Sơn Bình"}, "district_unknown"),
    ("birth", {"nksQueQuan": "Cổ Nhuế, Từ Liêm, Hà Nội"}, "district_unknown"),
    ("birth", {"nksQueQuan": "Nghĩa Đô, Từ Liêm, Hà Nội"}, "district_too_young"),
    ("birth", {"nksQueQuan": "Đất Đỏ, Bà Rịa - Vũng Tàu"}, "district_too_young"),
    ("birth", {"nksQueQuan": "Tân Hưng - Hớn Quản - Bình Phước"}, "district_unknown"),
    ("birth", {"nksQueQuan": "Phước Hải - Đất Đỏ - Bà Rịa - Vũng Tàu"}, "district_unknown"),
    ("death", {"nktNgaySinh": "01.01.2008"}, "death_before_birth"),
    ("death", {"nktGioPhutChet": ""}, "time_of_death"),
    ("marriage", {"chongNgaySinh": "10.06.1996"}, "marriage_age"),
    ("marriage", {"voNgaySinh": "1998"}, "marriage_age"),
    ("marriage", {"ngayDangKy": "10.06.2009", "quyenSo": "01/2009", "voNgaySinh": "10.06.1992"}, "marriage_age"),
    ("recognition", {"ncNgaySinh": "1999"}, "who_recognises"),
]


@pytest.mark.parametrize(("kind", "changed", "check"), MUST_NOT)
def test_must_not_trip(kind: str, changed: dict[str, str], check: str) -> None:
    assert check not in _checks(kind, changed)


def test_every_check_has_a_case_that_trips_it_and_one_that_must_not() -> None:
    sources = [Path(inspect.getsourcefile(module) or "").read_text(encoding="utf-8") for module in CHECK_FILES]
    pattern = r"(?:check=|_finding\(\s*|_unusual\(\s*|_error\(\s*)\"([a-z_]+)\""
    checks = {name for source in sources for name in re.findall(pattern, source)}
    assert len(checks) > 30
    assert checks == {check for *_, check in TRIPS} | ALONE
    assert checks == {check for *_, check in MUST_NOT} | ALONE


def test_personal_numbers_tell_sex_and_year() -> None:
    good = {"ngayDangKy": "20.02.2016", "quyenSo": "01/2016", "nksNgaySinh": "02.01.2016", "nksNgaySinhBangChu": ""}
    assert "id_number_differs" not in _checks("birth", {**good, "nksSoDinhDanh": "001216123456"})
    assert "id_number_differs" in _checks("birth", {**good, "nksSoDinhDanh": "001316123456"})


def test_a_province_that_was_not_yet_there() -> None:
    early = {"ngayDangKy": "10.01.1992", "quyenSo": "01/1992", "nktNgayChet": "02.01.1992"}
    assert "province_too_young" in _checks("death", {**early, "nktNoiCuTru": "Tân Hưng, Hớn Quản, Bình Phước"})
    assert "province_too_young" not in _checks("death", {**early, "nktNoiCuTru": "Tân Hưng, Bình Long, Sông Bé"})


def test_twelve_figures_before_there_were_any() -> None:
    paper = {"chongSoGiayToTuyThan": "012345678901", "ngayDangKy": "10.06.2009", "quyenSo": "01/2009"}
    assert "id_number_length" in _checks("marriage", paper)


def test_findings_speak_vietnamese_name_their_source_and_known_columns() -> None:
    seen = set()
    for kind, changed, texts, _check in TRIPS:
        register_type, good = _TYPES[kind]
        known = {c.name for c in columns(register_type)}
        for finding in check_entry(register_type, {**good, **changed}, texts):
            assert finding.message[0].isupper()
            assert finding.source
            assert finding.columns and set(finding.columns) <= known, finding
            assert finding.severity in (Severity.ERROR, Severity.UNUSUAL)
            seen.add(finding.check)
    assert seen >= MISREADING_SIGNS


def test_an_empty_entry_only_misses_what_is_required() -> None:
    for register_type in RegisterType:
        assert {f.check for f in check_entry(register_type, {})} == {"missing_required"}
