"""Days on which nobody works: the nation's fixed holidays as data, and those that an office enters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

import yaml

from corrections.campaign.possible_days import EARLIEST, LATEST
from vietnamese.shown_time import day_text

__all__ = ["fixed_holidays", "fixed_names", "parse_days", "shown_days"]

_LONGEST_RUN = 31
"""Days of one stretch; nobody has a month off together, so a longer one is a slip. By judgement."""
_STRETCH = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:\s*(?:-|\u2013|đến)\s*(\d{1,2})[/.](\d{1,2})[/.](\d{4}))?", re.IGNORECASE
)
_WEEK = frozenset(range(7))


@lru_cache(maxsize=1)
def _fixed() -> tuple[tuple[int, int, str], ...]:
    """Month, day and name of each holiday in `data/days_off.yaml`."""
    text = resources.files("corrections.campaign").joinpath("data/days_off.yaml").read_text(encoding="utf-8")
    return tuple((one["month"], one["day"], one["name"]) for one in yaml.safe_load(text))


def fixed_names() -> str:
    """The fixed holidays in words: `1/1 (Tết Dương lịch), 30/4 ...`."""
    return ", ".join(f"{day}/{month} ({name})" for month, day, name in _fixed())


@lru_cache(maxsize=1024)
def fixed_holidays(year: int, weekdays: frozenset[int]) -> frozenset[dt.date]:
    """The nation's fixed days off in a year, with the days that stand in for those on a weekly day off.

    Args:
        year: which.
        weekdays: on which people work, Monday is 0; who works all week has no day instead.
    """
    holidays = {dt.date(year, month, day) for month, day, _ in _fixed()}
    off = set(holidays)
    if weekdays and weekdays != _WEEK:
        for holiday in sorted(holidays):
            instead = holiday
            while instead.weekday() not in weekdays or (instead in off and instead != holiday):
                instead += dt.timedelta(days=1)
            off.add(instead)
    return frozenset(off)


def parse_days(text: str) -> frozenset[dt.date]:
    """Days as an office writes them: `16/02/2026 - 20/02/2026, 27/04/2026`.

    Raises:
        ValueError: a part that is no day, or a stretch the wrong way round or too long; the message is Vietnamese.
    """
    days: set[dt.date] = set()
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;\n]", text))):
        found = _STRETCH.fullmatch(part)
        if found is None:
            raise ValueError(f"Không hiểu ngày «{part}». Hãy ghi như 16/02/2026 - 20/02/2026, 27/04/2026.")
        first = _day(part, found[1], found[2], found[3])
        last = _day(part, found[4], found[5], found[6]) if found[4] else first
        if not 0 <= (last - first).days < _LONGEST_RUN:
            raise ValueError(f"Khoảng ngày «{part}» bị ngược hoặc dài quá {_LONGEST_RUN} ngày. Hãy ghi lại.")
        days |= {first + dt.timedelta(days=n) for n in range((last - first).days + 1)}
    return frozenset(days)


def _day(part: str, day: str, month: str, year: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"«{part}» không có trong lịch. Hãy ghi lại ngày.") from error
    if not EARLIEST <= found <= LATEST:
        raise ValueError(f"«{part}» phải từ năm {EARLIEST.year} đến năm {LATEST.year}. Hãy ghi lại năm.")
    return found


def shown_days(days: Iterable[dt.date]) -> str:
    """Days as `parse_days` takes them, runs of days as stretches, the earliest first."""
    runs: list[list[dt.date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][-1]).days == 1 and len(runs[-1]) < _LONGEST_RUN:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{day_text(run[0])}" + (f" - {day_text(run[-1])}" if len(run) > 1 else "") for run in runs)
