"""Figures drawn stroke by stroke in the shapes that Vietnamese clerks give them, each time in another hand.

Pen fonts draw a figure always alike; a hand has its own shapes, and never makes the same one twice: looped or plain 2,
crossed or plain 7, 1 with and without its flag, open or closed 4, a 6 that leans on its back, a 3 that begins with a
loop, noughts half as high as the figures beside them that the pen runs through without a stop.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import cv2
import numpy as np

from ocr.handwriting.training.drawing import Ink, Mask

__all__ = ["FigureHand"]

_BENDS = 3
"""Points from which a stroke is a curve."""
_Stroke = tuple[tuple[float, float], ...]
_Shape = tuple[_Stroke, ...]

_SHAPES: dict[str, tuple[_Shape, ...]] = {
    "0": (
        (((0.3, 1), (0.06, 0.75), (0, 0.4), (0.12, 0.05), (0.35, 0), (0.55, 0.3), (0.54, 0.7), (0.34, 1),
          (0.2, 0.95)),),
        (((0.4, 0.96), (0.15, 0.9), (0.0, 0.5), (0.15, 0.04), (0.42, 0.06), (0.55, 0.5), (0.38, 0.94)),),
        (((0.2, 0.9), (0.03, 0.5), (0.2, 0.02), (0.5, 0.2), (0.5, 0.75), (0.25, 0.98), (0.08, 0.8)),),
        (((0.42, 0.8), (0.2, 1), (0.02, 0.6), (0.08, 0.1), (0.34, 0.02), (0.5, 0.4), (0.46, 0.9), (0.52, 1.02)),),
        (((0.34, 1), (0.04, 0.8), (0.02, 0.2), (0.3, 0), (0.5, 0.3), (0.44, 0.75), (0.3, 0.98), (0.44, 0.9),
          (0.62, 0.96)),),
    ),
    "1": (
        (((0.2, 1), (0.18, 0)),),
        (((0.0, 0.68), (0.25, 1), (0.22, 0)),),
        (((0.05, 0.75), (0.28, 1), (0.24, 0)), ((0.02, 0.0), (0.45, 0.02))),
        (((0.0, 0.8), (0.12, 0.86), (0.22, 1), (0.2, 0)),),
        (((-0.12, 0.42), (0.1, 0.72), (0.3, 1), (0.26, 0.5), (0.22, -0.04)),),
        (((-0.05, 0.6), (0.24, 1), (0.2, 0.02)), ((-0.06, 0.0), (0.5, 0.04))),
        (((0.26, 1), (0.16, 0.4), (0.14, 0.06), (0.24, 0.0), (0.36, 0.1)),),
        (((0.02, 0.86), (0.06, 0.96), (0.22, 0.98), (0.16, 0.3), (0.12, -0.06)),),
    ),
    "2": (
        (((0.04, 0.8), (0.2, 1), (0.45, 0.92), (0.45, 0.66), (0.2, 0.26), (0, 0.02)), ((0, 0.02), (0.55, 0.03))),
        (((0.05, 0.8), (0.22, 1), (0.47, 0.88), (0.42, 0.6), (0.16, 0.12), (0.02, 0.04), (0.06, 0.2), (0.28, 0.08),
          (0.62, 0.04)),),
        (((0.02, 0.75), (0.2, 1), (0.44, 0.8), (0.3, 0.4), (0.04, 0.02), (0.3, 0.1), (0.58, -0.02)),),
        (((0.1, 0.7), (0.05, 0.9), (0.3, 1), (0.48, 0.75), (0.1, 0.06), (0.0, 0.18), (0.2, 0.14), (0.6, 0.06)),),
        (((0.14, 0.76), (0.04, 0.86), (0.14, 0.98), (0.4, 0.96), (0.46, 0.7), (0.22, 0.3), (0.04, 0.08), (0.12, 0.0),
          (0.2, 0.12), (0.12, 0.2), (0.02, 0.1), (0.3, 0.0), (0.66, 0.1)),),
        (((0.06, 0.62), (0.16, 0.9), (0.36, 0.86), (0.34, 0.5), (0.06, 0.04), (0.36, 0.02), (0.56, 0.08)),),
    ),
    "3": (
        (((0.05, 0.88), (0.25, 1), (0.48, 0.84), (0.4, 0.6), (0.2, 0.53), (0.45, 0.42), (0.5, 0.2), (0.3, 0),
          (0, 0.1)),),
        (((0.04, 1), (0.5, 1)), ((0.5, 1), (0.22, 0.6), (0.5, 0.4), (0.42, 0.04), (0.02, 0.06))),
        (((0.05, 0.9), (0.3, 1), (0.42, 0.78), (0.15, 0.5), (0.5, 0.35), (0.3, 0.0), (0.0, 0.05), (0.1, 0.2)),),
        (((0.26, 0.7), (0.06, 0.72), (0.04, 0.92), (0.28, 1.02), (0.48, 0.86), (0.36, 0.62), (0.18, 0.55), (0.44, 0.44),
          (0.48, 0.16), (0.2, -0.04), (-0.06, 0.06)),),
        (((0.3, 0.74), (0.1, 0.66), (0.02, 0.84), (0.2, 1.02), (0.46, 0.92), (0.42, 0.66), (0.22, 0.52), (0.46, 0.32),
          (0.36, -0.08), (0.06, -0.12), (-0.1, 0.04)),),
        (((0.02, 0.82), (0.14, 1), (0.4, 0.92), (0.34, 0.62), (0.12, 0.5), (0.24, 0.56), (0.42, 0.36), (0.38, 0.06),
          (0.1, -0.04), (-0.04, 0.1), (0.08, 0.16)),),
        (((0.1, 0.98), (0.46, 0.94), (0.4, 0.74), (0.16, 0.54), (0.42, 0.5), (0.44, 0.14), (0.2, -0.18),
          (-0.04, -0.2)),),
    ),
    "4": (
        (((0.12, 1), (0.04, 0.42), (0.56, 0.42)), ((0.42, 0.72), (0.38, 0))),
        (((0.42, 1), (0.02, 0.34), (0.62, 0.34)), ((0.44, 0.98), (0.42, 0))),
        (((0.2, 0.95), (0.0, 0.4), (0.5, 0.46), (0.55, 0.9), (0.45, -0.05)),),
        (((0.05, 0.9), (0.05, 0.45), (0.45, 0.45)), ((0.45, 0.98), (0.42, 0))),
        (((0.4, 1), (0.2, 0.66), (-0.02, 0.2), (0.3, 0.2), (0.6, 0.24)), ((0.4, 1), (0.36, 0.5), (0.32, -0.08))),
        (((-0.08, 0.3), (0.14, 0.62), (0.38, 1), (0.34, 0.4), (0.3, -0.04)),
         ((-0.1, 0.28), (0.16, 0.22), (0.54, 0.28))),
        (((0.14, 0.94), (0.06, 0.6), (0.1, 0.4), (0.3, 0.38), (0.5, 0.6), (0.54, 0.92)), ((0.5, 0.8), (0.4, -0.14))),
        (((0.1, 0.9), (0.0, 0.5), (0.2, 0.36), (0.5, 0.5), (0.48, 0.96), (0.4, 0.4), (0.36, -0.1)),),
    ),
    "5": (
        (((0.52, 1), (0.12, 0.98)),
         ((0.12, 0.98), (0.08, 0.58), (0.36, 0.62), (0.52, 0.34), (0.34, 0.02), (0.02, 0.08))),
        (((0.5, 1), (0.15, 0.96), (0.1, 0.6), (0.4, 0.58), (0.5, 0.25), (0.25, 0), (0, 0.1)),),
        (((0.14, 0.95), (0.1, 0.55), (0.42, 0.5), (0.42, 0.1), (0.05, 0.0)), ((0.12, 0.96), (0.55, 1.02))),
        (((0.6, 1.06), (0.2, 1), (0.1, 0.58), (0.3, 0.66), (0.48, 0.46), (0.4, 0.1), (0.1, -0.04), (-0.06, 0.1)),),
        (((0.16, 0.92), (0.06, 0.54), (0.3, 0.6), (0.46, 0.34), (0.26, -0.02), (-0.04, 0.02)),
         ((0.2, 0.98), (0.66, 1.08))),
    ),
    "6": (
        (((0.45, 1), (0.15, 0.7), (0.02, 0.3), (0.2, 0), (0.48, 0.12), (0.42, 0.42), (0.15, 0.42), (0.04, 0.25)),),
        (((0.3, 1), (0.05, 0.6), (0.05, 0.1), (0.3, 0), (0.45, 0.2), (0.28, 0.4), (0.06, 0.22)),),
        (((0.2, 1), (0.02, 0.5), (0.1, 0.02), (0.42, 0.06), (0.46, 0.36), (0.22, 0.44), (0.08, 0.28)),),
        (((0.5, 1.12), (0.24, 0.92), (0.06, 0.5), (0.04, 0.1), (0.24, -0.02), (0.38, 0.14), (0.3, 0.32), (0.1, 0.26)),),
        (((0.1, 0.5), (0.26, 0.84), (0.2, 1.04), (0.08, 0.8), (0.02, 0.3), (0.14, 0.0), (0.4, 0.1), (0.4, 0.4),
          (0.16, 0.4)),),
        (((0.24, 1.06), (0.08, 0.6), (0.06, 0.12), (0.22, 0.0), (0.36, 0.18), (0.26, 0.36), (0.1, 0.2), (0.34, 0.04),
          (0.54, 0.16)),),
    ),
    "7": (
        (((0, 0.98), (0.55, 1)), ((0.55, 1), (0.2, 0))),
        (((0, 0.98), (0.55, 1)), ((0.55, 1), (0.2, 0)), ((0.1, 0.5), (0.52, 0.53))),
        (((0.0, 0.8), (0.03, 0.98), (0.3, 0.93), (0.56, 1)), ((0.56, 1), (0.3, 0.5), (0.24, 0))),
        (((0.0, 0.85), (0.2, 1), (0.35, 0.92), (0.55, 0.98)), ((0.55, 0.98), (0.2, 0)), ((0.14, 0.48), (0.5, 0.5))),
        (((0.06, 0.78), (0.04, 0.96), (0.5, 0.98), (0.36, 0.6), (0.2, 0.2), (0.12, -0.14)),
         ((0.02, 0.42), (0.46, 0.5))),
        (((0.02, 0.88), (0.14, 0.98), (0.5, 0.94), (0.26, 0.4), (0.2, -0.08)),),
    ),
    "8": (
        (((0.45, 0.88), (0.22, 1), (0.08, 0.8), (0.3, 0.55), (0.5, 0.25), (0.28, 0), (0.05, 0.2), (0.25, 0.5),
          (0.47, 0.75), (0.42, 0.97)),),
        (((0.28, 1), (0.08, 0.8), (0.28, 0.56), (0.46, 0.78), (0.28, 1)),
         ((0.28, 0.56), (0.02, 0.3), (0.28, 0), (0.52, 0.28), (0.28, 0.56))),
        (((0.5, 1), (0.1, 0.85), (0.35, 0.5), (0.4, 0.1), (0.1, 0.05), (0.15, 0.4), (0.55, 0.95)),),
        (((0.48, 0.9), (0.3, 1.02), (0.1, 0.86), (0.2, 0.6), (0.44, 0.34), (0.36, 0.04), (0.14, 0.02), (0.08, 0.24),
          (0.3, 0.56), (0.5, 0.96)),),
        (((0.4, 0.98), (0.12, 0.96), (0.16, 0.64), (0.42, 0.3), (0.24, -0.02), (0.04, 0.16), (0.26, 0.52), (0.44, 0.8),
          (0.36, 1.02)),),
    ),
    "9": (
        (((0.48, 0.85), (0.25, 1), (0.03, 0.8), (0.12, 0.55), (0.38, 0.62), (0.48, 0.88)),
         ((0.48, 0.88), (0.44, 0.3), (0.34, 0))),
        (((0.46, 0.9), (0.2, 1), (0.02, 0.72), (0.25, 0.52), (0.46, 0.84), (0.46, 0.2), (0.25, 0), (0.04, 0.1)),),
        (((0.4, 0.95), (0.1, 0.95), (0.08, 0.6), (0.4, 0.62), (0.44, 0.95)), ((0.44, 0.95), (0.4, 0))),
        (((0.44, 0.9), (0.2, 1), (0.04, 0.76), (0.18, 0.54), (0.4, 0.7), (0.46, 0.92), (0.42, 0.3), (0.24, -0.1),
          (-0.04, -0.06), (0.08, 0.08)),),
        (((0.46, 0.82), (0.28, 0.98), (0.06, 0.86), (0.1, 0.62), (0.34, 0.64), (0.48, 0.8), (0.36, 0.3), (0.1, -0.14),
          (-0.12, -0.1)),),
        (((0.36, 0.6), (0.1, 0.6), (0.06, 0.9), (0.34, 1.0), (0.44, 0.7), (0.42, 0.2), (0.46, 0.0), (0.58, 0.04)),),
    ),
    "/": ((((0, -0.15), (0.45, 1.15)),), (((0.1, -0.2), (0.3, 1.1)),)),
    "-": ((((0, 0.45), (0.35, 0.47)),), (((0, 0.42), (0.2, 0.46)),)),
    ".": ((((0.04, 0.02), (0.07, 0)),),),
    ",": ((((0.08, 0.06), (0.08, 0), (0, -0.16)),),),
}  # fmt: skip
"""Ways to make each sign: strokes of points, x to the right and y up, in heights of a figure."""


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of a curve through the given ones (Catmull-Rom splines)."""
    if len(points) < _BENDS:
        return points
    ends = [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(7):
            t = step / 7
            x, y = (0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t
                           + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3) for i in (0, 1))  # fmt: skip
            curve.append((x, y))
    return [*curve, points[-1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureHand:
    """One hand: its shapes and habits.

    Attributes:
        shapes: how it makes each sign.
        height: height of a figure in pixels.
        width: breadth against the shape's own.
        slant: columns to the right a row upwards.
        gap: space between figures, in heights.
        shake: how far the points of a shape wander, in heights.
        pen: width of a stroke in pixels.
        swell: how much the pressure changes along a stroke, 0 to 1.
        runs_on: share of neighbouring figures that the pen does not leave.
        nought: height of a nought against the other figures.
        unlike: how much the figures of one number differ in height.
    """

    shapes: dict[str, _Shape]
    height: float
    width: float
    slant: float
    gap: float
    shake: float
    pen: float
    swell: float
    runs_on: float
    nought: float
    unlike: float

    SIGNS: ClassVar[frozenset[str]] = frozenset(_SHAPES) | {" "}
    """What a hand can write."""

    @classmethod
    def invented(cls, rng: random.Random) -> FigureHand:
        """A hand that nobody has."""
        shapes = {}
        for sign, ways in _SHAPES.items():
            habit = rng.uniform(0.02, 0.06)
            shapes[sign] = tuple(
                tuple((x + rng.gauss(0, habit), y + rng.gauss(0, habit)) for x, y in stroke)
                for stroke in rng.choice(ways)
            )
        return cls(
            shapes=shapes,
            height=rng.uniform(26, 40),
            width=math.exp(rng.gauss(0.05, 0.2)),
            slant=rng.gauss(0.12, 0.16),
            gap=rng.uniform(0.08, 0.4),
            shake=rng.uniform(0.008, 0.035),
            pen=rng.uniform(1.8, 4.2),
            swell=rng.choice((0.0, 0.2, 0.4)),
            runs_on=rng.choice((0.0, 0.0, 0.1, 0.3, 0.6)),
            nought=rng.choice((1.0, 1.0, 0.85, 0.7, 0.55)),
            unlike=rng.choice((0.04, 0.08, 0.14)),
        )

    def write(self, text: str, rng: random.Random) -> Ink:
        """Figures and signs between them; every other letter must be left out before.

        Raises:
            KeyError: a sign without a shape.
        """
        strokes = self._laid_out(text, rng)
        flat = [point for stroke in strokes for point in stroke]
        pad = 3 + math.ceil(self.pen)
        left, top = min(p[0] for p in flat) - pad, min(p[1] for p in flat) - pad
        right, foot = max(p[0] for p in flat) + pad, max(p[1] for p in flat) + pad
        mask = np.zeros((math.ceil(foot - top), math.ceil(right - left)), np.float32)
        for stroke in strokes:
            self._draw(mask, [(px - left, py - top) for px, py in stroke], rng)
        return Ink(mask, -top)

    def _laid_out(self, text: str, rng: random.Random) -> list[list[tuple[float, float]]]:
        """Curves of all strokes in pixels, y downwards from the baseline."""
        strokes: list[list[tuple[float, float]]] = []
        x, drift = 0.0, 0.0
        for sign in text:
            if sign == " ":
                x += self.height * rng.uniform(0.4, 0.8)
                continue
            drift = 0.7 * drift + rng.gauss(0, 0.03) * self.height
            size = self.height * math.exp(rng.gauss(0, self.unlike)) * (self.nought if sign == "0" else 1.0)
            lean = self.slant + rng.gauss(0, 0.04)
            ends = 0.0
            for number, stroke in enumerate(self.shapes[sign]):
                moved = [(px + rng.gauss(0, self.shake), py + rng.gauss(0, self.shake)) for px, py in stroke]
                curve = [(x + size * (self.width * px + lean * py), drift - size * py) for px, py in _smooth(moved)]
                if number == 0 and strokes and sign.isdigit() and rng.random() < self.runs_on:
                    curve = [strokes[-1][-1], *curve]
                strokes.append(curve)
                ends = max(ends, *(px for px, _ in stroke))
            x += size * (self.width * ends + self.gap * rng.uniform(0.6, 1.5))
        return strokes

    def _draw(self, mask: Mask, curve: list[tuple[float, float]], rng: random.Random) -> None:
        phase = rng.uniform(0, 6.3)
        for number, (start, end) in enumerate(pairwise(curve)):
            press = 1.0 + self.swell * math.sin(phase + number / 4)
            a, b = ((round(8 * px), round(8 * py)) for px, py in (start, end))
            cv2.line(mask, a, b, 1.0, max(1, round(self.pen * press)), cv2.LINE_AA, 3)
