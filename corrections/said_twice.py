"""Values that one entry tells twice: a child is often born where its parents live, and is of their people.

Two pieces of writing that are read the same are seldom misread the same, where what they say is also in the lists. Of
94 pairs of addresses, ethnic groups and nationalities read the same on 38 pages composed of real hands, all were right;
names were not (a word lost from both), so nothing is said of names here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from corrections.confidence import combine
from corrections.entries import FieldValue
from corrections.place_units import match_units
from ocr.readings import EntryReading
from vietnamese.addresses import bare_name, parted, pieces
from vietnamese.letters import tone_key

__all__ = ["weigh_repeated"]

# Odds as those of `corrections.confidence`, by judgement: far less than the pairs counted would allow, because one
# writer's hand is misread in one way.
_PLACE_AGAIN, _UNKNOWN_AGAIN, _LISTED_AGAIN = 6.0, 2.0, 3.0
"""A place of known units, any other place or one with figures, and a value of a list, told by another field too."""
_ONCE_MORE = 2.0
"""Told by a third field as well; more say nothing new."""
_PLACES = ("NoiSinh", "QueQuan", "NoiCuTru", "NoiChet")
_LISTED = ("DanToc", "QuocTich")
_UNITS, _LEAST_UNITS = 3, 2
"""Parts of a place that name commune, district and province; so many tell more than a province."""
_ALIKE = 0.75
"""Share of letters from which a place of unknown units is another one of the entry misread."""
_UNSURE, _PUT_RIGHT = 0.5, 0.6
"""Less sure than the first, a place gives way to what another field tells; it is then no surer than the second."""

_Parts = tuple[str, ...]


def weigh_repeated(values: dict[str, FieldValue], reading: EntryReading) -> None:
    """Places misread beside others of the entry put right, and what several fields tell made surer.

    Args:
        values: of the entry by column, changed in place.
        reading: where each was read: what shares its ink with another is no second source.
    """
    places = [name for name, value in values.items() if name.endswith(_PLACES) and value.normalized]
    for name in places:
        values[name] = _as_told_beside(values[name], [values[other] for other in places if other != name])
    told = {name: _parts(values[name].normalized) for name in places}
    listed = {n: (tone_key(v.normalized),) for n, v in values.items() if n.endswith(_LISTED) and v.normalized}
    for fields in (told, listed):
        for name, parts in fields.items():
            times = len({_ink(other, reading) for other in _telling(name, parts, fields)} - {_ink(name, reading)})
            if times and len(parts) >= (_LEAST_UNITS if fields is told else 1):
                factor = _factor(values[name].normalized) if fields is told else _LISTED_AGAIN
                sure = combine(values[name].confidence, factor * (_ONCE_MORE if times > 1 else 1.0))
                values[name] = replace(values[name], confidence=sure)


def _ink(name: str, reading: EntryReading) -> object:
    field = reading.fields.get(name)
    return field.quads if field is not None else ()


def _telling(name: str, parts: _Parts, fields: Mapping[str, _Parts]) -> Iterator[str]:
    """Other fields that end as this one is told: `thôn 6, Hương Phong, Huế` tells `Hương Phong, Huế`."""
    return (other for other, theirs in fields.items() if other != name and theirs[-len(parts) :] == parts)


def _parts(place: str) -> _Parts:
    return tuple(tone_key(bare_name(part)) for part in parted(place)[0] if part)


def _factor(place: str) -> float:
    figures = any(letter.isdigit() for letter in place)
    return _PLACE_AGAIN if match_units(place).known and not figures else _UNKNOWN_AGAIN


def _as_told_beside(value: FieldValue, others: list[FieldValue]) -> FieldValue:
    """An unsure place of unknown units as a like one of the entry with known units is told, for a person to look at."""
    if value.confidence >= _UNSURE or match_units(value.normalized).known:
        return value
    proposed = [
        found for other in others if match_units(other.normalized).known for found in _told_as(value.normalized, other)
    ]
    if not proposed:
        return value
    _, text, sure = max(proposed)
    return replace(
        value, text=text, normalized=text, confidence=min(sure, value.confidence, _PUT_RIGHT), needs_review=True
    )


def _told_as(place: str, other: FieldValue) -> Iterator[tuple[float, str, float]]:
    """Likeness, text and confidence of a place told as another one is, as a whole or in its units alone."""
    ours, theirs = pieces(place), pieces(other.normalized)
    behind = 2 * _UNITS - 1
    for own, known, head in ((ours, theirs, ()), (ours[-behind:], theirs[-behind:], ours[:-behind])):
        first, second = "".join(own), "".join(known)
        alike = Levenshtein.normalized_similarity(first.casefold(), second.casefold())
        if alike >= _ALIKE and re.findall(r"\d+", first) == re.findall(r"\d+", second):
            yield alike, "".join([*head, *known]), other.confidence
