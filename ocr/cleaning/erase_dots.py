"""The dots of a dotted line taken away, with the strokes and tone marks among them left whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.dotted_lines import HIDDEN, dot_pitch, in_step
from ocr.cleaning.printed_lines import DottedLine
from ocr.images import GreyImage, Mask

__all__ = ["erase_line", "expected_dots"]

_TALL = 9
"""Ink that stands higher above a dotted line belongs to a letter, lower ink is a tone mark of its own."""
_LONGEST_GAP = 70
"""Between dots farther apart than this stands a printed label, not a letter (6 mm)."""
# Set by eye on drawn lines, none measured by itself. Erasing dots, with padding and a light blur, took exact typed
# fields from 87 to 100 %.
_FEWEST_SEEN, _FINEST_PITCH = 3, 4
"""So few dots, or dots so close (pixels), tell no pitch."""
_MERGED = 2.5
"""Usual width of a run of ink, in dots, from which the dots run together in this scan."""
_TOUCHING = 2
"""Rows of ink right above the band that make it the foot of a letter."""
_DOT_WIDER = 3
"""A run hardly wider than a dot, in pixels, is one dot or a full stop."""
_HEAVY = 1.75
"""Darkness, in usual dots, of which more is ink than a dot: a full stop, a tone mark."""
_OFF_DOT = 0.45
"""A narrow run so far from where a dot is due, in dots, is a letter's."""
_DOT_EDGE = 0.6
"""Pixels by which the grey edge of a dot goes beyond half its width."""
_ALONG = 0.35
"""Share of the columns between dots with ink along the line alone from which a stroke runs there."""
_TONE_WIDEST = 6
"""A tone mark is not wider, in dots."""
_BAND_EDGE = 0.3
"""Pixels by which the band of a line goes beyond the dots seen: a printing is never quite even. By eye."""
_BELOW_BAND = 2
"""Rows below the band, and columns beyond the line's ends, that are looked at too."""
_NO_DOT_NEAR = 99
"""Columns to the nearest dot on a line without dots: more than any that counts."""
_NARROWEST_MARK = 5
"""Columns of a tone mark under its vowel, at least (0.4 mm). By eye."""


def erase_line(ink: Mask, grey: GreyImage, line: DottedLine) -> None:
    """Erase a line's dots from `ink` itself; strokes through them, and tone marks among them, stay.

    Args:
        ink: (height, width), not 0 where there is ink; changed.
        grey: the same page, 0 black to 255 paper.
        line: in pixels of that page.
    """
    height, width = ink.shape
    columns = np.arange(max(0, int(line.left) - _BELOW_BAND), min(width, int(line.right) + _BELOW_BAND + 1))
    if columns.size == 0:
        return
    centre = np.interp(columns, line.xs, line.ys)
    half, lowest = line.thickness / 2, height - 1 - _BELOW_BAND
    top = np.clip(np.floor(centre - half - _BAND_EDGE).astype(int), 2, lowest)
    bottom = np.clip(np.ceil(centre + half + _BAND_EDGE).astype(int), 2, lowest)
    band = top[:, None] + np.arange(int((bottom - top).max()) + 1)[None, :]
    band = np.minimum(band, bottom[:, None])
    in_band = ink[band, columns[:, None]] > 0
    profile = _Profile(
        darkness=((255.0 - grey[band, columns[:, None]]) * in_band).sum(axis=1),
        above=_run_above(ink, top, columns),
        below=(ink[bottom + 1, columns] & ink[bottom + 2, columns]) > 0,
        dots=expected_dots(line) - columns[0],
        dot_width=line.dot_width,
    )
    gone = profile.columns_to_erase()
    ink[band[gone], columns[gone, None]] = 0


