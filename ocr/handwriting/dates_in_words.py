"""Dates in words: whatever was read, it is a day, a month and a year, and each of them is said in few ways.

`năm mười` is no year and `tháng ba tám` no month, though all their words are words of dates. So a reading is weighed
against the dates that come nearest to it, and one that says a date counts for more than one that says none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from vietnamese.calendar_limits import DAYS, MONTHS
from vietnamese.letters import first_large
from vietnamese.number_words import day_words, month_words, year_words

__all__ = ["date_gain", "with_dates"]

_YEARS = range(1890, 2031)
"""Years that people of the registers and their entries can have."""
_GAIN = 6.0
"""Nats in favour of a text that is a date. Of 70 dates parted between two lines, in hands of 15 writers kept from
training, 44 told the right day, month and year before, 59 so; none that passed unseen was another day."""
_NEAREST, _WAYS = 4, 2
"""Days, months and years that are tried for what was read of each, and ways to part a text into the three."""
_MOST_TEXTS = 24
"""Dates handed on to be weighed."""
_FEWEST_WORDS, _BEHIND_MONTH = 5, 3
"""Of a text that may be a month with its year: shorter ones are a piece of one; and of what stands behind `tháng`."""
_SIGNS = " ,.;:-"
_DAY, _MONTH, _YEAR = "ngày", "tháng", "năm"

_Told = tuple[tuple[str, float], ...]
"""Ways to say a part of a date, with how many letters of what was read differ."""


def date_gain(text: str) -> float:
    """Nats in favour of a text for being a date with its month and year."""
    words = _words(text)
    months = [at for at, word in enumerate(words) if word == _MONTH and _says_day(words[:at])]
    ends = ((at, end) for at in months for end in range(at + 2, len(words) - 1) if words[end] == _YEAR)
    told = ((" ".join(words[at + 1 : end]), " ".join(words[end + 1 :])) for at, end in ends)
    return _GAIN if any(month in _months() and year in _years() for month, year in told) else 0.0


def _says_day(words: Sequence[str]) -> bool:
    said = " ".join(words[1:] if words[:1] == [_DAY] else words)
    return not words or said in _days()


def with_dates(text: str) -> list[str]:
    """The dates that come nearest to a reading, in its capitals and with its commas; none of a short one."""
    words = _words(text)
    if len(words) < _FEWEST_WORDS:
        return []
    named = Levenshtein.distance(words[0], _DAY) <= Levenshtein.distance(words[0], "") / 2
    first = 1 if named else 0
    ways = sorted(
        (way for at in range(first, len(words) - _BEHIND_MONTH) for end in range(at + 2, len(words) - 1)
         if (way := _parted(words, first, at, end))),
        key=lambda way: way[0],
    )[:_WAYS]  # fmt: skip
    comma = ", " if "," in text else " "
    found: dict[str, float] = {}
    for _, parts in ways:
        for day, month, year in product(*parts):
            said = comma.join([
                " ".join(filter(None, (_DAY if named else "", day[0]))), f"{_MONTH} {month[0]}", f"{_YEAR} {year[0]}",
            ]).lstrip(_SIGNS)  # fmt: skip
            found.setdefault(first_large(said) if text[:1].isupper() else said, day[1] + month[1] + year[1])
    return sorted(found, key=lambda said: found[said])[:_MOST_TEXTS]


def _parted(words: Sequence[str], first: int, at: int, end: int) -> tuple[float, tuple[_Told, _Told, _Told]] | None:
    """What a text says with its words for month and year at two places, and how many letters differ."""
    day = _nearest(" ".join(words[first:at]), 0) if at > first else (("", 0.0),)
    month = _nearest(" ".join(words[at + 1 : end]), 1)
    year = _nearest(" ".join(words[end + 1 :]), 2)
    off = Levenshtein.distance(words[at], _MONTH) + Levenshtein.distance(words[end], _YEAR)
    return off + day[0][1] + month[0][1] + year[0][1], (day, month, year)


@lru_cache(maxsize=4096)
def _nearest(said: str, part: int) -> _Told:
    ways = (_days, _months, _years)[part]()
    found = process.extract(said, ways, scorer=Levenshtein.distance, limit=_NEAREST)
    return tuple((str(text), float(distance)) for text, distance, _ in found)


def _words(text: str) -> list[str]:
    return [bare for word in text.lower().split() if (bare := word.strip(_SIGNS))]


@lru_cache(maxsize=1)
def _days() -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for day in DAYS for said in day_words(day)))


@lru_cache(maxsize=1)
def _months() -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for month in MONTHS for said in month_words(month)))


@lru_cache(maxsize=1)
def _years() -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for year in _YEARS for said in year_words(year)))
