"""How sure a pre-filled value is: the recogniser's probability, moved by what rules and other fields say.

Evidence moves the odds, never the probability itself, so a sure reading stays sure and nothing reaches 0 or 1.
The factors are prior knowledge; `corrections.thresholds` measures on confirmed values what they are worth.
"""

from __future__ import annotations

from functools import lru_cache

from corrections.normalise import Normalised
from layouts.columns import FieldKind
from vietnamese import lexicons
from vietnamese.letters import fold_tones

__all__ = ["CEILING", "FLOOR", "combine", "known_share", "standard_confidence"]

FLOOR, CEILING = 0.001, 0.999
"""Nothing is told surer than this, either way: odds stay finite, and no reading is past being looked at."""

_LISTED = 12.0
"""A misreading rarely spells another value of a short list."""
_SHAPED = 2.0
"""A valid date or volume number: most misreadings break the shape."""
_KNOWN_WORDS = 1.5
"""Every syllable of a typed name or place is one that some list knows."""
_KNOWN_PHRASE = 5.0
"""A whole relation or cause of death as clerks write it."""
_ODD_NAME, _ODD_PLACE = 0.15, 0.35
"""A syllable no list knows: rare in names, less so in places."""
_GUESSED = 0.35
"""The rule had to guess letters."""
_GUESS_WORTH = 0.9
"""Share of that, once more: a guess is never taken for sure, however sure its reading was. By judgement."""

_LIST_KINDS = frozenset({FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY, FieldKind.SEX, FieldKind.CODE})
_SHAPED_KINDS = frozenset({FieldKind.DATE, FieldKind.VOLUME, FieldKind.TIME_OF_DEATH, FieldKind.DATE_WORDS})
_NAME_KINDS = frozenset({FieldKind.NAME, FieldKind.SIGNER})
_PHRASE_KINDS = frozenset({FieldKind.RELATION, FieldKind.TEXT})


def combine(confidence: float, factor: float) -> float:
    """The probability after evidence that is `factor` times likelier when the value is right than when wrong."""
    clipped = min(max(confidence, FLOOR), CEILING)
    odds = clipped / (1 - clipped) * factor
    return min(max(odds / (1 + odds), FLOOR), CEILING)


def standard_confidence(
    kind: FieldKind, reading_confidence: float, normalised: Normalised, *, lexicon_used: bool = False
) -> float:
    """Probability that the standard value is right.

    Args:
        kind: kind of the column.
        reading_confidence: the recogniser's, for the text.
        normalised: the rule's value and certainty.
        lexicon_used: the recogniser knew the lists itself (handwriting is decoded with them): that its words are
            known says nothing new; that they are not, still does.
    """
    if not normalised.certain:
        return combine(reading_confidence, _GUESSED) * _GUESS_WORTH
    if not normalised.value:
        return min(max(reading_confidence, FLOOR), CEILING)
    factor = _factor(kind, normalised.value)
    return combine(reading_confidence, min(factor, 1.0) if lexicon_used else factor)


def _factor(kind: FieldKind, value: str) -> float:
    if kind in _LIST_KINDS:
        return _LISTED
    if kind in _SHAPED_KINDS:
        return _SHAPED
    if kind in _PHRASE_KINDS:
        return _KNOWN_PHRASE if _plain_case(value) in _known_phrases() else 1.0
    if kind in _NAME_KINDS:
        return _KNOWN_WORDS if _usual_name(value) else _ODD_NAME
    if kind is FieldKind.PLACE:
        return _KNOWN_WORDS if known_share(value) == 1.0 else _ODD_PLACE
    return 1.0


@lru_cache(maxsize=1)
def _known_phrases() -> frozenset[str]:
    return frozenset(_plain_case(phrase) for phrase in (*lexicons.relations(), *lexicons.death_causes()))


def _usual_name(name: str) -> bool:
    """Whether the name begins with a surname and goes on with syllables of names, tone marks counted."""
    syllables = [_plain_case(s) for s in name.split()]
    surnames, parts = _name_syllables()
    return bool(syllables) and syllables[0] in surnames and all(s in parts for s in syllables[1:])


@lru_cache(maxsize=1)
def _name_syllables() -> tuple[frozenset[str], frozenset[str]]:
    surnames = (*lexicons.surnames(), *lexicons.minority_surnames())
    parts = (*surnames, *lexicons.middle_names(), *lexicons.given_names(), *lexicons.minority_given_names())
    return frozenset(map(_plain_case, surnames)), frozenset(map(_plain_case, parts))


@lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    names = (*lexicons.surnames(), *lexicons.middle_names(), *lexicons.given_names())
    minority = (*lexicons.minority_surnames(), *lexicons.minority_given_names())
    places = {syllable for place in lexicons.places() for part in (place.commune, place.district, place.province)
              for syllable in part.split()}  # fmt: skip
    words = {syllable for text in (*lexicons.relations(), *lexicons.death_causes()) for syllable in text.split()}
    more = "phó chủ tịch ubnd thôn ấp xóm tổ khu phố đường số nhà đội bản buôn làng khối cụm tại bệnh viện trạm y tế"
    return frozenset(_plain_case(s) for s in (*names, *minority, *places, *words, *more.split()))


def _plain_case(syllable: str) -> str:
    return syllable.casefold().strip("().,'\"-")


def known_share(text: str) -> float:
    """Share of a text's syllables that some list knows, tone marks counted; figures count as known."""
    syllables = [_plain_case(s) for s in text.replace("-", " ").replace(",", " ").replace("/", " ").split()]
    syllables = [s for s in syllables if s]
    if not syllables:
        return 1.0
    listed = _known_syllables()
    known = sum(1 for s in syllables if s in listed or any(c.isdecimal() for c in s) or len(fold_tones(s)) == 1)
    return known / len(syllables)
