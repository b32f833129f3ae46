"""The administrative units as a tree of names, and which of them a book of some place and year most likely names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import vietnamese.lexicons as lexicons
from vietnamese.units import BookPlace, Unit, former_years, place_tree, same_unit_name

__all__ = ["commune_gain", "district_gain", "home_units", "is_home", "province_gain"]

_HOME_PROVINCE, _HOME_DISTRICT = 1.0, 1.5
"""Nats in favour of the book's own province, and of its own district."""
_TOO_YOUNG, _DISSOLVED, _NEWER = -3.0, -1.0, -1.5
"""Nats against a province that began after the book was written, one that had ended (elders were born in it), and a
commune that only the newest list has under this spelling."""
_NEWEST_LIST = 2018
"""Units that only the list of 2024 has were made after this year began."""


def is_home(province: Unit, book: BookPlace) -> bool:
    """Whether a province is the book's own."""
    return bool(book.province) and same_unit_name(province.name, book.province)


def province_gain(province: Unit, book: BookPlace) -> float:
    """Nats for or against an address in that province, in a book of that place and year."""
    gain = _HOME_PROVINCE if is_home(province, book) else 0.0
    if book.year is not None:
        if lexicons.young_provinces().get(province.name, 0) > book.year:
            gain += _TOO_YOUNG
        if former_years().get(province.name, book.year) < book.year:
            gain += _DISSOLVED
    return gain


def district_gain(district: Unit, book: BookPlace) -> float:
    """Nats in favour of the book's own district, its province being the book's own."""
    return _HOME_DISTRICT if book.district and same_unit_name(district.name, book.district) else 0.0


def commune_gain(commune: Unit, book: BookPlace) -> float:
    """Nats against a commune that was made, or respelt, after the book was written."""
    return _NEWER if commune.newer and book.year is not None and book.year < _NEWEST_LIST else 0.0


@lru_cache(maxsize=64)
def home_units(book: BookPlace) -> tuple[Mapping[Unit, tuple[Unit, ...]], tuple[Unit, ...]]:
    """Districts with their communes of the book's province, and the communes of its district; empty if unknown."""
    districts: Mapping[Unit, tuple[Unit, ...]] = {}
    for province, inside in place_tree().items():
        if is_home(province, book):
            districts = inside
    communes: tuple[Unit, ...] = ()
    for district, inside_it in districts.items():
        if book.district and same_unit_name(district.name, book.district):
            communes = inside_it
    return districts, communes
