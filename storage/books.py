"""Register books and how far each has come."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select

from corrections.entries import Book, BookKind, BookState, EntryState
from layouts.register_types import RegisterType
from storage.clock import now, stamp
from storage.codec import to_json
from storage.errors import ForeignOffice
from storage.rows import inserted_id, row_of
from storage.schema import books, entries, pages
from storage.separation import may_keep, scope_of
from storage.states import PageState

__all__ = [
    "READABLE",
    "REAL_WORK",
    "BookProgress",
    "add_book",
    "book_of_kinds",
    "drawer_of",
    "find_book",
    "get_book",
    "get_books",
    "list_books",
    "progress_of",
    "save_book",
]

REAL_WORK = (BookKind.WORK,)
"""Kinds of books that queues, statistics and deliveries count."""
READABLE = (BookKind.WORK, BookKind.SAMPLE)
"""Kinds of books that the machine reads."""
_DRAWER = "Ngăn để riêng"
"""Stands for the authority of a drawer: no book of an office is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookProgress:
    """A book with its counts."""

    book: Book
    pages: int = 0
    pages_read: int = 0
    pages_failed: int = 0
    to_review: int = 0
    confirmed: int = 0
    escalated: int = 0
    sent_back: int = 0
    approved: int = 0
    set_aside: int = 0

    @property
    def entries(self) -> int:
        """Entries known, slots set aside left out."""
        return self.to_review + self.confirmed + self.escalated + self.sent_back + self.approved

    @property
    def done(self) -> int:
        """Entries that a clerk or supervisor has finished."""
        return self.confirmed + self.approved

    @property
    def total(self) -> int | None:
        """Entries expected: as counted by people, else as found once every page is read; None when unknown."""
        if self.book.expected_entries is not None:
            return self.book.expected_entries
        return self.entries if self.pages and self.pages_read == self.pages else None


def _from_row(row: Row[Any]) -> Book:
    r = row._mapping
    return Book(
        id=r["id"],
        register_type=RegisterType(r["register_type"]),
        volume_number=r["volume_number"],
        office=r["office"],
        state=BookState(r["state"]),
        priority=r["priority"],
        pages=r["pages"],
        expected_entries=r["expected_entries"],
        opened_on=r["opened_on"],
        closed_on=r["closed_on"],
        signer=r["signer"],
        signer_title=r["signer_title"],
        remarks=r["remarks"],
        kind=BookKind(r["kind"]),
        settings=json.loads(r["settings"]),
        office_id=r["office_id"],
    )


def _to_row(book: Book) -> dict[str, Any]:
    return {
        "register_type": book.register_type,
        "volume_number": book.volume_number,
        "office": book.office,
        "state": book.state.value,
        "priority": book.priority,
        "pages": book.pages,
        "expected_entries": book.expected_entries,
        "opened_on": book.opened_on,
        "closed_on": book.closed_on,
        "signer": book.signer,
        "signer_title": book.signer_title,
        "remarks": book.remarks,
        "kind": book.kind.value,
        "settings": to_json(book.settings),
        "office_id": book.office_id,
    }


def add_book(connection: Connection, book: Book) -> Book:
    """Note a new book; its `id` is given by the database. One that names no unit belongs to the connection's office.

    Raises:
        DuplicateRecord: the office has that volume of that type already.
        ForeignOffice: the book is another office's.
    """
    scope = scope_of(connection)
    if scope is not None and book.office_id is None:
        book = replace(book, office_id=scope.own)
    _refuse_foreign(connection, book)
    values = {**_to_row(book), "created_at": stamp(now())}
    return replace(book, id=inserted_id(connection, books.insert().values(**values)))


def save_book(connection: Connection, book: Book) -> None:
    """Write a changed book.

    Raises:
        ForeignOffice: it would be another office's.
    """
    _refuse_foreign(connection, book)
    connection.execute(books.update().where(books.c.id == book.id).values(**_to_row(book)))


def _refuse_foreign(connection: Connection, book: Book) -> None:
    if not may_keep(connection, book.office_id):
        raise ForeignOffice


