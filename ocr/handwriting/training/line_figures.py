"""Single figures cut out of real lines: house numbers and the like, by Vietnamese hands.

Public sets of figures were written elsewhere, where 1, 4, 7 and 9 have other shapes. A figure is taken where the
alignment puts it and one connected stroke, with what stands over or under it, fills that place alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Mask
from ocr.handwriting.training.real_lines import Part, RealLines
from ocr.handwriting.training.segments import read_alignment

__all__ = ["LineFigure", "figures_of_lines"]

_INKED = 0.35
"""Darkness (0 paper, 1 darkest) from which there is ink. By eye, as the rest."""
_SPECK = 12
"""Pixels of ink up to which a stroke is dirt."""
_AROUND, _SLACK = 4, 0.3
"""Columns, and share of the place's breadth, by which a figure may stand out of the place that the alignment says."""
_LEAST_HEIGHT, _LEAST_SHARE = 16, 0.3
"""Pixels, and share of the line's ink, that a figure is high at least."""
_BROADEST = dict.fromkeys("13689", 0.9) | dict.fromkeys("02457", 1.15)
"""Breadth against height up to which one figure is that broad: beyond it, two are joined."""
_BESIDE = 0.25
"""Ink, against the main stroke's, from which something beside it is another sign."""
_OVER = 0.3
"""Share of a lesser stroke's breadth that stands over the main one where it belongs to it: the flag of a 5."""


@dataclass(frozen=True, slots=True)
class LineFigure:
    """One figure: its ink (0..1), cut to it, and who wrote it (empty where nobody knows)."""

    mask: Mask
    writer: str


@dataclass(frozen=True, slots=True)
class _Strokes:
    """The connected strokes of a line: numbered in a picture, with their boxes (left, top, width, height, pixels)."""

    numbered: NDArray[np.int32]
    boxes: NDArray[np.int32]
    middles: NDArray[np.float64]

    @classmethod
    def of(cls, mask: Mask) -> _Strokes:
        inked = (mask > _INKED).astype(np.uint8)
        _, numbered, boxes, middles = cv2.connectedComponentsWithStats(inked, connectivity=8)
        return cls(np.asarray(numbered), np.asarray(boxes), np.asarray(middles))

    def between(self, left: int, right: int) -> list[int]:
        """Numbers of the strokes whose middle is in the columns, the largest first."""
        inside = [
            number
            for number in range(1, len(self.boxes))
            if left <= self.middles[number][0] < right and self.boxes[number][4] > _SPECK
        ]
        return sorted(inside, key=lambda number: -int(self.boxes[number][4]))

    def over(self, lesser: int, main: int) -> bool:
        """Whether a stroke stands over or under the main one, not beside it."""
        (a, _, width, _, _), (b, _, broad, _, _) = self.boxes[lesser], self.boxes[main]
        return bool(min(a + width, b + broad) - max(a, b) >= _OVER * width)


def figures_of_lines(real: Path, letters: Path, part: Part = "trained") -> dict[str, list[LineFigure]]:
    """The figures of one part of the real lines, by figure.

    Args:
        real: folder of real lines.
        letters: where the letters of that part stand, see `segments.align_lines`.
        part: which lines.
    """
    lines, words = RealLines(real, part), read_alignment(letters)
    found: dict[str, list[LineFigure]] = defaultdict(list)
    for number, row in enumerate(lines.rows):
        places = [
            (sign, *edges)
            for word in words.get(row.name, ())
            if len(word.edges) == len(word.text) + 1
            for sign, edges in zip(word.text, pairwise(word.edges), strict=True)
            if sign in _BROADEST
        ]
        if not places:
            continue
        mask = lines.mask(number)
        strokes = _Strokes.of(mask)
        for sign, left, right in places:
            figure = _cut_out(mask, strokes, sign, (left, right))
            if figure is not None:
                found[sign].append(LineFigure(figure, row.writer))
    return dict(found)


def _cut_out(mask: Mask, strokes: _Strokes, sign: str, place: tuple[int, int]) -> Mask | None:
    """The ink of the figure at a place; None where it is not plainly one figure."""
    inside = strokes.between(place[0] - 2, place[1] + 2)
    if not inside:
        return None
    main, kept = inside[0], [inside[0]]
    for lesser in inside[1:]:
        if strokes.over(lesser, main):
            kept.append(lesser)
        elif strokes.boxes[lesser][4] > _BESIDE * strokes.boxes[main][4]:
            return None
    boxes = strokes.boxes[kept]
    left, top = boxes[:, 0].min(), boxes[:, 1].min()
    right, foot = (boxes[:, 0] + boxes[:, 2]).max(), (boxes[:, 1] + boxes[:, 3]).max()
    room = _AROUND + _SLACK * (place[1] - place[0])
    rows = np.flatnonzero((mask > _INKED).any(axis=1))
    high = foot - top
    if left < place[0] - room or right > place[1] + room:
        return None
    if high < max(_LEAST_HEIGHT, _LEAST_SHARE * len(rows)) or right - left > _BROADEST[sign] * high:
        return None
    part = np.isin(strokes.numbered[top:foot, left:right], kept).astype(np.uint8)
    edge = cv2.dilate(part, np.ones((3, 3), np.uint8))
    return np.asarray(np.where(edge > 0, mask[top:foot, left:right], 0.0), np.float32)
