"""How much work entries cost: active time, key presses and corrections, as the screens report them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Integer, String, and_, case, cast, func, literal, literal_column, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from corrections.campaign.shifts import Shift
from storage.books import REAL_WORK, book_of_kinds
from storage.clock import now, stamp
from storage.schema import books, effort_events

__all__ = ["Effort", "EffortGroup", "EffortTotal", "add_effort", "corrections_since", "effort_totals"]


class EffortGroup(StrEnum):
    """What work is summed over."""

    ACCOUNT = "account"
    BOOK = "book"
    COLUMN = "column"
    TEAM = "team"
    SHIFT = "shift"
    """That of the clock when the work came in; empty outside of all."""
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Work on one entry, or on one field of it."""

    column: str = ""
    """Empty: the whole entry."""
    active_ms: int = 0
    """Idle time left out."""
    key_presses: int = 0
    corrections: int = 0
    """Fields whose value a person made another one, less than none where that was taken back; kept with the fields."""
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
                "corrections": e.corrections,
                "blank_presses": max(0, e.blank_presses),
                "team": team,
                "shift": shift,
                "at": at,
            }
            for e in efforts
        ],
    )


def corrections_since(connection: Connection, *, account_id: int, entry_id: int, since: str) -> dict[str, int]:
    """By column the corrections that an account's work on an entry was counted with from a stored moment on."""
    c = effort_events.c
    counted = func.sum(c.corrections)
    mine = (c.account_id == account_id, c.entry_id == entry_id, c.at >= since)
    query = select(c.column_name, counted).where(*mine).group_by(c.column_name).having(counted != 0)
    return {column: int(count) for column, count in connection.execute(query)}


_HOUR_AT, _MINUTE_AT = len("2026-11-21T") + 1, len("2026-11-21T14:") + 1
"""Where hour and minute stand in a stored moment, from 1."""
_SECOND_LENGTH = len("2026-11-21T14:05:09")
"""How much of a stored moment tells its second, without its zone."""
_MINUTES_OF_HOUR, _MINUTES_OF_DAY = 60, 24 * 60
"""For hours of the place where people work."""
_GROUPS: dict[EffortGroup, Any] = {
    EffortGroup.ACCOUNT: effort_events.c.account_id,
    EffortGroup.BOOK: effort_events.c.book_id,
    EffortGroup.COLUMN: effort_events.c.column_name,
    EffortGroup.TEAM: effort_events.c.team,
}


class _LocalDay(FunctionElement[str]):
    """`yyyy-mm-dd` of a stored moment on a clock some minutes ahead; each database adds minutes in its own words."""

    type = String()
    inherit_cache = True


@compiles(_LocalDay, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    at, ahead = (compiler.process(part, **how) for part in element.clauses)
    return f"date(substr({at}, 1, {_SECOND_LENGTH}), {ahead} || ' minutes')"


@compiles(_LocalDay, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    at, ahead = (compiler.process(part, **how) for part in element.clauses)
    moment = f"CAST(substr({at}, 1, {_SECOND_LENGTH}) AS timestamp)"
    return f"to_char({moment} + {ahead} * INTERVAL '1 minute', 'YYYY-MM-DD')"


def _shift_of(at: Any, shifts: Sequence[Shift], ahead: int) -> Any:
    """Key of the shift that the local clock shows at a stored moment; empty outside of all."""
    hour, minute = (cast(func.substr(at, first, 2), Integer) for first in (_HOUR_AT, _MINUTE_AT))
    local = (hour * _MINUTES_OF_HOUR + minute + ahead) % _MINUTES_OF_DAY
    whens = []
    for shift in shifts:
        after, before = local >= shift.start, local < shift.end
        whens.append((and_(after, before) if shift.start < shift.end else or_(after, before), shift.key))
    return case(*whens, else_="") if whens else literal("")


def effort_totals(
    connection: Connection,
    *,
    by: EffortGroup,
    book_id: int | None = None,
    since: str = "",
    until: str = "~",
    office_ids: Collection[int] | None = None,
    shifts: Sequence[Shift] = (),
    ahead: int = 0,
) -> tuple[EffortTotal, ...]:
    """Work summed by `account`, `book`, `column`, `team`, `shift` or `day`.

    Time and keys are those of whole entries, corrections and typing from blank those of their fields; by `column` all
    are those of the fields.

    Args:
        connection: a connection.
        by: what is summed over; a shift or day is that of the local clock when the work came in, the former empty
            outside of all.
        book_id: of one book only.
        since: first stored moment.
        until: stored moment after the last.
        office_ids: only work on registers of these units.
        shifts: of a day, by the local clock.
        ahead: minutes by which the local clock is ahead of the stored moments.
    """
    c = effort_events.c
    if by is EffortGroup.SHIFT:
        group = _shift_of(c.at, shifts, ahead)
    else:
        group = _LocalDay(c.at, literal_column(str(ahead))) if by is EffortGroup.DAY else _GROUPS[by]
    of_field = c.column_name != ""
    wanted = of_field if by is EffortGroup.COLUMN else ~of_field
    query = select(
        group,
        func.count(func.distinct(c.entry_id)),
        func.sum(case((wanted, c.active_ms), else_=0)),
        func.sum(case((wanted, c.key_presses), else_=0)),
        func.sum(c.corrections),
        func.sum(c.blank_presses),
    ).where(c.at >= since, c.at < until)
    if by is EffortGroup.COLUMN:
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
