"""Cases of reconciliation: one a person that was not found as the book has it, kept from run to run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, func, select

from corrections.cases import CaseState, Consequence
from corrections.chosen_persons import Choice
from corrections.reconciliation import MatchOutcome
from storage.clock import now, stamp
from storage.reconciliations import FollowUpRow, follow_up_row
from storage.schema import reconciliation_cases, reconciliation_results

__all__ = [
    "Case",
    "CaseFilter",
    "case_counts",
    "choices_of",
    "found_since",
    "get_case",
    "list_cases",
    "renew_cases",
    "save_case",
    "save_choice",
]

_AT_ONCE = 400
"""Values in one statement; SQLite once took 999 at most."""
_CHOICE = TypeAdapter(Choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as it stands."""

    id: int
    entry_id: int
    role: str
    """Column prefix of the person."""
    outcome: MatchOutcome
    """Of the newest run that held the person."""
    state: CaseState
    owner: int | None
    """Account that follows it up."""
    due_on: str
    """`yyyy-mm-dd`, or empty."""
    result: str
    """What the verification brought, in words."""
    note: str
    decided_on: str
    """`yyyy-mm-dd` of the decision, or empty."""
    decided_by: int | None
    decided_over: str
    """The differences of that day (`corrections.cases.over`)."""
    entry_done: Consequence
    """What has been done with the entry after the decision."""
    newest: FollowUpRow
    """The newest outcome, or that of the run which was asked for."""
    choice: Choice | None = None
    """Which of several persons of the extract it is, as somebody chose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; what is None or empty does not count."""

    run_id: int | None = None
    """Those of the persons of a run, with what that run said of them and how far they have come since."""
    entry_id: int | None = None
    outcome: MatchOutcome | None = None
    states: tuple[CaseState, ...] = ()
    owner: int | None = None
    due_before: str = ""


def renew_cases(connection: Connection, run_id: int) -> int:
    """Give each person of a run its case: a new one when it was not found as in the book, else the one it has.

    What people noted stays as it is; only the newest outcome is another. Returns how many are new.
    """
    c = reconciliation_results.c
    rows = connection.execute(select(c.id, c.entry_id, c.role, c.outcome).where(c.run_id == run_id)).all()
    known = _known(connection, [row.entry_id for row in rows])
    at, fresh = stamp(now()), []
    for row in rows:
        case_id = known.get((row.entry_id, row.role))
        if case_id is not None:
            connection.execute(
                reconciliation_cases.update()
                .where(reconciliation_cases.c.id == case_id)
                .values(result_id=row.id, outcome=row.outcome, updated_at=at)
            )
        elif row.outcome != MatchOutcome.MATCHES.value:
            fresh.append(
                {
                    "entry_id": row.entry_id,
                    "role": row.role,
                    "result_id": row.id,
                    "outcome": row.outcome,
                    "state": CaseState.OPEN.value,
                    "updated_at": at,
                }
            )
    if fresh:
        connection.execute(reconciliation_cases.insert(), fresh)
    return len(fresh)


