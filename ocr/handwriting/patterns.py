"""Fields that are figures: which signs they may hold and which texts are well formed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layouts.columns import FieldKind
from vietnamese.calendar_limits import DAYS, FULL_YEAR, LAST_HOUR, MINUTES, MONTHS

__all__ = [
    "FIGURE_KINDS",
    "FigureKind",
    "date_plausibility",
    "figures_by_look",
    "time_plausibility",
    "volume_plausibility",
    "year_plausibility",
]

_DATE = re.compile(r"(?:(?:(\d{1,2})\s?[./-]\s?)?(\d{1,2})\s?[./-]\s?)?(\d{4}|\d{1,2})")
_DATE_BEGINNING = re.compile(r"\d{1,4}|\d{1,2}[./-](?:\d{0,4}|\d{1,2}[./-]\d{0,4})")
_YEAR_BEGINNING = re.compile(r"\d{1,2}|(?:18|19|20)\d{1,2}")
_SLOT = re.compile(r"\d{1,4}")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s?(?:h|g|giờ)\s?(?P<minute>\d{1,2})?\s?(?:'|phút|p)?,?(?:\s?[Nn]gày)?\s*(?P<date>[\d./\- ]+)?"
)


STRANGE_SIGN = 11.0
"""Nats taken off a text with figures and a sign that the kind cannot hold ("o6" for a number)."""
_MISSHAPEN = 14.0
"""Nats taken off a text of the right signs in an impossible order ("2./.20/2"): a stroke was mistaken."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of field written in figures.

    Attributes:
        signs: every sign that may occur.
        form: the whole text's usual form.
        foreign: nats taken off a text that is not of the usual form.
        beginning: what such a text can begin with, where the form is strict enough to search along it.
        misshapen: nats taken off a text of the right signs in an impossible order; None: as one of foreign signs.
    """

    signs: str
    form: re.Pattern[str]
    foreign: float = 5.0
    beginning: re.Pattern[str] | None = None
    misshapen: float | None = None


FIGURE_KINDS: dict[FieldKind, FigureKind] = {
    FieldKind.DATE: FigureKind("0123456789./-", _DATE, 5.0, _DATE_BEGINNING, _MISSHAPEN),
    FieldKind.NUMBER: FigureKind("0123456789", _SLOT),
    FieldKind.DAY: FigureKind("0123456789", re.compile(r"0?[1-9]|[12]\d|3[01]")),
    FieldKind.MONTH: FigureKind("0123456789", re.compile(r"0?[1-9]|1[0-2]")),
    FieldKind.YEAR: FigureKind("0123456789", re.compile(r"\d{4}|\d{2}"), beginning=_YEAR_BEGINNING),
    FieldKind.REGISTRATION_NUMBER: FigureKind("0123456789/-", re.compile(r"\d{1,4}(?:/\d{2,4})?")),
    FieldKind.PAGE: FigureKind("0123456789", _SLOT),
    FieldKind.VOLUME: FigureKind(
        "0123456789/-.ABCDĐEGHIKLMNOPQRSTUVXY",
        re.compile(r"\d{1,3}(?:[/-](?:TP/HT-)?\d{4})?(?:[/-][A-ZĐ]{2,4}){0,2}"),
        4.0,
    ),
    FieldKind.ID_NUMBER: FigureKind("0123456789 ", re.compile(r"(?:\d{9}|\d{12})"), 2.0),
    FieldKind.TIME_OF_DEATH: FigureKind("0123456789./-' ,hgngàyiờphútN", _TIME, 7.0),
}
"""Field kinds of figures, by the value of the field table."""
_FEBRUARY, _LAST_OF_FEBRUARY = 2, 29
"""Month and day; whether its year had a 29th is left to the checks."""
_YEARS, _YEARS_OF_BOOKS = range(1860, 2031), range(1940, 2031)
"""Years that people of the registers and their dates can have; years in which books of this kind were kept."""
# Nats taken off a text that is possible as figures and hardly as a date: set by eye, none measured by itself. The
# surest error, a day or month that is none, costs most; writers slip, so nothing is ruled out.
_NO_SUCH_DAY, _NO_SUCH_MONTH, _NO_SUCH_DAY_OF_MONTH = 6.0, 6.0, 4.0
_STRANGE_YEAR, _STRANGE_YEAR_ALONE = 5.0, 4.0
"""A year nobody of the registers can have, in a date and by itself."""
_SHORT_YEAR, _ONE_FIGURE_YEAR = 3.0, 8.0
"""A year of two figures after a month is rare, one of a single figure all but impossible."""
_NO_DATE, _NO_SLOT = 5.0, 2.0
"""Figures in no order of a date; a slot of one or two figures that is no day, nor a month then."""
_GAP, _MIXED_SIGNS = 2.0, 2.5
"""For each space inside, and for different signs between day, month and year."""
_NO_SUCH_HOUR, _STRANGE_BOOK = 5.0, 4.0
"""An hour or minute that is none, a volume of a year in which no such book was kept."""


def _day_month_year(day: str | None, month: str | None, year: str) -> float:
    cost = 0.0
    if day is not None and int(day) not in DAYS:
        cost -= _NO_SUCH_DAY
    if month is not None:
        if int(month) not in MONTHS:
            cost -= _NO_SUCH_MONTH
        if day is not None and int(month) == _FEBRUARY and int(day) > _LAST_OF_FEBRUARY:
            cost -= _NO_SUCH_DAY_OF_MONTH
        if _is_strange_year(year):
            cost -= _STRANGE_YEAR
        if len(year) <= 2:
            cost -= _SHORT_YEAR if len(year) == 2 else _ONE_FIGURE_YEAR
    elif _is_strange_year(year):
        cost -= _STRANGE_YEAR_ALONE
    return cost


def _is_strange_year(year: str) -> bool:
    return len(year) == FULL_YEAR and int(year) not in _YEARS


def date_plausibility(text: str) -> float:
    """Log-prior of a date in figures: 0 for a possible one, negative for a day 32, a month 13 or a year 3011.

    A slot of a printed date (a day, a month or a year alone) counts as possible.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return -_NO_DATE
    day, month, year = match.groups()
    gaps = _GAP * text.count(" ")
    mixed = len({sign for sign in text if sign in "./-"}) > 1
    if month is None and len(year) <= 2:
        return 0.0 if int(year) in DAYS else -_NO_SLOT
    return _day_month_year(day, month, year) - (_MIXED_SIGNS if mixed else 0.0) - gaps


