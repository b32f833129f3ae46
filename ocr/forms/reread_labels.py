"""Printed lines on which labels are missing are cut out and read once more by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from layouts.forms import Area, ItemKind
from ocr.cleaning.clean import CleanPage
from ocr.forms.geometry import fit_labels, height_mm
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import FormMatch, find_forms
from ocr.forms.page_fit import PageFit
from ocr.images import WORK_DPI, PixelBox
from ocr.tesseract import TesseractError, Word, read_strips
from vietnamese.letters import letters_only

__all__ = ["look_again"]

_MOST_STRIPS = 6
"""Strips that are read once more: each costs a call of Tesseract."""
_SCALE = 0.55
"""As `_WORD_SCALE` of `ocr/page/steps.py`: labels are read at 165 dpi."""
_ABOVE, _BELOW = 62, 30
"""Pixels above and below the baseline that belong to a strip."""
# Set by eye, none measured by itself.
_LETTERS_READ = 4
"""A strip's new words count when they have more letters than this, each by Tesseract's confidence in it."""
_LOWEST_STRIP, _BEFORE = 40, 20
"""Pixels: a strip cut off lower by the edge of the page holds no line; it begins so far before the form."""
_MIDDLE, _WORD_HIGH = (0.2, 0.8), 0.6
"""Shares of what lies above and below the baseline: words with their middle there are of the line; a word's height."""


def look_again(page: CleanPage, words: Sequence[Word], match: FormMatch) -> tuple[list[Word], FormMatch]:
    """Words and match with what a second reading of the lines with missing labels brought.

    Args:
        page: the cleaned page.
        words: of the first reading, in page pixels.
        match: the best form with the labels found so far.
    """
    fit = fit_labels(match)
    strips = _strips(page, match, fit) if fit is not None else []
    # read as a line, a strip's words get boxes as tall as the strip: only their left and right ends tell
    if not strips:
        return list(words), match
    pictures = [
        np.asarray(
            cv2.resize(page.grey[top:bottom, left:right], None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_AREA),
            np.uint8,
        )
        for left, top, right, bottom in strips
    ]
    try:
        read = read_strips(pictures, dpi=round(WORK_DPI * _SCALE))
    except TesseractError:  # a strip that crashes it: the first look must do
        return list(words), match
    together = list(words)
    for number, (strip, found) in enumerate(zip(strips, read, strict=True)):
        new = [_placed(word, strip, -1 - number) for word in found]
        if sum(len(word.text) * word.confidence for word in new) > _LETTERS_READ:
            together = [word for word in together if not _inside(word, strip)] + new
    again = find_forms(token_rows(together), [match.template])[0]
    return (together, again) if again.found > match.found else (list(words), match)


def _strips(page: CleanPage, match: FormMatch, fit: PageFit) -> list[PixelBox]:
    """Left, top, right, bottom of the lines where labels are missing, the heaviest first."""
    missing: dict[float, float] = {}
    for number, item in enumerate(match.template.items):
        if item.area in (Area.RIGHT, Area.TABLE, Area.FOOT) or item.kind is ItemKind.SIGNATURE:
            continue
        for slot in {key[0] for key in match.labels} | {0}:
            for piece, text in enumerate(item.label):
                if letters_only(text) and (slot, number, piece) not in match.labels:
                    baseline = _baseline(match, fit, slot, number, piece)
                    missing[baseline] = missing.get(baseline, 0.0) + len(letters_only(text))
    height, width = page.ink.shape
    strips = []
    for baseline in sorted(missing, key=lambda b: missing[b], reverse=True)[:_MOST_STRIPS]:
        top, bottom = max(round(baseline) - _ABOVE, 0), min(round(baseline) + _BELOW, height)
        if bottom - top > _LOWEST_STRIP:
            strips.append((max(round(fit.x(0)) - _BEFORE, 0), top, width, bottom))
    return strips


def _baseline(match: FormMatch, fit: PageFit, slot: int, number: int, piece: int) -> float:
    """Height of the line: of its labels that were found, or between the lines around it."""
    mm = height_mm(match.template, match.template.items[number], slot, piece)
    mates = [
        label.baseline
        for (other_slot, other, other_piece), label in match.labels.items()
        if other_slot == slot
        and match.template.items[other].area is match.template.items[number].area
        and abs(height_mm(match.template, match.template.items[other], slot, other_piece) - mm) < 1.0
    ]
    return float(np.median(mates)) if mates else fit.y(mm)


def _placed(word: Word, strip: PixelBox, line: int) -> Word:
    left, _, _, bottom = strip
    baseline = bottom - _BELOW
    return replace(
        word,
        left=left + word.left / _SCALE,
        right=left + word.right / _SCALE,
        top=baseline - _WORD_HIGH * _ABOVE,
        bottom=float(baseline),
        line=line,
    )


def _inside(word: Word, strip: PixelBox) -> bool:
    left, top, right, bottom = strip
    middle = (word.top + word.bottom) / 2
    return (
        left <= (word.left + word.right) / 2 <= right
        and top + _MIDDLE[0] * _ABOVE <= middle <= bottom - _MIDDLE[1] * _BELOW
    )
