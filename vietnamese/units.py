"""Administrative units by year, as one tree, and what a written place names.

Provinces hold districts, districts hold communes; each unit says from which year to which its name was used. The
communes are those of 2017 and 2024 (`lexicons/data/places.txt`): of a commune renamed before 2017 only the later name
is known. Provinces that were dissolved, split or renamed since 1976 stand at the end of the tree
(`lexicons/data/former_provinces.tsv`); younger ones begin in the year of `young_provinces.tsv`. A place outside the
lists may be right: the lists propose and remark, they never refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vietnamese import lexicons
from vietnamese.addresses import AUTHORITY, WORD, UnitKind, bare_name, parted, place_key
from vietnamese.letters import fold_spaces, fold_tones
from vietnamese.syllables import strip_tone

__all__ = [
    "UNKNOWN_PLACE",
    "BookPlace",
    "PlaceParts",
    "Unit",
    "by_key",
    "communes_of",
    "districts_of",
    "office_place",
    "province_existed",
    "province_named",
    "provinces",
    "same_area",
    "same_unit_name",
    "split_place",
]

_ALWAYS, _STILL = 1900, 9999
"""Years of a unit whose beginning or end no list tells; registers begin later than the first."""
_NEWEST_LIST = 2018
"""Units that only the list of 2024 has were made, or respelt, after this year began."""
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """An administrative unit under one of its names."""

    kind: UnitKind
    name: str
    """Without the word for its kind (`Mỹ Đức`); a numbered one keeps it (`Quận 7`)."""
    key: str
    """`place_key` of the name: units that differ in marks alone share it."""
    spelt: str
    """Its words in small letters with their marks."""
    words: int
    """How many they are."""
    first_year: int = _ALWAYS
    last_year: int = _STILL
    children: tuple[Unit, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the name is still used."""
        return self.last_year == _STILL


def _unit(kind: UnitKind, official: str, years: tuple[int, int], children: Iterable[Unit] = ()) -> Unit:
    name = bare_name(official)
    words = WORD.findall(name)
    return Unit(
        kind=kind,
        name=name,
        key=place_key(name),
        spelt=" ".join(words).casefold(),
        words=len(words),
        first_year=years[0],
        last_year=years[1],
        children=tuple(children),
    )


@lru_cache(maxsize=1)
def provinces() -> tuple[Unit, ...]:
    """The tree: today's provinces as listed, then dissolved ones with the districts of their heirs."""
    standing = [_standing(name, inside) for name, inside in _listed().items()]
    by_name = {province.name: province for province in standing}
    dissolved: dict[str, Unit] = {}
    for former in lexicons.former_provinces():
        if former.name not in by_name and former.name not in dissolved:
            inherited = {d.name: d for heir in former.followed_by if heir in by_name for d in by_name[heir].children}
            years = (former.first_year, former.last_year)
            dissolved[former.name] = _unit(UnitKind.PROVINCE, former.name, years, inherited.values())
    return (*standing, *dissolved.values())


def _listed() -> dict[str, dict[str, dict[str, bool]]]:
    """Province -> district -> commune -> only the newest list has it; bare names, the town and the rural district of
    one name as one.
    """
    found: dict[str, dict[str, dict[str, bool]]] = {}
    for place in lexicons.places():
        districts = found.setdefault(bare_name(place.province), {})
        communes = districts.setdefault(bare_name(place.district), {})
        if place.commune:
            name = bare_name(place.commune)
            communes[name] = communes.get(name, True) and place.newer
    return found


def _standing(name: str, inside: Mapping[str, Mapping[str, bool]]) -> Unit:
    """A province of today; a name that was used before the province of today began counts from then."""
    began = [former.first_year for former in lexicons.former_provinces() if former.name == name]
    first = min([lexicons.young_provinces().get(name, _ALWAYS), *began])
    districts = [
        _unit(
            UnitKind.DISTRICT,
            district,
            (_ALWAYS, _STILL),
            [
                _unit(UnitKind.COMMUNE, commune, (_NEWEST_LIST if newer else _ALWAYS, _STILL))
                for commune, newer in sorted(communes.items())
            ],
        )
        for district, communes in inside.items()
    ]
    return _unit(UnitKind.PROVINCE, name, (first, _STILL), districts)


