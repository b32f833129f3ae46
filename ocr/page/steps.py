"""The steps of reading one page: straighten, clean, find the form, place its spaces, cut the lines, read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import cv2
import numpy as np

from layouts.forms import FormTemplate, ItemKind
from ocr.cleaning.clean import CleanPage, clean_page, ink_threshold, pen_threshold, with_pale_strokes
from ocr.cleaning.show_through import NEIGHBOUR_DPI, NeighbourScan
from ocr.cleaning.surface import clean_surface
from ocr.cutting.cut_lines import cut_lines, missed_ink
from ocr.errors import OcrError
from ocr.forms.form_choice import fits, ranked_forms
from ocr.forms.geometry import fit_labels
from ocr.forms.half_tables import half_tables
from ocr.forms.label_bounds import refine_labels
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import FormMatch, find_forms
from ocr.forms.match_table import find_tables
from ocr.forms.page_kinds import judge_page
from ocr.forms.reread_labels import look_again
from ocr.images import WORK_DPI, GreyImage
from ocr.marks.notes_column import mark_readings, notes_places
from ocr.marks.pale_names import with_pale_names
from ocr.marks.signature_names import names_below
from ocr.marks.signed_spaces import signed_spaces
from ocr.page.form_messages import IS_NOISE, NOT_PLACED, fits_no_form
from ocr.page.records import (
    Cleaned,
    Clock,
    Cut,
    Found,
    Judged,
    Origin,
    Picture,
    Placed,
    Read,
    Recognised,
    RecognisedForm,
    RecognisedTable,
    Searched,
    Unknown,
    Upright,
)
from ocr.placing.fields import place_fields
from ocr.placing.table import place_table
from ocr.reading.compose import line_kinds, whole_values
from ocr.reading.lines import read_crops
from ocr.reading.printed_around import printed_around
from ocr.reading.readers import Readers
from ocr.reading.script import written_by_pen
from ocr.scans.opening import open_page
from ocr.straightening.orientation import direction_is_doubtful, work_copy
from ocr.straightening.straighten import straighten_page
from ocr.tesseract import Word, read_words

__all__ = ["clean", "cut", "find_form", "place", "read", "recognise", "straighten"]

_WORD_SCALE = 0.55
"""Printed labels are read at 165 dpi: as sure as at 300 and three times as fast."""
_LOWEST_TABLE_RECALL = 0.45
"""Share of a table's printed heads from which a page is that table. No measurement is on record."""
_OTHER_WAYS = (180, 90, 270)
"""Degrees by which a page is turned on when it tells nothing as it stands."""
_MOST_SPECKS = 40_000
"""Separate marks of a page: up to 3,000 on printed, written and dotted ones, over 200,000 on sensor noise."""


def recognise(picture: Picture, forms: Sequence[FormTemplate]) -> Found:
    """Straighten a page, clean it and find its form; what tells nothing is looked at upside down too, and sideways.

    Covers, closing statements and pages with few entries have too little print to be turned upright surely.

    Raises:
        OcrError: Tesseract is missing.
    """
    found = find_form(clean(straighten(picture)), forms)
    if not isinstance(found, Unknown) or found.search.cleaned.noise:
        return found
    best = found
    for turn in _OTHER_WAYS if direction_is_doubtful(work_copy(picture.image)[0]) else _OTHER_WAYS[:1]:
        rotation = (found.search.cleaned.straight.rotation + turn) % 360
        again = find_form(clean(straighten(replace(picture, steps=best.search.steps), rotation=rotation)), forms)
        if not isinstance(again, Unknown):
            return again
        best = max(best, again, key=_evidence)  # of equals the first, which is told and shown as the page stood
    return best


def _evidence(found: Unknown) -> float:
    matches = found.search.matches
    return matches[0].evidence if matches else 0.0


def straighten(picture: Picture, *, rotation: int | None = None) -> Upright:
    """Turn, level, flatten and crop a page.

    Args:
        picture: as scanned.
        rotation: degrees clockwise to turn it; None to find out.
    """
    clock = Clock(picture.steps)
    straight = straighten_page(picture.image, rotation=rotation)
    return Upright(origin=picture.origin, straight=straight, steps=clock.lap("straighten"))


