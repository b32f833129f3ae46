"""The queue of books that wait for reading: put in, put in order, let rest, and how far each has come.

What is here only says what is wanted; `reading_desk` reads. Everything stands in the database, so all users see the
same, and a server that was killed goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from corrections.entries import Role
from storage import reading_queue as store
from storage.books import get_book, get_books, progress_of
from storage.opening.database import Connection
from storage.pages import unread_by_book
from storage.reading_queue import QueuedBook
from storage.readings import last_reading_times
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.naming import book_title
from workbench.services.reading_versions import reading_versions

__all__ = [
    "QueueLine",
    "QueueMove",
    "ReadingQueue",
    "is_queued",
    "move_book",
    "queue_book",
    "queue_unread_books",
    "reading_queue",
    "rest_book",
    "rest_reading",
    "take_out",
    "unread_books",
]

_PACE_FROM = 30
"""Pages the pace is taken from."""
_PAUSE = 150.0
"""Seconds between two pages after which reading was resting, not slow: a page is given up before."""


class QueueMove(Enum):
    """Where a book goes in the queue."""

    UP = "up"
    DOWN = "down"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A book that waits, with how far it has come."""

    book_id: int
    title: str
    pages: int
    left: int
    """Pages still to read."""
    failed: int
    paused: bool
    asked_by: str
    seconds_left: float | None
    """Until the book is read, those before it included; None while nobody knows, or while it rests."""

    @property
    def done(self) -> int:
        """Pages that need no reading any more."""
        return self.pages - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingQueue:
    """The whole queue."""

    lines: tuple[QueueLine, ...]
    paused_by: str
    """Who let all reading rest; empty while it goes on."""

    @property
    def current(self) -> QueueLine | None:
        """The book being read."""
        return None if self.paused_by else next((line for line in self.lines if not line.paused), None)

    @property
    def seconds_left(self) -> float | None:
        """Until all books that do not rest are read."""
        known = [line.seconds_left for line in self.lines if line.seconds_left is not None]
        return max(known, default=None)


@requires(Role.CLERK)
def reading_queue(ctx: Context) -> ReadingQueue:
    """The queue as it stands."""
    with ctx.read() as connection:
        queued = store.queued_books(connection)
        paused = store.paused_by(connection)
        if not queued:
            return ReadingQueue(lines=(), paused_by=paused)
        return ReadingQueue(lines=_lines(connection, queued, resting=bool(paused)), paused_by=paused)


def _lines(connection: Connection, queued: tuple[QueuedBook, ...], *, resting: bool) -> tuple[QueueLine, ...]:
    known = get_books(connection, [one.book_id for one in queued])
    progress = {p.book.id: p for p in progress_of(connection, list(known.values()))}
    left = _unread(connection, [one for one in queued if not one.retry_failed], retry_failed=False)
    left |= _unread(connection, [one for one in queued if one.retry_failed], retry_failed=True)
    pace = _seconds_a_page(connection)
    ahead = 0
    lines = []
    for one in queued:
        unread = left.get(one.book_id, 0)
        waits = resting or one.paused
        ahead += 0 if waits else unread
        lines.append(
            QueueLine(
                book_id=one.book_id,
                title=book_title(known[one.book_id]),
                pages=progress[one.book_id].pages,
                left=unread,
                failed=progress[one.book_id].pages_failed,
                paused=one.paused,
                asked_by=one.asked_by,
                seconds_left=None if waits or pace is None else pace * ahead,
            )
        )
    return tuple(lines)


def _unread(connection: Connection, queued: list[QueuedBook], *, retry_failed: bool) -> dict[int, int]:
    if not queued:
        return {}
    versions = reading_versions(connection)
    return unread_by_book(
        connection,
        layouts_version=versions.layouts,
        own_layouts=versions.own,
        recogniser_version=versions.recogniser,
        retry_failed=retry_failed,
        only=[one.book_id for one in queued],
    )


def _seconds_a_page(connection: Connection) -> float | None:
    """At the pace of the last pages, all workers together; None before there are any."""
    times = last_reading_times(connection, _PACE_FROM)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    working = [gap for gap in gaps if 0 <= gap < _PAUSE]
    return sum(working) / len(working) if working else None


