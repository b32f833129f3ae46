"""Names under signatures: which writing below a printed title is the name, and what is still the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from layouts.forms import ItemKind
from ocr.find_form import FoundLabel, LabelKey
from ocr.label_words import plain
from ocr.page_fit import PIXELS_PER_MM, SLOT_STEP
from ocr.placed_page import FieldPlace, PlacedPage
from ocr.tesseract import Word
from ocr.text_rows import lines_in_area

__all__ = ["names_below"]

_TITLE_MM = 14.0
"""A title printed over several rows ends at most so far below its first."""
_LIKE_TITLE = 85


def names_below(placed: PlacedPage, ink: NDArray[np.uint8], words: Sequence[Word]) -> PlacedPage:
    """The page with the places of names brought to the last writing below the titles.

    Args:
        placed: the page with its fields.
        ink: 1 where there is writing or print, rules erased.
        words: of the whole page, in its pixels: the further rows of titles are known by them.
    """
    fields, labels = list(placed.fields), dict(placed.labels)
    for number, place in enumerate(placed.fields):
        if place.item.kind is not ItemKind.SIGNATURE or len(place.lines) != 1:
            continue
        titles = _title_rows(place, placed, words)
        labels |= titles
        printed = max((label.baseline for label in titles.values()), default=0.0)
        fields[number] = _name_below(place, placed, ink, printed)
    return replace(placed, fields=tuple(fields), labels=labels)


def _title_rows(place: FieldPlace, placed: PlacedPage, words: Sequence[Word]) -> dict[LabelKey, FoundLabel]:
    """Rows of words above a name that say a part of the title."""
    line, item = place.lines[0], place.item
    below = ((item.name_y_mm or item.y_mm + 25) - item.y_mm) * placed.fit.y_scale
    first = line.baseline_left - below
    near = [
        word
        for word in words
        if line.left < (word.left + word.right) / 2 < line.right
        and first - 6 * PIXELS_PER_MM < word.bottom < first + _TITLE_MM * PIXELS_PER_MM
    ]
    number = placed.template.items.index(item)
    found: dict[LabelKey, FoundLabel] = {}
    for row in _rows(near):
        text = plain(" ".join(word.text for word in row))
        if len(text) > 4 and fuzz.partial_ratio(text, plain(" ".join(item.label))) >= _LIKE_TITLE:
            found[place.slot, number, len(item.label) + len(found)] = _printed(row)
    return found


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped to rows, each from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.top + w.bottom):
        middle = (word.top + word.bottom) / 2
        if rows and rows[-1][-1].top < middle < rows[-1][-1].bottom:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _printed(row: Sequence[Word]) -> FoundLabel:
    baseline = float(np.median([word.bottom for word in row]))
    return FoundLabel(
        left=row[0].left,
        right=row[-1].right,
        baseline=baseline,
        top_baseline=baseline,
        similarity=1.0,
        boxes=tuple((word.left, word.top, word.right, word.bottom) for word in row),
    )


def _name_below(place: FieldPlace, placed: PlacedPage, ink: NDArray[np.uint8], printed: float) -> FieldPlace:
    """The place moved to the last row of writing below the title's last row."""
    line = place.lines[0]
    below = ((place.item.name_y_mm or place.item.y_mm + 25) - place.item.y_mm) * placed.fit.y_scale
    top = max(int(line.baseline_left - below + 5 * PIXELS_PER_MM), int(printed) + 6, 0)
    frame = placed.fit.y(placed.template.frame_mm.height * (1 + place.slot * SLOT_STEP))
    bottom = min(int(line.baseline_left + 20 * PIXELS_PER_MM), int(frame) - 6, ink.shape[0])
    rows = lines_in_area(ink, (int(line.left), top, int(line.right), bottom))
    return replace(place, lines=rows[-1:]) if rows else place
