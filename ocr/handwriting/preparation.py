"""From a crop of any size and colour to the grey strip the network reads.

Training and reading call the same functions, so the network meets in an office what it met in training.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "GREY_OR_COLOUR",
    "LINE_HEIGHT",
    "STEP",
    "WIDEST_LINE",
    "Look",
    "flatten_paper",
    "is_blank",
    "prepare_line",
    "to_grey",
]

LINE_HEIGHT = 40
"""Height of the strip in pixels."""
WIDEST_LINE = 1400
"""Widest strip in pixels: about 120 letters; a wider one is squeezed to it."""
_RED_INK = 45.0
"""Grey levels by which ink of a red pen is darker than paper in green, and nearly as much darker than in red."""
_RED_ALONG = 0.36
"""Share of the columns of a line written in red that hold red ink; a seal covers less of a line."""
_TALLEST_CROP, _WIDEST_CROP = 400, 6000.0
"""Crops taller or wider than this, in pixels, are shrunk first: more pixels cost time and tell nothing about a line."""
_MOST_INK = 0.55
"""Share of dark pixels above which a crop is a picture or a black patch and no line of writing."""
_LEAST_PAPER = 0.42
"""Share of bare paper below which a strip is a photograph or noise and no line of writing."""
_THICKER = 0.035
"""Thickness added to a bold line's strokes, as a share of its height."""
_MIN_CONTRAST = 28.0
"""Grey levels between paper and darkest ink under which a crop counts as blank paper."""
# The network is trained on strips made with the numbers of this file: change one, and it must be trained anew. Those
# that follow were set by eye, none measured by itself.
GREY_OR_COLOUR = (2, 3)
"""Dimensions of a picture in grey, and in colour."""
_WEIGHTS, _WEIGHTS_OF_RED_PEN = (0.1, 0.3, 0.6), (0.2, 0.8, 0.0)
"""Weights of blue, green and red in the grey picture, of all lines and of those in red pen."""
_PAPER_PERCENTILE = 75
"""Level of each colour that is taken for paper: three quarters of a crop are hardly ever inked."""
_RED_OVER_RED = _RED_INK - 10
"""By how many grey levels more ink of a red pen is darker in green than in red."""
_SMALLEST_CROP = 6
"""A crop lower or narrower than this, in pixels, holds no letter."""
_INK_AND_PAPER, _FLAT_INK_AND_PAPER = (0.3, 90), (0.7, 85.0)
"""Percentiles taken for ink and paper: where blank paper is told, and where light is evened."""
_DARKEST_PAPER, _LEAST_SPAN = 24.0, 0.15
"""Paper is never taken for darker, in grey levels, nor ink for nearer to it, as a share: else grain becomes ink."""
_TRIMMED_INK, _TRIM_MARGIN, _FEWEST_ROWS = 0.6, 0.06, 8
"""Rows with two pixels darker than the first (0 ink, 1 paper) are kept, with a margin of this share of their height,
when there are so many."""
_SLANT_HEIGHT, _SLANTS = 48, np.arange(-0.6, 0.91, 0.1)
"""Rows of the picture on which slants are tried, and the slants, in columns a row."""
_DARK, _BARE = 0.5, 0.67
"""Below the first (0 ink, 1 paper) a pixel counts as ink, above the second as bare paper."""
STEP, _NARROWEST_LINE = 4, 16
"""Columns of a strip go in steps of four, of which the network makes one; and it has so many at least."""
_SHORTEST_RULE, _BESIDE_RULE = 20, (5, 5)
"""Pixels from which a stretch of ink in a crop in red pen is a rule of the form, and what belongs to it."""
_SHRUNK, _LEAST_REACH = 4, 5
"""The paper is taken from a copy this much smaller, over so many pixels of it at least."""
_NARROWEST_TRIED = 8
"""Columns of the picture on which slants are tried, at least."""


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
    weights = np.array([_WEIGHTS_OF_RED_PEN if _in_red_pen(crop) else _WEIGHTS], np.float32)
    grey: NDArray[np.uint8] = cv2.transform(np.ascontiguousarray(crop[:, :, :3]), weights)
    return grey if grey.ndim == 2 else grey[:, :, 0]


