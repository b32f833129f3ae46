"""The steps of reading a page as pictures: what was seen, found, placed, cleaned and cut."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.errors import TemplateError
from ocr.errors import FormNotFoundError
from ocr.images import BgrImage
from ocr.pipeline import PageWork, work_on_page
from ocr.readings import PageTask

__all__ = ["explain_page", "step_pictures"]

_LABEL, _WORD, _LINE, _EXPECTED, _INK = (40, 140, 0), (190, 190, 190), (220, 90, 0), (0, 0, 220), (190, 0, 160)
_SHEET_WIDTH = 1700


def explain_page(task: PageTask) -> list[tuple[str, BgrImage]]:
    """Read a page and draw each step.

    Returns:
        (name of the step, picture), in order; a page that fits no form ends with the words found.

    Raises:
        OcrError: the page cannot be opened.
        TemplateError: one of the office's templates is not valid.
    """
    work = PageWork(task=task)
    try:
        work_on_page(work)
    except (FormNotFoundError, TemplateError):
        if work.straight is None:
            raise
    return step_pictures(work)


def step_pictures(work: PageWork) -> list[tuple[str, BgrImage]]:
    """The steps a page went through, each drawn: name and picture, as far as it came."""
    pictures: list[tuple[str, BgrImage]] = []
    if work.straight is None or work.page is None:
        return pictures
    pictures.append(("straightened", work.straight.image))
    pictures.append(("labels", _draw_labels(work, work.straight.image.copy())))
    if work.placed is not None:
        pictures.append(("fields", _draw_fields(work, work.straight.image.copy())))
    if work.surface is not None and work.surface.reverse is not None:
        pictures.append(("reverse", np.asarray(cv2.cvtColor(255 - work.surface.reverse, cv2.COLOR_GRAY2BGR), np.uint8)))
    pictures.append(("cleaned", np.asarray(cv2.cvtColor(work.page.grey, cv2.COLOR_GRAY2BGR), np.uint8)))
    if work.crops:
        pictures.append(("crops", _sheet([crop.picture for crop in work.crops.values()])))
    return pictures


def _draw_labels(work: PageWork, picture: BgrImage) -> BgrImage:
    """Words in grey, labels of the best form in green."""
    for word in work.words:
        _box(picture, (word.left, word.top, word.right, word.bottom), _WORD, 1)
    if work.matches:
        for label in work.matches[0].labels.values():
            for box in label.boxes:
                _box(picture, box, _LABEL, 3)
    return picture


def _draw_fields(work: PageWork, picture: BgrImage) -> BgrImage:
    """Writing lines in blue (red where the label was only expected), ink found in violet."""
    assert work.placed is not None
    for field in work.placed.fields:
        colour = _LINE if field.certain else _EXPECTED
        for line in field.lines:
            start, end = (line.left, line.baseline_left), (line.right, line.baseline_right)
            cv2.line(picture, _pixel(start), _pixel(end), colour, 4)
    for crop in work.crops.values():
        left, top, right, bottom = crop.box
        _box(picture, (left, top, right, bottom), _INK, 3)
    return picture


def _box(picture: BgrImage, box: tuple[float, float, float, float], colour: tuple[int, int, int], width: int) -> None:
    cv2.rectangle(picture, _pixel(box[:2]), _pixel(box[2:]), colour, width)


def _pixel(point: tuple[float, ...]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _sheet(crops: list[NDArray[np.uint8]]) -> BgrImage:
    """All crops of the page one below the other."""
    width = max(_SHEET_WIDTH, *(crop.shape[1] + 20 for crop in crops))
    sheet = np.full((sum(crop.shape[0] + 12 for crop in crops) + 12, width), 225, np.uint8)
    y = 12
    for crop in crops:
        sheet[y : y + crop.shape[0], 10 : 10 + crop.shape[1]] = crop
        y += crop.shape[0] + 12
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)