def year_plausibility(text: str) -> float:
    """Log-prior of the figures in the slot for a year."""
    if len(text) < FULL_YEAR:
        return -_SHORT_YEAR
    return -_STRANGE_YEAR if _is_strange_year(text) else 0.0


def time_plausibility(text: str) -> float:
    """Log-prior of an hour with or without a date."""
    match = _TIME.fullmatch(text)
    if match is None:
        return 0.0
    cost = 0.0 if int(match["hour"]) <= LAST_HOUR else -_NO_SUCH_HOUR
    if match["minute"] and int(match["minute"]) not in MINUTES:
        cost -= _NO_SUCH_HOUR
    date = (match["date"] or "").strip()
    return cost + (date_plausibility(date) if date else 0.0)


def volume_plausibility(text: str) -> float:
    """Log-prior of a volume: its year is one in which registers were kept."""
    years = re.findall(r"\d{4}", text)
    return 0.0 if all(int(year) in _YEARS_OF_BOOKS for year in years) else -_STRANGE_BOOK


def figures_by_look(text: str) -> FieldKind | None:
    """The kind of figures that a text without a known kind looks like: an hour of death or a date."""
    if re.match(r"\d\S?\s?(?:h|giờ)\s?\d", text):
        return FieldKind.TIME_OF_DEATH
    return FieldKind.DATE if re.fullmatch(r"[\d./-]{8,10}", text) else None
