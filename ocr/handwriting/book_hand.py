"""The hand of a book: a small correction of the network's last layer, learned from lines that people confirmed.

The network stays as it is. What it knows of each frame (its features) goes through one more layer that is nought to
begin with, learned so that the confirmed texts become likelier: frames are aligned to the text by forward and backward
sums, and cross-entropy against that alignment, mixed with what the network said before, is lowered under a strong pull
to nought. A few dozen lines take a second of NumPy. Letters in capitals and small, and any punctuation against bare
paper, are one for learning: people set them as they like.

Whether it is of use is seen on lines held back, each third in turn: a hand without gain there is not used.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.handwriting.ctc import Lattice, greedy_characters, join_characters, text_log_probabilities
from vietnamese.letters import is_punctuation, nfc

__all__ = ["BookHand", "HandLine", "LearnedHand", "learn_hand"]

Floats = NDArray[np.float32]
_FEWEST_LINES = 6
"""Lines from which a hand is learned. No measurement is on record."""
_PULL = 100.0
"""Of the correction to nought, in nats for a weight of 1: tuned on eight writers beside those that are reported."""
_STEPS, _RATE = 20, 0.002
"""Steps of the learning and the length of each (Adam). No measurement is on record."""
_KEPT_BEFORE = 0.1
"""Share of what the network said before in what is learned."""
_TELLING = 0.02
"""Least difference between alignment and network for a frame to be learned from; bare paper teaches nothing."""
_PARTS = 3
"""Parts of the lines, each held back once to see whether what the others taught helps."""
_NEVER = -1e30
"""Logarithm that stands for nothing and can still be added to."""
_LEAST = 1e-30
"""Share of a letter that none of its spellings has: its logarithm must exist."""
_MEAN_KEPT, _MEAN_NEW = 0.9, 0.1
"""What the slopes before and the newest one add to their mean (Adam's first momentum, as is usual)."""
_SPREAD_KEPT, _SPREAD_NEW = 0.98, 0.02
"""The same of their spread (the second momentum; it forgets sooner than is usual: there are only twenty steps)."""
_LEAST_PACE = 1e-3
"""Spread below which a step grows no longer. By judgement."""


@dataclass(frozen=True, slots=True)
class HandLine:
    """A line seen by the network.

    Attributes:
        lattice: log-probabilities (frames, letters).
        features: what the network knows of each frame (frames, width).
    """

    lattice: Lattice
    features: Floats

    @classmethod
    def of_rows(cls, rows: Sequence[HandLine], space: Lattice) -> HandLine | None:
        """Rows of one value as one line, with a frame that says a space between them; None of none."""
        if len(rows) < 2:
            return rows[0] if rows else None
        nothing = np.zeros((len(space), rows[0].features.shape[1]), np.float32)
        lattices = [part for row in rows for part in (row.lattice, space)][:-1]
        features = [part for row in rows for part in (row.features, nothing)][:-1]
        return cls(np.concatenate(lattices), np.concatenate(features))


@dataclass(frozen=True, slots=True)
class BookHand:
    """A correction of the last layer.

    Attributes:
        weights: (letters, width), added to the layer's.
        bias: (letters,).
        model: version of the network it corrects; it is worth nothing for another.
    """

    weights: Floats
    bias: Floats
    model: str = ""

    def told(self, line: HandLine) -> Lattice:
        """The lattice of a line as this hand writes."""
        return _log_softmax(line.lattice + line.features @ self.weights.T + self.bias)

    def to_bytes(self) -> bytes:
        """As it is kept: half precision, compressed; some hundred kilobytes."""
        out = io.BytesIO()
        np.savez_compressed(out, weights=self.weights.astype(np.float16), bias=self.bias, model=np.array(self.model))
        return out.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> BookHand:
        """What `to_bytes` gave."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return cls(kept["weights"].astype(np.float32), kept["bias"].astype(np.float32), str(kept["model"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedHand:
    """What was learned, and whether it is of use.

    Attributes:
        hand: None when the lines held back were read no better with it, or there were too few lines.
        lines: how many lines were learned from.
        letters: letters of the lines held back.
        errors_before: wrong letters among them as the network alone reads them.
        errors_after: the same with what was learned from the others.
        by_line: by number of the line, its wrong letters held back, before and after.
    """

    hand: BookHand | None
    lines: int
    letters: int
    errors_before: int
    errors_after: int
    by_line: Mapping[int, tuple[int, int]] = field(default_factory=dict)


class _Letters:
    """The alphabet with letters that count as one for learning folded onto each other."""

    def __init__(self, alphabet: Sequence[str]) -> None:
        index = {letter: number for number, letter in enumerate(alphabet)}
        self.alphabet = alphabet
        self.folded = np.array(
            [0 if number == 0 or is_punctuation(letter) else index.get(letter.casefold(), number)
             for number, letter in enumerate(alphabet)]
        )  # fmt: skip
        self.numbers = {letter: int(self.folded[number]) for letter, number in index.items() if number}

    def spelt(self, text: str) -> list[int]:
        """Folded numbers of a text's letters; what the alphabet lacks is left out."""
        return [self.numbers[letter] for letter in self.plain(text) if self.numbers.get(letter)]

    def plain(self, text: str) -> str:
        """Small letters, no punctuation, single blanks."""
        small = nfc(text).casefold()
        return " ".join("".join(" " if is_punctuation(letter) else letter for letter in small).split())

    def together(self, lattice: Lattice) -> NDArray[np.float64]:
        """Log-probabilities with the letters that count as one summed under the first of them."""
        summed = np.zeros(lattice.shape)
        np.add.at(summed.T, self.folded, np.exp(lattice).T)
        return np.log(np.maximum(summed, _LEAST))

    def likelihood(self, lattice: Lattice, text: str) -> float:
        """Log-probability of a text by the strokes."""
        return float(text_log_probabilities(self.together(lattice).astype(np.float32), [self.spelt(text)])[0])

    def read(self, lattice: Lattice) -> str:
        """What the strokes alone say, folded."""
        return self.plain(join_characters(greedy_characters(lattice, self.alphabet)))


def learn_hand(lines: Sequence[tuple[HandLine, str]], alphabet: Sequence[str], model: str = "") -> LearnedHand:
    """Learn from confirmed lines.

    Args:
        lines: what the network saw, with the confirmed text.
        alphabet: the letters of the lattice, the blank first.
        model: version of the network.
    """
    letters = _Letters(alphabet)
    numbers, taught = list[int](), list[tuple[HandLine, str, _Lesson]]()
    for number, (line, text) in enumerate(lines):
        found = _lesson(line, text, letters)
        if found is not None:
            numbers.append(number)
            taught.append((line, text, found))
    nothing = LearnedHand(hand=None, lines=len(taught), letters=0, errors_before=0, errors_after=0)
    if len(taught) < _FEWEST_LINES:
        return nothing
    count, gain = 0, 0.0
    by_line: dict[int, tuple[int, int]] = {}
    for part in range(_PARTS):
        hand = _fitted([found for place, (_, _, found) in enumerate(taught) if place % _PARTS != part])
        for number, (line, text, _) in zip(numbers[part::_PARTS], taught[part::_PARTS], strict=True):
            truth, told = letters.plain(text), hand.told(line)
            count += len(truth)
            wrong = Levenshtein.distance(truth, letters.read(line.lattice))
            by_line[number] = wrong, Levenshtein.distance(truth, letters.read(told))
            gain += letters.likelihood(told, text) - letters.likelihood(line.lattice, text)
    before, after = (sum(wrong[place] for wrong in by_line.values()) for place in (0, 1))
    of_use = gain > 0.0 and after < before
    return LearnedHand(
        hand=replace(_fitted([found for _, _, found in taught]), model=model) if of_use else None,
        lines=len(taught),
        letters=count,
        errors_before=before,
        errors_after=after,
        by_line=by_line,
    )


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Frames to learn from: features, what the network said (log) and what it should say."""

    features: Floats
    said: Floats
    wanted: Floats


def _lesson(line: HandLine, text: str, letters: _Letters) -> _Lesson | None:
    """The telling frames of a line aligned to its text; None where the text cannot stand on so few frames."""
    spelt = letters.spelt(text)
    said = np.exp(line.lattice)
    together = letters.together(line.lattice)
    shares = _alignment(together, spelt)
    if shares is None:
        return None
    wanted = shares[:, letters.folded] * said / np.exp(together[:, letters.folded])
    telling = (np.abs(wanted - said).sum(axis=1) > _TELLING) | (wanted[:, 0] < 1.0 - _TELLING)
    mixed = (1.0 - _KEPT_BEFORE) * wanted[telling] + _KEPT_BEFORE * said[telling]
    return _Lesson(line.features[telling], line.lattice[telling], mixed.astype(np.float32))


def _alignment(lattice: NDArray[np.floating], spelt: Sequence[int]) -> NDArray[np.float64] | None:
    """By frame, the share of each letter in all ways to write a text there."""
    frames, states = len(lattice), np.zeros(2 * len(spelt) + 1, np.int64)
    states[1::2] = spelt
    if not spelt or frames < len(spelt) + sum(a == b for a, b in pairwise(spelt)):
        return None
    skips = np.zeros(len(states), bool)
    skips[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    emitted = lattice[:, states].astype(np.float64)
    ahead, behind = np.full_like(emitted, _NEVER), np.full_like(emitted, _NEVER)
    ahead[0, :2], behind[-1, -2:] = emitted[0, :2], 0.0
    for frame in range(1, frames):
        last = ahead[frame - 1]
        ways = last.copy()
        ways[1:] = np.logaddexp(ways[1:], last[:-1])
        ways[2:] = np.logaddexp(ways[2:], np.where(skips[2:], last[:-2], _NEVER))
        ahead[frame] = ways + emitted[frame]
    for frame in range(frames - 2, -1, -1):
        coming = behind[frame + 1] + emitted[frame + 1]
        ways = coming.copy()
        ways[:-1] = np.logaddexp(ways[:-1], coming[1:])
        ways[:-2] = np.logaddexp(ways[:-2], np.where(skips[2:], coming[2:], _NEVER))
        behind[frame] = ways
    both = ahead + behind
    occupied = np.exp(both - np.logaddexp.reduce(both, axis=1, keepdims=True))
    shares = np.zeros((frames, lattice.shape[1]))
    np.add.at(shares.T, states, occupied.T)
    return shares


def _fitted(lessons: Sequence[_Lesson]) -> BookHand:
    """Adam's steps down the cross-entropy, from nought."""
    features = np.concatenate([lesson.features for lesson in lessons])
    said = np.concatenate([lesson.said for lesson in lessons])
    wanted = np.concatenate([lesson.wanted for lesson in lessons])
    # the bias is the weight of one more feature that is always 1
    features = np.concatenate([features, np.ones((len(features), 1), np.float32)], axis=1)
    weights = np.zeros((said.shape[1], features.shape[1]), np.float32)
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        now = np.exp(_log_softmax(said + features @ weights.T))
        slope = (now - wanted).T @ features + _PULL * weights
        mean = _MEAN_KEPT * mean + _MEAN_NEW * slope
        spread = _SPREAD_KEPT * spread + _SPREAD_NEW * slope * slope
        pace = np.sqrt(spread / (1.0 - _SPREAD_KEPT**step)) + _LEAST_PACE
        weights -= _RATE * (mean / (1.0 - _MEAN_KEPT**step)) / pace
    return BookHand(np.ascontiguousarray(weights[:, :-1]), weights[:, -1].copy())


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)
