"""Words squeezed in under the end of a full line: where its writer had no room left, the value goes on below its start.

A line that is laid into one strip as it is loses them, and its own first words with them. So letters that stand under
letters at the left of a full line are parted from it, and each row is read by itself; whether that was right is told
by the reading: the upper row must be read as surely as before, and the lower one must be legible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.handwriting.preparation import GREY_OR_COLOUR, flatten_paper, is_blank, to_grey
from ocr.handwriting.types import CharacterReading

__all__ = ["rows_of"]

Picture = NDArray[np.uint8]
Read = Callable[[Picture], Sequence[CharacterReading]]

# Shares of the crop's height where nothing else is said. Set on lines of two writers that the network was trained on,
# beside 2,000 lines of others without a second row.
_ROWS = 64
"""Height in pixels at which rows are told apart."""
_LONG = 6
"""A full line is so many times longer than high."""
_DARK = 0.5
"""Below it (0 ink, 1 paper) a pixel is ink."""
_RULE_LENGTH, _RULE_HEIGHT = 1.2, 0.9
"""A printed rule is so long, or so high."""
_SHORTEST_RULE, _LOWEST_RULE = 20, 8
"""In pixels, for pictures that are low already."""
_EDGE, _OWN_EDGE = 5, 3
"""Pixels across around ink: its grey edge, and what of it stays with a neighbour."""
_LEAST_INK, _LEAST_HEIGHT, _WIDEST = 10, 0.11, 1 / 3
"""A piece of a letter has so many pixels at `_ROWS`, so much height, and no more than this share of the width."""
_LETTER_HEIGHT = 0.16
"""Share of the height from which a piece is a letter and no mark. Set by eye, as the others here."""
_FEWEST, _FEWEST_RIGHT, _FEWEST_BELOW = 8, 3, 2
"""Pieces of a whole line, of its right half and of the row below."""
_INTO_UPPER, _MIDDLE_UNDER = 0.05, 0.45
"""In heights of the upper row's letters: how far a piece below may reach over their middle, and how far its own middle
lies under it."""
_ASIDE, _CLEARLY_OVER, _OVERLAP = 0.15, 0.35, 0.5
"""A letter over another: it may stand so far aside, begins so many letters higher, and ends in the
other's upper half."""
_FIRST_AT, _GAP = 0.12, 1.0
"""The row below begins within this share of the line's width, and has no wider gap."""
_LEAST_WIDTH, _LEAST_FILLED, _LONGEST, _FULL = 0.25, 0.28, 0.7, 0.75
"""It covers so many columns and this share of those it spans, and ends before this share of its line, which goes on to
this share of the crop: a line with room left needs no row below."""
_AS_HIGH = 0.5
"""The letters over it are the line's own: this share of the height of its others, where print beside it is smaller."""
_MARK_OVER, _MARK_ASIDE, _MARK_HEIGHT = 0.12, 6, 0.25
"""Tone marks and dots of the row below: so far over its letters, so many pixels aside, and no higher."""
_TOPS = 30
"""Percentile of the tops of its letters from which marks over them are looked for."""
_MARGIN = 8
"""Pixels of paper around the row below."""
_LEGIBLE, _LESS_SURE = 0.65, 0.02
"""Least mean probability of the letters of the row below, and by how much that of the upper row may fall without it."""
_FEWEST_LETTERS, _MORE = 3, 2
"""Letters read in the row below at least, and by how many the two rows have more than the crop as a whole: of 18 such
rows of two writers and a held-out one this found 16. Among 2,300 other lines settings near these found none; with these
432 lines of sixteen writers and 29 hard ones were read again."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """A line's ink in pieces: labels of the pixels from 1 on, and the box of each piece."""

    flat: NDArray[np.float32]
    labels: NDArray[np.int32]
    left: NDArray[np.int32]
    top: NDArray[np.int32]
    width: NDArray[np.int32]
    height: NDArray[np.int32]
    pixels: NDArray[np.int32]

    @property
    def middle(self) -> NDArray[np.float64]:
        return self.top + self.height / 2

    @property
    def right(self) -> NDArray[np.int32]:
        return self.left + self.width


def rows_of(crop: Picture, read: Read) -> tuple[Picture, ...]:
    """The crop of a line by itself, or its two rows where words are squeezed in under it.

    Args:
        crop: grey HxW or BGR HxWx3, any size.
        read: tells the letters of a picture of one row.

    Returns:
        The crop as it is; or the upper row and the one below in grey, paper white.
    """
    parted = _parted(crop)
    if parted is None:
        return (crop,)
    whole, upper, below = (_letters(read(picture)) for picture in (crop, *parted))
    gained = len(below) >= _FEWEST_LETTERS and len(upper) + len(below) >= len(whole) + _MORE
    legible = _sureness(below) >= _LEGIBLE and _sureness(upper) >= _sureness(whole) - _LESS_SURE
    return parted if gained and legible else (crop,)


def _letters(characters: Sequence[CharacterReading]) -> list[CharacterReading]:
    return [character for character in characters if character.char.isalnum()]


def _sureness(letters: Sequence[CharacterReading]) -> float:
    """Mean probability of the letters of a row."""
    return float(np.mean([letter.probability for letter in letters])) if letters else 0.0


