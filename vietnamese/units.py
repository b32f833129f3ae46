"""What a written place names among the administrative units, and what stood in a year.

The units hang in the tree of `unit_tree.py`. A place outside the lists may be right: the lists propose and remark, they
never refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vietnamese.addresses import AUTHORITY, bare_name, parted, place_key
from vietnamese.dated_units import DatedUnit, UnitPath, dated_units, former_provinces
from vietnamese.letters import fold_spaces, fold_tones, tone_key
from vietnamese.syllables import strip_tone
from vietnamese.unit_tree import Unit, by_key, provinces, same_path

__all__ = [
    "UNKNOWN_PLACE",
    "BookPlace",
    "PlaceParts",
    "communes_of",
    "district_existed",
    "districts_of",
    "office_place",
    "places_of_its_year",
    "province_existed",
    "province_named",
    "same_area",
    "same_unit_name",
    "split_place",
]

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


def district_existed(province: str, district: str, year: int) -> bool | None:
    """Whether a district of that name lay in a province by a year; None when no list knows it there."""
    found = _districts_named(province, district)
    return any(unit.first_year <= year for unit in found) if found else None


def districts_of(province: str, year: int | None = None) -> dict[str, str]:
    """Districts of a province by key; empty for one no list knows.

    Args:
        province: its name.
        year: a year by which they had begun, whether or not they had ended: older people were born in them. A dissolved
            province has its districts for a year in which it stood, and none without a year.
    """
    unit = province_named(province)
    if unit is None or not (unit.stands or (year is not None and unit.stood_in(year))):
        return {}
    return {d.key: d.name for d in unit.children if year is None or d.first_year <= year}


def communes_of(province: str, district: str, year: int | None) -> dict[str, str]:
    """Communes of a district that had begun by a year, by key; all of them where the year is not known."""
    return {
        commune.key: commune.name
        for found in _districts_named(province, district)
        for commune in found.children
        if year is None or commune.first_year <= year
    }


def _districts_named(province: str, district: str) -> tuple[Unit, ...]:
    unit = province_named(province)
    return by_key(unit.children).get(place_key(district), ()) if unit is not None else ()


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
    for former in former_provinces():
        direct.setdefault(place_key(former.name), set()).update(place_key(path[0]) for path in former.followed_by)
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

    @property
    def path(self) -> UnitPath:
        """Its names from the province down, as far as they are known."""
        names = (self.province, self.district, self.commune)
        return names[: names.index("")] if "" in names else names


UNKNOWN_PLACE = BookPlace()
"""Nothing is known of the book."""


@lru_cache(maxsize=1024)
def places_of_its_year(book: BookPlace) -> tuple[BookPlace, ...]:
    """A book's place as its office names it today, then as it was called in the book's own year, if that is otherwise.

    A book of 1998 that `UBND xã Đồng Tâm, huyện Mỹ Đức, Hà Nội` keeps was written in `Mỹ Đức, Hà Tây`. Several older
    names where the table tells several.
    """
    found = [book]
    for place in found:  # grows while older names have older names
        found += [older for older in _older_names(place) if older not in found]
    return tuple(found)


def _older_names(place: BookPlace) -> Iterator[BookPlace]:
    """What stood in the year of a place where it, or a unit above it, did not stand yet."""
    if place.year is None:
        return
    own, before = _told()
    for size in range(len(place.path), 0, -1):
        key = tuple(map(tone_key, place.path[:size]))
        if any(row.holds(place.year) for row in own.get(key, ())):
            continue
        for row in before.get(key, ()):
            if row.holds(place.year):
                names = (*row.path, *place.path[size:], "", "")
                yield BookPlace(province=names[0], district=names[1], commune=names[2], year=place.year)


_Rows = Mapping[UnitPath, tuple[DatedUnit, ...]]


@lru_cache(maxsize=1)
def _told() -> tuple[_Rows, _Rows]:
    """The table by the keys of its units, and by those of the units that followed as their continuation."""
    own: dict[UnitPath, tuple[DatedUnit, ...]] = {}
    before: dict[UnitPath, tuple[DatedUnit, ...]] = {}
    for row in dated_units():
        key = tuple(map(tone_key, row.path))
        own[key] = (*own.get(key, ()), row)
        for path in row.followed_by:
            if path not in row.taken_in_by and not same_path(path, row.path):
                later = tuple(map(tone_key, path))
                before[later] = (*before.get(later, ()), row)
    return own, before


def same_unit_name(one: str, other: str) -> bool:
    """Equal but for capitals, the tone's place (Hoà, Hòa), or the two usual spellings of Đắk."""
    both = {one.casefold(), other.casefold()}
    return strip_tone(one) == strip_tone(other) or both <= {"đắk", "đăk", "đắc", "đak"}
