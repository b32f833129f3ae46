"""Candidate texts of a line and their shares: what the decoders of all kinds of field work with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.ctc import Lattice, beam_search

__all__ = ["Alphabet", "free_candidates", "rank"]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of the network's head, the blank first."""

    letters: tuple[str, ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {letter: number for number, letter in enumerate(self.letters)})

    def mask(self, signs: str) -> NDArray[np.bool_]:
        """Letters that may occur, as a row of truths."""
        allowed = np.zeros(len(self.letters), bool)
        allowed[[self.index[sign] for sign in signs if sign in self.index]] = True
        return allowed

    def text(self, numbers: Sequence[int]) -> str:
        """Letter numbers to text, blanks at the ends and doubled blanks taken away."""
        return " ".join("".join(self.letters[number] for number in numbers).split())


def rank(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Candidates with their shares, the best first."""
    peak = max(scores.values())
    weights = {text: math.exp(score - peak) for text, score in scores.items()}
    total = sum(weights.values())
    return sorted(((text, weight / total) for text, weight in weights.items()), key=lambda item: -item[1])


def free_candidates(lattice: Lattice, alphabet: Alphabet, width: int = 10) -> dict[str, float]:
    """Texts of an unrestricted search with their log-probabilities."""
    found: dict[str, float] = {}
    for numbers, score in beam_search(lattice, width=width):
        text = alphabet.text(numbers)
        if text:
            found[text] = max(score, found.get(text, -math.inf))
    return found
