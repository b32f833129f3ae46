"""What the plan's tests share: units, people with work done at a moment of choice, a team."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import update

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.shifts import Body
from corrections.entries import Book, DecisionKind, Role
from storage.accounts import Account, add_account
from storage.clock import stamp
from storage.schema import entries
from tests.workbench.services.conftest import Office
from vietnamese.shown_time import LOCAL
from workbench.services import (
    offices,
    review,
    teams,
)
from workbench.services.context import Context
from workbench.services.teams import Member, Team

MORNING, NOON, EVENING = "06:00-12:00", "12:00-17:00", "17:00-22:00"
MONDAY = dt.date(2026, 6, 1)
FRIDAY = dt.date(2026, 6, 5)


def make_unit(office: Office, code: str, name: str, level: OfficeLevel, parent: Unit | None, **more: object) -> Unit:
    unit = Unit(code=code, name=name, level=level, parent_id=parent.id if parent else None, **more)  # type: ignore[arg-type]
    return offices.save_office(office.administrator, unit)


def person(office: Office, name: str, role: Role, unit: Unit | None) -> Context:
    account = Account(id=0, name=name, full_name=f"Người {name}", role=role, office_id=unit.id if unit else None)
    with office.nobody.database.write() as connection:
        return office.nobody.as_account(replace(account, id=add_account(connection, account, "none")))


def confirm(who: Context, book: Book | None = None, *, n: int = 1, at: dt.datetime | None = None) -> list[int]:
    """Confirm the next entries; `at`: as if that had been the (local) moment."""
    done = []
    for entry in review.next_entries(who, n=n, book_id=book.id if book else None):
        review.save_entry(
            who,
            entry_id=entry.entry.id,
            revision=entry.entry.revision,
            token=f"plan-{entry.entry.id:06d}-{entry.entry.revision}",
            decision=DecisionKind.CONFIRM,
        )
        done.append(entry.entry.id)
    if at is not None:
        with who.database.write() as connection:
            moment = stamp(at.replace(tzinfo=LOCAL))
            connection.execute(update(entries).where(entries.c.id.in_(done)).values(confirmed_at=moment))
    return done


def make_team(who: Context, name: str = "Tổ 1", *accounts: Context, office_id: int | None = None) -> Team:
    members = [Member(account_id=a.who.id, name=a.who.full_name or a.actor, body=Body.JUSTICE) for a in accounts]
    members.append(Member(name="Đỗ Văn An", body=Body.POLICE, leader=True))
    return teams.save_team(who, Team(office_id=office_id, name=name, members=tuple(members)))
