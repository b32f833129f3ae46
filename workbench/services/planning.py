"""The annexes of a plan: units with books, cases and machines, days needed, and the forecast of each unit's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corrections.campaign.figures import beyond_form, form_types
from corrections.campaign.forecasts import UnitForecast, forecast_unit
from corrections.entries import Role
from exports.reports import PlanRow
from layouts.register_types import RegisterType
from storage import reports_data
from storage.clock import now
from storage.reports_data import UnitTotal
from vietnamese.shown_time import LOCAL
from workbench.services.campaign import StandingUnit, standing_units
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput
from workbench.services.plan_settings import kept_settings
from workbench.services.reporting import OfficePaces, office_paces

__all__ = ["UnitPlan", "plan_of_annex", "save_annex", "save_machines", "unit_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlan:
    """What units have to enter, with what, and when they will have done so."""

    rows: tuple[PlanRow, ...]
    """As Phụ lục 02-04 count: the register types of the forms."""
    forecasts: tuple[UnitForecast, ...]
    """Over every register type, in the order of the rows."""
    beyond: tuple[RegisterType, ...]
    """Register types that the forecasts hold and the annexes have no columns for."""
    machines_by_hand: bool
    """Whether machines are set beside the plan; where there is a list of units, they stand there."""


@requires(Role.CLERK, Role.INSPECTOR)
def plan_of_annex(ctx: Context) -> tuple[PlanRow, ...]:
    """Units as the plan's annex counts them; none when no annex was kept."""
    totals, machines_only = _totals(ctx)
    return tuple(
        PlanRow(unit=total.unit, books=total.books, cases=total.cases, machines=total.machines)
        for total in totals
        if total not in machines_only
    )


@requires(Role.CLERK, Role.INSPECTOR)
def unit_plan(ctx: Context, *, quota: int, deadline: date | None = None) -> UnitPlan:
    """Units of the forms with their volumes, and when each ends at its present pace.

    Args:
        ctx: a clerk's.
        quota: entries a machine and day, for units that have no quota of their own.
        deadline: last day of the plan; the machines that end by it are then told.
    """
    if deadline is not None:
        refuse_impossible_day(deadline, "Hạn hoàn thành")
    units, paces, today = standing_units(ctx), office_paces(ctx), now().astimezone(LOCAL).date()
    with ctx.read() as connection:
        calendar = kept_settings(connection).calendar
    return UnitPlan(
        rows=tuple(map(_plan_row, units)),
        forecasts=tuple(
            forecast_unit(
                unit.row.figures.unit,
                unit.row.figures.of_types(tuple(RegisterType)).remaining,
                per_day=_pace(paces, unit),
                today=today,
                quota=unit.row.quota if unit.has_own_quota else quota,
                deadline=deadline,
                calendar=calendar,
            )
            for unit in units
        ),
        beyond=beyond_form([unit.row.figures for unit in units], form_types()),
        machines_by_hand=all(unit.row.figures.office_id is None for unit in units),
    )


def _plan_row(unit: StandingUnit) -> PlanRow:
    figures = unit.row.figures
    whole = figures.of_types(form_types())
    return PlanRow(
        unit=figures.unit,
        books=whole.books if figures.parts else None,
        cases=None if whole.total.unknown and not whole.total.known else whole.total.known,
        uncounted=whole.total.unknown,
        machines=unit.row.machines,
        quota=unit.row.quota if unit.has_own_quota else None,
    )


def _pace(paces: OfficePaces, unit: StandingUnit) -> float:
    """Entries a day on which anybody of the unit worked; 0.0 where nobody did."""
    days: Counter[date] = Counter()
    for key in unit.keys:
        days.update(paces.get(key, {}))
    return days.total() / len(days) if days else 0.0


@requires(Role.SUPERVISOR)
def save_annex(ctx: Context, rows: Sequence[PlanRow]) -> None:
    """Keep the units of a plan's annex; None means that nobody has counted.

    Raises:
        InvalidInput: a unit stands in it twice.
    """
    units = [row.unit for row in rows]
    twice = sorted({unit for unit in units if units.count(unit) > 1})
    if twice:
        raise InvalidInput(f"Phụ lục có đơn vị bị lặp: {', '.join(twice)}. Hãy sửa tệp rồi nhập lại.")
    machines_only = [total for total in _totals(ctx)[1] if total.unit not in units]
    with ctx.write() as work:
        reports_data.drop_unit_totals(work.connection)
        reports_data.put_unit_totals(work.connection, [*machines_only, *map(_total, rows)])
        work.note("unit_totals", new=str(len(rows)))


@requires(Role.SUPERVISOR)
def save_machines(ctx: Context, machines: Mapping[str, int | None]) -> None:
    """Set how many machines units have; their counts stay.

    Raises:
        InvalidInput: a number below one.
    """
    if any(number is not None and number < 1 for number in machines.values()):
        raise InvalidInput("Số máy phải từ 1 trở lên; để trống khi chưa rõ.")
    kept = {total.unit: total for total in _totals(ctx)[0]}
    rows = [
        PlanRow(
            unit=unit,
            books=kept[unit].books if unit in kept else None,
            cases=kept[unit].cases if unit in kept else None,
            machines=number,
        )
        for unit, number in machines.items()
    ]
    with ctx.write() as work:
        reports_data.put_unit_totals(work.connection, list(map(_total, rows)))
        work.note("unit_totals", new=str(len(machines)))


def _totals(ctx: Context) -> tuple[tuple[UnitTotal, ...], tuple[UnitTotal, ...]]:
    """What is kept of units, and those among them that tell the machines of an authority and nothing of a plan."""
    with ctx.read() as connection:
        totals = reports_data.unit_totals_of(connection)
        authorities = reports_data.authorities(connection)
    return totals, tuple(t for t in totals if t.unit in authorities and t.books is None and t.cases is None)


def _total(row: PlanRow) -> UnitTotal:
    return UnitTotal(unit=row.unit, register_type=None, books=row.books, cases=row.cases, machines=row.machines)
