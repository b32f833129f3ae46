"""Administrative units by year: which provinces and districts existed, and what a written place names.

The communes are those of 2017 and 2024; provinces that were dissolved, split or renamed since 1976 come from a list
of their own. A place outside the lists may be right: the lists propose and remark, they never refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from vietnamese import lexicons
from vietnamese.letters import fold_spaces, fold_tones
from vietnamese.syllables import strip_tone

__all__ = [
    "UNKNOWN_PLACE",
    "WORD",
    "BookPlace",
    "PlaceParts",
    "Unit",
    "bare_name",
    "districts_of",
    "former_years",
    "known_provinces",
    "office_place",
    "place_key",
    "place_tree",
    "province_existed",
    "same_area",
    "same_unit_name",
    "split_place",
]

_KIND_WORDS = re.compile(
    r"^(?:tỉnh|thành phố|tp\.?|t\.p\.?|huyện|h\.|quận|q\.|thị xã|tx\.?|xã|x\.|phường|p\.|thị trấn|tt\.?)\s*(?=\S)", re.I
)
_SEPARATORS = re.compile(r"\s*,\s*|\s+[-–]\s+|\s*;\s*|(?<!\b[A-Z])(?<!\b[Tt][Pp])\.\s+(?=[A-ZĐ])")
_AUTHORITY = re.compile(r"^\s*(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân)\s+", re.I)
_SHORT = {
    "tphcm": "Hồ Chí Minh", "hcm": "Hồ Chí Minh", "sg": "Hồ Chí Minh", "sai gon": "Hồ Chí Minh", "hn": "Hà Nội",
    "brvt": "Bà Rịa - Vũng Tàu", "ba ria vung tau": "Bà Rịa - Vũng Tàu", "tt hue": "Thừa Thiên Huế",
    "hue": "Thừa Thiên Huế", "dak lak": "Đắk Lắk", "dac lac": "Đắk Lắk", "dak nong": "Đắk Nông",
    "dac nong": "Đắk Nông", "song be": "Sông Bé",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceParts:
    """A place taken apart from the end: province, district, commune, and what stands before."""

    province: str = ""
    """Name as listed, without the word for its kind; empty when the last part is no province."""
    district: str = ""
    commune: str = ""
    rest: str = ""


def bare_name(name: str) -> str:
    """A unit's name without the word for its kind (`Huyện Mỹ Đức` -> `Mỹ Đức`; `Quận 7` keeps its number)."""
    folded = fold_spaces(name)
    bare = _KIND_WORDS.sub("", folded)
    return folded if bare.isdecimal() else bare


def place_key(name: str) -> str:
    """Key of a unit's name without kind words, tone marks, hyphens and spaces."""
    return re.sub(r"[^a-z0-9]", "", fold_tones(bare_name(name)))


@lru_cache(maxsize=1)
def known_provinces() -> dict[str, tuple[str, int, int]]:
    """Key -> (name, first year, last year); provinces of today's list since 1900 unless they are younger."""
    found: dict[str, tuple[str, int, int]] = {}
    for place in lexicons.places():
        found.setdefault(place_key(place.province), (bare_name(place.province), 1900, 2025))
    for name, year in lexicons.young_provinces().items():
        key = place_key(name)
        if key in found:
            found[key] = (found[key][0], year, found[key][2])
    for former in lexicons.former_provinces():
        key = place_key(former.name)
        name, first, last = found.get(key, (former.name, former.first_year, former.last_year))
        found[key] = (name, min(first, former.first_year), max(last, former.last_year))
    return found


def province_existed(name: str, year: int) -> bool | None:
    """Whether a province of that name existed in a year; None when no list knows the name.

    The places clerks write are often those of the person's birth, so a name older than the entry is usual; a name
    that is younger than the entry is a sign of a misreading.
    """
    listed = known_provinces().get(_province_key(name))
    return None if listed is None else listed[1] <= year


