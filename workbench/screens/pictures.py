"""Pictures of the reader's steps, made fit for a screen."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.images import BgrImage

__all__ = ["shown_picture"]

_WIDTH = 1400
"""Pixels across: sharp at the width of a page, and a third of what a scan at 300 dpi weighs."""


def shown_picture(picture: BgrImage) -> BgrImage:
    """A step's picture with its colours as the browser takes them, no wider than a screen needs."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (_WIDTH, round(height * _WIDTH / width))) if width > _WIDTH else picture
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
