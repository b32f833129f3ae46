"""One page from scan to readings: open, straighten, clean, find the form, place the fields, cut, recognise."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.errors import TemplateError
from layouts.forms import FormTemplate
from layouts.loader import parse_template, shipped_templates
from ocr.clean import CleanPage, clean_page
from ocr.compose import compose_entries, line_kinds
from ocr.cut_lines import LineCrop, LineKey, cut_lines
from ocr.errors import FormNotFoundError, OcrError
from ocr.find_form import FormMatch, find_forms
from ocr.label_bounds import refine_labels
from ocr.label_words import TokenRow, token_rows
from ocr.lines_reading import ReadLines, handwriting, read_crops
from ocr.place_fields import PlacedPage, label_key_text, place_fields
from ocr.readings import FieldReading, PageFailure, PageReading, PageTask, StepTime
from ocr.right_column import PixelBox, mark_readings, notes_place
from ocr.scans import open_page
from ocr.second_look import look_again
from ocr.straighten import Straightened, straighten_page
from ocr.surface import Surface, clean_surface
from ocr.tesseract import Word, read_words, tesseract_version

__all__ = ["PageWork", "read_page", "work_on_page"]

_WORD_SCALE = 0.55
"""Printed labels are read at 165 dpi: as sure as at 300 and three times as fast."""
_LOWEST_RECALL = 0.4
"""Less of a form's printed letters found, and the page is no such form."""
_CLOSE_FORMS = 0.12
"""Two forms whose evidence differs by a smaller share are both shown to the clerk."""


@dataclass(slots=True)
class PageWork:
    """Everything made on the way, for the reading and for the pictures that explain it."""

    task: PageTask
    steps: list[StepTime] = field(default_factory=list)
    delivered_size: tuple[int, int] = (0, 0)
    scan_size: tuple[int, int] = (0, 0)
    straight: Straightened | None = None
    surface: Surface | None = None
    page: CleanPage | None = None
    words: list[Word] = field(default_factory=list)
    rows: list[TokenRow] = field(default_factory=list)
    matches: list[FormMatch] = field(default_factory=list)
    placed: PlacedPage | None = None
    marks: dict[str, tuple[FieldReading, PixelBox | None]] = field(default_factory=dict)
    crops: dict[LineKey, LineCrop] = field(default_factory=dict)
    read: ReadLines | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.steps.append(StepTime(step=name, seconds=time.perf_counter() - start))


def read_page(task: PageTask) -> PageReading | PageFailure:
    """Read one page; whatever is wrong with it comes back as a value."""
    start = time.perf_counter()
    work = PageWork(task=task)
    try:
        work_on_page(work)
        return _reading(work, time.perf_counter() - start)
    except OcrError as error:
        return _failure(work, error, time.perf_counter() - start)
    except TemplateError as error:
        return _failure(work, OcrError("bad_template", str(error)), time.perf_counter() - start)
    except MemoryError:
        message = "Không đủ bộ nhớ để đọc trang này. Hãy giảm số tiến trình rồi đọc lại."
        return _failure(work, OcrError("out_of_memory", message), time.perf_counter() - start)


def work_on_page(work: PageWork) -> None:
    """Run every step, leaving its results in `work`.

    Raises:
        OcrError: the page cannot be opened, or fits no form.
        TemplateError: one of the office's templates is not valid.
    """
    cv2.setNumThreads(1)
    task = work.task
    templates = _templates(task)
    with work.step("open"):
        scan = open_page(task.source, task.page)
        work.delivered_size = scan.delivered_size
        work.scan_size = (scan.image.shape[1], scan.image.shape[0])
    _find_form(work, scan.image, templates, None)
    if work.straight is not None and not _fits(work) and work.straight.rotation_confidence < 0.5:
        _find_form(work, scan.image, templates, (work.straight.rotation + 180) % 360)
    if not _fits(work):
        raise FormNotFoundError(
            "no_form",
            "Trang này không khớp mẫu sổ nào. Hãy xem ảnh các nhãn tìm được; nếu đúng là trang sổ, "
            "hãy tạo mẫu sổ mới từ trang này.",
        )
    assert work.page is not None
    with work.step("place"):
        geometry = {key: (x, y) for key, x, y in task.book_geometry}
        work.placed = place_fields(work.matches[0], work.page, geometry)
    if work.placed is None:
        raise FormNotFoundError("no_form", "Không đặt được các ô của mẫu sổ lên trang này. Hãy quét lại trang rõ hơn.")
    with work.step("marks"):
        assert work.straight is not None and work.surface is not None
        work.marks = mark_readings(work.placed, work.surface.ink, work.straight.image)
        notes = notes_place(work.placed, work.page.ink)
        if notes is not None:
            work.placed = replace(work.placed, fields=(*work.placed.fields, notes))
    with work.step("cut"):
        work.crops = cut_lines(work.page, work.placed)
    with work.step("read"):
        work.read = read_crops(work.crops, line_kinds(work.placed), work.words)


