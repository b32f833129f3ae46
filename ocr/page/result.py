"""From a page read to its reading: entries, places on the scan, warnings for people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layouts.loader import shipped_templates
from layouts.register_types import RegisterType
from ocr.cleaning.clean import with_pale_strokes
from ocr.forms.form_choice import sureness
from ocr.forms.page_kinds import is_cancelled
from ocr.page.records import Cleaned, Found, Judged, Read, Recognised, RecognisedTable, Searched, Unknown
from ocr.page.steps import cut, place, read
from ocr.page.who_recognises import parent_and_child
from ocr.placing.placed_page import PlacedPage, label_key_text
from ocr.reading.book_values import read_book_values
from ocr.reading.compose import ToScan, compose_entries
from ocr.reading.readers import Readers
from ocr.readings import EntryReading, PageFailure, PageKind, PageReading
from ocr.straightening.perspective import as_numbers, map_points
from ocr.tesseract import Word
from vietnamese.letters import letters_only

__all__ = ["compose", "continued_reading", "entries_reading", "page_reading"]

_SURE_FORM = 0.98
"""Below it the second likely form is named to the clerk."""
_FEW_LABELS = 0.6
"""Less of a form's printed letters found, and the clerk is told."""
_SAFE_LETTERS = 110
"""Printed letters found that tell a form from every other; all shipped forms have more."""
_LOWEST_STRUCK = 700
"""Height in pixels (60 mm) from which an entry struck through can be told from a signature."""


def page_reading(found: Found, readers: Readers) -> PageReading | PageFailure:
    """Place, cut, read and compose a page whose form was looked for.

    Raises:
        OcrError: Tesseract is missing.
    """
    if isinstance(found, Unknown):
        return _failure(found)
    if isinstance(found, Judged):
        return _without_entries(found, readers)
    return entries_reading(found, readers)


def entries_reading(found: Recognised, readers: Readers) -> PageReading:
    """Place, cut, read and compose a page of a known form.

    Raises:
        OcrError: Tesseract is missing.
    """
    return compose(read(cut(place(found)), readers), readers)


def compose(page: Read, readers: Readers) -> PageReading:
    """The reading of a page that went through every step."""
    placed = page.cut.placed
    search = placed.found.search
    cleaned = search.cleaned
    composed = compose_entries(
        placed.places,
        page.cut.crops,
        page.lines.values,
        placed.marks,
        _way_back(cleaned),
        cleaned.size,
        page.cut.missed,
    )
    entries = tuple(
        replace(_cancelled(cleaned, placed.places, entry), signatures=placed.signatures.get(entry.region, ()))
        for entry in (parent_and_child(one, placed.places.template) for one in composed)
    )
    states = {entry.state for entry in entries}
    return replace(
        _of_its_form(search, readers),
        kind=states.pop() if len(states) == 1 else PageKind.ENTRIES,
        script=page.lines.script,
        entries=entries,
        warnings=(*cleaned.origin.remarks, *page.lines.warnings, *_form_warnings(placed.found)),
        labels=_labels(search),
        steps=page.steps,
    )


def continued_reading(found: Recognised, readers: Readers) -> PageReading:
    """The right page of a table whose entries are those of the page before."""
    return replace(_of_its_form(found.search, readers), kind=PageKind.CONTINUED)


def _of_its_form(search: Searched, readers: Readers) -> PageReading:
    """What is known of a page as soon as its form is."""
    best, book_form = search.matches[0], search.cleaned.origin.task.book_form
    return replace(
        _straightened(search, readers),
        register_type=best.template.register_type,
        layout=best.template.form,
        layout_version=best.template.layout_version,
        form_score=round(best.recall * sureness(search.matches, book_form), 4),
        form_alternatives=tuple((m.template.form, round(m.recall, 4)) for m in search.matches[1:4]),
    )


def _straightened(search: Searched, readers: Readers) -> PageReading:
    """What is known of every page that could be opened."""
    cleaned = search.cleaned
    origin, straight = cleaned.origin, cleaned.straight
    width, height = cleaned.size
    return PageReading(
        source=origin.task.source,
        page=origin.task.page,
        half=origin.half,
        register_type=None,
        layout=None,
        skew_degrees=straight.skew_degrees,
        rotation=straight.rotation,
        steps=search.steps,
        engine=readers.engine,
        page_size=origin.delivered_size,
        warnings=origin.remarks,
        homography=as_numbers(cleaned.to_scan @ np.diag([float(width), float(height), 1.0])),
    )


