"""Work for the plans' tables: per team and shift, per unit and day, and a book's forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from corrections.campaign.forecasts import BookForecast, PaceDay, forecast_book
from corrections.campaign.shifts import Shift, shift_label, shift_of
from corrections.campaign.totals import dotted
from corrections.entries import Role
from exports.reports import WorkRow, sum_work
from storage import reports_data
from storage.books import BookProgress, get_book, progress_of
from storage.clock import moment_of_hour, moment_of_minute, now, stamp
from storage.opening.database import Connection
from storage.reports_data import HourCount, PersonCount
from storage.work_counts import OfficeKey
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.plan_settings import kept_settings

__all__ = [
    "OfficePaces",
    "PaceDay",
    "book_forecast",
    "counts_by_shift",
    "days_worked",
    "office_paces",
    "work_rows",
]

_PACE_DAYS = 20
"""Last days from which a pace is told: a month of work."""
OfficePaces = Mapping[OfficeKey, Mapping[date, int]]
"""Entries that the people of a unit confirmed, by local day."""


@requires(Role.CLERK, Role.INSPECTOR)
def days_worked(
    ctx: Context, since: datetime, until: datetime, *, book_ids: Sequence[int] | None = None
) -> tuple[PaceDay, ...]:
    """Entries confirmed on each local day of a span; days without work are missing."""
    with ctx.read() as connection:
        hours = reports_data.confirmations_by_hour(connection, stamp(since), stamp(until), book_ids)
    return tuple(PaceDay(day=day, entries=n) for day, n in sorted(_by_day(hours).items()))


def _by_day(hours: Iterable[HourCount]) -> Counter[date]:
    counts: Counter[date] = Counter()
    for hour in hours:
        counts[moment_of_hour(hour.hour).astimezone(LOCAL).date()] += hour.entries
    return counts


@requires(Role.CLERK, Role.INSPECTOR)
def office_paces(ctx: Context, days: int = _PACE_DAYS) -> OfficePaces:
    """Entries each unit confirmed on each of the last `days`; days without work are missing."""
    since = now() - timedelta(days=days)
    with ctx.read() as connection:
        offices = reports_data.office_confirmations_by_hour(connection, stamp(since), stamp(now()))
    return {office: _by_day(found) for office, found in offices.items()}


@requires(Role.CLERK, Role.INSPECTOR)
def book_forecast(ctx: Context, book_id: int) -> BookForecast:
    """When a book ends at the pace of the last weeks."""
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        progress = progress_of(connection, (book,))[0]
        calendar = kept_settings(connection).calendar
    history = days_worked(ctx, now() - timedelta(days=_PACE_DAYS), now(), book_ids=[book_id])
    total = progress.total if progress.total is not None else progress.entries
    if progress.total is None and total <= progress.done:
        # How much lacks nobody knows: a book without scans, or with pages unread, is not finished.
        return BookForecast(remaining=0, per_day=0.0, days=None, ends_on=None, message=_not_known(progress))
    return forecast_book(history, total - progress.done, now().astimezone(LOCAL).date(), calendar)


def _not_known(progress: BookProgress) -> str:
    """Why nobody can tell whether a book is finished of whose known entries none waits."""
    known = "Các trường hợp đã có trong máy đều xong" if progress.entries else "Sổ chưa có trường hợp nào"
    unread = progress.pages - progress.pages_read
    if unread:
        return f"{known}; còn {dotted(unread)} trang máy chưa đọc được."
    lacks = "Nhập bản quét, hoặc ghi «Số trường hợp trong sổ» ở thẻ «Thông tin sổ»"
    return f"{known}. {lacks} để biết sổ còn thiếu bao nhiêu."


@requires(Role.CLERK, Role.INSPECTOR)
def work_rows(ctx: Context, since: datetime, until: datetime) -> tuple[WorkRow, ...]:
    """Entries finished in a span by team and the shift that the clock showed; what was sent back since is not.

    Args:
        ctx: a clerk's.
        since: start of the span, with time zone.
        until: its end, not included.
    """
    with ctx.read() as connection:
        counts = counts_by_shift(connection, kept_settings(connection).shifts, stamp(since), stamp(until))
        rows = [
            WorkRow(team=count.team or "(chưa phân tổ)", shift=shift, entries=count.entries)
            for count, _, shift in counts
            if count.entries
        ]
    return tuple(replace(row, shift=shift_label(row.shift)) for row in sum_work(rows))


def counts_by_shift(
    connection: Connection,
    shifts: Sequence[Shift],
    since: str,
    until: str,
    *,
    account_id: int | None = None,
    office_ids: Collection[int] | None = None,
) -> Iterator[tuple[PersonCount, date, str]]:
    """Confirmations of a stretch of stored moments, each with day and key of the shift that the local clock showed."""
    by_minute = any(not shift.on_the_hour for shift in shifts)
    started = moment_of_minute if by_minute else moment_of_hour
    counts = reports_data.confirmations_by_person(
        connection, since, until, by_minute=by_minute, account_id=account_id, office_ids=office_ids
    )
    for count in counts:
        yield count, *shift_of(shifts, started(count.at).astimezone(LOCAL))
