"""Accounts and sign-in sessions. Password hashes come in ready-made; no password reaches this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, or_, select

from corrections.entries import Role
from storage.clock import now, stamp, steady_now
from storage.rows import inserted_id, row_of
from storage.schema import accounts, sessions
from storage.separation import scope_of

__all__ = [
    "SYSTEM_NAME",
    "Account",
    "LivingSession",
    "add_account",
    "add_session",
    "count_accounts",
    "drop_session",
    "drop_sessions_of",
    "extend_session",
    "get_account",
    "list_accounts",
    "living_session",
    "login_of",
    "save_account",
    "set_password_hash",
]

SYSTEM_NAME = "system"
"""Actor of what the command line and the machine do; no account may take the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in."""

    id: int
    name: str
    """What is typed to sign in, lower case."""
    full_name: str = ""
    role: Role
    team: str = ""
    shift: str = ""
    active: bool = True
    office_id: int | None = None
    """Unit whose records it sees, with those below; None: see `workbench.services.context`."""
    must_change: bool = False
    """Somebody else set the password, so its owner chooses another before a session is opened."""


class LivingSession(NamedTuple):
    """A session that has not ended."""

    account: Account
    opened_at: str
    expires_at: str


def _from_row(row: Row[Any]) -> Account:
    r = row._mapping
    return Account(
        id=r["id"],
        name=r["name"],
        full_name=r["full_name"],
        role=Role(r["role"]),
        team=r["team"],
        shift=r["shift"],
        active=bool(r["active"]),
        office_id=r["office_id"],
        must_change=bool(r["must_change"]),
    )


def _to_row(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "full_name": account.full_name,
        "role": account.role.value,
        "team": account.team,
        "shift": account.shift,
        "active": int(account.active),
        "office_id": account.office_id,
        "must_change": int(account.must_change),
    }


def add_account(connection: Connection, account: Account, password_hash: str) -> int:
    """Note a new account and return its id.

    Raises:
        DuplicateRecord: the name is taken.
    """
    return inserted_id(
        connection,
        accounts.insert().values(**_to_row(account), password_hash=password_hash, created_at=stamp(now())),
    )


def save_account(connection: Connection, account: Account) -> None:
    """Write a changed account."""
    connection.execute(accounts.update().where(accounts.c.id == account.id).values(**_to_row(account)))


def set_password_hash(connection: Connection, account_id: int, password_hash: str, *, must_change: bool) -> None:
    """Replace the password hash, and say whether its owner has to choose another."""
    changed = {"password_hash": password_hash, "must_change": int(must_change)}
    connection.execute(accounts.update().where(accounts.c.id == account_id).values(changed))


def count_accounts(connection: Connection, *, role: Role | None = None) -> int:
    """How many accounts there are: all, or the active ones that may do what a role may."""
    query = select(func.count()).select_from(accounts)
    if role is not None:
        may = [each.value for each in Role if each.includes(role)]
        query = query.where(accounts.c.active == 1, accounts.c.role.in_(may))
    return int(connection.execute(query).scalar_one())


def get_account(connection: Connection, account_id: int) -> Account | None:
    """The account of that id."""
    row = row_of(connection, accounts, account_id)
    return _from_row(row) if row else None


def list_accounts(connection: Connection) -> tuple[Account, ...]:
    """All accounts by name; on an office's connection its own, and those of no office, who serve all."""
    query = select(accounts).order_by(accounts.c.name)
    scope = scope_of(connection)
    if scope is not None:
        own = accounts.c.office_id.in_(sorted(scope.offices))
        query = query.where(or_(own, accounts.c.office_id.is_(None)))
    return tuple(_from_row(row) for row in connection.execute(query))


def login_of(connection: Connection, name: str) -> tuple[Account, str] | None:
    """Account and password hash of a name."""
    row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
    return (_from_row(row), row.password_hash) if row else None


def add_session(connection: Connection, *, token_hash: str, account_id: int, expires_at: str) -> None:
    """Open a session, and sweep out those that have ended."""
    at = stamp(steady_now())
    connection.execute(sessions.delete().where(sessions.c.expires_at < at))
    connection.execute(
        sessions.insert().values(token_hash=token_hash, account_id=account_id, created_at=at, expires_at=expires_at)
    )


def living_session(connection: Connection, token_hash: str) -> LivingSession | None:
    """The session of that digest, while it lasts and its account is active."""
    at = stamp(steady_now())
    row = connection.execute(
        select(accounts, sessions.c.created_at.label("opened_at"), sessions.c.expires_at)
        .join(sessions, sessions.c.account_id == accounts.c.id)
        .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > at, accounts.c.active == 1)
    ).first()
    return LivingSession(_from_row(row), row.opened_at, row.expires_at) if row else None


def extend_session(connection: Connection, token_hash: str, *, expires_at: str) -> None:
    """Move the end of a session."""
    connection.execute(sessions.update().where(sessions.c.token_hash == token_hash).values(expires_at=expires_at))


def drop_session(connection: Connection, token_hash: str) -> None:
    """End a session."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))


def drop_sessions_of(connection: Connection, account_id: int, *, but: str = "") -> None:
    """End every session of an account, one left out."""
    wanted = (sessions.c.account_id == account_id, sessions.c.token_hash != but)
    connection.execute(sessions.delete().where(*wanted))
