"""What the office has learned from confirmations: values that recur in a book, and corrections of misreadings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.clock import now, stamp
from storage.schema import learned_corrections, value_memory

__all__ = [
    "OFFICE",
    "Recollection",
    "Remembered",
    "corrections_of",
    "frequent_values",
    "learn_correction",
    "remember_values",
]

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
    for column, value in values:
        if not value or len(value) > _LONGEST:
            continue
        for scope in (book_id, OFFICE):
            same = (c.book_id == scope, c.column_name == column, c.text == value)
            counted = value_memory.update().where(*same).values(count=c.count + 1, last_at=at)
            if connection.execute(counted).rowcount == 0:
                connection.execute(
                    value_memory.insert().values(book_id=scope, column_name=column, text=value, count=1, last_at=at)
                )


_FREQUENT = text(
    "SELECT text, count FROM value_memory WHERE book_id = :book AND column_name = :column AND count >= :least "
    "ORDER BY count DESC, last_at DESC LIMIT :most"
)
_CORRECTIONS = text(
    "SELECT correction, count FROM learned_corrections WHERE kind = :kind AND misreading = :misreading "
    "ORDER BY count DESC, last_at DESC LIMIT :most"
)
"""Written out: asked for each field of each entry shown, and building a statement costs ten times its execution."""


def frequent_values(
    connection: Connection, column: str, *, book_id: int = OFFICE, limit: int = 20, at_least: int = 1
) -> tuple[Remembered, ...]:
    """Values confirmed most often in a column, of a book or of the office."""
    wanted = {"book": book_id, "column": column, "least": at_least, "most": limit}
    return tuple(Remembered(text=row[0], count=row[1]) for row in connection.execute(_FREQUENT, wanted))


def corrections_of(connection: Connection, *, kind: str, misreading: str, limit: int = 5) -> tuple[Remembered, ...]:
    """What people have put in place of this misreading, most often first."""
    wanted = {"kind": kind, "misreading": misreading, "most": limit}
    return tuple(Remembered(text=row[0], count=row[1]) for row in connection.execute(_CORRECTIONS, wanted))


class Recollection:
    """Frequent values asked for once each while several entries are shown."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known: dict[tuple[int, str, int, int], tuple[Remembered, ...]] = {}

    def frequent(
        self, column: str, *, book_id: int = OFFICE, limit: int = 20, at_least: int = 1
    ) -> tuple[Remembered, ...]:
        """As `frequent_values`."""
        key = (book_id, column, limit, at_least)
        if key not in self._known:
            self._known[key] = frequent_values(self.connection, column, book_id=book_id, limit=limit, at_least=at_least)
        return self._known[key]


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
