"""Dates as registers have them: figures in every style, words in every spelling, parts missing, âm lịch.

The standard workbook takes `dd.mm.yyyy`, `mm.yyyy` or `yyyy`. What is not surely a date stays text for a person:
an age is never turned into a year, a lunar date never into a solar one.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vietnamese.calendar_limits import DATE_PARTS, DAYS, FULL_YEAR, LUNAR_MONTH_DAYS, MONTHS, YEARS_OF_PEOPLE
from vietnamese.letters import first_large, fold_spaces, is_figures
from vietnamese.number_parsing import parse_two_digits, parse_year, word_tokens
from vietnamese.number_words import day_words, month_words, usual_year_words

__all__ = [
    "DATE_WITHIN",
    "ParsedDate",
    "PartialDate",
    "date_in_words",
    "parse_date",
    "parse_date_words",
    "parse_standard",
    "without_calendar",
]

_RUN_TOGETHER = 8
"""Figures of a date written without separators."""
_LAST_CENTURY_FROM = 30
"""A year of two figures is of the twentieth century from this on, where nothing near says which. Chosen by judgement:
books end in 2019, and few people of the nineteen-twenties stand in them with two figures."""
_ONE_LOST = 3
"""Figures of a year whose first one was not read, as its second one tells: a slim 1, a 2 that ran into the stroke."""
_THOUSANDS = {"9": 1000, "0": 2000}
"""What is added to such a year by its first figure: 9.. is 19.., 0.. is 20..."""
_YEAR_WORDS = 3
"""A year in words has so many at least: `hai nghìn mốt`."""
_LAST_CENTURY, _THIS_CENTURY = 1900, 2000
"""First years of the centuries that registers know."""
_FULL_MOON = 15
"""`rằm`: the day of a month of the moon."""
_MONTH_CUTS = (1, 2, 3)
"""Words that a month may have."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PartialDate:
    """A date of which day, or day and month, may be missing (0 is "not known")."""

    year: int
    month: int = 0
    day: int = 0
    lunar: bool = False
    """Written as âm lịch; the numbers are those of the lunar calendar."""

    @property
    def complete(self) -> bool:
        """Whether day, month and year are known."""
        return bool(self.day and self.month and self.year)

    @property
    def valid(self) -> bool:
        """Whether the calendar has such a date."""
        if (
            self.year not in YEARS_OF_PEOPLE
            or (self.month and self.month not in MONTHS)
            or (self.day and not self.month)
        ):
            return False
        if not self.day:
            return True
        return 1 <= self.day <= (LUNAR_MONTH_DAYS if self.lunar else calendar.monthrange(self.year, self.month)[1])

    @property
    def standard(self) -> str:
        """`dd.mm.yyyy`, `mm.yyyy` or `yyyy`: the three forms the workbook knows."""
        if self.day and self.month:
            return f"{self.day:02d}.{self.month:02d}.{self.year:04d}"
        return f"{self.month:02d}.{self.year:04d}" if self.month else f"{self.year:04d}"

    @property
    def earliest(self) -> date:
        """First calendar day it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """Last calendar day it may mean."""
        month = self.month or MONTHS[-1]
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """What a text says about a date."""

    date: PartialDate | None
    certain: bool
    """False when letters had to be guessed, the century is missing, the calendar is lunar or no such day exists."""
    note: str = ""
    """Vietnamese: what to look at."""

    @property
    def standard(self) -> str:
        """The date as the standard column takes it; empty where there is none."""
        return self.date.standard if self.date else ""


DATE_WITHIN = (
    r"(?<!\d)(?:\d{1,2}(?:\s*[./\-]\s*|\s)\d{1,2}(?:\s*[./\-]\s*|\s)(?:19|20)\d\d(?!\d)"
    r"|\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*(?:19|20)\d\d(?!\d)"
    r"|\d{1,2}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d\d(?!\d))"
)
"""Pattern of a date within a longer text, in figures or with the words for day, month and year."""
_NOTHING = ParsedDate(date=None, certain=False, note="Không đọc được ngày; hãy gõ lại theo dạng ngày.tháng.năm.")
_LUNAR = re.compile(
    r"(?<!\w)\(?\s*(?:(?:theo\s+)?(?:[âa]m\s*l[ịi]ch|l[ịi]ch\s*[âa]m)|âm|â\.?\s?l\.?|a\.\s?l\.?|al)(?!\w)\s*\)?",
    re.IGNORECASE,
)
_SOLAR = re.compile(r"(?<!\w)\(?\s*(?:(?:theo\s+)?d[ưu][ơo]ng\s*l[ịi]ch|d\.?\s?l\.?)(?!\w)\s*\)?", re.IGNORECASE)
_AGE = re.compile(r"\d{1,3}\s*(?:tuổi|tháng tuổi|ngày tuổi|t\b)", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:ngày\s*([0-9]{1,2}))?[\s,./-]*(?:tháng\s*([0-9]{1,2}))?[\s,./-]*(?:năm\s*([0-9]{4}|[0-9]{2}))?", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:sinh\s+)?(?:vào\s+)?(?:ngày|năm sinh|sinh năm|sinh|sn|năm)(?=[\s.:\d])[\s.:]*", re.IGNORECASE
)
_SLIPS = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "|": "1", "i": "1", "!": "1"})
_WILD_SLIPS = str.maketrans(
    {"S": "5", "s": "5", "B": "8", "Z": "2", "z": "2", "g": "9", "q": "9", "b": "6", "D": "0", "©": "0", "Ø": "0"}
)
_LABEL_RESTS = re.compile(r"(?<![^\W\d_])(?:n?g?ày|ng?à?|t?háng?|áng|nă?m?|ăm)(?![^\W\d_])", re.IGNORECASE)
"""What is left of the printed words ngày, tháng, năm when a value runs into them."""
_ODD_SIGN = re.compile(r"[^\w\s.,:;/()'’‘\"“”|_…–—-]")
"""Beside the words of a date says something of it (`~1978`, `1978?`, `<1978`)."""
_SLASH_AS_ONE = re.compile(r"/(?=\d)|(?<=\d)/|(?<=\.)/(?=\.)")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11,
          "XII": 12}  # fmt: skip


@lru_cache(maxsize=16384)
def parse_standard(text: str) -> PartialDate | None:
    """A date in one of the workbook's three forms, or None (strict: nothing else is taken)."""
    match = re.fullmatch(r"(?:(?:(\d{2})\.)?(\d{2})\.)?(\d{4})", text, re.ASCII)
    if not match:
        return None
    day, month, year = (int(part or 0) for part in match.groups())
    found = PartialDate(year=year, month=month, day=day)
    return found if found.valid else None


