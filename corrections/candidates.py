"""Readings as values that may stand in a field, put right by what the lists know, each as sure as that leaves it.

Lost marks of names, units of a place, phrases, the police of an identity paper: what was changed is no surer than its
kind of change has been right, so that a person looks at most of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corrections.confidence import (
    combine,
    is_known_phrase,
    known_phrase_like,
    standard_confidence,
    usual_name,
    usual_words,
)
from corrections.dot_below import dot_below_doubtful, may_lack_dots, without_stray_dots
from corrections.name_repair import repair_name
from corrections.near_phrases import near_phrases
from corrections.near_places import near_places
from corrections.normalise import Normalised, normalise
from corrections.paper_words import with_known_issuer
from corrections.place_units import match_units, with_capital_i, with_hamlet_word
from layouts.columns import Column, FieldKind
from vietnamese.letters import letters_only
from vietnamese.named_units import with_usual_stops

__all__ = [
    "NAME_PUT_RIGHT",
    "PUT_RIGHT",
    "PUT_RIGHT_AGREED",
    "Candidate",
    "candidate",
    "known_name",
    "known_phrase",
    "known_place",
    "near_phrase",
    "with_issuer",
    "with_sure_hamlet",
]

# Odds are prior knowledge, as those of `confidence.py`, chosen by judgement.
_NEARLY_AS_LIKELY = 0.3
"""A reading this likely, against the first, is preferred when it names known units and the first does not."""
_LISTED_AFTER = 1.5
"""A value that is one of the lists' once a lost mark is put back."""
_KNOWN_UNITS = 3.0
"""A place whose units are all listed: misreadings seldom hit another unit of the same district."""
_READ_WELL, _UNITS_ALONE = 0.87, 0.92
"""Below the first a place with known units claims the second at most: its other words may be wrong."""
_HAMLET_PUT_RIGHT = 0.85
"""Most a place may claim whose hamlet's word was put right: less than `_READ_WELL`."""
PUT_RIGHT = 0.9
"""Most a place may claim whose unit was put right by the lists."""
_NEAR_PHRASE, _PHRASES_OFF = 0.85, 0.2
"""Most a text may claim whose words were put right by phrases that they were nearly, and the share of letters that may
have been misread."""
PUT_RIGHT_AGREED = 0.96
"""The same of a typed name or place that all readings told alike: of 55 on 252 drawn entries all were right."""
_TWIN = 0.9
"""Most a place may claim whose commune has a neighbour that one mark parts from it (`Thanh An`, `Thạnh An`)."""
_ONE_UNIT = 0.1
"""Odds of a home of a single unit: it is mostly the rest of an address."""
NAME_PUT_RIGHT = 0.85
"""Most a name may claim in which a lost tone mark was put back."""
_DOT_UNSURE = 0.88
"""A name whose dot below may be one of the printed line's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A reading, its standard value, and how sure both are."""

    text: str
    normalised: Normalised
    confidence: float
    """That the standard value is right."""
    read: float
    """The recogniser's, that the text is."""


def with_sure_hamlet(text: str, sure: float) -> tuple[str, float]:
    """A place with its hamlet's word put right, which a person looks at, and with the `Ia` of a unit's name."""
    right = with_hamlet_word(text)
    return with_capital_i(right), sure if right == text else min(sure, _HAMLET_PUT_RIGHT)


def known_place(candidates: list[Candidate], *, home: bool, most: float) -> Candidate:
    """The likeliest reading, or a nearly as likely one that names known units; a lost mark in a unit is put back.

    A home of a single unit is usually the rest of an address of which a line was not read.
    """
    first = candidates[0]
    stopped = with_usual_stops(first.normalised.value)
    if stopped != first.normalised.value:
        whole = replace(first.normalised, value=stopped)
        return replace(first, text=stopped, normalised=whole, confidence=min(PUT_RIGHT, first.confidence))
    for candidate in candidates:
        match = match_units(candidate.normalised.value)
        if match.known and not match.changed and candidate.confidence > _NEARLY_AS_LIKELY * first.confidence:
            sure = combine(candidate.confidence, _KNOWN_UNITS if candidate.normalised.certain else 1.0)
            if candidate.confidence < _READ_WELL:  # the lists say nothing of the hamlet or street before the commune
                sure = min(sure, _UNITS_ALONE)
            return replace(candidate, confidence=min(sure, _TWIN) if match.has_twin else sure)
    match = match_units(first.normalised.value)
    if match.changed:
        most, factor = (most, _LISTED_AFTER) if match.known else (PUT_RIGHT, 1.0)
        sure = min(_TWIN if match.has_twin else most, combine(first.confidence, factor))
        put_right = replace(first.normalised, value=match.text)
        return replace(first, text=match.text, normalised=put_right, confidence=sure)
    marks = _with_marks(first.normalised.value)
    if marks is not None:
        put_right = replace(first.normalised, value=marks)
        return replace(first, text=marks, normalised=put_right, confidence=min(PUT_RIGHT, first.confidence))
    if first.text and home and not re.search(r"[,;]|\s[-–]|[-–]\s", first.text):
        return replace(first, confidence=combine(first.confidence, _ONE_UNIT))
    return first


