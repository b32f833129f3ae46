"""Lines that bend near the binding: how far down each column of a flattened page hangs, and the cure.

Neighbouring strips of a page show the same rules, dots and baselines, a little higher or lower where the paper bends;
following them from the middle outwards gives the bend without knowing any line by name.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import BgrImage, GreyImage

__all__ = ["bend_at", "find_bend", "unbent"]

STRIP = 16
"""Width in pixels of the strips compared, on a copy of about 100 dpi: 4 mm."""
_REACH = 3
"""Pixels a strip may lie higher or lower than its neighbour: 0.8 mm over 4 mm is steeper than any open book."""
_LEAST = 1.6
"""A smaller bend (0.4 mm) is left alone: fields are placed with more room than that."""
_FEWEST_STRIPS = 16
"""A page that is narrower (65 mm) tells no bend. Set by eye, as the following; none measured by itself."""
_ALIKE = 0.25
"""Correlation of neighbouring strips below which one tells nothing of the other."""
_MOVED = 0.5
"""Pixels: columns that would move by less stay as they are, warping costs sharpness."""

_Values = npt.NDArray[np.float64]
_STROKES, _DARKEST = (15, 15), 80
"""Pixels over which strokes close to paper, wider than any at 100 dpi; and darkness beyond which ink counts no more."""
_EDGE = 50
"""A fiftieth of the height at top and foot is left out: shadows and fingers."""
_SHADOW = 41
"""Rows (10 mm) over which a strip's mean is taken off it: shadows change slowly, lines do not."""
_REMEMBERED, _NEW = 0.8, 0.2
"""What the strips before and the newest one add to the strip that the next is compared with."""
_MEDIAN_OF, _SMOOTHING = 5, (0.25, 0.5, 0.25)
"""Strips whose median is taken, and weights of a strip and its neighbours: one slip makes no step."""
_TINY = 1e-9
"""Keeps bare paper from a division by nothing."""


def find_bend(grey: GreyImage) -> tuple[float, ...]:
    """How many pixels each strip of a level page hangs lower than the middle; empty when the page is flat.

    Args:
        grey: Flattened copy of a page of about 100 dpi, upright and level.
    """
    height, width = grey.shape
    count = width // STRIP
    if count < _FEWEST_STRIPS:
        return ()
    paper = cv2.blur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones(_STROKES, np.uint8)), _STROKES)
    ink = np.minimum(cv2.subtract(paper, grey), _DARKEST)
    edge = height // _EDGE
    rows = ink[edge:-edge, : count * STRIP].reshape(height - 2 * edge, count, STRIP).mean(axis=2)
    strips = cv2.blur(rows.astype(np.float32), (1, 3)).astype(np.float64)
    strips -= cv2.blur(strips, (1, _SHADOW))
    middle = count // 2
    bend = np.zeros(count)
    bend[middle:] = _followed(strips[:, middle:])
    bend[: middle + 1] = _followed(strips[:, middle::-1])[::-1]
    bend = _smooth(bend)
    bend -= np.median(bend[count // 3 : -(count // 3)])
    return tuple(float(b) for b in bend) if np.abs(bend).max() >= _LEAST else ()


def _followed(strips: _Values) -> _Values:
    """Shift of each strip against the first, walking from strip to strip."""
    height, count = strips.shape
    rows = np.arange(height)
    seen = strips[:, 0].copy()
    shifts = np.zeros(count)
    for number in range(1, count):
        steps = np.arange(-_REACH, _REACH + 1)
        here = [np.interp(rows + shifts[number - 1] + step, rows, strips[:, number]) for step in steps]
        scores = np.array([float(seen @ moved) for moved in here])
        norm = float(np.linalg.norm(seen) * np.linalg.norm(here[_REACH])) + _TINY
        step = _peak(scores) if scores.max() / norm > _ALIKE else 0.0
        shifts[number] = shifts[number - 1] + step
        seen = _REMEMBERED * seen + _NEW * np.interp(rows + shifts[number], rows, strips[:, number])
    return shifts


def _peak(scores: _Values) -> float:
    """Place of the highest score between -_REACH and _REACH, by a parabola through its neighbours; 0 at the border."""
    top = int(np.argmax(scores))
    if top in (0, len(scores) - 1):
        return 0.0
    before, at, after = scores[top - 1 : top + 2]
    bow = before - 2 * at + after
    return top - _REACH + (float(0.5 * (before - after) / bow) if bow < 0 else 0.0)


def _smooth(bend: _Values) -> _Values:
    padded = np.pad(bend, 2, mode="edge")
    medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN_OF), axis=1)
    smooth: _Values = np.convolve(np.pad(medians, 1, mode="edge"), _SMOOTHING, mode="valid")
    return smooth


def bend_at(bend: tuple[float, ...], x: npt.ArrayLike, width: float) -> _Values:
    """How far down the page hangs at x, in the units of `bend`; `width` is that of the page in the units of x."""
    places = (np.arange(len(bend)) + 0.5) / len(bend) * width
    values: _Values = np.interp(np.asarray(x, np.float64), places, bend)
    return values


def unbent(image: BgrImage, shift: _Values) -> BgrImage:
    """The page with column x taken from `shift[x]` pixels further down; columns that barely move stay as they are."""
    moved = np.flatnonzero(np.abs(shift) > _MOVED)
    if not len(moved):
        return image
    straight = image.copy()
    rows = np.arange(image.shape[0], dtype=np.float32)[:, None]
    for first, last in _runs(moved):
        columns = np.broadcast_to(np.arange(first, last, dtype=np.float32), (len(rows), last - first))
        places = rows + shift[first:last].astype(np.float32)
        straight[:, first:last] = cv2.remap(image, columns, places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return straight


def _runs(columns: npt.NDArray[np.intp]) -> list[tuple[int, int]]:
    breaks = np.flatnonzero(np.diff(columns) > 1)
    firsts = [int(columns[0]), *(int(columns[b + 1]) for b in breaks)]
    lasts = [*(int(columns[b]) for b in breaks), int(columns[-1])]
    return [(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]
