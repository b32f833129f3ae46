from __future__ import annotations

import pytest

from vietnamese.units import UNKNOWN_PLACE, BookPlace, office_place, province_existed


@pytest.mark.parametrize(
    ("office", "commune"),
    [
        ("UBND xã Đồng Tâm, Huyện Mỹ Đức, Thành phố Hà Nội", "Đồng Tâm"),
        ("Ủy ban nhân dân xã Đồng Tâm, huyện Mỹ Đức, Hà Nội", "Đồng Tâm"),
        ("huyện Mỹ Đức, tp Hà Nội", ""),
    ],
)
def test_the_office_says_where_a_book_was_kept(office: str, commune: str) -> None:
    expected = BookPlace(province="Hà Nội", district="Mỹ Đức", commune=commune, year=1998)
    assert office_place(office, "02/1998") == expected


def test_an_office_without_a_province_says_nothing_but_the_year() -> None:
    assert office_place("UBND phường 3", "1/2007") == BookPlace(year=2007)
    assert office_place("", "1") == UNKNOWN_PLACE


def test_provinces_are_known_by_the_year_they_began() -> None:
    assert province_existed("Đắk Nông", 1999) is False
    assert province_existed("Đắk Nông", 2004) is True
    assert province_existed("Nơi Nào", 1999) is None