def _with_marks(place: str) -> str | None:
    """A place with the marks of the chain of listed units that has its letters, also where no province is written; None
    where no chain has them, or it stands so."""
    letters = letters_only(place)
    return next((near for near in near_places(place) if letters_only(near) == letters), None)


def known_name(column: Column, first: Candidate, context: Mapping[str, str], *, most: float, typed: bool) -> Candidate:
    """The reading with lost tone marks of its syllables put back, which a person looks at; typed, without dots of the
    line."""
    value = first.normalised.value
    bare = without_stray_dots(value) if typed else value
    if "-" in value and usual_name(value.replace("-", " ")):
        bare = value.replace("-", " ")  # strokes of the line
    if bare != value and value in first.text:
        text = first.text.replace(value, bare)
        told = normalise(column, text, context=context)
        return replace(first, text=text, normalised=told, confidence=min(NAME_PUT_RIGHT, first.confidence))
    if dot_below_doubtful(value, typed=typed):
        first = replace(first, confidence=min(first.confidence, _DOT_UNSURE))
    right = repair_name(value)
    if right == value or value not in first.text:
        return first
    text = first.text.replace(value, right)
    told = normalise(column, text, context=context)
    sure = min(most, combine(first.confidence, _LISTED_AFTER))
    if typed and usual_name(right):  # what the reading lost says nothing against the name as it is now
        sure = most if most == PUT_RIGHT_AGREED else min(most, standard_confidence(column.kind, first.read, told))
    if typed and may_lack_dots(value, right):
        sure = min(sure, _DOT_UNSURE)
    return replace(first, text=text, normalised=told, confidence=sure)


def known_phrase(column: Column, first: Candidate, context: Mapping[str, str]) -> Candidate:
    """The reading with the marks of the one phrase of the lists that has its letters."""
    phrase = known_phrase_like(first.text)
    if phrase is None or phrase == first.text.casefold().strip(" .,;"):
        return first
    text = first.text[:1] + phrase[1:] if phrase[:1] == first.text[:1].casefold() else phrase.capitalize()
    told = normalise(column, text, context=context)
    sure = min(PUT_RIGHT, standard_confidence(column.kind, first.read, told))
    return replace(first, text=text, normalised=told, confidence=sure)


def near_phrase(column: Column, first: Candidate, context: Mapping[str, str]) -> Candidate:
    """The reading with the phrases of the lists that its words are nearly, which a person looks at; words that can be
    Vietnamese and were read well stay."""
    well_read = is_known_phrase(first.text) or (first.read >= _READ_WELL and usual_words(first.text))
    near = None if well_read else near_phrases(first.text, column.kind)
    if near is None or not 0 < near.off <= _PHRASES_OFF or near.text == first.text:
        return first
    told = normalise(column, near.text, context=context)
    return replace(first, text=near.text, normalised=told, confidence=min(_NEAR_PHRASE, first.confidence))


def with_issuer(column: Column, first: Candidate, context: Mapping[str, str]) -> Candidate:
    """An identity paper's text with the province of its police spelt as it is, which a person looks at."""
    right = with_known_issuer(first.text) if column.kind is FieldKind.TEXT and not context.get("shared") else first.text
    if right == first.text:
        return first
    told = normalise(column, right, context=context)
    return replace(first, text=right, normalised=told, confidence=min(PUT_RIGHT, first.confidence))


def candidate(column: Column, text: str, confidence: float, context: Mapping[str, str], decoded: bool) -> Candidate:
    """A reading as a value; `decoded`: the recogniser knew the lists itself."""
    normalised = normalise(column, text, context=context)
    told = usual_name(text) if column.kind is FieldKind.TITLE else not any(map(str.isdigit, text))
    alone = bool(text) and told and not decoded
    sure = standard_confidence(column.kind, confidence, normalised, lexicon_used=decoded, written=alone)
    return Candidate(text=text, normalised=normalised, confidence=sure, read=confidence)
