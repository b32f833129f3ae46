"""Tokens with which other systems look entries up. Digests come in ready-made; no secret reaches this room."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.clock import stamp, steady_now
from storage.rows import inserted_id, newest_rows, row_of
from storage.schema import lookup_tokens

__all__ = ["LookupToken", "add_token", "get_token", "list_tokens", "living_token", "revoke_token", "use_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupToken:
    """A system that may look up."""

    id: int = 0
    name: str
    """As the audit log names it."""
    office_id: int | None
    """Unit whose records it sees, with those below; None: as for accounts without a unit."""
    made_by: str
    made_at: str
    expires_at: str
    revoked_at: str = ""
    used_at: str = ""


_COLUMNS = tuple(field.name for field in fields(LookupToken) if field.name != "id")


def _from_row(row: Row[Any]) -> LookupToken:
    return LookupToken(id=row._mapping["id"], **{name: row._mapping[name] for name in _COLUMNS})


def add_token(connection: Connection, token: LookupToken, token_hash: str) -> int:
    """Note a new token and return its id.

    Raises:
        DuplicateRecord: the name is taken.
    """
    values = {name: getattr(token, name) for name in _COLUMNS}
    return inserted_id(connection, lookup_tokens.insert().values(token_hash=token_hash, **values))


def list_tokens(connection: Connection) -> tuple[LookupToken, ...]:
    """All tokens, newest first."""
    return tuple(_from_row(row) for row in newest_rows(connection, lookup_tokens, None))


def get_token(connection: Connection, token_id: int) -> LookupToken | None:
    """The token of that id."""
    row = row_of(connection, lookup_tokens, token_id)
    return _from_row(row) if row else None


def living_token(connection: Connection, token_hash: str) -> LookupToken | None:
    """The token of that digest, while it is neither revoked nor over."""
    c = lookup_tokens.c
    query = select(lookup_tokens).where(
        c.token_hash == token_hash, c.revoked_at == "", c.expires_at > stamp(steady_now())
    )
    row = connection.execute(query).first()
    return _from_row(row) if row else None


def revoke_token(connection: Connection, token_id: int, at: str) -> None:
    """End a token for good."""
    connection.execute(lookup_tokens.update().where(lookup_tokens.c.id == token_id).values(revoked_at=at))


def use_token(connection: Connection, token_id: int, at: str) -> None:
    """Note when it was used last."""
    connection.execute(lookup_tokens.update().where(lookup_tokens.c.id == token_id).values(used_at=at))
