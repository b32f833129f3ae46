"""Number words of dates, in every spelling clerks use, as tokens without tone marks.

Words are compared without tone marks: no two number words collide there (only `năm` is both "five" and "year",
which the grammar of dates decides), and a lost tone is the commonest slip of pen and machine.
"""

from __future__ import annotations

import re

from vietnamese.letters import fold_tones, is_figures

__all__ = ["UNITS", "last_two_words", "parse_two_digits", "parse_year", "word_tokens", "year_words"]

UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")

_WORD = re.compile(r"[^\W_]+")
_DIGITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "rum": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_LINKS = frozenset({"linh", "le", "khong"})
_TEN = frozenset({"muoi", "chuc"})
_SHORT_TENS = {"ham": 2, "bam": 3}
"""`hăm ba` is 23, `băm mốt` is 31."""
_THOUSAND = frozenset({"nghin", "ngan"})
_YEARS = range(1850, 2101)


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
        return (year, True) if year in _YEARS else (None, False)
    for reading in (_full_number, _figure_by_figure, _two_pairs):
        found = reading(tokens)
        if found is not None and found in _YEARS:
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


def last_two_words(number: int) -> str:
    """10 to 99 in the usual spelling (`hai mươi mốt`, `mười lăm`)."""
    tens, unit = divmod(number, 10)
    lead = "mười" if tens == 1 else f"{UNITS[tens]} mươi"
    if unit == 0:
        return lead
    if unit == 5:
        return f"{lead} lăm"
    if tens > 1 and unit in (1, 4):
        return f"{lead} {'mốt' if unit == 1 else 'tư'}"
    return f"{lead} {UNITS[unit]}"


def year_words(year: int, thousand: str = "nghìn", link: str = "linh") -> str:
    """A year in the usual spelling (`một nghìn chín trăm tám mươi lăm`, `hai nghìn không trăm linh sáu`)."""
    thousands, rest = divmod(year, 1000)
    hundreds, last = divmod(rest, 100)
    lead = f"{UNITS[thousands]} {thousand}"
    if not rest:
        return lead
    lead = f"{lead} {UNITS[hundreds]} trăm"
    if not last:
        return lead
    return f"{lead} {link} {UNITS[last]}" if last < 10 else f"{lead} {last_two_words(last)}"
