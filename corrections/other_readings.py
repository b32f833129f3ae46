"""What the other readings of a line say for and against the value that was chosen.

A typed line is read at several sizes, and by the handwriting recogniser too where Tesseract is not sure of it; these
readings come as alternatives. They may differ in letters and tell one value, or be no value at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from corrections.confidence import is_known_phrase, known_phrase_like, usual_name
from corrections.dot_below import dot_below_doubtful, may_lack_dots
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES
from corrections.name_repair import repair_name
from corrections.normalise import normalise
from corrections.place_units import match_units, names_units, with_hamlet_word
from corrections.stray_marks import tidy_reading
from layouts.columns import Column, FieldKind
from ocr.readings import Engine, FieldReading, Script
from vietnamese.addresses import parted
from vietnamese.letters import graphemes

__all__ = ["is_typed", "odds_of_listed", "odds_of_others", "share_of_rivals", "told_by_all"]

# Odds are prior knowledge, as those of `confidence.py`.
_RIVAL = 0.1
"""Share from which another reading of a handwritten value limits what it may claim; of less the calibration knows."""
_TYPED_RIVAL = 0.2
"""The same of a typed name beside another usual name (`Nguyễn Thị Lê` was `Lộ`): of 3 one was wrong."""
_TOLD_BY_ALL = 12.0
"""Readings of a typed line that differ and tell one value: of 323 such values on 147 drawn entries one was wrong, of
537 of which they tell several 92. Whole numbers of identity papers: of 43 on 250 others none."""
_ONLY_POSSIBLE = 12.0
"""The one reading of a typed line that can be a date, or a number of an identity paper, where the others can be none:
of 212 and 21 such on 334 drawn entries all were right."""
_ONLY_NAME = 4.0
"""The one reading of a typed line that is a usual name: of 26 on 84 drawn entries one was wrong, by a dot below."""
_NAME_READ = 20.0
"""The same where a reading has it as it is and the first differs in a letter of a word: of 42 on 480 all were right."""
_ONLY_PLACE, _ONLY_PHRASE = 12.0, 12.0
"""A place of listed units that a reading has, whose figures all have alike: of 1,140 typed ones on 480 drawn entries
all were right, among them 106 that were looked at; a text of listed phrases beside others that are none: of 101 all.
Read by the recogniser of handwriting in typed entries: of 37 places one was wrong, of 30 phrases none."""
_PARTS = frozenset({FieldKind.NAME, FieldKind.SIGNER, FieldKind.ID_NUMBER, FieldKind.TITLE})
"""Parts of a run that are told or not whatever the rest says: of 377 names, 162 numbers and 334 titles of typed runs
that all readings told alike, on 480 drawn entries, all were right."""
_READ_ONCE_WELL = 0.87
"""Confidence from which a line counts as told by all its readings where these do not differ at all."""
_NAMES = (FieldKind.NAME, FieldKind.SIGNER)
_PHRASES = (FieldKind.TEXT, FieldKind.RELATION, FieldKind.PLACE)

Context = Mapping[str, str]


def is_typed(field: FieldReading) -> bool:
    """Whether Tesseract read a field, and as type."""
    return field.engine is Engine.TESSERACT and field.script is Script.TYPED


def share_of_rivals(column: Column, field: FieldReading, context: Context, value: str) -> float:
    """The largest share that other readings of a handwritten value, or of a typed name, give to another standard value.

    The calibration looks at many signs and may overlook this one: `10.11.1985` at 96 % beside `19.11.1985`.
    """
    typed_name = is_typed(field) and column.kind in _NAMES
    if not value or not (field.engine is Engine.HANDWRITING or typed_name):
        return 0.0
    can_be, least = (usual_name, _TYPED_RIVAL) if typed_name else (bool, _RIVAL)
    kind = FieldKind.TEXT if typed_name and context.get("shared") else column.kind  # commas part the values of a run
    others = ((normalise(column, tidy_reading(kind, a.text), context=context).value, a) for a in field.alternatives)
    told = value.casefold()
    share = max((a.probability for other, a in others if can_be(other) and other.casefold() != told), default=0.0)
    return share if share >= least else 0.0


def odds_of_others(
    column: Column, field: FieldReading, context: Context, value: str, readings: Sequence[str], *, among_typed: bool
) -> float:
    """How much likelier the readings of a typed line make a value, all taken together; 1.0 when they say nothing.

    Args:
        column: of the value.
        field: the line as read.
        context: what `normalise` is told of the entry.
        value: the standard value chosen.
        readings: of the line, the chosen one among them.
        among_typed: most of the entry is typed; among handwriting what reads like type is often a neat hand, and less
            is made of it.
    """
    if not _may_be_told(column, field, context, value, readings) or not field.alternatives:
        return 1.0
    told = [_put_right(column, tidy_reading(column.kind, text), context) for text in readings]
    rivals = [other for other in told if other != value.casefold()]
    if not rivals:
        return _TOLD_BY_ALL
    if column.kind in (FieldKind.DATE, FieldKind.ID_NUMBER):
        can_be = _is_whole if column.kind is FieldKind.ID_NUMBER else bool
        return 1.0 if any(map(can_be, rivals)) else _ONLY_POSSIBLE
    if column.kind in _NAMES:
        if not usual_name(value) or any(map(usual_name, rivals)):
            return 1.0
        whole = among_typed and all(len(word) > 1 for word in value.split())  # `H Xuân Đức` lost a letter
        return _NAME_READ if whole and _is_read(column, context, value, readings) else _ONLY_NAME
    listed = among_typed and column.kind in (FieldKind.PLACE, FieldKind.TEXT)
    return _only_listed(column, context, value, readings) if listed else 1.0


def told_by_all(column: Column, field: FieldReading, context: Context, value: str, readings: Sequence[str]) -> bool:
    """Whether every reading of a typed run tells this part of it alike, so that nothing the rest of the run was misread
    by speaks against it: a usual name, a whole number of an identity paper, a title."""
    if not context.get("shared") or not _may_be_told(column, field, context, value, readings):
        return False
    if not field.alternatives and field.confidence < _READ_ONCE_WELL:
        return False  # one reading that is not sure of itself says nothing of its parts
    if column.kind not in _PARTS or (column.kind in _NAMES and not usual_name(value)):
        return False
    kind = FieldKind.TEXT if column.kind is FieldKind.NAME else column.kind  # commas part the values of a run
    if not any(normalise(column, tidy_reading(kind, text), context=context).certain for text in readings):
        return False  # where the part ends was guessed
    return all(_put_right(column, tidy_reading(kind, text), context) == value.casefold() for text in readings)


def odds_of_listed(column: Column, field: FieldReading, context: Context, value: str, readings: Sequence[str]) -> float:
    """How much likelier the lists make a value that the recogniser of handwriting read in an entry that is typed: there
    it reads what is worn or crossed by rules, and another of its readings is seldom another place or phrase."""
    if field.engine is not Engine.HANDWRITING or column.kind not in _PHRASES or context.get("shared") or not value:
        return 1.0
    most = max((len(parted(tidy_reading(column.kind, text))[0]) for text in readings), default=0)
    if column.kind is FieldKind.PLACE and len(parted(value)[0]) < most:
        return 1.0  # a stroke between two units may have gone
    return _only_listed(column, context, value, readings)


def _may_be_told(column: Column, field: FieldReading, context: Context, value: str, readings: Sequence[str]) -> bool:
    """Whether what the readings have in common says anything: some things are misread alike at every size."""
    if not is_typed(field) or not value:
        return False
    if column.kind in _NAMES:  # a dot of the line is seen at every size
        return not dot_below_doubtful(value, typed=True) and not _lost_dots(column, context, value, readings)
    return column.kind is not FieldKind.ID_NUMBER or _is_whole(value)  # a figure may be lost at every size


def _is_read(column: Column, context: Context, name: str, readings: Sequence[str]) -> bool:
    """Whether one reading has the name as it is, and the first one differs by a letter of a word at most."""
    told = [normalise(column, tidy_reading(column.kind, text), context=context).value for text in readings]
    first, words = told[0].casefold().split(), name.casefold().split()
    near = len(first) == len(words) and all(edits <= 1 for edits in map(_letters_off, first, words))
    return near and name.casefold() in [one.casefold() for one in told]


def _letters_off(one: str, other: str) -> int:
    return Levenshtein.distance(graphemes(one), graphemes(other))


def _only_listed(column: Column, context: Context, value: str, readings: Sequence[str]) -> float:
    """Odds of a place of listed units, or of phrases of the lists, beside readings that are none."""
    told = [normalise(column, tidy_reading(column.kind, text), context=context).value for text in readings]
    if len({tuple(re.findall(r"\d+", text)) for text in (value, *told)}) > 1:
        return 1.0  # hamlets and houses have numbers that no list knows
    if column.kind is not FieldKind.PLACE:
        others = [known_phrase_like(text) for text in told]
        rivals = [other for other in others if other not in (None, value.casefold().strip(" .,;"))]
        return _ONLY_PHRASE if is_known_phrase(value) and not rivals else 1.0
    is_read = value.casefold() in [with_hamlet_word(text).casefold() for text in told]
    listed = match_units(value).known or names_units(value) or is_known_phrase(value)
    return _ONLY_PLACE if listed and is_read else 1.0


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
