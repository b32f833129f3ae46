"""Words of neighbouring lines that touch, cut apart so that each line keeps its own strokes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cutting.line_bands import LETTER_BODY, TALLEST_INK, Band, LineKey, band_of
from ocr.images import PAPER

__all__ = ["split_between_lines"]

_SHARE_OF_LINE = 0.07
"""Share of a component's ink that a line's letters have at least."""
_CORE = 0.3
"""How much lighter than its darkest ink, as a share of the way to white, the core of a stroke may be."""
# Set by eye on drawn pages with tails that touch, none measured by itself.
_DARK_PERCENTILE = 25
"""The darkest quarter of a component is its strokes' own ink."""
_SAME_LEVEL = 0.4
"""Lines nearer than this, in line distances, lie side by side and not above each other."""
_OVER_UPPER, _INTO_LOWER = 0.15, 0.2
"""A component of both lines rises so far over the upper one and comes so near the lower one, in their distance."""
_UNDER_UPPER = 0.05
"""The cut lies at least so far under the upper line, in their distance."""
_THICKER_THAN_TAIL = 1.5
"""Letters have so many times the ink of the stroke that joins the lines, row by row."""
_MIDDLE_TO_EDGES = 4
"""Times the usual distance from ink to the nearest paper: a stroke's width."""
_WIDEST_PEN = 9.0
"""In pixels at 300 dpi (0.75 mm): wider ink is no single stroke."""
_THIN, _THIN_MORE = 1.3, 2
"""Rows with no more ink than so many times the least, and so many pixels, are as good to cut: the first is taken."""


def split_between_lines(
    grey: NDArray[np.uint8],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    centres: NDArray[np.float64],
    bands: Sequence[Band],
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Words of several lines that touch are cut apart: in the lighter seam between them, or where least ink joins them.

    Args:
        grey: (height, width), 0 black to 255 paper.
        labels: (height, width), number of the component of each pixel, 0 for paper; changed.
        stats: a row a component: left, top, width, height and area, in pixels.
        centres: a row a component: x and y of its middle, in pixels.
        bands: the lines.

    Returns:
        Stats and centres with the parts cut off added at the end.
    """
    lowest = min((band.line.height for band in bands), default=0.0)
    boxes, middles = list(stats), list(centres)
    waiting = [int(i) for i in np.flatnonzero((stats[:, 3] < TALLEST_INK) & (stats[:, 4] > 0)) if i]
    while waiting:
        index = waiting.pop()
        x, y, w, h, _ = (int(v) for v in boxes[index])
        if h <= lowest:
            continue
        region = labels[y : y + h, x : x + w]
        parts = _parts_by_line(region == index, grey[y : y + h, x : x + w], (x, y), bands)
        for number, part in enumerate(parts):
            new = index if number == 0 else len(boxes)
            region[part] = new
            box, centre = _measured(part, (x, y))
            if number == 0:
                boxes[new], middles[new] = box, centre
            else:
                boxes.append(box)
                middles.append(centre)
            waiting.append(new)
    return np.array(boxes), np.array(middles)


def _parts_by_line(
    own: NDArray[np.bool_], grey: NDArray[np.uint8], corner: tuple[int, int], bands: Sequence[Band]
) -> list[NDArray[np.bool_]]:
    """A component that holds ink of several lines in parts; none when it belongs to one line."""
    parts = _parted_by_seams(own, grey, corner, bands)
    if parts:
        return parts
    cut = _where_lines_meet(own, corner, bands)
    if cut is None:
        return []
    upper, lower = own.copy(), own.copy()
    upper[cut:], lower[:cut] = False, False
    return [upper, lower]


def _parted_by_seams(
    own: NDArray[np.bool_], grey: NDArray[np.uint8], corner: tuple[int, int], bands: Sequence[Band]
) -> list[NDArray[np.bool_]]:
    """Strokes that only touch are joined by ink lighter than their own: the darker cores tell them apart."""
    dark = float(np.percentile(grey[own], _DARK_PERCENTILE))
    core = (own & (grey < dark + _CORE * (PAPER - dark))).astype(np.uint8)
    count, cores, stats, centres = cv2.connectedComponentsWithStats(core, connectivity=4, ltype=cv2.CV_32S)
    by_line: dict[LineKey, list[int]] = defaultdict(list)
    for piece in range(1, count):
        middle = (corner[0] + centres[piece, 0], corner[1] + centres[piece, 1])
        band = band_of(bands, *middle)
        if band is not None and stats[piece, 3] > LETTER_BODY * band.line.height:
            by_line[band.key].append(piece)
    depths = cv2.distanceTransform(np.pad(own, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1][own]
    pen = min(_MIDDLE_TO_EDGES * float(np.median(depths)), _WIDEST_PEN)
    for key, pieces in list(by_line.items()):
        if stats[pieces, 4].sum() < _THICKER_THAN_TAIL * pen * stats[pieces, 3].sum():
            del by_line[key]  # a tail or a flourish alone: it stays with its letter
    if len(by_line) < 2:
        return []
    lines = list(by_line.values())
    distances = [cv2.distanceTransform(1 - np.isin(cores, pieces).astype(np.uint8), cv2.DIST_L2, 3) for pieces in lines]
    nearest = np.argmin(np.stack(distances), axis=0)
    return [own & (nearest == number) for number in range(len(lines))]


def _where_lines_meet(own: NDArray[np.bool_], corner: tuple[int, int], bands: Sequence[Band]) -> int | None:
    """Row of a component at which it passes from one line to the next; None when it belongs to one line."""
    x, y = corner
    height, width = own.shape
    middle = x + width / 2
    rows = own.sum(axis=1)
    crossed = sorted(
        (band.line.baseline(middle) - y, band.line.height) for band in bands if band.left < x + width and band.right > x
    )
    for (upper, _), (base, line_height) in pairwise(crossed):
        pitch = min(base - upper, line_height)
        if pitch < _SAME_LEVEL * line_height or upper < _OVER_UPPER * pitch or base - _INTO_LOWER * pitch > height:
            continue
        body = int(LETTER_BODY * pitch)
        low, high = (rows[max(int(foot) - body, 0) : int(foot)].sum() for foot in (base, upper))
        first, last = int(upper + _UNDER_UPPER * pitch), int(base - body)
        if min(low, high) > _SHARE_OF_LINE * rows.sum() and last > first:
            least = rows[first:last].min()
            if min(low, high) <= _THICKER_THAN_TAIL * body * least:
                continue  # a tail or a flourish alone: it stays with its letter
            thin = rows[first:last] <= _THIN * least + _THIN_MORE
            return first + int(thin.argmax())
    return None


def _measured(part: NDArray[np.bool_], corner: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Box with area, and centre, of a component's part."""
    ys, xs = np.nonzero(part)
    x, y = corner
    box = np.array([x + xs.min(), y + ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1, len(xs)], np.int32)
    return box, np.array([x + xs.mean(), y + ys.mean()])
