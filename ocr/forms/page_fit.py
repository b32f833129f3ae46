"""Where the template's millimetres lie on one page: fitted to the labels found there, robust against slips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.images import PIXELS_PER_MM

__all__ = ["PageFit", "fit_columns", "fit_page"]

SLOT_STEP = 1.03
"""Entries that stand one above the other are so many frame heights apart."""

_PITCH, _WIDTH = 0.8, 0.35
"""Share by which printers set lines farther apart or nearer than in the form, and by which they set them wider."""
_SLIP_MM, _APART_MM = 25, 8
"""A label so far from where the others say is another one; two labels nearer than this tell no scale. Set by eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFit:
    """Template millimetres to page pixels: linear across, linear between known lines down the page."""

    y_mm: tuple[float, ...]
    y_px: tuple[float, ...]
    y_scale: float
    x_origin: float
    x_scale: float

    def y(self, mm: float) -> float:
        """Height on the page of a height in the template."""
        if mm <= self.y_mm[0]:
            return self.y_px[0] + (mm - self.y_mm[0]) * self.y_scale
        if mm >= self.y_mm[-1]:
            return self.y_px[-1] + (mm - self.y_mm[-1]) * self.y_scale
        return float(np.interp(mm, self.y_mm, self.y_px))

    def x(self, mm: float) -> float:
        """Distance from the left on the page of one in the template."""
        return self.x_origin + mm * self.x_scale


def fit_page(
    points: Sequence[tuple[float, float, float, float]], default_scale: float = PIXELS_PER_MM
) -> PageFit | None:
    """Fit from labels found.

    Args:
        points: (x mm, y mm, x px, y px) of labels; x and y are NaN where a label says nothing about them.
        default_scale: pixels of a millimetre, used when the labels are too few to tell.

    Returns:
        The fit, or None without any label.
    """
    table = np.array(points, float).reshape(-1, 4)
    vertical = table[~np.isnan(table[:, 1]) & ~np.isnan(table[:, 3])]
    across = table[~np.isnan(table[:, 0]) & ~np.isnan(table[:, 2])]
    if len(vertical) == 0:
        return None
    y_scale, y_origin = _robust_line(vertical[:, 1], vertical[:, 3], default_scale, tolerance=_PITCH)
    inlier = np.abs(vertical[:, 3] - (y_origin + y_scale * vertical[:, 1])) < _SLIP_MM * default_scale
    knots: dict[float, list[float]] = {}
    for _, mm, _, px in vertical[inlier]:
        knots.setdefault(round(float(mm), 1), []).append(float(px))
    if not knots:
        return None
    heights = sorted(knots)
    pixels = np.maximum.accumulate([float(np.median(knots[mm])) for mm in heights])
    # printers choose their own line pitch: the scale across need not be that down the page
    x_scale, x_origin = _robust_line(across[:, 0], across[:, 2], y_scale, likely=(y_scale, default_scale))
    return PageFit(
        y_mm=tuple(heights), y_px=tuple(pixels.tolist()), y_scale=y_scale, x_origin=x_origin, x_scale=x_scale
    )


def fit_columns(lefts: Sequence[tuple[float, float]], top: float) -> PageFit:
    """Fit from the columns of a table, which say nothing of heights: those count from the top at 300 dpi.

    Args:
        lefts: (x mm, x px) of the left edges of columns.
        top: where the rows begin, pixels.
    """
    table = np.array(lefts, float).reshape(-1, 2)
    x_scale, x_origin = _robust_line(table[:, 0], table[:, 1], PIXELS_PER_MM)
    return PageFit(y_mm=(0.0,), y_px=(top,), y_scale=PIXELS_PER_MM, x_origin=x_origin, x_scale=x_scale)


def _robust_line(
    mm: np.ndarray, px: np.ndarray, default_scale: float, likely: Sequence[float] = (), tolerance: float = _WIDTH
) -> tuple[float, float]:
    """Slope and origin by medians over all pairs (Theil and Sen).

    The default slope where pairs are too close, or lead to a slope like none of the likely ones.
    """
    if len(mm) == 0:
        return default_scale, 0.0
    i, j = np.triu_indices(len(mm), 1)
    apart = np.abs(mm[i] - mm[j]) > _APART_MM
    slope = default_scale
    if apart.sum() >= 2:
        slopes = (px[i] - px[j])[apart] / (mm[i] - mm[j])[apart]
        median = float(np.median(slopes))
        if any(abs(median / scale - 1) < tolerance for scale in likely or (default_scale,)):
            slope = median
    return slope, float(np.median(px - slope * mm))
