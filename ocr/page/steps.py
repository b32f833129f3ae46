"""One upright page going through the steps: straighten, clean, find the form, place the fields, cut, recognise."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from layouts.forms import FormTemplate, ItemKind
from ocr.cleaning.clean import CleanPage, clean_page, ink_threshold, pen_threshold, with_pale_strokes
from ocr.cleaning.show_through import NEIGHBOUR_DPI, NeighbourScan
from ocr.cleaning.surface import Surface, clean_surface
from ocr.cutting.cut_lines import cut_lines, missed_ink
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.errors import FormNotFoundError, OcrError
from ocr.forms.form_choice import fits, labels_seen, ranked_forms
from ocr.forms.half_tables import half_tables
from ocr.forms.label_bounds import refine_labels
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import FormMatch, find_forms
from ocr.forms.match_table import TableMatch, find_tables
from ocr.forms.page_kinds import PageJudgement, judge_page
from ocr.forms.reread_labels import look_again
from ocr.images import BgrImage, GreyImage, Matrix, PixelBox
from ocr.marks.notes_column import mark_readings, notes_places
from ocr.marks.signature_names import names_below
from ocr.marks.signed_spaces import signed_spaces
from ocr.placing.fields import place_fields
from ocr.placing.placed_page import PlacedPage
from ocr.placing.table import place_table
from ocr.reading.compose import line_kinds
from ocr.reading.lines import ReadLines, read_crops
from ocr.reading.printed_around import printed_around
from ocr.reading.script import written_by_pen
from ocr.readings import FieldReading, PageTask, SignatureReading, StepTime
from ocr.scans.opening import open_page
from ocr.straightening.straighten import Straightened, straighten_page
from ocr.tesseract import Word, read_words

__all__ = ["PageWork", "read_fields", "read_image", "recognise_page"]

_WORD_SCALE = 0.55
"""Printed labels are read at 165 dpi: as sure as at 300 and three times as fast."""
_LOWEST_TABLE_RECALL = 0.45
_NAMED = 5
"""Labels named in a message."""
_MOST_SPECKS = 40_000
"""Separate marks of a page: up to 3,000 on printed, written and dotted ones, over 200,000 on sensor noise."""


@dataclass(slots=True)
class PageWork:
    """Everything made on the way, for the reading and for the pictures that explain it."""

    task: PageTask
    half: int | None = None
    delivered_size: tuple[int, int] = (0, 0)
    """Width and height of the scan as delivered."""
    scan_size: tuple[int, int] = (0, 0)
    """The same for the opened picture, which may be shrunk."""
    scan_dpi: float = 300.0
    """Resolution of the opened picture."""
    remarks: tuple[str, ...] = ()
    """What opening the scan remarked, for people."""
    turned: int = 0
    """Degrees clockwise the scan was turned before the picture worked on was cut from it."""
    to_scan: Matrix = field(default_factory=lambda: np.eye(3))
    """From pixels of the picture worked on to those of the opened scan: not the identity for half a scan."""
    steps: list[StepTime] = field(default_factory=list)
    straight: Straightened | None = None
    surface: Surface | None = None
    page: CleanPage | None = None
    words: list[Word] = field(default_factory=list)
    matches: list[FormMatch] = field(default_factory=list)
    table: TableMatch | None = None
    tables: dict[str, TableMatch] = field(default_factory=dict)
    """By form the table, or half of one, that fits the page best."""
    judged: PageJudgement | None = None
    placed: PlacedPage | None = None
    marks: dict[str, tuple[FieldReading, PixelBox | None]] = field(default_factory=dict)
    signatures: dict[int, tuple[SignatureReading, ...]] = field(default_factory=dict)
    """By entry slot."""
    stamps: dict[LineKey, LineCrop] = field(default_factory=dict)
    """Names stamped in red, whose ink is not on the cleaned page."""
    crops: dict[LineKey, LineCrop] = field(default_factory=dict)
    missed: dict[LineKey, int] = field(default_factory=dict)
    read: ReadLines | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.steps.append(StepTime(step=name, seconds=time.perf_counter() - start))


def read_image(work: PageWork, image: BgrImage, templates: Sequence[FormTemplate]) -> None:
    """Run every step on a picture of one page, leaving the results in `work`.

    A cover, a closing statement and an empty sheet end with `work.judged` instead of fields.

    Raises:
        OcrError: the page fits no form, or Tesseract is missing.
    """
    recognise_page(work, image, templates)
    if work.judged is None:
        read_fields(work)


def recognise_page(work: PageWork, image: BgrImage, templates: Sequence[FormTemplate]) -> None:
    """The first half of `read_image`: which form the page is, or that it is no page of entries.

    Raises:
        OcrError: the page fits no form, or Tesseract is missing.
    """
    _find_form(work, image, templates, None)
    if _fits(work) or _is_told_by_its_words(work):
        return
    # covers and closings have too little print to be turned upright surely
    assert work.straight is not None
    upright, evidence = work.straight.rotation, _evidence(work)
    _find_form(work, image, templates, (upright + 180) % 360)
    if _fits(work) or _is_told_by_its_words(work):
        return
    if evidence >= _evidence(work):  # what was found is told and shown as the page stood
        _find_form(work, image, templates, upright)
    raise FormNotFoundError("no_form", _no_form(work))


def _evidence(work: PageWork) -> float:
    return work.matches[0].evidence if work.matches else 0.0


def _no_form(work: PageWork) -> str:
    """What to tell of a page that fits no form: how near the named or the likeliest one comes, and what to do."""
    best = work.matches[0] if work.matches else None
    if best is not None and work.task.forms:
        found, missing = labels_seen(best)
        there = f" ({_listed(found)})" if found else ""
        return (
            f"Trang này không khớp mẫu «{best.template.form}»: tìm thấy {len(found)}/{len(found) + len(missing)} "
            f"nhãn in của mẫu{there}, không thấy {_listed(missing)}. "
            "Hãy chọn mẫu khác cho trang, hoặc sửa nhãn trong mẫu cho đúng chữ in trên trang."
        )
    near = ""
    if best is not None and best.labels:
        found, missing = labels_seen(best)
        near = f" (gần nhất là «{best.template.form}», thấy {len(found)}/{len(found) + len(missing)} nhãn in)"
    return (
        f"Trang này không khớp mẫu sổ nào{near}. Hãy xem ảnh các nhãn tìm được; nếu đúng là trang sổ, "
        "hãy tạo mẫu sổ mới từ trang này."
    )


def _listed(labels: Sequence[str]) -> str:
    """The first of some labels in quotes."""
    named = ", ".join(f"«{label}»" for label in labels[:_NAMED])
    return f"{named} và {len(labels) - _NAMED} nhãn khác" if len(labels) > _NAMED else named


def _is_told_by_its_words(work: PageWork) -> bool:
    """Whether the page is a cover, a closing statement or empty; if so `work.judged` says which."""
    assert work.surface is not None
    with work.step("kind"):
        judged = judge_page(work.words, work.surface.ink)
    work.judged = judged if judged.kind is not None else None
    return work.judged is not None


def read_fields(work: PageWork) -> None:
    """The second half of `read_image`: place the fields of the form found, cut them out and read them.

    Raises:
        OcrError: the fields cannot be placed.
    """
    _place(work)
    assert work.placed is not None and work.page is not None
    with work.step("cut"):
        work.crops = cut_lines(work.page, work.placed) | work.stamps
        work.missed = missed_ink(work.page, work.placed, work.crops)
    with work.step("read"):
        signed = {
            key for key in work.crops if work.placed.fields[key[0]].item.kind in (ItemKind.SIGNATURE, ItemKind.NOTES)
        }
        labels = printed_around(work.placed)
        work.read = read_crops(work.crops, line_kinds(work.placed), work.words, signed, labels, work.task.book_place)


def _find_form(work: PageWork, image: BgrImage, templates: Sequence[FormTemplate], rotation: int | None) -> None:
    with work.step("straighten"):
        work.straight = straighten_page(image, rotation=rotation)
    with work.step("clean"):
        work.surface = _clean_surface(work, work.straight)
        _refuse_noise(work.surface.ink)
        work.page = clean_page(work.surface.ink)
    with work.step("words"):
        small = cv2.resize(work.page.grey, None, fx=_WORD_SCALE, fy=_WORD_SCALE, interpolation=cv2.INTER_AREA)
        found = read_words(np.asarray(small, np.uint8), dpi=round(300 * _WORD_SCALE))
        work.words = [_enlarged(word, 1 / _WORD_SCALE) for word in found]
    with work.step("form"):
        work.matches = ranked_forms(find_forms(token_rows(work.words), templates), work.task.book_form)
        height, width = work.page.ink.shape
        tables = find_tables(work.page, work.words, half_tables(templates) if height > width else templates)
        work.table = tables[0] if tables and tables[0].form.recall >= _LOWEST_TABLE_RECALL else None
        # of the halves of one form the best alone
        work.tables = {table.form.template.form: table for table in reversed(tables)}
        if work.table is not None:
            work.matches = ranked_forms([table.form for table in work.tables.values()], work.task.book_form)
            work.table = work.tables[work.matches[0].template.form]
    if work.matches:
        with work.step("clean"):
            work.page = _with_the_pens_ink(work.page, work.surface.ink, work.words, work.matches[0])
    if work.table is None and _fits(work):
        with work.step("second look"):
            work.words, best = look_again(work.page, work.words, work.matches[0])
            work.matches[0] = refine_labels(best, work.page)


def _clean_surface(work: PageWork, straight: Straightened) -> Surface:
    # a camera's perspective is not the same twice, so the neighbour of a photograph cannot be laid over it
    neighbours = () if straight.photo else _neighbour_scans(work)
    scale = float(np.sqrt(abs(np.linalg.det(straight.homography[:2, :2]))))
    rotation = (work.turned + straight.rotation) % 360
    return clean_surface(straight.image, dpi=work.scan_dpi / scale, neighbours=neighbours, rotation=rotation)


def _with_the_pens_ink(page: CleanPage, surface: GreyImage, words: Sequence[Word], match: FormMatch) -> CleanPage:
    """A page filled in by hand cleaned once more, at the threshold of its pen."""
    labels = match.labels.values()
    if not written_by_pen(words, labels):
        return page
    return clean_page(surface, pen_threshold(page, [box for label in labels for box in label.boxes]))


def _refuse_noise(ink: GreyImage) -> None:
    """A picture of nothing but specks costs minutes to look for lines and words in; no page has so many."""
    specks, _ = cv2.connectedComponents((ink < ink_threshold(ink)).astype(np.uint8))
    if specks > _MOST_SPECKS:
        raise FormNotFoundError(
            "no_form", "Ảnh này toàn hạt nhiễu, không thấy trang sổ. Hãy kiểm tra máy quét rồi quét lại trang."
        )


def _neighbour_scans(work: PageWork) -> Iterator[NeighbourScan]:
    """The pages before and after, opened one by one; one that cannot be opened is none."""
    for place in (work.task.page_after, work.task.page_before):
        if place is None:
            continue
        with suppress(OcrError):
            scan = open_page(*place, dpi=NEIGHBOUR_DPI)
            # the reverse of an open book's left page is the right page of another scan
            half = None if work.half is None else 1 - work.half
            yield NeighbourScan(image=scan.image, dpi=scan.dpi, half=half)


def _fits(work: PageWork) -> bool:
    return work.table is not None or (bool(work.matches) and fits(work.matches[0], named=bool(work.task.forms)))


def _place(work: PageWork) -> None:
    assert work.page is not None and work.straight is not None and work.surface is not None
    if work.table is not None:
        with work.step("place"):
            work.page = with_pale_strokes(work.page)
            work.placed = place_table(work.table, work.page.ink)
        return
    with work.step("place"):
        geometry = {key: (x, y) for key, x, y in work.task.book_geometry}
        work.placed = place_fields(work.matches[0], work.page, geometry)
    if work.placed is None:
        raise FormNotFoundError("no_form", "Không đặt được các ô của mẫu sổ lên trang này. Hãy quét lại trang rõ hơn.")
    work.placed, work.stamps = names_below(work.placed, work.page.ink, work.words, work.straight.image)
    with work.step("marks"):
        work.marks = mark_readings(work.placed, work.surface.ink, work.straight.image)
        work.signatures = signed_spaces(work.placed, work.page.grey, work.words)
        notes = notes_places(work.placed, work.page.ink)
        work.placed = replace(work.placed, fields=(*work.placed.fields, *notes))


def _enlarged(word: Word, scale: float) -> Word:
    return replace(
        word, left=word.left * scale, top=word.top * scale, right=word.right * scale, bottom=word.bottom * scale
    )
