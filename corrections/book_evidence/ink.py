"""What may stand in each field of an entry, and how well the ink says so: kept with the reading, weighed again later.

The first reading is what pre-filling chose from the entry alone. Beside it stand the other readings of the same ink
as the standard takes them. Their weights are nats against the first, from its calibrated confidence: what it leaves
to others is shared by them, and a part is kept for values that nobody read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from corrections.entries import Book, FieldValue, Finding, ValueSource
from corrections.normalise import normalise
from corrections.prefill import reading_contexts
from corrections.stray_marks import tidy_reading
from layouts.columns import Column, FieldKind
from ocr.readings import Engine, EntryReading, FieldReading, PageKind

__all__ = ["CLEAR", "EntryInk", "FieldInk", "Option", "Seen", "entry_ink", "unread_nats"]

CLEAR = 0.97
"""Confidence from which a reading is legible: no factor ever replaces it."""
_MOST = 6
"""Other readings kept of a field: a page's evidence stays below 4 KB."""
_UNREAD = 0.3
"""Share of what the first reading leaves open that belongs to values among no reading."""
_FIRST_RANGE = (0.03, 0.97)
"""Confidence of a first reading as it is weighed. No measurement is on record."""
_BEHIND = 0.3
"""Nats by which every other reading stands behind the first by the ink alone: the reader had weighed it already."""
_FARTHER = 1.6
"""Nats a further letter costs a value that nobody read."""
_OTHER_READING = 0.1
"""Share of a verbatim reading beside a decoded one, where the reader tells none."""
_FAINTEST = 1e-6
"""Share that every reading keeps, so that its logarithm exists."""
_NEVER_WEIGHED = frozenset({Engine.CHECKBOX, Engine.STAMP, Engine.NONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Another reading of a field's ink."""

    text: str
    """As written."""
    standard: str
    """As the standard column takes it."""
    nats: float
    """Log-likelihood against the first reading, at most a little above 0."""


class Seen(IntEnum):
    """What a person looks at, however well the book is read; kept with the evidence by its number."""

    NOTHING = 0
    """Neither."""
    ON_INK = 1
    """Something about the ink, or, in what earlier versions kept, about either."""
    IN_VALUE = 2
    """The checks remarked on the first reading's value: it holds for no other value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInk:
    """A field as the entry alone reads it, and what else its ink may say."""

    first: FieldValue
    others: tuple[Option, ...] = ()
    look: Seen = Seen.NOTHING

    @property
    def clear(self) -> bool:
        """Legible, or decided by a person: it is evidence for others and is never replaced."""
        return self.first.confirmed or (self.first.confidence >= CLEAR and not self.first.needs_review)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInk:
    """All fields of an entry by column."""

    fields: Mapping[str, FieldInk]


def entry_ink(
    reading: EntryReading,
    columns: Mapping[str, Column],
    values: Mapping[str, FieldValue],
    book: Book | None,
    findings: Sequence[Finding] = (),
) -> EntryInk:
    """The evidence of an entry.

    Args:
        reading: what the machine read.
        columns: of the register type, by name.
        values: what pre-filling made of it.
        book: its record, None when nothing is known of it.
        findings: what the checks remarked on the values.
    """
    remarked = {name for finding in findings for name in finding.columns}
    if reading.state is not PageKind.ENTRIES:
        return EntryInk(fields={})
    contexts = reading_contexts(reading, book)
    fields = {
        name: FieldInk(
            first=value,
            others=_others(columns[name], reading.fields.get(name), value, contexts),
            look=_seen_about(reading.fields.get(name), remarked=name in remarked),
        )
        for name, value in values.items()
    }
    return EntryInk(fields=fields)


def _seen_about(field: FieldReading | None, *, remarked: bool) -> Seen:
    if field is not None and field.flags:
        return Seen.ON_INK
    return Seen.IN_VALUE if remarked else Seen.NOTHING


def _others(
    column: Column, field: FieldReading | None, value: FieldValue, contexts: Mapping[str, Mapping[str, str]]
) -> tuple[Option, ...]:
    if field is None or field.engine in _NEVER_WEIGHED or value.source is not ValueSource.READING:
        return ()
    read = _shares(field)
    found: dict[str, tuple[str, float]] = {}
    for text, share in read:
        tidied = tidy_reading(column.kind, text)
        normalised = normalise(column, tidied, context=contexts[column.name])
        standard = normalised.value
        if not standard or standard == value.normalized or not (normalised.certain or column.kind is FieldKind.NAME):
            continue
        known = found.get(standard)
        if known is None or share > known[1]:
            found[standard] = (tidied, max(share, _FAINTEST))
    best = sorted(found.items(), key=lambda item: -item[1][1])[:_MOST]
    return _weighed([(text, standard, share) for standard, (text, share) in best], value.confidence)


def _shares(field: FieldReading) -> list[tuple[str, float]]:
    """What the ink may say with what speaks for it: the strokes alone where the reader tells, else its own share."""
    if field.candidates:
        peak = max(candidate.log_likelihood for candidate in field.candidates)
        return [(c.text, math.exp(c.log_likelihood - peak)) for c in field.candidates]
    read = [(other.text, other.probability) for other in field.alternatives]
    return read + [(text, _OTHER_READING) for text in (field.text, field.decoded or "") if text]


def _weighed(read: list[tuple[str, str, float]], confidence: float) -> tuple[Option, ...]:
    """The other readings share what the first leaves open, by their own likelihoods."""
    total = sum(share for _, _, share in read)
    most = max((share for _, _, share in read), default=1.0)
    low, high = _FIRST_RANGE
    sure = min(max(confidence, low), high)
    left = (1.0 - sure) * (1.0 - _UNREAD) / sure
    return tuple(
        Option(
            text=text,
            standard=standard,
            # however unsure the first reading is, by the ink alone it stands before the others
            nats=round(min(math.log(left * share / total), math.log(share / most) - _BEHIND), 2),
        )
        for text, standard, share in read
    )


def unread_nats(confidence: float, letters: int) -> float:
    """Nats of a value that no reading gave and that differs from the first one in so many letters."""
    low, high = _FIRST_RANGE
    sure = min(max(confidence, low), high)
    return math.log((1.0 - sure) * _UNREAD / sure) - _FARTHER * max(0, letters - 1)
