"""Any text in a real hand: put together from the words, runs of letters and figures that one writer wrote elsewhere.

What a writer never wrote, not even in runs of letters, cannot be written; the caller then asks for another text.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.training.drawing import Ink, Mask, letter_band, stroke_width
from ocr.handwriting.training.real_lines import Part, RealLines, baseline_of
from ocr.handwriting.training.segments import AlignedWord, read_alignment
from ocr.images import PAPER

__all__ = ["Patchwork", "RealHand", "read_hands", "side_by_side"]

_LONGEST_RUN = 8
"""Letters of the longest part of a word that is looked for; whole words may be longer."""
_MOST_RUNS = 3
"""Parts of which a word of letters may be made: with more it no longer looks written."""
_SURROUNDINGS = 120
"""Columns on either side from which the baseline of a piece is told."""
_WHOLE_WORD_FIRST = 0.85
"""Share of words that are taken whole where the writer wrote them; the others are put together. By judgement."""
_INKED = 0.35
"""Darkness (0 paper, 1 darkest) from which a column has ink. By eye."""
_LOWEST_FOOT = 0.86
"""Share of a picture's height under which small letters must stand, so that none is cut."""
_APART = 34
"""Empty columns inside a piece, from which on what lies behind them is another's."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a piece of writing stands: number of the line, first column and the one behind it."""

    line: int
    left: int
    right: int


class _Sheets:
    """The ink of real lines, cut out when it is asked for and kept as bytes."""

    def __init__(self, lines: RealLines) -> None:
        self.lines = lines
        self._kept: dict[int, NDArray[np.uint8]] = {}

    def whole(self, line: int) -> NDArray[np.uint8]:
        if line not in self._kept:
            self._kept[line] = (self.lines.mask(line) * 255).astype(np.uint8)
        return self._kept[line]

    def stands_whole(self, line: int) -> bool:
        """Whether the line's foot is in the picture: some pictures cut through their letters."""
        sheet = self.whole(line)
        return bool(baseline_of(sheet.astype(np.float32) / np.float32(PAPER)) < _LOWEST_FOOT * sheet.shape[0])

    def piece(self, place: _Place) -> Ink | None:
        """The piece, cut to its ink; None where hardly anything is written."""
        sheet = self.whole(place.line)
        near = sheet[:, max(0, place.left - _SURROUNDINGS) : place.right + _SURROUNDINGS]
        mask = sheet[:, place.left : place.right].astype(np.float32) / 255.0
        columns = _main_part(mask)
        if columns.size < 2:
            return None
        return Ink(mask[:, columns[0] : columns[-1] + 1], baseline_of(near.astype(np.float32) / 255.0))


def _main_part(mask: Mask) -> NDArray[np.intp]:
    """Columns with ink, without what stands apart from the rest: rules and tails beside the first and last word."""
    columns = np.flatnonzero(mask.max(axis=0) > _INKED)
    parts = np.split(columns, np.flatnonzero(np.diff(columns) > _APART) + 1)
    return max(parts, key=lambda part: float(mask[:, part].sum()))