def _failure(unknown: Unknown) -> PageFailure:
    """What to tell of a page that fits no form."""
    origin = unknown.search.cleaned.origin
    return PageFailure(
        source=origin.task.source,
        page=origin.task.page,
        half=origin.half,
        code=unknown.code,
        message=" ".join((unknown.message, *origin.remarks)),
        labels=_labels(unknown.search),
    )


def _way_back(cleaned: Cleaned) -> ToScan:
    """Pixels of the straightened page to fractions of the scan."""
    matrix = cleaned.to_scan

    def to_scan(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return map_points(matrix, points)

    return to_scan


def _cancelled(cleaned: Cleaned, places: PlacedPage, entry: EntryReading) -> EntryReading:
    """The entry, marked when a diagonal or a cross strikes it out."""
    box = places.entry_boxes.get(entry.region)
    if box is not None and box[3] - box[1] < _LOWEST_STRUCK:
        return entry  # in the row of a table a signature slants as a stroke through it would
    area = None if box is None else (int(box[0]), max(int(box[1]), 0), int(box[2]), int(box[3]))
    if is_cancelled(cleaned.surface.ink, area):
        return replace(entry, state=PageKind.CANCELLED)
    return entry


def _form_warnings(found: Recognised) -> tuple[str, ...]:
    """What a clerk is told of a form that is not beyond doubt."""
    best, *others = found.search.matches
    sure = sureness(found.search.matches, found.search.cleaned.origin.task.book_form)
    if others and sure < _SURE_FORM:
        return (
            f"Trang gần giống cả hai mẫu {best.template.form} (chắc khoảng {round(100 * sure)} %) và "
            f"{others[0].template.form}; hãy kiểm tra mẫu sổ trước khi duyệt.",
        )
    if isinstance(found, RecognisedTable) and found.table.strange:
        return (
            f"Bảng này có {found.table.strange} cột không có trong mẫu {best.template.form}; "
            "hãy kiểm tra mẫu sổ và từng cột trước khi duyệt.",
        )
    if best.recall < _FEW_LABELS:
        return (f"Chỉ tìm được một phần nhãn in của mẫu {best.template.form}; hãy kiểm tra kỹ trang này.",)
    if not isinstance(found, RecognisedTable) and best.found < _SAFE_LETTERS:
        return (
            f"Mẫu {best.template.form} có ít nhãn in nên dễ khớp nhầm trang khác; "
            "hãy kiểm tra đúng mẫu sổ rồi mới duyệt.",
        )
    return ()


def _labels(search: Searched) -> tuple[tuple[str, float, float], ...]:
    if not search.matches:
        return ()
    width, height = search.cleaned.size
    return tuple(
        (label_key_text(key), label.left / width, label.baseline / height)
        for key, label in sorted(search.matches[0].labels.items())
    )


def _without_entries(judged: Judged, readers: Readers) -> PageReading:
    """A cover, a closing statement or an empty sheet, with what it says of the book."""
    search, judgement = judged.search, judged.judgement
    # covers are written on few lines: pale strokes may come back with what is left of the dots
    values = (
        read_book_values(with_pale_strokes(search.page), judgement.lines, search.words, readers)
        if judgement.lines
        else {}
    )
    return replace(
        _straightened(search, readers),
        kind=judgement.kind,
        register_type=search.cleaned.origin.task.register_type or _type_by_title(search.words),
        form_score=round(judgement.confidence, 4),
        book_values={name: value.text for name, value in values.items()},
        book_sure={name: round(value.sure, 4) for name, value in values.items()},
    )


def _type_by_title(words: tuple[Word, ...]) -> RegisterType | None:
    """The register whose title stands on a cover."""
    text = letters_only(" ".join(word.text for word in words))
    titles = {letters_only(t.title.replace("SỔ", "")): t.register_type for t in shipped_templates().values()}
    found = [title for title in titles if title in text]
    return titles[max(found, key=len)] if found else None