def _province_key(name: str) -> str:
    plain = fold_tones(bare_name(name)).strip(" .")
    return place_key(_SHORT.get(re.sub(r"[.\-]", " ", plain).strip(), _SHORT.get(plain.replace(" ", ""), name)))


@lru_cache(maxsize=1)
def _districts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for place in lexicons.places():
        found.setdefault(place_key(place.province), {})[place_key(place.district)] = bare_name(place.district)
    return found


def districts_of(province: str) -> dict[str, str]:
    """Districts of a province by key; empty for one no list knows or that was dissolved."""
    return _districts().get(_province_key(province), {})


@lru_cache(maxsize=16384)
def split_place(text: str) -> PlaceParts:
    """A written place taken apart: what stands last is the province, before it the district, then the commune."""
    parts = [p for p in _SEPARATORS.split(fold_spaces(text)) if p]
    if not parts:
        return PlaceParts()
    listed = known_provinces()
    province = listed.get(_province_key(parts[-1]))
    if province is None and len(parts) > 1:
        joined = f"{parts[-2]} - {parts[-1]}"  # `Bà Rịa - Vũng Tàu` is one name
        province = listed.get(_province_key(joined))
        parts = [*parts[:-2], joined] if province else parts
    if province is None:
        return PlaceParts(rest=fold_spaces(text))
    before = parts[:-1]
    district = bare_name(before[-1]) if before else ""
    commune = bare_name(before[-2]) if len(before) > 1 else ""
    return PlaceParts(province=province[0], district=district, commune=commune, rest=", ".join(before[:-2]))


@lru_cache(maxsize=1)
def _followers() -> dict[str, frozenset[str]]:
    """Dissolved province -> keys of itself and of the provinces of its area, through every later split."""
    direct: dict[str, set[str]] = {}
    for former in lexicons.former_provinces():
        direct.setdefault(place_key(former.name), set()).update(place_key(name) for name in former.followed_by)
    found: dict[str, frozenset[str]] = {}
    for key in direct:
        area, waiting = {key}, [key]
        while waiting:
            new = direct.get(waiting.pop(), set()) - area
            area |= new
            waiting += new
        found[key] = frozenset(area)
    return found


def same_area(first: str, second: str) -> bool:
    """Whether two province names may mean one area: the same, or one split off the other (`Sông Bé`, `Bình Phước`)."""
    one, two = _province_key(first), _province_key(second)
    followers = _followers()
    return one == two or two in followers.get(one, frozenset()) or one in followers.get(two, frozenset())


def office_place(office: str, volume_number: str) -> BookPlace:
    """Where and when a book was kept, as far as its office and its number say.

    Args:
        office: registering authority in words (`UBND xã Đồng Tâm, huyện Mỹ Đức, Hà Nội`).
        volume_number: `nn/yyyy`.
    """
    parts = split_place(_AUTHORITY.sub("", office))
    year = volume_number.rpartition("/")[2]
    return BookPlace(
        province=parts.province,
        district=parts.district,
        commune=parts.commune,
        year=int(year) if len(year) == 4 and year.isdecimal() else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPlace:
    """Where and when a register book was kept, as far as that is known: its addresses lie near it.

    Attributes:
        province: name as listed, without the word for its kind; empty where unknown. So the others:
        district: a district of it.
        commune: a commune of that.
        year: year of registration.
    """

    province: str = ""
    district: str = ""
    commune: str = ""
    year: int | None = None


UNKNOWN_PLACE = BookPlace()
"""Nothing is known of the book."""

WORD = re.compile(r"[^\s,;–-]+")
"""A word of an address: what stands between blanks, commas and dashes."""

_KIND_PREFIX = re.compile(r"(?:Tỉnh|Thành phố|Thị xã|Thị trấn|Quận|Huyện|Phường|Xã) (?=\D)")


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
def former_years() -> Mapping[str, int]:
    """Provinces whose name is no longer used to the last year of that name."""
    today = {_unit(place.province).name for place in lexicons.places()}
    return {former.name: former.last_year for former in lexicons.former_provinces() if former.name not in today}
