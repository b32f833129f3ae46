"""The steps of reading a page as pictures: what was seen, found, placed, cleaned and cut."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import BgrImage, GreyImage
from ocr.page.records import Cut, Judged, Searched, Unknown
from ocr.page.scan_pages import cut_page
from ocr.readings import PageTask

__all__ = ["explain_page", "step_pictures"]

_LABEL, _WORD, _LINE, _EXPECTED, _INK = (40, 140, 0), (190, 190, 190), (220, 90, 0), (0, 0, 220), (190, 0, 160)
"""Blue, green and red of what is drawn: green labels, grey words, blue lines, red places where none was found, purple
ink."""
_SHEET_WIDTH = 1700
"""Pixels of a sheet of crops, as wide as a page on the screens."""
_THIN, _THICK = 3, 4
"""Pixels of the lines that are drawn: boxes, lines of writing."""
_MARGIN, _BETWEEN, _SHEET_GREY = 20, 12, 225
"""Pixels beside the crops together and between them; level of the sheet they lie on, so that their edges are seen."""


def explain_page(task: PageTask) -> list[tuple[str, BgrImage]]:
    """Read a page up to its lines and draw each step.

    Returns:
        (name of the step, picture), in order; a page that fits no form ends with the words found.

    Raises:
        OcrError: the page cannot be opened.
        TemplateError: one of the office's templates is not valid.
    """
    return step_pictures(cut_page(task))


def step_pictures(page: Cut | Judged | Unknown) -> list[tuple[str, BgrImage]]:
    """The steps a page went through, each drawn: name and picture, as far as it came."""
    search = page.placed.found.search if isinstance(page, Cut) else page.search
    straight, surface = search.cleaned.straight.image, search.cleaned.surface
    pictures = [("straightened", straight), ("labels", _draw_labels(search, straight.copy()))]
    if isinstance(page, Cut):
        pictures.append(("fields", _draw_fields(page, straight.copy())))
    if surface.reverse is not None:
        pictures.append(("reverse", _in_colour(255 - surface.reverse)))
    pictures.append(("cleaned", _in_colour(search.page.grey)))
    if isinstance(page, Cut) and page.crops:
        pictures.append(("crops", _sheet([crop.picture for crop in page.crops.values()])))
    return pictures


def _in_colour(grey: GreyImage) -> BgrImage:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _draw_labels(search: Searched, picture: BgrImage) -> BgrImage:
    """Words in grey, labels of the best form in green."""
    for word in search.words:
        _box(picture, (word.left, word.top, word.right, word.bottom), _WORD, 1)
    for label in search.matches[0].labels.values() if search.matches else ():
        for box in label.boxes:
            _box(picture, box, _LABEL, _THIN)
    return picture


def _draw_fields(page: Cut, picture: BgrImage) -> BgrImage:
    """Writing lines in blue (red where the label was only expected), ink found in violet."""
    for field in page.placed.places.fields:
        colour = _LINE if field.certain else _EXPECTED
        for line in field.lines:
            start, end = (line.left, line.baseline_left), (line.right, line.baseline_right)
            cv2.line(picture, _pixel(start), _pixel(end), colour, _THICK)
    for crop in page.crops.values():
        left, top, right, bottom = crop.box
        _box(picture, (left, top, right, bottom), _INK, _THIN)
    return picture


def _box(picture: BgrImage, box: tuple[float, float, float, float], colour: tuple[int, int, int], width: int) -> None:
    cv2.rectangle(picture, _pixel(box[:2]), _pixel(box[2:]), colour, width)


def _pixel(point: tuple[float, ...]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _sheet(crops: list[NDArray[np.uint8]]) -> BgrImage:
    """All crops of the page one below the other."""
    width = max(_SHEET_WIDTH, *(crop.shape[1] + _MARGIN for crop in crops))
    sheet = np.full((sum(crop.shape[0] + _BETWEEN for crop in crops) + _BETWEEN, width), _SHEET_GREY, np.uint8)
    y, side = _BETWEEN, _MARGIN // 2
    for crop in crops:
        sheet[y : y + crop.shape[0], side : side + crop.shape[1]] = crop
        y += crop.shape[0] + _BETWEEN
    return _in_colour(sheet)
