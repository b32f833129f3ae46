"""A scan opened, and the pages it shows: one, the two of an open book, or one table over both of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from layouts.forms import FormTemplate, PageLayout
from layouts.loader import parse_template, shipped_templates
from ocr.page.other_registers import asked_of
from ocr.page.records import Clock, Cut, Found, Judged, Origin, Picture, RecognisedTable, Unknown
from ocr.page.steps import cut, place, recognise
from ocr.readings import PageTask
from ocr.scans.opening import open_page
from ocr.straightening.open_books import HalfPage, OpenBook, find_open_book

__all__ = ["OpenedScan", "cut_page", "forms_of", "open_scan", "pages_on", "pictures_of"]

_SURE_FOLD = 0.5
"""A table across both pages has rules over the fold: the fold is then less sure than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedScan:
    """A scan as a picture, and as the two pages of an open book where it shows one."""

    whole: Picture
    book: OpenBook | None

    @property
    def task(self) -> PageTask:
        """What is to be read of it."""
        return self.whole.origin.task


def forms_of(task: PageTask) -> list[FormTemplate]:
    """The shipped templates and the office's own, restricted to what is known of the book.

    Raises:
        TemplateError: one of the office's templates is not valid.
    """
    found = dict(shipped_templates())
    for number, text in enumerate(task.template_texts, start=1):
        template = parse_template(text, f"mẫu {number}")
        found[template.form] = template
    chosen = [t for t in found.values() if task.register_type in (None, t.register_type)]
    named = [t for t in chosen if t.form in task.forms]
    return named or chosen


def open_scan(task: PageTask) -> OpenedScan:
    """Open the scan of a task and look for the fold of an open book.

    Raises:
        ScanError: it cannot be opened.
    """
    cv2.setNumThreads(1)
    clock = Clock()
    scan = open_page(task.source, task.page)
    height, width = scan.image.shape[:2]
    clock.lap("open")
    book = find_open_book(scan.image) if width > height or task.half is not None else None
    origin = Origin(
        task=task,
        half=None,
        delivered_size=scan.delivered_size,
        scan_size=(int(width), int(height)),
        scan_dpi=scan.dpi,
        remarks=scan.remarks,
    )
    return OpenedScan(whole=Picture(origin=origin, image=scan.image, steps=clock.lap("fold")), book=book)


def pages_on(scan: OpenedScan, forms: Sequence[FormTemplate]) -> Iterator[Found]:
    """The pages of a scan with their forms, one by one; a table over both pages of an open book is one.

    A page of another register than its book's is none of the book's forms until a person says that it is.

    Raises:
        OcrError: Tesseract is missing.
    """
    table = _table_over_both(scan, forms)
    if table is not None:
        yield table
        return
    for picture in pictures_of(scan):
        yield asked_of(recognise(picture, forms))


def pictures_of(scan: OpenedScan) -> list[Picture]:
    """The pages that a scan shows: of an open book the left and the right, or the half that its task names."""
    whole, half = scan.whole, scan.task.half
    if scan.book is None:  # a task may name a half of what turns out to be a single page
        return [replace(whole, origin=replace(whole.origin, half=half))]
    halves = [_picture_of(page, whole, scan.book) for page in scan.book.halves]
    return halves if half is None else [halves[half]]


def _picture_of(half: HalfPage, whole: Picture, book: OpenBook) -> Picture:
    to_scan = np.asarray(half.homography, np.float64)
    origin = replace(whole.origin, half=half.index, turned=book.rotation, to_scan=to_scan)
    return Picture(origin=origin, image=half.image, steps=whole.steps if half.index == 0 else ())


def _table_over_both(scan: OpenedScan, forms: Sequence[FormTemplate]) -> RecognisedTable | None:
    """The whole scan of an open book where it is one table over both pages."""
    spreads = [form for form in forms if form.layout is PageLayout.SPREAD_ROWS]
    if scan.book is None or scan.book.confidence >= _SURE_FOLD or scan.task.half is not None or not spreads:
        return None
    found = recognise(scan.whole, spreads)
    return found if isinstance(found, RecognisedTable) else None


def cut_page(task: PageTask) -> Cut | Judged | Unknown:
    """A page up to its lines, for whoever looks at more than its reading; of an open book the left, or the half named.

    Raises:
        OcrError: it cannot be opened, or Tesseract is missing.
        TemplateError: one of the office's templates is not valid.
    """
    found = next(pages_on(open_scan(task), forms_of(task)))
    return found if isinstance(found, (Judged, Unknown)) else cut(place(found))
