"""Which of several readings of a typed line is spelt as such values are: the lists know `Nguyễn`, not `Nguyẫn`.

Where recognisers differ, the one that is right more often comes first. Where its reading is no name, phrase or title
that the lists know and another's is, that one is offered instead, no surer than it was: a person looks at both.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from corrections.confidence import is_known_phrase, usual_name, usual_words
from corrections.signers import signer
from layouts.columns import FieldKind

__all__ = ["usual_first"]

_ALIKE = 0.7
"""Likeness of a reading to the first from which both are readings of one text. By judgement; a third of the letters
wrong is what two recognisers make of the worst lines."""

Reading = tuple[str, float]
"""Text and confidence."""


def usual_first(kind: FieldKind, readings: Sequence[Reading]) -> list[Reading]:
    """The readings, the one spelt as values of the kind usually are in front; figures are the first one's in any case.

    Args:
        kind: of the column; others than names, signers, titles, relations and texts stay in their order.
        readings: of one line, tidied, the likeliest first.
    """
    first = readings[0]
    same = [other for other in readings[1:] if _is_another_of(first[0], other[0])]
    best = max([first, *same], key=lambda reading: _spelling(kind, reading[0]))  # of equals the first
    return [best, *(reading for reading in readings if reading is not best)]


def _is_another_of(first: str, other: str) -> bool:
    if _figures(first) != _figures(other):
        return False
    return Levenshtein.normalized_similarity(first.casefold(), other.casefold()) >= _ALIKE


def _figures(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _spelling(kind: FieldKind, text: str) -> int:
    """How much of a text the lists know; only larger and smaller count."""
    if kind is FieldKind.NAME:
        return int(usual_name(text))
    if kind in (FieldKind.SIGNER, FieldKind.TITLE):
        told = signer(text)
        return int(bool(told.title) and told.certain) + int(usual_name(told.name))
    if kind in (FieldKind.TEXT, FieldKind.RELATION):
        return int(is_known_phrase(text)) + int(usual_words(text))
    return 0
