"""Days that papers of a campaign can bear: neither year 1 nor 9999 is one, however somebody came to write it."""

from __future__ import annotations

from datetime import date

from vietnamese.shown_time import day_text

__all__ = ["EARLIEST", "LATEST", "impossible_day", "is_day"]

EARLIEST = date(2010, 1, 1)
"""First day that can be. By judgement: registers are entered for the electronic database of the Law on Civil Status, in
force since 1 January 2016; the years before leave room for what a province tried earlier."""
LATEST = date(2049, 12, 31)
"""Last day that can be planned for. By judgement: whoever means a later one has slipped."""


def impossible_day(day: date, what: str, last: date = LATEST) -> str:
    """Why papers cannot bear a day, Vietnamese; empty when they can.

    Args:
        day: the day.
        what: what it is the day of, Vietnamese (`Ngày nghiệm thu`).
        last: the last day it can be: today for what has happened.
    """
    if day < EARLIEST:
        return f"{what} {day_text(day)} ở trước năm {EARLIEST.year}. Hãy ghi lại ngày."
    if day > last:
        until = f"sau {day_text(last)}" if last == LATEST else "sau hôm nay"
        return f"{what} {day_text(day)} ở {until}. Hãy ghi lại ngày."
    return ""


def is_day(text: str) -> bool:
    """Whether a stored day (`yyyy-mm-dd`) is one of the calendar; the records of before took 31/02 as well."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
