"""The lines a form is printed with: dotted lines to write on, and rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["DottedLine", "PrintedRule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DottedLine:
    """A dotted (or thin ruled) line for writing on, traced dot by dot."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    thickness: float
    dot_width: float

    @property
    def left(self) -> float:
        """Left end in pixels."""
        return self.xs[0]

    @property
    def right(self) -> float:
        """Right end in pixels."""
        return self.xs[-1]

    def y_at(self, x: float) -> float:
        """Height of the line at x; beyond its ends it goes on level."""
        return float(np.interp(x, self.xs, self.ys))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRule:
    """A printed straight rule: frame, divider, table line."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def vertical(self) -> bool:
        """Whether it runs down the page."""
        return self.bottom - self.top > self.right - self.left
