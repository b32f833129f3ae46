"""Vietnamese number words of dates: every spelling that clerks use, both to write and to recognise.

The only place that makes number words; `number_parsing` understands them.
"""

from __future__ import annotations

import random
from functools import lru_cache

from vietnamese.letters import first_large

__all__ = ["UNITS", "day_words", "drawn_date_words", "month_words", "usual_year_words", "year_words"]

UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _last_digit(tens: int, unit: int) -> tuple[str, ...]:
    """The unit's words behind ten or behind a multiple of ten."""
    if unit == 1 and tens > 1:
        return ("mốt", "một")
    if unit == 4 and tens > 1:
        return ("tư", "bốn")
    if unit == 5:
        return ("lăm", "nhăm") if tens > 1 else ("lăm",)
    if unit == 7:
        return ("bảy", "bẩy")
    return (UNITS[unit],)


def _two_digits(number: int) -> tuple[str, ...]:
    """10 to 99 in words, the usual spelling first."""
    tens, unit = divmod(number, 10)
    leads = ("mười",) if tens == 1 else (f"{UNITS[tens]} mươi", f"{UNITS[tens]} mười")
    if unit == 0:
        return leads
    short = (UNITS[tens],) if tens > 1 else ()
    return tuple(f"{lead} {last}" for lead in (*leads, *short) for last in _last_digit(tens, unit))


@lru_cache(maxsize=64)
def day_words(day: int) -> tuple[str, ...]:
    """A day of the month in words, the usual spelling first."""
    if day > 10:
        return _two_digits(day)
    bare = ("mười",) if day == 10 else ("bảy", "bẩy") if day == 7 else ("bốn", "tư") if day == 4 else (UNITS[day],)
    return tuple(f"{lead}{word}" for word in bare for lead in ("mồng ", "mùng ", "", "không "))


@lru_cache(maxsize=16)
def month_words(month: int) -> tuple[str, ...]:
    """A month in words, the usual spelling first."""
    special = {1: ("một", "giêng"), 4: ("tư", "bốn"), 7: ("bảy", "bẩy"), 10: ("mười",), 11: ("mười một",),
               12: ("mười hai", "chạp")}  # fmt: skip
    return special[month] if month in special else (UNITS[month],)


@lru_cache(maxsize=256)
def year_words(year: int) -> tuple[str, ...]:
    """A year in words, the usual spelling first."""
    thousands, rest = divmod(year, 1000)
    hundreds, last = divmod(rest, 100)
    leads = tuple(f"{UNITS[thousands]} {word} {UNITS[hundreds]} trăm" for word in ("nghìn", "ngàn"))
    if last == 0:
        tails: tuple[str, ...] = ("",)
    elif last < 10:
        units = ("bảy", "bẩy") if last == 7 else (("bốn", "tư") if last == 4 else (UNITS[last],))
        tails = tuple(f" {link} {unit}" for link in ("linh", "lẻ", "không") for unit in units)
    else:
        tails = tuple(f" {words}" for words in _two_digits(last))
    full = tuple(f"{lead}{tail}" for tail in tails for lead in leads)
    if hundreds == 0:
        return full + tuple(f"{UNITS[thousands]} {word}{tail}" for tail in tails for word in ("nghìn", "ngàn"))
    return full


def usual_year_words(year: int) -> str:
    """A year as most clerks write it: `hai nghìn` for 2000, else the first of `year_words`."""
    thousands, rest = divmod(year, 1000)
    return f"{UNITS[thousands]} nghìn" if rest == 0 else year_words(year)[0]


def drawn_date_words(day: int, month: int, year: int, rng: random.Random) -> str:
    """A date in words as one of many clerks would write it."""

    def usual(spellings: tuple[str, ...]) -> str:
        return rng.choice(spellings if rng.random() < 0.35 else spellings[:2])

    comma = rng.choice((", ", ", ", " "))
    parts = [f"ngày {usual(day_words(day))}", f"tháng {usual(month_words(month))}", f"năm {usual(year_words(year))}"]
    style = rng.random()
    if style < 0.08:
        parts = parts[1:]
    elif style < 0.14:
        parts = parts[2:]
    text = comma.join(parts)
    if rng.random() < 0.12:
        text = text.removeprefix("ngày ")
    case = rng.random()
    if case < 0.72:
        return first_large(text)
    if case < 0.76:
        return text.upper()
    if case < 0.8:
        return text.title()
    return text
