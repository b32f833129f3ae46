"""How much work entries cost: active time, key presses and corrections, as the screens report them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from storage.books import REAL_WORK, book_of_kinds
from storage.clock import now, stamp
from storage.schema import books, effort_events

__all__ = ["Effort", "EffortTotal", "add_effort", "effort_totals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Work on one entry, or on one field of it."""

    column: str = ""
    """Empty: the whole entry."""
    active_ms: int = 0
    """Idle time left out."""
    key_presses: int = 0
    corrections: int = 0
    """Fields whose value a person made another one; kept with the fields."""
    blank_presses: int = 0
    """Key presses that typing the final values from blank would take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortTotal:
    """Work summed over a group."""

    group: str
    entries: int
    active_ms: int
    key_presses: int
    corrections: int
    blank_presses: int


def add_effort(
    connection: Connection,
    efforts: tuple[Effort, ...],
    *,
    account_id: int,
    entry_id: int,
    book_id: int,
    team: str = "",
    shift: str = "",
) -> None:
    """Keep the work done on an entry."""
    if not efforts:
        return
    at = stamp(now())
    connection.execute(
        effort_events.insert(),
        [
            {
                "account_id": account_id,
                "entry_id": entry_id,
                "book_id": book_id,
                "column_name": e.column,
                "active_ms": max(0, e.active_ms),
                "key_presses": max(0, e.key_presses),
                "corrections": max(0, e.corrections),
                "blank_presses": max(0, e.blank_presses),
                "team": team,
                "shift": shift,
                "at": at,
            }
            for e in efforts
        ],
    )


_GROUPS: dict[str, Any] = {
    "account": effort_events.c.account_id,
    "book": effort_events.c.book_id,
    "column": effort_events.c.column_name,
    "team": effort_events.c.team,
    "shift": effort_events.c.shift,
    "day": func.substr(effort_events.c.at, 1, 10),
}


def effort_totals(
    connection: Connection,
    *,
    by: str,
    book_id: int | None = None,
    since: str = "",
    until: str = "~",
    office_ids: Collection[int] | None = None,
) -> tuple[EffortTotal, ...]:
    """Work summed by `account`, `book`, `column`, `team`, `shift` or `day`.

    Time and keys are those of whole entries, corrections and typing from blank those of their fields; by `column` all
    are those of the fields. With `office_ids` only work on registers of these units counts.
    """
    c = effort_events.c
    group = _GROUPS[by]
    of_field = c.column_name != ""
    wanted = of_field if by == "column" else ~of_field
    query = select(
        group,
        func.count(func.distinct(c.entry_id)),
        func.sum(case((wanted, c.active_ms), else_=0)),
        func.sum(case((wanted, c.key_presses), else_=0)),
        func.sum(c.corrections),
        func.sum(c.blank_presses),
    ).where(c.at >= since, c.at < until)
    if by == "column":
        query = query.where(of_field)
    query = query.where(book_of_kinds(c.book_id, REAL_WORK) if book_id is None else c.book_id == book_id)
    if office_ids is not None:
        query = query.where(c.book_id.in_(select(books.c.id).where(books.c.office_id.in_(sorted(office_ids)))))
    return tuple(
        EffortTotal(
            group=str(row[0]),
            entries=row[1],
            active_ms=int(row[2]),
            key_presses=int(row[3]),
            corrections=int(row[4]),
            blank_presses=int(row[5]),
        )
        for row in connection.execute(query.group_by(group).order_by(group))
    )
