"""What the office has learned from confirmations: values that recur in a book, and corrections of misreadings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from layouts.columns import FieldKind
from storage.clock import now, stamp
from storage.separation import scope_of

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
"""In place of a book's id: the whole office. Where many share the database, each has a number of its own below zero."""
_LONGEST = 400
"""Characters of a value, or of a misreading with its correction, that is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A value and how often it was confirmed."""

    text: str
    count: int


def remember_values(
    connection: Connection, book_id: int, values: Iterable[tuple[str, str]], *, office: bool = True
) -> None:
    """Count confirmed values (column, text) for the book and, unless it is no real work, for the office."""
    at = stamp(now())
    rows = [
        {"book": scope, "column": column, "text": value, "at": at}
        for column, value in values
        if value and len(value) <= _LONGEST
        for scope in ((book_id, _kept_as(connection, OFFICE)) if office else (book_id,))
    ]
    if rows:
        connection.execute(_COUNT_VALUE, rows)


_COUNT_VALUE = text(
    "INSERT INTO value_memory (book_id, column_name, text, count, last_at) VALUES (:book, :column, :text, 1, :at) "
    "ON CONFLICT (book_id, column_name, text) DO UPDATE SET count = value_memory.count + 1, last_at = excluded.last_at"
)
_COUNT_CORRECTION = text(
    "INSERT INTO learned_corrections (kind, misreading, correction, count, last_at)"
    " VALUES (:kind, :misreading, :correction, 1, :at) ON CONFLICT (kind, misreading, correction)"
    " DO UPDATE SET count = learned_corrections.count + 1, last_at = excluded.last_at"
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
    wanted = {"book": _kept_as(connection, book_id), "column": column, "least": at_least, "most": limit}
    return tuple(Remembered(text=row[0], count=row[1]) for row in connection.execute(_FREQUENT, wanted))


def corrections_of(
    connection: Connection, *, kind: FieldKind, misreading: str, limit: int = 5
) -> tuple[Remembered, ...]:
    """What people have put in place of this misreading, most often first."""
    wanted = {"kind": _kind_of_office(connection, kind), "misreading": misreading, "most": limit}
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


def learn_correction(connection: Connection, *, kind: FieldKind, misreading: str, correction: str) -> None:
    """Count that a person put `correction` in place of what the machine had read."""
    if not misreading or not correction or misreading == correction or len(misreading + correction) > _LONGEST:
        return
    row = {
        "kind": _kind_of_office(connection, kind),
        "misreading": misreading,
        "correction": correction,
        "at": stamp(now()),
    }
    connection.execute(_COUNT_CORRECTION, row)


def _kept_as(connection: Connection, book_id: int) -> int:
    """The number under which values are kept: a book's own, or that of the office the connection belongs to."""
    scope = scope_of(connection)
    return book_id if book_id != OFFICE or scope is None else -(scope.own or 0)


def _kind_of_office(connection: Connection, kind: FieldKind) -> str:
    """The kind under which an office learns corrections: they may hold names, so no other office sees them."""
    scope = scope_of(connection)
    return kind.value if scope is None else f"{kind}@{scope.own or 0}"
