"""Strokes through words as clerks cross them out, and strokes near words that cross nothing out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Ink, Mask, letter_band, stroke_width

__all__ = ["cross_out", "near_words"]

_MORE_THAN_A_SIGN = 1.2
"""Heights of the small letters: narrower words are signs or single figures, which nobody crosses out alone."""
_Points = list[tuple[float, float]]


class _Pen:
    """The pen that wrote a line, drawing more strokes on a sheet of the same size.

    Attributes:
        sheet: what was drawn so far.
        top: row of the upper edge of small letters, about.
        tall: height of small letters, about.
        width: width of its strokes.
    """

    def __init__(self, ink: Ink, rng: random.Random) -> None:
        self.sheet: Mask = np.zeros_like(ink.mask)
        self.rng = rng
        self.top, self.tall = letter_band(ink)
        self.width = max(2.0, stroke_width(ink.mask) * rng.uniform(0.75, 1.6))
        self._grey = rng.uniform(0.8, 1.0)

    @property
    def middle(self) -> float:
        """Row in the middle of small letters."""
        return self.top + 0.5 * self.tall

    def stroke(self, points: _Points, wider: float = 1.0) -> None:
        """One stroke through points, unsteady as a hand is."""
        shake = 0.02 * self.tall
        spots = [(round(8 * (x + self.rng.gauss(0, shake))), round(8 * (y + self.rng.gauss(0, shake))))
                 for x, y in points]  # fmt: skip
        size = max(1, round(wider * self.width + self.rng.uniform(-0.3, 0.3)))
        drawn = np.zeros_like(self.sheet)
        cv2.polylines(drawn, [np.array(spots, np.int32)], False, self._grey, size, cv2.LINE_AA, 3)
        np.maximum(self.sheet, drawn, out=self.sheet)

    def run(self, left: float, right: float, row: float, bend: float = 0.05) -> None:
        """A long stroke from left to right, hardly level and a little bent."""
        slope, swell = self.rng.gauss(0, 0.05), self.rng.gauss(0, bend) * self.tall
        phase = self.rng.uniform(0, math.pi)
        shares = [number / 12 for number in range(13)]
        lean = max(-0.35 * self.tall, min(0.35 * self.tall, slope * (right - left)))
        self.stroke([(left + s * (right - left), row + lean * (s - 0.5) + swell * math.sin(phase + math.pi * s))
                     for s in shares])  # fmt: skip


def _single(pen: _Pen, left: float, right: float) -> None:
    pen.run(left, right, pen.middle + pen.rng.uniform(-0.28, 0.28) * pen.tall)


def _double(pen: _Pen, left: float, right: float) -> None:
    apart = pen.rng.uniform(0.2, 0.6) * pen.tall
    for row in (pen.middle - apart / 2, pen.middle + apart / 2, *((pen.middle,) if pen.rng.random() < 0.15 else ())):
        pen.run(left + pen.rng.gauss(0, 2), right + pen.rng.gauss(0, 3), row)


def _waves(pen: _Pen, left: float, right: float) -> None:
    """A wavy line, or a zigzag where the waves have corners."""
    high, long = pen.rng.uniform(0.12, 0.5) * pen.tall, pen.rng.uniform(0.35, 1.4) * pen.tall
    corners = pen.rng.random() < 0.4
    step = long / 2 if corners else long / 10
    count = max(4, math.ceil((right - left) / step))
    points = []
    for number in range(count + 1):
        swing = (-1) ** number if corners else math.sin(2 * math.pi * number / 10)
        points.append((left + number * step, pen.middle + high * swing * pen.rng.uniform(0.8, 1.2)))
    pen.stroke(points)


def _cross(pen: _Pen, left: float, right: float) -> None:
    """Two slanting strokes; where the word is long, often several crosses."""
    count = max(1, round((right - left) / pen.tall / pen.rng.choice((2.5, 4.0, 9.0))))
    wide = (right - left) / count
    high = pen.rng.uniform(0.5, 0.95) * pen.tall
    for number in range(count):
        start = left + number * wide
        for up in (1, -1):
            pen.stroke([(start, pen.middle + up * high), (start + wide, pen.middle - up * high)])


def _slanting(pen: _Pen, left: float, right: float) -> None:
    """One slanting stroke over the whole word."""
    high = pen.rng.uniform(0.35, 0.8) * pen.tall * pen.rng.choice((1, 1, -1))
    pen.stroke([(left, pen.middle + high), ((left + right) / 2, pen.middle), (right, pen.middle - high)])


def _hatching(pen: _Pen, left: float, right: float) -> None:
    """Short slanting strokes side by side."""
    pitch, lean = pen.rng.uniform(0.3, 0.8) * pen.tall, pen.rng.uniform(0.0, 1.0) * pen.tall
    high = pen.rng.uniform(0.5, 0.9) * pen.tall
    for x in np.arange(left, right, pitch):
        pen.stroke([(x - lean / 2, pen.middle + high), (x + lean / 2, pen.middle - high)])


def _scribble(pen: _Pen, left: float, right: float) -> None:
    """Loops over the word, up to a black patch."""
    step, high = pen.rng.uniform(0.10, 0.4) * pen.tall, pen.rng.uniform(0.35, 0.75) * pen.tall
    wide = pen.rng.uniform(0.2, 0.7) * pen.tall
    turns = math.ceil(max(right - left, pen.tall) / step)
    points = []
    for number in range(8 * turns):
        angle = 2 * math.pi * number / 8
        x = left + step * number / 8 + wide * math.cos(angle)
        points.append((min(max(x, left), right), pen.middle + high * math.sin(angle) * pen.rng.uniform(0.8, 1.15)))
    pen.stroke(points, wider=pen.rng.choice((1.0, 1.0, 1.5, 2.0)))


def _blacked_out(pen: _Pen, left: float, right: float) -> None:
    """Strokes to and fro until the word is covered."""
    high = pen.rng.uniform(0.4, 0.75) * pen.tall
    pitch = pen.rng.uniform(0.6, 1.6) * pen.width
    for row in np.arange(pen.middle - high, pen.middle + high, max(1.0, pitch)):
        pen.run(left + pen.rng.gauss(0, 3), right + pen.rng.gauss(0, 3), float(row), bend=0.02)


_STYLES: tuple[tuple[Callable[[_Pen, float, float], None], float], ...] = (
    (_single, 32), (_double, 18), (_waves, 13), (_cross, 8), (_slanting, 7), (_hatching, 6), (_scribble, 10),
    (_blacked_out, 6),
)  # fmt: skip


def cross_out(ink: Ink, rng: random.Random) -> tuple[Ink, NDArray[np.bool_]]:
    """Cross out one to three words that stand together, or now and then the whole line.

    Args:
        ink: a line whose words are known.
        rng: source of chance.

    Returns:
        The line with the stroke, and for each column whether a crossed-out word stands there.
    """
    pen = _Pen(ink, rng)
    left, right = _chosen(ink.words, pen.tall, rng)
    (style,) = rng.choices([s for s, _ in _STYLES], [w for _, w in _STYLES])
    over = 0.25 * pen.tall
    style(pen, left + rng.uniform(-over, 0.6 * over), right + rng.uniform(-0.6 * over, over))
    struck = np.zeros(ink.mask.shape[1], bool)
    struck[max(0, left) : right] = True
    return Ink(np.maximum(ink.mask, pen.sheet), ink.baseline, ink.words), struck


def _chosen(words: Sequence[tuple[int, int]], tall: float, rng: random.Random) -> tuple[int, int]:
    """First and last column of some words that are not all signs or single figures."""
    if rng.random() < 0.12:
        return words[0][0], words[-1][1]
    count = min(len(words), rng.choices((1, 2, 3), (7, 2, 1))[0])
    runs = [(words[first][0], words[first + count - 1][1]) for first in range(len(words) - count + 1)]
    return rng.choice(
        [run for run in runs if run[1] - run[0] > _MORE_THAN_A_SIGN * tall] or [(words[0][0], words[-1][1])]
    )


def near_words(ink: Ink, rng: random.Random) -> Ink:
    """Strokes that cross nothing out: underlines, remains of rules and dots, a long dash before or behind the words.

    Args:
        ink: a line whose words are known.
        rng: source of chance.
    """
    pen = _Pen(ink, rng)
    left, right = _chosen(ink.words, pen.tall, rng)
    roll = rng.random()
    if roll < 0.45:
        for _ in range(rng.choice((1, 1, 2))):
            pen.run(left, right, pen.top + rng.uniform(1.2, 1.7) * pen.tall)
    elif roll < 0.7:
        _remains(pen, left, right, rng)
    else:
        return _with_dash(ink, pen, rng)
    return Ink(np.maximum(ink.mask, pen.sheet), ink.baseline, ink.words)


def _remains(pen: _Pen, left: float, right: float, rng: random.Random) -> None:
    """Dots through the letters, or short level pieces of a rule."""
    row = pen.middle + rng.uniform(-0.5, 0.9) * pen.tall
    pitch = rng.uniform(0.25, 0.6) * pen.tall
    long = rng.choice((0.0, 0.0, 0.3, 0.5)) * pitch
    for x in np.arange(left, right, pitch):
        if rng.random() < 0.8:
            pen.stroke([(x, row), (x + long, row)], wider=0.8)


def _with_dash(ink: Ink, pen: _Pen, rng: random.Random) -> Ink:
    """The line with a stroke in the bare paper behind it, which fills the space up."""
    room = round(rng.uniform(1.0, 6.0) * pen.tall)
    gap = round(rng.uniform(0.2, 0.8) * pen.tall)
    wider = Ink(np.pad(ink.mask, ((0, 0), (0, gap + room))), ink.baseline, ink.words)
    behind = _Pen(wider, rng)
    start = ink.mask.shape[1] + gap
    draw = rng.choice((_single, _single, _waves, _double))
    draw(behind, start, start + room - 3)
    return Ink(np.maximum(wider.mask, behind.sheet), ink.baseline, ink.words)
