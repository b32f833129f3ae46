"""Books read from their first entry to their last while a clerk confirms: what each part of the reading is worth.

A simulated clerk puts every field right, entry by entry. Each entry is counted as it stands when the clerk comes to it:
read by itself, weighed with its book, weighed with what was confirmed before, and read with the hand learned so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from benchmark.drawing.saved_book import draw_book
from benchmark.letters import folded, keystrokes, same_standard
from benchmark.truth import TruePage, TrueValue, read_truth
from corrections.book_evidence.decide import decide_book
from corrections.book_evidence.ink import EntryInk, FieldInk, entry_ink
from corrections.entries import Book, FieldState, FieldValue
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.columns import Column, FieldKind, columns
from ocr.batch.local_engine import run_pages
from ocr.batch.page_reader import read_task
from ocr.page.hand_lessons import learn_from_pages
from ocr.readings import EntryReading, PageReading, PageTask
from vietnamese.units import office_place

__all__ = ["BookCurve", "Part", "curve_table", "draw_books", "measure_books"]

_TEN = 10
_FORMS = ("birth-2006", "marriage-2006")
"""Forms with one entry a page, whose number follows the page."""
_DRAWN_SEED = 90_417
"""Of the books drawn for this measure; nothing is tuned on them."""

Advance = Callable[[], None]


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
            "entries": f"{self.first}-{self.first + _TEN - 1}",
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
        late = [s for s in self.stretches if s.first > last - 2 * _TEN]
        wrong = {p: sum(s.fields - s.exact for s in late if s.part is p) for p in Part}
        known = {s.part for s in self.stretches}
        return {
            "books": list(self.books),
            "curve": [stretch.as_json() for stretch in self.stretches],
            "wrong_left": {p.value: round(wrong[p] / max(1, wrong[Part.ALONE]), 4) for p in Part if p in known},
            "wrong_left_of": f"{last - _TEN}-{last + _TEN - 1}",
        }


def draw_books(out: Path, entries: int, hands: int) -> list[Path]:
    """Draw books in pen fonts, one after the other of the forms, each in a folder of its own."""
    folders = []
    for number in range(hands):
        form = _FORMS[number % len(_FORMS)]
        folder = out / f"{number:02d}-{form}"
        draw_book(form, ink="hand", pages=entries, seed=_DRAWN_SEED + number, out=folder)
        folders.append(folder)
    return folders


def measure_books(folders: Sequence[Path], *, workers: int, timeout: float, hand: bool, advance: Advance) -> BookCurve:
    """Let a clerk work through books.

    Args:
        folders: one book each, with its `truth.jsonl`; pages in the order of their names, one entry or more a page.
        workers: reading processes.
        timeout: seconds a page may take.
        hand: learn the hand after every ten entries and read the waiting pages again, which takes as long once more.
        advance: called after each page read.

    Raises:
        OSError, ValueError: a truth file cannot be read.
    """
    counted: dict[tuple[Part, int], Stretch] = {}
    for folder in folders:
        clerk = _Clerk(folder, workers, timeout, advance)
        clerk.work(hand=hand)
        for key, stretch in clerk.counted.items():
            before = counted.get(key)
            counted[key] = stretch if before is None else _together(before, stretch)
    order = {part: place for place, part in enumerate(Part)}
    stretches = sorted(counted.values(), key=lambda s: (order[s.part], s.first))
    return BookCurve(books=tuple(folder.name for folder in folders), stretches=tuple(stretches))


def _together(one: Stretch, other: Stretch) -> Stretch:
    summed = {n: getattr(one, n) + getattr(other, n) for n in ("fields", "exact", "silent", "keys", "entries")}
    return replace(one, **summed)


@dataclass(frozen=True, slots=True)
class _Place:
    """An entry of the book: its page, its slot there, and what stands in it."""

    page: int
    slot: int
    truth: Mapping[str, TrueValue]


class _Clerk:
    """One book and the clerk who confirms it."""

    def __init__(self, folder: Path, workers: int, timeout: float, advance: Advance) -> None:
        pages = sorted(read_truth(folder), key=lambda page: page.path.name)
        self.pages = [page for page in pages if page.entries]
        self.entries = [
            _Place(at, slot, {value.column: value for value in entry})
            for at, page in enumerate(self.pages)
            for slot, entry in enumerate(page.entries)
        ]
        self.book = _declared(self.pages)
        self.columns: Mapping[str, Column] = {c.name: c for c in columns(self.book.register_type)}
        self.workers, self.timeout, self.advance = workers, timeout, advance
        self.counted: dict[tuple[Part, int], Stretch] = {}

    def work(self, *, hand: bool) -> None:
        """Read the book and count every entry by every part."""
        inks = self._read(range(len(self.pages)))
        self._count(Part.ALONE, range(len(self.entries)), inks, confirmed=False, weighed=False)
        self._count(Part.BOOK, range(len(self.entries)), inks, confirmed=False, weighed=True)
        self._count(Part.CONFIRMED, range(len(self.entries)), inks, confirmed=True, weighed=True)
        if hand:
            self._with_hand(inks)

    def _with_hand(self, inks: dict[int, EntryInk]) -> None:
        """Ten by ten: learn from what is confirmed, read the next ten again."""
        known = dict(inks)
        for first in range(0, len(self.entries), _TEN):
            ten = range(first, min(first + _TEN, len(self.entries)))
            learned = self._learned(first) if first else b""
            if learned:
                known |= self._read(sorted({self.entries[at].page for at in ten}), learned)
            self._count(Part.HAND, ten, known, confirmed=True, weighed=True)

    def _learned(self, until: int) -> bytes:
        """The hand by the lines of the entries before one; empty when they bring nothing."""
        texts: dict[int, dict[int, dict[str, str]]] = {}
        for place in self.entries[:until]:
            written = {name: value.written for name, value in place.truth.items() if value.written and value.ink}
            texts.setdefault(place.page, {})[place.slot] = written
        learned, _ = learn_from_pages([(self._task(page), known) for page, known in texts.items()])
        return learned.hand.to_bytes() if learned.hand is not None else b""

    def _task(self, page: int, hand: bytes = b"") -> PageTask:
        place = office_place(self.book.office, self.book.volume_number)
        return PageTask(
            source=str(self.pages[page].path),
            register_type=self.book.register_type,
            forms=(self.pages[page].form,),
            book_place=place,
            book_hand=hand,
        )

    def _read(self, pages: Sequence[int], hand: bytes = b"") -> dict[int, EntryInk]:
        """The evidence of the entries of some pages, by their place in the book; a page that fails has none."""
        tasks = ((page, self._task(page, hand)) for page in pages)
        found: dict[tuple[int, int], EntryReading] = {}
        for page, outcome in run_pages(tasks, reader=read_task, workers=self.workers, timeout=self.timeout):
            if isinstance(outcome, PageReading):
                found |= {(page, slot): entry for slot, entry in enumerate(outcome.entries)}
            self.advance()
        inks: dict[int, EntryInk] = {}
        for at, place in enumerate(self.entries):
            entry = found.get((place.page, place.slot))
            if place.page in pages:
                inks[at] = self._ink(entry) if entry is not None else EntryInk(fields={})
        return inks

    def _ink(self, entry: EntryReading) -> EntryInk:
        values, _ = prefill_entry(entry, self.book.register_type, book=self.book, thresholds=DEFAULT_THRESHOLDS)
        return entry_ink(entry, self.columns, values, self.book)

    def _count(
        self, part: Part, wanted: range, inks: Mapping[int, EntryInk], *, confirmed: bool, weighed: bool
    ) -> None:
        right = [self._confirmed(at, inks[at]) for at in range(len(self.entries))]
        first = [inks[at] for at in range(len(self.entries))]
        for at in wanted:
            values = {name: field.first for name, field in first[at].fields.items()}
            if weighed:
                book = [*(right[:at] if confirmed else first[:at]), *first[at:]]
                decided = decide_book(
                    book, self.book.register_type, self.book, thresholds=DEFAULT_THRESHOLDS, first=first, only=(at,)
                )[at]
                values |= decided.values
            self._add(part, at, values)

    def _confirmed(self, at: int, ink: EntryInk) -> EntryInk:
        """The entry as the clerk leaves it."""
        fields = dict(ink.fields)
        for name, value in self.entries[at].truth.items():
            final = FieldValue(
                column=name,
                text=value.written,
                normalized=value.standard,
                state=FieldState.WRITTEN if value.written else FieldState.BLANK,
                confidence=1.0,
                needs_review=False,
                confirmed=True,
            )
            fields[name] = FieldInk(first=final)
        return EntryInk(fields=fields)

    def _add(self, part: Part, at: int, values: Mapping[str, FieldValue]) -> None:
        key = (part, at // _TEN)
        old = self.counted.get(key) or Stretch(
            part=part, first=at // _TEN * _TEN + 1, fields=0, exact=0, silent=0, keys=0, entries=0
        )
        exact = silent = keys = 0
        for name, true in self.entries[at].truth.items():
            value = values.get(name)
            shown, flagged = (value.normalized, value.needs_review) if value else ("", True)
            title = name in self.columns and self.columns[name].kind is FieldKind.TITLE
            right = same_standard(true.standard, shown, title=title)
            exact += right
            silent += not right and not flagged
            keys += int(flagged) + (0 if right else keystrokes(folded(true.standard), folded(shown)))
        self.counted[key] = replace(
            old,
            fields=old.fields + len(self.entries[at].truth),
            exact=old.exact + exact,
            silent=old.silent + silent,
            keys=old.keys + keys + 1,
            entries=old.entries + 1,
        )


def _declared(pages: Sequence[TruePage]) -> Book:
    """The book's record as the office would declare it: type, and the usual volume and authority of its entries."""
    if not pages:
        raise ValueError("quyển sổ không có trang nào có đáp án")

    def usual(name: str) -> str:
        seen = Counter(v.standard for page in pages for entry in page.entries for v in entry if v.column == name)
        return max(seen, key=lambda text: seen[text], default="")

    return Book(
        id=0,
        register_type=pages[0].register_type,
        volume_number=usual("quyenSo"),
        office=usual("noiDangKy") or usual("noiCap"),
    )


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
