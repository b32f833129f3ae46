"""Figures of a public set of single handwritten figures, and of real lines, put side by side as numbers and dates.

Strokes that we invent have the shapes that we thought of; pictures of what people wrote have all the others. The set is
read in the format of MNIST (two files of bytes, images and labels), and stays outside of the project.
"""

from __future__ import annotations

import math
import random
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Ink, Mask, stroke_width
from ocr.handwriting.training.figure_hand import FigureHand
from ocr.handwriting.training.line_figures import LineFigure
from ocr.handwriting.training.real_hands import side_by_side
from ocr.images import PAPER

__all__ = ["FigurePictures"]

_IMAGES, _LABELS = 2051, 2049
"""First number of a file of images and of one of labels."""
_FINER = 6
"""Times that a picture is enlarged before its strokes are made sharp again."""
_LIKE = 5
"""Pictures of a figure of which the one is taken that is most like the hand in hand."""
_NARROW = 0.35
"""Breadth against height under which a figure is taken to be a single upright stroke."""
_SHARP = 9.0
"""Steepness with which enlarged grey becomes ink or paper. By eye, as the rest."""
_INKED = 0.35
"""Darkness (0 paper, 1 darkest) from which a row or column has ink. By eye."""
_FLAT = 1e-3
"""Spread of ink over the rows under which nothing stands upright."""
_OF_LINES, _OF_ONE = 0.6, 0.6
"""Share of numbers whose figures come out of real lines where such are at hand; and of those, share in which one named
writer wrote all of them, where one can. By judgement."""
_NUMBER = 4
"""Bytes of a number in the head of a file."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """A figure cut to its ink, upright, and how thick its strokes are against its height."""

    mask: Mask
    pen: float


class FigurePictures:
    """Writes numbers in figures that people wrote one by one.

    Args:
        folder: holds the four files of MNIST, unpacked.
        held_out: the figures of the other people, of whom training sees nothing, instead of those to train on.
        lines: figures of real lines by figure (see `figures_of_lines`), or nothing.

    Raises:
        ValueError: a file is not of that format.
    """

    SIGNS = FigureHand.SIGNS
    """What can be written: figures are pictures, the signs between them are drawn."""

    def __init__(
        self, folder: Path, *, held_out: bool = False, lines: Mapping[str, Sequence[LineFigure]] | None = None
    ) -> None:
        part = "t10k" if held_out else "train"
        self._images = _read(folder / f"{part}-images-idx3-ubyte", _IMAGES, 3)
        labels = _read(folder / f"{part}-labels-idx1-ubyte", _LABELS, 1)
        self._places = {str(figure): np.flatnonzero(labels == figure) for figure in range(10)}
        self._pens: dict[int, float] = {}
        self._of_lines = {sign: [_upright_picture(one.mask) for one in found] for sign, found in (lines or {}).items()}
        self._of_writers: dict[str, dict[str, list[_Picture]]] = defaultdict(lambda: defaultdict(list))
        for sign, found in (lines or {}).items():
            for one, picture in zip(found, self._of_lines[sign], strict=True):
                if one.writer:
                    self._of_writers[one.writer][sign].append(picture)

    def write(self, text: str, rng: random.Random) -> Ink:
        """Figures of like pens and slants, with the signs between them.

        Raises:
            KeyError: a sign that cannot be written.
        """
        hand = _Habits(rng)
        figures = self._figures_for(set(text) & set(self._places), rng)
        pieces, gaps = [], []
        gap = 0.0
        for sign in text:
            if sign == " ":
                gap += hand.height * rng.uniform(0.4, 0.8)
                continue
            pieces.append(
                self._figure(sign, figures, hand, rng) if sign in self._places else hand.signs.write(sign, rng)
            )
            gaps.append(round(gap + hand.height * hand.gap * rng.uniform(0.3, 1.6)))
            gap = 0.0
        return side_by_side(pieces, gaps)

    def _figures_for(self, needed: Iterable[str], rng: random.Random) -> Mapping[str, Sequence[_Picture]]:
        """The pictures of real lines to write a number with, where one can and chance says so; else none."""
        signs = set(needed)
        if rng.random() >= _OF_LINES or not signs <= self._of_lines.keys():
            return {}
        able = [figures for figures in self._of_writers.values() if signs <= figures.keys()]
        return rng.choice(able) if able and rng.random() < _OF_ONE else self._of_lines

    def _figure(self, sign: str, figures: Mapping[str, Sequence[_Picture]], hand: _Habits, rng: random.Random) -> Ink:
        if figures:
            chosen = [rng.choice(figures[sign]) for _ in range(_LIKE)]
            picture = min(chosen, key=lambda one: abs(one.pen - hand.pen))
        else:
            places = [int(rng.choice(self._places[sign])) for _ in range(_LIKE)]
            picture = self._picture(min(places, key=lambda place: abs(self._pen(place) - hand.pen)))
        size = hand.height * math.exp(rng.gauss(0, hand.unlike)) * (hand.nought if sign == "0" else 1.0)
        scale = size / picture.mask.shape[0]
        lean = hand.slant + rng.gauss(0, 0.05)
        high, broad = math.ceil(size), math.ceil(picture.mask.shape[1] * scale * hand.width + abs(lean) * size) + 2
        matrix = np.array([[scale * hand.width, -lean * scale, max(0.0, lean) * size + 1], [0, scale, 0]], np.float64)
        small = cv2.GaussianBlur(picture.mask, (0, 0), max(0.1, 0.4 / scale))
        mask = np.asarray(cv2.warpAffine(small, matrix, (broad, high), flags=cv2.INTER_AREA), np.float32)
        return Ink(_cut(mask), high + rng.gauss(0, 0.03) * hand.height)

    def _picture(self, place: int) -> _Picture:
        """A figure enlarged, its strokes sharp, its own slant taken out."""
        grey = self._images[place].astype(np.float32) / PAPER
        large = cv2.resize(grey, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_CUBIC)
        large = cv2.GaussianBlur(large, (0, 0), _FINER / 3)
        return _upright_picture(np.asarray(1 / (1 + np.exp(-_SHARP * (large - 0.5) * 2)), np.float32))

    def _pen(self, place: int) -> float:
        """How thick the strokes of a picture are against its height, told once for each."""
        if place not in self._pens:
            self._pens[place] = self._picture(place).pen
        return self._pens[place]


class _Habits:
    """How one invented writer sets figures: height in pixels, slant in columns a row, gap and pen in heights."""

    def __init__(self, rng: random.Random) -> None:
        self.height = rng.uniform(24, 42)
        self.width = math.exp(rng.gauss(0, 0.12))
        self.slant = rng.gauss(0.12, 0.16)
        self.gap = rng.uniform(0.05, 0.4)
        self.pen = rng.uniform(0.05, 0.14)
        self.nought = rng.choice((1.0, 1.0, 0.9, 0.75, 0.6))
        self.unlike = rng.choice((0.04, 0.08, 0.14))
        self.signs = replace(FigureHand.invented(rng), height=self.height, pen=self.pen * self.height)


def _upright_picture(mask: Mask) -> _Picture:
    mask = _cut(_upright(mask))
    return _Picture(mask, stroke_width(mask) / max(1, mask.shape[0]))


def _upright(mask: Mask) -> Mask:
    """The slant taken out of a figure, as its moments tell it; a narrow one keeps its own."""
    whole = cv2.moments(mask)
    if whole["mu02"] < _FLAT or whole["mu20"] < _NARROW**2 * whole["mu02"]:
        return mask
    lean = float(np.clip(whole["mu11"] / whole["mu02"], -0.5, 0.5))
    high, broad = mask.shape
    room = math.ceil(abs(lean) * high)
    padded = np.pad(mask, ((0, 0), (room, room)))
    matrix = np.array([[1, -lean, lean * high / 2], [0, 1, 0]], np.float64)
    return np.asarray(cv2.warpAffine(padded, matrix, (broad + 2 * room, high)), np.float32)


def _cut(mask: Mask) -> Mask:
    """The mask without the empty rows and columns around its ink; a mask without ink as it is."""
    rows, columns = (np.flatnonzero(mask.max(axis=axis) > _INKED) for axis in (1, 0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else mask


def _read(file: Path, kind: int, sides: int) -> NDArray[np.uint8]:
    data = file.read_bytes()
    begins = _NUMBER * (1 + sides)
    head = struct.unpack(f">{1 + sides}i", data[:begins])
    if head[0] != kind or len(data) != begins + math.prod(head[1:]):
        raise ValueError(f"{file}: not a file of figures in the format of MNIST")
    return np.frombuffer(data, np.uint8, offset=begins).reshape(head[1:])
