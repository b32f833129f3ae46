"""The units of the lists that a misread place is near: commune, district and province that lie in one another.

Clerks write `phường 4, Sóc Trăng, Sóc Trăng`, but also `Đăk Pne, Kon Rẫy` without the province. Whatever is read of
each, few chains of the lists are near all of it together, so that a mark or two letters wrong in each of two names
(`Đăk Pne, Kón Rầy`) still tell one place. They are offered, never put in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corrections.place_units import is_hamlet, kind_and_name, named
from vietnamese.addresses import bare_name, parted, place_key
from vietnamese.letters import decomposed, tone_key
from vietnamese.unit_tree import Unit, by_key, provinces

__all__ = ["names_in", "near_places", "near_provinces"]

_PART_OFF, _ALL_OFF = 0.5, 0.3
"""Share of the letters and marks of one name, and of all names together, that may be misread. By judgement."""
_ABOVE, _LOWEST = 5, 3
"""Provinces and districts, and communes, of which the chain may go on."""
_MOST, _LESS_NEAR = 2, 2.0
"""Places offered, and by how many letters and marks the second may be further off."""
_OTHER_UNIT = 0.4
"""Letters that a unit counts as misread which no other place of the entry names: of equals the entry's own comes first.
By judgement."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """Units for the last parts of a place, the highest first, and the letters and marks they were misread in."""

    units: tuple[Unit, ...]
    off: float


def near_places(text: str, others: Collection[str] = ()) -> tuple[str, ...]:
    """The place with its units as the lists have them, the nearest first; none where they are listed as they stand.

    Args:
        text: a place, the lowest unit first, hamlet or street before it.
        others: names of units in the entry's other places (`names_in`).
    """
    parts, signs = _without_split_units(*parted(text))
    read = [_letters(_apart(part)[1]) for part in parts]
    if len(parts) < 2 or not all(read):
        return ()
    chains = sorted((_weighed(chain, others) for chain in _chains(parts, read)), key=lambda chain: chain.off)
    found: list[str] = []
    for chain in chains:
        if not _is_near(chain, read) or chain.off > chains[0].off + _LESS_NEAR:
            continue
        place = _written(parts, signs, chain)
        if place == text:
            return ()
        if place not in found:
            found.append(place)
    return tuple(found[:_MOST])


def near_provinces(name: str) -> tuple[str, ...]:
    """The provinces that a misread name is near, the nearest first."""
    return tuple(dict.fromkeys(bare_name(found.units[0].name) for found in _near(_letters(name), provinces(), _MOST)))


def names_in(places: Collection[str]) -> frozenset[str]:
    """The names in some places, without the words for their kinds."""
    return frozenset(tone_key(bare_name(part)) for place in places for part in parted(place)[0] if part)


def _chains(parts: Sequence[str], read: Sequence[str]) -> Iterator[_Chain]:
    """Chains of which each unit is near a part: from the province down, or from the district where none is written."""
    for top in _near(read[-1], provinces(), _ABOVE):
        for district in _near(read[-2], top.units[-1].children, _ABOVE):
            yield from _with_commune(parts[:-2], read[:-2], _joined(top, district))
    for district in _near(read[-1], _districts(), _ABOVE):
        yield from _with_commune(parts[:-1], read[:-1], district)


def _with_commune(parts: Sequence[str], read: Sequence[str], above: _Chain) -> Iterator[_Chain]:
    """A chain with the communes of its district that are near the part before it; without one where there is none."""
    if not parts or is_hamlet(parts[-1]):
        yield above
        return
    for commune in _near(read[-1], above.units[-1].children, _LOWEST):
        yield _joined(above, commune)


def _joined(above: _Chain, below: _Chain) -> _Chain:
    return _Chain((*above.units, *below.units), above.off + below.off)


def _near(read: str, units: tuple[Unit, ...], most: int) -> list[_Chain]:
    """The units whose names are near some letters, each a chain of one."""
    cutoff = int(_PART_OFF * len(read))
    found = process.extract(read, _spelt(units), scorer=Levenshtein.distance, score_cutoff=cutoff, limit=most)
    return [_Chain((units[place],), float(off)) for _, off, place in found]


def _is_near(chain: _Chain, read: Sequence[str]) -> bool:
    return chain.off <= _ALL_OFF * sum(map(len, read[-len(chain.units) :]))


def _weighed(chain: _Chain, others: Collection[str]) -> _Chain:
    elsewhere = sum(tone_key(unit.name) not in others for unit in chain.units) if others else 0
    return _Chain(chain.units, chain.off + _OTHER_UNIT * elsewhere)


def _written(parts: Sequence[str], signs: Sequence[str], chain: _Chain) -> str:
    """The place with the names of a chain, in the writer's words for their kinds, signs and capitals."""
    put_right = list(parts)
    for place, unit in enumerate(chain.units, start=1):
        head, bare = _apart(parts[-place])
        name = bare_name(unit.name)
        put_right[-place] = parts[-place] if tone_key(bare) == tone_key(name) else named(head, bare, name)
    return "".join(part + sign for part, sign in zip(put_right, (*signs, ""), strict=True))


def _without_split_units(parts: Sequence[str], signs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Parts and signs of a place in which a stroke parts the words of one unit no more (`tỉnh Thanh - Hóa`)."""
    kept, between = list(parts), list(signs)
    for place in range(len(kept) - 1, 0, -1):
        whole = f"{kept[place - 1]} {kept[place]}"
        apart = by_key(provinces()).keys().isdisjoint((place_key(kept[place]), place_key(kept[place - 1])))
        if apart and place_key(whole) in by_key(provinces()):
            kept[place - 1 : place + 1] = [whole]
            del between[place - 1]
    return kept, between


def _apart(part: str) -> tuple[str, str]:
    """The word for a unit's kind and its name; a number alone is none (`Phường 4`)."""
    head, bare = kind_and_name(part)
    return ("", part) if bare.isdecimal() else (head, bare)


def _letters(name: str) -> str:
    """Letters and marks one by one, so that a mark counts as much as a letter."""
    return decomposed(name.casefold()).replace("đ", "d\u0335")


@lru_cache(maxsize=1024)
def _spelt(units: tuple[Unit, ...]) -> tuple[str, ...]:
    return tuple(_letters(bare_name(unit.name)) for unit in units)


@lru_cache(maxsize=1)
def _districts() -> tuple[Unit, ...]:
    return tuple(district for province in provinces() for district in province.children)
