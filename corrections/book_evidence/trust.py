"""What a book's confirmed entries say of readings that nobody has looked at yet: which need no look in this book.

The recogniser's confidence was fitted on many hands; in one book it may be far too low for a column that the machine
reads right every time. Here the book's own record counts: how sure the right readings of a column were, and how sure
the surest wrong one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corrections.book_evidence.ink import EntryInk, FieldInk
from corrections.entries import FieldState, FieldValue

__all__ = ["Trust", "trust_of"]

_ENOUGH = 20
"""Confirmed readings of a column no surer than this one, all of them right, after which it needs no look."""
_SAME_VALUE = 12
"""Confirmed readings of this very value in a column, all of them right, after which it needs none."""
_LEAST = 0.3
"""Confidence below which only readings as unsure as itself speak for it."""


@dataclass(frozen=True, slots=True)
class _Record:
    """Readings of one column, of written or of empty fields."""

    right: list[float]
    surest_wrong: float
    values: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Trust:
    """The book's record by column and by whether anything is written."""

    _records: Mapping[tuple[str, bool], _Record] = field(default_factory=dict)

    def earned(self, value: FieldValue) -> bool:
        """Whether the book's own record lets a first reading pass."""
        record = self._records.get((value.column, _written(value)))
        if record is None:
            return False
        below = bisect_right(record.right, value.confidence)
        if value.confidence > record.surest_wrong and below >= _ENOUGH:
            return True
        right, wrong = record.values.get(value.normalized, (0, 0))
        return bool(value.normalized) and right >= _SAME_VALUE and not wrong and value.confidence >= _LEAST


def trust_of(entries: Sequence[EntryInk], first: Sequence[EntryInk]) -> Trust:
    """The record of a book.

    Args:
        entries: fields of its entries; those a person confirmed carry the person's values.
        first: the same entries as the machine first read them.
    """
    right: dict[tuple[str, bool], list[float]] = {}
    wrong: dict[tuple[str, bool], float] = {}
    values: dict[tuple[str, bool], dict[str, Counter[bool]]] = {}
    for entry, read in zip(entries, first, strict=False):
        for name, ink in entry.fields.items():
            before = read.fields.get(name)
            if before is None or not ink.first.confirmed:
                continue
            key, same = (name, _written(before.first)), _same(ink, before)
            if same:
                right.setdefault(key, []).append(before.first.confidence)
            else:
                wrong[key] = max(wrong.get(key, 0.0), before.first.confidence)
            values.setdefault(key, {}).setdefault(before.first.normalized, Counter())[same] += 1
    return Trust(
        {
            key: _Record(
                sorted(found),
                wrong.get(key, -1.0),
                {value: (times[True], times[False]) for value, times in values[key].items()},
            )
            for key, found in right.items()
        }
    )


def _same(ink: FieldInk, before: FieldInk) -> bool:
    return ink.first.normalized == before.first.normalized


def _written(value: FieldValue) -> bool:
    return bool(value.text) or value.state is FieldState.WRITTEN