@dataclass(slots=True)
class RealHand:
    """One writer's words and runs of letters.

    Attributes:
        writer: the name under which the lines are kept.
    """

    writer: str
    _sheets: _Sheets
    _words: dict[str, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    _runs: dict[str, list[_Place]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, line: int, words: list[AlignedWord]) -> None:
        """Take in the words of one line."""
        for word in words:
            self._words[word.text].append(_Place(line, word.edges[0], word.edges[-1]))
            if len(word.edges) != len(word.text) + 1:
                continue
            for first in range(len(word.text)):
                for behind in range(first + 1, min(len(word.text), first + _LONGEST_RUN) + 1):
                    place = _Place(line, word.edges[first], word.edges[behind])
                    self._runs[word.text[first:behind]].append(place)

    def small_letter_height(self, rng: random.Random) -> float:
        """Height of letters without stems in the pictures, in pixels: the usual one of some words."""
        places = [place for written in self._words.values() for place in written]
        pieces = [self._sheets.piece(place) for place in rng.sample(places, min(24, len(places)))]
        return float(np.median([letter_band(p)[1] for p in pieces if p is not None]))

    def can_write(self, text: str) -> bool:
        """Whether every word can be put together."""
        return all(self._spellings(word) or word in self._words for word in text.split())

    def write(self, text: str, rng: random.Random) -> Ink | None:
        """A text in this hand; None when a word of it cannot be put together."""
        pieces = [self._word(word, rng) for word in text.split()]
        gap = rng.randint(12, 34)
        kept = [piece for piece in pieces if piece is not None]
        if not kept or len(kept) < len(pieces):
            return None
        return side_by_side(kept, [gap + rng.randint(-5, 9) for _ in kept])

    def _word(self, word: str, rng: random.Random) -> Ink | None:
        if word in self._words and rng.random() < _WHOLE_WORD_FIRST:
            return self._sheets.piece(rng.choice(self._words[word]))
        spellings = self._spellings(word)
        if not spellings:
            return self._sheets.piece(rng.choice(self._words[word])) if word in self._words else None
        parts = [self._part(run, rng) for run in rng.choice(spellings)]
        kept = [part for part in parts if part is not None]
        if len(kept) < len(parts):
            return None
        joined = side_by_side(kept, [rng.choice((0, 1, 2, 3)) for _ in kept])
        return Ink(joined.mask, joined.baseline)

    def _part(self, run: str, rng: random.Random) -> Ink | None:
        if run in self._runs:
            return self._sheets.piece(rng.choice(self._runs[run]))
        model = self._sheets.piece(rng.choice(next(iter(self._words.values()))))
        return None if model is None else _drawn_mark(run, model, rng)

    def _spellings(self, word: str) -> list[tuple[str, ...]]:
        """The ways with the fewest parts to put a word together; empty when there is none."""
        figures = not any(letter.isalpha() for letter in word)
        most = len(word) if figures else _MOST_RUNS + sum(not letter.isalpha() for letter in word)
        best: list[list[tuple[str, ...]]] = [[()], *([] for _ in word)]
        for behind in range(1, len(word) + 1):
            for first in range(max(0, behind - _LONGEST_RUN), behind):
                run = word[first:behind]
                if best[first] and (run in self._runs or run in _MARKS):
                    best[behind] += [(*ways, run) for ways in best[first]]
            best[behind] = sorted((w for w in best[behind] if len(w) <= most), key=len)[:6]
        return best[-1]


_MARKS = frozenset("/-.,:()'")
"""Signs that are drawn with a stroke where the writer wrote none."""


@lru_cache(maxsize=1)
def _strokes_of_marks() -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """Strokes in heights of a small letter: x to the right, y up from the baseline."""
    return {
        "/": (((0.0, -0.5), (0.55, 1.9)),),
        "-": (((0.0, 0.5), (0.7, 0.52)),),
        ".": (((0.0, 0.02), (0.06, 0.0)),),
        ",": (((0.08, 0.12), (0.1, 0.0), (0.0, -0.35)),),
        ":": (((0.0, 0.05), (0.05, 0.03)), ((0.02, 0.65), (0.07, 0.63))),
        "(": (((0.35, 1.7), (0.05, 1.1), (0.05, 0.3), (0.35, -0.3)),),
        ")": (((0.0, 1.7), (0.3, 1.1), (0.3, 0.3), (0.0, -0.3)),),
        "'": (((0.1, 1.8), (0.0, 1.3)),),
    }


def _drawn_mark(sign: str, model: Ink, rng: random.Random) -> Ink | None:
    """A sign drawn with the pen of another piece."""
    strokes = _strokes_of_marks().get(sign)
    if strokes is None:
        return None
    small = max(8.0, 0.3 * model.mask.shape[0]) * rng.uniform(0.8, 1.2)
    pen = max(2, round(stroke_width(model.mask)))
    height, width = model.mask.shape[0], round(0.8 * small) + 2 * pen + 2
    mask = np.zeros((height, width), np.float32)
    for stroke in strokes:
        points = [(round(8 * (pen + small * (x + rng.gauss(0, 0.04)))),
                   round(8 * (model.baseline - small * (y + rng.gauss(0, 0.04))))) for x, y in stroke]  # fmt: skip
        cv2.polylines(mask, [np.array(points, np.int32)], False, rng.uniform(0.75, 1.0), pen, cv2.LINE_AA, 3)
    columns = np.flatnonzero(mask.max(axis=0) > _INKED)
    return Ink(mask[:, columns[0] : columns[-1] + 1], model.baseline) if columns.size else None


def side_by_side(pieces: Sequence[Ink], gaps: Sequence[int]) -> Ink:
    """Pieces on one baseline as one line; of the gaps each stands in front of its piece, but for the first."""
    above = max(piece.baseline for piece in pieces)
    below = max(piece.mask.shape[0] - piece.baseline for piece in pieces)
    starts, width = [], 2
    for number, (piece, gap) in enumerate(zip(pieces, gaps, strict=True)):
        width += gap if number else 0
        starts.append(width)
        width += piece.mask.shape[1]
    mask = np.zeros((round(above + below) + 2, width + 2), np.float32)
    for piece, start in zip(pieces, starts, strict=True):
        top = round(above - piece.baseline)
        part = mask[top : top + piece.mask.shape[0], start : start + piece.mask.shape[1]]
        np.maximum(part, piece.mask[: part.shape[0]], out=part)
    extents = tuple((s, s + p.mask.shape[1]) for s, p in zip(starts, pieces, strict=True))
    return Ink(mask, above, extents)


def read_hands(real: Path, alignment: Path, part: Part = "trained") -> list[RealHand]:
    """The hands of the named writers of one part of the lines.

    Args:
        real: folder of real lines.
        alignment: where their letters stand, see `segments.align_lines`.
        part: which writers.
    """
    lines = RealLines(real, part)
    words = read_alignment(alignment)
    sheets = _Sheets(lines)
    hands: dict[str, RealHand] = {}
    for number, row in enumerate(lines.rows):
        if row.writer and row.name in words and sheets.stands_whole(number):
            hands.setdefault(row.writer, RealHand(row.writer, sheets)).learn(number, words[row.name])
    return list(hands.values())


class Patchwork:
    """Lines put together from pieces of lines whose writers nobody knows, so that every piece may be another's.

    Args:
        real: folder of real lines.
        alignment: where their letters stand.
        part: which lines.
    """

    def __init__(self, real: Path, alignment: Path, part: Part = "trained") -> None:
        lines = RealLines(real, part)
        words = read_alignment(alignment)
        self._sheets = _Sheets(lines)
        self._words = [
            (n, words[row.name])
            for n, row in enumerate(lines.rows)
            if not row.writer and len(words.get(row.name, ())) > 1
        ]

    def draw(self, rng: random.Random) -> tuple[str, Ink] | None:
        """A text and its ink: one piece of a line, or two or three pieces side by side; None where nothing came out."""
        texts, pieces = [], []
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            line, words = rng.choice(self._words)
            count = min(len(words), rng.randint(1, rng.choice((1, 2, 3, 4, 7))))
            start = rng.randrange(len(words) - count + 1)
            for word in words[start : start + count]:
                texts.append(word.text)
                pieces.append(self._sheets.piece(_Place(line, word.edges[0], word.edges[-1])))
        kept = [piece for piece in pieces if piece is not None]
        if len(kept) < len(pieces):
            return None
        return " ".join(texts).strip(" ,-"), side_by_side(kept, [rng.randint(12, 34) for _ in kept])
