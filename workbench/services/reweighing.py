"""A book weighed again: what a person confirms is evidence at once for the entries that still wait.

The book is surveyed on a consistent view. The entries that come next for the person who has just confirmed one are
weighed and written first, the others after them, in short transactions and only where nothing has happened since:
entries that a person has touched, or holds open, are left alone, so no form changes under anybody's hands. Killed
half-way nothing is lost: the next confirmation weighs the book anew from its first readings.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corrections.book_evidence.applying import Reweighed, reweighed
from corrections.book_evidence.decide import Decided, Survey, Weighing, survey_book, weigh_parts
from corrections.book_evidence.ink import EntryInk, FieldInk
from corrections.entries import Entry, EntryState, Role, ValueSource
from storage.audit_log import seal_of
from storage.books import get_book
from storage.clock import stamp, steady_now
from storage.entries import StoredEntry, get_entry, replace_reading, stream_entries, values_before_people
from storage.evidence import book_evidence
from storage.opening.database import Connection
from workbench.services.context import Context, Work, requires
from workbench.services.errors import Missing, found
from workbench.services.thresholds_in_force import thresholds_in_force

__all__ = ["reweigh_book", "waits"]


_NEXT = 16
"""Entries that are weighed first: more than are opened before all are weighed."""
_AT_ONCE = 40
"""Entries weighed together, and changed ones from which they are written in one transaction: clerks who save meanwhile
wait no longer than that takes, and each transaction costs two writes to the disk besides its entries."""
_MOST_BOOKS = 4
"""Books whose last weighing is remembered."""


@dataclass(frozen=True, slots=True)
class _Last:
    """How a book was weighed last in this process, and which entries stand as that decided: id -> revision, decision.

    Nothing rests on it but time: entries that are otherwise in the record are weighed anew.
    """

    weighing: Weighing | None = None
    settled: Mapping[int, tuple[int, Decided]] = field(default_factory=dict)
    offered: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """By entry id, the standard values that stood before a person saved it."""

    def stands(self, stored: StoredEntry, decided: Decided) -> bool:
        revision, as_decided = self.settled.get(stored.entry.id, (-1, None))
        return revision == stored.entry.revision and as_decided is decided


class _Memory:
    """The last weighings of a few books."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._books: OrderedDict[tuple[str, int], _Last] = OrderedDict()

    def of(self, key: tuple[str, int]) -> _Last:
        with self._lock:
            return self._books.get(key, _Last())

    def keep(self, key: tuple[str, int], last: _Last) -> None:
        with self._lock:
            self._books[key] = last
            self._books.move_to_end(key)
            while len(self._books) > _MOST_BOOKS:
                self._books.popitem(last=False)


_memory = _Memory()


@requires(Role.CLERK)
def reweigh_book(ctx: Context, book_id: int, after: int | None = None) -> int:
    """Weigh the waiting entries of a book again; returns how many were changed.

    Args:
        book_id: the book.
        after: the entry just confirmed; those behind it are weighed first.

    Raises:
        NotFound: no such book.
    """
    key = (ctx.database.url, book_id)
    last = _memory.of(key)
    seen = _seen(ctx, book_id, last.offered)
    settled: dict[int, tuple[int, Decided]] = {}
    written = 0
    parts = list(_by_urgency(seen, after))
    weighing = None
    changes: list[_Change] = []
    for places, weighing in zip(parts, weigh_parts(seen.survey, parts, last.weighing), strict=True):
        changes += _changes(seen, weighing, places, last, settled)
        if places is parts[0] or places is parts[-1] or len(changes) >= _AT_ONCE:
            done = _write(ctx, changes)
            settled |= done
            written += len(done)
            changes = []
    _memory.keep(key, _Last(weighing, settled, seen.offered))
    return written


@dataclass(frozen=True, slots=True)
class _Seen:
    """A book as it stands: its entries in page order, their first readings, what they show, and which of them wait."""

    stored: Sequence[StoredEntry]
    first: Sequence[EntryInk]
    offered: Mapping[int, Mapping[str, str]]
    survey: Survey
    waiting: Sequence[int]