@requires(Role.CLERK)
def is_queued(ctx: Context, book_id: int) -> bool:
    """Whether a book waits for reading, or is being read."""
    with ctx.read() as connection:
        return any(one.book_id == book_id for one in store.queued_books(connection))


@requires(Role.CLERK)
def unread_books(ctx: Context) -> dict[int, int]:
    """Unread pages by book, of the books that do not wait for reading yet."""
    with ctx.read() as connection:
        waiting = {one.book_id for one in store.queued_books(connection)}
        versions = reading_versions(connection)
        counted = unread_by_book(
            connection,
            layouts_version=versions.layouts,
            own_layouts=versions.own,
            recogniser_version=versions.recogniser,
        )
    return {book_id: count for book_id, count in counted.items() if book_id not in waiting}


@requires(Role.CLERK)
def queue_book(ctx: Context, book_id: int, *, retry_failed: bool = False) -> None:
    """Let a book wait for reading, behind those that wait already; one that waits keeps its place.

    Raises:
        NotFound: no such book.
    """
    with ctx.write() as work:
        found(get_book(work.connection, book_id), Missing.BOOK)
        _add(work, book_id, retry_failed=retry_failed)


@requires(Role.CLERK)
def queue_unread_books(ctx: Context) -> int:
    """Let every book wait that has unread pages, in the order in which books are worked on; returns how many."""
    unread = unread_books(ctx)
    with ctx.write() as work:
        ordered = sorted(get_books(work.connection, unread).values(), key=lambda book: (book.priority, book.id))
        for book in ordered:
            _add(work, book.id, retry_failed=False)
    return len(ordered)


def _add(work: Work, book_id: int, *, retry_failed: bool) -> None:
    if store.add_to_queue(work.connection, book_id, asked_by=work.actor, retry_failed=retry_failed):
        work.note("queue_reading", book_id=book_id)


@requires(Role.SUPERVISOR)
def move_book(ctx: Context, book_id: int, step: QueueMove) -> None:
    """Change a book's place; the pages in hand are finished first.

    Raises:
        InvalidInput: the book does not wait.
    """
    with ctx.write() as work:
        order = [one.book_id for one in store.queued_books(work.connection)]
        if book_id not in order:
            raise _not_waiting()
        at = order.index(book_id)
        to = {QueueMove.FIRST: 0, QueueMove.UP: max(0, at - 1), QueueMove.DOWN: min(len(order) - 1, at + 1)}[step]
        order.insert(to, order.pop(at))
        store.put_in_order(work.connection, order)
        work.note("reading_order", book_id=book_id, old=str(at + 1), new=str(to + 1))


@requires(Role.SUPERVISOR)
def rest_book(ctx: Context, book_id: int, *, rests: bool) -> None:
    """Let one book rest, or go on; the pages in hand are finished.

    Raises:
        InvalidInput: the book does not wait.
    """
    with ctx.write() as work:
        if not store.rest_book(work.connection, book_id, rests=rests):
            raise _not_waiting()
        work.note("reading_rests" if rests else "reading_goes_on", book_id=book_id)


@requires(Role.SUPERVISOR)
def rest_reading(ctx: Context, *, rests: bool) -> None:
    """Let all reading rest, or go on; the pages in hand are finished."""
    with ctx.write() as work:
        store.rest_queue(work.connection, (ctx.who.full_name or ctx.who.name) if rests else "")
        work.note("reading_rests" if rests else "reading_goes_on")


@requires(Role.SUPERVISOR)
def take_out(ctx: Context, book_id: int) -> None:
    """Take a book out of the queue; what was read of it stays.

    Raises:
        InvalidInput: the book does not wait.
    """
    with ctx.write() as work:
        if not store.take_from_queue(work.connection, book_id):
            raise _not_waiting()
        work.note("unqueue_reading", book_id=book_id)


def _not_waiting() -> InvalidInput:
    return InvalidInput("Sổ này không còn trong hàng đọc: máy đã đọc xong, hoặc người khác vừa bỏ ra.")
