"""Rows of writing in a space without printed lines: table cells, notes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import PIXELS_PER_MM, PixelBox
from ocr.placing.placed_page import WritingLine

__all__ = ["lines_in_area"]

_TALLEST_MM, _LOWEST_MM = 14.0, 1.6
"""Height of a row of writing at most and at least. Set by eye."""
_NARROW_MM = 14.0
"""In a space this narrow a row may be a single figure."""
# Ink of a row of writing, in millimetres of its length, and sizes; set by eye, none measured by itself.
_SOME_INK_MM, _ROW_INK_MM = 0.9, 1.6
"""Rows of pixels with more ink than the first belong to writing; a row of writing has more than the second in one."""
_FIGURE_MM = 6.0
"""A figure or two by itself is not larger."""
_LITTLE, _CORE_MM = 0.45, 1.2
"""Rows that touch are cut where ink is less than this share of their median; a row left over is so high and inked."""
_TWO_ROWS_MM = 4.2
"""Cores nearer than this are one row."""
_TAILS = 0.35
"""Share of a row's most ink in a line of pixels that tails below its letters have, at most. Set by eye on names
composed of real hands with long tails: a row that ended with them stood 5 to 7 mm too low; words above it were lost."""
_COME_DOWN = 0.6
"""Share of a row's ink in strokes that begin in the row above from which it is that row's tails."""
_NO_SPACE = 10
"""Pixels: a lower or narrower space holds no writing."""
_HIGHER, _LEAST_HEIGHT = 1.25, 4.5 * PIXELS_PER_MM
"""A line is higher than its row of writing, for tone marks over capitals, and so high at least."""
_WORDS_JOIN, _SMOOTHED = 31, 5
"""Columns (2.6 mm) over which the words of a row close, and rows over which its ink is smoothed."""


def lines_in_area(
    ink: NDArray[np.uint8], area: PixelBox, seen: tuple[int, int] | None = None
) -> tuple[WritingLine, ...]:
    """Writing lines under the rows of ink in an area.

    Args:
        ink: page with 1 where there is ink, rules erased.
        area: left, top, right, bottom in pixels.
        seen: left and right ends of the strip in which rows are looked for, when not the whole width.
    """
    left, top, right, bottom = area
    start, end = seen or (left, right)
    rows = _text_rows(ink[top:bottom, start:end])
    feet = [top + foot for foot, _ in rows]
    steps = np.diff(feet)
    usual = float(np.median(steps)) if len(steps) else 0.0
    return tuple(
        WritingLine(
            left=left,
            right=right,
            baseline_left=foot,
            baseline_right=foot,
            height=max(usual, _HIGHER * tall, _LEAST_HEIGHT),
        )
        for foot, (_, tall) in zip(feet, rows, strict=True)
    )


def _text_rows(part: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """Foot and height of the rows of writing, from the top."""
    if min(part.shape, default=0) < _NO_SPACE:
        return []
    joined = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((1, _WORDS_JOIN), np.uint8))
    if part.shape[1] < _NARROW_MM * PIXELS_PER_MM:
        single = _single_row(joined)
        if single is not None:
            return [single]
    profile = _smooth(joined.sum(axis=1))
    rows: list[tuple[int, int]] = []
    for start, end in _runs(profile > _SOME_INK_MM * PIXELS_PER_MM):
        if end - start < _LOWEST_MM * PIXELS_PER_MM or profile[start:end].max() < _ROW_INK_MM * PIXELS_PER_MM:
            continue
        rows.extend(_split(profile, start, end))
    strokes = _smooth(part.sum(axis=1))
    feet = [(_foot_of_letters(strokes, top, foot), top) for top, foot in _without_tails(part, rows)]
    return [(float(foot), float(min(foot - top, _TALLEST_MM * PIXELS_PER_MM))) for foot, top in feet]


def _smooth(ink: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    return np.convolve(ink.astype(np.float64), np.ones(_SMOOTHED) / _SMOOTHED, "same")


def _single_row(joined: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Foot and height of the only thing in a narrow space, when that is a figure or two."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    tall = [stats[i] for i in range(1, count) if stats[i, 3] > _LOWEST_MM * PIXELS_PER_MM]
    if len(tall) != 1 or max(tall[0][2], tall[0][3]) > _FIGURE_MM * PIXELS_PER_MM:
        return None
    return float(tall[0][1] + tall[0][3]), float(tall[0][3])


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _split(profile: NDArray[np.float64], start: int, end: int) -> list[tuple[int, int]]:
    """Top and end of one row, or of several whose tails and tone marks touch: cut where little ink is."""
    low = float(np.median(profile[start:end])) * _LITTLE
    cores = [(a + start, b + start) for a, b in _runs(profile[start:end] > max(low, _CORE_MM * PIXELS_PER_MM))]
    cores = [core for core in cores if core[1] - core[0] > _CORE_MM * PIXELS_PER_MM]
    merged: list[tuple[int, int]] = []
    for core in cores:
        if merged and core[1] - merged[-1][0] < _TWO_ROWS_MM * PIXELS_PER_MM:
            merged[-1] = (merged[-1][0], core[1])
        else:
            merged.append(core)
    return merged or [(start, end)]


def _without_tails(part: NDArray[np.uint8], rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows without those that are the tails of the letters above them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8, ltype=cv2.CV_32S)
    tops = stats[:, cv2.CC_STAT_TOP]
    kept: list[tuple[int, int]] = []
    for top, end in rows:
        inked = labels[top:end][part[top:end] > 0]
        come_down = kept and np.mean(tops[inked] < kept[-1][1]) > _COME_DOWN
        if not come_down:
            kept.append((top, end))
    return kept


def _foot_of_letters(strokes: NDArray[np.float64], start: int, end: int) -> int:
    """Where the bodies of a row's letters end; below it only tails go on, which have little ink."""
    wide = np.flatnonzero(strokes[start:end] > _TAILS * strokes[start:end].max())
    return start + int(wide[-1]) + 1
