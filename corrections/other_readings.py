"""What the other readings of a line say for and against the value that was chosen.

A typed line is read at several sizes, and by the handwriting recogniser too where Tesseract is not sure of it; these
readings come as alternatives. They may differ in letters and tell one value, or be no value at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corrections.confidence import known_phrase_like, usual_name
from corrections.dot_below import dot_below_doubtful, may_lack_dots
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES
from corrections.name_repair import repair_name
from corrections.normalise import normalise
from corrections.place_units import match_units
from corrections.stray_marks import tidy_reading
from layouts.columns import Column, FieldKind
from ocr.readings import Engine, FieldReading, Script

__all__ = ["is_typed", "odds_of_others", "share_of_rivals"]

# Odds are prior knowledge, as those of `confidence.py`.
_RIVAL = 0.1
"""Share from which another reading of a handwritten value limits what it may claim; of less the calibration knows."""
_TOLD_BY_ALL = 12.0
"""Readings of a typed line that differ and tell one value: of 323 such values on 147 drawn entries one was wrong, of
537 of which they tell several 92. Whole numbers of identity papers: of 43 on 250 others none."""
_ONLY_POSSIBLE = 12.0
"""The one reading of a typed line that can be a date, or a number of an identity paper, where the others can be none:
of 212 and 21 such on 334 drawn entries all were right."""
_ONLY_NAME = 4.0
"""The one reading of a typed line that is a usual name: of 26 on 84 drawn entries one was wrong, by a dot below."""
_NAMES = (FieldKind.NAME, FieldKind.SIGNER)
_PHRASES = (FieldKind.TEXT, FieldKind.RELATION, FieldKind.PLACE)

Context = Mapping[str, str]


def is_typed(field: FieldReading) -> bool:
    """Whether Tesseract read a field, and as type."""
    return field.engine is Engine.TESSERACT and field.script is Script.TYPED


def share_of_rivals(column: Column, field: FieldReading, context: Context, value: str) -> float:
    """The largest share that a handwritten value's other readings give to another standard value.

    The calibration looks at many signs and may overlook this one: `10.11.1985` at 96 % beside `19.11.1985`.
    """
    if field.engine is not Engine.HANDWRITING or not value:
        return 0.0
    told = value.casefold()
    others = ((normalise(column, tidy_reading(column.kind, a.text), context=context), a) for a in field.alternatives)
    share = max((a.probability for n, a in others if n.value and n.value.casefold() != told), default=0.0)
    return share if share >= _RIVAL else 0.0


def odds_of_others(column: Column, field: FieldReading, context: Context, value: str, readings: Sequence[str]) -> float:
    """How much likelier the readings of a typed line make a value, all taken together; 1.0 when they say nothing.

    Args:
        column: of the value.
        field: the line as read.
        context: what `normalise` is told of the entry.
        value: the standard value chosen.
        readings: of the line, the chosen one among them.
    """
    if not is_typed(field) or not value or not field.alternatives:
        return 1.0
    if column.kind in _NAMES and (
        dot_below_doubtful(value, typed=True) or _lost_dots(column, context, value, readings)
    ):
        return 1.0  # a dot of the line is seen at every size
    if column.kind is FieldKind.ID_NUMBER and not _is_whole(value):
        return 1.0  # a figure may be lost at every size
    told = [_put_right(column, tidy_reading(column.kind, text), context) for text in readings]
    rivals = [other for other in told if other != value.casefold()]
    if not rivals:
        return _TOLD_BY_ALL
    if column.kind in (FieldKind.DATE, FieldKind.ID_NUMBER):
        can_be = _is_whole if column.kind is FieldKind.ID_NUMBER else bool
        return 1.0 if any(map(can_be, rivals)) else _ONLY_POSSIBLE
    only_name = column.kind in _NAMES and usual_name(value) and not any(map(usual_name, rivals))
    return _ONLY_NAME if only_name else 1.0


def _lost_dots(column: Column, context: Context, name: str, readings: Sequence[str]) -> bool:
    read = (normalise(column, tidy_reading(column.kind, text), context=context).value for text in readings)
    return any(may_lack_dots(one, name) for one in read)


def _is_whole(number: str) -> bool:
    return len(number) in (CARD_FIGURES, PERSONAL_FIGURES)


def _put_right(column: Column, text: str, context: Context) -> str:
    """The standard value of another reading, in small letters, with the marks that the lists put back; none of what no
    calendar has."""
    found = normalise(column, text, context=context)
    value = "" if column.kind is FieldKind.DATE and not found.certain else found.value
    if column.kind in _PHRASES:
        value = known_phrase_like(value) or value
    if column.kind is FieldKind.PLACE:
        value = match_units(value).text
    elif column.kind in _NAMES:
        value = repair_name(re.sub(r"[^\w\s'’-]", "", value))
    return value.casefold()
