"""Days and moments as people here read them: Vietnam's clock, the day before the month.

Two forms of a day stand beside each other, and each paper keeps its own: `dd/mm/yyyy` on screens, letters and forms of
the plan, `dd.mm.yyyy` in the standard workbook and in reports. Stored texts (`yyyy-mm-dd`) sort; nobody is shown them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

__all__ = ["LOCAL", "day_and_month", "day_text", "dotted_day", "local_day", "local_time", "shown_day"]

LOCAL: tzinfo = timezone(timedelta(hours=7), "ICT")
"""Vietnam has one zone and no summer time; a fixed offset needs no zone data, which Windows lacks."""
_DOTS = "...../...../........"
"""To write on by hand."""


def day_text(day: date) -> str:
    """`dd/mm/yyyy`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def dotted_day(day: date) -> str:
    """`dd.mm.yyyy`, as the standard workbook has days."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def day_and_month(day: date) -> str:
    """`dd/mm`, where the year is plain."""
    return f"{day.day:02d}/{day.month:02d}"


def shown_day(day: str) -> str:
    """A stored day (`yyyy-mm-dd`) as documents write it; dots to write on when there is none."""
    return day_text(date.fromisoformat(day)) if day else _DOTS


def local_day(at: datetime) -> str:
    """The day of a moment on Vietnam's clock."""
    return day_text(_local(at))


def local_time(at: datetime | None) -> str:
    """A moment on Vietnam's clock, `dd/mm/yyyy hh:mm`; empty without one."""
    return f"{day_text(_local(at))} {_local(at):%H:%M}" if at is not None else ""


def _local(at: datetime) -> datetime:
    """Moments without a zone are UTC, as they are stored."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(LOCAL)
