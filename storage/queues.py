"""Who works on which entry: leases with an end, and the order in which entries come up.

A lease keeps two clerks from one entry; it never decides whether a save is taken (the revision does), so an expired
lease loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from corrections.entries import EntryState
from storage.books import REAL_WORK, book_of_kinds
from storage.schema import accounts, books, entries, pages

__all__ = [
    "BookTurns",
    "free_entry_ids",
    "held_by_others",
    "held_counts",
    "held_entry_ids",
    "holder_of",
    "release_leases",
    "release_leases_of_book",
    "state_counts",
    "take_leases",
]


_BOOKS_AT_ONCE = 20
"""Books whose entries are put in order together: easy first within these, then the next books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTurns:
    """Books in an order of their own, because they were given to somebody."""

    first: tuple[tuple[int, ...], ...] = ()
    """Groups of books that come before all others, one after the other."""
    last: tuple[int, ...] = ()
    """Books that come after all others."""


def free_entry_ids(
    connection: Connection,
    *,
    account_id: int,
    states: Sequence[EntryState],
    at: str,
    limit: int,
    book_id: int | None = None,
    skip: Sequence[int] = (),
    not_confirmed_by: int | None = None,
    risk_first: bool = False,
    page_order: bool = False,
    held: bool = False,
    turns: BookTurns | None = None,
) -> tuple[int, ...]:
    """Entries of these states that nobody else holds.

    Args:
        connection: A transaction.
        account_id: Who asks; entries the account holds itself count as free.
        states: Later states come after earlier ones.
        at: The moment leases are compared with.
        limit: How many at most.
        book_id: Only of this book; otherwise books of real work by priority, small first.
        skip: Entries to leave out.
        not_confirmed_by: Leave out entries this account confirmed (four eyes).
        risk_first: Hard entries first instead of easy ones.
        page_order: As they stand in the book instead of by difficulty.
        held: Also those that others hold: to look at, not to work on.
        turns: Books that come before all others, and those that come after; unless one book is asked for.
    """
    found: list[int] = []
    for state in states:
        free = [] if held else [_free(account_id, at)]
        wanted = [*free, *_wanted(state, skip, not_confirmed_by)]
        for group in [[book_id]] if book_id is not None else _groups(connection, wanted, turns or BookTurns()):
            query = select(entries.c.id).where(entries.c.book_id.in_(group), *wanted)
            query = _ordered(query, risk_first, page_order).limit(limit - len(found))
            found.extend(connection.execute(query).scalars())
            if len(found) >= limit:
                return tuple(found)
    return tuple(found)


def _wanted(state: EntryState, skip: Sequence[int], not_confirmed_by: int | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [entries.c.state == state.value]
    if skip:
        wanted.append(entries.c.id.not_in(list(skip)))
    if not_confirmed_by is not None:
        wanted.append(or_(entries.c.confirmed_by.is_(None), entries.c.confirmed_by != not_confirmed_by))
    return wanted


def _free(account_id: int, at: str) -> ColumnElement[bool]:
    return or_(entries.c.lease_until.is_(None), entries.c.lease_until < at, entries.c.lease_account == account_id)


def _groups(connection: Connection, wanted: Sequence[ColumnElement[bool]], turns: BookTurns) -> Iterator[list[int]]:
    """Books with such entries, a few at a time: those given to somebody first, those given to others last."""
    for given in turns.first:
        yield from _books_in_turn(connection, wanted, books.c.id.in_(given))
    apart = [book_id for given in (*turns.first, turns.last) for book_id in given]
    yield from _books_in_turn(connection, wanted, *([books.c.id.not_in(apart)] if apart else []))
    if turns.last:
        yield from _books_in_turn(connection, wanted, books.c.id.in_(turns.last))


def _books_in_turn(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], *which: ColumnElement[bool]
) -> Iterator[list[int]]:
    """Books with such entries, a few at a time, by priority; of those that `which` names.

    Sorting the open entries of all books would take a second at a million; those of a few books take milliseconds.
    """
    has_entries = exists(select(entries.c.id).where(entries.c.book_id == books.c.id, *wanted))
    query = select(books.c.id).where(has_entries, books.c.kind.in_([kind.value for kind in REAL_WORK]))
    query = query.where(*which).order_by(books.c.priority, books.c.id)
    place = 0
    while group := list(connection.execute(query.limit(_BOOKS_AT_ONCE).offset(place)).scalars()):
        yield group
        place += len(group)


