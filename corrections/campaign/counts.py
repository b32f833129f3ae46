"""Counts as plans print them: a number, a dash for none, or nothing because nobody has counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from corrections.campaign.totals import dotted
from corrections.search_keys import search_key

__all__ = [
    "Known",
    "PaperCount",
    "PrintedCount",
    "annex_words",
    "count_words",
    "more_books_than_cases",
    "paper_count",
    "printed_count",
]


class Known(StrEnum):
    """What a printed cell says."""

    NUMBER = "number"
    NONE = "none"
    """A dash: there are none."""
    UNKNOWN = "unknown"
    """Empty, or said in words: nobody has counted."""


@dataclass(frozen=True, slots=True)
class PrintedCount:
    """A cell with a count, as printed and as understood."""

    text: str
    known: Known
    number: int = 0
    """Nought unless `known` is a number."""

    @property
    def count(self) -> int | None:
        """The number; a dash is nought; None when nobody has counted."""
        return None if self.known is Known.UNKNOWN else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCount:
    """What a plan counts in one line: `29 quyển = 4252 hồ sơ`; None: unknown."""

    books: int | None
    cases: int | None
    none: bool = False
    """A dash: the office has no such register."""


@lru_cache(maxsize=1)
def annex_words() -> dict[str, Any]:
    """The words of `data/annexes.yaml`."""
    text = resources.files("corrections.campaign").joinpath("data/annexes.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def printed_count(text: str) -> PrintedCount:
    """What a printed cell says.

    Raises:
        ValueError: it is neither a whole number, a dash, empty nor a word for unknown; the message is Vietnamese.
    """
    shown = " ".join(text.split())
    if _is_unknown(shown):
        return PrintedCount(shown, Known.UNKNOWN)
    if shown.casefold() in annex_words()["none_marks"]:
        return PrintedCount(shown, Known.NONE)
    number = _whole(shown)
    if number is None:
        raise ValueError(f"«{shown}» không phải số nguyên, không phải dấu gạch và không phải ô trống")
    return PrintedCount(shown, Known.NUMBER, number)


def _is_unknown(shown: str) -> bool:
    words = annex_words()
    return not shown or shown in words["unknown_marks"] or search_key(shown) in words["unknown_words"]


def _whole(text: str) -> int | None:
    """A count with dots, commas or blanks between its thousands; `1.5` is none."""
    plain = re.sub(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))", "", text)
    return int(plain) if re.fullmatch(r"[0-9]{1,12}", plain) else None


_BOOKS = re.compile(r"(?P<n>\d(?:[\d.,\u00a0 ]*\d)?)\s*(?:quyển|cuốn|sổ)\b", re.IGNORECASE)
_CASES = re.compile(r"(?P<n>\d(?:[\d.,\u00a0 ]*\d)?)\s*(?:hồ sơ|trường hợp|hs|th)\b", re.IGNORECASE)

_MINUS = "-\u2212\u2013"


def paper_count(text: str) -> PaperCount:
    """A line of a paper inventory: `29 quyển = 4252 hồ sơ`, `29 quyển`, `4.252 hồ sơ`, `29 = 4252`, a dash.

    What is not said is unknown.

    Raises:
        ValueError: it says neither books nor cases, less than none, or numbers beside them; the message is Vietnamese.
    """
    shown = " ".join(text.replace("\u00a0", " ").split())
    if shown.casefold() in annex_words()["none_marks"]:
        return PaperCount(books=0, cases=0, none=True)
    if _is_unknown(shown):
        return PaperCount(books=None, cases=None)
    books, cases = _BOOKS.search(shown), _CASES.search(shown)
    sides = [part.strip() for part in re.split(r"[=/]", shown)]
    alone = books is None or (books[0] == sides[0] and re.fullmatch(r"[\d., ]+", sides[-1]) is not None)
    if len(sides) == 2 and cases is None and alone:
        count = printed_count(sides[0]).count if books is None else _matched(books)
        return PaperCount(books=count, cases=printed_count(sides[1]).count)
    if books is None and cases is None:
        raise ValueError(f"«{shown}» không rõ số quyển hay số hồ sơ; hãy ghi như «29 quyển = 4.252 hồ sơ»")
    rest = _CASES.sub("", _BOOKS.sub("", shown, count=1), count=1)
    if shown[0] in _MINUS or re.search(r"\d", rest):
        raise ValueError(f"«{shown}» có số không rõ là gì; hãy ghi mỗi dòng một lần đếm, như «29 quyển = 4.252 hồ sơ»")
    return PaperCount(books=_matched(books), cases=_matched(cases))


def count_words(count: PaperCount) -> str:
    """A count as plans write it; `paper_count` reads it as the same."""
    if count.none:
        return "-"
    books = None if count.books is None else f"{dotted(count.books)} quyển"
    cases = None if count.cases is None else f"{dotted(count.cases)} hồ sơ"
    return " = ".join(filter(None, (books, cases)))


def more_books_than_cases(books: int | None, cases: int | None) -> str:
    """What is wrong with a count of more books than cases, Vietnamese; empty when it can be.

    Every book holds a case at least, so one of the numbers is wrong.
    """
    if books is None or cases is None or books <= cases:
        return ""
    return f"{dotted(books)} quyển nhiều hơn {dotted(cases)} trường hợp. Hãy đếm lại, hoặc hai số bị đổi chỗ."


def _matched(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    number = _whole(match["n"].strip())
    if number is None:
        raise ValueError(f"«{match['n'].strip()}» không phải số nguyên")
    return number
