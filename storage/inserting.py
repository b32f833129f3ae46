"""New rows whose id the database gives."""

from __future__ import annotations

from sqlalchemy import Connection, Insert

from storage.errors import DatabaseBroken

__all__ = ["inserted_id"]


def inserted_id(connection: Connection, row: Insert) -> int:
    """Write one row and return the id that the database gave it.

    Raises:
        DatabaseBroken: no id came back.
    """
    key = connection.execute(row).inserted_primary_key
    if key is None:
        raise DatabaseBroken(f"{row.table}: no id")
    return int(key[0])