def clean(upright: Upright) -> Cleaned:
    """Take off what is neither writing nor print: paper, light, seals, show-through, dots and rules."""
    clock = Clock(upright.steps)
    origin, straight = upright.origin, upright.straight
    # a camera's perspective is not the same twice, so the neighbour of a photograph cannot be laid over it
    neighbours = () if straight.photo else _neighbour_scans(origin)
    scale = float(np.sqrt(abs(np.linalg.det(straight.homography[:2, :2]))))
    rotation = (origin.turned + straight.rotation) % 360
    surface = clean_surface(straight.image, dpi=origin.scan_dpi / scale, neighbours=neighbours, rotation=rotation)
    noise = _is_noise(surface.ink)
    page = _as_it_is(surface.ink) if noise else clean_page(surface.ink)
    return Cleaned(origin=origin, straight=straight, surface=surface, page=page, noise=noise, steps=clock.lap("clean"))


def _is_noise(ink: GreyImage) -> bool:
    """A picture of nothing but specks costs minutes to look for lines and words in; no page has so many."""
    specks, _ = cv2.connectedComponents((ink < ink_threshold(ink)).astype(np.uint8))
    return bool(specks > _MOST_SPECKS)


def _as_it_is(ink: GreyImage) -> CleanPage:
    return CleanPage(grey=ink, ink=np.zeros_like(ink), dotted_lines=(), rules=())


def _neighbour_scans(origin: Origin) -> Iterator[NeighbourScan]:
    """The pages before and after, opened one by one; one that cannot be opened is none."""
    for place in (origin.task.page_after, origin.task.page_before):
        if place is None:
            continue
        with suppress(OcrError):
            scan = open_page(*place, dpi=NEIGHBOUR_DPI)
            # the reverse of an open book's left page is the right page of another scan
            half = None if origin.half is None else 1 - origin.half
            yield NeighbourScan(image=scan.image, dpi=scan.dpi, half=half)


def find_form(cleaned: Cleaned, forms: Sequence[FormTemplate]) -> Found:
    """Which of some forms a page is, by its printed labels; else whether it is a cover, a closing or an empty sheet.

    Raises:
        OcrError: Tesseract is missing.
    """
    if cleaned.noise:
        nothing = Searched(cleaned=cleaned, page=cleaned.page, words=(), matches=(), tables={}, steps=cleaned.steps)
        return Unknown(search=nothing, message=IS_NOISE)
    search, is_table = _search(cleaned, forms)
    task, clock = cleaned.origin.task, Clock(search.steps)
    if is_table:
        return RecognisedTable(search=search, table=search.tables[search.matches[0].template.form])
    if search.matches and fits(search.matches[0], named=bool(task.forms)):
        return _recognised_form(search)
    judgement = judge_page(search.words, cleaned.surface.ink)
    search = replace(search, steps=clock.lap("kind"))
    if judgement is not None:
        return Judged(search=search, judgement=judgement)
    return Unknown(search=search, message=fits_no_form(search.matches, named=bool(task.forms)))


def _search(cleaned: Cleaned, forms: Sequence[FormTemplate]) -> tuple[Searched, bool]:
    """The page with the forms it may be, and whether the likeliest is a table."""
    task, clock = cleaned.origin.task, Clock(cleaned.steps)
    words = _words(cleaned.page)
    clock.lap("words")
    height, width = cleaned.page.ink.shape
    found = find_tables(cleaned.page, words, half_tables(forms) if height > width else forms)
    is_table = bool(found) and found[0].form.recall >= _LOWEST_TABLE_RECALL
    # of the halves of one form the best alone
    tables = {table.form.template.form: table for table in reversed(found)}
    fitted = [table.form for table in tables.values()] if is_table else find_forms(token_rows(words), forms)
    matches = tuple(ranked_forms(fitted, task.book_form))
    clock.lap("form")
    page = _with_the_pens_ink(cleaned, words, matches[0]) if matches else cleaned.page
    steps = clock.lap("clean")
    search = Searched(cleaned=cleaned, page=page, words=tuple(words), matches=matches, tables=tables, steps=steps)
    return search, is_table


