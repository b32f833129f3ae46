"""How one printer printed a form: fonts, sizes, spacing, dots.

The words of a form agree between printers, everything else differs.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmark.drawing.fonts import FontSet

__all__ = ["Dots", "Printing"]


class Dots(StrEnum):
    """What a printer sets for a line to write on."""

    ROUND = "round"
    PERIODS = "periods"
    DASHES = "dashes"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """One printer's way with a form; lengths in millimetres."""

    font: Path
    label_mm: float = 4.4
    """Font size of labels (12.5 points)."""
    pitch: float = 1.0
    """Line distances, relative to the template."""
    shift_x: float = 0.0
    shift_y: float = 0.0
    """Frame displaced on the paper."""
    width: float = 1.0
    height: float = 1.0
    """Frame size, relative to the template."""
    divider_shift: float = 0.0
    sway: float = 0.0
    """How far labels in mid-line stand from where the template has them."""
    sway_phase: float = 0.0
    dots: Dots = Dots.ROUND
    """`round`, `periods`, `dashes` or `line`."""
    dot_gap: float = 1.4
    dot_mm: float = 0.32
    frame_line: float = 0.3
    bold_mm: float = 0.09
    grey: int = 45
    label_slips: float = 0.0
    """Share of labels with a small difference in wording: no colon, a comma less, another spacing."""
    cut_left: float = 0.0
    """Millimetres of the page lost at the left edge by cropping."""

    @classmethod
    def plain(cls, fonts: FontSet) -> Printing:
        """The template as it stands."""
        return cls(font=fonts.print_fonts[0])

    @classmethod
    def varied(cls, rng: random.Random, fonts: FontSet) -> Printing:
        """A random printer."""
        return cls(
            font=rng.choice(fonts.print_fonts),
            label_mm=rng.uniform(3.7, 4.7),
            pitch=rng.uniform(0.88, 1.12),
            shift_x=rng.uniform(-4, 4),
            shift_y=rng.uniform(-5, 5),
            width=rng.uniform(0.96, 1.03),
            height=rng.uniform(0.97, 1.02),
            divider_shift=rng.uniform(-6, 5),
            sway=rng.uniform(0, 4),
            sway_phase=rng.uniform(0, 2 * math.pi),
            dots=rng.choice((*[Dots.ROUND] * 3, *[Dots.PERIODS] * 2, Dots.DASHES, Dots.LINE)),
            dot_gap=rng.uniform(0.9, 1.9),
            dot_mm=rng.uniform(0.22, 0.42),
            frame_line=rng.choice((0.18, 0.3, 0.5)),
            bold_mm=rng.uniform(0.06, 0.12),
            grey=rng.randint(15, 85),
            label_slips=rng.choice((0.0, 0.0, 0.06)),
            cut_left=rng.choice((0.0, 0.0, 0.0, rng.uniform(0, 4))),
        )

    def swayed(self, x: float, span: float) -> float:
        """An x of the template moved as this printer would: ends stay, the middle moves by up to `sway`."""
        share = min(max(x / span, 0.0), 1.0)
        return x + self.sway * math.sin(math.pi * share) * math.sin(2.2 * math.pi * share + self.sway_phase)
