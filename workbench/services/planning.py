"""The annexes of a plan: units with books, cases and machines, days needed, and the forecast of each unit's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from corrections.campaign.forecasts import UnitForecast, forecast_unit
from corrections.entries import Role
from exports.reports import PlanRow, ProgressRow, Total
from storage import reports_data
from storage.clock import now
from storage.reports_data import UnitCount, UnitTotal
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput
from workbench.services.plan_settings import kept_settings
from workbench.services.reporting import office_paces, unit_counts

__all__ = ["office_plan", "plan_of_annex", "save_annex", "save_machines", "unit_forecasts"]


@requires(Role.CLERK, Role.INSPECTOR)
def plan_of_annex(ctx: Context) -> tuple[PlanRow, ...]:
    """Units as the plan's annex counts them; none when no annex was kept."""
    offices = {count.office for count in _counts(ctx)}
    return tuple(
        PlanRow(unit=total.unit, books=total.books, cases=total.cases, machines=total.machines)
        for total in _totals(ctx)
        if total.unit not in offices or total.books is not None or total.cases is not None
    )


@requires(Role.CLERK, Role.INSPECTOR)
def office_plan(ctx: Context) -> tuple[PlanRow, ...]:
    """Offices of the inventory with their books, cases and machines; cases are unknown while a book is uncounted."""
    machines = {total.unit: total.machines for total in _totals(ctx)}
    return tuple(
        PlanRow(
            unit=office,
            books=sum(count.books for count in counts),
            cases=_known([None if count.uncounted_books else count.expected for count in counts]),
            machines=machines.get(office),
        )
        for office, counts in _by_office(_counts(ctx)).items()
    )


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
    offices = {count.office for count in _counts(ctx)}
    machines_only = [t for t in _totals(ctx) if t.unit in offices and t.books is None and t.cases is None]
    with ctx.write() as work:
        reports_data.drop_unit_totals(work.connection)
        reports_data.put_unit_totals(work.connection, [*machines_only, *(_total(row) for row in rows)])
        work.note("unit_totals", new=str(len(rows)))


@requires(Role.SUPERVISOR)
def save_machines(ctx: Context, machines: Mapping[str, int | None]) -> None:
    """Set how many machines units have; their counts stay.

    Raises:
        InvalidInput: a number below one.
    """
    if any(number is not None and number < 1 for number in machines.values()):
        raise InvalidInput("Số máy phải từ 1 trở lên; để trống khi chưa rõ.")
    kept = {total.unit: total for total in _totals(ctx)}
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
        reports_data.put_unit_totals(work.connection, [_total(row) for row in rows])
        work.note("unit_totals", new=str(len(rows)))


@requires(Role.CLERK, Role.INSPECTOR)
def unit_forecasts(ctx: Context, *, quota: int, deadline: date | None = None) -> tuple[UnitForecast, ...]:
    """When each office of the inventory ends at its present pace, and the machines that end it by the deadline."""
    paces, today = office_paces(ctx), now().astimezone(LOCAL).date()
    if deadline is not None:
        refuse_impossible_day(deadline, "Hạn hoàn thành")
    with ctx.read() as connection:
        calendar = kept_settings(connection).calendar
    return tuple(
        forecast_unit(
            office,
            _remaining(counts),
            per_day=paces.get(office, 0.0),
            today=today,
            quota=quota,
            deadline=deadline,
            calendar=calendar,
        )
        for office, counts in _by_office(unit_counts(ctx, now() - timedelta(days=1), now())).items()
    )


def _counts(ctx: Context) -> tuple[UnitCount, ...]:
    """Books of each unit; how far their entries are is not asked for."""
    with ctx.read() as connection:
        return reports_data.inventory_counts(connection)


def _by_office(counts: Iterable[UnitCount]) -> dict[str, list[UnitCount]]:
    offices: dict[str, list[UnitCount]] = {}
    for count in counts:
        offices.setdefault(count.office, []).append(count)
    return offices


def _remaining(counts: Iterable[UnitCount]) -> Total:
    """What is left of an office; each register type by itself, since more done in one leaves no less in another."""
    left = Total()
    for count in counts:
        total = Total(known=count.expected or 0, unknown=count.uncounted_books)
        row = ProgressRow(unit=count.office, register_type=count.register_type, total=total, today=0, done=count.so_far)
        left += row.remaining
    return left


def _totals(ctx: Context) -> tuple[UnitTotal, ...]:
    with ctx.read() as connection:
        return reports_data.unit_totals_of(connection)


def _total(row: PlanRow) -> UnitTotal:
    return UnitTotal(unit=row.unit, register_type=None, books=row.books, cases=row.cases, machines=row.machines)


def _known(counts: Sequence[int | None]) -> int | None:
    """The sum, None when a part is unknown."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
