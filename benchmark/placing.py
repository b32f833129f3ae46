"""How well a field's quads lie over its ink, and how much of the neighbours' ink they take in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.geometry import Quad

__all__ = ["Placing", "placing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where a field was placed against where its ink is."""

    cover: float
    """Share of the ink's box inside the field's quads, 0 to 1."""
    neighbours: float
    """Share of other fields' ink inside this field's quads, of the worst neighbour."""
    error_mm: float | None
    """How far the ink's box sticks out of the field's quads at most; None when the field was not placed."""


def placing(
    quads: Sequence[Quad], ink: Sequence[Quad], others: Sequence[Sequence[Quad]], size_mm: tuple[float, float]
) -> Placing:
    """Measure one field.

    Args:
        quads: the field as the machine placed it, fractions of the scan.
        ink: its true ink.
        others: the true ink of the other fields of the entry.
        size_mm: width and height of the scan.
    """
    placed = [_scaled(quad, size_mm) for quad in quads]
    true = [_scaled(quad, size_mm) for quad in ink]
    if not placed:
        return Placing(cover=0.0, neighbours=0.0, error_mm=None)
    worst = max((_covered(placed, [_scaled(q, size_mm) for q in other]) for other in others if other), default=0.0)
    return Placing(
        cover=_covered(placed, true),
        neighbours=worst,
        error_mm=max((_sticks_out(placed, quad) for quad in true), default=0.0),
    )


def _scaled(quad: Quad, size_mm: tuple[float, float]) -> NDArray[np.float32]:
    points = np.array(quad, np.float32) * np.array(size_mm, np.float32)
    hull = cv2.convexHull(points)  # the same turning for every quad, as the intersection wants it
    return np.asarray(hull.reshape(-1, 2), np.float32)


def _covered(placed: Sequence[NDArray[np.float32]], ink: Sequence[NDArray[np.float32]]) -> float:
    whole = sum(float(cv2.contourArea(quad)) for quad in ink)
    if whole <= 0:
        return 1.0
    inside = 0.0
    for quad in ink:
        shared = sum(float(cv2.intersectConvexConvex(quad, place)[0]) for place in placed)
        inside += min(shared, float(cv2.contourArea(quad)))
    return inside / whole


def _sticks_out(placed: Sequence[NDArray[np.float32]], ink: NDArray[np.float32]) -> float:
    """Of the place that fits best, the distance of the ink's outermost corner."""
    return min(
        max(max(-cv2.pointPolygonTest(place.reshape(-1, 1, 2), (float(x), float(y)), True), 0.0) for x, y in ink)
        for place in placed
    )
