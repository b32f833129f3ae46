"""Minutes of acceptance: which delivery of which book was accepted or returned at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from corrections.acceptance import AcceptanceLevel
from storage.clock import now, stamp
from storage.rows import inserted_id, newest_rows, row_of
from storage.schema import acceptance_books, acceptance_returns, acceptances
from storage.states import VerdictResult

__all__ = [
    "Acceptance",
    "Verdict",
    "accepted_deliveries",
    "add_acceptance",
    "get_acceptance",
    "last_verdicts",
    "list_acceptances",
    "newest_verdicts",
    "rounds_so_far",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A book of the minutes."""

    book_id: int
    result: VerdictResult
    export_id: int | None = None
    delivery: str = ""
    """Digests of the delivery that was looked at."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Minutes of one acceptance."""

    id: int = 0
    level: AcceptanceLevel
    round: int
    on_day: str
    """`yyyy-mm-dd`."""
    place: str = ""
    members: str = ""
    """Who took part, one a line."""
    contractor: str = ""
    note: str = ""
    account_id: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    returns: tuple[tuple[int, str], ...] = ()
    """(entry, reason) sent back with the minutes."""


_OWN = ("round", "on_day", "place", "members", "contractor", "note", "account_id")


def add_acceptance(connection: Connection, acceptance: Acceptance) -> int:
    """Keep the minutes with their books and returned entries; returns their id."""
    values = {name: getattr(acceptance, name) for name in _OWN}
    number = inserted_id(
        connection, acceptances.insert().values(level=acceptance.level.value, created_at=stamp(now()), **values)
    )
    rows = [
        {
            "acceptance_id": number,
            "book_id": one.book_id,
            "result": one.result.value,
            "export_id": one.export_id,
            "delivery": one.delivery,
            "reason": one.reason,
        }
        for one in acceptance.verdicts
    ]
    connection.execute(acceptance_books.insert(), rows)
    if acceptance.returns:
        back = [{"acceptance_id": number, "entry_id": entry, "reason": why} for entry, why in acceptance.returns]
        connection.execute(acceptance_returns.insert(), back)
    return number


def list_acceptances(connection: Connection, limit: int | None = None) -> tuple[Acceptance, ...]:
    """Minutes, newest first."""
    return _with_parts(connection, newest_rows(connection, acceptances, limit))


def get_acceptance(connection: Connection, acceptance_id: int) -> Acceptance | None:
    """The minutes of that id."""
    row = row_of(connection, acceptances, acceptance_id)
    return _with_parts(connection, [row])[0] if row else None


def accepted_deliveries(
    connection: Connection, book_ids: Sequence[int] | None = None
) -> dict[tuple[int, AcceptanceLevel], tuple[str, str]]:
    """For each book and level the delivery accepted there, and the day; none where its last word was to return it."""
    b, a = acceptance_books.c, acceptances.c
    query = (
        select(b.book_id, a.level, b.result, b.delivery, a.on_day)
        .join(acceptances, a.id == b.acceptance_id)
        .order_by(a.id)
    )
    if book_ids is not None:
        query = query.where(b.book_id.in_(list(book_ids)))
    last = {(row.book_id, AcceptanceLevel(row.level)): row for row in connection.execute(query)}
    taken = VerdictResult.ACCEPTED.value
    return {key: (row.delivery, row.on_day) for key, row in last.items() if row.result == taken}


def newest_verdicts(
    connection: Connection, level: AcceptanceLevel, book_ids: Sequence[int] | None = None
) -> dict[int, tuple[Verdict, str]]:
    """For each book the last word of a level, and the day."""
    b, a = acceptance_books.c, acceptances.c
    query = (
        select(acceptance_books, a.on_day)
        .join(acceptances, a.id == b.acceptance_id)
        .where(a.level == level.value)
        .order_by(a.id)
    )
    if book_ids is not None:
        query = query.where(b.book_id.in_(list(book_ids)))
    return {row.book_id: (_verdict(row), row.on_day) for row in connection.execute(query)}


def last_verdicts(connection: Connection, book_ids: Sequence[int]) -> dict[int, tuple[Verdict, AcceptanceLevel, str]]:
    """For each book the last word of any level, which level, and the day."""
    b, a = acceptance_books.c, acceptances.c
    query = (
        select(acceptance_books, a.level, a.on_day)
        .join(acceptances, a.id == b.acceptance_id)
        .where(b.book_id.in_(list(book_ids)))
        .order_by(a.id)
    )
    rows = connection.execute(query)
    return {row.book_id: (_verdict(row), AcceptanceLevel(row.level), row.on_day) for row in rows}


def rounds_so_far(connection: Connection, level: AcceptanceLevel, book_ids: Sequence[int]) -> int:
    """How many minutes of a level held the most often seen of these books."""
    b = acceptance_books.c
    query = (
        select(func.count())
        .join(acceptances, acceptances.c.id == b.acceptance_id)
        .where(acceptances.c.level == level.value, b.book_id.in_(list(book_ids)))
        .group_by(b.book_id)
    )
    return max(connection.execute(query).scalars(), default=0)


def _with_parts(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Acceptance, ...]:
    ids = [row.id for row in rows]
    b, r = acceptance_books.c, acceptance_returns.c
    verdicts: dict[int, list[Verdict]] = {}
    for row in connection.execute(
        select(acceptance_books).where(b.acceptance_id.in_(ids)).order_by(b.acceptance_id, b.book_id)
    ):
        verdicts.setdefault(row.acceptance_id, []).append(_verdict(row))
    back: dict[int, list[tuple[int, str]]] = {}
    for row in connection.execute(select(acceptance_returns).where(r.acceptance_id.in_(ids)).order_by(r.entry_id)):
        back.setdefault(row.acceptance_id, []).append((row.entry_id, row.reason))
    return tuple(
        Acceptance(
            id=row.id,
            level=AcceptanceLevel(row.level),
            verdicts=tuple(verdicts.get(row.id, ())),
            returns=tuple(back.get(row.id, ())),
            **{name: row._mapping[name] for name in _OWN},
        )
        for row in rows
    )


def _verdict(row: Row[Any]) -> Verdict:
    r = row._mapping
    return Verdict(
        book_id=r["book_id"],
        result=VerdictResult(r["result"]),
        export_id=r["export_id"],
        delivery=r["delivery"],
        reason=r["reason"],
    )
