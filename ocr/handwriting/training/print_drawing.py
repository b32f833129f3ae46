"""Print beside handwriting: words of a form at the ends of a crop, and the printed text that a writer was to copy.

None of it belongs to the line that is read: the network learns to leave it out where a pen wrote beside it.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.handwriting.training.drawing import Ink, write_text

__all__ = ["NO_PRINT", "BesidePrint", "PrintShelf"]

_BEFORE = ("ngày", "tháng", "năm", "Số:", "số", "Đăng ký ngày", "Dân tộc:", "Quốc tịch:", "Nơi sinh:", "tại", "từ ngày",
           "Họ và tên:", "Quyển số:", "Giới tính:", "đến ngày", "lúc", "giờ", "Quê quán:", "Nơi chết:", "Ngày, tháng, "
           "năm sinh:", "Quan hệ với người được khai sinh:", "Nơi thường trú/tạm trú:", "Quyết định số:")  # fmt: skip
_BEHIND = ("ngày", "tháng", "năm", "Dân tộc:", "Quốc tịch:", "giờ", "phút", "Giới tính:", "tại", "đến ngày", "Quyển số")
_WHOLE = 0.4
"""Share of printed words that are seen whole; of the others the edge of the crop leaves a part."""


@dataclass(frozen=True, slots=True)
class BesidePrint:
    """Printed words left and right of a line, and the room to it, in pixels."""

    left: Ink | None = None
    right: Ink | None = None
    gap: int = 0


NO_PRINT = BesidePrint()


class PrintShelf:
    """The printed fonts of a folder with `fonts.tsv` (columns file, class)."""

    def __init__(self, folder: Path) -> None:
        with (folder / "fonts.tsv").open(encoding="utf-8", newline="") as table:
            rows = [(folder / row["file"], row["class"]) for row in csv.DictReader(table, delimiter="\t")]
        self._serif = [file for file, kind in rows if kind == "serif-print"]
        self.fonts = frozenset(file for file, kind in rows if not kind.startswith("pen"))
        """Every font that looks printed or typed."""

    def beside(self, tall: float, rng: random.Random) -> BesidePrint:
        """Words of a form beside a line whose ink is so many pixels tall."""
        if not self._serif:
            return NO_PRINT
        font, size = rng.choice(self._serif), max(6, round(tall * rng.uniform(0.24, 0.45)))
        left = _seen(write_text(rng.choice(_BEFORE), font, rng, size), False, rng) if rng.random() < 0.75 else None
        right = _seen(write_text(rng.choice(_BEHIND), font, rng, size), True, rng) if rng.random() < 0.5 else None
        return BesidePrint(left, right, round(tall * rng.uniform(0.08, 0.7)))

    def prompted(self, grey: NDArray[np.uint8], text: str, rng: random.Random) -> NDArray[np.uint8]:
        """A line in the right cell of a form whose left cell holds the text to copy, in small print on two rows."""
        if not self.fonts:
            return grey
        height = grey.shape[0]
        size = max(8, round(height * rng.uniform(0.2, 0.29)))
        font = ImageFont.truetype(str(rng.choice(sorted(self.fonts))), size, layout_engine=ImageFont.Layout.BASIC)
        words = text.split()
        half = (len(words) + 1) // 2
        rows = [" ".join(words[:half]), " ".join(words[half:])]
        margin, inside = rng.randint(2, 60), rng.randint(4, 16)
        wide = max(round(font.getlength(row)) for row in rows)
        paper, ink = round(float(np.percentile(grey, 85))), rng.randint(20, 90)
        cell = Image.new("L", (margin + inside + wide + rng.randint(6, 120), height), paper)
        pen = ImageDraw.Draw(cell)
        for number, row in enumerate(rows):
            top = height * (0.12 + 0.4 * number) + rng.gauss(0, 1.5)
            pen.text((margin + inside, top), row, fill=ink, font=font)
        rule = rng.choice((1, 2, 2))
        for x in (margin, cell.width - rule - 1):
            pen.line((x, 0, x, height), fill=ink, width=rule)
        for y in (rng.choice((0, 2)), height - rng.choice((1, 3))):
            pen.line((margin, y, cell.width, y), fill=ink, width=rule)
        return np.concatenate([np.asarray(cell, np.uint8), grey], axis=1)


def _seen(ink: Ink, first_part: bool, rng: random.Random) -> Ink:
    """A word, or the part of it on this side of the crop's edge."""
    if rng.random() < _WHOLE:
        return ink
    kept = max(2, round(ink.mask.shape[1] * rng.uniform(0.05, 0.6)))
    return replace(ink, mask=ink.mask[:, :kept] if first_part else ink.mask[:, -kept:], words=())
