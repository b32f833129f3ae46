"""One page from scan to readings: open, straighten, clean, find the form, place the fields, cut, recognise."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np

from layouts.errors import TemplateError
from layouts.forms import FormTemplate, PageLayout
from layouts.loader import parse_template, shipped_templates
from ocr.errors import FormNotFoundError, OcrError
from ocr.forms.half_tables import LEFT, RIGHT, facing_side
from ocr.page.result import continued_reading, failure_of, reading_of, straight_size
from ocr.page.steps import PageWork, read_fields, read_image, recognise_page
from ocr.readings import PageFailure, PageReading, PageTask
from ocr.scans.opening import ScanPage, open_page
from ocr.spreads.facing_scans import joined_rows, with_missing_half
from ocr.spreads.folded_columns import cut_items, read_as_one_sheet
from ocr.spreads.open_book import joined_readings
from ocr.spreads.shared_form import agree_on_form
from ocr.straightening.open_books import HalfPage, OpenBook, find_open_book

__all__ = ["PageWork", "read_page", "work_on_page"]

_SURE_FOLD = 0.5
"""A table across both pages has rules over the fold: the fold is then less sure than this."""


def read_page(task: PageTask) -> PageReading | PageFailure:
    """Read one page; whatever is wrong with it comes back as a value.

    A scan of an open book gives the entries of both pages, unless the task names one half.
    """
    start = time.perf_counter()
    work = PageWork(task=task, half=task.half)
    try:
        templates = _templates(task)
        scan, book = _opened(work)
        if book is None:
            return _read_single_page(work, scan, templates, start)
        if _is_spread(work, scan, book, templates):
            return reading_of(work, time.perf_counter() - start)
        return _read_open_book(work, book, templates, start)
    except OcrError as error:
        return failure_of(work, error, time.perf_counter() - start)
    except TemplateError as error:
        return failure_of(work, OcrError("bad_template", str(error)), time.perf_counter() - start)
    except MemoryError:
        message = "Không đủ bộ nhớ để đọc trang này. Hãy giảm số tiến trình rồi đọc lại."
        return failure_of(work, OcrError("out_of_memory", message), time.perf_counter() - start)


def work_on_page(work: PageWork) -> None:
    """Run every step on a page (the left one of an open book, unless the task says otherwise), results in `work`.

    Raises:
        OcrError: the page cannot be opened, or fits no form.
        TemplateError: one of the office's templates is not valid.
    """
    templates = _templates(work.task)
    scan, book = _opened(work)
    if book is None:
        read_image(work, scan.image, templates)
        return
    if _is_spread(work, scan, book, templates):
        return
    half = book.halves[work.task.half or 0]
    work.half, work.to_scan, work.turned = half.index, half.homography, book.rotation
    read_image(work, half.image, templates)


def _opened(work: PageWork) -> tuple[ScanPage, OpenBook | None]:
    cv2.setNumThreads(1)
    with work.step("open"):
        scan = open_page(work.task.source, work.task.page)
        work.delivered_size, work.remarks = scan.delivered_size, scan.remarks
        height, width = scan.image.shape[:2]
        work.scan_size, work.scan_dpi = (int(width), int(height)), scan.dpi
    sideways = width > height
    with work.step("fold"):
        book = find_open_book(scan.image) if sideways or work.task.half is not None else None
    return scan, book


def _is_spread(work: PageWork, scan: ScanPage, book: OpenBook, templates: list[FormTemplate]) -> bool:
    """Whether a landscape scan is one table over two pages; if so it has been read when this returns."""
    spreads = [t for t in templates if t.layout is PageLayout.SPREAD_ROWS]
    if work.task.half is not None or not spreads or book.confidence >= _SURE_FOLD:
        return False
    try:
        read_image(work, scan.image, spreads)
    except FormNotFoundError:
        return False
    return work.table is not None


def _read_single_page(
    work: PageWork, scan: ScanPage, templates: list[FormTemplate], start: float
) -> PageReading | PageFailure:
    """A scan of one page; for half a table over two pages the scan of the other half is looked at as well."""
    recognise_page(work, scan.image, templates)
    side = _side(work, templates)
    if side == RIGHT and _other_half(work, work.task.page_before, LEFT, templates) is not None:
        return continued_reading(work, time.perf_counter() - start)
    other = _other_half(work, work.task.page_after, RIGHT, templates) if side == LEFT else None
    if other is not None:
        return _joined_halves(work, other, templates, start)
    if work.judged is None:
        read_fields(work)
    reading = reading_of(work, time.perf_counter() - start)
    return reading if side is None else _alone(reading, side, _whole(work, templates))


def _whole(work: PageWork, templates: list[FormTemplate]) -> FormTemplate:
    return next(t for t in templates if t.form == work.matches[0].template.form)


def _side(work: PageWork, templates: list[FormTemplate]) -> int | None:
    """Which half of a table over two pages this page is, if it is one."""
    if work.table is None:
        return None
    return facing_side(work.matches[0].template, _whole(work, templates))


def _other_half(
    work: PageWork, place: tuple[str, int] | None, side: int, templates: list[FormTemplate]
) -> PageWork | None:
    """The page next to half a table, when both are halves of one form; `work` is then taken for that form."""
    if place is None:
        return None
    here = (work.task.source, work.task.page)
    task = replace(work.task, source=place[0], page=place[1], page_before=None, page_after=None)
    task = replace(task, page_before=here) if side == RIGHT else replace(task, page_after=here)
    other = PageWork(task=task)
    try:
        scan, book = _opened(other)
        if book is not None:
            return None
        recognise_page(other, scan.image, [t for t in templates if t.layout is PageLayout.SPREAD_ROWS])
    except OcrError:  # what is wrong with that page is said when its own turn comes
        return None
    left, right = (other, work) if side == LEFT else (work, other)
    return other if agree_on_form(left, right, templates) else None


def _alone(reading: PageReading, side: int, whole: FormTemplate) -> PageReading:
    other = "bên phải ở ngay sau" if side == LEFT else "bên trái ở ngay trước"
    warning = (
        f"Đây là một nửa của bảng ghi trên hai trang; chưa thấy trang {other} trang này. "
        "Hãy nạp đủ hai trang liền nhau rồi đọc lại, hoặc nhập các cột còn thiếu bằng tay."
    )
    return replace(with_missing_half(reading, whole), warnings=(*reading.warnings, warning))


def _joined_halves(left: PageWork, right: PageWork, templates: list[FormTemplate], start: float) -> PageReading:
    """Both pages of a table read together: row by row, or as one sheet where the fold runs through a column."""
    whole = _whole(left, templates)
    cut = cut_items(left, right, whole)
    sheet = read_as_one_sheet(left, right, whole, time.perf_counter() - start) if cut else None
    if sheet is not None:
        return sheet
    for work in (left, right):
        if work.read is None:
            read_fields(work)
    seconds = time.perf_counter() - start
    readings = reading_of(left, seconds), reading_of(right, seconds)
    joined = joined_rows(*readings, (straight_size(left), straight_size(right)), whole, seconds)
    if not cut:
        return joined
    warning = (
        f"Nếp gấp che cột {', '.join(f'«{item.label[0]}»' for item in cut)}; máy không ghép được cột này. "
        "Hãy nhập cột này theo ảnh hai trang."
    )
    return replace(joined, warnings=(*joined.warnings, warning))


def _read_open_book(
    work: PageWork, book: OpenBook, templates: list[FormTemplate], start: float
) -> PageReading | PageFailure:
    """Both pages of an open book, or the half the task names."""
    if work.task.half is not None:
        half = book.halves[work.task.half]
        single = _half_work(work, book, half)
        return _outcome(single, half, templates, start)
    works = [_half_work(work, book, half) for half in book.halves]
    outcomes = [_outcome(single, half, templates, start) for single, half in zip(works, book.halves, strict=True)]
    if [_side(single, templates) for single in works] == [LEFT, RIGHT] and agree_on_form(works[0], works[1], templates):
        return replace(_joined_halves(works[0], works[1], templates, start), half=None, rotation=book.rotation)
    readings = [outcome for outcome in outcomes if isinstance(outcome, PageReading)]
    full = [reading for reading in readings if reading.entries] or readings
    if not full:
        return replace(outcomes[0], half=None)
    return joined_readings(full, book.rotation, time.perf_counter() - start)


def _half_work(work: PageWork, book: OpenBook, half: HalfPage) -> PageWork:
    return PageWork(
        task=work.task,
        half=half.index,
        delivered_size=work.delivered_size,
        scan_size=work.scan_size,
        scan_dpi=work.scan_dpi,
        turned=book.rotation,
        to_scan=np.asarray(half.homography, np.float64),
        steps=list(work.steps) if half.index == 0 else [],
    )


def _outcome(work: PageWork, half: HalfPage, templates: list[FormTemplate], start: float) -> PageReading | PageFailure:
    try:
        read_image(work, half.image, templates)
        return reading_of(work, time.perf_counter() - start)
    except FormNotFoundError as error:
        return failure_of(work, error, time.perf_counter() - start)


def _templates(task: PageTask) -> list[FormTemplate]:
    """The shipped templates and the office's own, restricted to what is known of the book."""
    found = dict(shipped_templates())
    for number, text in enumerate(task.template_texts, start=1):
        template = parse_template(text, f"mẫu {number}")
        found[template.form] = template
    chosen = [t for t in found.values() if task.register_type in (None, t.register_type)]
    named = [t for t in chosen if t.form in task.forms]
    return named or chosen