def _seen(ctx: Context, book_id: int, known: Mapping[int, Mapping[str, str]]) -> _Seen:
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        stored = [one for one in stream_entries(connection, book_id) if one.entry.state is not EntryState.SET_ASIDE]
        evidence = book_evidence(connection, book_id)
        thresholds = thresholds_in_force(connection)
        saved = [one.entry.id for one in stored if one.touched]
        offered = {at: known[at] for at in saved if at in known} | _found_by_people(
            connection, set(saved) - known.keys()
        )
    first = [_evidence_of(one, evidence) for one in stored]
    inks = [_as_it_stands(one, ink) for one, ink in zip(stored, first, strict=True)]
    shown = [offered.get(one.entry.id, {}) for one in stored]
    survey = survey_book(inks, book.register_type, book, thresholds=thresholds, first=first, offered=shown)
    at = stamp(steady_now())
    return _Seen(
        stored, first, offered, survey, [p for p, one in enumerate(stored) if waits(one, at) and first[p].fields]
    )


def _found_by_people(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    before = values_before_people(connection, sorted(ids))
    return {at: {name: value.normalized for name, value in fields.items()} for at, fields in before.items()}


def _by_urgency(seen: _Seen, after: int | None) -> Iterator[Sequence[int]]:
    """The places of the waiting entries, those that come next first."""
    here = next((place for place, one in enumerate(seen.stored) if one.entry.id == after), -1)
    behind = [place for place in seen.waiting if place > here]
    order = behind + [place for place in seen.waiting if place <= here]
    yield order[:_NEXT]
    for first in range(_NEXT, len(order), _AT_ONCE):
        yield order[first : first + _AT_ONCE]


_Change = tuple[StoredEntry, Reweighed, Decided]


def _changes(
    seen: _Seen, weighing: Weighing, places: Sequence[int], last: _Last, settled: dict[int, tuple[int, Decided]]
) -> list[_Change]:
    """The entries that would stand otherwise; those that stand as the book decides them are noted as settled."""
    changes: list[_Change] = []
    for place in places:
        one, decided = seen.stored[place], weighing.decided(place)
        done = None if last.stands(one, decided) else reweighed(one.entry, seen.first[place], decided)
        if done is None:
            settled[one.entry.id] = (one.entry.revision, decided)
        else:
            changes.append((one, done, decided))
    return changes


def _write(ctx: Context, changes: Sequence[_Change]) -> dict[int, tuple[int, Decided]]:
    """Write entries in one transaction; those written, settled as they stand now."""
    if not changes:
        return {}
    with ctx.write() as work:
        at = stamp(steady_now())
        done = [(after, decided) for before, after, decided in changes if _written(work, before, after, at)]
    return {after.entry.id: (after.entry.revision + 1, decided) for after, decided in done}


def _evidence_of(stored: StoredEntry, evidence: dict[int, tuple[int, EntryInk]]) -> EntryInk:
    """What was kept of the reading the entry stands on; nothing when it was read before evidence was kept."""
    reading_id, ink = evidence.get(stored.entry.id, (None, EntryInk(fields={})))
    return ink if reading_id == stored.reading_id else EntryInk(fields={})


def _as_it_stands(stored: StoredEntry, ink: EntryInk) -> EntryInk:
    """The evidence with what people have confirmed in place of readings."""
    said = {
        name: FieldInk(first=value)
        for name, value in stored.entry.fields.items()
        if value.confirmed or name not in ink.fields
    }
    return EntryInk(fields={**ink.fields, **said}) if said else ink


def waits(stored: StoredEntry, at: str) -> bool:
    """Nobody has touched the entry, and nobody holds it."""
    held = stored.lease_until is not None and stored.lease_until >= at
    return stored.entry.state is EntryState.TO_REVIEW and not stored.touched and not held


def _written(work: Work, before: StoredEntry, after: Reweighed, at: str) -> bool:
    """Write one entry, unless anything has happened to it since it was weighed."""
    now = get_entry(work.connection, before.entry.id)
    if now is None or not waits(now, at) or (now.entry, now.reading_id) != (before.entry, before.reading_id):
        return False
    if before.box is None or before.reading_id is None:
        return False
    # the revision grows: a form that was opened before and let go of is told that the entry is another now
    entry = replace(after.entry, revision=before.entry.revision + 1)
    replace_reading(work.connection, before, entry, box=before.box, reading_id=before.reading_id)
    _note(work, before.entry, entry, after)
    return True


def _note(work: Work, before: Entry, after: Entry, done: Reweighed) -> None:
    where = {"entry_id": after.id, "book_id": after.book_id}
    for name in done.changed:
        work.note(
            "reweigh",
            **where,
            column=name,
            source=ValueSource.BOOK.value,
            old=before.fields[name].normalized,
            new=after.fields[name].normalized,
            reason=done.reasons.get(name, ""),
        )
    work.note("reweigh", **where, source=seal_of(after), new=after.state.value)