def _templates(task: PageTask) -> list[FormTemplate]:
    """The shipped templates and the office's own, restricted to what is known of the book."""
    found = dict(shipped_templates())
    for number, text in enumerate(task.template_texts, start=1):
        template = parse_template(text, f"mẫu {number}")
        found[template.form] = template
    chosen = [t for t in found.values() if task.register_type in (None, t.register_type.value)]
    named = [t for t in chosen if t.form in task.forms]
    return named or chosen


def _find_form(
    work: PageWork, image: NDArray[np.uint8], templates: Sequence[FormTemplate], rotation: int | None
) -> None:
    with work.step("straighten"):
        work.straight = straighten_page(image, rotation=rotation)
    with work.step("clean"):
        work.surface = clean_surface(work.straight.image)
        work.page = clean_page(work.surface.ink)
    with work.step("words"):
        small = cv2.resize(work.page.grey, None, fx=_WORD_SCALE, fy=_WORD_SCALE, interpolation=cv2.INTER_AREA)
        found = read_words(np.asarray(small, np.uint8), dpi=round(300 * _WORD_SCALE))
        work.words = [_enlarged(word, 1 / _WORD_SCALE) for word in found]
        work.rows = token_rows(work.words)
    with work.step("form"):
        work.matches = find_forms(work.rows, templates)
    if _fits(work):
        with work.step("second look"):
            work.words, best = look_again(work.page, work.words, work.matches[0])
            work.matches[0] = refine_labels(best, work.page)


def _enlarged(word: Word, scale: float) -> Word:
    return Word(
        text=word.text,
        left=word.left * scale,
        top=word.top * scale,
        right=word.right * scale,
        bottom=word.bottom * scale,
        confidence=word.confidence,
        line=word.line,
    )


def _fits(work: PageWork) -> bool:
    return bool(work.matches) and work.matches[0].recall >= _LOWEST_RECALL


def _warnings(work: PageWork) -> tuple[str, ...]:
    warnings = list(work.read.warnings if work.read else ())
    best, *others = work.matches
    if others and best.evidence - others[0].evidence < _CLOSE_FORMS * best.total:
        warnings.append(
            f"Trang gần giống cả hai mẫu {best.template.form} và {others[0].template.form}; "
            "hãy kiểm tra mẫu sổ trước khi duyệt."
        )
    elif best.recall < 0.6:
        warnings.append(f"Chỉ tìm được một phần nhãn in của mẫu {best.template.form}; hãy kiểm tra kỹ trang này.")
    return tuple(warnings)


def _reading(work: PageWork, seconds: float) -> PageReading:
    assert work.straight is not None and work.placed is not None and work.read is not None
    height, width = work.straight.image.shape[:2]
    scan_width, scan_height = work.scan_size

    def to_scan(points: NDArray[np.float64]) -> NDArray[np.float64]:
        assert work.straight is not None
        return np.asarray(work.straight.to_scan(points) / np.array([scan_width, scan_height]), np.float64)

    best = work.matches[0]
    matrix = np.diag([1 / scan_width, 1 / scan_height, 1.0]) @ work.straight.homography @ np.diag([width, height, 1.0])
    return PageReading(
        source=work.task.source,
        page=work.task.page,
        half=work.task.half,
        register_type=best.template.register_type.value,
        layout=best.template.form,
        layout_version=best.template.layout_version,
        form_score=round(best.recall, 4),
        form_alternatives=tuple((m.template.form, round(m.recall, 4)) for m in work.matches[1:4]),
        skew_degrees=work.straight.skew_degrees,
        rotation=work.straight.rotation,
        seconds=seconds,
        script=work.read.script,
        entries=compose_entries(work.placed, work.crops, work.read.values, work.marks, to_scan, (width, height)),
        warnings=_warnings(work),
        steps=tuple(work.steps),
        engine=f"tesseract {tesseract_version()}; {handwriting().name} {handwriting().version}",
        labels=_labels(work),
        page_size=work.delivered_size,
        homography=tuple(float(v) for v in (matrix / matrix[2, 2]).ravel()),
    )


def _labels(work: PageWork) -> tuple[tuple[str, float, float], ...]:
    if work.straight is None or not work.matches:
        return ()
    height, width = work.straight.image.shape[:2]
    return tuple(
        (label_key_text(key), label.left / width, label.baseline / height)
        for key, label in sorted(work.matches[0].labels.items())
    )


def _failure(work: PageWork, error: OcrError, seconds: float) -> PageFailure:
    return PageFailure(
        source=work.task.source,
        page=work.task.page,
        half=work.task.half,
        code=error.code,
        message=error.message,
        seconds=seconds,
        labels=_labels(work),
    )