def get_book(connection: Connection, book_id: int) -> Book | None:
    """The book of that id."""
    row = row_of(connection, books, book_id)
    return _from_row(row) if row else None


def get_books(connection: Connection, book_ids: Collection[int]) -> dict[int, Book]:
    """Books by id, in one query; ids without a book are missing."""
    rows = connection.execute(select(books).where(books.c.id.in_(list(book_ids))))
    return {book.id: book for book in map(_from_row, rows)}


def find_book(connection: Connection, register_type: RegisterType, volume_number: str, office: str) -> Book | None:
    """The book with that identity."""
    row = connection.execute(
        select(books).where(
            books.c.register_type == register_type,
            books.c.volume_number == volume_number,
            books.c.office == office,
        )
    ).first()
    return _from_row(row) if row else None


def list_books(
    connection: Connection,
    *,
    register_type: RegisterType | None = None,
    state: BookState | None = None,
    with_entries: bool = False,
    kinds: Collection[BookKind] = REAL_WORK,
) -> tuple[Book, ...]:
    """Books of these kinds by priority (small first), office, type and volume; all, or those that have entries."""
    query = (
        select(books)
        .where(books.c.kind.in_([kind.value for kind in kinds]))
        .order_by(books.c.priority, books.c.office, books.c.register_type, books.c.volume_number, books.c.id)
    )
    if register_type is not None:
        query = query.where(books.c.register_type == register_type)
    if state is not None:
        query = query.where(books.c.state == state.value)
    if with_entries:
        query = query.where(exists(select(entries.c.id).where(entries.c.book_id == books.c.id)))
    return tuple(_from_row(row) for row in connection.execute(query))


def drawer_of(connection: Connection, book: Book) -> Book:
    """The drawer for pages that were taken out of a book: one a register type and office, made when first needed."""
    drawers = list_books(connection, register_type=book.register_type, kinds=(BookKind.ASIDE,))
    found = next((drawer for drawer in drawers if drawer.office_id == book.office_id), None)
    if found is not None:
        return found
    drawer = Book(
        id=0,
        register_type=book.register_type,
        volume_number=str(book.office_id or ""),  # no volume: it only keeps the drawers of several offices apart
        office=_DRAWER,
        office_id=book.office_id,
        kind=BookKind.ASIDE,
    )
    return add_book(connection, drawer)


def book_of_kinds(book_id: ColumnElement[int], kinds: Collection[BookKind]) -> ColumnElement[bool]:
    """Condition: the book with that id is of one of these kinds.

    Nearly all books are of work, so those that are not are looked up: a list of a few ids.
    """
    others = [kind.value for kind in BookKind if kind not in kinds]
    return book_id.not_in(select(books.c.id).where(books.c.kind.in_(others)))


def progress_of(connection: Connection, some: Sequence[Book]) -> tuple[BookProgress, ...]:
    """Counts of pages and entries of these books, in their order."""
    only = [book.id for book in some] if len(some) <= 200 else None
    page_counts = _counts(connection, pages.c.book_id, pages.c.state, only)
    entry_counts = _counts(connection, entries.c.book_id, entries.c.state, only)
    return tuple(_with_counts(book, page_counts.get(book.id, {}), entry_counts.get(book.id, {})) for book in some)


def _counts(connection: Connection, group: Any, state: Any, only: Iterable[int] | None) -> dict[int, dict[str, int]]:
    query = select(group, state, func.count()).group_by(group, state)
    if only is not None:
        query = query.where(group.in_(list(only)))
    found: dict[int, dict[str, int]] = {}
    for book_id, name, count in connection.execute(query):
        found.setdefault(book_id, {})[name] = count
    return found


def _with_counts(book: Book, page: dict[str, int], entry: dict[str, int]) -> BookProgress:
    return BookProgress(
        book=book,
        pages=sum(page.values()),
        pages_read=page.get(PageState.READ, 0),
        pages_failed=page.get(PageState.FAILED, 0),
        **{state.value: entry.get(state.value, 0) for state in EntryState},
    )
