"""Rows by their id: written, found, newest first, and all of them a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Insert, Row, Table, select

from storage.errors import DatabaseBroken

__all__ = ["inserted_id", "newest_rows", "row_of", "rows_in_parts"]

_AT_ONCE = 1000
"""Rows in memory at a time where a whole table is read."""


def inserted_id(connection: Connection, row: Insert) -> int:
    """Write one row and return the id that the database gave it.

    Raises:
        DatabaseBroken: no id came back.
    """
    key = connection.execute(row).inserted_primary_key
    if key is None:
        raise DatabaseBroken(f"{row.table}: no id")
    return int(key[0])


def row_of(connection: Connection, table: Table, row_id: int) -> Row[Any] | None:
    """The row of that id; None where there is none, or none that the connection may see."""
    return connection.execute(select(table).where(table.c.id == row_id)).first()


def newest_rows(connection: Connection, table: Table, limit: int | None) -> list[Row[Any]]:
    """Rows, newest first; all of them without a limit."""
    return list(connection.execute(select(table).order_by(table.c.id.desc()).limit(limit)))


def rows_in_parts(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """Every row by id, a thousand in memory at a time."""
    last = 0
    while True:
        rows = connection.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(_AT_ONCE)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id
