"""The slots of a printed date hold days, months and years."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet, free_candidates
from ocr.handwriting.figure_decoding import decode_figures, figure_prior

_ALPHABET = Alphabet(("", *"0123456789"))


@pytest.mark.parametrize(
    ("kind", "possible", "impossible"),
    [
        (FieldKind.DAY, "06", "45"),
        (FieldKind.DAY, "31", "1.3"),
        (FieldKind.MONTH, "9", "19"),
        (FieldKind.MONTH, "12", "m2"),
        (FieldKind.YEAR, "2013", "2073"),
        (FieldKind.YEAR, "2009", "209"),
        (FieldKind.YEAR, "2009", "09"),
    ],
)
def test_what_no_calendar_has_needs_clearer_strokes(kind: FieldKind, possible: str, impossible: str) -> None:
    assert figure_prior(possible, kind) == 0.0
    assert figure_prior(impossible, kind) <= -3.0


def _faint(figures: str, seed: int) -> np.ndarray:
    """Frames in which so many figures are seen, each little more than the other figures of its place."""
    noise = np.random.default_rng(seed)
    rows = []
    for figure in figures:
        seen = noise.uniform(0.6, 1.0, len(_ALPHABET.letters))
        seen[0] = 0.01
        seen[_ALPHABET.index[figure]] = 1.3
        rows += [seen / seen.sum(), np.eye(len(_ALPHABET.letters))[0] * 0.98 + 0.001]
    return np.log(np.array(rows)).astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_faint_years_are_looked_for_among_those_that_can_be(seed: int) -> None:
    lattice = _faint("2202", seed)
    free = free_candidates(lattice, _ALPHABET, 6)
    found = [text for text, _ in decode_figures(lattice, _ALPHABET, FieldKind.YEAR) if text not in free]
    whole = [text for text in found if len(text) == 4]
    assert len(whole) >= 8
    assert all(text[:2] in ("18", "19", "20") for text in whole)
