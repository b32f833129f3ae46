"""Counts for daily reports and forecasts, straight from the record; of real work only, unless books are named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, cast, func, select

from layouts.register_types import RegisterType
from storage.books import REAL_WORK, book_of_kinds
from storage.clock import HOUR_LENGTH, MINUTE_LENGTH
from storage.schema import books, entries, unit_totals
from storage.work_counts import DONE_STATES, OfficeKey

__all__ = [
    "HourCount",
    "PersonCount",
    "UnitTotal",
    "authorities",
    "confirmations_by_hour",
    "confirmations_by_person",
    "drop_unit_totals",
    "office_confirmations_by_hour",
    "put_unit_totals",
    "unit_totals_of",
]

_ALL_TYPES = ""
"""Kept in a plan's row that counts all register types together: a part of a key cannot be NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCount:
    """Entries confirmed within one hour."""

    hour: str
    """Beginning of a stored moment, hours included (UTC)."""
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCount:
    """Entries of a register type that one account confirmed within one hour, or one minute."""

    account_id: int
    team: str
    """Its team at that time."""
    at: str
    """Beginning of a stored moment (UTC)."""
    register_type: RegisterType
    entries: int
    """Those that stand as finished."""
    opened_again: int
    """Those that were sent back or opened again since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTotal:
    """A unit's total as its plan counts it; None: nobody has counted."""

    unit: str
    register_type: RegisterType | None
    """None: the plan counts all types together."""
    parent_unit: str = ""
    books: int | None = None
    cases: int | None = None
    machines: int | None = None


def authorities(connection: Connection) -> frozenset[str]:
    """Words of the authorities that registers are kept under."""
    return frozenset(connection.execute(select(books.c.office).distinct()).scalars())


def confirmations_by_person(
    connection: Connection,
    since: str,
    until: str,
    *,
    by_minute: bool = False,
    account_id: int | None = None,
    office_ids: Collection[int] | None = None,
) -> tuple[PersonCount, ...]:
    """Confirmations by account, team, hour and register type.

    Args:
        connection: a connection.
        since: first stored moment.
        until: stored moment after the last.
        by_minute: by the minute, where shifts change within an hour.
        account_id: of one account only.
        office_ids: on registers of these units only.
    """
    c = entries.c
    at = func.substr(c.confirmed_at, 1, MINUTE_LENGTH if by_minute else HOUR_LENGTH)
    stands = func.sum(cast(c.state.in_(DONE_STATES), Integer))
    query = (
        select(c.confirmed_by, c.confirmed_team, at, c.register_type, stands, func.count())
        .where(c.confirmed_at >= since, c.confirmed_at < until, c.confirmed_by.is_not(None))
        .where(book_of_kinds(c.book_id, REAL_WORK))
        .group_by(c.confirmed_by, c.confirmed_team, at, c.register_type)
        .order_by(c.confirmed_by, at, c.confirmed_team, c.register_type)
    )
    if account_id is not None:
        query = query.where(c.confirmed_by == account_id)
    if office_ids is not None:
        query = query.where(c.book_id.in_(select(books.c.id).where(books.c.office_id.in_(sorted(office_ids)))))
    return tuple(
        PersonCount(
            account_id=who,
            team=team,
            at=at,
            register_type=RegisterType(kind),
            entries=int(entries),
            opened_again=count - int(entries),
        )
        for who, team, at, kind, entries, count in connection.execute(query)
    )


def confirmations_by_hour(
    connection: Connection, since: str, until: str, book_ids: Sequence[int] | None = None
) -> tuple[HourCount, ...]:
    """Confirmations counted by the hour, for a pace by local days; hours without work are missing."""
    hour = func.substr(entries.c.confirmed_at, 1, HOUR_LENGTH)
    query = select(hour, func.count()).where(entries.c.confirmed_at >= since, entries.c.confirmed_at < until)
    wanted = book_of_kinds(entries.c.book_id, REAL_WORK) if book_ids is None else entries.c.book_id.in_(list(book_ids))
    query = query.where(wanted)
    return tuple(HourCount(hour=row[0], entries=row[1]) for row in connection.execute(query.group_by(hour)))


def office_confirmations_by_hour(connection: Connection, since: str, until: str) -> dict[OfficeKey, list[HourCount]]:
    """The same for each unit."""
    hour = func.substr(entries.c.confirmed_at, 1, HOUR_LENGTH)
    query = (
        select(books.c.office_id, books.c.office, hour, func.count())
        .join(books, books.c.id == entries.c.book_id)
        .where(entries.c.confirmed_at >= since, entries.c.confirmed_at < until, book_of_kinds(books.c.id, REAL_WORK))
        .group_by(books.c.office_id, books.c.office, hour)
    )
    found: dict[OfficeKey, list[HourCount]] = {}
    for office_id, words, at, count in connection.execute(query):
        key = (office_id, "" if office_id is not None else words)
        found.setdefault(key, []).append(HourCount(hour=at, entries=count))
    return found


def put_unit_totals(connection: Connection, totals: Sequence[UnitTotal]) -> None:
    """Set totals from a plan; a unit's register type is one row."""
    for total in totals:
        key = (unit_totals.c.unit == total.unit, unit_totals.c.register_type == (total.register_type or _ALL_TYPES))
        values = {
            "parent_unit": total.parent_unit,
            "books": total.books,
            "cases": total.cases,
            "machines": total.machines,
        }
        if connection.execute(unit_totals.update().where(*key).values(**values)).rowcount == 0:
            connection.execute(
                unit_totals.insert().values(unit=total.unit, register_type=total.register_type or _ALL_TYPES, **values)
            )


def drop_unit_totals(connection: Connection) -> None:
    """Forget all totals from plans."""
    connection.execute(unit_totals.delete())


def unit_totals_of(connection: Connection) -> tuple[UnitTotal, ...]:
    """All totals from plans, by unit."""
    query = select(unit_totals).order_by(unit_totals.c.parent_unit, unit_totals.c.unit, unit_totals.c.register_type)
    return tuple(
        UnitTotal(
            unit=row.unit,
            register_type=RegisterType(row.register_type) if row.register_type != _ALL_TYPES else None,
            parent_unit=row.parent_unit,
            books=row.books,
            cases=row.cases,
            machines=row.machines,
        )
        for row in connection.execute(query)
    )
