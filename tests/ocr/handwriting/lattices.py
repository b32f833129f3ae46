"""Lattices made by hand: what a network would hand to the decoder for a text it is more or less sure of."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from ocr.handwriting.candidates import Alphabet
from ocr.handwriting.ctc import Lattice
from ocr.handwriting.model_store import PACKAGED_MODEL

LETTERS = tuple(json.loads((PACKAGED_MODEL / "model.json").read_text(encoding="utf-8"))["alphabet"])
ALPHABET = Alphabet(LETTERS)


def lattice_of(text: str, doubts: Mapping[int, Mapping[str, float]] | None = None, floor: float = 1e-4) -> Lattice:
    """Two frames a letter: the letter, then a blank.

    Args:
        text: what the network reads.
        doubts: place in `text` to other letters there and their probabilities; the rest stays with the text.
        floor: probability shared by every other letter.
    """
    rows = []
    for place, letter in enumerate(text):
        frame = np.full(len(LETTERS), floor / len(LETTERS))
        others = (doubts or {}).get(place, {})
        for other, probability in others.items():
            frame[ALPHABET.index[other] if other else 0] += probability
        frame[ALPHABET.index[letter]] += 1.0 - floor - sum(others.values())
        blank = np.full(len(LETTERS), floor / len(LETTERS))
        blank[0] += 1.0 - floor
        rows += [frame, blank]
    return np.log(np.array(rows)).astype(np.float32)
