"""How much writing a part of a flattened page holds."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.images import PAPER, PIXELS_PER_MM, GreyImage

__all__ = ["INK_DARKNESS", "ink_amount"]

INK_DARKNESS = 70
"""Darkness of ink on a flattened page whose paper is 255."""
_THIN, _LONG_LINE = 0.8 * PIXELS_PER_MM, 8 * PIXELS_PER_MM
"""Smaller marks are specks; lines no thicker and longer than the second are rules. Set by eye, as the following."""
_SPECK = 20
"""Pixels: marks of less ink are specks too."""


def ink_amount(crop: GreyImage) -> tuple[float, float]:
    """Square millimetres of ink in a flattened crop, and the width in millimetres over which it spreads.

    Specks under 0.8 mm and straight printed lines (dots, rules) along the whole crop do not count.
    """
    if crop.size == 0:
        return 0.0, 0.0
    ink = (crop < PAPER - INK_DARKNESS).astype(np.uint8)
    run = round(_LONG_LINE)
    for rule in ((1, run), (run, 1)):
        ink -= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(rule, np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    stats = stats[1:]
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    writing = (np.maximum(width, height) > _THIN) & (area > _SPECK)
    writing &= ~((height < _THIN) & (width > _LONG_LINE))
    writing &= ~((width < _THIN) & (height > _LONG_LINE))
    if not writing.any():
        return 0.0, 0.0
    left = stats[writing, cv2.CC_STAT_LEFT].min()
    right = (stats[writing, cv2.CC_STAT_LEFT] + width[writing]).max()
    return float(area[writing].sum()) / PIXELS_PER_MM**2, float(right - left) / PIXELS_PER_MM
