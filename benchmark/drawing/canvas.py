"""The sheet being drawn: how much light each spot lets through, in colour, and helpers that put ink on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmark.drawing.fonts import load_font
from ocr.images import MM_PER_INCH

__all__ = ["Canvas", "Colour", "Mask", "Rect", "TextMask", "text_mask", "text_width"]

Mask = NDArray[np.uint8]
"""Ink coverage, 0 none to 255 full, shape (height, width)."""
Colour = tuple[int, int, int]
"""Blue, green, red."""
Rect = tuple[float, float, float, float]
"""left, top, right, bottom in pixels of the sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMask:
    """Text as a coverage mask with the place of its origin (left end of the baseline)."""

    mask: Mask
    origin_x: float
    origin_y: float
    width: float
    """Advance width in pixels."""


def text_width(text: str, font: Path, pixels: int) -> float:
    """Advance width of a text in pixels."""
    return float(load_font(font, pixels).getlength(text))


def text_mask(text: str, font: Path, pixels: int, *, weight: float = 0.0) -> TextMask:
    """A text as mask; `weight` thickens the strokes by that many pixels (bold without a bold font file)."""
    face = load_font(font, pixels)
    left, top, right, bottom = face.getbbox(text, anchor="ls", stroke_width=weight)
    pad = 3
    width, height = int(right - left) + 2 * pad + 1, int(bottom - top) + 2 * pad + 1
    image = Image.new("L", (width, height), 0)
    origin = (pad - left, pad - top)
    ImageDraw.Draw(image).text(origin, text, fill=255, font=face, anchor="ls", stroke_width=weight)
    return TextMask(mask=np.asarray(image), origin_x=origin[0], origin_y=origin[1], width=float(face.getlength(text)))


class Canvas:
    """A white sheet on which ink is laid; positions in millimetres unless said otherwise."""

    def __init__(self, width_mm: float, height_mm: float, dpi: int) -> None:
        self.scale = dpi / MM_PER_INCH
        """Pixels a millimetre."""
        self.width_mm, self.height_mm = width_mm, height_mm
        shape = (round(height_mm * self.scale), round(width_mm * self.scale), 3)
        self.light: NDArray[np.uint8] = np.full(shape, 255, np.uint8)

    def px(self, mm: float) -> float:
        """Millimetres as pixels."""
        return mm * self.scale

    def ink(self, mask: Mask, x: float, y: float, colour: Colour, strength: float = 1.0) -> Rect | None:
        """Lay ink with the mask's top left corner at pixel (x, y); the rectangle it covers, None when off the sheet."""
        left, top = round(x), round(y)
        height, width = self.light.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + mask.shape[1], width), min(top + mask.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            return None
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        cover = part.astype(np.float32)[..., None] * (strength / 255.0)
        absorbed = 1.0 - np.array(colour, np.float32) / 255.0
        region = self.light[y0:y1, x0:x1]
        self.light[y0:y1, x0:x1] = (region * (1.0 - cover * absorbed)).astype(np.uint8)
        return _tight(part, x0, y0)

    def text(
        self, text: str, x: float, y: float, font: Path, size_mm: float, colour: Colour,
        *, weight_mm: float = 0.0, strength: float = 1.0, squeeze: float = 1.0, slant: float = 0.0,
    ) -> Rect | None:  # fmt: skip
        """Straight text with its baseline's left end at (x, y); `squeeze` narrows it, `slant` leans it."""
        if not text.strip():
            return None
        made = text_mask(text, font, round(self.px(size_mm)), weight=self.px(weight_mm))
        mask, ox, oy = made.mask, made.origin_x, made.origin_y
        if squeeze != 1.0 or slant:
            grow = abs(slant) * mask.shape[0]
            width = int(mask.shape[1] * squeeze + grow) + 2
            shift = slant * oy
            matrix = np.array([[squeeze, -slant, shift + 1], [0, 1, 0]], np.float64)
            mask = np.asarray(cv2.warpAffine(mask, matrix, (width, mask.shape[0]), flags=cv2.INTER_AREA), np.uint8)
            ox = squeeze * ox + 1
        return self.ink(mask, self.px(x) - ox, self.px(y) - oy, colour, strength)

    def line(self, start: tuple[float, float], end: tuple[float, float], width_mm: float, colour: Colour) -> None:
        """A ruled line."""
        thick = max(self.px(width_mm), 1.0)
        left, right = sorted((self.px(start[0]), self.px(end[0])))
        top, bottom = sorted((self.px(start[1]), self.px(end[1])))
        pad = int(thick) + 2
        mask = np.zeros((int(bottom - top) + 2 * pad + 1, int(right - left) + 2 * pad + 1), np.uint8)
        a = (self.px(start[0]) - left + pad, self.px(start[1]) - top + pad)
        b = (self.px(end[0]) - left + pad, self.px(end[1]) - top + pad)
        _subpixel_line(mask, a, b, thick)
        self.ink(mask, left - pad, top - pad, colour)

    def box(self, rect_mm: Rect, width_mm: float, colour: Colour) -> None:
        """A ruled rectangle."""
        left, top, right, bottom = rect_mm
        for start, end in (
            ((left, top), (right, top)),
            ((right, top), (right, bottom)),
            ((right, bottom), (left, bottom)),
            ((left, bottom), (left, top)),
        ):
            self.line(start, end, width_mm, colour)


def _subpixel_line(mask: Mask, a: tuple[float, float], b: tuple[float, float], thick: float) -> None:
    """An anti-aliased line of fractional width: drawn four times too large, then reduced by the caller's shift bits."""
    big: Any = np.zeros((mask.shape[0] * 4, mask.shape[1] * 4), np.uint8) if mask.size < 400_000 else None
    if big is None:  # long lines: whole-pixel width is good enough
        start, end = (round(a[0]), round(a[1])), (round(b[0]), round(b[1]))
        cv2.line(mask, start, end, 255, max(round(thick), 1), cv2.LINE_AA)
        return
    start, end = (round(a[0] * 4), round(a[1] * 4)), (round(b[0] * 4), round(b[1] * 4))
    cv2.line(big, start, end, 255, max(round(thick * 4), 1))
    mask[:] = cv2.resize(big, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_AREA)


def _tight(mask: Mask, x: int, y: int) -> Rect | None:
    rows = np.flatnonzero(mask.max(axis=1) > 90)
    cols = np.flatnonzero(mask.max(axis=0) > 90)
    if rows.size == 0 or cols.size == 0:
        return None
    return (float(x + cols[0]), float(y + rows[0]), float(x + cols[-1] + 1), float(y + rows[-1] + 1))
