"""Names for the pictures that travel through the ocr room, so that signatures tell what they take."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

__all__ = [
    "GREY_EDGE",
    "MM_PER_INCH",
    "PAPER",
    "PIXELS_PER_MM",
    "WORK_DPI",
    "BgrImage",
    "GreyImage",
    "Mask",
    "Matrix",
    "PixelBox",
    "as_grey",
]

PAPER = 255
"""Level of paper on every page whose light was evened."""
MM_PER_INCH = 25.4
"""By definition."""
WORK_DPI = 300
"""Resolution pages are read at; finer scans are shrunk to it, coarser ones kept as they are until straightened."""
PIXELS_PER_MM = WORK_DPI / MM_PER_INCH
"""Pixels of a millimetre on every straightened page."""

BgrImage: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 3, 8 bit, blue first as OpenCV has it."""
GreyImage: TypeAlias = npt.NDArray[np.uint8]
"""Height x width, 8 bit; ink dark, paper light unless said otherwise."""
Mask: TypeAlias = npt.NDArray[np.uint8]
"""Height x width, 8 bit; what is meant is not 0."""
Matrix: TypeAlias = npt.NDArray[np.float64]
"""3 x 3 homography in pixels."""
PixelBox: TypeAlias = tuple[int, int, int, int]
"""left, top, right, bottom in pixels."""

GREY_EDGE: Mask = np.ones((5, 5), np.uint8)
"""Ink grown by it has its grey edge with it: two pixels around."""


def as_grey(image: npt.NDArray[Any]) -> GreyImage:
    """The picture in grey, whether it came in colour or not."""
    if image.ndim == 2:
        return image
    grey: GreyImage = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return grey
