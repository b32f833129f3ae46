"""What is counted while a clerk works through books: fields right, silent errors and keys, by tens and by part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

__all__ = ["TEN", "BookCurve", "Part", "Stretch", "curve_table", "together"]

TEN = 10
"""Entries counted together, and after which a hand is learned anew."""


class Part(StrEnum):
    """What an entry is read by."""

    ALONE = "alone"
    """The entry by itself, office and volume known."""
    BOOK = "book"
    """Weighed with all entries of the book, nothing confirmed."""
    CONFIRMED = "confirmed"
    """The same, all entries before it confirmed."""
    HAND = "hand"
    """The same, read with the hand learned from the tens of entries confirmed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Ten entries read by one part.

    Attributes:
        part: what they were read by.
        first: number of the first entry in its book, from 1.
        fields: fields that the truth names.
        exact: those right to the last sign.
        silent: those wrong and not shown for review.
        keys: key presses of the clerk, the one that confirms each entry included.
        entries: how many entries.
    """

    part: Part
    first: int
    fields: int
    exact: int
    silent: int
    keys: int
    entries: int

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {
            "part": self.part.value,
            "entries": f"{self.first}-{self.first + TEN - 1}",
            "fields": self.fields,
            "wrong": self.fields - self.exact,
            "exact": round(self.exact / max(1, self.fields), 4),
            "silent": round(self.silent / max(1, self.fields), 4),
            "keys_per_entry": round(self.keys / max(1, self.entries), 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCurve:
    """How well books are read as their clerk goes on.

    Attributes:
        books: names of the books.
        stretches: by part and tens of entries, all books together.
    """

    books: tuple[str, ...]
    stretches: tuple[Stretch, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        last = max((s.first for s in self.stretches), default=1)
        late = [s for s in self.stretches if s.first > last - 2 * TEN]
        wrong = {p: sum(s.fields - s.exact for s in late if s.part is p) for p in Part}
        known = {s.part for s in self.stretches}
        return {
            "books": list(self.books),
            "curve": [stretch.as_json() for stretch in self.stretches],
            "wrong_left": {p.value: round(wrong[p] / max(1, wrong[Part.ALONE]), 4) for p in Part if p in known},
            "wrong_left_of": f"{last - TEN}-{last + TEN - 1}",
        }


def together(one: Stretch, other: Stretch) -> Stretch:
    """Two stretches of the same part and place as one."""
    summed = {n: getattr(one, n) + getattr(other, n) for n in ("fields", "exact", "silent", "keys", "entries")}
    return replace(one, **summed)


def curve_table(curve: BookCurve) -> str:
    """The curve as Markdown, a row for each ten entries."""
    names = {Part.ALONE: "từng trường hợp", Part.BOOK: "cả quyển", Part.CONFIRMED: "và điều đã xác nhận",
             Part.HAND: "và nét chữ học được"}  # fmt: skip
    rows = [
        f"Sổ: {', '.join(curve.books)}",
        "",
        "| trường hợp | đọc bằng | đúng hẳn % | sai mà không báo % | phím mỗi trường hợp |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for stretch in curve.stretches:
        data = stretch.as_json()
        rows.append(
            f"| {data['entries']} | {names[stretch.part]} | {100 * data['exact']:.1f} | {100 * data['silent']:.2f} "
            f"| {data['keys_per_entry']:.1f} |"
        )
    return "\n".join(rows) + "\n"