def _in_red_pen(crop: NDArray[np.uint8]) -> bool:
    """Whether red ink runs along a good part of the line, and other ink, rules of a form apart, is not more."""
    paper = np.percentile(crop[::2, ::2, :3].reshape(-1, 3), _PAPER_PERCENTILE, axis=0).astype(np.float32)
    darker = paper - crop[:, :, :3].astype(np.float32)
    red = (darker[:, :, 1] > _RED_INK) & (darker[:, :, 1] - darker[:, :, 2] > _RED_OVER_RED)
    if red.any(axis=0).mean() < _RED_ALONG:
        return False
    other = ((darker[:, :, 2] > _RED_INK) & ~red).astype(np.uint8)
    rules = cv2.morphologyEx(other, cv2.MORPH_OPEN, np.ones((1, max(_SHORTEST_RULE, crop.shape[0] // 2)), np.uint8))
    written = other & (1 - cv2.dilate(rules, np.ones(_BESIDE_RULE, np.uint8)))
    return bool(red.sum() > written.sum())


def is_blank(grey: NDArray[np.uint8]) -> bool:
    """True for paper without ink, a solid black patch, or a crop too small to hold a letter.

    Args:
        grey: (height, width), 0 black to 255 paper.
    """
    if min(grey.shape[:2]) < _SMALLEST_CROP:
        return True
    low, high = np.percentile(grey, _INK_AND_PAPER)
    return bool(high - low < _MIN_CONTRAST)


def _shrink_if_huge(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    factor = min(1.0, _TALLEST_CROP / height, _WIDEST_CROP / width)
    if factor == 1.0:
        return grey
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def flatten_paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ink between 0 (darkest) and 1 (paper), with shadows and paper tint divided away.

    Args:
        grey: (height, width), 0 black to 255 paper.

    Returns:
        The same shape.
    """
    height, width = grey.shape
    small = cv2.resize(
        grey, (max(_SHRUNK, width // _SHRUNK), max(_SHRUNK, height // _SHRUNK)), interpolation=cv2.INTER_AREA
    )
    reach = max(_LEAST_REACH, (small.shape[0] // 2) | 1)
    paper = cv2.blur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), (reach, reach))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    flat = grey.astype(np.float32) / np.maximum(paper, _DARKEST_PAPER)
    low, high = np.percentile(flat, _FLAT_INK_AND_PAPER)
    span = max(float(high - low), _LEAST_SPAN)
    return np.asarray(np.clip((flat - (high - span)) / span, 0.0, 1.0), np.float32)


def _trim_rows(flat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut empty rows above and below, so that small writing on a tall crop fills the strip."""
    inked = np.flatnonzero((flat < _TRIMMED_INK).sum(axis=1) >= 2)
    if inked.size == 0:
        return flat
    margin = max(1, round(_TRIM_MARGIN * (inked[-1] - inked[0] + 1)))
    top, bottom = max(0, inked[0] - margin), min(flat.shape[0], inked[-1] + 1 + margin)
    return flat[top:bottom] if bottom - top >= _FEWEST_ROWS else flat


def _slant(flat: NDArray[np.float32]) -> float:
    """Columns a row by which the strokes lean to the right, -1 to 1: the shear that makes them most upright."""
    height = min(flat.shape[0], _SLANT_HEIGHT)
    small = cv2.resize(1.0 - flat, (max(_NARROWEST_TRIED, round(flat.shape[1] * height / flat.shape[0])), height))
    tried = _SLANTS
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
    if crop.size == 0 or crop.ndim not in GREY_OR_COLOUR:
        return None
    grey = _shrink_if_huge(to_grey(crop))
    if is_blank(grey):
        return None
    flat = flatten_paper(grey)
    if float((flat < _DARK).mean()) > _MOST_INK:
        return None
    flat = _laid(_trim_rows(flat), look)
    rows, columns = flat.shape
    width = int(np.clip(round(columns * height / rows / STEP) * STEP, _NARROWEST_LINE, WIDEST_LINE))
    shrinking = rows > height
    strip = cv2.resize(flat, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    if float((strip > _BARE).mean()) < _LEAST_PAPER:
        return None
    return np.asarray(np.clip(strip * 255.0 + 0.5, 0, 255), np.uint8)
