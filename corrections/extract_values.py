"""Values of an extract of the population database, as other offices write them: read surely, or not at all.

A value that is not understood must never count as "says the same": each function gives None for it, and the
comparison then shows it to a person.
"""

from __future__ import annotations

import re

from corrections.dates import parse_date
from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES
from vietnamese.calendar_limits import MONTHS
from vietnamese.letters import fold_tones, is_figures

__all__ = ["birth_date", "id_number", "month_first", "sex"]

_TIME_OF_DAY = re.compile(
    r"(?<=\d)[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*(?:Z|[+-]\d{2}:?\d{2}|SA|CH|AM|PM))?$", re.I
)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*\d{4}", re.ASCII)
_SEXES = {
    "nam": "1", "1": "1", "m": "1", "male": "1", "trai": "1", "nam gioi": "1",
    "nu": "2", "2": "2", "0": "2", "f": "2", "female": "2", "gai": "2", "nu gioi": "2",
}  # fmt: skip
_LENGTHS = (CARD_FIGURES, PERSONAL_FIGURES)
_RUN_TOGETHER = 8
"""Figures of a date without separators."""


def birth_date(text: str) -> str | None:
    """A date that `corrections.dates` reads, or None.

    Taken are day first (`21/07/2006`), year first (`2006-07-21`, with a time behind it too), eight figures together
    when they make one date only, month and year, the year. Days counted by Excel (`38919`), month first and ages are
    not: they say something else to each reader.
    """
    cleaned = _TIME_OF_DAY.sub("", text.strip())
    if is_figures(cleaned) and len(cleaned) == _RUN_TOGETHER and _both_ways(cleaned):
        return None
    found = parse_date(cleaned)
    if found.date is None or not found.date.valid or found.date.lunar:
        return None
    return cleaned if found.certain else found.date.standard


def _both_ways(figures: str) -> bool:
    """Whether eight figures are a date read from the day and another read from the year (`20101201`)."""
    return all(
        (found := parse_date(text).date) is not None and found.valid
        for text in (f"{figures[:2]}/{figures[2:4]}/{figures[4:]}", f"{figures[6:]}/{figures[4:6]}/{figures[:4]}")
    )


def month_first(text: str) -> bool | None:
    """Whether a date can only be month-day-year (True) or only day-month-year (False); None when it may be both."""
    found = _DAY_FIRST.fullmatch(_TIME_OF_DAY.sub("", text.strip()))
    if not found:
        return None
    first, second = int(found.group(1)), int(found.group(2))
    return None if max(first, second) <= MONTHS[-1] else second > MONTHS[-1]


def sex(text: str) -> str | None:
    """Code 1 or 2, or None."""
    return _SEXES.get(fold_tones(text).strip(" ."))


def id_number(text: str) -> str | None:
    """A number without the signs of spreadsheets (`'001305012345` -> `001305012345`), or None.

    A number of other than 9 or 12 figures has lost zeros or figures (`1305012345`, `1.2E+08`, `12345678.0`).
    """
    cleaned = re.sub(r"^['’\"]|[\s'\"]", "", text.strip()).upper()
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", cleaned, re.ASCII):
        cleaned = cleaned.replace(".", "")
    if is_figures(cleaned):
        return cleaned if len(cleaned) in _LENGTHS else None
    return cleaned if re.fullmatch(r"[A-Z]{1,3}\d{5,9}", cleaned, re.ASCII) else None
