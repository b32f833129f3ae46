"""Written places against the administrative units."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.place_units import match_units, with_capital_i, with_hamlet_word


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Xã Quảng Phú, huyên Quảng Điền, tỉnh Thừa Thiên Huế", "Xã Quảng Phú, huyện Quảng Điền, tỉnh Thừa Thiên Huế"),
        ("Thôn 1, Yên Thọ, Ý Yên, Nam Đinh", "Thôn 1, Yên Thọ, Ý Yên, Nam Định"),
        ("Ấp 2, Tân Hưng, Hớn Quảm, Bình Phước", "Ấp 2, Tân Hưng, Hớn Quản, Bình Phước"),
        ("XÃ QUẢNG PHÚ - HUYỆN QUANG ĐIỀN - THỪA THIÊN HUẾ", "XÃ QUẢNG PHÚ - HUYỆN QUẢNG ĐIỀN - THỪA THIÊN HUẾ"),
    ],
)
def test_lost_marks_of_units_are_put_back(read: str, right: str) -> None:
    found = match_units(read)
    assert (found.text, found.known, found.changed) == (right, True, True)


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Xã Đức Hạnh, huyện Bù Gia Mập tỉnh Bình Phước", "Xã Đức Hạnh, huyện Bù Gia Mập, tỉnh Bình Phước"),
        ("Thôn 3 Xuân Trường, Xuân Lộc, Đồng Nai", "Thôn 3, Xuân Trường, Xuân Lộc, Đồng Nai"),
        ("Ấp 5 - Xuân Trường Xuân Lộc - Đồng Nai", "Ấp 5 - Xuân Trường - Xuân Lộc - Đồng Nai"),
    ],
)
def test_commas_lost_between_units_are_put_back(read: str, right: str) -> None:
    found = match_units(read)
    assert (found.text, found.known, found.changed) == (right, True, True)


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Phương Sơn - Lục Ngan - Bắc Giang", "Phượng Sơn - Lục Ngạn - Bắc Giang"),
        ("xã Tân Lợi - Tinh Biên - An Giang", "xã Tân Lợi - Tịnh Biên - An Giang"),
        ("Khu phố 9, Thanh Đức, Vị-Xuyên, Hà Giang", "Khu phố 9, Thanh Đức, Vị Xuyên, Hà Giang"),
    ],
)
def test_names_like_a_word_for_a_kind_and_hyphens_of_the_line(read: str, right: str) -> None:
    found = match_units(read)
    assert (found.text, found.known, found.changed) == (right, True, True)


@pytest.mark.parametrize("written", ["Tu Lý - Đà Bắc", "Khu phố 4, Diễn Liên", "Buôn 4 - Bình Đông"])
def test_a_district_at_the_end_is_not_made_a_province(written: str) -> None:
    found = match_units(written)
    assert (found.text, found.known) == (written, False)


@pytest.mark.parametrize(
    "written",
    [
        "Xóm 11, Phương Nam, Hưng Yên, Hưng Yên",
        "Hải Hòa - Tĩnh Gia - Thanh Hóa",
        "Thanh-Đức, Vị-Xuyên, Hà-Giang",
        "Xã Quảng Phú, huyện Quảng Điền, tỉnh Thừa Thiên Huế",
        "Phước Hải - Đất Đỏ - Bà Rịa - Vũng Tàu",
        "Tân Phú,Châu Thành,An Giang",
        "26 Lê Lai, Phường Tân Thới Hoà, Quận Tân phú, TP Hồ Chí Minh",
        "11/64 Đường 45, Phường Tân Quy, Quận 7, TP Hồ Chí Minh",
        "Thị trấn D-Ran, Huyện Đơn Dương, Lâm Đồng",
        "Bình Long, Sông Bé",
        "xã Đồng Tâm, huyện Mỹ Đức, tỉnh Hà Tây",
        "Cổ Nhuế, Từ Liêm, Hà Nội",
        "Hà Đông, Đak Đoa, Gia Lai",
        "Hà Đông, Đăk Đoa, Gia Lai",
    ],
)
def test_known_places_stay_as_written(written: str) -> None:
    found = match_units(written)
    assert (found.text, found.known) == (written, True)


@pytest.mark.parametrize(
    "written",
    ["nhà", "", "Nơi Nào, Sông Bé", "Xã Abc, huyện Xyz, tỉnh Đồng Nai", "Bệnh viện tỉnh", "Trạm y tế xã Xuân Trường"],
)
def test_other_places_are_left_alone(written: str) -> None:
    found = match_units(written)
    assert (found.text, found.known) == (written, False)


@given(st.text(alphabet="aáăâđ ơưÊ,-.;Nam", max_size=30))
@settings(max_examples=80)
def test_any_text_is_taken(text: str) -> None:
    found = match_units(text)
    assert found.changed == (found.text != text)


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Buộn 3 - xã Cộng Hòa", "Buôn 3 - xã Cộng Hòa"),
        ("Âp 5, Trang Bảo Xá", "Ấp 5, Trang Bảo Xá"),
        ("BUAN 8, YÊN HÒA", "BUÔN 8, YÊN HÒA"),
        ("Xám 7 - Quế Tân", "Xóm 7 - Quế Tân"),
        ("Khóm 3, Phường 5", "Khóm 3, Phường 5"),
        ("Lô 3, Yên Hòa", "Lô 3, Yên Hòa"),
        ("Phường 5, Quận 3", "Phường 5, Quận 3"),
        ("Tân Phú 2, Tân Hòa", "Tân Phú 2, Tân Hòa"),
    ],
)
def test_the_word_for_a_hamlet_is_put_right(read: str, right: str) -> None:
    assert with_hamlet_word(read) == right


def test_a_commune_whose_neighbour_differs_in_a_mark_has_a_twin() -> None:
    assert match_units("Thanh An, Vĩnh Thạnh, Cần Thơ").has_twin
    assert match_units("thị trấn Thạnh An, huyện Vĩnh Thạnh, thành phố Cần Thơ").has_twin
    assert not match_units("Thạnh Lộc, Vĩnh Thạnh, Cần Thơ").has_twin
    respelt = match_units("Đăk Blà, Kon Tum, Kon Tum")  # one commune, spelt with another mark since
    assert respelt.known and not respelt.has_twin


def test_a_mark_that_may_be_either_neighbour_is_not_put_right() -> None:
    found = match_units("Thành An, Vĩnh Thạnh, Cần Thơ")
    assert (found.text, found.known) == ("Thành An, Vĩnh Thạnh, Cần Thơ", False)


def test_a_small_l_before_a_units_name_is_the_capital_i_of_ia() -> None:
    assert with_capital_i("Khu phố 3, xã la RVê") == "Khu phố 3, xã Ia RVê"
    assert with_capital_i("thị xã La Gi, Bình Thuận") == "thị xã La Gi, Bình Thuận"
    assert with_capital_i("xã la Gi") == "xã la Gi"  # no list has an `Ia Gi`
