"""The words clerks write over and over, found in a text of which letters were misread.

A note or a purpose is made of set phrases, numbers and days (`Cải chính năm sinh theo QĐ số 9 ngày 18/12/2019`). Where
its words are near those of the lists, the phrases take their place; figures and words of no phrase stay as read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from layouts.columns import FieldKind
from vietnamese import lexicons
from vietnamese.letters import first_large, fold_spaces, in_capitals_of

__all__ = ["NearPhrases", "near_phrases"]

_MOST_WORDS = 12
"""Words of the longest phrase of the lists."""
_WORD_OFF = 0.4
"""Share of a phrase's letters that may be misread, so that it is that phrase at all. By judgement."""
_UNKNOWN = 0.5
"""Letters that a word of no phrase counts as misread, for each of its own: phrases are preferred to it."""
_KNOWN_PART = 0.6
"""Share of the letters that must lie in phrases of the lists. By judgement."""
_SIGNS = " .,;:-–_~|\"'()"
_DAY_WORD = re.compile(r"(?<!\S)ng\S{0,4}(?=\s+\d{1,2}\s?[./-]\s?\d)", re.I)
"""`ngày` before a day in figures, however much of it is left."""
_NO_DAY_WORD = re.compile(r"(số \d+) (?=\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d)", re.I)
"""Between a decision's number and its day that word is never left out."""
_SHORT_FORMS = re.compile(r"(?<!\w)(?:qđ|ubnd)(?!\w)")
"""What is written in capitals within other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPhrases:
    """A text with its phrases as the lists have them."""

    text: str
    off: float
    """Share of the letters of its phrases that were read otherwise."""


@dataclass(frozen=True, slots=True)
class _Path:
    """The best way to a place among the words: what was misread, letters within phrases, the pieces so far."""

    cost: float
    known: int
    pieces: tuple[str, ...]


@lru_cache(maxsize=4096)
def near_phrases(text: str, kind: FieldKind = FieldKind.TEXT) -> NearPhrases | None:
    """The text with the nearest phrases of its kind's lists in the place of its words; None where few words are near
    any.

    Capitals, commas and figures are those of the text. One text follows one list: a purpose holds no cause of death.

    Args:
        text: what was read.
        kind: of the field.
    """
    words = _NO_DAY_WORD.sub(r"\1 ngày ", _DAY_WORD.sub("ngày", fold_spaces(text))).split()
    letters = sum(len(word) for word in words if not _has_figure(word))
    ways = [way for phrases in _lists(kind) if (way := _best_way(words, phrases)) and letters]
    best = min((way for way in ways if way.known >= _KNOWN_PART * letters), key=lambda way: way.cost, default=None)
    if best is None:
        return None
    joined = _SHORT_FORMS.sub(lambda short: short[0].upper(), " ".join(best.pieces))
    put_in = (
        len(joined.split()) - len(fold_spaces(text).split()) > 0 and joined.casefold() != fold_spaces(text).casefold()
    )
    return NearPhrases(text=joined, off=max(best.cost, float(put_in)) / letters)


def _best_way(words: list[str], phrases: tuple[str, ...]) -> _Path | None:
    """The words of a text told in phrases of one list, at the least cost."""
    paths: list[_Path | None] = [_Path(0.0, 0, ()), *[None] * len(words)]
    for end in range(1, len(words) + 1):
        starts = range(max(0, end - _MOST_WORDS), end)
        ways = [_further(paths[start], words[start:end], phrases) for start in starts]
        paths[end] = min((way for way in ways if way), key=lambda way: way.cost, default=None)
    return paths[-1]


def _further(before: _Path | None, words: list[str], phrases: tuple[str, ...]) -> _Path | None:
    """A way gone on by some words: one phrase, or a single word as it is."""
    if before is None:
        return None
    if len(words) == 1 and _has_figure(words[0]):
        return _Path(before.cost, before.known, (*before.pieces, words[0]))
    if any(map(_has_figure, words)):
        return None
    read = " ".join(words)
    bare = read.casefold().strip(_SIGNS)
    found = _nearest(bare, phrases)
    if found is not None:
        phrase, distance = found
        piece = _written_as(read, phrase, first=not before.pieces) + ("," if read.endswith(",") else "")
        return _Path(before.cost + distance, before.known + len(read), (*before.pieces, piece))
    if len(words) > 1:
        return None
    return _Path(before.cost + 1 + _UNKNOWN * len(read), before.known, (*before.pieces, read))


def _written_as(read: str, phrase: str, *, first: bool) -> str:
    """A phrase in the letters read where these are the same but for their case; else with a capital where a text
    begins, unless its first letter was read as a small one."""
    bare = read.rstrip(",")
    if bare.casefold() == phrase:
        return bare
    if not first:
        return phrase.upper() if read.isupper() else phrase
    return in_capitals_of(read, phrase) if read[0].casefold() == phrase[0] else first_large(phrase)


def _has_figure(word: str) -> bool:
    return bool(re.search(r"\d", word))


@lru_cache(maxsize=16384)
def _nearest(bare: str, phrases: tuple[str, ...]) -> tuple[str, int] | None:
    """The phrase nearest to some words, and the letters it takes; none where too many differ."""
    if not bare:
        return None
    most = int(_WORD_OFF * len(bare))
    found = process.extractOne(bare, phrases, scorer=Levenshtein.distance, score_cutoff=most)
    return (str(found[0]), int(found[1])) if found else None


@lru_cache(maxsize=8)
def _lists(kind: FieldKind) -> tuple[tuple[str, ...], ...]:
    """The lists whose phrases may stand in a field of a kind, each by itself."""
    if kind is FieldKind.RELATION:
        listed: tuple[tuple[str, ...], ...] = (lexicons.relations(),)
    elif kind is FieldKind.PLACE:
        listed = (lexicons.care_places(),)
    else:
        listed = (lexicons.set_phrases(), lexicons.death_causes())
    return tuple(tuple(dict.fromkeys(phrase.casefold() for phrase in phrases)) for phrases in listed)
