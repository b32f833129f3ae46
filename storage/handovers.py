"""Minutes of paper books handed out and returned, and where each book is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.clock import now, stamp
from storage.rows import inserted_id, newest_rows, row_of
from storage.schema import handover_books, handovers
from storage.states import HandoverKind

__all__ = [
    "Handover",
    "HandoverLine",
    "add_handover",
    "books_out",
    "get_handover",
    "list_handovers",
    "newest_handovers",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine:
    """A book of the minutes."""

    book_id: int
    condition: str = ""
    """What the paper looks like, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Minutes of one hand-over."""

    id: int = 0
    kind: HandoverKind
    on_day: str
    """`yyyy-mm-dd`."""
    giver: str
    giver_body: str = ""
    """Whom the giver stands for."""
    receiver: str
    receiver_body: str = ""
    place: str = ""
    due_on: str = ""
    """When books handed out are to be back; `yyyy-mm-dd` or empty."""
    note: str = ""
    account_id: int | None = None
    lines: tuple[HandoverLine, ...] = ()


_OWN = ("on_day", "giver", "giver_body", "receiver", "receiver_body", "place", "due_on", "note", "account_id")


def add_handover(connection: Connection, handover: Handover) -> int:
    """Keep the minutes with their books; returns their id."""
    values = {name: getattr(handover, name) for name in _OWN}
    key = inserted_id(
        connection, handovers.insert().values(kind=handover.kind.value, created_at=stamp(now()), **values)
    )
    rows = [{"handover_id": key, "book_id": line.book_id, "condition": line.condition} for line in handover.lines]
    connection.execute(handover_books.insert(), rows)
    return key


def list_handovers(connection: Connection, limit: int | None = None) -> tuple[Handover, ...]:
    """Minutes, newest first."""
    return _with_lines(connection, newest_rows(connection, handovers, limit))


def get_handover(connection: Connection, handover_id: int) -> Handover | None:
    """The minutes of that id."""
    row = row_of(connection, handovers, handover_id)
    return _with_lines(connection, [row])[0] if row else None


def books_out(connection: Connection, book_ids: Sequence[int] | None = None) -> dict[int, Handover]:
    """Books whose newest minutes handed them out, with those minutes."""
    return newest_handovers(connection, book_ids, HandoverKind.HANDED_OUT)


def newest_handovers(
    connection: Connection, book_ids: Sequence[int] | None = None, kind: HandoverKind | None = None
) -> dict[int, Handover]:
    """For each book its newest minutes; of a kind: only where those are of it."""
    b = handover_books.c
    newest = select(b.book_id, func.max(b.handover_id).label("newest")).group_by(b.book_id)
    if book_ids is not None:
        newest = newest.where(b.book_id.in_(list(book_ids)))
    last = newest.subquery()
    query = select(last.c.book_id, last.c.newest).join(handovers, handovers.c.id == last.c.newest)
    if kind is not None:
        query = query.where(handovers.c.kind == kind.value)
    found = {row.book_id: row.newest for row in connection.execute(query)}
    wanted = select(handovers).where(handovers.c.id.in_(set(found.values())))
    minutes = {one.id: one for one in _with_lines(connection, connection.execute(wanted).all())}
    return {book_id: minutes[handover_id] for book_id, handover_id in found.items()}


def _with_lines(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Handover, ...]:
    b = handover_books.c
    lines: dict[int, list[HandoverLine]] = {}
    query = select(handover_books).where(b.handover_id.in_([row.id for row in rows])).order_by(b.book_id)
    for row in connection.execute(query):
        lines.setdefault(row.handover_id, []).append(HandoverLine(book_id=row.book_id, condition=row.condition))
    return tuple(_from_row(row, tuple(lines.get(row.id, ()))) for row in rows)


def _from_row(row: Row[Any], lines: tuple[HandoverLine, ...]) -> Handover:
    values = {name: row._mapping[name] for name in _OWN}
    return Handover(id=row.id, kind=HandoverKind(row.kind), lines=lines, **values)
