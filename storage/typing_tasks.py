"""Which entries somebody has typed into another program, when, and what that program said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.clock import HOUR_LENGTH, now, stamp
from storage.schema import audit_events, typing_tasks
from storage.states import TypingState

__all__ = ["TICK", "TypingTask", "note_answer", "note_typed", "tasks_of", "typed_by_hour"]

TICK = "typed_elsewhere"
"""Action in the log: somebody has ticked an entry as typed; its column names the program."""
_AT_ONCE = 400
"""Values in one statement; SQLite once took 999 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingTask:
    """One entry in one program."""

    program: str
    entry_id: int
    revision: int
    """Of the entry when it was typed: a later one may need typing again."""
    typed_by: int
    typed_at: str
    state: TypingState
    answer: str


def tasks_of(connection: Connection, program: str, entry_ids: Sequence[int]) -> tuple[TypingTask, ...]:
    """What was typed of these entries."""
    c = typing_tasks.c
    found: list[Row[Any]] = []
    for start in range(0, len(entry_ids), _AT_ONCE):
        wanted = c.entry_id.in_(list(entry_ids[start : start + _AT_ONCE]))
        found.extend(connection.execute(select(typing_tasks).where(c.program == program, wanted)))
    return tuple(_from_row(row) for row in found)


def note_typed(connection: Connection, program: str, entry_id: int, *, revision: int, account_id: int) -> None:
    """Note that somebody has typed an entry, anew when it was typed before."""
    c = typing_tasks.c
    connection.execute(typing_tasks.delete().where(c.program == program, c.entry_id == entry_id))
    connection.execute(
        typing_tasks.insert().values(
            program=program,
            entry_id=entry_id,
            revision=revision,
            typed_by=account_id,
            typed_at=stamp(now()),
            state=TypingState.TYPED.value,
        )
    )


def note_answer(connection: Connection, program: str, entry_id: int, *, state: TypingState, answer: str) -> None:
    """Note what the program said of an entry that was typed."""
    c = typing_tasks.c
    statement = typing_tasks.update().where(c.program == program, c.entry_id == entry_id)
    connection.execute(statement.values(state=state.value, answer=answer))


def typed_by_hour(connection: Connection, program: str) -> tuple[tuple[str, str, int], ...]:
    """Name of the account, hour (UTC, as moments begin) and how many entries it was the first to type then.

    The table keeps who typed an entry last; the log keeps every tick, so typing it again moves no first one.
    """
    c, e = typing_tasks.c, audit_events.c
    ticks = (e.entry_id == c.entry_id) & (e.action == TICK) & (e.column_name == program)
    first = select(func.min(e.id).label("id")).select_from(typing_tasks.join(audit_events, ticks))
    firsts = first.where(c.program == program).group_by(c.entry_id).subquery()
    hour = func.substr(e.at, 1, HOUR_LENGTH)
    query = select(e.actor, hour, func.count()).join(firsts, firsts.c.id == e.id).group_by(e.actor, hour)
    return tuple((row[0], row[1], row[2]) for row in connection.execute(query.order_by(hour)))


def _from_row(row: Row[Any]) -> TypingTask:
    r = row._mapping
    return TypingTask(
        program=r["program"],
        entry_id=r["entry_id"],
        revision=r["revision"],
        typed_by=r["typed_by"],
        typed_at=r["typed_at"],
        state=TypingState(r["state"]),
        answer=r["answer"],
    )