@lru_cache(maxsize=1024)
def by_key(units: tuple[Unit, ...]) -> Mapping[str, tuple[Unit, ...]]:
    """Units by their keys; several where a list spells one differently, or two differ in a tone only."""
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        found[unit.key] = (*found.get(unit.key, ()), unit)
    return found


def province_named(name: str) -> Unit | None:
    """The province of that name, with or without marks and the word for its kind, or of a usual short form of it."""
    found = by_key(provinces()).get(_province_key(name))
    return found[0] if found else None


def province_existed(name: str, year: int) -> bool | None:
    """Whether a province of that name existed in a year; None when no list knows the name.

    The places clerks write are often those of the person's birth, so a name older than the entry is usual; a name
    that is younger than the entry is a sign of a misreading.
    """
    province = province_named(name)
    return None if province is None else province.first_year <= year


def _province_key(name: str) -> str:
    plain = fold_tones(bare_name(name)).strip(" .")
    return place_key(_SHORT.get(re.sub(r"[.\-]", " ", plain).strip(), _SHORT.get(plain.replace(" ", ""), name)))


def districts_of(province: str, year: int | None = None) -> dict[str, str]:
    """Districts of a province by key; empty for one no list knows.

    Args:
        province: its name.
        year: a year in which a dissolved province still stood: its districts are then those of its heirs; without a
            year a dissolved one has none.
    """
    unit = province_named(province)
    stood = unit is not None and (unit.stands or (year is not None and unit.first_year <= year <= unit.last_year))
    return {district.key: district.name for district in unit.children} if unit is not None and stood else {}


def communes_of(province: str, district: str, year: int | None) -> dict[str, str]:
    """Communes of a district by key, as far as the lists know them for a year; empty for a district no list knows.

    A commune made, merged or respelt after that year is left out; so is none where the year is not known.
    """
    unit = province_named(province)
    inside = by_key(unit.children).get(place_key(district), ()) if unit is not None else ()
    return {
        commune.key: commune.name
        for found in inside
        for commune in found.children
        if year is None or commune.first_year <= year <= commune.last_year
    }


@lru_cache(maxsize=16384)
def split_place(text: str) -> PlaceParts:
    """A written place taken apart: what stands last is the province, before it the district, then the commune."""
    parts, signs = parted(fold_spaces(text), stops=True)
    written = [(part, sign) for part, sign in zip(parts, (*signs, ""), strict=True) if part]
    named, before = _ending(written, lambda name: province_named(name) is not None)
    province = province_named(named)
    if province is None:
        return PlaceParts(rest=fold_spaces(text))
    inside = by_key(province.children)
    district, above = _ending(before, lambda name: place_key(name) in inside)
    return PlaceParts(
        province=province.name,
        district=bare_name(district),
        commune=bare_name(above[-1][0]) if above else "",
        rest=", ".join(part for part, _ in above[:-1]),
    )


_Written = Sequence[tuple[str, str]]
"""Parts of an address, each with the sign behind it."""


def _ending(written: _Written, known: Callable[[str], bool]) -> tuple[str, _Written]:
    """The last unit of an address and what stands before it; a known one may have two halves (`Thừa Thiên - Huế`)."""
    if len(written) < 2:
        return (written[0][0], ()) if written else ("", ())
    (half, sign), (last, _) = written[-2:]
    whole = f"{half} - {last}"
    if known(whole) and (sign.strip() in ("-", "–") or not known(last)):
        return whole, written[:-2]
    return last, written[:-1]


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
    parts = split_place(AUTHORITY.sub("", office))
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


def same_unit_name(one: str, other: str) -> bool:
    """Equal but for capitals, the tone's place (Hoà, Hòa), or the two usual spellings of Đắk."""
    both = {one.casefold(), other.casefold()}
    return strip_tone(one) == strip_tone(other) or both <= {"đắk", "đăk", "đắc", "đak"}
