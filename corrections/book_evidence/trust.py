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
from types import MappingProxyType

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
_FILLED, _FILLED_SHARE = 12, 0.9
"""Confirmed entries that fill a column, and their share of all, from which one read as empty is looked at."""
_LEFT_EMPTY = 12
"""Confirmed entries that leave a column empty where nothing was read either, and none that fills it, after which an
empty reading of it needs no look: as many as for a value that people let stand. In entries 41-60 of three books 73
stops less of 1,100 keys, none of them wrong."""


@dataclass(frozen=True, slots=True)
class _Record:
    """Readings of one column, of written or of empty fields, or of one value: how sure those were that were right."""

    right: list[float]
    surest_wrong: float
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """The book's record by column and by whether anything is written."""

    _records: Mapping[tuple[str, bool], _Record] = field(default_factory=dict)
    _values: Mapping[tuple[str, str], _Record] = field(default_factory=dict)
    """The same by group of columns and the standard value that was read."""
    _offered: Mapping[tuple[str, str], Mapping[bool, int]] = field(default_factory=dict)
    """By group and value, how often it was right and wrong where it was offered."""
    _texts: frozenset[tuple[str, str, str]] = frozenset()
    """Group, standard value and letters of readings that people let stand."""
    _empty: Mapping[str, int] = field(default_factory=dict)
    """Of columns that no confirmed entry fills: in how many of them nothing was read either."""
    _filled: frozenset[str] = frozenset()
    """Columns that nearly every confirmed entry fills."""
    _groups: Mapping[str, str] = field(default_factory=dict)

    def earned(self, value: FieldValue) -> bool:
        """Whether the book's own record lets a first reading pass, by how sure it is."""
        record = self._records.get((value.column, _written(value)))
        if record is None or value.confidence <= record.surest_wrong:
            return False
        return bisect_right(record.right, value.confidence) >= _ENOUGH

    def leaves_empty(self, value: FieldValue) -> bool:
        """Whether nothing was read in a column that this book leaves empty in every confirmed entry, often enough."""
        return not _written(value) and not value.normalized and self._empty.get(value.column, 0) >= _LEFT_EMPTY

    def misses(self, value: FieldValue) -> bool:
        """Whether nothing was read in a column that nearly every entry of the book fills, or in which what was read as
        empty was filled as often as not."""
        if _written(value) or value.normalized:
            return False
        unread = self._records.get((value.column, False))
        return value.column in self._filled or (unread is not None and unread.wrong >= max(1, len(unread.right)))

    def read_right(self, value: FieldValue) -> bool:
        """Whether this very value was read so often in its column and was right that it needs no look, and was never
        read as surely where it was wrong."""
        record = self._values.get((self._group(value), value.normalized))
        if record is None or not value.normalized or value.confidence < _LEAST:
            return False
        return value.confidence > record.surest_wrong and len(record.right) >= _SAME_VALUE * (1 + record.wrong)

    def let_stand(self, value: FieldValue) -> bool:
        """Whether people have let this very value stand in such columns so often that it needs no look, whoever chose
        it: the reading or the book. Nothing is a value too."""
        times = self._offered.get((self._group(value), value.normalized), {})
        return times.get(True, 0) >= _SAME_VALUE and not times.get(False, 0) and value.confidence >= _LEAST

    def read_before(self, value: FieldValue) -> bool:
        """Whether the strokes were read so where the same value stood: in a book that writes `Kinh`, what is read as
        `việt` is another word, though it stands for the same value."""
        return _as_read(self._group(value), value) in self._texts

    def _group(self, value: FieldValue) -> str:
        return self._groups.get(value.column, value.column)


def trust_of(
    entries: Sequence[EntryInk],
    first: Sequence[EntryInk],
    offered: Sequence[Mapping[str, str]] = (),
    groups: Mapping[str, str] = MappingProxyType({}),
) -> Trust:
    """The record of a book.

    Args:
        entries: fields of its entries; those a person confirmed carry the person's values.
        first: the same entries as the machine first read them.
        groups: by column, the group of columns whose values recur together; a column that is not named is by itself.
        offered: of the same entries the standard values by column that stood before a person; empty where none has yet.
    """
    by_state: dict[tuple[str, bool], dict[bool, list[float]]] = {}
    by_value: dict[tuple[str, str], dict[bool, list[float]]] = {}
    texts: set[tuple[str, str, str]] = set()
    for entry, read in zip(entries, first, strict=False):
        for name, ink in entry.fields.items():
            before = read.fields.get(name)
            if before is None or not ink.first.confirmed:
                continue
            same, sure = _same(ink, before), before.first.confidence
            by_state.setdefault((name, _written(before.first)), {}).setdefault(same, []).append(sure)
            group = groups.get(name, name)
            by_value.setdefault((group, before.first.normalized), {}).setdefault(same, []).append(sure)
            if same:
                texts.add(_as_read(group, before.first))
    return Trust(
        {key: _record(found) for key, found in by_state.items()},
        {key: _record(found) for key, found in by_value.items()},
        _times_right(entries, offered, groups),
        frozenset(texts),
        _never_filled(entries, first),
        _nearly_always_filled(entries),
        groups,
    )


def _record(found: Mapping[bool, Sequence[float]]) -> _Record:
    wrong = found.get(False, ())
    return _Record(sorted(found.get(True, ())), max(wrong, default=-1.0), len(wrong))


def _nearly_always_filled(entries: Sequence[EntryInk]) -> frozenset[str]:
    filled: dict[str, Counter[bool]] = {}
    for entry in entries:
        for name, ink in entry.fields.items():
            if ink.first.confirmed:
                filled.setdefault(name, Counter())[bool(ink.first.text or ink.first.normalized)] += 1
    return frozenset(
        name for name, times in filled.items() if times[True] >= max(_FILLED, _FILLED_SHARE * times.total())
    )


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
    entries: Sequence[EntryInk], offered: Sequence[Mapping[str, str]], groups: Mapping[str, str]
) -> dict[tuple[str, str], Counter[bool]]:
    times: dict[tuple[str, str], Counter[bool]] = {}
    for entry, shown in zip(entries, offered, strict=False):
        for name, value in shown.items():
            ink = entry.fields.get(name)
            if ink is not None and ink.first.confirmed:
                times.setdefault((groups.get(name, name), value), Counter())[ink.first.normalized == value] += 1
    return times


def _same(ink: FieldInk, before: FieldInk) -> bool:
    return ink.first.normalized == before.first.normalized


def _as_read(group: str, value: FieldValue) -> tuple[str, str, str]:
    return group, value.normalized, spaceless(value.text).casefold()


def _written(value: FieldValue) -> bool:
    return bool(value.text) or value.state is FieldState.WRITTEN
