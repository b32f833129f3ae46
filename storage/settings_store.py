"""Small settings of the office, JSON values by key."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from storage.clock import now, stamp
from storage.codec import to_json
from storage.schema import settings

__all__ = ["get_setting", "get_settings", "put_setting"]


def get_setting(connection: Connection, key: str) -> Any | None:
    """The value of a key; None when it was never set."""
    text = connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar()
    return None if text is None else json.loads(text)


def get_settings(connection: Connection, prefix: str) -> dict[str, Any]:
    """All values whose key begins with the prefix, the prefix taken off."""
    query = select(settings.c.key, settings.c.value).where(settings.c.key.startswith(prefix, autoescape=True))
    return {key[len(prefix) :]: json.loads(value) for key, value in connection.execute(query)}


def put_setting(connection: Connection, key: str, value: Any) -> None:
    """Set a value."""
    row = {"value": to_json(value), "updated_at": stamp(now())}
    if connection.execute(settings.update().where(settings.c.key == key).values(**row)).rowcount == 0:
        connection.execute(settings.insert().values(key=key, **row))
