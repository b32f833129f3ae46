from __future__ import annotations

import pytest

from vietnamese.addresses import UnitKind
from vietnamese.unit_tree import Unit, by_key, provinces
from vietnamese.units import (
    UNKNOWN_PLACE,
    BookPlace,
    communes_of,
    district_existed,
    districts_of,
    office_place,
    places_of_its_year,
    province_existed,
    province_named,
)


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


def test_one_tree_tells_what_stood_when() -> None:
    years = {p.name: (p.first_year, p.stands or p.last_year) for p in provinces()}
    assert years["Sông Bé"] == (1976, 1996)
    assert years["Bình Phước"] == (1997, True)
    assert years["Hậu Giang"] == (1976, True)  # dissolved in 1991, made again in 2004
    assert len({p.key for p in provinces() if p.stands}) == 64  # the 63 of 2017 and Huế under its name of 2024
    assert all(p.kind is UnitKind.PROVINCE for p in provinces())


def test_dissolved_provinces_hold_the_districts_of_their_heirs() -> None:
    heir, former = province_named("tỉnh Bình Phước"), province_named("Sông Bé")
    assert heir is not None and former is not None
    made_later = {"Bù Gia Mập", "Phú Riềng"}
    assert {d.name for d in heir.children} - {d.name for d in former.children} == made_later
    assert all(heir_district.first_year > 2000 for heir_district in heir.children if heir_district.name in made_later)
    assert districts_of("Sông Bé") == {} != districts_of("Bình Phước")


def test_kinds_are_taken_off_whatever_their_capitals() -> None:
    lak = province_named("Dak Lak")
    assert lak is not None
    names = {d.name for d in lak.children}
    assert "Buôn Hồ" in names and not any(name.startswith(("Thị ", "Huyện ")) for name in names)
    (hall,) = by_key(lak.children)["buonho"]
    assert hall.kind is UnitKind.DISTRICT and hall.children[0].kind is UnitKind.COMMUNE


def test_communes_of_a_district_are_those_of_the_year() -> None:
    assert communes_of("Đồng Nai", "huyện Trảng Bom", 2009)["songtrau"] == "Sông Trầu"
    assert communes_of("Đồng Nai", "Nowhere", 2009) == {}
    newer = [(p.name, d.name, c) for p in provinces() for d in p.children for c in d.children if c.first_year > 2009]
    made = next(found for found in newer if found[2].key not in communes_of(*found[:2], 2009))
    assert made[2].key in communes_of(*made[:2], made[2].first_year)
    assert made[2].key in communes_of(*made[:2], None)


def test_districts_of_a_dissolved_province_are_told_for_a_year_in_which_it_stood() -> None:
    assert districts_of("Hà Tây") == {}
    assert districts_of("Hà Tây", 2005)["bavi"] == "Ba Vì"
    assert districts_of("Hà Tây", 2015) == {}


def _unit(*path: str) -> Unit:
    units, found = provinces(), None
    for name in path:
        (found,) = [unit for unit in units if unit.name == name]
        units = found.children
    assert found is not None
    return found


def test_a_district_that_was_split_has_its_communes_its_years_and_its_heirs() -> None:
    former = _unit("Hải Dương", "Cẩm Bình")
    assert former.periods == ((1979, 1997),)
    assert former.followed_by == (("Hải Dương", "Cẩm Giàng"), ("Hải Dương", "Bình Giang"))
    heir = {c.name: c.first_year for c in _unit("Hải Dương", "Bình Giang").children}
    lent = {c.name for c in former.children}
    assert lent >= {name for name, first in heir.items() if first < 1979}
    assert not lent & {name for name, first in heir.items() if first > 1997}
    assert _unit("Hải Hưng", "Cẩm Bình").periods == ((1979, 1996),)


def test_a_commune_has_its_years_too() -> None:
    assert _unit("Hà Nội", "Từ Liêm", "Cổ Nhuế").last_year == 2014
    assert _unit("Hà Nội", "Bắc Từ Liêm", "Cổ Nhuế 1").first_year == 2013
    assert "conhue" in communes_of("Hà Nội", "Từ Liêm", 1997)
    assert "conhue1" not in communes_of("Hà Nội", "Bắc Từ Liêm", 1997)


def test_what_a_unit_that_stood_beside_took_in_does_not_lend_its_own() -> None:
    assert "Ba Đình" not in {d.name for d in _unit("Hà Tây").children}
    assert len(_unit("Hà Tây").children) == 14
    assert "Mỹ Đức" in {d.name for d in _unit("Hà Sơn Bình").children}


def test_a_name_may_have_stood_twice() -> None:
    unit = _unit("Hà Nội", "Ba Vì")
    assert [unit.stood_in(year) for year in (1978, 1985, 1997, 2008)] == [False, True, False, True]
    assert unit.stands and unit.followed_by == ()


def test_districts_are_known_by_the_year_they_began() -> None:
    assert district_existed("Hà Nội", "Nam Từ Liêm", 1997) is False
    assert district_existed("Hà Nội", "huyện Từ Liêm", 1997) is True
    assert district_existed("Hà Nội", "Từ Liêm", 2020) is True  # older people were born there
    assert district_existed("Hà Nội", "Nowhere", 1997) is None
    assert district_existed("Nowhere", "Từ Liêm", 1997) is None
    assert "bactuliem" not in districts_of("Hà Nội", 1997) and "bactuliem" in districts_of("Hà Nội")


def test_a_split_province_that_kept_its_name_had_more_districts_before() -> None:
    assert "cujut" in districts_of("Đắk Lắk", 1998)
    assert _unit("Đắk Lắk", "Cư Jút").periods == ((1976, 2003),)


@pytest.mark.parametrize(
    ("office", "volume", "then"),
    [
        ("UBND xã Đồng Tâm, huyện Mỹ Đức, Hà Nội", "01/1998", ("Hà Tây", "Mỹ Đức", "Đồng Tâm")),
        ("UBND phường Dịch Vọng, Cầu Giấy, Hà Nội", "01/1990", ("Hà Nội", "Từ Liêm", "Dịch Vọng")),
        ("UBND xã Lộc An, Lộc Ninh, Bình Phước", "01/1990", ("Sông Bé", "Lộc Ninh", "Lộc An")),
        ("UBND xã Cẩm Hưng, Cẩm Giàng, Hải Dương", "01/1990", ("Hải Hưng", "Cẩm Bình", "Cẩm Hưng")),
    ],
)
def test_the_place_of_a_book_under_the_names_of_its_year(office: str, volume: str, then: tuple[str, ...]) -> None:
    place = office_place(office, volume)
    found = places_of_its_year(place)
    assert found[0] == place
    assert then in [(p.province, p.district, p.commune) for p in found]
    assert all(p.year == place.year for p in found)


@pytest.mark.parametrize(
    ("office", "volume"),
    [
        ("UBND xã Đồng Tâm, huyện Mỹ Đức, Hà Nội", "01/2009"),
        ("UBND xã Vân Hòa, huyện Ba Vì, Hà Nội", "01/1985"),  # Hà Nội had it from 1979 to 1991
        ("UBND xã Sông Trầu, huyện Trảng Bom, Đồng Nai", "01/1998"),
        ("UBND xã Đồng Tâm, huyện Mỹ Đức, Hà Nội", ""),
    ],
)
def test_a_place_that_is_called_as_it_was_has_one_name(office: str, volume: str) -> None:
    place = office_place(office, volume)
    assert places_of_its_year(place) == (place,)
