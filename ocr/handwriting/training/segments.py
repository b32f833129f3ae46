"""Real lines cut into words: where each word stands is found by a trained model, then words are put together anew.

Fifteen hundred lines say little about names and dates; their words, cut out and joined in other orders,
teach the network the pens without the sentences.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.handwriting.ctc import Lattice, greedy_characters, join_characters, spell
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.preparation import prepare_line
from ocr.handwriting.training.drawing import Ink, Mask, RealLines

__all__ = ["RealSegments", "align_lines", "find_words"]

_WORST_LINE = 0.2
"""Lines that the model reads worse than this are not cut: their labels may not be what is written."""


def _best_path(lattice: Lattice, spelt: Sequence[int]) -> list[int]:
    """For each letter the frame at which the likeliest path enters it."""
    states = [0]
    for letter in spelt:
        states += [letter, 0]
    frames, width = len(lattice), len(states)
    score = np.full(width, -1e30)
    score[0], score[1] = lattice[0, 0], lattice[0, states[1]]
    came = np.zeros((frames, width), np.int8)
    letters = np.array(states)
    skips = np.zeros(width, bool)
    skips[2:] = (letters[2:] != 0) & (letters[2:] != letters[:-2])
    for frame in range(1, frames):
        choices = np.full((3, width), -1e30)
        choices[0] = score
        choices[1, 1:] = score[:-1]
        choices[2, 2:] = np.where(skips[2:], score[:-2], -1e30)
        came[frame] = choices.argmax(axis=0)
        score = choices.max(axis=0) + lattice[frame, letters]
    state = width - 1 if score[-1] >= score[-2] else width - 2
    entered = [0] * len(spelt)
    for frame in range(frames - 1, -1, -1):
        if state % 2:
            entered[state // 2] = frame
        state -= int(came[frame, state])
    return entered


def _quiet_column(mask: Mask, around: int, reach: int) -> int:
    """The column with the least ink near a guess, so that no stroke is cut."""
    low, high = max(0, around - reach), min(mask.shape[1], around + reach + 1)
    ink = mask[:, low:high].sum(axis=0) + 0.02 * np.abs(np.arange(low, high) - around)
    return low + int(ink.argmin())


def find_words(
    reader: HandwritingRecogniser, letters: Sequence[str], picture: NDArray[np.uint8], text: str
) -> list[tuple[str, int, int]]:
    """Where the words of a real line stand: (word, first column, last column); nothing where its label is doubtful.

    Args:
        reader: reads the line.
        letters: alphabet of its model.
        picture: the line as delivered.
        text: what stands there.
    """
    strip = prepare_line(picture)
    spelt = spell(text, {letter: number for number, letter in enumerate(letters)})
    if strip is None or not spelt:
        return []
    lattice = reader.lattice(strip)
    read = join_characters(greedy_characters(lattice, letters))
    doubtful = Levenshtein.normalized_distance(read.casefold(), text.casefold()) > _WORST_LINE
    if doubtful or len(lattice) < 1.1 * len(spelt):
        return []
    entered = _best_path(lattice, spelt)
    scale = picture.shape[1] / len(lattice)
    mask = 1.0 - picture.astype(np.float32) / 255.0
    cuts = [_quiet_column(mask, round((entered[i] + 0.5) * scale), 14) for i, c in enumerate(text) if c == " "]
    edges = [0, *cuts, picture.shape[1]]
    return [(w, a, b) for w, a, b in zip(text.split(" "), edges[:-1], edges[1:], strict=True) if b - a >= 8]


def align_lines(model: Path, real: Path, out: Path) -> int:
    """Find the words of the training lines and write them to a JSON file; returns the number of lines used.

    Args:
        model: folder of a trained model.
        real: folder of real lines.
        out: file to write: picture path to a list of (word, first column, last column).
    """
    reader = HandwritingRecogniser(model)
    letters = ModelFolder.open(model, verify=False).alphabet
    lines = RealLines(real)
    words = {path: find_words(reader, letters, lines.picture(n), text) for n, (path, text) in enumerate(lines.rows)}
    found = {path: row for path, row in words.items() if row}
    out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return len(found)


class RealSegments:
    """Draws pieces of real lines, and lines put together from such pieces.

    Args:
        real: folder of real lines.
        file: what `align_lines` wrote.
    """

    def __init__(self, real: Path, file: Path) -> None:
        lines = RealLines(real)
        words = json.loads(file.read_text(encoding="utf-8"))
        self._lines = lines
        self._extents = [tuple((a, b) for _, a, b in words.get(path, ())) for path, _ in lines.rows]
        self._words = [(i, words[path]) for i, (path, _) in enumerate(lines.rows) if len(words.get(path, ())) > 1]

    def words_of(self, number: int) -> tuple[tuple[int, int], ...]:
        """First and last column of each word in the picture of a line; nothing where they were not found."""
        return self._extents[number]

    def _piece(self, rng: random.Random, most: int) -> tuple[str, Mask, list[tuple[int, int]]]:
        number, words = rng.choice(self._words)
        count = min(len(words), rng.randint(1, most))
        start = rng.randrange(len(words) - count + 1)
        chosen = words[start : start + count]
        picture = self._lines.picture(number)[:, chosen[0][1] : chosen[-1][2]]
        mask = 1.0 - picture.astype(np.float32) / 255.0
        columns = np.flatnonzero(mask.max(axis=0) > 0.5)
        cut = int(columns[0]) if columns.size else 0
        if columns.size:
            mask = mask[:, cut : columns[-1] + 1]
        left, last = chosen[0][1] + cut, mask.shape[1]
        extents = [(max(0, a - left), min(last, b - left)) for _, a, b in chosen]
        return " ".join(word for word, _, _ in chosen), mask, extents

    def draw(self, rng: random.Random) -> tuple[str, Ink]:
        """A text and its ink: one piece of a line, or two or three pieces side by side."""
        pieces = [self._piece(rng, rng.choice((1, 2, 3, 4, 7))) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
        gap = np.zeros((pieces[0][1].shape[0], rng.randint(14, 44)), np.float32)
        parts: list[Mask] = []
        words: list[tuple[int, int]] = []
        start = 2
        for _, mask, extents in pieces:
            parts += [gap, mask] if parts else [mask]
            start += gap.shape[1] if words else 0
            words += [(start + a, start + b) for a, b in extents]
            start += mask.shape[1]
        joined = np.ascontiguousarray(np.pad(np.hstack(parts), ((2, 2), (2, 2))))
        text = " ".join(text for text, _, _ in pieces)
        return text.strip(" ,-") if text.endswith(" -") else text, Ink(joined, 0.72 * joined.shape[0], tuple(words))
