"""The administrative units as a tree of names, and which of them a book of some place and year most likely names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import ocr.lexicons as lexicons
from ocr.handwriting.syllables import strip_tone
from ocr.handwriting.types import BookPlace

__all__ = [
    "WORD",
    "Unit",
    "commune_gain",
    "district_gain",
    "home_units",
    "is_home",
    "place_tree",
    "province_gain",
    "same_unit_name",
]

WORD = re.compile(r"[^\s,;–-]+")
"""A word of an address: what stands between blanks, commas and dashes."""
_KIND_PREFIX = re.compile(r"(?:Tỉnh|Thành phố|Thị xã|Thị trấn|Quận|Huyện|Phường|Xã) (?=\D)")
_HOME_PROVINCE, _HOME_DISTRICT = 1.0, 1.5
"""Nats in favour of the book's own province, and of its own district."""
_TOO_YOUNG, _DISSOLVED, _NEWER = -3.0, -1.0, -1.5
"""Nats against a province that began after the book was written, one that had ended (elders were born in it), and a
commune that only the newest list has under this spelling."""
_NEWEST_LIST = 2018
"""Units that only the list of 2024 has were made after this year began."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's name as it is written, without the word that says what it is.

    Attributes:
        name: e.g. "Mỹ Đức".
        key: its words in small letters.
        words: how many they are.
        newer: it was made after 2017.
    """

    name: str
    key: str
    words: int
    newer: bool = False


def _unit(official: str, newer: bool = False) -> Unit:
    name = _KIND_PREFIX.sub("", official, count=1)
    words = WORD.findall(name)
    return Unit(name, " ".join(words).casefold(), len(words), newer)


@lru_cache(maxsize=1)
def place_tree() -> Mapping[Unit, Mapping[Unit, tuple[Unit, ...]]]:
    """Province to district to communes; provinces dissolved since 1989 hold the districts of their heirs."""
    grown: dict[Unit, dict[Unit, set[Unit]]] = {}
    for place in lexicons.places():
        communes = grown.setdefault(_unit(place.province), {}).setdefault(_unit(place.district), set())
        if place.commune:
            communes.add(_unit(place.commune, place.newer))
    tree = {p: {d: tuple(sorted(c, key=lambda u: u.name)) for d, c in ds.items()} for p, ds in grown.items()}
    by_name = {province.name: districts for province, districts in tree.items()}
    for former in lexicons.former_provinces():
        merged = {d: c for heir in former.followed_by for d, c in by_name.get(heir, {}).items()}
        tree.setdefault(_unit(former.name), merged)
    return tree


def same_unit_name(one: str, other: str) -> bool:
    """Equal but for capitals, the tone's place (Hoà, Hòa), or the two usual spellings of Đắk."""
    both = {one.casefold(), other.casefold()}
    return strip_tone(one) == strip_tone(other) or both <= {"đắk", "đăk", "đắc", "đak"}


@lru_cache(maxsize=1)
def _former_years() -> Mapping[str, int]:
    """Provinces whose name is no longer used to the last year of that name."""
    today = {_unit(place.province).name for place in lexicons.places()}
    return {former.name: former.last_year for former in lexicons.former_provinces() if former.name not in today}


def is_home(province: Unit, book: BookPlace) -> bool:
    """Whether a province is the book's own."""
    return bool(book.province) and same_unit_name(province.name, book.province)


def province_gain(province: Unit, book: BookPlace) -> float:
    """Nats for or against an address in that province, in a book of that place and year."""
    gain = _HOME_PROVINCE if is_home(province, book) else 0.0
    if book.year is not None:
        if lexicons.young_provinces().get(province.name, 0) > book.year:
            gain += _TOO_YOUNG
        if _former_years().get(province.name, book.year) < book.year:
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