def _parted(crop: Picture) -> tuple[Picture, Picture] | None:
    """The upper row and the one below; None for a line that looks like one row."""
    ink = _ink_of(crop)
    below = _below(ink) if ink is not None else []
    if ink is None or not below:
        return None
    first, last = int(ink.left[below].min()), int(ink.right[below].max())
    high = float(np.percentile(ink.top[below], _TOPS)) - _MARK_OVER * len(ink.flat)
    marks = (ink.left >= first - _MARK_ASIDE) & (ink.right <= last + _MARK_ASIDE) & (ink.top > high)
    marks &= ink.height < _MARK_HEIGHT * len(ink.flat)
    own = np.union1d(np.array(below), np.flatnonzero(marks))
    mine = np.isin(ink.labels, own + 1)
    edge = _grown(mine, _EDGE) & ~_grown((ink.labels > 0) & ~mine, _OWN_EDGE) | mine
    upper = np.where(edge, np.float32(1.0), ink.flat)
    lower = np.where(edge, ink.flat, np.float32(1.0))
    top, left = max(0, int(ink.top[own].min()) - 2), max(0, first - _MARK_ASIDE)
    lower = np.pad(lower[top:, left : last + _MARGIN], _MARGIN, constant_values=1.0)
    return _grey(upper), _grey(lower)


def _grown(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)) > 0)


def _grey(flat: NDArray[np.float32]) -> Picture:
    return np.asarray(np.clip(flat * 255.0 + 0.5, 0, 255), np.uint8)


def _ink_of(crop: Picture) -> _Ink | None:
    """The ink of a crop in pieces, printed rules left out; None for a blank crop, or one too short for a full line."""
    if crop.size == 0 or crop.ndim not in GREY_OR_COLOUR or crop.shape[1] < _LONG * crop.shape[0]:
        return None
    grey = to_grey(crop)
    if is_blank(grey):
        return None
    if len(grey) > _ROWS:
        width = max(1, round(grey.shape[1] * _ROWS / len(grey)))
        grey = np.asarray(cv2.resize(grey, (width, _ROWS), interpolation=cv2.INTER_AREA), np.uint8)
    flat = flatten_paper(grey)
    ink = (flat < _DARK).astype(np.uint8)
    height = len(flat)
    along, upright = max(_SHORTEST_RULE, int(_RULE_LENGTH * height)), max(_LOWEST_RULE, int(_RULE_HEIGHT * height))
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, along), np.uint8))
    rules |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((upright, 1), np.uint8))
    ink[_grown(rules > 0, _OWN_EDGE)] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    return _Ink(flat, np.asarray(labels, np.int32), *np.asarray(stats[1:], np.int32).T)


def _below(ink: _Ink) -> list[int]:
    """Pieces of letters that stand under letters at the left of a full line, from left to right; none in one row."""
    height, across = ink.flat.shape
    pieces = (ink.pixels >= _LEAST_INK) & (ink.height >= _LEAST_HEIGHT * height) & (ink.width < _WIDEST * across)
    if pieces.sum() < _FEWEST:
        return []
    start, end = int(ink.left[pieces].min()), int(ink.right[pieces].max())
    beyond = pieces & (ink.left + ink.width / 2 > (start + end) / 2) & (ink.height >= _LETTER_HEIGHT * height)
    if beyond.sum() < _FEWEST_RIGHT or end < _FULL * across:
        return []
    middle, letter = float(np.median(ink.middle[beyond])), float(np.median(ink.height[beyond]))
    low = pieces & (ink.top > middle - _INTO_UPPER * letter) & (ink.middle > middle + _MIDDLE_UNDER * letter)
    over = {int(piece): _over(ink, int(piece), np.flatnonzero(pieces & ~low), letter) for piece in np.flatnonzero(low)}
    run = _run(ink, [piece for piece in over if len(over[piece])], start, end - start)
    if len(run) < _FEWEST_BELOW or not _is_row(ink, run, start, end):
        return []
    above = np.unique(np.concatenate([over[piece] for piece in run]))
    return run if float(np.median(ink.height[above])) >= _AS_HIGH * letter else []


def _over(ink: _Ink, piece: int, others: NDArray[np.intp], letter: float) -> NDArray[np.intp]:
    """The pieces that stand over one."""
    aside = _ASIDE * len(ink.flat)
    beside = (ink.left[others] < ink.right[piece] + aside) & (ink.right[others] > ink.left[piece] - aside)
    higher = ink.top[others] < ink.top[piece] - _CLEARLY_OVER * letter
    ends = ink.top[others] + ink.height[others] < ink.top[piece] + _OVERLAP * ink.height[piece]
    return np.asarray(others[beside & higher & ends])


def _run(ink: _Ink, pieces: Sequence[int], start: int, width: int) -> list[int]:
    """The pieces that follow each other from the line's beginning on."""
    run: list[int] = []
    reach = start + _FIRST_AT * width
    for piece in sorted(pieces, key=lambda piece: int(ink.left[piece])):
        if ink.left[piece] > reach:
            break
        run.append(piece)
        reach = max(float(ink.right[run].max()), 0.0) + _GAP * len(ink.flat)
    return run


def _is_row(ink: _Ink, run: Sequence[int], start: int, end: int) -> bool:
    """Whether pieces fill a row as letters do, and a short one."""
    covered = np.zeros(ink.flat.shape[1], bool)
    for piece in run:
        covered[ink.left[piece] : ink.right[piece]] = True
    span = int(ink.right[run].max() - ink.left[run].min())
    filled = int(covered.sum())
    wide = filled >= _LEAST_WIDTH * len(ink.flat) and filled >= _LEAST_FILLED * span
    return bool(wide and ink.right[run].max() < start + _LONGEST * (end - start))
