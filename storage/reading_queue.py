"""Books that wait for reading: their order, which of them rest, and whether reading rests as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.clock import now, stamp
from storage.schema import reading_queue
from storage.settings_store import get_setting, put_setting

__all__ = [
    "QueuedBook",
    "add_to_queue",
    "paused_by",
    "put_in_order",
    "queued_books",
    "rest_book",
    "rest_queue",
    "take_from_queue",
]

_RESTING = "reading_rests"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedBook:
    """A book that waits."""

    book_id: int
    paused: bool
    retry_failed: bool
    """Whether pages that could not be read are tried once more."""
    asked_by: str
    """Name of the account."""
    asked_at: str


def queued_books(connection: Connection) -> tuple[QueuedBook, ...]:
    """All that wait, in their order."""
    query = select(reading_queue).order_by(reading_queue.c.place, reading_queue.c.book_id)
    return tuple(
        QueuedBook(
            book_id=row.book_id,
            paused=bool(row.paused),
            retry_failed=bool(row.retry_failed),
            asked_by=row.asked_by,
            asked_at=row.asked_at,
        )
        for row in connection.execute(query)
    )


def add_to_queue(connection: Connection, book_id: int, *, asked_by: str, retry_failed: bool) -> bool:
    """Put a book at the end; False when it waits already (failed pages are then tried if either wish says so)."""
    known = connection.execute(select(reading_queue).where(reading_queue.c.book_id == book_id)).first()
    if known is not None:
        if retry_failed and not known.retry_failed:
            connection.execute(reading_queue.update().where(reading_queue.c.book_id == book_id).values(retry_failed=1))
        return False
    last = connection.execute(select(func.max(reading_queue.c.place))).scalar()
    connection.execute(
        reading_queue.insert().values(
            book_id=book_id,
            place=0 if last is None else last + 1,
            paused=0,
            retry_failed=int(retry_failed),
            asked_by=asked_by,
            asked_at=stamp(now()),
        )
    )
    return True


def take_from_queue(connection: Connection, book_id: int) -> bool:
    """Take a book out; False when it does not wait."""
    return connection.execute(reading_queue.delete().where(reading_queue.c.book_id == book_id)).rowcount == 1


def put_in_order(connection: Connection, book_ids: Sequence[int]) -> None:
    """Give the books their places, first to last."""
    for place, book_id in enumerate(book_ids):
        connection.execute(reading_queue.update().where(reading_queue.c.book_id == book_id).values(place=place))


def rest_book(connection: Connection, book_id: int, *, rests: bool) -> bool:
    """Let a book rest, or go on; False when it does not wait."""
    change = reading_queue.update().where(reading_queue.c.book_id == book_id).values(paused=int(rests))
    return connection.execute(change).rowcount == 1


def rest_queue(connection: Connection, by: str) -> None:
    """Let all reading rest on this person's word; an empty name lets it go on."""
    put_setting(connection, _RESTING, by)


def paused_by(connection: Connection) -> str:
    """Who let all reading rest; empty while it goes on."""
    return str(get_setting(connection, _RESTING) or "")
