"""Names for the pictures that travel through the ocr room, so that signatures tell what they take."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["BgrImage", "GreyImage", "Matrix", "as_grey"]

BgrImage: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 3, 8 bit, blue first as OpenCV has it."""
GreyImage: TypeAlias = npt.NDArray[np.uint8]
"""Height x width, 8 bit; ink dark, paper light unless said otherwise."""
Matrix: TypeAlias = npt.NDArray[np.float64]
"""3 x 3 homography in pixels."""


def as_grey(image: npt.NDArray[Any]) -> GreyImage:
    """The picture in grey, whether it came in colour or not."""
    if image.ndim == 2:
        return image
    grey: GreyImage = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return grey
