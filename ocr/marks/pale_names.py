"""Names stamped or typed under signatures in ink much paler than the print of the page.

At the threshold that tells the print from paper such a name is no ink, and the signature above it is taken for the
name. Tesseract reads it on the grey page all the same: where it saw words and there is next to no ink, the row of these
words gets the ink that it has at a threshold of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from layouts.forms import ItemKind
from ocr.cleaning.clean import CleanPage
from ocr.images import PAPER, PixelBox
from ocr.marks.signature_names import name_space
from ocr.placing.placed_page import PlacedPage
from ocr.tesseract import Word

__all__ = ["with_pale_names"]

_SURE_WORD, _FEWEST_LETTERS = 0.85, 2
"""Confidence and letters of a word that Tesseract makes of no grain. By eye, as the others here."""
_NO_INK = 0.05
"""Share of a word's box that is ink, at most, where it is too pale; a word of usual ink covers a fifth and more."""
_MARKS_ABOVE, _TAILS_BELOW = 0.45, 0.35
"""Heights of the row's words above and below it in which their marks and tails stand."""
_DARKEST = 3
"""Percentile of the grey levels in a word's box that is its ink."""
_PALEST = PAPER - 30
"""Paler ink is the grain of the paper or shows through."""


def with_pale_names(page: CleanPage, placed: PlacedPage, words: Sequence[Word]) -> CleanPage:
    """The page with the ink of pale names below the titles of its signatures.

    Args:
        page: cleaned.
        placed: its fields.
        words: Tesseract's of the whole page, in its pixels.
    """
    ink = page.ink
    for place in placed.fields:
        if place.item.kind is not ItemKind.SIGNATURE or len(place.lines) != 1:
            continue
        left, top, right, bottom = name_space(place, placed, words, page.ink.shape)
        pale = [word for word in words if _inside(word, (left, top, right, bottom)) and _is_pale(word, page)]
        if not pale:
            continue
        lowest = max(pale, key=lambda word: word.bottom)
        row = [word for word in pale if word.bottom > lowest.top]
        high, low = min(word.top for word in row), max(word.bottom for word in row)
        first = max(int(high - _MARKS_ABOVE * (low - high)), 0)
        strip = slice(first, int(low + _TAILS_BELOW * (low - high))), slice(left, right)
        level = float(np.median([_darkest(word, page) for word in row]))
        ink = ink.copy()
        ink[strip] |= (page.grey[strip] < (level + PAPER) / 2).astype(np.uint8)
    return page if ink is page.ink else replace(page, ink=ink)


def _inside(word: Word, space: PixelBox) -> bool:
    left, top, right, bottom = space
    return left < (word.left + word.right) / 2 < right and top < (word.top + word.bottom) / 2 < bottom


def _is_pale(word: Word, page: CleanPage) -> bool:
    """Whether a word was surely read where the page has hardly any ink."""
    letters = sum(letter.isalpha() for letter in word.text)
    if word.confidence < _SURE_WORD or letters < _FEWEST_LETTERS or _darkest(word, page) > _PALEST:
        return False
    return float(page.ink[_box(word)].mean()) < _NO_INK


def _darkest(word: Word, page: CleanPage) -> float:
    return float(np.percentile(page.grey[_box(word)], _DARKEST))


def _box(word: Word) -> tuple[slice, slice]:
    return slice(int(word.top), int(word.bottom) + 1), slice(int(word.left), int(word.right) + 1)
