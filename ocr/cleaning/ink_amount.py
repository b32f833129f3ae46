"""How much writing a part of a flattened page holds."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.cleaning.surface import PAPER
from ocr.images import PIXELS_PER_MM, GreyImage

__all__ = ["INK_DARKNESS", "ink_amount"]

INK_DARKNESS = 70
"""Darkness of ink on a flattened page whose paper is 255."""


def ink_amount(crop: GreyImage) -> tuple[float, float]:
    """Square millimetres of ink in a flattened crop, and the width in millimetres over which it spreads.

    Specks under 0.3 mm and straight printed lines (dots, rules) along the whole crop do not count.
    """
    if crop.size == 0:
        return 0.0, 0.0
    ink = (crop < PAPER - INK_DARKNESS).astype(np.uint8)
    run = round(8 * PIXELS_PER_MM)
    for rule in ((1, run), (run, 1)):
        ink -= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(rule, np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    stats = stats[1:]
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    writing = (np.maximum(width, height) > 0.8 * PIXELS_PER_MM) & (area > 20)
    writing &= ~((height < 0.8 * PIXELS_PER_MM) & (width > 8 * PIXELS_PER_MM))
    writing &= ~((width < 0.8 * PIXELS_PER_MM) & (height > 8 * PIXELS_PER_MM))
    if not writing.any():
        return 0.0, 0.0
    left = stats[writing, cv2.CC_STAT_LEFT].min()
    right = (stats[writing, cv2.CC_STAT_LEFT] + width[writing]).max()
    return float(area[writing].sum()) / PIXELS_PER_MM**2, float(right - left) / PIXELS_PER_MM
