"""What a book's cover and closing statement say of the book, in the form its record takes; a person confirms it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corrections.dates import PartialDate, parse_date
from corrections.entries import Book
from corrections.normalise import normalise
from layouts.columns import column
from vietnamese.addresses import UnitKind, kinds_named
from vietnamese.calendar_limits import YEARS_OF_BOOKS

__all__ = ["CoverFact", "CoverPage", "cover_facts"]

_SURE = 0.9
"""Confidence from which a figure written by hand is taken without a second place that says it."""
_SHORTEST_OFFICE = 3
"""Letters of an office's name, at least: fewer are specks."""
_LAST_DAY = "31.12."
"""Books are closed on the last day of the year; another day is looked at."""
_SLIPS = str.maketrans({"o": "0", "O": "0", "Ô": "0", "l": "1", "I": "1", "|": "1", "đ": "3", "z": "2", "Z": "2"})
_ALSO = {"district": "huyện", "province": "tỉnh"}
_ABOVE_COMMUNE = {UnitKind.DISTRICT, UnitKind.PROVINCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFact:
    """One value for the record of a book."""

    name: str
    """A field of `Book`."""
    value: str | int
    certain: bool
    """Whether it was read surely, and figures that depend on each other agree."""
    sure: float
    """How sure the reading is, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverPage:
    """What was read of one cover or closing statement."""

    values: Mapping[str, str]
    sure: Mapping[str, float] = field(default_factory=dict)
    """By name how sure each value is; what is not named is not."""


@dataclass(slots=True)
class _Read:
    """What all covers and closings of a book say, by name: texts and how sure each is."""

    texts: dict[str, list[tuple[str, float]]] = field(default_factory=dict)

    def first(self, name: str) -> tuple[str, float]:
        """The first text told for a column, and how sure it is (0..1); ("", 0.0) where none is."""
        return next(iter(self.texts.get(name, [])), ("", 0.0))

    def last(self, name: str) -> tuple[str, float]:
        """The last one, in the same way."""
        return next(reversed(self.texts.get(name, [])), ("", 0.0))


def cover_facts(book: Book, pages: Iterable[CoverPage]) -> tuple[CoverFact, ...]:
    """Values of the book from its covers and closings, in the order of a form; only what could be read.

    A book that went on into further years has several closings: it ends with the last, and its entries add up.

    Args:
        book: as it is recorded.
        pages: what was read of each cover and closing, in page order.
    """
    read = _Read()
    closings = []
    for page in pages:
        for name, text in page.values.items():
            read.texts.setdefault(name, []).append((text, page.sure.get(name, 0.0)))
        if "entries" in page.values or "last_number" in page.values:
            closings.append(page)
    opened, closed = _date(read.first("opened_on")[0]), _date(read.last("closed_on")[0])
    facts = [_volume(book, *read.first("quyenSo"), opened), _office(read)]
    facts.append(_opening(book, opened, closed, read.first("opened_on")[1]))
    facts.append(_closing(read, opened, closed))
    facts.append(_entries(closings))
    pages_counted, sure = read.last("pages")
    counted = _number(pages_counted)
    if counted:
        facts.append(CoverFact(name="pages", value=counted, certain=False, sure=sure))
    return tuple(fact for fact in facts if fact is not None)


def _date(text: str) -> PartialDate | None:
    found = parse_date(text.translate(_SLIPS)).date if text else None
    return found if found is not None and found.valid and found.complete and found.year in YEARS_OF_BOOKS else None


def _volume(book: Book, text: str, sure: float, opened: PartialDate | None) -> CoverFact | None:
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
    of_type = column(book.register_type, "quyenSo")
    value = normalise(of_type, f"{number.group(1)}/{told}").value
    agrees = opened is None or (year is not None and told == opened.year)
    return CoverFact(name="volume_number", value=value, certain=agrees and sure >= _SURE, sure=sure)


def _office(read: _Read) -> CoverFact | None:
    name, sure = read.first("noiDangKy")
    if len(name) < _SHORTEST_OFFICE:
        return None
    if "ubnd" not in name.casefold() and "ủy ban" not in name.casefold():
        level = "" if UnitKind.COMMUNE in kinds_named(name) else "xã "
        name = f"UBND {level}{name}"
    for part, kind in _ALSO.items():
        text, part_sure = read.first(part)
        if text:
            sure = min(sure, part_sure)
            lead = "" if _ABOVE_COMMUNE & set(kinds_named(text)) else f"{kind} "
            name += f", {lead}{text}"
    return CoverFact(name="office", value=name, certain=False, sure=sure)


def _opening(book: Book, day: PartialDate | None, closed: PartialDate | None, sure: float) -> CoverFact | None:
    """The opening day; certain when read surely and its year is that of the volume."""
    if day is None:
        return None
    of_volume = str(day.year) == book.volume_number.rpartition("/")[2] or not book.volume_number
    certain = sure >= _SURE and of_volume and _in_order(day, closed)
    return CoverFact(name="opened_on", value=day.standard, certain=certain, sure=sure)


def _closing(read: _Read, opened: PartialDate | None, day: PartialDate | None) -> CoverFact | None:
    """The closing day; certain when cover and closing agree, or when read surely and the usual last day of a year."""
    if day is None:
        return None
    _, sure = read.last("closed_on")
    told = [found for found in map(_date, (text for text, _ in read.texts["closed_on"])) if found is not None]
    same_year = [found.standard for found in told if found.year == day.year]  # a book that went on has several
    agree = len(same_year) > 1 and set(same_year) == {day.standard}
    usual = sure >= _SURE and day.standard.startswith(_LAST_DAY) and set(same_year) == {day.standard}
    return CoverFact(
        name="closed_on", value=day.standard, certain=(agree or usual) and _in_order(opened, day), sure=sure
    )


def _in_order(opened: PartialDate | None, closed: PartialDate | None) -> bool:
    return opened is None or closed is None or opened.earliest <= closed.earliest


def _entries(closings: list[CoverPage]) -> CoverFact | None:
    """How many entries the closings count; first and last number prove or replace the count."""
    counted, certain, sure = 0, True, 1.0
    for page in closings:
        values = page.values
        told = _number(values.get("entries", ""))
        first, last = _number(values.get("first_number", "")), _number(values.get("last_number", ""))
        by_numbers = last - first + 1 if first and last and last >= first else None
        count = told if told is not None else by_numbers
        if count is None:
            return None
        counted += count
        certain = certain and told is not None and told == by_numbers
        sure = min(sure, page.sure.get("entries", 0.0))
    return CoverFact(name="expected_entries", value=counted, certain=certain, sure=sure) if counted else None


def _number(text: str) -> int | None:
    digits = re.fullmatch(r"\D{0,2}0*(\d{1,5})\D{0,2}", text.translate(_SLIPS).strip())
    return int(digits.group(1)) if digits else None
