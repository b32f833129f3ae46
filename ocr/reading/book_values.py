"""Values of a book on its cover or closing statement, cut out and read like those of entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from layouts.columns import FieldKind
from ocr.cleaning.clean import CleanPage
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import PAD, LineCrop
from ocr.forms.page_kinds import BookLine
from ocr.images import GREY_EDGE, PAPER, PIXELS_PER_MM, PixelBox
from ocr.reading.lines import LineValue, read_crops
from ocr.reading.readers import Readers
from ocr.tesseract import Word
from vietnamese.calendar_limits import DAYS, MONTHS, YEARS_OF_BOOKS

__all__ = ["BookValue", "read_book_values"]

_KINDS = {
    "quyenSo": FieldKind.VOLUME,
    "noiDangKy": FieldKind.PLACE,
    "district": FieldKind.PLACE,
    "province": FieldKind.PLACE,
    "opened_on": FieldKind.DATE,
    "closed_on": FieldKind.DATE,
}
"""What is not named here is counted: pages, entries, numbers."""
_SMALLEST = 8
"""Ink lower and narrower than this is dust; a comma or a tone mark is kept where a letter is near."""
_ABOVE, _BELOW = round(1.0 * PIXELS_PER_MM), round(0.8 * PIXELS_PER_MM)
"""Rows at the edges of a value's space in which strokes of other lines end: a stroke belongs where its middle is."""


_DATE_PARTS = (DAYS, MONTHS, YEARS_OF_BOOKS)
"""Day, month and year of the dates on covers."""
_SECOND_CHOICE = 0.5
"""Most that a date may claim whose first reading was no date."""
_LEAST = 1e-4
"""Share that every reading keeps, so that its logarithm exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookValue:
    """What was read of one value of a book."""

    text: str
    sure: float
    """0..1, that it is right to the last figure."""


def read_book_values(
    page: CleanPage, lines: Sequence[BookLine], words: Sequence[Word], readers: Readers
) -> dict[str, BookValue]:
    """Read the values of a book; a date in three spaces comes joined by `/`, what holds no ink is left out.

    Args:
        page: the page, dots and rules erased.
        lines: values and their spaces, as `page_kinds.judge_page` found them.
        words: Tesseract's words of the whole page, in its pixels.
        readers: who reads what is written there.
    """
    crops: dict[LineKey, LineCrop] = {}
    kinds: dict[LineKey, FieldKind | None] = {}
    for number, line in enumerate(lines):
        for part, box in enumerate(line.boxes):
            crop = _crop(page, box)
            if crop is not None:
                crops[number, part] = crop
                kinds[number, part] = _kind(line)
    values = read_crops(crops, kinds, words, readers).values if crops else {}
    found: dict[str, BookValue] = {}
    for number, line in enumerate(lines):
        parts = [values[number, part] for part in range(len(line.boxes)) if (number, part) in values]
        value = _date(parts) if len(line.boxes) == len(_DATE_PARTS) == len(parts) else _joined(parts, len(line.boxes))
        if value.text.strip("/"):
            found[line.name] = value
    return found


def _joined(parts: Sequence[LineValue], wanted: int) -> BookValue:
    """The parts as they were read; a value of which a part was not seen is never sure."""
    text = "/".join(_text(part.decoded or part.text) for part in parts)
    return BookValue(
        text=text, sure=min((part.confidence for part in parts), default=0.0) if len(parts) == wanted else 0.0
    )


def _date(parts: Sequence[LineValue]) -> BookValue:
    """Day, month and year: of what each may be read as, the likeliest that a date can have."""
    chosen = [_possible(part, allowed) for part, allowed in zip(parts, _DATE_PARTS, strict=True)]
    told = [part for part in chosen if part is not None]
    if len(told) < len(parts):
        return replace(_joined(parts, len(parts)), sure=0.0)
    return BookValue(text="/".join(part.text for part in told), sure=min(part.sure for part in told))


def _possible(part: LineValue, allowed: range) -> BookValue | None:
    """The likeliest reading of one part of a date among the numbers it can be."""
    read = [(_text(part.decoded or part.text), part.confidence), *((a.text, a.probability) for a in part.alternatives)]
    fitting = [(text, max(sure, _LEAST)) for text, sure in read if text.isdecimal() and int(text) in allowed]
    if not fitting:
        return None
    best = max(fitting, key=lambda reading: reading[1])
    if best[0] == read[0][0]:
        return BookValue(text=best[0], sure=best[1])
    return BookValue(text=best[0], sure=min(_SECOND_CHOICE, best[1] / sum(sure for _, sure in fitting)))


def _kind(line: BookLine) -> FieldKind:
    if len(line.boxes) > 1:
        return FieldKind.NUMBER
    return _KINDS.get(line.name, FieldKind.NUMBER)


def _text(text: str) -> str:
    return text.strip(" .,:;-–_…")


def _crop(page: CleanPage, box: PixelBox) -> LineCrop | None:
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
    part = np.where(cv2.dilate(mask, GREY_EDGE) > 0, page.grey[top:bottom, left:right], PAPER)
    cut = np.asarray(part[y : y + h, x : x + w], np.uint8)
    picture = cv2.copyMakeBorder(cut, PAD, PAD, PAD, PAD, cv2.BORDER_CONSTANT, value=(PAPER,))
    return LineCrop(
        box=(left + x, top + y, left + x + w, top + y + h),
        picture=np.asarray(picture, np.uint8),
        ink_pixels=int(mask.sum()),
        overflows=False,
    )