def _run_above(ink: Mask, top: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many rows of ink stand right on the band, column by column, up to `_TALL`."""
    reach = np.zeros(len(columns), np.intp)
    standing = np.ones(len(columns), np.bool_)
    for step in range(1, _TALL + 1):
        standing &= ink[np.maximum(top - step, 0), columns] > 0
        reach += standing
    return reach


def _or_beside(columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The columns told and their neighbours."""
    beside = columns.copy()
    beside[1:] |= columns[:-1]
    beside[:-1] |= columns[1:]
    return beside


def expected_dots(line: DottedLine) -> NDArray[np.float64]:
    """Centres of the dots seen, and of those hidden by letters between them; none under a whole word.

    Returns:
        Pixels from the page's left, in order.
    """
    xs = np.array(line.xs[1:-1])
    if len(xs) < _FEWEST_SEEN:
        return xs
    steps = np.diff(xs)
    pitch = dot_pitch(xs)
    filled = [xs]
    for start, step in zip(xs[:-1], steps, strict=True):
        missing = round(step / pitch) - 1 if pitch >= _FINEST_PITCH else 0
        if missing > 0 and (step <= _LONGEST_GAP or (step <= HIDDEN and in_step(step, pitch))):
            filled.append(start + step / (missing + 1) * np.arange(1, missing + 1))
    return np.sort(np.concatenate(filled))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What stands in the band of a dotted line, column by column."""

    darkness: NDArray[np.float64]
    above: NDArray[np.intp]
    """Rows of ink right above the band."""
    below: NDArray[np.bool_]
    dots: NDArray[np.float64]
    dot_width: float

    def columns_to_erase(self) -> NDArray[np.bool_]:
        """Columns whose ink is dots alone."""
        gone = np.zeros(len(self.darkness), np.bool_)
        marked = np.concatenate([[0], (self.darkness > 0).astype(np.int8), [0]])
        starts, ends = np.flatnonzero(np.diff(marked) == 1), np.flatnonzero(np.diff(marked) == -1)
        if len(starts) == 0:
            return gone
        usual = float(np.median(np.add.reduceat(self.darkness, starts)))
        merged = float(np.median(ends - starts)) > _MERGED * self.dot_width
        for start, end in zip(starts, ends, strict=True):
            gone[start:end] = ~self._kept(int(start), int(end), usual, merged)
        return gone

    def _kept(self, start: int, end: int, usual: float, merged: bool) -> NDArray[np.bool_]:
        """Which columns of one run of ink are more than dots."""
        reach, below = self.above[start:end], self.below[start:end]
        above = reach >= _TOUCHING
        if above.any() and reach.max() < _TALL and not merged:
            return _or_beside(above)  # a tone mark or comma, not a letter's foot
        if merged:
            return above
        if below.any() and above.any() and end - start <= self.dot_width + _DOT_WIDER:
            return np.ones(end - start, np.bool_)
        if end - start <= self.dot_width + _DOT_WIDER:
            off = np.abs(self.dots - (start + end - 1) / 2).min() if len(self.dots) else 0.0
            heavy = not above.any() and self.darkness[start:end].sum() > _HEAVY * usual
            return np.full(end - start, heavy or (above.any() and off > _OFF_DOT * self.dot_width))
        if above.any():
            return ~self._dots_beside_letters(start, end, above | below)
        return self._tone_mark(start, end, usual)

    def _dots_beside_letters(self, start: int, end: int, letters: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Columns of dots that touch the feet of letters; none where a stroke runs along the line."""
        columns = np.arange(start, end)
        distance = np.full(len(columns), float(_NO_DOT_NEAR))
        if len(self.dots):
            distance = np.abs(columns[:, None] - self.dots[None, :]).min(axis=1)
        at_dot = distance <= self.dot_width / 2 + _DOT_EDGE
        between = ~at_dot
        along = (between & ~letters).sum()
        if along > _ALONG * max(between.sum(), 1):
            return np.zeros(end - start, np.bool_)
        return at_dot & ~letters

    def _tone_mark(self, start: int, end: int, usual: float) -> NDArray[np.bool_]:
        """The heaviest part of a run that is too heavy for dots: a tone mark under its vowel."""
        kept = np.zeros(end - start, np.bool_)
        run = self.darkness[start:end]
        if run.sum() < _HEAVY * usual or end - start > _TONE_WIDEST * self.dot_width:
            return kept
        span = min(end - start, max(_NARROWEST_MARK, round(self.dot_width) + 2))
        best = int(np.convolve(run, np.ones(span), "valid").argmax())
        kept[best : best + span] = True
        return kept
