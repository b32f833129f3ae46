"""How the plan is worked: calendar, hours of shifts, who has to be in one, a person's target, what work is paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace

from corrections.campaign.calendars import CALENDARS, WorkCalendar
from corrections.campaign.days_off import parse_days, shown_days
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.person_work import PayRule
from corrections.campaign.shifts import USUAL_SHIFTS, Shift, ShiftRule, parse_shifts
from corrections.campaign.totals import dotted
from corrections.entries import Role
from layouts.register_types import RegisterType
from storage.opening.database import Connection
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.offices import unit_of_caller
from workbench.services.settings import office_values, save_office_settings

__all__ = [
    "USUAL_QUOTA",
    "PlanSettings",
    "days_of_text",
    "kept_settings",
    "plan_settings",
    "planned_office",
    "save_plan_settings",
]

_DAYS_OFF, _DAYS_WORKED = "plan_days_off", "plan_days_worked"
_PAY = ("quota", "price", "price_above")
_MOST_MONEY = 100_000_000
"""Đồng for an entry; more is a slip of the finger. By judgement."""
USUAL_QUOTA = 200
"""Cases a machine and day where no setting says otherwise: as the annexes have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """What an installation has chosen for its plan."""

    calendar: WorkCalendar = field(default=CALENDARS[0])
    hours: str = USUAL_SHIFTS
    """Shifts as people write them."""
    rule: ShiftRule = field(default_factory=ShiftRule)
    pay: PayRule = field(default_factory=PayRule)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The shifts of a day."""
        return parse_shifts(self.hours)


@requires(Role.CLERK, Role.INSPECTOR)
def plan_settings(ctx: Context) -> PlanSettings:
    """What was chosen, or what the plans usually have."""
    with ctx.read() as connection:
        return kept_settings(connection)


def kept_settings(connection: Connection) -> PlanSettings:
    """The same, within a transaction."""
    values, usual = office_values(connection), PlanSettings()
    calendars = {calendar.name: calendar for calendar in CALENDARS}
    rule, prices = asdict(usual.rule), {kind: int(values.get(_price_key(kind), 0)) for kind in RegisterType}
    calendar = calendars.get(str(values.get("plan_calendar")), usual.calendar)
    return PlanSettings(
        calendar=replace(
            calendar,
            off=parse_days(str(values.get(_DAYS_OFF, ""))),
            extra=parse_days(str(values.get(_DAYS_WORKED, ""))),
        ),
        hours=str(values.get("shift_hours", usual.hours)),
        rule=ShiftRule(**{key: int(values.get(f"shift_{key}", number)) for key, number in rule.items()}),
        pay=PayRule(
            **{key: int(values.get(f"pay_{key}", getattr(usual.pay, key))) for key in _PAY},
            prices={kind: price for kind, price in prices.items() if price},
        ),
    )


def days_of_text(text: str) -> frozenset[dt.date]:
    """Days as somebody typed them: `16/02/2026 - 20/02/2026, 27/04/2026`.

    Raises:
        InvalidInput: a part that is no day.
    """
    try:
        return parse_days(text)
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def _price_key(kind: RegisterType) -> str:
    return f"pay_price_of_{kind.value}"


@requires(Role.ADMINISTRATOR, whole=True)
def save_plan_settings(ctx: Context, chosen: PlanSettings) -> None:
    """Keep what was chosen; each change stands in the log.

    Raises:
        InvalidInput: hours that cannot be shifts, a rule that nobody can meet, prices past any measure, or a day that
            is to be off and worked on.
    """
    try:
        hours = ", ".join(shift.key for shift in parse_shifts(chosen.hours))
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    rule, pay = asdict(chosen.rule), {f"pay_{key}": int(getattr(chosen.pay, key)) for key in _PAY}
    pay |= {_price_key(kind): chosen.pay.prices.get(kind, 0) for kind in RegisterType}
    if chosen.rule.least < 1 or min(*rule.values(), *pay.values()) < 0 or chosen.pay.quota < 1:
        raise InvalidInput("Số người mỗi ca và định mức phải từ 1 trở lên, các số khác không được âm.")
    if max(pay.values()) > _MOST_MONEY:
        raise InvalidInput(f"Định mức, đơn giá không được quá {dotted(_MOST_MONEY)}. Hãy ghi lại.")
    if both := chosen.calendar.off & chosen.calendar.extra:
        raise InvalidInput(f"Ngày {shown_days(both)} vừa là ngày nghỉ vừa là ngày làm bù. Hãy bỏ ở một ô.")
    values: dict[str, str | int] = {"plan_calendar": chosen.calendar.name, "shift_hours": hours}
    values |= {_DAYS_OFF: shown_days(chosen.calendar.off), _DAYS_WORKED: shown_days(chosen.calendar.extra)}
    save_office_settings(ctx, {**values, **{f"shift_{key}": number for key, number in rule.items()}, **pay})


def planned_office(caller: Context, tree: OfficeTree, office_id: int | None) -> Office | None:
    """The unit somebody plans for: the one named, else their own; None: all registers of the installation.

    Raises:
        InvalidInput: the unit is none of the caller's.
    """
    mine = caller.office_ids()
    if office_id is None:
        office_id = caller.account.office_id if caller.account else None
    if office_id is None and mine is None:
        return None
    return unit_of_caller(tree, mine, office_id)
