"""Values of a book on its cover or closing statement, cut out and read like those of entries."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from layouts.columns import FieldKind
from ocr.clean import CleanPage
from ocr.line_bands import LineKey
from ocr.line_crops import LineCrop
from ocr.lines_reading import read_crops
from ocr.page_fit import PIXELS_PER_MM
from ocr.page_kinds import BookLine
from ocr.tesseract import Word

__all__ = ["read_book_values"]

_KINDS = {
    "quyenSo": FieldKind.VOLUME,
    "noiDangKy": FieldKind.PLACE,
    "district": FieldKind.PLACE,
    "province": FieldKind.PLACE,
    "opened_on": FieldKind.DATE,
    "closed_on": FieldKind.DATE,
}
"""What is not named here is counted: pages, entries, numbers."""
_PAD = 14
_SMALLEST = 8
"""Ink lower and narrower than this is dust; a comma or a tone mark is kept where a letter is near."""
_ABOVE, _BELOW = round(1.0 * PIXELS_PER_MM), round(0.8 * PIXELS_PER_MM)
"""Rows at the edges of a value's space in which strokes of other lines end: a stroke belongs where its middle is."""


def read_book_values(page: CleanPage, lines: Sequence[BookLine], words: Sequence[Word]) -> dict[str, str]:
    """Read the values of a book; a date in three spaces comes joined by `/`, what holds no ink is left out.

    Args:
        page: the page, dots and rules erased.
        lines: values and their spaces, as `page_kinds.judge_page` found them.
        words: Tesseract's words of the whole page, in its pixels.
    """
    crops: dict[LineKey, LineCrop] = {}
    kinds: dict[LineKey, str | None] = {}
    for number, line in enumerate(lines):
        for part, box in enumerate(line.boxes):
            crop = _crop(page, box)
            if crop is not None:
                crops[number, part] = crop
                kinds[number, part] = _kind(line).value
    values = read_crops(crops, kinds, words).values if crops else {}
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        parts = [(number, part) for part in range(len(line.boxes))]
        text = "/".join(_text(values[key].decoded or values[key].text) for key in parts if key in values)
        if text.strip("/"):
            found[line.name] = text
    return found


def _kind(line: BookLine) -> FieldKind:
    if len(line.boxes) > 1:
        return FieldKind.NUMBER
    return _KINDS.get(line.name, FieldKind.NUMBER)


def _text(text: str) -> str:
    return text.strip(" .,:;-–_…")


def _crop(page: CleanPage, box: tuple[int, int, int, int]) -> LineCrop | None:
    """The strokes whose middle lies in a value's space, by themselves on white; None without any."""
    height, width = page.ink.shape
    left, right = max(box[0], 0), min(box[2], width)
    top, bottom = max(box[1], 0), min(box[3], height)
    if right - left < _SMALLEST or bottom - top < _SMALLEST:
        return None
    _, labels, stats, centres = cv2.connectedComponentsWithStats(page.ink[top:bottom, left:right], connectivity=8)
    middle = centres[:, 1]
    own = (middle > _ABOVE) & (middle < bottom - top - _BELOW)
    own &= np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= _SMALLEST
    own[0] = False
    if not own.any():
        return None
    mask = own[labels].astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)
    if h < 2 * _SMALLEST:
        return None  # a dash or a row of dots left over
    part = np.where(cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0, page.grey[top:bottom, left:right], 255)
    cut = np.asarray(part[y : y + h, x : x + w], np.uint8)
    picture = cv2.copyMakeBorder(cut, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=(255,))
    return LineCrop(
        box=(left + x, top + y, left + x + w, top + y + h),
        picture=np.asarray(picture, np.uint8),
        ink_pixels=int(mask.sum()),
        overflows=False,
    )
