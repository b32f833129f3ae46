"""Which administrative units a book of some place and year most likely names."""

from __future__ import annotations

from functools import lru_cache

from vietnamese.unit_tree import Unit, provinces
from vietnamese.units import BookPlace, places_of_its_year, same_unit_name

__all__ = ["commune_gain", "district_gain", "home_units", "is_home", "province_gain"]

_HOME_PROVINCE, _HOME_DISTRICT = 1.0, 1.5
"""Nats in favour of the book's own province, and of its own district."""
_TOO_YOUNG, _DISSOLVED, _NEWER = -3.0, -1.0, -1.5
"""Nats against a province that began after the book was written, one that had ended (elders were born in it), and a
district or commune that was made, or respelt, later."""


def is_home(province: Unit, book: BookPlace) -> bool:
    """Whether a province is the book's own, under today's name or that of the book's year."""
    return any(same_unit_name(province.name, own.province) for own in places_of_its_year(book) if own.province)


def province_gain(province: Unit, book: BookPlace) -> float:
    """Nats for or against an address in that province, in a book of that place and year."""
    gain = _HOME_PROVINCE if is_home(province, book) else 0.0
    if book.year is not None:
        if province.stands and province.first_year > book.year:  # a dissolved one may have stood once before
            gain += _TOO_YOUNG
        if province.last_year < book.year:
            gain += _DISSOLVED
    return gain


def district_gain(district: Unit, book: BookPlace) -> float:
    """Nats in favour of the book's own district, its province being the book's own; or against one made later."""
    if _is_home_district(district, book):
        return _HOME_DISTRICT
    return _NEWER if book.year is not None and book.year < district.first_year else 0.0


def _is_home_district(district: Unit, book: BookPlace) -> bool:
    return any(same_unit_name(district.name, own.district) for own in places_of_its_year(book) if own.district)


def commune_gain(commune: Unit, book: BookPlace) -> float:
    """Nats against a commune that was made, or respelt, after the book was written."""
    return _NEWER if book.year is not None and book.year < commune.first_year else 0.0


@lru_cache(maxsize=64)
def home_units(book: BookPlace) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """Districts of the book's province, and the communes of its district, each name once; empty if unknown."""
    districts = [district for province in provinces() if is_home(province, book) for district in province.children]
    communes = [commune for district in districts if _is_home_district(district, book) for commune in district.children]
    return _by_name(districts), _by_name(communes)


def _by_name(units: list[Unit]) -> tuple[Unit, ...]:
    return tuple({unit.name: unit for unit in reversed(units)}.values())[::-1]
