"""A written place taken into its parts, and what a book's confirmed places say of others: their ends, their signs.

An address is a hamlet or a street before the units; in one book the units recur, and the clerk parts them by one sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from vietnamese.addresses import parted, place_key
from vietnamese.letters import tone_key

__all__ = ["PlacesOfBook", "end_keys", "ends_of", "places_of_book"]

_ENDS = (3, 2)
"""Parts of an address that recur together: commune, district and province, or the last two."""
_MOST_ENDS = 8
"""Ends of places that are offered, the most frequent first. No measurement is on record."""
_RECURS = 3
"""Times from which the end of a place is offered for a like one."""
_LIKE = 0.6
"""Share of letters from which the end of a place may be one that the book knows."""
_OFTEN, _MOSTLY = 5, 0.8
"""Places from which, and share of them by which, one sign is the clerk's usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesOfBook:
    """What confirmed places of a book show.

    Attributes:
        ends: by their keys, the ends of addresses and how often each was met.
        usual: the sign by which the clerk parts units (`, `, ` - `); empty where none is usual.
    """

    ends: dict[tuple[str, ...], tuple[tuple[str, ...], int]]
    usual: str

    def met(self, place: str) -> tuple[int, float]:
        """How often the longest known end of a place was met, and the share of its units that it holds."""
        for key in end_keys(place):
            if key in self.ends:
                return self.ends[key][1], len(key) / _ENDS[0]
        return 0, 0.0

    def told_as_usual(self, place: str) -> bool:
        """Whether a place of several parts is told by the clerk's usual sign throughout."""
        parts, signs = parted(place)
        return bool(self.usual and signs) and all(parts) and all(sign == self.usual for sign in signs)

    def versions(self, place: str) -> list[str]:
        """The place as the book would tell it: its usual signs, and ends that the book knows in place of like ones."""
        parts, signs = parted(place)
        kept = tuple(part for part in parts if part)
        sign = self.usual or next(iter(signs), "")
        if len(kept) < 2 or not sign:
            return []
        found = [sign.join(kept)]
        for end, times in self._oftenest():
            size = len(end)
            if times >= _RECURS and len(kept) >= size and _alike(kept[-size:], end) >= _LIKE:
                found.append(sign.join((*kept[:-size], *end)))
        return [version for version in dict.fromkeys(found) if version != place]

    def shown(self) -> tuple[str, frozenset[tuple[str, ...]]]:
        """What places are told by: the usual sign, and the ends that recur most."""
        return self.usual, frozenset(end for end, times in self._oftenest() if times >= _RECURS)

    def _oftenest(self) -> list[tuple[tuple[str, ...], int]]:
        return sorted(self.ends.values(), key=lambda found: (-found[1], -len(found[0]), found[0]))[:_MOST_ENDS]


def places_of_book(confirmed: Iterable[str]) -> PlacesOfBook:
    """What confirmed places show, in the order of the book."""
    ends: dict[tuple[str, ...], tuple[tuple[str, ...], int]] = {}
    signs: Counter[str] = Counter()
    for place in confirmed:
        signs.update(parted(place)[1])
        for end in ends_of(place):
            key = _keys(end)
            ends[key] = (end, ends.get(key, (end, 0))[1] + 1)
    usual, times = signs.most_common(1)[0] if signs else ("", 0)
    return PlacesOfBook(ends=ends, usual=usual if times >= _OFTEN and times >= _MOSTLY * signs.total() else "")


@lru_cache(maxsize=8192)
def ends_of(place: str) -> tuple[tuple[str, ...], ...]:
    """The ends of an address that may recur with another hamlet before them, the longest first."""
    parts = parted(place)[0]
    return tuple(parts[-size:] for size in _ENDS if len(parts) >= size and all(parts[-size:]))


@lru_cache(maxsize=8192)
def end_keys(place: str) -> tuple[tuple[str, ...], ...]:
    """Keys of the ends of an address."""
    parts = parted(place)[0]
    return tuple(_keys(parts[-size:]) for size in _ENDS if len(parts) >= size)


@lru_cache(maxsize=8192)
def _keys(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tone_key(part) for part in parts)


@lru_cache(maxsize=8192)
def _bare(parts: tuple[str, ...]) -> str:
    return " ".join(map(place_key, parts))


@lru_cache(maxsize=32768)
def _alike(read: tuple[str, ...], end: tuple[str, ...]) -> float:
    return Levenshtein.normalized_similarity(_bare(read), _bare(end))
