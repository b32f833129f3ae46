"""Misread places and the chains of listed units they are near."""

from __future__ import annotations

import pytest

from corrections.near_places import names_in, near_places, near_provinces


@pytest.mark.parametrize(
    ("read", "first"),
    [
        ("Đăk Pne, Kón Rầy", "Đăk Pne, Kon Rẫy"),  # a mark wrong in both words, and no province
        ("xã /rà Ka, huyện Bắc Trà My", "xã Trà Ka, huyện Bắc Trà My"),
        ("phường Linh chiếu, Thủ Đức", "phường Linh Chiểu, Thủ Đức"),
        ("xã la RVê, huyện Ea Súp, Đắk Lắk", "xã Ia RVê, huyện Ea Súp, Đắk Lắk"),
        ("Bản 8 - Phường 4 - §óc Trăng - §óc Trăng", "Bản 8 - Phường 4 - Sóc Trăng - Sóc Trăng"),
        (
            "Khu phố 7 - xã Xuân Tín - huyện Thọ Xuân - tỉnh Thanh - Hóa",
            "Khu phố 7 - xã Xuân Tín - huyện Thọ Xuân - tỉnh Thanh Hóa",
        ),
    ],
)
def test_a_misread_place_is_the_chain_it_is_near(read: str, first: str) -> None:
    assert near_places(read)[0] == first


@pytest.mark.parametrize("text", ["Bình Sơn, Hòn Đất", "xóm Bãi", "số 5, ngõ 3", "", "Luân Đôn, Anh"])
def test_nothing_is_offered_for_what_is_listed_or_near_nothing(text: str) -> None:
    assert near_places(text) == ()


def test_of_places_as_near_the_entrys_own_comes_first() -> None:
    alone = near_places("Tân Lậ, Bắc Sơn")
    with_others = near_places("Tân Lậ, Bắc Sơn", names_in(["xã Tân Lập, huyện Bắc Sơn, tỉnh Lạng Sơn"]))
    assert alone and with_others[0] == "Tân Lập, Bắc Sơn"


def test_a_misread_province_is_told() -> None:
    assert near_provinces("tang Sơn") == ("Lạng Sơn",)
    assert near_provinces("Bạc Tiện")[0] == "Bạc Liêu"
    assert near_provinces("xyzvw") == ()
