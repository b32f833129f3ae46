"""Dotted lines: rows of dots in step, joined across the writing that covers them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ocr.cleaning.printed_lines import DottedLine
from ocr.images import PIXELS_PER_MM, Mask

__all__ = ["HIDDEN", "dot_pitch", "find_dotted_lines", "in_step", "smooth_levels"]

_DOT_GAP = 27
"""Largest distance between neighbouring dots (2.3 mm)."""
_DOT = 9
"""Largest height of a dot of a dotted line, in pixels (0.75 mm)."""
_FEWEST_DOTS = 7
"""So many dots of a line must show between the letters that fill it."""
_SHORTEST_LINE = 55
"""A row of dots shorter than this is punctuation (4.7 mm)."""
HIDDEN = 50 * PIXELS_PER_MM
"""A line's dots may hide under writing so long as this, when they go on in step behind it."""
# In pixels at 300 dpi; set by eye on drawn pages, none measured by itself.
_DASH_WIDER, _DASH_RATIO, _LEAST_DOT = 3, 2.2, 3
"""A mark of the line is a dot hardly wider than high, or a dash so many times wider; and no grain of fewer pixels."""
_MANY_DOTS, _MANY_LINES = 15, 3
"""Lines with so many dots, and so many of them, tell the pitch of the page."""
_SAME_SIZE, _CLEAR_OF_LINE = 2, 5
"""A dot by itself is of the size of the others, within this, and off every line that was found, by more than this."""
_SAME_LEVEL, _IN_PHASE = 2.0, 0.7
"""Dots of a covered line are this level, and in step with the pitch: mean of unit vectors, 1 is perfect."""
_FEWEST_MARKS = 5
"""So few marks are a hyphen or full stops, unless one is long."""
_OVERLAP, _FARTHEST = -5, 90 * PIXELS_PER_MM
"""Pieces of one line overlap by no more, and lie no farther apart."""
_STEP_UP, _SLOPE = 3.5, 0.006
"""And are level within this, and a slope of a third of a degree over the gap between them."""
_AT_AN_END, _BESIDE = 9, 3
"""Dots whose middle height is that of a line's end; dots on either side whose middle height a dot takes;
nobody noted why so many."""
_NEIGHBOURS = 5
"""Steps of so many dots at most are counted for the pitch."""
_UNEVEN = 0.15
"""A step that differs by more, of itself, leads to another mark than the line's dots: the colon of a label."""
_NEXT = 1.5
"""Times the largest gap: so near a dot is the next, in step or not."""
_FINEST_PITCH = 4
"""Dots closer than this run together: they tell no step."""
_OFF_STEP, _DRIFT = 1.2, 0.008
"""What a scan lets a dot be out of step, and by how much more for each pixel of distance."""
_EVEN_THICK = 3
"""Dots that stray more from their line than this make its band wider."""
_STRAYING = 90
"""Percentile of the distances of dots from their line that tells how thick its band is: one in ten may stray."""


def find_dotted_lines(ink: Mask) -> list[DottedLine]:
    """All dotted lines of a page's ink without its rules, from the top down."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    flat = (height <= _DOT) & ((width <= _DOT + _DASH_WIDER) | (width > _DASH_RATIO * height)) & (area >= _LEAST_DOT)
    flat[0] = False
    dots = flat.astype(np.uint8)[labels]
    rows = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, _DOT_GAP), np.uint8))
    rows = cv2.morphologyEx(rows, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_LINE), np.uint8))
    rows = cv2.dilate(rows, np.ones((3, 1), np.uint8))
    _, runs = cv2.connectedComponents(rows, connectivity=8)
    indices = np.flatnonzero(flat)
    stats, centres = stats[indices], centres[indices]
    at = np.round(centres).astype(int)
    run_of = runs[at[:, 1], at[:, 0]]
    pieces = [np.flatnonzero(run_of == run) for run in np.unique(run_of[run_of > 0])]
    groups = _join([piece for piece in pieces if _is_line(stats[piece])], centres)
    groups += _covered_lines(stats, centres, groups)
    lines = [_trace(stats, centres, _stragglers(group, centres)) for group in groups]
    return sorted(lines, key=lambda line: (line.ys[0], line.left))


def _covered_lines(
    stats: NDArray[np.int32], centres: NDArray[np.float64], groups: list[NDArray[np.intp]]
) -> list[NDArray[np.intp]]:
    """Lines that writing fills from end to end: the few dots still to be seen keep the step of the page's lines."""
    pitches = [dot_pitch(np.sort(centres[group, 0])) for group in groups if len(group) >= _MANY_DOTS]
    if len(pitches) < _MANY_LINES:
        return []
    pitch, seen = float(np.median(pitches)), np.concatenate(groups)
    size = np.median(stats[seen, 2:4], axis=0)
    free = np.ones(len(stats), np.bool_)
    free[seen] = False
    free &= (np.abs(stats[:, 2:4] - size) <= _SAME_SIZE).all(axis=1)
    for group in groups:
        order = group[np.argsort(centres[group, 0])]
        level = np.interp(centres[:, 0], centres[order, 0], centres[order, 1])
        free &= np.abs(centres[:, 1] - level) > _CLEAR_OF_LINE
    found = []
    rest = np.flatnonzero(free)
    for y in np.sort(centres[rest, 1]):
        row = rest[np.abs(centres[rest, 1] - y) <= _SAME_LEVEL]
        phase = np.exp(2j * np.pi * centres[row, 0] / pitch)
        if len(row) >= _FEWEST_DOTS and abs(phase.mean()) > _IN_PHASE and np.ptp(centres[row, 0]) > 2 * _SHORTEST_LINE:
            found.append(row)
            rest = np.setdiff1d(rest, rest[np.abs(centres[rest, 1] - y) <= _CLEAR_OF_LINE])
    return found


