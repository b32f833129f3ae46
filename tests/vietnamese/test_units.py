from __future__ import annotations

import pytest

from vietnamese.units import (
    UNKNOWN_PLACE,
    BookPlace,
    UnitKind,
    by_key,
    communes_of,
    districts_of,
    office_place,
    province_existed,
    province_named,
    provinces,
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
    assert {d.name for d in heir.children} < {d.name for d in former.children}
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