def _ordered(query: Select[Any], risk_first: bool, page_order: bool) -> Select[Any]:
    query = query.join(books, books.c.id == entries.c.book_id).order_by(books.c.priority)
    if page_order:
        query = query.join(pages, pages.c.id == entries.c.page_id)
        return query.order_by(entries.c.book_id, pages.c.position, pages.c.half, entries.c.region)
    effort = entries.c.priority.desc() if risk_first else entries.c.priority
    return query.order_by(effort, entries.c.id)


def take_leases(connection: Connection, ids: Sequence[int], *, account_id: int, at: str, until: str) -> tuple[int, ...]:
    """Reserve entries for an account; returns those it now holds."""
    taken = []
    for entry_id in ids:
        statement = (
            entries.update()
            .where(entries.c.id == entry_id)
            .where(_free(account_id, at))
            .values(lease_account=account_id, lease_until=until)
        )
        if connection.execute(statement).rowcount == 1:
            taken.append(entry_id)
    return tuple(taken)


def release_leases(connection: Connection, *, account_id: int, ids: Sequence[int] | None = None) -> int:
    """Give entries back: these, or all the account holds; returns how many."""
    statement = entries.update().where(entries.c.lease_account == account_id)
    if ids is not None:
        statement = statement.where(entries.c.id.in_(list(ids)))
    return connection.execute(statement.values(lease_account=None, lease_until=None)).rowcount


def release_leases_of_book(connection: Connection, book_id: int) -> None:
    """Give back every entry of a book, whoever holds it."""
    held = (entries.c.book_id == book_id, entries.c.lease_account.is_not(None))
    connection.execute(entries.update().where(*held).values(lease_account=None, lease_until=None))


def held_entry_ids(connection: Connection, account_id: int, at: str) -> tuple[int, ...]:
    """Entries an account holds at a moment."""
    query = select(entries.c.id).where(entries.c.lease_account == account_id, entries.c.lease_until >= at)
    return tuple(connection.execute(query.order_by(entries.c.id)).scalars())


def held_counts(connection: Connection, at: str) -> dict[int, int]:
    """How many entries each account holds at a moment, by account."""
    query = select(entries.c.lease_account, func.count()).where(entries.c.lease_until >= at)
    query = query.where(entries.c.lease_account.is_not(None)).group_by(entries.c.lease_account)
    return {row[0]: row[1] for row in connection.execute(query)}


def holder_of(connection: Connection, entry_id: int, at: str) -> tuple[int, str, str] | None:
    """Account id, name and end of the living lease of an entry."""
    row = connection.execute(
        select(accounts.c.id, accounts.c.name, accounts.c.full_name, entries.c.lease_until)
        .join(accounts, accounts.c.id == entries.c.lease_account)
        .where(entries.c.id == entry_id, entries.c.lease_until >= at)
    ).first()
    return (row.id, row.full_name or row.name, row.lease_until) if row else None


def held_by_others(
    connection: Connection, account_id: int, states: Sequence[EntryState], at: str, book_id: int | None = None
) -> dict[str, int]:
    """How many entries of these states others hold now, by their names."""
    query = (
        select(accounts.c.name, accounts.c.full_name, func.count())
        .join(entries, accounts.c.id == entries.c.lease_account)
        .where(entries.c.state.in_([state.value for state in states]), entries.c.lease_until >= at)
        .where(accounts.c.id != account_id)
        .group_by(accounts.c.name, accounts.c.full_name)
    )
    query = query.where(_counted(book_id))
    return {row.full_name or row.name: row[2] for row in connection.execute(query)}


def state_counts(connection: Connection, book_id: int | None = None) -> dict[EntryState, int]:
    """How many entries of a book, or of all real work, stand in each state.

    Counted by book first: an index has both, where states alone would send SQLite to every row (5.5 s of 1.4 million).
    """
    of_books = select(entries.c.state, func.count().label("counted")).where(_counted(book_id))
    by_book = of_books.group_by(entries.c.book_id, entries.c.state).subquery()
    query = select(by_book.c.state, func.sum(by_book.c.counted)).group_by(by_book.c.state)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {state: found.get(state.value, 0) for state in EntryState}


def _counted(book_id: int | None) -> ColumnElement[bool]:
    return book_of_kinds(entries.c.book_id, REAL_WORK) if book_id is None else entries.c.book_id == book_id
