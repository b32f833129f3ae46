"""What a book teaches about each of its pages: which form it is, where its labels stand, which scans lie next to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeGuard

from layouts.register_types import RegisterType
from ocr.batch.local_engine import PageOutcome
from ocr.handwriting.hands_by_writer import BookHands
from ocr.readings import PageReading
from storage.books import get_book
from storage.evidence import hand_of
from storage.pages import PageRow, book_pages
from storage.readings import get_reading
from vietnamese.units import UNKNOWN_PLACE, BookPlace, office_place
from workbench.services.context import Context
from workbench.services.writers_of_pages import writers_of_pages

__all__ = ["BookLessons", "Lesson"]

_SURE_FORM = 0.85
"""Score of a page's form from which the page tells of which form the book is."""
_ENOUGH = 3
"""Pages that must agree before they speak for their book."""
_KEPT = 12
"""Pages remembered of a book: a printing does not change within it, old stock may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is known of a book before a page of it is read."""

    register_type: RegisterType | None
    form: str | None = None
    geometry: tuple[tuple[str, float, float], ...] = ()
    place: BookPlace = UNKNOWN_PLACE
    hand: bytes = b""


_Place = tuple[str, int, str]
"""A page's scan: digest, index in the file, suffix."""


@dataclass(slots=True)
class _Memory:
    register_type: RegisterType | None
    place: BookPlace = UNKNOWN_PLACE
    hands: BookHands = field(default_factory=BookHands)
    writers: Mapping[int, str] = field(default_factory=dict)
    sure: list[PageReading] = field(default_factory=list)
    scans: tuple[_Place, ...] = ()
    """Scans of the book in order, the two halves of an open book once."""


class BookLessons:
    """Lessons of all books of a run, filled from the record first and from the run as it goes."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._books: dict[int, _Memory] = {}

    def of(self, book_id: int, page_id: int | None = None) -> Lesson:
        """What is known of a book, and for a page of it, of the hand that wrote there."""
        memory = self._memory(book_id)
        forms = Counter(reading.layout for reading in memory.sure)
        form = forms.most_common(1)[0][0] if len(memory.sure) >= _ENOUGH else None
        same = [reading for reading in memory.sure if form is not None and reading.layout == form]
        return Lesson(
            register_type=memory.register_type,
            form=form,
            geometry=_typical(same),
            place=memory.place,
            hand=memory.hands.of(memory.writers.get(page_id or 0, "")),
        )

    def neighbours(self, page: PageRow) -> tuple[tuple[str, int] | None, tuple[str, int] | None]:
        """Scan file and index of the pages before and after a page; None at the ends of the book."""
        order = self._memory(page.book_id).scans
        if _place(page) not in order:  # added since the run began
            return None, None
        at = order.index(_place(page))
        return self._file(order[at - 1] if at else None), self._file(order[at + 1] if at + 1 < len(order) else None)

    def _file(self, place: _Place | None) -> tuple[str, int] | None:
        if place is None:
            return None
        sha256, index, suffix = place
        return str(self._ctx.scans.place(sha256, suffix)), index

    def learn(self, book_id: int, outcome: PageOutcome) -> None:
        """Take in a page just read."""
        if _is_sure(outcome):
            sure = self._memory(book_id).sure
            sure.append(outcome)
            del sure[:-_KEPT]

    def _memory(self, book_id: int) -> _Memory:
        if book_id not in self._books:
            self._books[book_id] = self._remembered(book_id)
        return self._books[book_id]

    def _remembered(self, book_id: int) -> _Memory:
        with self._ctx.read() as connection:
            book = get_book(connection, book_id)
            pages = book_pages(connection, book_id)
            read = [page for page in pages if page.reading_id is not None]
            hand = hand_of(connection, book_id)
            hands = BookHands.from_bytes(hand.content if hand else b"")
            writers = writers_of_pages(connection, book_id) if hands.own else {}
            readings = [get_reading(connection, page.reading_id or 0) for page in read[-_KEPT:]]
        sure = [reading for reading in readings if reading is not None and _is_sure(reading)]
        scans = tuple(dict.fromkeys(_place(page) for page in pages if page.has_picture))
        if book is None:
            return _Memory(register_type=None, sure=sure, scans=scans)
        place = office_place(book.office, book.volume_number)
        return _Memory(
            register_type=book.register_type, place=place, hands=hands, writers=writers, sure=sure, scans=scans
        )


def _place(page: PageRow) -> _Place:
    return page.scan_sha256, page.scan_index, page.suffix


def _is_sure(outcome: PageOutcome) -> TypeGuard[PageReading]:
    return isinstance(outcome, PageReading) and outcome.layout is not None and outcome.form_score >= _SURE_FORM


def _typical(readings: list[PageReading]) -> tuple[tuple[str, float, float], ...]:
    """Median place of each label seen on most of the pages."""
    if len(readings) < _ENOUGH:
        return ()
    places: dict[str, list[tuple[float, float]]] = {}
    for reading in readings:
        for key, x, y in reading.labels:
            places.setdefault(key, []).append((x, y))
    most = len(readings) / 2
    return tuple(
        (key, median(x for x, _ in seen), median(y for _, y in seen))
        for key, seen in sorted(places.items())
        if len(seen) > most
    )
