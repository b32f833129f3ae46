"""Dates of the workbook (`dd.mm.yyyy`, `mm.yyyy`, `yyyy`) as spans of days, so that incomplete dates compare safely."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["DateSpan", "date_span"]

_DATE = re.compile(r"^(?:(?:(\d{2})\.)?(\d{2})\.)?(\d{4})$")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last day a date can mean; the same day when it is complete."""

    first: dt.date
    last: dt.date

    def surely_before(self, other: DateSpan) -> bool:
        """Whether every day of this span lies before every day of the other."""
        return self.last < other.first

    def may_be_before(self, other: DateSpan) -> bool:
        """Whether some day of this span lies before some day of the other."""
        return self.first < other.last


def date_span(text: str) -> DateSpan | None:
    """The span of a date, None when it has not one of the three forms or is no day of the calendar."""
    match = _DATE.match(text)
    if match is None:
        return None
    day, month = (int(group) if group else None for group in match.group(1, 2))
    year = int(match.group(3))
    try:
        if month is None:
            return DateSpan(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is None:
            return DateSpan(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))
        return DateSpan(dt.date(year, month, day), dt.date(year, month, day))
    except ValueError:
        return None
