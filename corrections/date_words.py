"""One field tells about another: the date in words about the date in figures, and the other way round.

A register repeats itself on purpose. Two ways of writing that agree make each other sure; when they differ the one that
the ink allows best is proposed and a person decides.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from corrections.dates import ParsedDate, PartialDate, date_in_words, parse_date_words
from vietnamese.letters import first_large, fold_spaces, fold_tones
from vietnamese.number_words import day_words, month_words, year_words

__all__ = ["WORDS_OF", "agree", "in_the_style_of", "repair_words", "word_spellings", "words_like"]

WORDS_OF = {"nksNgaySinhBangChu": "nksNgaySinh", "nktNgayChetGhiBangChu": "nktNgayChet"}
"""Column with the date in words -> column with the same date in figures."""

_LIKE, _LOST_TONES = 0.75, 0.1
"""Least likeness (Levenshtein, of letters) of misread words to the date they may say, and what a likeness without tone
marks counts less. Judgement on drawn dates, not measured by itself."""
_SAME_STYLE = 0.5
"""Likeness from which another date is spelt as the words that stand there. By judgement."""
_CAPITALS = 0.7
"""Share of capitals from which a text is written in capitals."""


def agree(figures: ParsedDate, words: ParsedDate) -> bool | None:
    """Whether two readings of one date agree; None when either tells nothing. Words may leave out day or month."""
    first, second = figures.date, words.date
    if first is None or second is None:
        return None
    return (
        first.year == second.year
        and (not first.month or not second.month or first.month == second.month)
        and (not first.day or not second.day or first.day == second.day)
    )


def word_spellings(value: PartialDate) -> list[str]:
    """The date in every usual spelling, small letters, no punctuation; the likeliest first."""
    days = [f"ngày {words} " for words in day_words(value.day)] if value.day else [""]
    months = [f"tháng {words} " for words in month_words(value.month)] if value.month else [""]
    spelt = [f"{d}{m}năm {y}" for d in days for m in months for y in year_words(value.year)]
    throughout = [words.replace("bảy", "bẩy") for words in spelt if "bảy" in words]  # a hand that writes seven so
    return list(dict.fromkeys(spelt + throughout))


def repair_words(text: str, value: PartialDate) -> tuple[str, float] | None:
    """The spelling of a known date that is nearest to misread words, in the writer's own commas and capitals.

    Returns:
        The words and their likeness to what was read (1.0: the same words), or None when nothing is near: below
        `_LIKE` the words were another date, or not read at all.
    """
    plain = _plain(text)
    if not plain:
        return None
    best = _nearest_spelling(plain, value)
    likeness = Levenshtein.normalized_similarity(plain, best)
    toneless = Levenshtein.normalized_similarity(fold_tones(plain), fold_tones(best))
    if max(likeness, toneless - _LOST_TONES) < _LIKE:
        return None
    parsed = parse_date_words(text)
    if parsed.date is not None and (parsed.date.day, parsed.date.month, parsed.date.year) != (
        value.day,
        value.month,
        value.year,
    ):
        return None  # readable words that say another date are evidence, not a misreading
    return _dressed(best, text), likeness


def words_like(text: str, value: PartialDate) -> str:
    """A date in words, spelt as a text that says another one (`Mùng ba, tháng bảy`: with its commas and its `mùng`)."""
    plain = _plain(text)
    best = _nearest_spelling(plain, value)
    alike = Levenshtein.normalized_similarity(plain, best) >= _SAME_STYLE
    return _dressed(best, text) if alike else date_in_words(value)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_spaces(text).casefold()))


def _nearest_spelling(plain: str, value: PartialDate) -> str:
    candidates = [*word_spellings(value)]
    if not plain.startswith("ng"):
        candidates = [c.removeprefix("ngày ") for c in candidates] + candidates
    return max(candidates, key=lambda c: Levenshtein.normalized_similarity(plain, c))


def _dressed(words: str, like: str) -> str:
    """The words with the commas and the capitals of what was read."""
    tokens = words.split()
    originals = re.findall(r"\w+|[^\w\s]+", fold_spaces(like))
    commas = {i for i, token in enumerate(originals) if token == ","}
    dressed: list[str] = []
    for index, token in enumerate(tokens):
        before_part = token in ("tháng", "năm") and index > 1 and _starts_part(tokens, index)
        if before_part and commas and dressed:
            dressed[-1] += ","
        dressed.append(token)
    text = " ".join(dressed)
    first = next((c for c in fold_spaces(like) if c.isalpha()), "")
    letters = [c for c in like if c.isalpha()]
    if letters and sum(c.isupper() for c in letters) > _CAPITALS * len(letters):
        return text.upper()
    return first_large(text) if first.isupper() else text


def _starts_part(tokens: list[str], index: int) -> bool:
    """Whether `tháng` or `năm` here begins the month or the year: the year's `năm` is the last one before a number of
    thousands, never the digit five.
    """
    if tokens[index] == "tháng":
        return True
    return "tháng" in tokens[:index] and index + 2 < len(tokens) and tokens[index + 2] in ("nghìn", "ngàn")


def in_the_style_of(text: str, date: PartialDate) -> str:
    """The date as this hand writes it: its separator, its habit of leading zeros."""
    separator = max("/.-", key=text.count)
    padded = bool(re.search(r"(?<!\d)0\d(?!\d)", text)) or not text.count(separator)
    day, month = (f"{part:02d}" if padded else str(part) for part in (date.day, date.month))
    return separator.join((day, month, str(date.year)))
