"""From the work on a page to its reading: entries, places on the scan, warnings for people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layouts.loader import shipped_templates
from layouts.register_types import RegisterType
from ocr.cleaning.clean import with_pale_strokes
from ocr.errors import OcrError
from ocr.forms.form_choice import sureness
from ocr.forms.page_kinds import is_cancelled
from ocr.handwriting.types import HandwritingModelError
from ocr.page.steps import PageWork
from ocr.placing.placed_page import label_key_text
from ocr.reading.book_values import read_book_values
from ocr.reading.compose import ToScan, compose_entries
from ocr.reading.lines import handwriting
from ocr.readings import EntryReading, PageFailure, PageKind, PageReading
from ocr.straightening.perspective import map_points
from ocr.tesseract import tesseract_version
from vietnamese.letters import letters_only

__all__ = ["continued_reading", "failure_of", "reading_of", "straight_size"]

_SURE_FORM = 0.98
"""Below it the second likely form is named to the clerk."""
_SAFE_LETTERS = 110
"""Printed letters found that tell a form from every other; all shipped forms have more."""
_LOWEST_STRUCK = 700
"""Height in pixels (60 mm) from which an entry struck through can be told from a signature."""


def reading_of(work: PageWork, seconds: float) -> PageReading:
    """The reading of a page that went through every step, or was judged to be no page of entries."""
    if work.judged is not None:
        return _reading_without_entries(work, seconds)
    assert work.straight is not None and work.placed is not None and work.read is not None
    entries = tuple(
        replace(_cancelled(work, entry), signatures=work.signatures.get(entry.region, ()))
        for entry in compose_entries(
            work.placed, work.crops, work.read.values, work.marks, _way_back(work), straight_size(work), work.missed
        )
    )
    states = {entry.state for entry in entries}
    return replace(
        _recognised(work, seconds),
        kind=states.pop() if len(states) == 1 else PageKind.ENTRIES,
        script=work.read.script,
        entries=entries,
        warnings=_warnings(work),
        labels=_labels(work),
    )


def continued_reading(work: PageWork, seconds: float) -> PageReading:
    """The right page of a table whose entries are those of the page before."""
    return replace(_recognised(work, seconds), kind=PageKind.CONTINUED)


def _recognised(work: PageWork, seconds: float) -> PageReading:
    """What is known of a page as soon as its form is."""
    best = work.matches[0]
    return replace(
        _straightened(work, seconds),
        register_type=best.template.register_type,
        layout=best.template.form,
        layout_version=best.template.layout_version,
        form_score=round(best.recall * sureness(work.matches, work.task.book_form), 4),
        form_alternatives=tuple((m.template.form, round(m.recall, 4)) for m in work.matches[1:4]),
    )


def _straightened(work: PageWork, seconds: float) -> PageReading:
    """What is known of every page that could be opened."""
    assert work.straight is not None
    return PageReading(
        source=work.task.source,
        page=work.task.page,
        half=work.half,
        register_type=None,
        layout=None,
        skew_degrees=work.straight.skew_degrees,
        rotation=work.straight.rotation,
        seconds=seconds,
        steps=tuple(work.steps),
        engine=_engine(),
        page_size=work.delivered_size,
        warnings=work.remarks,
        homography=_fractions_matrix(work),
    )


def failure_of(work: PageWork, error: OcrError, seconds: float) -> PageFailure:
    """What to tell of a page that could not be read."""
    return PageFailure(
        source=work.task.source,
        page=work.task.page,
        half=work.half,
        code=error.code,
        message=" ".join((error.message, *work.remarks)),
        seconds=seconds,
        labels=_labels(work),
    )


def _engine() -> str:
    """The recognisers and their versions; without a usable model for handwriting, Tesseract alone."""
    typed = f"tesseract {tesseract_version()}"
    try:
        return f"{typed}; {handwriting().name} {handwriting().version}"
    except HandwritingModelError:
        return typed


def straight_size(work: PageWork) -> tuple[int, int]:
    """Width and height in pixels of the straightened page."""
    assert work.straight is not None
    height, width = work.straight.image.shape[:2]
    return int(width), int(height)


def _way_back(work: PageWork) -> ToScan:
    """Pixels of the straightened page to fractions of the scan."""
    assert work.straight is not None
    matrix = work.to_scan @ work.straight.homography
    size = np.array(work.scan_size, float)

    def to_scan(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(map_points(matrix, points) / size, np.float64)

    return to_scan


def _fractions_matrix(work: PageWork) -> tuple[float, ...]:
    assert work.straight is not None
    width, height = straight_size(work)
    scan_width, scan_height = work.scan_size
    matrix = np.diag([1 / scan_width, 1 / scan_height, 1.0]) @ work.to_scan @ work.straight.homography
    matrix = matrix @ np.diag([float(width), float(height), 1.0])
    return tuple(float(v) for v in (matrix / matrix[2, 2]).ravel())


def _cancelled(work: PageWork, entry: EntryReading) -> EntryReading:
    """The entry, marked when a diagonal or a cross strikes it out."""
    assert work.surface is not None and work.placed is not None
    box = work.placed.entry_boxes.get(entry.region)
    if box is not None and box[3] - box[1] < _LOWEST_STRUCK:
        return entry  # in the row of a table a signature slants as a stroke through it would
    area = None if box is None else (int(box[0]), max(int(box[1]), 0), int(box[2]), int(box[3]))
    if is_cancelled(work.surface.ink, area):
        return replace(entry, state=PageKind.CANCELLED)
    return entry


def _warnings(work: PageWork) -> tuple[str, ...]:
    warnings = [*work.remarks, *(work.read.warnings if work.read else ())]
    best, *others = work.matches
    sure = sureness(work.matches, work.task.book_form)
    if others and sure < _SURE_FORM:
        warnings.append(
            f"Trang gần giống cả hai mẫu {best.template.form} (chắc khoảng {round(100 * sure)} %) và "
            f"{others[0].template.form}; hãy kiểm tra mẫu sổ trước khi duyệt."
        )
    elif work.table is not None and work.table.strange:
        warnings.append(
            f"Bảng này có {work.table.strange} cột không có trong mẫu {best.template.form}; "
            "hãy kiểm tra mẫu sổ và từng cột trước khi duyệt."
        )
    elif best.recall < 0.6:
        warnings.append(f"Chỉ tìm được một phần nhãn in của mẫu {best.template.form}; hãy kiểm tra kỹ trang này.")
    elif work.table is None and best.found < _SAFE_LETTERS:
        warnings.append(
            f"Mẫu {best.template.form} có ít nhãn in nên dễ khớp nhầm trang khác; "
            "hãy kiểm tra đúng mẫu sổ rồi mới duyệt."
        )
    return tuple(warnings)


def _labels(work: PageWork) -> tuple[tuple[str, float, float], ...]:
    if work.straight is None or not work.matches:
        return ()
    width, height = straight_size(work)
    return tuple(
        (label_key_text(key), label.left / width, label.baseline / height)
        for key, label in sorted(work.matches[0].labels.items())
    )


def _reading_without_entries(work: PageWork, seconds: float) -> PageReading:
    """A cover, a closing statement or an empty sheet, with what it says of the book."""
    assert work.judged is not None and work.judged.kind is not None and work.straight is not None
    lines = work.judged.lines
    # covers are written on few lines: pale strokes may come back with what is left of the dots
    page = with_pale_strokes(work.page) if lines and work.page is not None else None
    values = read_book_values(page, lines, work.words) if page is not None else {}
    return replace(
        _straightened(work, seconds),
        kind=work.judged.kind,
        register_type=work.task.register_type or _type_by_title(work),
        form_score=round(work.judged.confidence, 4),
        book_values={name: value.text for name, value in values.items()},
        book_sure={name: round(value.sure, 4) for name, value in values.items()},
    )


def _type_by_title(work: PageWork) -> RegisterType | None:
    """The register whose title stands on a cover."""
    text = letters_only(" ".join(word.text for word in work.words))
    titles = {letters_only(t.title.replace("SỔ", "")): t.register_type for t in shipped_templates().values()}
    found = [title for title in titles if title in text]
    return titles[max(found, key=len)] if found else None
