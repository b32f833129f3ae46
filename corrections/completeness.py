"""Completeness of a book: every page slot explained, every number there once.

A book may be closed only when nothing is left unexplained; the report names each slot and each number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CompletenessReport", "NumberGap", "Slot", "SlotKind", "check_completeness", "number_of"]


class SlotKind(StrEnum):
    """What stands in a place of a book where an entry could be."""

    ENTRY = "entry"
    BLANK = "blank"
    CANCELLED = "cancelled"
    TORN = "torn"
    COVER = "cover"
    CLOSING = "closing"
    UNREAD = "unread"
    """A page without a reading, or one that failed: nobody knows what is on it."""
    UNEXPLAINED = "unexplained"
    """Set aside, or empty, and nobody has said why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of a book, in the order of the pages."""

    page: int
    """Place of the page in the book, from 1, as people count."""
    region: int = 0
    kind: SlotKind
    entry_id: int | None = None
    number: str = ""
    """Registration number of an entry."""
    year: int | None = None
    """Registration year: numbers begin again at 1 every year."""
    done: bool = False
    """Approved (or explained, for slots without entry)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGap:
    """Numbers of a year that no entry has."""

    year: int
    first: int
    last: int

    def __str__(self) -> str:
        span = f"số {self.first}" if self.first == self.last else f"số {self.first} đến {self.last}"
        return f"{span} năm {self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessReport:
    """What is known and what is missing."""

    entries: int
    unexplained: tuple[Slot, ...]
    not_done: tuple[Slot, ...]
    """Entries nobody has approved yet."""
    gaps: tuple[NumberGap, ...]
    repeats: tuple[tuple[int, int, tuple[int, ...]], ...]
    """(year, number, ids of the entries that share it)."""
    unnumbered: tuple[Slot, ...]
    """Entries without a number or a year."""
    count_difference: int | None
    """Entries found minus entries expected; None when nobody has counted."""
    messages: tuple[str, ...]
    """Vietnamese, one a problem, in page order."""

    @property
    def closable(self) -> bool:
        """Whether nothing is left unexplained: the book may be closed and exported as whole."""
        return not (self.unexplained or self.not_done or self.gaps or self.repeats or self.unnumbered) and (
            not self.count_difference
        )


def number_of(text: str) -> int | None:
    """The running number in `45`, `045/1998`, `12a`; None when there is none."""
    match = re.match(r"\s*0*(\d{1,5})", text)
    return int(match.group(1)) if match else None


def check_completeness(
    slots: Iterable[Slot],
    *,
    expected_entries: int | None = None,
    starts_at: dict[int, int] | None = None,
    explained_numbers: Iterable[tuple[int, int]] = (),
) -> CompletenessReport:
    """Whether each slot is explained and the numbers of each year run from 1 without gap or repeat.

    Args:
        slots: all slots of the book in page order.
        expected_entries: as the inventory counts, None when unknown.
        starts_at: first number of a year where it is not 1: a second volume of the same year runs on.
        explained_numbers: (year, number) that a person has explained as never given, lost or in another volume.
    """
    ordered = list(slots)
    entries = [slot for slot in ordered if slot.kind is SlotKind.ENTRY]
    unexplained = tuple(s for s in ordered if s.kind in (SlotKind.UNEXPLAINED, SlotKind.UNREAD))
    not_done = tuple(s for s in entries if not s.done)
    numbered, unnumbered = _numbered(entries)
    gaps = _gaps(numbered, starts_at or {}, frozenset(explained_numbers))
    repeats = _repeats(numbered)
    difference = None if expected_entries is None else len(entries) - expected_entries
    messages = (
        *(_slot_message(slot) for slot in unexplained),
        *(f"Trang {s.page}: trường hợp chưa có số hoặc năm đăng ký." for s in unnumbered),
        *(f"Thiếu {gap}." for gap in gaps),
        *(f"Số {number} năm {year} có {len(ids)} trường hợp." for year, number, ids in repeats),
        *([f"Còn {len(not_done)} trường hợp chưa duyệt."] if not_done else []),
        *([_count_message(len(entries), expected_entries)] if difference else []),
    )
    return CompletenessReport(
        entries=len(entries),
        unexplained=unexplained,
        not_done=not_done,
        gaps=gaps,
        repeats=repeats,
        unnumbered=unnumbered,
        count_difference=difference,
        messages=messages,
    )


def _numbered(entries: list[Slot]) -> tuple[list[tuple[int, int, Slot]], tuple[Slot, ...]]:
    numbered: list[tuple[int, int, Slot]] = []
    unnumbered: list[Slot] = []
    for slot in entries:
        number = number_of(slot.number)
        if number is None or slot.year is None:
            unnumbered.append(slot)
        else:
            numbered.append((slot.year, number, slot))
    return numbered, tuple(unnumbered)


def _gaps(
    numbered: list[tuple[int, int, Slot]], starts_at: dict[int, int], explained: frozenset[tuple[int, int]]
) -> tuple[NumberGap, ...]:
    found: list[NumberGap] = []
    for year in sorted({year for year, _, _ in numbered}):
        present = {number for y, number, _ in numbered if y == year} | {n for y, n in explained if y == year}
        missing = [n for n in range(starts_at.get(year, 1), max(present) + 1) if n not in present]
        found += _runs(year, missing)
    return tuple(found)


def _runs(year: int, missing: list[int]) -> list[NumberGap]:
    runs: list[NumberGap] = []
    for number in missing:
        if runs and runs[-1].last == number - 1:
            runs[-1] = NumberGap(year=year, first=runs[-1].first, last=number)
        else:
            runs.append(NumberGap(year=year, first=number, last=number))
    return runs


def _repeats(numbered: list[tuple[int, int, Slot]]) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    """Numbers several entries share; `12` and `12a` are two numbers of one slot each, not a repeat."""
    keys = [(year, number, slot.number.strip().lstrip("0").split("/")[0].casefold()) for year, number, slot in numbered]
    counts = Counter(keys)
    found = []
    for key in sorted(key for key, count in counts.items() if count > 1):
        ids = tuple(slot.entry_id or 0 for (_, _, slot), other in zip(numbered, keys, strict=True) if other == key)
        found.append((key[0], key[1], ids))
    return tuple(found)


def _slot_message(slot: Slot) -> str:
    place = f"Trang {slot.page}" + (f", ô {slot.region + 1}" if slot.region else "")
    if slot.kind is SlotKind.UNREAD:
        return f"{place}: chưa đọc được; hãy đọc lại hoặc nhập tay."
    return f"{place}: chưa rõ là trường hợp, trang trống, hủy hay rách; hãy giải thích."


def _count_message(found: int, expected: int | None) -> str:
    return f"Tìm thấy {found} trường hợp, sổ kiểm kê ghi {expected}; hãy đếm lại."
