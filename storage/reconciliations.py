"""Reconciliation runs: column profiles and outcomes by person. Follow-up: `storage.reconciliation_cases`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select

from corrections.reconciliation import MatchOutcome, MatchResult
from corrections.same_person import Person
from storage.clock import now, stamp
from storage.rows import inserted_id
from storage.schema import reconciliation_profiles, reconciliation_results, reconciliation_runs

__all__ = [
    "FollowUpRow",
    "RunRow",
    "add_results",
    "add_run",
    "follow_up_row",
    "list_results",
    "list_runs",
    "profiles",
    "put_profile",
    "reconciled",
    "save_result",
]

_RESULT = TypeAdapter(MatchResult)
_PERSON = TypeAdapter(Person)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One comparison of entries with an extract."""

    id: int
    at: str
    source_name: str
    profile: str
    matches: int
    differs: int
    not_found: int
    left_out: int | None = None
    """Unfinished entries of the books compared; None: a run of before that was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRow:
    """The outcome for one person of an entry."""

    id: int
    run_id: int
    entry_id: int
    role: str
    """Column prefix of the person (`nks`, `chong` ...)."""
    person: Person
    """As the book has it."""
    result: MatchResult


def put_profile(connection: Connection, name: str, mapping: str) -> None:
    """Keep how an extract's columns are laid out (JSON text)."""
    values = {"mapping": mapping, "updated_at": stamp(now())}
    c = reconciliation_profiles.c
    if connection.execute(reconciliation_profiles.update().where(c.name == name).values(**values)).rowcount == 0:
        connection.execute(reconciliation_profiles.insert().values(name=name, **values))


def profiles(connection: Connection) -> dict[str, str]:
    """Kept layouts by name."""
    query = select(reconciliation_profiles.c.name, reconciliation_profiles.c.mapping)
    return {row[0]: row[1] for row in connection.execute(query.order_by(reconciliation_profiles.c.name))}


def add_run(
    connection: Connection, *, account_id: int | None, source_name: str, profile: str, left_out: int | None = None
) -> int:
    """Note a run, with how many unfinished entries it left out, and return its id."""
    return inserted_id(
        connection,
        reconciliation_runs.insert().values(
            at=stamp(now()), account_id=account_id, source_name=source_name, profile=profile, left_out=left_out
        ),
    )


def add_results(connection: Connection, run_id: int, results: Iterable[tuple[int, str, Person, MatchResult]]) -> None:
    """Keep the outcome of each person: entry, role, person, result."""
    rows = [
        {
            "run_id": run_id,
            "entry_id": entry_id,
            "outcome": result.outcome.value,
            "role": role,
            "person": _PERSON.dump_json(person).decode(),
            "differences": _RESULT.dump_json(result).decode(),
        }
        for entry_id, role, person, result in results
    ]
    if rows:
        connection.execute(reconciliation_results.insert(), rows)


def save_result(connection: Connection, result_id: int, result: MatchResult) -> None:
    """Write an outcome that somebody's choice has made another."""
    connection.execute(
        reconciliation_results.update()
        .where(reconciliation_results.c.id == result_id)
        .values(outcome=result.outcome.value, differences=_RESULT.dump_json(result).decode())
    )


def follow_up_row(r: Mapping[Any, Any]) -> FollowUpRow:
    """The outcome that columns of the table hold."""
    return FollowUpRow(
        id=r["id"],
        run_id=r["run_id"],
        entry_id=r["entry_id"],
        role=r["role"],
        person=_PERSON.validate_json(r["person"]),
        result=_RESULT.validate_json(r["differences"]),
    )


def list_results(
    connection: Connection, run_id: int, outcome: MatchOutcome | None = None, limit: int | None = None
) -> tuple[FollowUpRow, ...]:
    """Outcomes of a run, of one kind or all, the first `limit`."""
    c = reconciliation_results.c
    query = select(reconciliation_results).where(c.run_id == run_id).order_by(c.id).limit(limit)
    if outcome is not None:
        query = query.where(c.outcome == outcome.value)
    return tuple(follow_up_row(row) for row in connection.execute(query).mappings())


def reconciled(connection: Connection, entry_ids: Sequence[int]) -> tuple[int, ...]:
    """Those of the entries that stand in any run."""
    c = reconciliation_results.c
    found: set[int] = set()
    for start in range(0, len(entry_ids), 400):
        query = select(c.entry_id).where(c.entry_id.in_(entry_ids[start : start + 400])).distinct()
        found.update(connection.execute(query).scalars())
    return tuple(entry_id for entry_id in dict.fromkeys(entry_ids) if entry_id in found)


def list_runs(connection: Connection) -> tuple[RunRow, ...]:
    """All runs with their counts, newest first."""
    c = reconciliation_results.c
    counts: dict[int, dict[str, int]] = {}
    for run_id, outcome, count in connection.execute(
        select(c.run_id, c.outcome, func.count()).group_by(c.run_id, c.outcome)
    ):
        counts.setdefault(run_id, {})[outcome] = count
    query = select(reconciliation_runs).order_by(reconciliation_runs.c.id.desc())
    return tuple(
        RunRow(
            id=row.id,
            at=row.at,
            source_name=row.source_name,
            profile=row.profile,
            left_out=row.left_out,
            **{o.value: counts.get(row.id, {}).get(o.value, 0) for o in MatchOutcome},
        )
        for row in connection.execute(query)
    )
