"""Days that callers hand in: those that no paper of a campaign can bear are refused in words; and today."""

from __future__ import annotations

from datetime import date

from corrections.campaign.possible_days import LATEST, impossible_day
from storage.clock import now
from vietnamese.shown_time import LOCAL
from workbench.services.errors import InvalidInput

__all__ = ["refuse_impossible_day", "today_kept"]


def today_kept() -> str:
    """Today by Vietnam's clock, as days are kept: `2026-12-01`."""
    return now().astimezone(LOCAL).date().isoformat()


def refuse_impossible_day(day: date, what: str, last: date = LATEST) -> None:
    """Let a day pass that can be.

    Args:
        day: the day.
        what: what it is the day of, Vietnamese (`Ngày nghiệm thu`).
        last: the last day it can be: today for what has happened.

    Raises:
        InvalidInput: no paper can bear it.
    """
    if why := impossible_day(day, what, last):
        raise InvalidInput(why)
