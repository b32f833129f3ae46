"""A book weighed again: what a person confirms bears witness at once for the entries that still wait.

The weighing is computed on a consistent view and written in a short transaction of its own, entry by entry only where
nothing has happened since: entries that a person has touched, or holds open, are left alone, so no form changes under
anybody's hands. Killed half-way nothing is lost: the next confirmation weighs the book anew from its first readings.
"""

from __future__ import annotations

from dataclasses import replace

from corrections.book_evidence.applying import Reweighed, reweighed
from corrections.book_evidence.decide import decide_book
from corrections.book_evidence.ink import EntryInk, FieldInk
from corrections.entries import Entry, EntryState, Role, ValueSource
from storage.audit_log import seal_of
from storage.books import get_book
from storage.clock import stamp, steady_now
from storage.entries import StoredEntry, get_entry, replace_reading, stream_entries
from storage.evidence import book_evidence
from workbench.services.context import Context, Work, requires
from workbench.services.errors import Missing, found
from workbench.services.thresholds_in_force import thresholds_in_force

__all__ = ["reweigh_book", "waits"]


@requires(Role.CLERK)
def reweigh_book(ctx: Context, book_id: int) -> int:
    """Weigh the waiting entries of a book again; returns how many were changed.

    Raises:
        NotFound: no such book.
    """
    changes = _weighed(ctx, book_id)
    if not changes:
        return 0
    with ctx.write() as work:
        at = stamp(steady_now())
        return sum(_written(work, before, after, at) for before, after in changes)


def _weighed(ctx: Context, book_id: int) -> list[tuple[StoredEntry, Reweighed]]:
    """Entries that would stand otherwise, as they were seen and as they would stand."""
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        stored = [one for one in stream_entries(connection, book_id) if one.entry.state is not EntryState.SET_ASIDE]
        evidence = book_evidence(connection, book_id)
        thresholds = thresholds_in_force(connection)
    first = [_evidence_of(one, evidence) for one in stored]
    at = stamp(steady_now())
    waiting = [place for place, one in enumerate(stored) if waits(one, at) and first[place].fields]
    decided = decide_book(
        [_as_it_stands(one, ink) for one, ink in zip(stored, first, strict=True)],
        book.register_type,
        book,
        thresholds=thresholds,
        first=first,
        only=waiting,
    )
    weighed = ((stored[place], reweighed(stored[place].entry, first[place], decided[place])) for place in waiting)
    return [(before, after) for before, after in weighed if after is not None]


def _evidence_of(stored: StoredEntry, evidence: dict[int, tuple[int, EntryInk]]) -> EntryInk:
    """What was kept of the reading the entry stands on; nothing when it was read before evidence was kept."""
    reading_id, ink = evidence.get(stored.entry.id, (None, EntryInk(fields={})))
    return ink if reading_id == stored.reading_id else EntryInk(fields={})


def _as_it_stands(stored: StoredEntry, ink: EntryInk) -> EntryInk:
    """The evidence with what people have confirmed in place of readings."""
    fields = dict(ink.fields)
    for name, value in stored.entry.fields.items():
        if value.confirmed or name not in fields:
            fields[name] = FieldInk(first=value)
    return EntryInk(fields=fields)


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
