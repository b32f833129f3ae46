"""Ink of a line: texts written in pen fonts, as masks of ink.

A mask is float32, 0 where the paper is bare and 1 under full ink.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = ["INKED", "VALIDATION_FONTS", "FontShelf", "Ink", "Mask", "letter_band", "stroke_width", "write_text"]

INKED = 0.3
"""Ink (0..1) from which a row belongs to a drawn line. Set by eye, as the following."""
_LEAST_INK, _STROKE, _DENSE = 0.2, 0.5, 0.42
"""Ink from which a column is kept and a pixel is of a stroke; share of the densest row's ink that small letters have.
"""
VALIDATION_FONTS = ("oooh-baby", "grape-nuts", "bad-script", "ephesis", "charm", "inspiration")
"""Pen fonts that training never draws with, so that figures speak of unseen writing."""
_JOINING_FONTS = ("playwrite-vn", "momo-signature")
"""Fonts whose letters join only with the complex layout engine."""
_HARD_FONTS = "ballet imperial-script updock explora babylonica luxurious-script mea-culpa grey-qo pacifico"
"""Ornamental fonts that no clerk writes like; drawn seldom."""
Mask = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ink:
    """A mask of ink, the row its letters stand on and, where known, first and last column of each word."""

    mask: Mask
    baseline: float
    words: tuple[tuple[int, int], ...] = ()


class FontShelf:
    """Fonts of a folder with a `fonts.tsv` (columns file, class, looks_like_real_pen).

    Args:
        folder: the fonts.
        held_out: draw with the validation fonts only; otherwise with all others.
    """

    def __init__(self, folder: Path, *, held_out: bool = False) -> None:
        self.files: list[Path] = []
        self.weights: list[float] = []
        with (folder / "fonts.tsv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t"):
                stem = row["file"].removesuffix("-400.ttf")
                if (stem in VALIDATION_FONTS) != held_out:
                    continue
                pen = row["class"].startswith("pen")
                weight = 1.3 if row["looks_like_real_pen"] == "yes" else 1.0 if pen else 0.4
                self.files.append(folder / row["file"])
                self.weights.append(0.15 if stem in _HARD_FONTS.split() else weight)

    def pick(self, rng: random.Random) -> Path:
        """One font file, pens more often than print."""
        return rng.choices(self.files, self.weights)[0]


@lru_cache(maxsize=512)
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    joining = file.name.removesuffix("-400.ttf") in _JOINING_FONTS
    engine = ImageFont.Layout.RAQM if joining else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(file), size, layout_engine=engine)


@lru_cache(maxsize=256)
def _size_for(file: Path, small_letter_height: int) -> int:
    """Font size whose letter x is that many pixels high (fonts differ threefold)."""
    box = _font(file, 100).getbbox("x", anchor="ls")
    return max(12, min(220, round(100 * small_letter_height / max(8.0, -box[1]))))


def write_text(text: str, file: Path, rng: random.Random, small_letter_height: int = 20, spread: float = 0.0) -> Ink:
    """Write `text` in a font, word by word with uneven gaps and baseline.

    Args:
        text: one line, NFC.
        file: the font.
        rng: source of chance.
        small_letter_height: height of the letter x in pixels.
        spread: room added behind every letter, in heights of the letter x, as some set names in capitals.
    """
    font = _font(file, _size_for(file, small_letter_height))
    words = text.split(" ")
    unsteady = rng.choice((0.0, 0.5, 1.5))
    gap_width = max(font.getlength(" "), 0.35 * small_letter_height) * rng.choice((0.7, 0.9, 1.0, 1.0, 1.3, 1.8))
    places: list[tuple[str, float, float]] = []
    starts: list[tuple[float, float]] = []
    x, added = 0.0, spread * small_letter_height
    for word in words:
        begun = x
        for part in word if spread else (word,):
            places.append((part, x, rng.gauss(0.0, unsteady)))
            x += font.getlength(part) + added
        starts.append((begun, x - begun))
        x += gap_width * rng.uniform(0.8, 1.25) + added
    box = font.getbbox(text, anchor="ls")
    left, top, bottom = min(box[0], 0) - 8, box[1] - 6, box[3] + 6
    picture = Image.new("L", (round(x - left) + 24, round(bottom - top)))
    pen = ImageDraw.Draw(picture)
    for part, part_x, shift in places:
        pen.text((part_x - left, shift - top), part, fill=255, font=font, anchor="ls")
    mask = np.asarray(picture, np.float32) / 255.0
    columns = np.flatnonzero(mask.max(axis=0) > _LEAST_INK)
    cut = max(0, int(columns[0]) - 2) if columns.size else 0
    if columns.size:
        mask = mask[:, cut : columns[-1] + 3]
    placed = [(round(begun - left) - cut, length) for (begun, length), word in zip(starts, words, strict=True) if word]
    extents = tuple((start, min(mask.shape[1], round(start + length))) for start, length in placed)
    return Ink(np.ascontiguousarray(mask), float(-top), extents)


def stroke_width(mask: Mask) -> float:
    """Width of the pen's strokes: area over half the outline."""
    inked = (mask > _STROKE).astype(np.uint8)
    edge = int(inked.sum()) - int(cv2.erode(inked, np.ones((3, 3), np.uint8)).sum())
    return 2.0 * float(inked.sum()) / max(1, edge) if edge else 2.0


def letter_band(ink: Ink) -> tuple[float, float]:
    """Upper row and height of the densest band of ink: the small letters, or capitals where there are only such."""
    profile = cv2.blur(ink.mask.sum(axis=1, keepdims=True), (1, 5))[:, 0]
    dense = np.flatnonzero(profile > _DENSE * profile.max())
    if not dense.size:
        return 0.4 * ink.mask.shape[0], 0.3 * ink.mask.shape[0]
    return float(dense[0]), float(max(6, dense[-1] - dense[0]))
