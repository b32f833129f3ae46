"""What a book's cover and closing statement say of the book, in the form its record takes; a person confirms it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corrections.dates import PartialDate, parse_date
from corrections.entries import Book
from corrections.normalise import normalise
from layouts.columns import column
from layouts.register_types import RegisterType

__all__ = ["CoverFact", "cover_facts"]

_YEARS = range(1945, 2100)
_SLIPS = str.maketrans({"o": "0", "O": "0", "Ô": "0", "l": "1", "I": "1", "|": "1", "đ": "3", "z": "2", "Z": "2"})
_ALSO = {"district": "huyện", "province": "tỉnh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFact:
    """One value for the record of a book."""

    name: str
    """A field of `Book`."""
    value: str | int
    certain: bool
    """Whether figures that depend on each other agree."""


@dataclass(slots=True)
class _Read:
    """Texts of all covers and closings of a book, by name."""

    texts: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        return next(iter(self.texts.get(name, [])), "")

    def last(self, name: str) -> str:
        return next(reversed(self.texts.get(name, [])), "")


def cover_facts(book: Book, pages: Iterable[Mapping[str, str]]) -> tuple[CoverFact, ...]:
    """Values of the book from its covers and closings, in the order of a form; only what could be read.

    A book that went on into further years has several closings: it ends with the last, and its entries add up.

    Args:
        book: as it is recorded.
        pages: what was read of each cover and closing (`PageReading.book_values`), in page order.
    """
    read = _Read()
    closings = []
    for values in pages:
        for name, text in values.items():
            read.texts.setdefault(name, []).append(text)
        if "entries" in values or "last_number" in values:
            closings.append(values)
    opened, closed = _date(read.first("opened_on")), _date(read.last("closed_on"))
    facts = [_volume(book, read.first("quyenSo"), opened), _office(read)]
    facts += [_day("opened_on", opened, closed), _day("closed_on", closed, opened)]
    facts.append(_entries(closings))
    pages_counted = _number(read.last("pages"))
    if pages_counted:
        facts.append(CoverFact(name="pages", value=pages_counted, certain=False))
    return tuple(fact for fact in facts if fact is not None)


def _date(text: str) -> PartialDate | None:
    found = parse_date(text.translate(_SLIPS)).date if text else None
    return found if found is not None and found.valid and found.complete and found.year in _YEARS else None


def _volume(book: Book, text: str, opened: PartialDate | None) -> CoverFact | None:
    """The volume with its year; a year that is none gives way to that of the opening day."""
    if not text:
        return None
    written = text.translate(_SLIPS)
    year = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", written)
    number = re.match(r"\D{0,3}(\d{1,3})(?!\d)", written)
    if number is None:
        return None
    if year is None and opened is None:
        return None
    told = int(year.group(1)) if year else opened.year if opened else 0
    of_type = column(RegisterType(book.register_type), "quyenSo")
    value = normalise(of_type, f"{number.group(1)}/{told}").value
    return CoverFact(
        name="volume_number", value=value, certain=opened is None or (year is not None and told == opened.year)
    )


def _office(read: _Read) -> CoverFact | None:
    name = read.first("noiDangKy")
    if len(name) < 3:
        return None
    if "ubnd" not in name.casefold() and "ủy ban" not in name.casefold():
        level = "" if re.match(r"(?i)(xã|phường|thị trấn)\b", name) else "xã "
        name = f"UBND {level}{name}"
    for part, kind in _ALSO.items():
        text = read.first(part)
        if text:
            lead = "" if re.match(r"(?i)(huyện|quận|thị xã|thành phố|tp\.?|tỉnh)\b", text) else f"{kind} "
            name += f", {lead}{text}"
    return CoverFact(name="office", value=name, certain=False)


def _day(name: str, day: PartialDate | None, other: PartialDate | None) -> CoverFact | None:
    if day is None:
        return None
    opened, closed = (day, other) if name == "opened_on" else (other, day)
    in_order = opened is None or closed is None or opened.earliest <= closed.earliest
    return CoverFact(name=name, value=day.standard, certain=in_order)


def _entries(closings: list[Mapping[str, str]]) -> CoverFact | None:
    """How many entries the closings count; first and last number prove or replace the count."""
    counted, certain = 0, True
    for values in closings:
        told = _number(values.get("entries", ""))
        first, last = _number(values.get("first_number", "")), _number(values.get("last_number", ""))
        by_numbers = last - first + 1 if first and last and last >= first else None
        count = told if told is not None else by_numbers
        if count is None:
            return None
        counted += count
        certain = certain and told is not None and told == by_numbers
    return CoverFact(name="expected_entries", value=counted, certain=certain) if counted else None


def _number(text: str) -> int | None:
    digits = re.fullmatch(r"\D{0,2}0*(\d{1,5})\D{0,2}", text.translate(_SLIPS).strip())
    return int(digits.group(1)) if digits else None
