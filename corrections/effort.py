"""What review costs: active seconds without idle time, key presses saved, and when a book will end.

The screens send moments of activity; here they become seconds. A pause longer than a cut counts as idle, because a
clerk who answers the telephone is not slow.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from corrections.letters import nfc

__all__ = [
    "IDLE_CUT",
    "Forecast",
    "PaceDay",
    "active_seconds",
    "forecast_end",
    "keystrokes_saved",
    "presses_from_blank",
    "presses_to_correct",
]

IDLE_CUT = 30.0
"""Seconds without any activity after which a clerk is taken to be away."""

_TAIL = 2.0
"""Seconds counted after the last activity before a pause."""


def active_seconds(moments: Sequence[float], idle_cut: float = IDLE_CUT) -> float:
    """Seconds of work in a row of moments of activity (seconds on any clock, in any order)."""
    ordered = sorted(moments)
    total = 0.0
    for before, after in pairwise(ordered):
        pause = after - before
        total += pause if pause <= idle_cut else _TAIL
    return total


def presses_from_blank(text: str) -> int:
    """Key presses it takes to type a text by Telex: a letter one, each of its marks one more, đ two."""
    presses = 0
    for character in unicodedata.normalize("NFD", nfc(text)):
        presses += 2 if character in "đĐ" else 1
    return presses


def presses_to_correct(shown: str, final: str) -> int:
    """Key presses to make the final text of what was shown: 0 to accept, else each edit and the way to it.

    Two presses to get to the place; a text mostly wrong is sooner typed anew.
    """
    first, second = nfc(shown), nfc(final)
    if first == second:
        return 0
    return min(presses_from_blank(second) + 1, Levenshtein.distance(first, second) * 2 + 2)


def keystrokes_saved(pairs: Iterable[tuple[str, str]]) -> float:
    """Share of the key presses from blank that pre-filling saved, over (shown, final) pairs; 0.0 without any text."""
    spent = blank = 0
    for shown, final in pairs:
        spent += presses_to_correct(shown, final)
        blank += presses_from_blank(final)
    return 1.0 - spent / blank if blank else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceDay:
    """Entries finished on a day."""

    day: date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When a book ends at the present pace."""

    remaining: int
    per_day: float
    """Entries a working day, recent days counting more; 0.0 when there is no pace to go by."""
    days: int | None
    """Working days needed; None without a pace."""
    ends_on: date | None
    message: str
    """Vietnamese."""


def forecast_end(
    history: Sequence[PaceDay], remaining: int, today: date, *, free_days: frozenset[int] = frozenset({6})
) -> Forecast:
    """The day a book ends if work goes on as in the last two weeks.

    Args:
        history: entries finished a day; days without work may be missing.
        remaining: entries left.
        today: the day the forecast is made; it does not count itself.
        free_days: week days without work, Monday is 0 (Sunday is free by default).
    """
    recent = [day for day in history if timedelta(0) <= today - day.day <= timedelta(days=14) and day.entries > 0]
    weights = [0.8 ** ((today - day.day).days) for day in recent]
    pace = sum(w * d.entries for w, d in zip(weights, recent, strict=True)) / sum(weights) if recent else 0.0
    if remaining <= 0:
        return Forecast(remaining=0, per_day=pace, days=0, ends_on=today, message="Quyển này đã xong.")
    if pace <= 0:
        return Forecast(remaining=remaining, per_day=0.0, days=None, ends_on=None,
                        message="Chưa đủ số liệu để dự báo ngày xong.")  # fmt: skip
    needed = math.ceil(remaining / pace)
    end = today
    left = needed
    while left:
        end += timedelta(days=1)
        left -= end.weekday() not in free_days
    message = f"Với tốc độ này quyển sổ xong ngày {end:%d.%m.%Y} (còn {remaining} trường hợp, {pace:.0f} mỗi ngày)."
    return Forecast(remaining=remaining, per_day=pace, days=needed, ends_on=end, message=message)
