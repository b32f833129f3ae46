"""Where the labels of a form are printed: that ink is no value."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.placing.placed_page import PlacedPage

__all__ = ["drop_printed", "printed_mask"]

_TALL_WORD = 1.7
"""Times the usual height of printed words above which a word's box holds more than the word."""
# Set by eye, none measured by itself.
_TAIL = 0.4
"""Share of a word's height that its tails reach below its baseline."""
_BODY = 0.4
"""Height of letters' bodies over their line, in line distances."""
# Pixels at 300 dpi.
_BODY_INK = 60
"""Ink among the bodies of a writing line from which a stroke stands on it."""
_LOWEST_LETTER = 12
"""Lower strokes are dots and tone marks: they go with the print that they touch."""
_ON_LABEL, _BESIDE = 9, 20
"""A stroke with its foot so near a label's baseline is the label's, beginning and ending so far outside it at most."""
_BEFORE, _OVER_LINE, _UNDER_LINE = 5, 14, 5
"""A stroke stands on a line when it begins so little before it and its foot is so little over or under it."""


def printed_mask(placed: PlacedPage, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """1 where the labels found on the page are printed, else 0.

    Args:
        placed: with the boxes of its labels, in pixels.
        shape: height and width of the mask.
    """
    mask = np.zeros(shape, np.uint8)
    heights = [bottom - top for label in placed.labels.values() for _, top, _, bottom in label.boxes]
    usual = float(np.median(heights)) if heights else 0.0
    for label in placed.labels.values():
        for left, top, right, bottom in label.boxes:
            if bottom - top > _TALL_WORD * usual:  # read together with writing over or under it
                middle = (top + bottom) / 2
                baseline = min((label.baseline, label.top_baseline), key=lambda row: abs(row - middle))
                top, bottom = max(top, baseline - usual), min(bottom, baseline + _TAIL * usual)
            cv2.rectangle(mask, (round(left) - 2, round(top)), (round(right), round(bottom)), 1, -1)
    return mask


def drop_printed(
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    centres: NDArray[np.float64],
    printed: NDArray[np.uint8],
    placed: PlacedPage,
) -> None:
    """Take the printed labels out of the components: letters that stick out of a label's box go whole,
    strokes that only touch it keep what is outside.

    Args:
        labels: (height, width), number of the component of each pixel; changed, as the next two.
        stats: a row a component: left, top, width, height and area, in pixels.
        centres: a row a component: x and y of its middle, in pixels.
        printed: `printed_mask` of the page.
        placed: the page's fields.
    """
    inside = np.bincount(labels[printed > 0], minlength=len(stats))
    inside[0] = 0
    touched = [int(index) for index in np.flatnonzero(inside) if not _stands_on_line(stats[index], placed)]
    for index in touched:
        x, y, w, h, area = (int(v) for v in stats[index])
        part = labels[y : y + h, x : x + w]
        part[(part == index) & (printed[y : y + h, x : x + w] > 0)] = 0
        own = part == index
        hangs = own.any() and _body_on_line((x, y), own, placed) >= _BODY_INK
        if not hangs and (2 * int(inside[index]) > area or not own.any()):
            part[own] = 0
            stats[index, 4] = 0
            continue
        ys, xs = np.nonzero(own)
        stats[index] = (x + xs.min(), y + ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1, len(xs))
        centres[index] = (x + xs.mean(), y + ys.mean())


def _body_on_line(corner: tuple[int, int], own: NDArray[np.bool_], placed: PlacedPage) -> int:
    """Ink of a stroke among the letters of a writing line: its tail runs into print, and it is no print for that."""
    x, y = corner
    height, width = own.shape
    most = 0
    for field in placed.fields:
        for line in field.lines:
            left, right = max(round(line.left) - x, 0), min(round(line.right) - x, width)
            base = line.baseline(x + width / 2) - y
            top, foot = max(round(base - _BODY * line.height), 0), min(round(base), height)
            if left < right and top < foot:
                most = max(most, int(own[top:foot, left:right].sum()))
    return most


def _stands_on_line(stats: NDArray[np.int32], placed: PlacedPage) -> bool:
    """Whether a stroke stands on a writing line so close above a printed one that the label's box covers it."""
    x, y, w, h, _ = (int(v) for v in stats)
    centre, foot = x + w / 2, y + h
    if h < _LOWEST_LETTER or any(
        abs(foot - label.baseline) < _ON_LABEL and label.left - _BESIDE < centre < label.right + _BESIDE
        for label in placed.labels.values()
    ):
        return False
    return any(
        line.left - _BEFORE <= centre <= line.right and -_OVER_LINE <= foot - line.baseline(centre) <= _UNDER_LINE
        for field in placed.fields
        for line in field.lines
    )
