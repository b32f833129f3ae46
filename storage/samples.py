"""Fields keyed again by somebody who does not see the first value: blind samples, seeded errors, double entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from storage.clock import now, stamp
from storage.rows import row_of
from storage.schema import blind_samples
from storage.states import SampleKind

__all__ = [
    "Sample",
    "add_sample",
    "answer_sample",
    "get_sample",
    "open_samples",
    "resolve_sample",
    "stream_answered",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One field to be keyed again."""

    id: int
    entry_id: int
    column: str
    kind: SampleKind
    first_account: int | None
    """Who made the first value: somebody else answers."""
    first_value: str
    machine_value: str
    seeded_value: str
    answer: str | None
    answer_account: int | None
    agrees: bool | None
    resolved_value: str | None
    created_at: str


def _from_row(row: Row[Any]) -> Sample:
    r = row._mapping
    return Sample(
        id=r["id"],
        entry_id=r["entry_id"],
        column=r["column_name"],
        kind=SampleKind(r["kind"]),
        first_account=r["first_account"],
        first_value=r["first_value"],
        machine_value=r["machine_value"],
        seeded_value=r["seeded_value"],
        answer=r["answer"],
        answer_account=r["answer_account"],
        agrees=None if r["agrees"] is None else bool(r["agrees"]),
        resolved_value=r["resolved_value"],
        created_at=r["created_at"],
    )


def add_sample(
    connection: Connection,
    *,
    entry_id: int,
    column: str,
    kind: SampleKind,
    first_account: int | None,
    first_value: str,
    machine_value: str = "",
    seeded_value: str = "",
) -> bool:
    """Ask for a field to be keyed again; False when it was asked for before."""
    c = blind_samples.c
    same = select(c.id).where(c.entry_id == entry_id, c.column_name == column, c.kind == kind.value)
    if connection.execute(same).first() is not None:
        return False
    connection.execute(
        blind_samples.insert().values(
            entry_id=entry_id,
            column_name=column,
            kind=kind.value,
            first_account=first_account,
            first_value=first_value,
            machine_value=machine_value,
            seeded_value=seeded_value,
            created_at=stamp(now()),
        )
    )
    return True


def get_sample(connection: Connection, sample_id: int) -> Sample | None:
    """The sample of that id."""
    row = row_of(connection, blind_samples, sample_id)
    return _from_row(row) if row else None


def open_samples(connection: Connection, *, account_id: int, limit: int = 20) -> tuple[Sample, ...]:
    """Samples an account may answer: not answered, and the first value is somebody else's.

    Each account gets them in an order of its own, so that people who key at the same time seldom meet at one.
    """
    c = blind_samples.c
    turn = (c.id % _TURNS * _STEP + account_id % _TURNS * _APART) % _TURNS
    query = (
        select(blind_samples)
        .where(c.answered_at.is_(None), or_(c.first_account.is_(None), c.first_account != account_id))
        .order_by(turn, c.id)
        .limit(limit)
    )
    return tuple(_from_row(row) for row in connection.execute(query))


_TURNS, _STEP, _APART = 1009, 919, 733
"""A prime and two numbers below it: a fixed order that looks like none, begun elsewhere by each account."""


def answer_sample(connection: Connection, sample_id: int, *, account_id: int | None, answer: str, agrees: bool) -> bool:
    """Keep an answer; False when somebody answered first."""
    c = blind_samples.c
    statement = blind_samples.update().where(c.id == sample_id, c.answered_at.is_(None))
    values = {"answer": answer, "answer_account": account_id, "agrees": int(agrees), "answered_at": stamp(now())}
    return connection.execute(statement.values(**values)).rowcount == 1


def resolve_sample(connection: Connection, sample_id: int, *, account_id: int | None, value: str) -> None:
    """Keep what a supervisor decided between two readers."""
    statement = blind_samples.update().where(blind_samples.c.id == sample_id)
    connection.execute(statement.values(resolved_by=account_id, resolved_value=value))


def stream_answered(connection: Connection, kinds: Sequence[SampleKind]) -> tuple[Sample, ...]:
    """All answered samples of these kinds."""
    c = blind_samples.c
    query = select(blind_samples).where(c.answered_at.is_not(None), c.kind.in_([k.value for k in kinds]))
    return tuple(_from_row(row) for row in connection.execute(query.order_by(c.id)))
