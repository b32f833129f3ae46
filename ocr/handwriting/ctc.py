"""Reading the lattice of a CTC network: greedy letters, the best readings, and how likely a given text is.

A lattice is float32 (frames, letters): log-probabilities, letter 0 is the blank.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.types import CharacterReading

__all__ = ["Lattice", "beam_search", "greedy_characters", "join_characters", "spell", "text_log_probabilities"]

Lattice = NDArray[np.float32]
_NEVER = -1e30
"""Logarithm that stands for nothing and can still be added to."""
_TINY = 1e-300
"""Least share a logarithm is taken of: near the smallest of a float."""
_FRAMES_A_SCALING = 8
"""So many frames of the unlikeliest letters (-30 nats each) are still told from nothing."""
_SURE_BLANK = math.log(0.9995)


def greedy_characters(lattice: Lattice, alphabet: Sequence[str]) -> tuple[CharacterReading, ...]:
    """The likeliest letter of every frame, repeats merged and blanks dropped."""
    best = lattice.argmax(axis=1)
    frames = len(best)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], frames)
    letters: list[CharacterReading] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        number = int(best[start])
        if number:
            probability = min(1.0, float(np.exp(lattice[start:end, number].max())))
            letters.append(
                CharacterReading(
                    char=alphabet[number], probability=probability, left=start / frames, right=end / frames
                )
            )
    return tuple(letters)


def join_characters(characters: Sequence[CharacterReading]) -> str:
    """The text of the characters with blanks at the ends and doubled blanks taken away."""
    return " ".join("".join(character.char for character in characters).split())


def spell(text: str, index: dict[str, int]) -> list[int] | None:
    """Letter numbers of a text; None when the alphabet lacks one of its letters."""
    numbers = [index.get(letter, 0) for letter in text]
    return None if 0 in numbers else numbers


def text_log_probabilities(lattice: Lattice, spelt: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Log-probability of each of several texts: the sum over all their alignments.

    Args:
        lattice: log-probabilities of the frames.
        spelt: texts as letter numbers; all are followed through the frames together.

    Returns:
        A value a text; one that cannot be written in so few frames gets less than any that can.
    """
    if not spelt:
        return np.zeros(0)
    longest = max(len(text) for text in spelt)
    states = np.zeros((len(spelt), 2 * longest + 1), np.int64)
    for row, text in enumerate(spelt):
        states[row, 1 : 2 * len(text) : 2] = text
    may_skip = np.zeros(states.shape, bool)
    may_skip[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    odds = np.exp(lattice.astype(np.float64))[:, states]
    skips = may_skip[:, 2:].astype(np.float64)
    alpha = np.zeros(states.shape)
    alpha[:, :2] = odds[0][:, :2]
    scale = np.zeros(len(spelt))
    for number in range(1, len(lattice)):
        ahead = alpha.copy()
        ahead[:, 1:] += alpha[:, :-1]
        ahead[:, 2:] += skips * alpha[:, :-2]
        alpha = ahead * odds[number]
        if number % _FRAMES_A_SCALING == 0:
            peak = np.maximum(alpha.max(axis=1), _TINY)
            alpha /= peak[:, np.newaxis]
            scale += np.log(peak)
    rows = np.arange(len(spelt))
    ends = np.array([2 * len(text) for text in spelt])
    whole = alpha[rows, ends] + np.where(ends > 0, alpha[rows, np.maximum(ends - 1, 0)], 0.0)
    return np.asarray(np.log(np.maximum(whole, _TINY)) + scale, np.float64)


def _sum_logs(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a + math.log1p(math.exp(b - a)) if b > _NEVER / 2 else a


def beam_search(
    lattice: Lattice,
    *,
    allowed: NDArray[np.bool_] | None = None,
    width: int = 12,
    depth: float = 7.0,
    accepts: Callable[[tuple[int, ...]], bool] | None = None,
) -> list[tuple[tuple[int, ...], float]]:
    """The likeliest texts of a lattice (prefix beam search).

    Args:
        lattice: log-probabilities of the frames.
        allowed: letters that may occur (the blank always may); None allows all.
        width: prefixes kept after each frame.
        depth: letters less likely than the frame's best by more than this many nats are not tried.
        accepts: whether a text may begin so; prefixes it refuses are dropped.

    Returns:
        (letter numbers, log-probability) pairs, the likeliest first. With `allowed`, probabilities count
        the frames as they are, so they can be compared with those of an unrestricted search.
    """
    if allowed is not None:
        lattice = np.where(allowed | (np.arange(lattice.shape[1]) == 0), lattice, np.float32(_NEVER))
    peaks = lattice.max(axis=1) if allowed is None else lattice[:, 1:].max(axis=1)
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    for frame, peak in zip(lattice, peaks, strict=True):
        blank = float(frame[0])
        if blank > _SURE_BLANK:
            beams = {prefix: (_sum_logs(b, n) + blank, _NEVER) for prefix, (b, n) in beams.items()}
            continue
        tried = np.flatnonzero(frame[1:] > max(float(peak) - depth, _NEVER / 2)) + 1
        letters = [(int(c), float(frame[c])) for c in tried]
        beams = _advance(beams, blank, letters, frame, width, accepts)
    totals = [(prefix, _sum_logs(b, n)) for prefix, (b, n) in beams.items()]
    return sorted(totals, key=lambda item: -item[1])


def _advance(
    beams: dict[tuple[int, ...], tuple[float, float]],
    blank: float,
    letters: list[tuple[int, float]],
    frame: NDArray[np.float32],
    width: int,
    accepts: Callable[[tuple[int, ...]], bool] | None,
) -> dict[tuple[int, ...], tuple[float, float]]:
    """One frame of the search; each prefix carries (log-probability ending in blank, ending in its letter)."""
    ahead: dict[tuple[int, ...], list[float]] = {}
    for prefix, (ended_blank, ended_letter) in beams.items():
        total = _sum_logs(ended_blank, ended_letter)
        entry = ahead.setdefault(prefix, [_NEVER, _NEVER])
        entry[0] = _sum_logs(entry[0], total + blank)
        if prefix:
            entry[1] = _sum_logs(entry[1], ended_letter + float(frame[prefix[-1]]))
        for letter, log_probability in letters:
            source = ended_blank if prefix and prefix[-1] == letter else total
            if source <= _NEVER / 2:
                continue
            begun = (*prefix, letter)
            if accepts is not None and begun not in ahead and not accepts(begun):
                continue
            longer = ahead.setdefault(begun, [_NEVER, _NEVER])
            longer[1] = _sum_logs(longer[1], source + log_probability)
    best = sorted(ahead.items(), key=lambda item: -max(item[1]))[:width]
    return {prefix: (values[0], values[1]) for prefix, values in best}