def parse_date(text: str, *, near_year: int | None = None) -> ParsedDate:
    """A date from text in figures (or, failing that, in words).

    Args:
        text: as written: `4-12-2011`, `05/03/1979`, `23.2.1958`, `6/2006`, `1970`, `ngày 5 tháng 3 năm 1979`,
            slots joined by `/`, endings like `./.`.
        near_year: year of registration, to give a two-digit year its century (the last one not after it).
    """
    cleaned, lunar = without_calendar(fold_spaces(text))
    cleaned = re.sub(r"[\s./:;,'’_…–—-]+$", "", cleaned).strip()
    if not cleaned:
        return _NOTHING
    if _AGE.search(cleaned):
        return ParsedDate(date=None, certain=False, note="Sổ ghi tuổi, không ghi ngày sinh; giữ nguyên như sổ.")
    found = _figures(cleaned, near_year) or _words(cleaned) or _repaired(cleaned, near_year)
    if found is None or found.date is None:
        return _NOTHING
    return _judged(found, lunar or found.date.lunar)


def without_calendar(text: str) -> tuple[str, bool]:
    """The text without the words that name its calendar (`âm lịch`, `(ÂL)`, `dương lịch`), and whether it is lunar."""
    rest = _LUNAR.sub(" ", text)
    return _SOLAR.sub(" ", rest).strip(), rest != text


def _repaired(text: str, near_year: int | None) -> ParsedDate | None:
    """A date behind pieces of printed labels, or with slashes that are ones (`25.0/.1996`); never certain."""
    without_rests = _LABEL_RESTS.sub(" ", text).strip()
    if without_rests != text:
        found = _figures(without_rests, near_year)
        if found is not None:
            return _doubted(found)
    if "/" in text and (text.count(".") or text.count("-") or re.fullmatch(r"/\d{3}", text)):
        found = _figures(_SLASH_AS_ONE.sub("1", text), near_year)
        if found is not None and found.date is not None and found.date.valid:
            return _doubted(found)
    return None


