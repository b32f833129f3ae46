"""Fields that are figures: which signs they may hold and which texts are well formed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layouts.columns import FieldKind

__all__ = [
    "FIGURE_KINDS",
    "FigureKind",
    "date_plausibility",
    "figures_by_look",
    "time_plausibility",
    "volume_plausibility",
]

_DATE = re.compile(r"(?:(?:(\d{1,2})\s?[./-]\s?)?(\d{1,2})\s?[./-]\s?)?(\d{4}|\d{1,2})")
_DATE_BEGINNING = re.compile(r"\d{1,4}|\d{1,2}[./-](?:\d{0,4}|\d{1,2}[./-]\d{0,4})")
_SLOT = re.compile(r"\d{1,4}")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s?(?:h|g|giờ)\s?(?P<minute>\d{1,2})?\s?(?:'|phút|p)?,?(?:\s?[Nn]gày)?\s*(?P<date>[\d./\- ]+)?"
)


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of field written in figures.

    Attributes:
        signs: every sign that may occur.
        form: the whole text's usual form.
        foreign: nats taken off a text that is not of the usual form.
        beginning: what such a text can begin with, where the form is strict enough to search along it.
    """

    signs: str
    form: re.Pattern[str]
    foreign: float = 5.0
    beginning: re.Pattern[str] | None = None


FIGURE_KINDS: dict[FieldKind, FigureKind] = {
    FieldKind.DATE: FigureKind("0123456789./-", _DATE, 5.0, _DATE_BEGINNING),
    FieldKind.NUMBER: FigureKind("0123456789", _SLOT),
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


STRANGE_SIGN = 11.0
"""Nats taken off a text with figures and a sign that the kind cannot hold ("o6" for a number)."""
MISSHAPEN = 14.0
"""Nats taken off a text of the right signs in an impossible order ("2./.20/2"): a stroke was mistaken."""


def _day_month_year(day: str | None, month: str | None, year: str) -> float:
    cost = 0.0
    if day is not None and not 1 <= int(day) <= 31:
        cost -= 6.0
    if month is not None:
        if not 1 <= int(month) <= 12:
            cost -= 6.0
        if day is not None and month in ("2", "02") and int(day) > 29:
            cost -= 4.0
        if len(year) == 4 and not 1860 <= int(year) <= 2030:
            cost -= 5.0
        if len(year) <= 2:
            cost -= 3.0 if len(year) == 2 else 8.0
    elif len(year) == 4 and not 1860 <= int(year) <= 2030:
        cost -= 4.0
    return cost


def date_plausibility(text: str) -> float:
    """Log-prior of a date in figures: 0 for a possible one, negative for a day 32, a month 13 or a year 3011.

    A slot of a printed date (a day, a month or a year alone) counts as possible.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return -5.0
    day, month, year = match.groups()
    gaps = 2.0 * text.count(" ")
    mixed = len({sign for sign in text if sign in "./-"}) > 1
    if month is None and len(year) <= 2:
        return 0.0 if 1 <= int(year) <= 31 else -2.0
    return _day_month_year(day, month, year) - (2.5 if mixed else 0.0) - gaps


def time_plausibility(text: str) -> float:
    """Log-prior of an hour with or without a date."""
    match = _TIME.fullmatch(text)
    if match is None:
        return 0.0
    cost = 0.0 if int(match["hour"]) <= 24 else -5.0
    if match["minute"] and int(match["minute"]) > 59:
        cost -= 5.0
    date = (match["date"] or "").strip()
    return cost + (date_plausibility(date) if date else 0.0)


def volume_plausibility(text: str) -> float:
    """Log-prior of a volume: its year is one in which registers were kept."""
    years = re.findall(r"\d{4}", text)
    return 0.0 if all(1940 <= int(year) <= 2030 for year in years) else -4.0


def figures_by_look(text: str) -> FieldKind | None:
    """The kind of figures that a text without a known kind looks like: an hour of death or a date."""
    if re.match(r"\d\S?\s?(?:h|giờ)\s?\d", text):
        return FieldKind.TIME_OF_DEATH
    return FieldKind.DATE if re.fullmatch(r"[\d./-]{8,10}", text) else None
