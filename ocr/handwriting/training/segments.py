"""Real lines cut into letters and words: where each stands is found by a trained model.

A few thousand lines say little about names, dates and numbers; their words, figures and runs of letters, cut out and
joined in other orders, teach the network the pens without the sentences.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.handwriting.benchmark import plain_text
from ocr.handwriting.ctc import Lattice, greedy_characters, join_characters
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.preparation import prepare_line
from ocr.handwriting.training.drawing import Mask
from ocr.handwriting.training.real_lines import Part, RealLines, ink_mask

__all__ = ["AlignedWord", "align_lines", "find_words", "read_alignment"]

_FRAMES_A_LETTER = 1.1
"""Frames of the lattice for each letter, at least, for an alignment to have room."""
_NARROWEST_WORD = 8
"""Pixels: a narrower word was cut wrongly and is kept whole, its letters unparted."""
_WORST_LINE = 0.2
"""Lines that the model reads worse than this are not cut: their labels may not be what is written."""
_WORD_REACH = 14
"""Columns of the picture within which the gap between two words is looked for."""


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """A word and where its letters stand.

    Attributes:
        text: the word, in the case that the ink has.
        edges: columns of the picture between its letters, the first column and the one behind the last included.
    """

    text: str
    edges: tuple[int, ...]


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


class _Cases:
    """An alphabet in which each letter knows its other case."""

    def __init__(self, alphabet: Sequence[str]) -> None:
        self.alphabet = alphabet
        self.index = {letter: number for number, letter in enumerate(alphabet)}
        self._other = np.array([self.index.get(a.swapcase(), n) if len(a) == 1 else n for n, a in enumerate(alphabet)])

    def spell(self, text: str) -> list[int]:
        """Numbers of the letters; empty when one is missing."""
        numbers = [self.index.get(letter, 0) for letter in text]
        return [] if 0 in numbers else numbers

    def either(self, lattice: Lattice) -> Lattice:
        """A lattice in which a letter scores as the likelier of its cases."""
        return np.maximum(lattice, lattice[:, self._other])

    def seen(self, lattice: Lattice, spelt: Sequence[int], entered: Sequence[int]) -> str:
        """The text in the cases that the lattice prefers where each letter was entered."""
        written = []
        for number, frame in zip(spelt, entered, strict=True):
            near = lattice[frame : frame + 2]
            other = int(self._other[number])
            written.append(self.alphabet[other if near[:, other].max() > near[:, number].max() else number])
        return "".join(written)


def _quiet_column(mask: Mask, around: float, reach: float) -> int:
    """The column with the least ink near a guess, so that no stroke is cut."""
    low, high = max(0, round(around - reach)), min(mask.shape[1], round(around + reach) + 1)
    ink = mask[:, low:high].sum(axis=0) + 0.02 * np.abs(np.arange(low, high) - around)
    return low + int(ink.argmin())


def find_words(
    reader: HandwritingRecogniser, letters: Sequence[str], picture: NDArray[np.uint8], text: str, *, loose: bool = False
) -> list[AlignedWord]:
    """Where the letters of a real line stand, word by word; nothing where its label is doubtful.

    Args:
        reader: reads the line.
        letters: alphabet of its model.
        picture: the line as delivered, in colour.
        text: what stands there.
        loose: the text tells neither case nor punctuation; the case is then that of the ink, as far as it can be told.
    """
    strip = prepare_line(picture)
    cases = _Cases(letters)
    spelt = cases.spell(text)
    if strip is None or not spelt:
        return []
    lattice = reader.lattice(strip)
    read = join_characters(greedy_characters(lattice, letters))
    same = (plain_text(read), plain_text(text)) if loose else (read.casefold(), text.casefold())
    if Levenshtein.normalized_distance(*same) > _WORST_LINE or len(lattice) < _FRAMES_A_LETTER * len(spelt):
        return []
    entered = _best_path(cases.either(lattice) if loose else lattice, spelt)
    written = cases.seen(lattice, spelt, entered) if loose else text
    places = (np.array(entered) + 0.5) * picture.shape[1] / len(lattice)
    return _words(ink_mask(picture), written, places)


def _words(mask: Mask, text: str, places: NDArray[np.float64]) -> list[AlignedWord]:
    """Words between the gaps of a text whose letters stand at these columns."""
    gaps = [i for i, letter in enumerate(text) if letter == " "]
    cuts = [0, *(_quiet_column(mask, places[i], _WORD_REACH) for i in gaps), mask.shape[1]]
    found = []
    for (first, behind), (left, right) in zip(pairwise([-1, *gaps, len(text)]), pairwise(cuts), strict=True):
        own = range(first + 1, behind)
        between = [
            _quiet_column(mask, (places[i] + places[i + 1]) / 2, (places[i + 1] - places[i]) / 2.2) for i in own[:-1]
        ]
        edges = (left, *between, right)
        if all(b - a >= 2 for a, b in pairwise(edges)) and right - left >= _NARROWEST_WORD:
            found.append(AlignedWord(text[first + 1 : behind], edges))
        else:
            found.append(AlignedWord(text[first + 1 : behind], (left, right)))
    return found


def align_lines(model: Path, real: Path, out: Path, part: Part = "trained") -> int:
    """Find the letters of real lines and write them to a JSON file; returns the number of lines used.

    Args:
        model: folder of a trained model.
        real: folder of real lines.
        out: file to write: name of the picture to a list of (word, columns between its letters).
        part: which lines.
    """
    reader = HandwritingRecogniser(model)
    letters = ModelFolder.open(model, verify=False).alphabet
    lines = RealLines(real, part)
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for number, row in enumerate(lines.rows):
        words = find_words(reader, letters, lines.picture(number), row.text, loose=row.loose)
        if words:
            found[row.name] = [(word.text, word.edges) for word in words]
    out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return len(found)


def read_alignment(file: Path) -> dict[str, list[AlignedWord]]:
    """What `align_lines` wrote, by name of the picture."""
    rows = json.loads(file.read_text(encoding="utf-8"))
    return {name: [AlignedWord(text, tuple(edges)) for text, edges in words] for name, words in rows.items()}