def _doubted(found: ParsedDate, note: str = "Máy phải đoán vài nét của ngày; hãy kiểm tra.") -> ParsedDate:
    return ParsedDate(date=found.date, certain=False, note=note)


def _judged(found: ParsedDate, lunar: bool) -> ParsedDate:
    if found.date is None:
        return found
    value = PartialDate(year=found.date.year, month=found.date.month, day=found.date.day, lunar=lunar)
    if not value.valid:
        return ParsedDate(date=value, certain=False, note="Lịch không có ngày này; hãy xem lại trên sổ.")
    if lunar:
        return ParsedDate(date=value, certain=False, note="Ngày âm lịch; giữ nguyên như sổ, không đổi sang dương lịch.")
    return ParsedDate(date=value, certain=found.certain, note=found.note)


def _figures(text: str, near_year: int | None) -> ParsedDate | None:
    labelled = _LABELLED.fullmatch(text)
    if labelled and labelled.group(3):
        return _built(list(labelled.groups()), near_year, certain=True)
    original = re.sub(r"\s*(?:tháng|năm)\s*", "/", _LEADING.sub("", text), flags=re.IGNORECASE)
    parts = re.split(r"[\s./,:;\-–—\\]+", original)
    if original[:1] in "/.-" or (parts and not parts[0]):
        parts = parts[1:]
    if not 1 <= len(parts) <= DATE_PARTS or re.search(r"\d\s*[./\-]\s*[./\-]+\s*\d", original):
        return None  # between two separators a part is missing, or a slash is a one
    return _from_parts(parts, near_year)


def _from_parts(parts: list[str], near_year: int | None) -> ParsedDate | None:
    if len(parts) == 1 and len(parts[0]) == _RUN_TOGETHER and is_figures(parts[0]):
        return _run_together(parts[0], near_year)
    if len(parts) == DATE_PARTS and len(parts[0]) == FULL_YEAR and all(map(is_figures, parts)) and len(parts[2]) <= 2:
        found = _built([parts[2], parts[1], parts[0]], near_year, certain=False)
        return _doubted(found, "Ngày viết năm trước (năm-tháng-ngày); hãy kiểm tra.") if found else None
    certain = True
    numbers: list[str | None] = []
    for index, part in enumerate(parts):
        is_month = index == len(parts) - 2
        if is_month and part in _ROMAN:
            numbers.append(str(_ROMAN[part]))
            certain = certain and not set(part) <= {"I"}
            continue
        repaired, sure = _digits(part)
        if repaired is None:
            return None
        numbers.append(repaired)
        certain = certain and sure
    missing: list[str | None] = [None] * (DATE_PARTS - len(numbers))
    return _built(missing + numbers, near_year, certain=certain)


def _run_together(figures: str, near_year: int | None) -> ParsedDate | None:
    """Eight figures without separators, day first or year first; never certain."""
    for parts in ([figures[:2], figures[2:4], figures[4:]], [figures[6:], figures[4:6], figures[:4]]):
        found = _built(list(parts), near_year, certain=False)
        if found is not None and found.date is not None and found.date.valid:
            return _doubted(found)
    return None


def _digits(part: str) -> tuple[str | None, bool]:
    """Figures of one part; letters that can only be figures are put right, others with doubt."""
    if is_figures(part):
        return part, True
    if not any(is_figures(c) for c in part):
        return None, False
    mild = part.translate(_SLIPS)
    if is_figures(mild):
        return mild, True
    wild = mild.translate(_WILD_SLIPS)
    return (wild, False) if is_figures(wild) else (None, False)