def _is_line(stats: NDArray[np.int32]) -> bool:
    """Whether a run of flat marks is a row of dots or a thin rule, not a hyphen or two full stops."""
    return len(stats) >= _FEWEST_MARKS or int(stats[:, 2].max()) >= _SHORTEST_LINE


def _join(pieces: list[NDArray[np.intp]], centres: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Put together the pieces of one line that writing interrupts."""
    joined: list[NDArray[np.intp]] = []
    for piece in sorted(pieces, key=lambda p: float(centres[p, 0].min())):
        left, y = _end(piece, centres, first=True)
        for index, line in enumerate(joined):
            right, y_before = _end(line, centres, first=False)
            gap = left - right
            if _OVERLAP <= gap <= _FARTHEST and abs(y - y_before) <= _STEP_UP + _SLOPE * max(gap, 0.0):
                joined[index] = np.concatenate([line, piece])
                break
        else:
            joined.append(piece)
    return joined


def _end(line: NDArray[np.intp], centres: NDArray[np.float64], *, first: bool) -> tuple[float, float]:
    """x of the first or last dot, and the height of the dots there."""
    order = line[np.argsort(centres[line, 0])]
    part = order[:_AT_AN_END] if first else order[-_AT_AN_END:]
    x = float(centres[part, 0].min() if first else centres[part, 0].max())
    return x, float(np.median(centres[part, 1]))


def _stragglers(line: NDArray[np.intp], centres: NDArray[np.float64]) -> NDArray[np.intp]:
    """The line's dots with those between letters and at its ends that made no run by themselves."""
    order = line[np.argsort(centres[line, 0])]
    xs, ys = centres[order, 0], smooth_levels(centres[order, 1])
    near = np.abs(centres[:, 1] - np.interp(centres[:, 0], xs, ys)) <= _STEP_UP
    candidates = np.flatnonzero(near)
    candidates = candidates[np.argsort(centres[candidates, 0])]
    x = centres[candidates, 0]
    pitch = dot_pitch(xs)
    first, last = int(np.searchsorted(x, xs[0])), int(np.searchsorted(x, xs[-1]))
    while first > 0 and _continues(x[first] - x[first - 1], pitch):
        first -= 1
    while last + 1 < len(x) and _continues(x[last + 1] - x[last], pitch):
        last += 1
    return candidates[first : last + 1]


def dot_pitch(xs: NDArray[np.float64]) -> float:
    """Distance between the dots of a line, to a hundredth of a pixel, from the dots that stand close together."""
    steps = np.diff(xs)
    if len(steps) == 0:
        return 0.0
    usual = float(np.median(steps))
    counts = np.round(steps / max(usual, 1.0))
    close = (counts >= 1) & (counts <= _NEIGHBOURS) & (np.abs(steps / max(usual, 1.0) - counts) <= _UNEVEN * counts)
    return float(steps[close].sum() / counts[close].sum()) if close.any() else usual


def _continues(step: float, pitch: float) -> bool:
    """Whether a dot is the next of a line: close, or farther off but in step with the line's dots."""
    if step <= _NEXT * _DOT_GAP:
        return True
    return in_step(step, pitch) and step <= HIDDEN


def in_step(step: float, pitch: float) -> bool:
    """Whether a distance is a whole number of dots, as well as a scan lets it be."""
    if pitch < _FINEST_PITCH:
        return False
    return abs(step / pitch - round(step / pitch)) * pitch <= _OFF_STEP + _DRIFT * step


def smooth_levels(ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heights of a line's dots from left to right, each the median of those around it."""
    around, count = 2 * _BESIDE + 1, len(ys)
    at_ends = range(count) if count < around else (*range(_BESIDE), *range(count - _BESIDE, count))
    smooth = np.empty(count)
    if count >= around:
        smooth[_BESIDE : count - _BESIDE] = np.median(sliding_window_view(ys, around), axis=1)
    for i in at_ends:
        smooth[i] = np.median(ys[max(0, i - _BESIDE) : i + _BESIDE + 1])
    return smooth


def _trace(stats: NDArray[np.int32], centres: NDArray[np.float64], dots: NDArray[np.intp]) -> DottedLine:
    """The line through the dots."""
    dots = dots[np.argsort(centres[dots, 0])]
    ys = smooth_levels(centres[dots, 1])
    left, right = float(stats[dots[0], 0]), float((stats[dots, 0] + stats[dots, 2]).max())
    # two printings of a line a hair apart count as one thick line
    spread = 2 * float(np.percentile(np.abs(centres[dots, 1] - ys), _STRAYING))
    return DottedLine(
        xs=(left, *centres[dots, 0].tolist(), right),
        ys=(float(ys[0]), *ys.tolist(), float(ys[-1])),
        thickness=float(np.median(stats[dots, 3])) + (spread if spread > _EVEN_THICK else 0.0),
        dot_width=float(np.median(stats[dots, 2])),
    )
