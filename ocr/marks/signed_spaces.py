"""Which signature spaces of a page are signed: ink below each printed title that is neither print nor type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layouts.forms import FormTemplate, Item, ItemKind
from ocr.forms.geometry import height_mm
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import SLOT_STEP
from ocr.images import PAPER, PIXELS_PER_MM, GreyImage, PixelBox
from ocr.marks.checkboxes import signature_present
from ocr.marks.signature_names import NAME_BELOW_MM
from ocr.placing.placed_page import PlacedPage
from ocr.placing.printed_ink import printed_mask
from ocr.readings import SignatureReading
from ocr.tesseract import Word

__all__ = ["signed_spaces"]

_EITHER = " / "
"""Between titles printed one below the other, of whom one signs."""
_HALF_WIDTH_MM = 32.0
"""A signature stands at most so far from the middle of its title."""
_NAME_BELOW_MM = 4.0
"""Signatures reach so far below the line for the name."""
_LETTERS_MM = 5.0
"""Height of a printed row, kept clear above the next one."""
_EDGE = 2
"""Pixels around a printed word that are its grey edge, as in `GREY_EDGE`."""
_TYPED = 0.7
"""Confidence from which a word that Tesseract read is type, not a signature."""
_EXPECTED = 0.6
"""Trust in a space whose title was not read."""
_CLEAR_OF_TITLE = 0.2
"""Of a row's height below the title's baseline: its tails."""


def signed_spaces(
    placed: PlacedPage, grey: GreyImage, words: Sequence[Word]
) -> dict[int, tuple[SignatureReading, ...]]:
    """For each entry slot its signature spaces in the order of the form.

    Args:
        placed: the page with its labels.
        grey: the cleaned page: seals, dots and rules taken away.
        words: of the whole page, in its pixels; those surely read are type.
    """
    ink = np.where(printed_mask(placed, grey.shape) > 0, PAPER, grey).astype(np.uint8)
    for word in words:
        if word.confidence >= _TYPED and sum(c.isalpha() for c in word.text) > 1:
            rows = slice(max(int(word.top) - _EDGE, 0), int(word.bottom) + _EDGE + 1)
            ink[rows, max(int(word.left) - _EDGE, 0) : int(word.right) + _EDGE + 1] = PAPER
    found: dict[int, tuple[SignatureReading, ...]] = {}
    for slot in sorted({place.slot for place in placed.fields}):
        items = [(n, i) for n, i in enumerate(placed.template.items) if i.kind is ItemKind.SIGNATURE and i.label[0]]
        found[slot] = tuple(_looked_at(placed, slot, number, item, ink) for number, item in items)
    return found


def _looked_at(placed: PlacedPage, slot: int, number: int, item: Item, ink: NDArray[np.uint8]) -> SignatureReading:
    left, top, right, bottom = _space(placed, slot, number, item, ink.shape)
    signed, sure = signature_present(ink[top:bottom, left:right])
    if (slot, number, 0) not in placed.labels:
        sure = min(sure, _EXPECTED)
    height, width = ink.shape
    return SignatureReading(
        title=_EITHER.join(item.label),
        columns=item.columns,
        signed=signed,
        confidence=sure,
        box=(left / width, top / height, right / width, bottom / height),
    )


def _space(placed: PlacedPage, slot: int, number: int, item: Item, shape: tuple[int, ...]) -> PixelBox:
    """Left, top, right and bottom of where a signature may stand below its title."""
    middle, baseline = _title(placed, slot, number, item)
    beside = [
        _title(placed, slot, n, other)[0]
        for n, other in enumerate(placed.template.items)
        if n != number and other.kind is ItemKind.SIGNATURE and abs(other.y_mm - item.y_mm) < 1
    ]
    reach = _HALF_WIDTH_MM * PIXELS_PER_MM
    left = max([middle - reach, 0, *((x + middle) / 2 for x in beside if x < middle)])
    right = min([middle + reach, placed.divider or shape[1], *((x + middle) / 2 for x in beside if x > middle)])
    top = baseline + _CLEAR_OF_TITLE * _LETTERS_MM * PIXELS_PER_MM
    name = item.name_y_mm if item.name_y_mm is not None else item.y_mm + NAME_BELOW_MM
    below = (name - item.y_mm) * placed.fit.y_scale + _NAME_BELOW_MM * PIXELS_PER_MM
    frame = placed.fit.y(placed.template.frame_mm.height * (1 + slot * SLOT_STEP)) - PIXELS_PER_MM
    bottom = min([baseline + below, frame, shape[0], *_rows_below(placed, top, left, right)])
    return int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)


def _rows_below(placed: PlacedPage, top: float, left: float, right: float) -> list[float]:
    """Tops of the printed rows below a space's beginning, in its width."""
    return [
        label.top_baseline - _LETTERS_MM * PIXELS_PER_MM
        for label in placed.labels.values()
        if label.top_baseline > top + 2 * _LETTERS_MM * PIXELS_PER_MM and label.left < right and label.right > left
    ]


def _title(placed: PlacedPage, slot: int, number: int, item: Item) -> tuple[float, float]:
    """Middle and baseline of a title's last row: where it was found, else where it must be."""
    rows: list[FoundLabel] = [label for (s, n, _), label in placed.labels.items() if (s, n) == (slot, number)]
    if rows:
        first = rows[0]
        return (first.left + first.right) / 2, max(row.baseline for row in rows)
    return placed.fit.x(item.x_mm[0]), placed.fit.y(_lowest_mm(placed.template, item, slot))


def _lowest_mm(template: FormTemplate, item: Item, slot: int) -> float:
    return height_mm(template, item, slot, len(item.label) - 1)
