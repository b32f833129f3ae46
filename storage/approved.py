"""Which books have entries that people are done with: what is made ready for their export is asked for here."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from corrections.entries import BookState, EntryState
from storage.books import READABLE, book_of_kinds
from storage.schema import audit_events, books, entries

__all__ = ["WORKED_ON", "books_to_hand_over", "books_worked_on_since", "last_event"]

WORKED_ON = (EntryState.APPROVED, EntryState.CONFIRMED, EntryState.ESCALATED, EntryState.SENT_BACK)
"""Entries that somebody has looked at, and that will most likely be handed over with the picture they have."""
_WORKED_ON = tuple(state.value for state in WORKED_ON)
_PICTURE_CHANGED = ("read", "complete", "join_pages", "part_pages", "move_page")
"""Actions after which an entry of the same book may stand on another picture."""
_OUT = (BookState.EXPORTED.value, BookState.ACCEPTED.value)


def last_event(connection: Connection) -> int:
    """The newest line of the audit log; 0 in an empty one."""
    return int(connection.execute(select(func.max(audit_events.c.id))).scalar() or 0)


def books_to_hand_over(connection: Connection) -> tuple[int, ...]:
    """Books with entries that people have worked on and that were not handed over since."""
    query = (
        select(entries.c.book_id)
        .join(books, books.c.id == entries.c.book_id)
        .where(entries.c.state.in_(_WORKED_ON), books.c.state.not_in(_OUT))
        .where(book_of_kinds(books.c.id, READABLE))
        .distinct()
        .order_by(entries.c.book_id)
    )
    return tuple(connection.execute(query).scalars())


def books_worked_on_since(connection: Connection, event: int) -> tuple[int, ...]:
    """Books of which entries were decided on, or their pictures changed, after that line of the audit log."""
    query = (
        select(entries.c.book_id)
        .join(audit_events, audit_events.c.entry_id == entries.c.id)
        .where(audit_events.c.id > event)
        .where(or_(audit_events.c.new.in_(_WORKED_ON), audit_events.c.action.in_(_PICTURE_CHANGED)))
        .where(book_of_kinds(entries.c.book_id, READABLE))
        .distinct()
        .order_by(entries.c.book_id)
    )
    return tuple(connection.execute(query).scalars())