def _known(connection: Connection, entry_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    c, found = reconciliation_cases.c, {}
    wanted = list(dict.fromkeys(entry_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(c.id, c.entry_id, c.role).where(c.entry_id.in_(wanted[start : start + _AT_ONCE]))
        found.update({(row.entry_id, row.role): row.id for row in connection.execute(query)})
    return found


def list_cases(connection: Connection, wanted: CaseFilter, limit: int | None = None) -> tuple[Case, ...]:
    """Cases that fit, those due first."""
    c = reconciliation_cases.c
    query = _fitting(_select(wanted.run_id), wanted).order_by(c.due_on == "", c.due_on, c.id).limit(limit)
    return tuple(_from_row(row) for row in connection.execute(query))


def found_since(connection: Connection, run_id: int) -> tuple[Case, ...]:
    """Undecided cases of persons whom a run finds as the book has them and an earlier one did not find at all."""
    c, before = reconciliation_cases.c, reconciliation_results.alias("before")
    missing = (before.c.entry_id == c.entry_id) & (before.c.role == c.role) & (before.c.run_id < run_id)
    earlier = select(before.c.id).where(missing, before.c.outcome == MatchOutcome.NOT_FOUND.value).exists()
    undecided = tuple(state for state in CaseState if not state.decided)
    query = _fitting(_select(run_id), CaseFilter(outcome=MatchOutcome.MATCHES, states=undecided))
    return tuple(_from_row(row) for row in connection.execute(query.where(earlier).order_by(c.id)))


def case_counts(connection: Connection, wanted: CaseFilter) -> dict[CaseState, int]:
    """How many cases that fit stand in each state."""
    c = reconciliation_cases.c
    said = select(c.state, func.count()).join(reconciliation_results, _said(wanted.run_id))
    query = _fitting(said, wanted).group_by(c.state)
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {state: found.get(state.value, 0) for state in CaseState}


def get_case(connection: Connection, case_id: int) -> Case | None:
    """The case of that id."""
    row = connection.execute(_select().where(reconciliation_cases.c.id == case_id)).first()
    return _from_row(row) if row else None


def save_case(connection: Connection, case: Case) -> None:
    """Write what people noted of a case."""
    connection.execute(
        reconciliation_cases.update()
        .where(reconciliation_cases.c.id == case.id)
        .values(
            state=case.state.value,
            owner=case.owner,
            due_on=case.due_on,
            result=case.result,
            note=case.note,
            decided_on=case.decided_on,
            decided_by=case.decided_by,
            decided_over=case.decided_over,
            entry_done=case.entry_done.value,
            updated_at=stamp(now()),
        )
    )


def save_choice(connection: Connection, case: Case, choice: Choice | None) -> None:
    """Keep which of several persons it is, with the outcome that the case's newest result has now."""
    connection.execute(
        reconciliation_cases.update()
        .where(reconciliation_cases.c.id == case.id)
        .values(
            choice=_CHOICE.dump_json(choice).decode() if choice is not None else "",
            outcome=case.outcome.value,
            updated_at=stamp(now()),
        )
    )


def choices_of(connection: Connection) -> dict[tuple[int, str], Choice]:
    """What was chosen for persons, by entry and role."""
    c = reconciliation_cases.c
    query = select(c.entry_id, c.role, c.choice).where(c.choice != "")
    return {(row.entry_id, row.role): _CHOICE.validate_json(row.choice) for row in connection.execute(query)}


def _select(run_id: int | None = None) -> Any:
    r = reconciliation_results.c
    columns = (r.run_id, r.person, r.differences, r.id.label("said_id"))
    return select(reconciliation_cases, *columns).join(reconciliation_results, _said(run_id))


def _said(run_id: int | None) -> Any:
    """Which result stands with a case: that of a run, else the newest."""
    c, r = reconciliation_cases.c, reconciliation_results.c
    if run_id is None:
        return c.result_id == r.id
    return (c.entry_id == r.entry_id) & (c.role == r.role) & (r.run_id == run_id)


def _fitting(query: Any, wanted: CaseFilter) -> Any:
    c = reconciliation_cases.c
    conditions: Iterable[Any] = (
        None if wanted.entry_id is None else c.entry_id == wanted.entry_id,
        None if wanted.outcome is None else reconciliation_results.c.outcome == wanted.outcome.value,
        None if not wanted.states else c.state.in_([state.value for state in wanted.states]),
        None if wanted.owner is None else c.owner == wanted.owner,
        None if not wanted.due_before else (c.due_on != "") & (c.due_on < wanted.due_before),
    )
    return query.where(*(condition for condition in conditions if condition is not None))


def _from_row(row: Row[Any]) -> Case:
    r = row._mapping
    newest = {key: r[key] for key in ("run_id", "entry_id", "role", "person", "differences")}
    return Case(
        id=r["id"],
        entry_id=r["entry_id"],
        role=r["role"],
        outcome=MatchOutcome(r["outcome"]),
        state=CaseState(r["state"]),
        owner=r["owner"],
        due_on=r["due_on"],
        result=r["result"],
        note=r["note"],
        decided_on=r["decided_on"],
        decided_by=r["decided_by"],
        decided_over=r["decided_over"],
        entry_done=Consequence(r["entry_done"]),
        newest=follow_up_row(newest | {"id": r["said_id"]}),
        choice=_CHOICE.validate_json(r["choice"]) if r["choice"] else None,
    )
