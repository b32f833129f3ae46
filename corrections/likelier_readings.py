"""Which of several readings of a typed line is spelt as such values are: the lists know `Nguyễn`, not `Nguyẫn`.

Where recognisers differ, the one that is right more often comes first. Where its reading is no name, phrase or title
that the lists know and another's is, that one is offered instead, no surer than it was: a person looks at both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from corrections.confidence import is_known_phrase, known_phrase_like, usual_name, usual_words
from corrections.dates import parse_date
from corrections.dot_below import more_usual
from corrections.name_repair import repair_name
from corrections.place_units import names_units
from corrections.signers import signer
from layouts.columns import FieldKind
from vietnamese.calendar_limits import DAYS, MONTHS, YEARS_OF_PEOPLE

__all__ = ["usual_first"]

_ALIKE = 0.7
"""Likeness of a reading to the first from which both are readings of one text. By judgement; a third of the letters
wrong is what two recognisers make of the worst lines."""

_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})([./-])(\d{4})")
_CENTURIES = {"1": "19", "2": "20"}
_NOUGHT_MISREAD = 0.5
"""Share of its confidence that a date mended by its noughts keeps: a person looks. By judgement."""
_PREFIXED = re.compile(r"\b[A-ZĐ]['’][A-ZĐ]")
"""`H'Bia`, `K'Điểu`: an apostrophe there is lost more often than a speck is read as one."""
_LONGER = 2
"""Letters by which another reading may be longer: a letter or two were lost."""
_NAMES = (FieldKind.NAME, FieldKind.SIGNER, FieldKind.TITLE)

Reading = tuple[str, float]
"""Text and confidence."""


def usual_first(kind: FieldKind, readings: Sequence[Reading]) -> list[Reading]:
    """The readings, the one spelt as values of the kind usually are in front; figures are the first one's in any case.

    Args:
        kind: of the column; others than dates, names, signers, titles, relations, texts and places stay in their order.
        readings: of one line, tidied, the likeliest first.
    """
    if kind is FieldKind.DATE and (mended := _with_noughts(readings[0][0])):
        return [(mended, _NOUGHT_MISREAD * readings[0][1]), *readings]
    first = readings[0]
    same = [other for other in readings[1:] if _is_another_of(kind, first[0], other[0])]
    best = max([first, *same], key=lambda reading: _spelling(kind, reading[0]))  # of equals the first
    if kind in _NAMES:  # a dot below is mostly as the more usual name has it
        best = next((other for other in same if more_usual(other[0], best[0])), best)
    others = [reading for reading in readings if reading is not best]
    if _put_right(kind, first[0]) == best[0].casefold():
        best = (best[0], first[1])  # the first says the same but for marks that the lists put back
    return [best, *others]


def _with_noughts(text: str) -> str:
    """A date that no calendar has with the noughts that were read as nines (`06/91/2012`), and in the century of its
    thousand (`2814`, `1088`); empty when that makes none.

    Type with a dot or a stroke in its noughts is read so.
    """
    found = _DATE.fullmatch(text)
    if found is None or parse_date(text).certain:
        return ""
    day, sign, month, other, year = found.groups()
    day = day.replace("9", "0") if int(day) not in DAYS else day
    month = month.replace("9", "0") if int(month) not in MONTHS else month
    year = _CENTURIES[year[0]] + year[2:] if int(year) not in YEARS_OF_PEOPLE and year[0] in _CENTURIES else year
    mended = f"{day}{sign}{month}{other}{year}"
    return mended if parse_date(mended).certain else ""


def _put_right(kind: FieldKind, text: str) -> str | None:
    if kind is FieldKind.NAME:
        return repair_name(text).casefold()
    return known_phrase_like(text) if kind in (FieldKind.TEXT, FieldKind.RELATION) else None


def _is_another_of(kind: FieldKind, first: str, other: str) -> bool:
    if kind not in _NAMES and _figures(first) != _figures(other):  # in a name a figure is a letter misread (`0anh`)
        return False
    if len(other) > len(first) + _LONGER:
        return False  # with something of the label before it, or of the row above
    return Levenshtein.normalized_similarity(first.casefold(), other.casefold()) >= _ALIKE


def _figures(text: str) -> str:
    """Figures of numbers; one within a word is a letter misread (`6iấy`)."""
    return "".join(re.findall(r"(?<![^\W\d_])\d+(?![^\W\d_])", text))


def _spelling(kind: FieldKind, text: str) -> int:
    """How much of a text the lists know; only larger and smaller count."""
    if kind is FieldKind.NAME:
        return 2 * int(usual_name(text)) + int(usual_name(repair_name(text))) + int(bool(_PREFIXED.search(text)))
    if kind in (FieldKind.SIGNER, FieldKind.TITLE):
        told = signer(text)
        return int(bool(told.title) and told.certain) + int(usual_name(told.name))
    if kind in (FieldKind.TEXT, FieldKind.RELATION):
        return int(is_known_phrase(text)) + int(usual_words(text))
    return int(kind is FieldKind.PLACE and (is_known_phrase(text) or names_units(text)))  # `Trạm y tế xã`
