"""Number words of dates, in every spelling clerks use, as tokens without tone marks.

Words are compared without tone marks: no two number words collide there (only `năm` is both "five" and "year",
which the grammar of dates decides), and a lost tone is the commonest slip of pen and machine.
"""

from __future__ import annotations

import re

from vietnamese.calendar_limits import YEARS_OF_PEOPLE
from vietnamese.letters import fold_tones, is_figures
from vietnamese.number_words import UNITS

__all__ = ["parse_two_digits", "parse_year", "word_tokens"]

_WORD = re.compile(r"[^\W_]+")
_DIGITS = {fold_tones(word): digit for digit, word in enumerate(UNITS)} | {"tu": 4, "lam": 5, "nham": 5, "rum": 5}
_LINKS = frozenset({"linh", "le", "khong"})
_TEN = frozenset({"muoi", "chuc"})
_SHORT_TENS = {"ham": 2, "bam": 3}
"""`hăm ba` is 23, `băm mốt` is 31."""
_THOUSAND = frozenset({"nghin", "ngan"})


def word_tokens(text: str) -> list[str]:
    """Words and numbers of a text without tone marks, punctuation dropped."""
    return _WORD.findall(fold_tones(text))


def parse_two_digits(tokens: list[str]) -> int | None:
    """0 to 99 from tokens (`hai muoi mot`, `hai mot`, `ham mot`, `linh nam`, `khong hai`, `15`), or None."""
    if len(tokens) == 1 and is_figures(tokens[0]):
        return int(tokens[0]) if len(tokens[0]) <= 2 else None
    if len(tokens) == 2 and tokens[0] in _LINKS:
        return 10 if tokens[1] in _TEN else _DIGITS.get(tokens[1])
    if tokens and tokens[0] in _SHORT_TENS:
        unit = _DIGITS.get(tokens[1]) if len(tokens) == 2 else 0
        return None if unit is None or len(tokens) > 2 else _SHORT_TENS[tokens[0]] * 10 + unit
    if tokens and tokens[0] in _TEN:
        tokens = ["mot", *tokens]
    tens = _DIGITS.get(tokens[0]) if tokens else None
    if tens is None or len(tokens) > 3:
        return None
    rest = tokens[1:]
    if not rest:
        return tens
    if rest[0] in _TEN:
        rest = rest[1:]
        if not rest:
            return tens * 10
    unit = _DIGITS.get(rest[0]) if len(rest) == 1 else None
    return None if unit is None else tens * 10 + unit


def parse_year(tokens: list[str]) -> tuple[int | None, bool]:
    """The year tokens tell, and whether that is certain.

    Full numbers (`mot nghin chin tram tam muoi lam`), figure by figure (`mot chin chin tam`, `hai khong khong sau`),
    pairs (`muoi chin tam lam`, `hai khong mot lam`), short ones (`tam lam` for 1985, uncertain) and plain figures.
    """
    if len(tokens) == 1 and is_figures(tokens[0]) and len(tokens[0]) == 4:
        year = int(tokens[0])
        return (year, True) if year in YEARS_OF_PEOPLE else (None, False)
    for reading in (_full_number, _figure_by_figure, _two_pairs):
        found = reading(tokens)
        if found is not None and found in YEARS_OF_PEOPLE:
            return found, True
    short = parse_two_digits(tokens) if len(tokens) >= 2 else None
    return (1900 + short, False) if short is not None and short >= 30 else (None, False)


def _full_number(tokens: list[str]) -> int | None:
    place = next((i for i, token in enumerate(tokens) if token in _THOUSAND), None)
    if place is None:
        return _without_thousands(tokens)
    thousands = _DIGITS.get(tokens[0]) if place == 1 else None
    if thousands is None:
        return None
    rest = tokens[place + 1 :]
    if not rest:
        return thousands * 1000
    below = _below_thousand(rest)
    return None if below is None else thousands * 1000 + below


def _without_thousands(tokens: list[str]) -> int | None:
    """`mười chín trăm tám mươi`: nineteen hundred and eighty."""
    place = next((i for i, token in enumerate(tokens) if token == "tram"), None)
    if not place:
        return None
    hundreds = parse_two_digits(tokens[:place])
    rest = tokens[place + 1 :]
    below = parse_two_digits(rest) if rest else 0
    return None if hundreds is None or below is None or hundreds < 10 else hundreds * 100 + below


def _below_thousand(tokens: list[str]) -> int | None:
    place = next((i for i, token in enumerate(tokens) if token == "tram"), None)
    if place is not None:
        hundreds = _DIGITS.get(tokens[0]) if place == 1 else None
        rest = tokens[place + 1 :]
        below = parse_two_digits(rest) if rest else 0
        return None if hundreds is None or below is None else hundreds * 100 + below
    if len(tokens) >= 2 and tokens[0] in _DIGITS and tokens[1] not in _TEN:
        below = parse_two_digits(tokens[1:])  # `một nghìn chín tám lăm`, `hai nghìn không mười hai`
        if below is not None and not (tokens[0] != "khong" and len(tokens) == 2):
            return _DIGITS[tokens[0]] * 100 + below
    return parse_two_digits(tokens)


def _figure_by_figure(tokens: list[str]) -> int | None:
    if len(tokens) != 4 or any(token not in _DIGITS for token in tokens):
        return None
    return int("".join(str(_DIGITS[token]) for token in tokens))


def _two_pairs(tokens: list[str]) -> int | None:
    for cut in range(1, len(tokens)):
        first = _pair(tokens[:cut])
        second = _pair(tokens[cut:])
        if first in (19, 20) and second is not None:
            return first * 100 + second
    return None


def _pair(tokens: list[str]) -> int | None:
    """A pair of figures: `hai khong` is 20 here, `khong sau` 6."""
    if len(tokens) == 2 and tokens[1] == "khong" and tokens[0] in _DIGITS:
        return _DIGITS[tokens[0]] * 10
    return parse_two_digits(tokens) if len(tokens) >= 2 or tokens[0] in _TEN else None
