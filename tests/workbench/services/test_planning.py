"""The annexes of a plan: what is unknown stays unknown, machines are kept, each office has its own forecast."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from corrections.entries import DecisionKind
from exports.reports import PlanRow
from tests.workbench.services.conftest import Office
from workbench.services import planning, review
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]


def confirm_all(office: Office, token: Token) -> None:
    for one in review.next_entries(office.clerk, 50):
        review.save_entry(
            office.clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision=DecisionKind.CONFIRM,
        )


def planned(office: Office) -> tuple[PlanRow, ...]:
    return planning.unit_plan(office.clerk, quota=200).rows


def test_plans_keep_what_is_unknown_and_what_offices_have(office: Office, token: Token) -> None:
    office.read_book(expected_entries=10)
    confirm_all(office, token)
    own = PlanRow(unit="UBND xã Tân Lập", books=1, cases=10)
    assert planned(office) == (own,) and planning.plan_of_annex(office.clerk) == ()
    planning.save_machines(office.supervisor, {"UBND xã Tân Lập": 2})
    annex = (
        PlanRow(unit="Huyện A", books=846, cases=None),
        PlanRow(unit="Huyện B", books=4, cases=320, machines=2),
    )
    planning.save_annex(office.supervisor, annex)
    assert planning.plan_of_annex(office.clerk) == annex
    assert planned(office) == (replace(own, machines=2),)
    office.book(volume_number="02/1998")
    assert (planned(office)[0].cases, planned(office)[0].uncounted) == (10, 1)
    with pytest.raises(InvalidInput, match="Huyện A"):
        planning.save_annex(office.supervisor, (*annex, annex[0]))
    with pytest.raises(InvalidInput, match="từ 1"):
        planning.save_machines(office.supervisor, {"Huyện A": 0})


def test_each_office_has_its_own_forecast(office: Office, token: Token) -> None:
    office.read_book(expected_entries=10)
    confirm_all(office, token)
    office.book(volume_number="02/1998", office="UBND xã Bình An")
    deadline = date.today() + timedelta(days=70)
    other, own = planning.unit_plan(office.clerk, quota=2, deadline=deadline).forecasts
    assert (other.unit, other.remaining.unknown, other.finish) == ("UBND xã Bình An", 1, None)
    assert (own.remaining.known, own.per_day) == (6, 4.0)
    assert own.finish is not None and own.machines_for_deadline == 1
