"""Values that a field may hold instead of what stands there: its readings put together word by word, with what the
lists know.

Readings of a line that are all wrong are seldom wrong in the same words: where one has the name right and another the
place, neither can be taken as it is. Names are moreover tried with their marks otherwise, most of all the dot below,
which dotted lines take away and leave behind; phrases and units of an address as the lists have them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from corrections.confidence import is_known_phrase, known_phrase_like, known_share, usual_name
from corrections.name_repair import repair_name
from corrections.near_phrases import near_phrases
from corrections.normalise import normalise
from corrections.paper_words import with_known_issuer
from corrections.place_units import match_units, with_hamlet_word
from corrections.stray_marks import tidy_reading
from layouts.columns import Column, FieldKind
from vietnamese import lexicons
from vietnamese.letters import fold_tones, in_capitals_of, nfc, tone_key, without_dot_below

__all__ = ["KINDS", "near_values"]

KINDS = frozenset(
    {FieldKind.NAME, FieldKind.SIGNER, FieldKind.TITLE, FieldKind.RELATION, FieldKind.TEXT, FieldKind.PLACE}
)
"""Kinds of values made of words."""
_NAMES = (FieldKind.NAME, FieldKind.SIGNER)

# What speaks for a word is added up in nats; all by judgement, tried on drawn entries.
_OWN, _OTHER = 0.5, 0.05
"""Share that the reading which stands is taken to have, and the least of another one."""
_DOT, _TONE, _LETTERS = 0.15, 0.01, 0.003
"""Shares of a name's syllable that no reading has: with the dot below otherwise, another tone, other marks."""
_BETWEEN = 0.05
"""Share of a syllable of which one reading has the letters and another the tone."""
_UNLISTED = 0.3
"""Count that a syllable stands for which no list of names has."""
_COUNTED = 0.7
"""Weight of how often a syllable is counted: beside what was read of it, the lists say less than they seem to."""
_USUAL_NAME = 1.4
"""Nats for a whole name that begins with a surname and goes on with syllables of names."""
_UNKNOWN_WORD = 2.5
"""Nats against a word that no list has, in a place or a text."""
_AS_IT_IS = 1.5
"""Nats against a spelling that the lists would put right."""
_WORDS_KEPT, _WAYS = 4, 24
"""Spellings of a word, and ways to put a value together, that are gone on with."""
_STRAY = 2
"""Letters and signs of a first word that may be a stroke read as one (`O' Bệnh viện`)."""
_PHRASES_OFF = 0.35
"""Share of letters misread up to which phrases of the lists are offered."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Some words of a value, in its place among them, and what may stand there instead."""

    start: int
    end: int
    words: str
    gain: float


def near_values(
    column: Column, text: str, others: Sequence[tuple[str, float]], context: Mapping[str, str]
) -> Iterator[str]:
    """Texts for a field, the likeliest first, each with another standard value than the text that stands.

    Args:
        column: the field's; of a kind of `KINDS`.
        text: that stands; where several columns share it, only this column's part of it is changed.
        others: further readings of the same ink with their probabilities.
        context: what `normalise` is told of the entry.
    """
    own = normalise(column, text, context=context).value
    if not own:
        return
    kind = FieldKind.TEXT if "," in context.get("shared", "") else column.kind  # commas part the values of a run
    readings = [(normalise(column, tidy_reading(kind, t), context=context).value, p) for t, p in others]
    first, _, rest = own.partition(" ")
    if kind is not FieldKind.NAME and rest.count(" ") and len(first) <= _STRAY and not first.isalnum():
        readings.append((rest, 0.0))  # what a stroke before the text was read as
    told = {tone_key(own)}
    for value in _ranked(column, own, [(value, share) for value, share in readings if value]):
        if tone_key(value) not in told:
            told.add(tone_key(value))
            yield text.replace(own, value, 1) if own in text else value


def _ranked(column: Column, own: str, readings: Sequence[tuple[str, float]]) -> list[str]:
    """The values that may be meant, the best spelt first, of equals the likelier."""
    ways = _ways(column.kind, own, readings)
    found: dict[str, float] = {}
    for value, gain in ways:
        for number, put_right in enumerate(_spellings(column.kind, value)):
            likely = gain + _spelling(column.kind, put_right) - _AS_IT_IS * number
            found[put_right] = max(likely, found.get(put_right, likely))
    return sorted(found, key=lambda value: -found[value])


