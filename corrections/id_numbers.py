"""Numbers on identity papers: their lengths and ages as the decrees fix them, and what beside one belongs to it."""

from __future__ import annotations

import re

from vietnamese.letters import nfc

__all__ = [
    "CARD_FIGURES",
    "PASSPORT_FIGURES",
    "PERSONAL_FIGURES",
    "PERSONAL_SINCE",
    "in_figures",
    "is_whole",
    "with_figures",
]

CARD_FIGURES = 9
"""Of a CMND (Nghị định 05/1999/NĐ-CP)."""
PERSONAL_FIGURES = 12
"""Of a citizen's number, and of a CMND of the last years (Thông tư 27/2012/TT-BCA, Nghị định 137/2015/NĐ-CP)."""
PERSONAL_SINCE = 2012
"""The year in which the first cards with such a number were issued."""
PASSPORT_FIGURES = 7
"""Figures after the letters of a Vietnamese passport, at least in what is taken for one."""
_LIKE_SERIES = frozenset(("QD",))
"""What stands before the number on papers of officers (`QĐ 12345`), as it does on decisions."""
_BEFORE_NUMBER = re.compile(r"(?:[+*#=/\\?<>]|[0-9][\s,.]*-|[0-9][^\W\d_]+|\bqđ[ .\-]{0,2})\s*$", re.IGNORECASE)
_BEHIND_NUMBER = re.compile(r"\s*(?:[-/\\]\s*[0-9]|[+*?=#])")
"""Signs beside a number that are part of it, or ask."""
_TAKEN_BACK = re.compile(r"\b(?:mất|cũ|hỏng|thất lạc|hết hạn|không rõ)\b")


_LIKE_FIGURES = str.maketrans("oOQDlIiSsBgqbZzt", "0000111558996227")
"""Letters that figures of a number are read as."""
_WITH_LETTERS = re.compile(
    rf"(?<!\w)(?=[^\W_]*[^\W\d_])(?:[^\W_]{{{CARD_FIGURES}}}|[^\W_]{{{PERSONAL_FIGURES}}})(?!\w)"
)
"""A word as long as a number of a card, with a letter in it."""
_MOST_LETTERS = 3
"""Letters that a number of a card may have been read with. By judgement."""


def in_figures(word: str) -> str:
    """A word with figures for the letters that they may have been read as."""
    return word.translate(_LIKE_FIGURES)


def with_figures(text: str) -> str:
    """The text with figures for the letters in numbers of cards (`788g64743`)."""

    def put_right(found: re.Match[str]) -> str:
        word = in_figures(found.group())
        return word if word.isdecimal() and sum(map(str.isalpha, found.group())) <= _MOST_LETTERS else found.group()

    return _WITH_LETTERS.sub(put_right, text)


def is_whole(text: str, found: re.Match[str] | None) -> bool:
    """Whether nothing beside a number belongs to it (`1234567-8`, `+84...`, `QĐ 12345`) or takes it back (`(mất)`)."""
    if found is None:
        return False
    before, after = text[: found.start()], text[found.end() :]
    beside = _BEFORE_NUMBER.search(before) or _BEHIND_NUMBER.match(after)
    series = (found.group(1) or "").upper() in _LIKE_SERIES
    return not beside and not series and not _TAKEN_BACK.search(nfc(text).lower())
