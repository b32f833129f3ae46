"""Machine values that people have judged: the material that review thresholds and error rates are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from layouts.columns import FieldKind
from layouts.register_types import RegisterType
from storage.books import REAL_WORK, book_of_kinds
from storage.clock import now, stamp
from storage.schema import confirmed_readings, entries

__all__ = ["Judgement", "add_judgements", "count_judgements", "judged_entries", "stream_judgements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person made of one machine value."""

    entry_id: int
    column: str
    register_type: RegisterType
    kind: FieldKind
    script: str
    """A `Script` value, `none`, or `rule` for values no ink was read for."""
    confidence: float
    """As the machine gave it."""
    correct: bool
    flagged: bool
    """Whether the machine had asked for review."""
    blind: bool = False
    """Whether the person judged without seeing the machine's value."""
    account_id: int | None = None


_ADD = text(
    "INSERT INTO confirmed_readings (entry_id, column_name, register_type, kind, script, confidence, correct, flagged,"
    " blind, account_id, at) VALUES (:entry_id, :column_name, :register_type, :kind, :script, :confidence, :correct,"
    " :flagged, :blind, :account_id, :at) ON CONFLICT (entry_id, column_name) DO UPDATE SET"
    " confidence = excluded.confidence, correct = excluded.correct, flagged = excluded.flagged,"
    " blind = excluded.blind, account_id = excluded.account_id, at = excluded.at"
    " WHERE confirmed_readings.blind = 0 OR excluded.blind = 1"
)
"""One statement for all fields of a save: written one by one they were half of its time."""


def add_judgements(connection: Connection, judgements: Iterable[Judgement]) -> None:
    """Keep judgements; a later one of the same field takes the place of an earlier one, a blind one stays."""
    at = stamp(now())
    rows = [{**_to_row(one), "at": at} for one in judgements]
    if rows:
        connection.execute(_ADD, rows)


def judged_entries(connection: Connection, book_id: int) -> tuple[tuple[int, int], ...]:
    """For each entry of a book that people have judged, in the order they did: its fields, and those read right."""
    query = (
        select(func.count(), func.sum(confirmed_readings.c.correct))
        .join(entries, entries.c.id == confirmed_readings.c.entry_id)
        .where(entries.c.book_id == book_id)
        .group_by(confirmed_readings.c.entry_id)
        .order_by(func.max(confirmed_readings.c.at), confirmed_readings.c.entry_id)
    )
    return tuple((int(row[0]), int(row[1])) for row in connection.execute(query))


def _to_row(one: Judgement) -> dict[str, Any]:
    return {
        "entry_id": one.entry_id,
        "column_name": one.column,
        "register_type": one.register_type,
        "kind": one.kind,
        "script": one.script,
        "confidence": one.confidence,
        "correct": int(one.correct),
        "flagged": int(one.flagged),
        "blind": int(one.blind),
        "account_id": one.account_id,
    }


def _from_row(row: Row[Any]) -> Judgement:
    r = row._mapping
    return Judgement(
        entry_id=r["entry_id"],
        column=r["column_name"],
        register_type=RegisterType(r["register_type"]),
        kind=FieldKind(r["kind"]),
        script=r["script"],
        confidence=r["confidence"],
        correct=bool(r["correct"]),
        flagged=bool(r["flagged"]),
        blind=bool(r["blind"]),
        account_id=r["account_id"],
    )


def stream_judgements(connection: Connection, *, newest: int = 200_000) -> Iterator[Judgement]:
    """The newest judgements on entries of real work."""
    query = (
        select(confirmed_readings)
        .join(entries, entries.c.id == confirmed_readings.c.entry_id)
        .where(book_of_kinds(entries.c.book_id, REAL_WORK))
        .order_by(confirmed_readings.c.id.desc())
        .limit(newest)
    )
    return (_from_row(row) for row in connection.execute(query))


def count_judgements(connection: Connection) -> int:
    """How many values people have judged."""
    return int(connection.execute(select(func.count()).select_from(confirmed_readings)).scalar_one())
