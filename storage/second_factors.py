"""What the second step of signing in is checked against. Secrets come in locked, recovery codes as digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.schema import recovery_codes, second_factors

__all__ = [
    "SecondFactor",
    "count_recovery_codes",
    "drop_second_factor",
    "get_second_factor",
    "have_second_factor",
    "put_recovery_codes",
    "put_second_factor",
    "recovery_codes_left",
    "use_recovery_code",
    "use_step",
]


class SecondFactor(NamedTuple):
    """The second factor of an account."""

    locked_secret: str
    on_since: str
    last_step: int


def get_second_factor(connection: Connection, account_id: int) -> SecondFactor | None:
    """The second factor of an account; None: it signs in with its password alone."""
    c = second_factors.c
    query = select(c.locked_secret, c.on_since, c.last_step).where(c.account_id == account_id)
    row = connection.execute(query).first()
    return SecondFactor(*row) if row else None


def have_second_factor(connection: Connection) -> frozenset[int]:
    """Ids of the accounts that have one."""
    return frozenset(connection.execute(select(second_factors.c.account_id)).scalars())


def put_second_factor(connection: Connection, account_id: int, factor: SecondFactor) -> None:
    """Give an account its second factor.

    Raises:
        DuplicateRecord: it has one.
    """
    connection.execute(second_factors.insert().values(account_id=account_id, **factor._asdict()))


def drop_second_factor(connection: Connection, account_id: int) -> bool:
    """Take it away with its recovery codes; whether there was one."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    gone = connection.execute(second_factors.delete().where(second_factors.c.account_id == account_id))
    return gone.rowcount > 0


def use_step(connection: Connection, account_id: int, step: int) -> bool:
    """Take the code of a time step as used; False where it, or a later one, was used before."""
    c = second_factors.c
    later = second_factors.update().where(c.account_id == account_id, c.last_step < step).values(last_step=step)
    return connection.execute(later).rowcount > 0


def put_recovery_codes(connection: Connection, account_id: int, hashes: Sequence[str]) -> None:
    """Replace the recovery codes of an account; those of before end."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.account_id == account_id))
    connection.execute(
        recovery_codes.insert(), [{"account_id": account_id, "code_hash": one, "used_at": ""} for one in hashes]
    )


def recovery_codes_left(connection: Connection, account_id: int) -> dict[int, str]:
    """Digests of the codes that were not used, by their ids."""
    c = recovery_codes.c
    query = select(c.id, c.code_hash).where(c.account_id == account_id, c.used_at == "").order_by(c.id)
    return {row.id: row.code_hash for row in connection.execute(query)}


def count_recovery_codes(connection: Connection, account_id: int) -> int:
    """How many were not used."""
    c = recovery_codes.c
    query = select(func.count()).select_from(recovery_codes).where(c.account_id == account_id, c.used_at == "")
    return int(connection.execute(query).scalar_one())


def use_recovery_code(connection: Connection, code_id: int, at: str) -> bool:
    """Take a code as used; False where it was used before, or is gone."""
    c = recovery_codes.c
    once = recovery_codes.update().where(c.id == code_id, c.used_at == "").values(used_at=at)
    return connection.execute(once).rowcount > 0
