"""What the office has learned from confirmations: values that recur in a book, and corrections of misreadings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.clock import now, stamp
from storage.schema import learned_corrections, value_memory

__all__ = ["OFFICE", "Remembered", "corrections_of", "frequent_values", "learn_correction", "remember_values"]

OFFICE = 0
"""Stored in place of a book's id: the whole office."""
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A value and how often it was confirmed."""

    text: str
    count: int


def remember_values(connection: Connection, book_id: int, values: Iterable[tuple[str, str]]) -> None:
    """Count confirmed values (column, text) for the book and for the office."""
    at = stamp(now())
    c = value_memory.c
    for column, text in values:
        if not text or len(text) > _LONGEST:
            continue
        for scope in (book_id, OFFICE):
            same = (c.book_id == scope, c.column_name == column, c.text == text)
            counted = value_memory.update().where(*same).values(count=c.count + 1, last_at=at)
            if connection.execute(counted).rowcount == 0:
                connection.execute(
                    value_memory.insert().values(book_id=scope, column_name=column, text=text, count=1, last_at=at)
                )


def frequent_values(
    connection: Connection, column: str, *, book_id: int = OFFICE, limit: int = 20, at_least: int = 1
) -> tuple[Remembered, ...]:
    """Values confirmed most often in a column, of a book or of the office."""
    c = value_memory.c
    query = (
        select(c.text, c.count)
        .where(c.book_id == book_id, c.column_name == column, c.count >= at_least)
        .order_by(c.count.desc(), c.last_at.desc(), c.text)
        .limit(limit)
    )
    return tuple(Remembered(text=row[0], count=row[1]) for row in connection.execute(query))


def learn_correction(connection: Connection, *, kind: str, misreading: str, correction: str) -> None:
    """Count that a person put `correction` in place of what the machine had read."""
    if not misreading or not correction or misreading == correction or len(misreading + correction) > _LONGEST:
        return
    at = stamp(now())
    c = learned_corrections.c
    same = (c.kind == kind, c.misreading == misreading, c.correction == correction)
    counted = learned_corrections.update().where(*same).values(count=c.count + 1, last_at=at)
    if connection.execute(counted).rowcount == 0:
        connection.execute(
            learned_corrections.insert().values(
                kind=kind, misreading=misreading, correction=correction, count=1, last_at=at
            )
        )


def corrections_of(connection: Connection, *, kind: str, misreading: str, limit: int = 5) -> tuple[Remembered, ...]:
    """What people have put in place of this misreading, most often first."""
    c = learned_corrections.c
    query = (
        select(c.correction, c.count)
        .where(c.kind == kind, c.misreading == misreading)
        .order_by(c.count.desc(), c.last_at.desc())
        .limit(limit)
    )
    return tuple(Remembered(text=row[0], count=row[1]) for row in connection.execute(query))