def _built(parts: list[str | None], near_year: int | None, *, certain: bool) -> ParsedDate | None:
    day, month, year_text = parts
    if not year_text or any(p is not None and len(p) > 2 for p in (day, month)):
        return None
    note = ""
    if len(year_text) == 2 and (day or month):
        year = _century(int(year_text), near_year)
        certain, note = False, "Năm chỉ ghi hai chữ số; hãy kiểm tra thế kỷ."
    elif len(year_text) == FULL_YEAR:
        year = int(year_text)
    elif len(year_text) == _ONE_LOST and month and year_text[0] in _THOUSANDS:
        year = _THOUSANDS[year_text[0]] + int(year_text)
        certain, note = False, "Năm chỉ đọc được ba chữ số; hãy kiểm tra."
    else:
        return None
    if year not in YEARS_OF_PEOPLE:
        return None
    value = PartialDate(year=year, month=int(month or 0), day=int(day or 0))
    if any(part is not None and not int(part) for part in (day, month)):
        certain, note = False, "Ngày hoặc tháng ghi là 0; hãy kiểm tra sổ để trống hay máy đọc sót."
    return ParsedDate(date=value, certain=certain, note=note)


def _century(two_digits: int, near_year: int | None) -> int:
    if near_year is None:
        return _LAST_CENTURY + two_digits if two_digits >= _LAST_CENTURY_FROM else _THIS_CENTURY + two_digits
    year = near_year // 100 * 100 + two_digits
    return year if year <= near_year else year - 100


def _words(text: str) -> ParsedDate | None:
    found = parse_date_words(text)
    if found.date is None:
        return None
    return _doubted(found, "Có dấu không thuộc về ngày; hãy kiểm tra.") if _ODD_SIGN.search(text) else found


def parse_date_words(text: str) -> ParsedDate:
    """A date from words, in every spelling (mồng/mùng, mốt, tư, lăm/nhăm, linh/lẻ, nghìn/ngàn, giêng, chạp, hăm ...).

    Reads without tone marks. A two-figure year (`tám lăm`) or a lunar date comes back as not certain.
    """
    cleaned, lunar = without_calendar(fold_spaces(text))
    tokens = word_tokens(cleaned)
    lunar = lunar or "ram" in tokens
    if tokens[:1] == ["sinh"]:
        tokens = tokens[1:]
    found = _date_of(tokens)
    return _NOTHING if found is None else _judged(found, lunar)


def _date_of(tokens: list[str]) -> ParsedDate | None:
    if "thang" in tokens:
        cut = tokens.index("thang")
        day = _day(tokens[:cut])
        return None if day is None else _month_and_year(day, tokens[cut + 1 :])
    rest = tokens[1:] if tokens[:1] == ["nam"] else tokens
    year, certain = parse_year(rest)
    return None if year is None else ParsedDate(date=PartialDate(year=year), certain=certain)


def _day(tokens: list[str]) -> int | None:
    """Day of the month; 0 when the words begin with the month; None when they make no day."""
    rest = tokens[1:] if tokens[:1] == ["ngay"] else tokens
    if rest[:1] in (["mong"], ["mung"]):
        rest = rest[1:]
    if not rest:
        return 0 if not tokens else None
    day = _FULL_MOON if rest == ["ram"] else parse_two_digits(rest)
    return day if day in DAYS else None


def _month(tokens: list[str]) -> int | None:
    if tokens in (["gieng"], ["chap"]):
        return 1 if tokens == ["gieng"] else MONTHS[-1]
    month = parse_two_digits(tokens)
    return month if month in MONTHS else None


def _month_and_year(day: int, tokens: list[str]) -> ParsedDate | None:
    """`năm` is "five" or "year": every place of it is tried as the word before the year."""
    for place, token in enumerate(tokens):
        if token != "nam":
            continue
        month = _month(tokens[:place])
        year, certain = parse_year(tokens[place + 1 :])
        if month is not None and year is not None:
            return ParsedDate(date=PartialDate(year=year, month=month, day=day), certain=certain)
    for cut in _MONTH_CUTS:  # the word `năm` left out: the month is short, the year long
        month = _month(tokens[:cut])
        year, certain = parse_year(tokens[cut:])
        if month is not None and year is not None and len(tokens) - cut >= _YEAR_WORDS:
            return ParsedDate(date=PartialDate(year=year, month=month, day=day), certain=certain)
    return None


def date_in_words(value: PartialDate) -> str:
    """The usual words of a date (`Ngày mồng hai, tháng giêng, năm hai nghìn không trăm mười hai`)."""
    parts = []
    if value.day:
        parts.append(f"ngày {day_words(value.day)[0]}")
    if value.month:
        parts.append(f"tháng {month_words(value.month)[0]}")
    parts.append(f"năm {usual_year_words(value.year)}")
    text = ", ".join(parts)
    return first_large(text)
