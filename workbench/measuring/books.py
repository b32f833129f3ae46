"""Books read from their first entry to their last while a clerk confirms: what each part of the reading is worth.

A simulated clerk puts every field right, entry by entry. Each entry is counted as it stands when the clerk comes to it:
read by itself, weighed with its book, weighed with what was confirmed before, and read with the hand learned so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmark.drawing.saved_book import draw_book
from benchmark.letters import folded, keystrokes, same_standard
from benchmark.truth import TruePage, TrueValue, read_truth
from corrections.book_evidence.decide import decide_book
from corrections.book_evidence.ink import EntryInk, FieldInk, entry_ink
from corrections.entries import Book, FieldState, FieldValue
from corrections.prefill import prefill_entry
from corrections.thresholds import DEFAULT_THRESHOLDS
from layouts.columns import Column, FieldKind, columns_by_name
from ocr.batch.local_engine import run_pages
from ocr.batch.page_reader import read_task
from ocr.handwriting.book_hand import HandLine
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.hands_by_writer import learn_hands
from ocr.page.hand_lessons import lines_of_pages
from ocr.readings import EntryReading, PageReading, PageTask
from vietnamese.units import office_place
from workbench.measuring.book_curve import TEN, BookCurve, Part, Stretch, together
from workbench.measuring.kept_readings import KeptReadings

__all__ = ["MeasuredClerk", "draw_books", "measure_books"]

_PATIENT = 600.0
"""Seconds a page may take where nobody waits."""
_FORMS = ("birth-2006", "marriage-2006")
"""Forms with one entry a page, whose number follows the page."""
_DRAWN_SEED = 90_417
"""Of the books drawn for this measure; nothing is tuned on them."""

Advance = Callable[[], None]


def draw_books(out: Path, entries: int, hands: int) -> list[Path]:
    """Draw books in pen fonts, one after the other of the forms, each in a folder of its own."""
    folders = []
    for number in range(hands):
        form = _FORMS[number % len(_FORMS)]
        folder = out / f"{number:02d}-{form}"
        draw_book(form, ink="hand", pages=entries, seed=_DRAWN_SEED + number, out=folder)
        folders.append(folder)
    return folders


def measure_books(
    folders: Sequence[Path],
    *,
    workers: int,
    timeout: float,
    hand: bool,
    advance: Advance,
    keep: Path | None = None,
) -> BookCurve:
    """Let a clerk work through books.

    Args:
        folders: one book each, with its `truth.jsonl`; pages in the order of their names, one entry or more a page.
        workers: reading processes.
        timeout: seconds a page may take.
        hand: learn the hand after every ten entries and read the waiting pages again, which takes as long once more.
        advance: called after each page read.
        keep: folder in which readings are kept for the next time; None: none.

    Raises:
        OSError, ValueError: a truth file cannot be read.
    """
    counted: dict[tuple[Part, int], Stretch] = {}
    kept = KeptReadings(keep)
    for folder in folders:
        clerk = MeasuredClerk(folder, workers, timeout, advance, kept)
        clerk.work(hand=hand)
        for key, stretch in clerk.counted.items():
            before = counted.get(key)
            counted[key] = stretch if before is None else together(before, stretch)
    order = {part: place for place, part in enumerate(Part)}
    stretches = sorted(counted.values(), key=lambda s: (order[s.part], s.first))
    return BookCurve(books=tuple(folder.name for folder in folders), stretches=tuple(stretches))


@dataclass(frozen=True, slots=True)
class _Place:
    """An entry of the book: its page, its slot there, and what stands in it."""

    page: int
    slot: int
    truth: Mapping[str, TrueValue]


class MeasuredClerk:
    """One book and the clerk who confirms it."""

    def __init__(
        self, folder: Path, workers: int, timeout: float, advance: Advance, kept: KeptReadings | None = None
    ) -> None:
        pages = sorted(read_truth(folder), key=lambda page: page.path.name)
        self.pages = [page for page in pages if page.entries]
        self.entries = [
            _Place(at, slot, {value.column: value for value in entry})
            for at, page in enumerate(self.pages)
            for slot, entry in enumerate(page.entries)
        ]
        self.book = _declared(self.pages)
        self.columns: Mapping[str, Column] = columns_by_name(self.book.register_type)
        self.workers, self.timeout, self.advance = workers, timeout, advance
        self.counted: dict[tuple[Part, int], Stretch] = {}
        self._recogniser = HandwritingRecogniser()
        self._kept = kept or KeptReadings(None)
        self._cut: set[int] = set()
        self._lines: list[tuple[HandLine, str, str]] = []
        self._offered: dict[Part, list[Mapping[str, str]]] = {part: [{} for _ in self.entries] for part in Part}

    @classmethod
    def of(cls, folder: Path) -> MeasuredClerk:
        """The clerk of one book, its pages read in this process one after the other."""
        return cls(folder, 1, _PATIENT, lambda: None)

    def read(self) -> dict[int, EntryInk]:
        """The evidence of all entries of the book, by their place in it."""
        return self._read(range(len(self.pages)))

    def work(self, *, hand: bool) -> None:
        """Read the book and count every entry by every part."""
        inks = self.read()
        self._count(Part.ALONE, range(len(self.entries)), inks, confirmed=False, weighed=False)
        self._count(Part.BOOK, range(len(self.entries)), inks, confirmed=False, weighed=True)
        self._count(Part.CONFIRMED, range(len(self.entries)), inks, confirmed=True, weighed=True)
        if hand:
            self._with_hand(inks)

    def _with_hand(self, inks: dict[int, EntryInk]) -> None:
        """Ten by ten: learn from what is confirmed, read the next ten again."""
        known = dict(inks)
        for first in range(0, len(self.entries), TEN):
            ten = range(first, min(first + TEN, len(self.entries)))
            learned = self._learned(first) if first else b""
            if learned:
                known |= self._read(sorted({self.entries[at].page for at in ten}), learned)
            self._count(Part.HAND, ten, known, confirmed=True, weighed=True)

    def _learned(self, until: int) -> bytes:
        """The hand by the lines of the entries before one; empty when they bring nothing. Pages are cut once."""
        texts: dict[int, dict[int, dict[str, str]]] = {}
        for place in self.entries[:until]:
            written = {name: value.written for name, value in place.truth.items() if value.written and value.ink}
            texts.setdefault(place.page, {})[place.slot] = written
        new = [(self._task(page), known, "") for page, known in texts.items() if page not in self._cut]
        self._cut |= texts.keys()
        self._lines += lines_of_pages(new, self._recogniser)
        return learn_hands(self._lines, self._recogniser.letters, self._recogniser.version).hands.common

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
        known = {page: self._kept.of(self._task(page, hand)) for page in pages}
        tasks = ((page, self._task(page, hand)) for page in pages if known[page] is None)
        for page, read in run_pages(tasks, reader=read_task, workers=self.workers, timeout=self.timeout):
            known[page] = read
            self._kept.keep(self._task(page, hand), read)
            self.advance()
        found: dict[tuple[int, int], EntryReading] = {}
        for page, outcome in known.items():
            if isinstance(outcome, PageReading):
                found |= {(page, slot): entry for slot, entry in enumerate(outcome.entries)}
        inks: dict[int, EntryInk] = {}
        for at, place in enumerate(self.entries):
            entry = found.get((place.page, place.slot))
            if place.page in pages:
                inks[at] = self._ink(entry) if entry is not None else EntryInk(fields={})
        return inks

    def _ink(self, entry: EntryReading) -> EntryInk:
        values, findings = prefill_entry(entry, self.book.register_type, book=self.book, thresholds=DEFAULT_THRESHOLDS)
        return entry_ink(entry, self.columns, values, self.book, findings)

    def _count(
        self, part: Part, wanted: range, inks: Mapping[int, EntryInk], *, confirmed: bool, weighed: bool
    ) -> None:
        right = [self.confirmed(at, inks[at]) for at in range(len(self.entries))]
        first = [inks[at] for at in range(len(self.entries))]
        offered = self._offered[part]
        for at in wanted:
            values = {name: field.first for name, field in first[at].fields.items()}
            if weighed:
                book = [*(right[:at] if confirmed else first[:at]), *first[at:]]
                decided = decide_book(
                    book,
                    self.book.register_type,
                    self.book,
                    thresholds=DEFAULT_THRESHOLDS,
                    first=first,
                    offered=offered,
                    only=(at,),
                )[at]
                values |= decided.values
                offered[at] = {name: value.normalized for name, value in values.items()}
            self._add(part, at, values)

    def confirmed(self, at: int, ink: EntryInk) -> EntryInk:
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
        key = (part, at // TEN)
        old = self.counted.get(key) or Stretch(
            part=part, first=at // TEN * TEN + 1, fields=0, exact=0, silent=0, keys=0, entries=0
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
