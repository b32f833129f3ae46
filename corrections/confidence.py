"""How sure a pre-filled value is: the recogniser's probability, moved by what rules and other fields say.

Evidence moves the odds, never the probability itself, so a sure reading stays sure and nothing reaches 0 or 1.
The factors are prior knowledge; `corrections.thresholds` measures on confirmed values what they are worth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES
from corrections.identity_papers import identity_paper
from corrections.normalise import Normalised
from layouts.columns import FieldKind
from vietnamese import lexicons
from vietnamese.letters import fold_tones, letters_only
from vietnamese.syllables import is_syllable
from vietnamese.units import province_named

__all__ = [
    "CEILING",
    "FLOOR",
    "combine",
    "is_known_phrase",
    "known_phrase_like",
    "known_share",
    "standard_confidence",
    "usual_name",
    "usual_words",
]

FLOOR, CEILING = 0.001, 0.999
"""Nothing is told surer than this, either way: odds stay finite, and no reading is past being looked at."""

_LISTED = 12.0
"""A misreading rarely spells another value of a short list."""
_SHAPED = 2.0
"""A valid date or volume number: most misreadings break the shape."""
_SHORTEST_NAME = 2
"""Syllables of a whole name, at least: one alone is mostly what is left of it."""
_MIDDLE_ALONE = ("thị", "văn")
"""Words that begin what is left of a name whose first word was lost."""
_DOT_OF_LINE = re.compile(r"\d\s*\.\s*[^\W\d]")
"""What may be a dot of the line between a number and a word."""
_WHOLE_NUMBER = 1.2
"""An identity number of a length that a decree fixes: no figure was lost or read twice."""
_KNOWN_WORDS = 1.5
"""Every syllable of a typed name or place is one that some list knows."""
_KNOWN_PHRASE, _KNOWN_PHRASES = 12.0, 5.0
"""A whole relation or cause of death as clerks write it: of 295 typed ones on 334 drawn entries all were right; several
phrases, of which a comma may have gone."""
_ODD_NAME, _ODD_PLACE = 0.15, 0.35
"""A syllable no list knows: rare in names, less so in places."""
_ODD_WORD = 0.35
"""A word of a free text that can be no Vietnamese one (`viêc`): a mark went with the dotted line."""
_NOTHING_TOLD = 12.0
"""A text for several columns without a date or a place: words are misread, but not out of figures."""
_GUESSED = 0.35
"""The rule had to guess letters."""
_GUESS_WORTH = 0.9
"""Share of that, once more: a guess is never taken for sure, however sure its reading was. By judgement."""

_LIST_KINDS = frozenset({FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY, FieldKind.SEX, FieldKind.CODE})
_USUAL_TITLES = frozenset({"chủ tịch", "phó chủ tịch"})
_TOLD_OF = frozenset({FieldKind.DATE, FieldKind.PLACE, FieldKind.TITLE})
_SHAPED_KINDS = frozenset({FieldKind.DATE, FieldKind.VOLUME, FieldKind.TIME_OF_DEATH, FieldKind.DATE_WORDS})
_NAME_KINDS = frozenset({FieldKind.NAME, FieldKind.SIGNER})
_PHRASE_KINDS = frozenset({FieldKind.RELATION, FieldKind.TEXT})


def combine(confidence: float, factor: float) -> float:
    """The probability after evidence that is `factor` times likelier when the value is right than when wrong."""
    clipped = min(max(confidence, FLOOR), CEILING)
    odds = clipped / (1 - clipped) * factor
    return min(max(odds / (1 + odds), FLOOR), CEILING)


def standard_confidence(
    kind: FieldKind,
    reading_confidence: float,
    normalised: Normalised,
    *,
    lexicon_used: bool = False,
    written: bool = False,
) -> float:
    """Probability that the standard value is right.

    Args:
        kind: kind of the column.
        reading_confidence: the recogniser's, for the text.
        normalised: the rule's value and certainty.
        lexicon_used: the recogniser knew the lists itself (handwriting is decoded with them): that its words are
            known says nothing new; that they are not, still does.
        written: there is a text, of which the rule says surely that it tells nothing of this column.
    """
    if not normalised.certain:
        return combine(reading_confidence, _GUESSED) * _GUESS_WORTH
    if not normalised.value:
        return combine(reading_confidence, _NOTHING_TOLD if written and kind in _TOLD_OF else 1.0)
    factor = _factor(kind, normalised.value)
    return combine(reading_confidence, min(factor, 1.0) if lexicon_used else factor)


def _factor(kind: FieldKind, value: str) -> float:
    if kind in _LIST_KINDS:
        return _LISTED
    if kind is FieldKind.TITLE:
        return _LISTED if value.casefold() in _USUAL_TITLES else 1.0
    if kind in _SHAPED_KINDS:
        return _SHAPED
    if kind in _PHRASE_KINDS:
        if is_known_phrase(value):
            return _KNOWN_PHRASE if _is_phrase(_plain_case(value).split()) else _KNOWN_PHRASES
        if kind is FieldKind.TEXT and _is_whole_paper(value):
            return _KNOWN_PHRASES
        return _ODD_WORD if kind is FieldKind.TEXT and not usual_words(value) else 1.0
    if kind in _NAME_KINDS:
        return _KNOWN_WORDS if usual_name(value) else _ODD_NAME
    if kind is FieldKind.ID_NUMBER:
        return _WHOLE_NUMBER if len(value) in (CARD_FIGURES, PERSONAL_FIGURES) else 1.0
    if kind is FieldKind.PLACE:
        return _KNOWN_WORDS if known_share(value) == 1.0 else _ODD_PLACE
    return 1.0


def is_known_phrase(text: str) -> bool:
    """Whether a text is a relation, a cause of death or another phrase that clerks write as a whole, or several."""
    words = _plain_case(text).split()
    reached = {0}
    for end in range(1, len(words) + 1):
        if any(start in reached and _is_phrase(words[start:end]) for start in range(end)):
            reached.add(end)
    return bool(words) and len(words) in reached


def known_phrase_like(text: str) -> str | None:
    """The known phrase, or phrases one after the other, with a text's letters, their marks aside.

    Returns:
        It in small letters, with the commas of the text; None when none or several have these letters.
    """
    words = text.casefold().strip(" .,;").split()
    told: dict[int, list[str]] = {0: []}
    for end in range(1, len(words) + 1):
        for start in (start for start in sorted(told) if start < end):
            found = _phrases_by_letters().get(letters_only(" ".join(words[start:end])), ())
            if len(found) == 1:
                comma = "," if words[end - 1].endswith(",") else ""
                told[end] = [*told[start], found[0] + comma]
                break
    return " ".join(told[len(words)]) if words and len(words) in told else None


def _is_phrase(words: Sequence[str]) -> bool:
    return " ".join(words).strip(",;") in _known_phrases()


@lru_cache(maxsize=1)
def _known_phrases() -> frozenset[str]:
    lists = (lexicons.relations(), lexicons.death_causes(), lexicons.set_phrases(), lexicons.care_places())
    return frozenset(_plain_case(phrase) for phrases in lists for phrase in phrases)


@lru_cache(maxsize=1)
def _phrases_by_letters() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in sorted(_known_phrases()):
        found[letters_only(phrase)] = (*found.get(letters_only(phrase), ()), phrase)
    return found


def _is_whole_paper(text: str) -> bool:
    """Whether a text is an identity paper with its number, date and the police of a known province."""
    if not text[:1].isalpha() or not any(map(str.isdigit, text)) or _DOT_OF_LINE.search(text):
        return False
    paper = identity_paper(text)
    issuer = paper.issued_by.split(" ", 1)
    known = len(issuer) > 1 and province_named(issuer[1]) is not None
    return paper.certain and paper.date_certain and bool(paper.kind and paper.number and paper.issued_on) and known


def usual_words(text: str) -> bool:
    """Whether every word of a text can be Vietnamese, or is one of a name, a place or a usual text."""
    words = [_plain_case(word) for word in text.replace("-", " ").replace("/", " ").split()]
    listed = _known_syllables()
    return all(word in listed or is_syllable(word) or not word.isalpha() for word in words if word)


def usual_name(name: str) -> bool:
    """Whether the name begins with a surname and goes on with syllables of names, tone marks counted."""
    syllables = [_plain_case(s) for s in name.split()]
    surnames, parts = _name_syllables()
    if len(syllables) < _SHORTEST_NAME or syllables[0] not in surnames or syllables[0] in _MIDDLE_ALONE:
        return False
    kinh = syllables[0] in _kinh_surnames()  # beside which `Thach` has lost its dot
    return all(s in parts and (is_syllable(s) or not kinh) for s in syllables[1:])


@lru_cache(maxsize=1)
def _kinh_surnames() -> frozenset[str]:
    return frozenset(map(_plain_case, lexicons.surnames()))


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
    short = "cmnd cccd qđ ca hc"
    more = "phó chủ tịch ubnd thôn ấp xóm tổ khu phố đường số nhà đội bản buôn làng khối cụm tại bệnh viện trạm y tế"
    return frozenset(_plain_case(s) for s in (*names, *minority, *places, *words, *short.split(), *more.split()))


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
