"""An opened page, and how large it is worth opening."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from ocr.images import MM_PER_INCH, WORK_DPI, BgrImage

__all__ = [
    "INCHES_A4",
    "MAX_PIXELS",
    "POINTS_PER_INCH",
    "ScanPage",
    "coarser",
    "measure",
    "plausible",
    "resized",
    "shrink_factor",
]

MAX_PIXELS = 100_000_000
"""A3 at 600 dpi has 70 million; in colour this is 300 MB while it is decoded."""
POINTS_PER_INCH = 72
"""Of a PDF's own measure."""
INCHES_A4 = 297 / MM_PER_INCH
"""Long side of the paper registers are printed on."""
_LONG_SIDE = {False: 3700, True: 5200}
"""Longest side kept: upright (A4 at 300 dpi) and landscape (an open book, A3 at 300 dpi), with a margin."""
_SHORTEST_PAPER_MM, _LONGEST_PAPER_MM = 140, 640
"""Long sides of A6 and of A2, with a margin for cut paper."""
_LITTLE_FINER, _LITTLE_LONGER = 1.2, 1.5
"""A scan so little finer and longer than what is kept is not shrunk: that costs more than it saves. Set by eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """One opened page."""

    image: BgrImage
    """Height x width x 3, uint8, BGR; the delivered page, perhaps shrunk as a whole."""
    dpi: float
    """Resolution of `image`; estimated from A4 when the file does not tell."""
    delivered_size: tuple[int, int]
    """Width and height in pixels of the scan as delivered, before any shrinking."""
    remarks: tuple[str, ...] = ()
    """Vietnamese: what was done to the scan that people should know."""


def plausible(dpi: float, long_side: float) -> bool:
    """Whether the paper that follows from a resolution is one an office scans (A6 to A2)."""
    return dpi > 0 and _SHORTEST_PAPER_MM <= long_side / dpi * MM_PER_INCH <= _LONGEST_PAPER_MM


def shrink_factor(width: float, height: float, dpi: float | None) -> float:
    """What to shrink a picture by so that it has the working resolution; 1 for a coarser one."""
    if dpi is not None and dpi <= WORK_DPI * _LITTLE_FINER and max(width, height) <= _LONG_SIDE[True] * _LITTLE_LONGER:
        return 1.0
    by_dpi = WORK_DPI / dpi if dpi is not None else 1.0
    by_size = _LONG_SIDE[width > height] / max(width, height)
    return min(1.0, by_dpi if dpi is not None else by_size, _LONG_SIDE[True] / max(width, height))


def coarser(dpi: float, enough: float) -> float:
    """What to shrink by besides, when less than the working resolution is enough."""
    return min(1.0, enough / dpi) if enough < WORK_DPI else 1.0


def resized(pixels: BgrImage, size: tuple[int, int]) -> BgrImage:
    """The picture in a smaller size (width, height)."""
    size = (max(1, size[0]), max(1, size[1]))
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    smaller: BgrImage = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return smaller


def measure(size: tuple[int, int]) -> str:
    """A size for messages."""
    return f" ({size[0]} x {size[1]} điểm ảnh)"
