from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from ocr.handwriting.ctc import beam_search, greedy_characters, join_characters, text_log_probabilities


def _random_lattice(seed: int, frames: int = 5, letters: int = 3) -> np.ndarray:
    weights = np.random.default_rng(seed).random((frames, letters))
    return np.log(weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _all_texts(lattice: np.ndarray) -> dict[tuple[int, ...], float]:
    """Every text's probability, by trying every path."""
    found: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(lattice.shape[1]), repeat=len(lattice)):
        text = tuple(c for c, before in zip(path, (0, *path), strict=False) if c and c != before)
        found[text] = found.get(text, 0.0) + math.exp(sum(float(lattice[t, c]) for t, c in enumerate(path)))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_probabilities_equal_the_sum_over_all_paths(seed: int) -> None:
    lattice = _random_lattice(seed)
    truth = _all_texts(lattice)
    texts = list(truth)
    found = np.exp(text_log_probabilities(lattice, texts))
    assert np.allclose(found, [truth[text] for text in texts], rtol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_a_wide_beam_finds_the_likeliest_text(seed: int) -> None:
    lattice = _random_lattice(seed + 10)
    truth = _all_texts(lattice)
    best, score = beam_search(lattice, width=200, depth=50.0)[0]
    assert best == max(truth, key=lambda text: truth[text])
    assert math.exp(score) == pytest.approx(truth[best], rel=1e-3)


def test_a_restricted_beam_keeps_to_its_letters_and_beginnings() -> None:
    lattice = _random_lattice(3, frames=6, letters=5)
    allowed = np.array([False, True, True, False, False])
    for text, _ in beam_search(lattice, allowed=allowed, accepts=lambda prefix: len(prefix) <= 2):
        assert set(text) <= {1, 2}
        assert len(text) <= 2


def test_greedy_reading_says_where_letters_stand() -> None:
    lattice = np.log(np.full((4, 3), 0.05, np.float32))
    for frame, letter in enumerate((1, 1, 0, 2)):
        lattice[frame, letter] = math.log(0.9)
    letters = greedy_characters(lattice, ("", "a", "b"))
    assert join_characters(letters) == "ab"
    assert (letters[0].left, letters[0].right) == (0.0, 0.5)
    assert letters[1].left == 0.75
