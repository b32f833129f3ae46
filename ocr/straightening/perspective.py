"""Perspective from the straight lines of a page: rules, frames, dotted lines, page edges.

Under perspective, level lines of the paper have slopes that change linearly from top to bottom, upright lines from left
to right. Fitting these two relations to all segments found needs no particular frame; one missing line does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import GreyImage, Matrix

__all__ = ["LineFan", "as_numbers", "fit_fans", "map_points", "rectifying_matrix"]

# Set by eye on photographs, none measured by itself. Lengths in picture heights, slopes in height by width.
_LONG_ENOUGH, _LEAST_TOTAL = 0.06, 0.5
"""Length from which a segment is a line of the page, and of all of them together below which they tell nothing."""
_LEVEL_WITHIN, _UPRIGHT_WITHIN = 0.16, 0.18
"""How far a segment's slope may be from that of the text lines (9 and 10 degrees): perspective adds to it."""

_Values = npt.NDArray[np.float64]
_AT_EDGE = 2
"""Pixels: segments so near the picture's edge are its cut, no lines of the page."""
_ROUNDS, _SLACK = 12, 0.002
"""Rounds of the robust fit, and the slope (0.1 degrees) by which a line may miss it before it counts half. By
judgement, as the following; none of them was measured by itself."""
_NO_CHANGE = 0.001
"""Evidence for no change, in squared shares of the height: keeps close-lying lines from inventing one."""
_CHANGES = np.arange(-0.25, 0.251, 0.01)
"""Changes of slope over the page that are tried (14 degrees): more, and nobody would call it a scan."""
_SUPPORT_SLACK, _CHANGE_COST = 0.004, 0.1
"""The same slack while starts are compared, wider because they are 0.01 apart; and what a change costs in length of
lines, so that of two starts that fit alike the one without perspective is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFan:
    """Slopes of one family of lines: `at_centre + change * distance`, distance from the centre in picture heights."""

    at_centre: float
    change: float


def fit_fans(grey: GreyImage, skew_degrees: float) -> tuple[LineFan, LineFan]:
    """Level and upright line families of an upright page whose text lines have this skew.

    Args:
        grey: Copy of about 75 to 100 dpi, already turned upright.
        skew_degrees: Slope of the text lines; where no lines are found it is the answer.
    """
    height, width = grey.shape
    slope = float(np.tan(np.radians(skew_degrees)))
    segments = _segments(grey)
    delta = segments[:, 2:] - segments[:, :2]
    middle = (segments[:, 2:] + segments[:, :2]) / 2 - (width / 2, height / 2)
    length = np.hypot(delta[:, 0], delta[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = delta[:, 1] / delta[:, 0]
        lean = delta[:, 0] / delta[:, 1]
    level = (length > _LONG_ENOUGH * height) & (np.abs(fall - slope) < _LEVEL_WITHIN)
    # an upright line leans against the slope of the level ones
    upright = (length > _LONG_ENOUGH * height) & (np.abs(lean + slope) < _UPRIGHT_WITHIN)
    # a line's place is where it crosses the centre axis
    down = middle[level, 1] - fall[level] * middle[level, 0]
    across = middle[upright, 0] - lean[upright] * middle[upright, 1]
    level_fan = _fan(down / height, fall[level], length[level] / height, slope)
    upright_fan = _fan(across / height, lean[upright], length[upright] / height, -level_fan.at_centre)
    return level_fan, upright_fan


def _segments(grey: GreyImage) -> _Values:
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.zeros((0, 4))
    segments = np.asarray(found, np.float64).reshape(-1, 4)
    # a cut edge of the scan is no line of the page
    limit = np.array([grey.shape[1], grey.shape[0]] * 2) - 1 - _AT_EDGE
    within = (segments > _AT_EDGE) & (segments < limit)
    return segments[(within[:, 0] & within[:, 1]) | (within[:, 2] & within[:, 3])]


def _fan(place: _Values, slope: _Values, weight: _Values, fallback: float) -> LineFan:
    """Weighted robust line through slopes; the change is only trusted when lines lie far enough apart."""
    total = float(weight.sum())
    if total < _LEAST_TOTAL:
        return LineFan(at_centre=fallback, change=0.0)
    change, centre = max(_starts(place, slope, weight), key=lambda start: _support(start, place, slope, weight))
    trust = weight
    for _ in range(_ROUNDS):
        residual = np.abs(slope - centre - change * place)
        trust = weight / (1 + (residual / _SLACK) ** 2)
        mean_place = float((trust * place).sum() / trust.sum())
        mean_slope = float((trust * slope).sum() / trust.sum())
        spread = float((trust * (place - mean_place) ** 2).sum())
        change = float((trust * (place - mean_place) * (slope - mean_slope)).sum()) / (spread + _NO_CHANGE)
        centre = mean_slope - change * mean_place
    return LineFan(at_centre=centre, change=change)


def _starts(place: _Values, slope: _Values, weight: _Values) -> Iterator[tuple[float, float]]:
    """Changes of slope a hand-held camera makes (up to 14 degrees over the page), each with its likeliest centre."""
    for change in _CHANGES:
        yield float(change), _weighted_median(slope - change * place, weight)


def _support(start: tuple[float, float], place: _Values, slope: _Values, weight: _Values) -> float:
    change, centre = start
    return float((weight / (1 + ((slope - centre - change * place) / _SUPPORT_SLACK) ** 2)).sum()) - _CHANGE_COST * abs(
        change
    )


def _weighted_median(values: _Values, weight: _Values) -> float:
    order = np.argsort(values)
    share = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(share, share[-1] / 2)])


def rectifying_matrix(level: LineFan, upright: LineFan, width: int, height: int) -> Matrix:
    """Homography from the upright picture to one whose lines are level and upright, about the same size and centre."""
    x_mid, y_mid = width / 2, height / 2

    def crossing(across: float, down: float) -> tuple[float, float]:
        fall = level.at_centre + level.change * down / height
        lean = upright.at_centre + upright.change * across / height
        # the level line through (0, down) meets the upright line through (across, 0), both taken at the centre axes
        x = (across + lean * down) / (1 - lean * fall)
        return x_mid + x, y_mid + down + fall * x

    corners = [(-x_mid, -y_mid), (x_mid, -y_mid), (x_mid, y_mid), (-x_mid, y_mid)]
    there = np.array([crossing(x, y) for x, y in corners], np.float32)
    sides = np.linalg.norm(there - np.roll(there, -1, axis=0), axis=1)
    half = (sides[0] + sides[2]) / 2 / 2, (sides[1] + sides[3]) / 2 / 2
    middle = there.mean(axis=0)
    flat = (middle + np.sign(corners) * half).astype(np.float32)
    matrix: Matrix = cv2.getPerspectiveTransform(there, flat)
    return matrix


def as_numbers(matrix: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """A homography row by row, the last of its nine numbers 1."""
    return tuple(float(v) for v in (matrix / matrix[2, 2]).ravel())


def map_points(matrix: Matrix, points: npt.ArrayLike) -> _Values:
    """Points (n x 2) through a homography."""
    flat = np.asarray(points, np.float64).reshape(-1, 2)
    mapped = np.column_stack([flat, np.ones(len(flat))]) @ matrix.T
    return mapped[:, :2] / mapped[:, 2:]
