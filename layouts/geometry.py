"""Positions on a page as fractions of its width and height, so that resolution does not matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["PageBox", "Point", "Quad", "RelativeBox", "as_quad"]

Point = tuple[float, float]
"""x and y as fractions of page width and height, origin at the top left."""

Quad = tuple[Point, Point, Point, Point]
"""Four corners clockwise from the top left."""

PageBox = tuple[float, float, float, float]
"""left, top, right, bottom as fractions of a page or a sheet."""


def as_quad(corners: Iterable[Sequence[float]]) -> Quad:
    """Four corners, of a file or an array, as a quad.

    Raises:
        ValueError: there are not four corners of two numbers.
    """
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth


@dataclass(frozen=True, slots=True)
class RelativeBox:
    """An upright box on a page, fractions of its width and height.

    Raises:
        ValueError: the box is empty, inverted or outside the page.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.left < self.right <= 1.0 and 0.0 <= self.top < self.bottom <= 1.0):
            raise ValueError(f"box outside the page or empty: {self.as_tuple()}")

    def as_tuple(self) -> PageBox:
        """left, top, right, bottom."""
        return (self.left, self.top, self.right, self.bottom)

    def overlap(self, other: RelativeBox) -> float:
        """Share of this box's area that lies inside the other."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / ((self.right - self.left) * (self.bottom - self.top))
