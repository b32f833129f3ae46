"""Crossed-out words: where the network saw them, and the lattice without them.

The network tells for each frame how likely the writing there is crossed out. Frames that are likely form spans; the
lattice of a span is made bare paper, so that every decoder reads the words left and right of it and nothing between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.ctc import Lattice

__all__ = ["Span", "struck_spans", "sureness", "whole_words", "without_struck"]

Span = tuple[int, int]
"""First frame and the frame behind the last."""

_LIKELY = 0.5
"""A frame more likely crossed out than not."""
_SHORTEST = 5
"""Frames (20 columns of a 40-pixel strip): a word is wider; the bar of one letter is not."""
_MOST_OF_A_WORD = 0.6
"""Share of a word under a span from which the word is crossed out as a whole."""
_NEVER = -30.0
"""Logarithm of what a blank under a stroke gives any letter: as good as nothing."""
_SPACE_SHARE = 0.6
"""A bare span between two words is likely a space, but a date crossed over has none there."""
_LEAST_ODDS = 1e-4
"""Probabilities are kept so far from 0 and 1: one frame must not decide for a span."""


def sureness(struck: NDArray[np.float32]) -> float:
    """How surely a whole span is crossed out: the mean of its frames' odds, by their logarithms, as a probability."""
    clipped = np.clip(struck.astype(np.float64), _LEAST_ODDS, 1.0 - _LEAST_ODDS)
    return float(1.0 / (1.0 + np.exp(-np.log(clipped / (1.0 - clipped)).mean())))


def struck_spans(struck: NDArray[np.float32], threshold: float) -> tuple[Span, ...]:
    """Spans of frames that are crossed out.

    Args:
        struck: probability of each frame, 0 to 1.
        threshold: least sureness of a span.
    """
    if not struck.size:
        return ()
    steps = np.diff((struck > _LIKELY).astype(np.int8), prepend=0, append=0)
    runs = zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True)
    return tuple((a, b) for a, b in runs if b - a >= _SHORTEST and sureness(struck[a:b]) >= threshold)


def whole_words(spans: tuple[Span, ...], lattice: Lattice, space: int) -> tuple[Span, ...]:
    """The spans made longer to the ends of the words that they cover for the most part."""
    best = lattice.argmax(axis=1)
    struck = np.zeros(len(best), bool)
    for first, behind in spans:
        struck[first:behind] = True
    for word in np.split(np.arange(len(best)), np.flatnonzero(best == space)):
        inked = word[(best[word] != 0) & (best[word] != space)]
        if inked.size and struck[inked[0] : inked[-1] + 1].mean() >= _MOST_OF_A_WORD:
            struck[inked[0] : inked[-1] + 1] = True
    steps = np.diff(struck.astype(np.int8), prepend=0, append=0)
    return tuple(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def without_struck(lattice: Lattice, spans: tuple[Span, ...], space: int) -> Lattice:
    """The lattice with the spans made bare paper, and the spaces around each made one.

    Args:
        lattice: log-probabilities (frames, letters).
        spans: crossed-out spans, from left to right.
        space: number of the letter that is a space.
    """
    bare = lattice.copy()
    best = lattice.argmax(axis=1)
    quiet = (best == 0) | (best == space)
    for first, behind in spans:
        start, end = first, behind
        while start > 0 and quiet[start - 1]:
            start -= 1
        while end < len(bare) and quiet[end]:
            end += 1
        bare[start:end] = _NEVER
        bare[start:end, 0] = 0.0
        if start > 0 and end < len(bare):
            middle = (start + end) // 2
            bare[middle, space], bare[middle, 0] = np.log(_SPACE_SHARE), np.log(1.0 - _SPACE_SHARE)
    return bare
