"""How the plan is worked: calendar, hours of shifts, who has to be in one, a person's target, what work is paid."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from corrections.campaign.calendars import CALENDARS, WorkCalendar
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.person_work import PayRule
from corrections.campaign.shifts import USUAL_SHIFTS, Shift, ShiftRule, parse_shifts
from corrections.entries import Role
from storage.opening.database import Connection
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.settings import office_values, save_office_settings

__all__ = ["USUAL_QUOTA", "PlanSettings", "kept_settings", "plan_settings", "planned_office", "save_plan_settings"]

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
    rule, pay = asdict(usual.rule), asdict(usual.pay)
    return PlanSettings(
        calendar=calendars.get(str(values.get("plan_calendar")), usual.calendar),
        hours=str(values.get("shift_hours", usual.hours)),
        rule=ShiftRule(**{key: int(values.get(f"shift_{key}", number)) for key, number in rule.items()}),
        pay=PayRule(**{key: int(values.get(f"pay_{key}", number)) for key, number in pay.items()}),
    )


@requires(Role.ADMINISTRATOR, whole=True)
def save_plan_settings(ctx: Context, chosen: PlanSettings) -> None:
    """Keep what was chosen; each change stands in the log.

    Raises:
        InvalidInput: hours that cannot be shifts, or a rule that nobody can meet.
    """
    try:
        hours = ", ".join(shift.key for shift in parse_shifts(chosen.hours))
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    rule, pay = asdict(chosen.rule), asdict(chosen.pay)
    if chosen.rule.least < 1 or min(*rule.values(), *pay.values()) < 0 or chosen.pay.quota < 1:
        raise InvalidInput("Số người mỗi ca và định mức phải từ 1 trở lên, các số khác không được âm.")
    values = {"plan_calendar": chosen.calendar.name, "shift_hours": hours}
    values |= {f"shift_{key}": number for key, number in rule.items()}
    save_office_settings(ctx, {**values, **{f"pay_{key}": number for key, number in pay.items()}})


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
    office = tree.get(office_id)
    if office is None or (mine is not None and office.id not in mine):
        raise InvalidInput("Không có đơn vị này trong số đơn vị bạn phụ trách. Hãy chọn lại.")
    return office
