"""From a crop of any size and colour to the grey strip the network reads.

Training and reading call the same functions, so the network meets in an office what it met in training.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LINE_HEIGHT", "WIDEST_LINE", "Look", "flatten_paper", "is_blank", "prepare_line", "to_grey"]

LINE_HEIGHT = 40
"""Height of the strip in pixels."""
WIDEST_LINE = 1400
"""Widest strip in pixels: about 120 letters; a wider one is squeezed to it."""
_RED_INK = 45.0
"""Grey levels by which ink of a red pen is darker than paper in green, and nearly as much darker than in red."""
_RED_ALONG = 0.36
"""Share of the columns of a line written in red that hold red ink; a seal covers less of a line."""
_TALLEST_CROP = 400
"""Crops taller than this are shrunk first: more pixels cost time and tell nothing about a line."""
_MOST_INK = 0.55
"""Share of dark pixels above which a crop is a picture or a black patch and no line of writing."""
_LEAST_PAPER = 0.42
"""Share of bare paper below which a strip is a photograph or noise and no line of writing."""
_THICKER = 0.035
"""Thickness added to a bold line's strokes, as a share of its height."""
_MIN_CONTRAST = 28.0
"""Grey levels between paper and darkest ink under which a crop counts as blank paper."""


class Look(Enum):
    """How a line is laid into the strip: the network errs otherwise on each."""

    PLAIN = "plain"
    """Its ink from the top of the strip to its foot."""
    UPRIGHT = "upright"
    """Its slant taken out."""
    BOLD = "bold"
    """With thicker strokes, in which gaps of a dry pen close."""


def to_grey(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey picture that leaves blue and black ink dark and makes red seals pale.

    The red channel weighs most: a red seal nearly vanishes in it while ballpoint ink stays dark. A line that was
    written with a red pen would vanish too; where red ink runs along the line and hardly any other does, the green
    channel is taken, in which red is dark.
    """
    if crop.ndim == 2:
        return crop
    if crop.shape[2] == 1:
        return crop[:, :, 0]
    weights = np.array([[0.2, 0.8, 0.0] if _in_red_pen(crop) else [0.1, 0.3, 0.6]], np.float32)
    grey: NDArray[np.uint8] = cv2.transform(np.ascontiguousarray(crop[:, :, :3]), weights)
    return grey if grey.ndim == 2 else grey[:, :, 0]


def _in_red_pen(crop: NDArray[np.uint8]) -> bool:
    """Whether red ink runs along a good part of the line, and other ink, rules of a form apart, is not more."""
    paper = np.percentile(crop[::2, ::2, :3].reshape(-1, 3), 75, axis=0).astype(np.float32)
    darker = paper - crop[:, :, :3].astype(np.float32)
    red = (darker[:, :, 1] > _RED_INK) & (darker[:, :, 1] - darker[:, :, 2] > _RED_INK - 10)
    if red.any(axis=0).mean() < _RED_ALONG:
        return False
    other = ((darker[:, :, 2] > _RED_INK) & ~red).astype(np.uint8)
    rules = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((1, max(20, crop.shape[0] // 2)), np.uint8))
    written = other & (1 - cv2.dilate(rules, np.ones((5, 5), np.uint8)))
    return bool(red.sum() > written.sum())


def is_blank(grey: NDArray[np.uint8]) -> bool:
    """True for paper without ink, a solid black patch, or a crop too small to hold a letter."""
    if min(grey.shape[:2]) < 6:
        return True
    low, high = np.percentile(grey, (0.3, 90))
    return bool(high - low < _MIN_CONTRAST)


def _shrink_if_huge(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    factor = min(1.0, _TALLEST_CROP / height, 6000.0 / width)
    if factor == 1.0:
        return grey
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def flatten_paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ink between 0 (darkest) and 1 (paper), with shadows and paper tint divided away."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(4, width // 4), max(4, height // 4)), interpolation=cv2.INTER_AREA)
    reach = max(5, (small.shape[0] // 2) | 1)
    paper = cv2.blur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), (reach, reach))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    flat = grey.astype(np.float32) / np.maximum(paper, 24.0)
    low, high = np.percentile(flat, (0.7, 85.0))
    span = max(float(high - low), 0.15)
    return np.asarray(np.clip((flat - (high - span)) / span, 0.0, 1.0), np.float32)


def _trim_rows(flat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut empty rows above and below, so that small writing on a tall crop fills the strip."""
    inked = np.flatnonzero((flat < 0.6).sum(axis=1) >= 2)
    if inked.size == 0:
        return flat
    margin = max(1, round(0.06 * (inked[-1] - inked[0] + 1)))
    top, bottom = max(0, inked[0] - margin), min(flat.shape[0], inked[-1] + 1 + margin)
    return flat[top:bottom] if bottom - top >= 8 else flat


def _slant(flat: NDArray[np.float32]) -> float:
    """Columns a row by which the strokes lean to the right, -1 to 1: the shear that makes them most upright."""
    height = min(flat.shape[0], 48)
    small = cv2.resize(1.0 - flat, (max(8, round(flat.shape[1] * height / flat.shape[0])), height))
    tried = np.arange(-0.6, 0.91, 0.1)
    return float(max(tried, key=lambda shear: float((_sheared(small, shear, 0.0).sum(axis=0) ** 2).sum())))


def _sheared(picture: NDArray[np.float32], shear: float, paper: float = 1.0) -> NDArray[np.float32]:
    """The picture with its rows pushed aside, wide enough for all of it."""
    height, width = picture.shape
    room = abs(shear) * height
    matrix = np.array([[1.0, shear, room if shear < 0 else 0.0], [0.0, 1.0, 0.0]], np.float32)
    size = (int(width + room) + 1, height)
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderValue=paper), np.float32)


def _laid(flat: NDArray[np.float32], look: Look) -> NDArray[np.float32]:
    """The line turned as the look asks."""
    if look is Look.UPRIGHT:
        return _sheared(flat, _slant(flat))
    if look is Look.BOLD:
        pen = max(2, round(_THICKER * flat.shape[0]))
        return np.asarray(cv2.erode(flat, np.ones((pen, pen), np.uint8)), np.float32)
    return flat


def prepare_line(
    crop: NDArray[np.uint8], height: int = LINE_HEIGHT, look: Look = Look.PLAIN
) -> NDArray[np.uint8] | None:
    """Turn a crop into the strip the network reads.

    Args:
        crop: grey HxW or BGR HxWx3, any size.
        height: height of the strip.
        look: how the line is laid into it.

    Returns:
        Grey strip, 255 is paper, `height` rows and a multiple of 4 columns; None when the crop is blank.
    """
    if crop.size == 0 or crop.ndim not in (2, 3):
        return None
    grey = _shrink_if_huge(to_grey(crop))
    if is_blank(grey):
        return None
    flat = flatten_paper(grey)
    if float((flat < 0.5).mean()) > _MOST_INK:
        return None
    flat = _laid(_trim_rows(flat), look)
    rows, columns = flat.shape
    width = int(np.clip(round(columns * height / rows / 4) * 4, 16, WIDEST_LINE))
    shrinking = rows > height
    strip = cv2.resize(flat, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    if float((strip > 0.67).mean()) < _LEAST_PAPER:
        return None
    return np.asarray(np.clip(strip * 255.0 + 0.5, 0, 255), np.uint8)
