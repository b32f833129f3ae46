"""Entries of accepted books by number and year, or by a whole name and a year: exact, by the words of the search index.

Unlike the search for people (`storage.search`), which looks at the rarest term's first candidates, nothing is missed
here: both words are looked up in the index, and only books that some level has accepted are asked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, select

from layouts.register_types import RegisterType
from storage.books import REAL_WORK, book_of_kinds
from storage.schema import acceptance_books, books, entries, entry_words
from storage.search_index import DATE_SIGN, NUMBER_SIGN
from storage.states import VerdictResult

__all__ = ["entries_named", "entries_numbered"]


def entries_numbered(
    connection: Connection,
    number: str,
    year: int,
    *,
    register_type: RegisterType | None,
    offices: Collection[int] | None,
    most: int,
) -> tuple[int, ...]:
    """Entries with that number in which the year occurs, of accepted books, also those that are being corrected.

    Args:
        connection: of whoever asks.
        number: without leading zeros and year.
        year: of registration; other dates of the entry may have it too, so the caller looks.
        register_type: only of this register.
        offices: only of books kept by these units; None: of any.
        most: at most so many.
    """
    return _with_words(connection, f"{NUMBER_SIGN}{number}", year, register_type, offices, most)


def entries_named(
    connection: Connection,
    name_key: str,
    year: int,
    *,
    register_type: RegisterType | None,
    offices: Collection[int] | None,
    most: int,
) -> tuple[int, ...]:
    """Entries that hold this name (without marks) as a whole or as its end, and the year; as above."""
    return _with_words(connection, name_key, year, register_type, offices, most)


def _with_words(
    connection: Connection,
    word: str,
    year: int,
    register_type: RegisterType | None,
    offices: Collection[int] | None,
    most: int,
) -> tuple[int, ...]:
    first, second = entry_words.alias("first_word"), entry_words.alias("second_word")
    accepted = select(acceptance_books.c.book_id).where(acceptance_books.c.result == VerdictResult.ACCEPTED.value)
    query: Select[Any] = (
        select(entries.c.id)
        .join(first, first.c.entry_id == entries.c.id)
        .join(second, second.c.entry_id == entries.c.id)
        .where(first.c.word == word, second.c.word == f"{DATE_SIGN}{year}")
        .where(entries.c.book_id.in_(accepted))
        .where(book_of_kinds(entries.c.book_id, REAL_WORK))
        .order_by(entries.c.id)
        .limit(most)
    )
    if register_type is not None:
        query = query.where(entries.c.register_type == register_type.value)
    if offices is not None:
        kept = select(books.c.id).where(books.c.office_id.in_(sorted(offices)))
        query = query.where(entries.c.book_id.in_(kept))
    return tuple(connection.execute(query).scalars())
