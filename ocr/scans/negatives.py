"""Negatives: pages with white writing on black paper (a copier's switch, microfilm, a wrong setting of the scanner)."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.images import BgrImage, as_grey

__all__ = ["is_negative"]

_LOOK = 1000
"""Pixels of the longer side looked at: strokes of a pen are 2 to 4 pixels wide there."""
_MARGIN = 0.08
"""Left out on each side: lids and tables around the paper."""
# Set by eye, none measured by itself.
_DARK, _LIGHT = 90, 150
"""Grey levels below and above which a pixel is dark and light."""
_MOST_DARK, _FEWEST_LIGHT = 0.72, 0.004
"""Shares of a negative that are dark, and light, at least: fewer light pixels are no writing."""
_FEWEST_PIXELS = 100
"""A picture of fewer tells nothing."""
_WIDER_THAN_STROKES = np.ones((15, 15), np.uint8)
"""A light area that holds this square is paper."""
_MOST_PAPER = 0.03
"""Share of a negative that may be light areas wider than strokes; a page photographed on a dark table has far more."""


def is_negative(image: BgrImage) -> bool:
    """Whether a picture is a page with light writing on dark paper.

    Dark pixels must be the great majority, light ones must be there, and they must be thin: of a sheet of paper on a
    dark table, or of a seal, something is left when strokes are taken away.
    """
    grey = as_grey(image)
    height, width = grey.shape
    scale = _LOOK / max(height, width)
    if min(height, width) * min(scale, 1) < 1:
        return False  # a line of pixels that would shrink to nothing
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    rows, columns = (max(1, round(side * _MARGIN)) for side in grey.shape)
    middle = grey[rows:-rows, columns:-columns]
    if middle.size < _FEWEST_PIXELS or (middle < _DARK).mean() < _MOST_DARK or (middle > _LIGHT).mean() < _FEWEST_LIGHT:
        return False
    light = np.asarray(middle > _LIGHT, np.uint8)
    wide = cv2.morphologyEx(light, cv2.MORPH_OPEN, _WIDER_THAN_STROKES)
    return float(wide.mean()) < _MOST_PAPER