def _words(page: CleanPage) -> list[Word]:
    small = cv2.resize(page.grey, None, fx=_WORD_SCALE, fy=_WORD_SCALE, interpolation=cv2.INTER_AREA)
    found = read_words(np.asarray(small, np.uint8), dpi=round(WORK_DPI * _WORD_SCALE))
    return [_enlarged(word, 1 / _WORD_SCALE) for word in found]


def _enlarged(word: Word, scale: float) -> Word:
    return replace(
        word, left=word.left * scale, top=word.top * scale, right=word.right * scale, bottom=word.bottom * scale
    )


def _with_the_pens_ink(cleaned: Cleaned, words: Sequence[Word], match: FormMatch) -> CleanPage:
    """A page filled in by hand cleaned once more, at the threshold of its pen."""
    labels = match.labels.values()
    if not written_by_pen(words, labels):
        return cleaned.page
    printed = [box for label in labels for box in label.boxes]
    return clean_page(cleaned.surface.ink, pen_threshold(cleaned.page, printed))


def _recognised_form(search: Searched) -> RecognisedForm | Unknown:
    """The page of the form that fits best, its missing labels looked for once more."""
    clock = Clock(search.steps)
    words, best = look_again(search.page, search.words, search.matches[0])
    best = refine_labels(best, search.page)
    matches = (best, *search.matches[1:])
    search = replace(search, words=tuple(words), matches=matches, steps=clock.lap("second look"))
    fit = fit_labels(best)
    return Unknown(search=search, message=NOT_PLACED) if fit is None else RecognisedForm(search=search, fit=fit)


def place(found: Recognised) -> Placed:
    """The spaces of a page's values, and what is told by marks instead of writing."""
    clock = Clock(found.search.steps)
    if isinstance(found, RecognisedTable):
        page = with_pale_strokes(found.search.page)
        places = place_table(found.table, page.ink)
        return Placed(
            found=found, page=page, places=places, marks={}, signatures={}, stamps={}, steps=clock.lap("place")
        )
    search, page = found.search, found.search.page
    straight, surface = search.cleaned.straight, search.cleaned.surface
    geometry = {key: (x, y) for key, x, y in search.cleaned.origin.task.book_geometry}
    places = place_fields(search.matches[0], found.fit, page, geometry)
    page = with_pale_names(page, places, search.words)
    places, stamps = names_below(places, page.ink, search.words, straight.image)
    clock.lap("place")
    return Placed(
        found=found,
        page=page,
        places=replace(places, fields=(*places.fields, *notes_places(places, page))),
        marks=mark_readings(places, surface.ink, straight.image),
        signatures=signed_spaces(places, page.grey, search.words),
        stamps=stamps,
        steps=clock.lap("marks"),
    )


def cut(placed: Placed) -> Cut:
    """The lines of a page, each stroke on the line it belongs to."""
    clock = Clock(placed.steps)
    crops = {**cut_lines(placed.page, placed.places), **placed.stamps}
    missed = missed_ink(placed.page, placed.places, crops)
    return Cut(placed=placed, crops=crops, missed=missed, steps=clock.lap("cut"))


def read(page: Cut, readers: Readers) -> Read:
    """The text of every line.

    Raises:
        OcrError: Tesseract is missing.
    """
    clock = Clock(page.steps)
    places, search = page.placed.places, page.placed.found.search
    by_hand = (ItemKind.SIGNATURE, ItemKind.NOTES)
    lines = read_crops(
        page.crops,
        line_kinds(places),
        search.words,
        readers,
        signed={key for key in page.crops if places.fields[key[0]].item.kind in by_hand},
        labels=printed_around(places),
        book=search.cleaned.origin.task.book_place,
        by_pen=search.by_pen,
        wholes=whole_values(places),
    )
    return Read(cut=page, lines=lines, steps=clock.lap("read"))
