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
from vietnamese.letters import spaceless

__all__ = ["Trust", "trust_of"]

_ENOUGH = 20
"""Confirmed readings of a column no surer than this one, all of them right, after which it needs no look."""
_SAME_VALUE = 12
"""Times this very value was offered in a column and let stand, never put right, after which it needs no look. In
entries 41-60 of three books (two real hands, one pen font) 75 stops less of 535, none of them wrong."""
_LEAST = 0.3
"""Confidence below which only readings as unsure as itself speak for it."""
_LEFT_EMPTY = 12
"""Confirmed entries that leave a column empty where nothing was read either, and none that fills it, after which an
empty reading of it needs no look: as many as for a value that people let stand. In entries 41-60 of three books 73
stops less of 1,100 keys, none of them wrong."""


@dataclass(frozen=True, slots=True)
class _Record:
    """Readings of one column, of written or of empty fields."""

    right: list[float]
    surest_wrong: float


@dataclass(frozen=True, slots=True)
class Trust:
    """The book's record by column and by whether anything is written."""

    _records: Mapping[tuple[str, bool], _Record] = field(default_factory=dict)
    _offered: Mapping[tuple[str, str], Mapping[bool, int]] = field(default_factory=dict)
    """How often a value offered in a column was right and wrong."""
    _texts: frozenset[tuple[str, str, str]] = frozenset()
    """Column, standard value and letters of readings that people let stand."""
    _empty: Mapping[str, int] = field(default_factory=dict)
    """Of columns that no confirmed entry fills: in how many of them nothing was read either."""

    def earned(self, value: FieldValue) -> bool:
        """Whether the book's own record lets a first reading pass, by how sure it is."""
        record = self._records.get((value.column, _written(value)))
        if record is None or value.confidence <= record.surest_wrong:
            return False
        return bisect_right(record.right, value.confidence) >= _ENOUGH

    def leaves_empty(self, value: FieldValue) -> bool:
        """Whether nothing was read in a column that this book leaves empty in every confirmed entry, often enough."""
        return not _written(value) and not value.normalized and self._empty.get(value.column, 0) >= _LEFT_EMPTY

    def let_stand(self, value: FieldValue) -> bool:
        """Whether people have let this very value of its column stand so often that it needs no look, whoever chose it:
        the reading or the book."""
        times = self._offered.get((value.column, value.normalized), {})
        right, wrong = times.get(True, 0), times.get(False, 0)
        return bool(value.normalized) and right >= _SAME_VALUE and not wrong and value.confidence >= _LEAST

    def read_before(self, value: FieldValue) -> bool:
        """Whether the strokes were read so where the same value stood: in a book that writes `Kinh`, what is read as
        `việt` is another word, though it stands for the same value."""
        return _as_read(value) in self._texts


def trust_of(
    entries: Sequence[EntryInk], first: Sequence[EntryInk], offered: Sequence[Mapping[str, str]] = ()
) -> Trust:
    """The record of a book.

    Args:
        entries: fields of its entries; those a person confirmed carry the person's values.
        first: the same entries as the machine first read them.
        offered: of the same entries the standard values by column that stood before a person; empty where none has yet.
    """
    right: dict[tuple[str, bool], list[float]] = {}
    texts: set[tuple[str, str, str]] = set()
    wrong: dict[tuple[str, bool], float] = {}
    for entry, read in zip(entries, first, strict=False):
        for name, ink in entry.fields.items():
            before = read.fields.get(name)
            if before is None or not ink.first.confirmed:
                continue
            key, same = (name, _written(before.first)), _same(ink, before)
            if same:
                right.setdefault(key, []).append(before.first.confidence)
                texts.add(_as_read(before.first))
            else:
                wrong[key] = max(wrong.get(key, 0.0), before.first.confidence)
    records = {key: _Record(sorted(found), wrong.get(key, -1.0)) for key, found in right.items()}
    return Trust(records, _times_right(entries, offered), frozenset(texts), _never_filled(entries, first))


def _never_filled(entries: Sequence[EntryInk], first: Sequence[EntryInk]) -> dict[str, int]:
    """Columns that no confirmed entry fills, with the entries in which nothing was read there either."""
    unread: Counter[str] = Counter()
    filled: set[str] = set()
    for entry, read in zip(entries, first, strict=False):
        for name, ink in entry.fields.items():
            before = read.fields.get(name)
            if ink.first.confirmed and (ink.first.text or ink.first.normalized):
                filled.add(name)
            elif ink.first.confirmed and before is not None:
                unread[name] += not _written(before.first)
    return {name: times for name, times in unread.items() if name not in filled}


def _times_right(
    entries: Sequence[EntryInk], offered: Sequence[Mapping[str, str]]
) -> dict[tuple[str, str], Counter[bool]]:
    times: dict[tuple[str, str], Counter[bool]] = {}
    for entry, shown in zip(entries, offered, strict=False):
        for name, value in shown.items():
            ink = entry.fields.get(name)
            if ink is not None and ink.first.confirmed:
                times.setdefault((name, value), Counter())[ink.first.normalized == value] += 1
    return times


def _same(ink: FieldInk, before: FieldInk) -> bool:
    return ink.first.normalized == before.first.normalized


def _as_read(value: FieldValue) -> tuple[str, str, str]:
    return value.column, value.normalized, spaceless(value.text).casefold()


def _written(value: FieldValue) -> bool:
    return bool(value.text) or value.state is FieldState.WRITTEN