def _ways(kind: FieldKind, own: str, readings: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The value with its words changed, in the order of what speaks for all changes together."""
    words = own.split()
    changes = _changes(kind, words, readings)
    ways: list[tuple[float, int, tuple[str, ...]]] = [(0.0, 0, ())]
    for start in range(len(words)):
        here = [change for change in changes if change.start == start]
        reached = [way for way in ways if way[1] == start]
        kept = [(gain, start + 1, (*done, words[start])) for gain, _, done in reached]
        turned = [
            (gain + change.gain, change.end, (*done, change.words) if change.words else done)
            for gain, _, done in reached
            for change in here
        ]
        ways = sorted([*(way for way in ways if way[1] > start), *kept, *turned], reverse=True)[:_WAYS]
    ended = [(" ".join(done), gain) for gain, _, done in ways]
    whole = [(value, math.log(max(share, _OTHER) / _OWN)) for value, share in readings]
    return [(value, gain) for value, gain in (*ended, *whole) if value]


def _changes(kind: FieldKind, words: list[str], readings: Sequence[tuple[str, float]]) -> list[_Change]:
    """What other readings and the lists have in the place of single words."""
    shares: dict[tuple[int, int, str], float] = defaultdict(float)
    for value, share in readings:
        for start, end, other in _differences(words, value.split()):
            shares[start, end, other] += max(share, _OTHER)
    if kind in _NAMES:
        for place, word in enumerate(words):
            read = [other for start, end, other in shares if (start, end) == (place, place + 1)]
            for other, share in (*_syllables_like(word), *_syllables_between(word, read)):
                shares[place, place + 1, other] = max(share, shares[place, place + 1, other])
    found = [
        _Change(
            start, end, other, _prior(kind, other) - _prior(kind, " ".join(words[start:end])) + math.log(share / _OWN)
        )
        for (start, end, other), share in shares.items()
    ]
    by_place: dict[tuple[int, int], list[_Change]] = defaultdict(list)
    for change in sorted(found, key=lambda change: -change.gain):
        if len(by_place[change.start, change.end]) < _WORDS_KEPT:
            by_place[change.start, change.end].append(change)
    return [change for changes in by_place.values() for change in changes]


def _differences(words: list[str], others: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where two readings differ: words against words one by one where they are as many, else all together."""
    blocks: list[list[int]] = []
    for step in Levenshtein.opcodes(words, others):
        if step.tag == "equal":
            continue
        place = [step.src_start, step.src_end, step.dest_start, step.dest_end]
        if blocks and blocks[-1][1] == place[0] and blocks[-1][3] == place[2]:
            blocks[-1][1], blocks[-1][3] = place[1], place[3]
        else:
            blocks.append(place)
    for start, end, first, last in blocks:
        if end - start == last - first:
            yield from ((start + i, start + i + 1, others[first + i]) for i in range(end - start))
        elif end > start:
            yield start, end, " ".join(others[first:last])
        elif start:  # words that the first reading lost go with the word before them, or with the first one
            yield start - 1, start, " ".join((words[start - 1], *others[first:last]))
        else:
            yield 0, 1, " ".join((*others[first:last], words[0]))


def _prior(kind: FieldKind, words: str) -> float:
    """How usual words are in such a value, in nats."""
    if kind in _NAMES:
        counts = [_counts().get(nfc(word).casefold(), 0) for word in words.split()]
        return _COUNTED * sum(math.log(count + _UNLISTED) for count in counts)
    return -_UNKNOWN_WORD * sum(known_share(word) < 1.0 for word in words.split())


def _syllables_like(word: str) -> Iterator[tuple[str, float]]:
    """Listed syllables of names with the letters of a word and other marks, and the share each is given."""
    key = nfc(word).casefold()
    for other in _by_letters().get(fold_tones(key), ()):
        if other != key:
            dot_alone = without_dot_below(other) == without_dot_below(key)
            share = _DOT if dot_alone else _TONE if _without_tone(other) == _without_tone(key) else _LETTERS
            if dot_alone or _counts()[other] > _counts().get(key, 0):
                yield in_capitals_of(word, other), share


def _syllables_between(word: str, read: Sequence[str]) -> Iterator[tuple[str, float]]:
    """For a word that no list of names has: listed syllables with the letters of one reading and the tone of another
    (`Bổng`, read as `Bồng` and `Bẩng`)."""
    keys = [nfc(one).casefold() for one in (word, *read)]
    if not keys[0] or _counts().get(keys[0]):
        return
    letters, tones = {_without_tone(key) for key in keys}, {_tone(key) for key in keys}
    for name in _counts():
        if name not in keys and _without_tone(name) in letters and _tone(name) in tones:
            yield in_capitals_of(word, name), _BETWEEN


def _tone(word: str) -> str:
    return tone_key(word).removeprefix(_without_tone(word))


def _without_tone(word: str) -> str:
    return tone_key(word)[:-1] if tone_key(word)[-1:].isdigit() else tone_key(word)


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for table in (lexicons.surnames(), lexicons.middle_names(), lexicons.given_names()):
        for name, count in table.items():
            total[nfc(name).casefold()] += count
    return dict(total)


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in _counts():
        found[fold_tones(name)].append(name)
    return {letters: tuple(names) for letters, names in found.items()}


def _spellings(kind: FieldKind, value: str) -> tuple[str, ...]:
    """A value as the lists have it, and as it is where they may be wrong."""
    if kind in _NAMES:
        return tuple(dict.fromkeys((repair_name(value), value)))
    listed = match_units(with_hamlet_word(value)).text if kind is FieldKind.PLACE else value
    near = near_phrases(listed, kind) if kind is not FieldKind.TITLE else None
    if near and near.off <= _PHRASES_OFF:
        listed = near.text
    listed = with_known_issuer(listed)
    return (value,) if listed == value else (listed, value)


def _spelling(kind: FieldKind, value: str) -> float:
    """What speaks for a whole value, in nats."""
    if kind in _NAMES:
        return _USUAL_NAME * usual_name(value)
    if kind is FieldKind.PLACE and match_units(value).known:
        return _UNKNOWN_WORD
    return _UNKNOWN_WORD * (is_known_phrase(value) or known_phrase_like(value) is not None)
