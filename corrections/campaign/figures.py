"""The figures of the plans' forms: what a unit has of each register type and year, and how they add up.

What nobody has counted stays unknown through every sum. Entries sent back are not done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from corrections.campaign.totals import Total
from layouts.register_types import RegisterType
from vietnamese.shown_time import day_text

__all__ = [
    "Figures",
    "FiguresKey",
    "Period",
    "UnitFigures",
    "add_up",
    "beyond_form",
    "form_data",
    "form_types",
    "period_span",
    "settled",
    "stretch_span",
    "year_of_volume",
]

FiguresKey = tuple[RegisterType, int]
"""Register type and year of registration; year 0: the volume does not say."""
_WEEK = 7
"""Days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Books and entries of one kind."""

    books: int = 0
    total: Total = field(default_factory=Total)
    """Cases as counted."""
    today: int = 0
    """Entered within the period."""
    done: int = 0
    """Entered so far; not what was sent back."""
    approved: int = 0
    sent_back: int = 0
    elsewhere_books: int = 0
    """Books of an earlier phase, entered elsewhere: not to be entered again, and in no other figure."""
    elsewhere_cases: int = 0
    beyond: int = 0
    """Entered beyond what was counted, which leaves nothing less elsewhere; below 0: entered in another year of a count
    that names no year (`settled`)."""

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            books=self.books + other.books,
            total=self.total + other.total,
            today=self.today + other.today,
            done=self.done + other.done,
            approved=self.approved + other.approved,
            sent_back=self.sent_back + other.sent_back,
            elsewhere_books=self.elsewhere_books + other.elsewhere_books,
            elsewhere_cases=self.elsewhere_cases + other.elsewhere_cases,
            beyond=self.beyond + other.beyond,
        )

    @property
    def remaining(self) -> Total:
        """What is left of the total; of settled figures it adds up over years, types and units."""
        return self.total.left_after(self.done - self.beyond)


def settled(parts: Mapping[FiguresKey, Figures]) -> dict[FiguresKey, Figures]:
    """The figures of one unit, each with what was entered in it beyond its count, so that what is left adds up.

    Entered in a year beyond that year's count goes against what was counted without a year (a line of a paper inventory
    names none); what is still over then leaves no less in other years, types or units.
    """
    found = dict(parts)
    over: dict[RegisterType, int] = {}
    for (kind, year), figures in parts.items():
        if year and not figures.total.unknown and figures.done > figures.total.known:
            more = figures.done - figures.total.known
            found[kind, year] = replace(figures, beyond=more)
            over[kind] = over.get(kind, 0) + more
    for (kind, year), figures in parts.items():
        if not year and not figures.total.unknown:
            open_here = figures.total.known - figures.done
            found[kind, year] = replace(figures, beyond=max(0, open_here - over.get(kind, 0)) - open_here)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """A line of a form: a unit with its figures by register type and year.

    Of a unit that has told nothing yet nothing is known: its total is unknown, not 0.
    """

    unit: str
    office_id: int | None = None
    parts: Mapping[FiguresKey, Figures] = field(default_factory=dict)

    def of_type(self, register_type: RegisterType) -> Figures:
        """All years of a register type."""
        return self._sum(f for (kind, _), f in self.parts.items() if kind is register_type)

    def of_types(self, types: Sequence[RegisterType]) -> Figures:
        """All years of several register types."""
        return self._sum(f for (kind, _), f in self.parts.items() if kind in types)

    def of_year(self, year: int, types: Sequence[RegisterType]) -> Figures:
        """One year of several register types."""
        return self._sum(f for (kind, of), f in self.parts.items() if of == year and kind in types)

    @property
    def years(self) -> tuple[int, ...]:
        """Years that occur, the oldest first."""
        return tuple(sorted({year for _, year in self.parts}))

    def _sum(self, parts: Iterable[Figures]) -> Figures:
        return sum(parts, start=Figures()) if self.parts else Figures(total=Total(unknown=1))


def add_up(unit: str, rows: Iterable[UnitFigures], office_id: int | None = None) -> UnitFigures:
    """Several units as one, kind by kind."""
    parts: dict[FiguresKey, Figures] = {}
    for row in rows:
        for key, figures in row.parts.items():
            parts[key] = parts[key] + figures if key in parts else figures
    return UnitFigures(unit=unit, office_id=office_id, parts=parts)


def beyond_form(rows: Iterable[UnitFigures], types: Sequence[RegisterType]) -> tuple[RegisterType, ...]:
    """Register types that have figures but no columns in the form: they are told under it."""
    found = {kind for row in rows for kind, _ in row.parts if kind not in types}
    return tuple(kind for kind in RegisterType if kind in found)


def year_of_volume(volume_number: str) -> int:
    """Year of registration of a volume (`01/1998`); 0 when it does not say."""
    year = volume_number.rpartition("/")[2].strip()
    return int(year) if year.isdecimal() else 0


# --- forms and their periods ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def form_data() -> dict[str, Any]:
    """Titles, heads, register types and hours of the forms (`data/forms.yaml`)."""
    text = resources.files("corrections.campaign").joinpath("data/forms.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def form_types() -> tuple[RegisterType, ...]:
    """Register types with columns in the printed forms, in their order."""
    return tuple(RegisterType(name) for name in form_data()["types"])


class Period(StrEnum):
    """What a report is about."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return {"day": "Ngày", "week": "Tuần", "month": "Tháng"}[self.value]

    @property
    def word(self) -> str:
        """The same within a sentence or a head: `ngày`."""
        return self.label.lower()


_FRIDAY = 4
"""As `date.weekday` counts: the week of the plans ends on it."""
_DECEMBER = 12
"""Month."""


def period_span(period: Period, day: dt.date, cutoff: dt.time) -> tuple[dt.datetime, dt.datetime, str]:
    """Start, end and words of a period: from the cut-off hour of the last one to that of its own last day.

    A week ends on the first Friday on or after the day, a month with its last day.
    """
    if period is Period.DAY:
        first, last, name = day - dt.timedelta(days=1), day, f"Ngày {day_text(day)}"
    elif period is Period.WEEK:
        last = day + dt.timedelta(days=(_FRIDAY - day.weekday()) % _WEEK)
        first, name = last - dt.timedelta(days=_WEEK), f"Tuần đến {day_text(last)}"
    else:
        last = _month_end(day)
        first, name = day.replace(day=1) - dt.timedelta(days=1), f"Tháng {day:%m/%Y}"
    combine = dt.datetime.combine
    return combine(first, cutoff), combine(last, cutoff), f"{name} (chốt {cutoff:%H:%M})"


def stretch_span(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime, str]:
    """Start, end and words of whole days, the last one included."""
    start, end = (dt.datetime.combine(day, dt.time()) for day in (first, last + dt.timedelta(days=1)))
    return start, end, f"Từ {day_text(first)} đến hết {day_text(last)}"


def _month_end(day: dt.date) -> dt.date:
    year, month = (day.year + 1, 1) if day.month == _DECEMBER else (day.year, day.month + 1)
    return dt.date(year, month, 1) - dt.timedelta(days=1)
