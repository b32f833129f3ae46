"""Standard values by the kind of the column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corrections.normalise import normalise
from layouts.columns import column, columns
from layouts.register_types import RegisterType
from vietnamese.letters import nfc

BIRTH, DEATH, MARITAL = RegisterType.BIRTH, RegisterType.DEATH, RegisterType.MARITAL_STATUS


@pytest.mark.parametrize(
    ("register_type", "name", "written", "value"),
    [
        (BIRTH, "so", "03", "3"),
        (BIRTH, "so", "045/1998", "45"),
        (BIRTH, "so", "Số: 12", "12"),
        (BIRTH, "so", "12a", "12a"),
        (BIRTH, "trangSo", "Trang 07", "7"),
        (BIRTH, "trangSo", "1O", "10"),
        (BIRTH, "quyenSo", "01-TP/HT-2015-KS", "01/2015"),
        (BIRTH, "quyenSo", "1/2016", "01/2016"),
        (BIRTH, "quyenSo", "Quyển số 02/1998", "02/1998"),
        (BIRTH, "nksGioiTinh", "Nữ", "2"),
        (BIRTH, "nksDanToc", "kinh", "Kinh"),
        (BIRTH, "nksQuocTich", "VN", "Việt Nam"),
        (BIRTH, "nksNgaySinh", "4-12-2011", "04.12.2011"),
        (BIRTH, "ngayDangKy", "08/5/2008", "08.05.2008"),
        (BIRTH, "nksHoTen", " LÊ  THỊ AN ./.", "LÊ THỊ AN"),
        (BIRTH, "nksNoiSinh", "Xã Đông Tân,  huyện Bình An", "Xã Đông Tân, huyện Bình An"),
        (BIRTH, "nycQuanHe", "bà ngoại", "bà ngoại"),
        (BIRTH, "nguoiKy", "PCT Lê An Bình", "Lê An Bình"),
        (BIRTH, "chucVuNguoiKy", "PCT Lê An Bình", "Phó Chủ tịch"),
        (BIRTH, "chucVuNguoiKy", "Lê An - CT UBND xã", "CT UBND xã"),
        (BIRTH, "loaiDangKy", "ĐĂNG KÝ LẠI", "2"),
        (BIRTH, "meSoGiayToTuyThan", "123 456 789", "123456789"),
        (BIRTH, "nycLoaiGiayToTuyThan", "CMND số 123456789 cấp ngày 1/2/2010", "1"),
        (BIRTH, "nycNgayCapGiayToTuyThan", "CMND số 123456789 cấp ngày 1/2/2010", "01.02.2010"),
        (BIRTH, "nycNoiCapGiayToTuyThan", "CMND số 123456789 cấp ngày 1/2/2010 tại CA An Giang", "CA An Giang"),
        (DEATH, "nktGioPhutChet", "19h24' ngày 02/01/2008", "19h24"),
        (DEATH, "nktNgayChet", "19h24' ngày 02/01/2008", "02.01.2008"),
        (DEATH, "gbtSo", "05", "5"),
        (DEATH, "gbtSo", "15/GBT-BV", "15/GBT-BV"),
    ],
)
def test_standard_values(register_type: RegisterType, name: str, written: str, value: str) -> None:
    found = normalise(column(register_type, name), written)
    assert found.value == value
    assert found.certain, found.note


@pytest.mark.parametrize(
    ("name", "written"),
    [("nksNgaySinh", "30 tuổi"), ("nksNgaySinh", "abc"), ("nksDanToc", "Mán"), ("nksGioiTinh", "x"), ("quyenSo", "1"),
     ("so", "a/b"), ("trangSo", "mười"), ("meSoGiayToTuyThan", "12?45"), ("loaiDangKy", "X")],
)  # fmt: skip
def test_what_no_rule_knows_is_not_certain_and_says_why(name: str, written: str) -> None:
    found = normalise(column(BIRTH, name), written)
    assert not found.certain
    assert found.note


def test_an_age_stays_as_written() -> None:
    assert normalise(column(DEATH, "nktNgaySinh"), "65 tuổi").value == "65 tuổi"


def test_context_gives_the_volume_its_year_and_the_date_its_century() -> None:
    volume = normalise(column(BIRTH, "quyenSo"), "2", context={"volume_year": "1999"})
    assert (volume.value, volume.certain) == ("02/1999", False)
    assert normalise(column(BIRTH, "nksNgaySinh"), "1/2/85", context={"near_year": "2008"}).value == "01.02.1985"


def test_runs_shared_by_several_columns() -> None:
    shared = {"shared": "chaHoTen,chaNgaySinh,chaNoiCuTru"}
    text = "Nguyễn Văn An, 1950, làm ruộng, ở xã Đông Tân"
    assert normalise(column(BIRTH, "chaHoTen"), text, context=shared).value == "Nguyễn Văn An"
    assert normalise(column(BIRTH, "chaNgaySinh"), text, context=shared).value == "1950"
    assert normalise(column(BIRTH, "chaNoiCuTru"), text, context=shared).value == "xã Đông Tân"


@pytest.mark.parametrize(
    ("written", "code"),
    [("Đăng ký kết hôn", "1"), ("Để kết hôn với người nước ngoài", "2"), ("Kết hôn ở nước ngoài", "3"),
     ("Kết hôn tại nước ngoài với người nước ngoài", "4"), ("Vay vốn ngân hàng", "5"), ("5", "5")],
)  # fmt: skip
def test_purpose_of_a_certificate(written: str, code: str) -> None:
    assert normalise(column(MARITAL, "nxnLoaiMucDichSuDung"), written).value == code


def test_residence_in_the_line_of_the_marital_state() -> None:
    shared = {"shared": "nxnTinhTrangHonNhan,nxnThoiGianCuTruTai,nxnThoiGianCuTruTu,nxnThoiGianCuTruDen"}
    text = "Trong thời gian cư trú tại xã Đông Tân, từ 01/02/1999 đến 03/04/2005 chưa kết hôn với ai"
    values = [
        normalise(column(MARITAL, f"nxnThoiGianCuTru{part}"), text, context=shared).value
        for part in ("Tai", "Tu", "Den")
    ]
    assert values == ["xã Đông Tân", "01.02.1999", "03.04.2005"]
    plain = normalise(column(MARITAL, "nxnThoiGianCuTruTai"), "Chưa kết hôn lần nào", context=shared)
    assert (plain.value, plain.certain) == ("", True)


@given(st.text(max_size=40), st.sampled_from([c for t in RegisterType for c in columns(t)]))
@example("¹", column(RegisterType.BIRTH, "trangSo"))  # a figure to Unicode, but no number
@settings(max_examples=150)
def test_no_text_breaks_a_rule_and_values_are_nfc(text: str, which: object) -> None:
    found = normalise(which, text)  # type: ignore[arg-type]
    assert found.value == nfc(found.value)
    assert found.certain or found.note or not found.value


@given(st.text(alphabet="0123456789/.-aáđ ", max_size=14))
@settings(max_examples=80)
def test_standard_values_of_dates_are_stable(text: str) -> None:
    birth = column(BIRTH, "nksNgaySinh")
    first = normalise(birth, text)
    if first.certain and first.value:
        assert normalise(birth, first.value) == first


SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample pages beside the checkout")
def test_truth_of_sample_pages() -> None:
    wrong = []
    for file in sorted(SAMPLES.glob("*/truth.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            page = json.loads(line)
            for name, value in (item for entry in page["entries"] for item in entry.items()):
                if name == "loaiDangKy":
                    continue
                found = normalise(column(RegisterType(page["register_type"]), name), value["written"])
                if found.value.casefold() != value["standard"].casefold():
                    wrong.append((file.parent.name, name))
    assert not wrong
