"""Counts for the plans' tables: per unit and register type, per team and shift, per day, and a book's forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo

from corrections.effort import Forecast, PaceDay, forecast_end
from corrections.entries import Role
from storage import reports_data
from storage.books import get_book, progress_of
from storage.clock import moment, now, stamp
from storage.reports_data import UnitCount, UnitTotal, WorkerCount
from workbench.services.context import Context, requires
from workbench.services.errors import NotFound

__all__ = [
    "LOCAL",
    "Forecast",
    "PaceDay",
    "UnitCount",
    "UnitTotal",
    "WorkerCount",
    "book_forecast",
    "days_worked",
    "save_unit_totals",
    "unit_counts",
    "unit_totals",
    "worker_counts",
]

LOCAL: tzinfo = timezone(timedelta(hours=7), "ICT")
"""Vietnam has one zone and no summer time; a fixed offset needs no zone data, which Windows lacks."""
_PACE_DAYS = 20


@requires(Role.CLERK)
def unit_counts(ctx: Context, since: datetime, until: datetime) -> tuple[UnitCount, ...]:
    """Books and entries of each office and register type: counted, found, confirmed in the span and so far.

    Args:
        ctx: A clerk's.
        since: Start of the span, with time zone (the cut-off of the day before).
        until: Its end, not included.
    """
    with ctx.read() as connection:
        return reports_data.unit_counts(connection, stamp(since), stamp(until))


@requires(Role.CLERK)
def worker_counts(ctx: Context, since: datetime, until: datetime) -> tuple[WorkerCount, ...]:
    """Entries confirmed in a span by account, with its team and shift at that time."""
    with ctx.read() as connection:
        return reports_data.worker_counts(connection, stamp(since), stamp(until))


@requires(Role.CLERK)
def days_worked(
    ctx: Context, since: datetime, until: datetime, *, book_ids: Sequence[int] | None = None
) -> tuple[PaceDay, ...]:
    """Entries confirmed on each local day of a span; days without work are missing."""
    with ctx.read() as connection:
        moments = reports_data.confirmation_moments(connection, stamp(since), stamp(until), book_ids)
    counts: Counter[date] = Counter(moment(at).astimezone(LOCAL).date() for at in moments)
    return tuple(PaceDay(day=day, entries=counts[day]) for day in sorted(counts))


@requires(Role.CLERK)
def book_forecast(ctx: Context, book_id: int) -> Forecast:
    """When a book ends at the pace of the last weeks."""
    with ctx.read() as connection:
        book = get_book(connection, book_id)
        if book is None:
            raise NotFound("Không có quyển sổ này. Hãy tải lại danh sách sổ.")
        progress = progress_of(connection, (book,))[0]
    history = days_worked(ctx, now() - timedelta(days=_PACE_DAYS), now(), book_ids=[book_id])
    total = progress.total if progress.total is not None else progress.entries
    return forecast_end(history, total - progress.done, now().astimezone(LOCAL).date())


@requires(Role.CLERK)
def unit_totals(ctx: Context) -> tuple[UnitTotal, ...]:
    """Totals of units as their plans count them."""
    with ctx.read() as connection:
        return reports_data.unit_totals_of(connection)


@requires(Role.SUPERVISOR)
def save_unit_totals(ctx: Context, totals: Sequence[UnitTotal]) -> None:
    """Set totals of units; None means that nobody has counted."""
    with ctx.write() as work:
        reports_data.put_unit_totals(work.connection, totals)
        work.note("unit_totals", new=str(len(totals)))
