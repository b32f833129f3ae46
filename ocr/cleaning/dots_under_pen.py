"""The dots of a dotted line taken out from under a pen's strokes, which stay whole.

Print and pen are one ink mask. A dot stands where the step of its line says; what leaves the dot's disc through the
ring around it is a stroke, and through the disc a stroke goes straight on from where it comes in to where it goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.dotted_lines import dot_pitch
from ocr.cleaning.erase_dots import expected_dots
from ocr.cleaning.printed_lines import DottedLine
from ocr.images import GreyImage, Mask

__all__ = ["erase_under_pen", "stands_apart"]

# In pixels at 300 dpi where nothing else is said; set by eye on real rows and on pages composed of real hands.
_EDGE = 1.0
"""The grey edge of a dot goes so far beyond half its size."""
_RING = 2.5
"""Width of the ring around a dot in which strokes are looked for."""
_CLEAR = 1.0
"""The ring stays so far away from the dots beside."""
_LEAST_RING = 1.5
"""Pixels: a thinner ring of paper round a dot tells nothing. Set by eye."""
_LARGEST_DOT = 9.0
"""Pixels across; what is larger is writing. Set by eye."""
_WIDEST = 2.2
"""Marks so many times wider than high are dashes, not dots."""
_MOST_BEYOND, _MOST_MISSING, _FULL = 24, 1, 0.6
"""So many dots may be hidden at either end of a line, so many of them in a row with less of their discs inked than
this share; a disc is wider than its dot."""
_LEAST_ARC = 4
"""Pixels of ink in the ring that are a stroke."""
_HEAVY = 1.9
"""Ink, in usual dots, from which a mark by itself is a pen's full stop or tone mark, with or without a dot under it."""
_CORE_PERCENTILE = 15
"""The darkest pixels of a stroke beside a dot tell how dark it is: the others are its edges."""
_FEWEST_DOTS, _IN_STEP = 5, 0.7
"""So few dots, or dots so little in step (mean of unit vectors, 1 is perfect), tell nothing of the hidden ones."""
_MANY_DOTS, _FEW_IN_STEP = 8, 0.95
"""Fewer dots than the first must be in step better than by chance: those of a short line that a number fills."""
_NO_SIDE = 0.01
"""Mean of directions, as unit vectors, below which a stroke goes all around the dot."""


def stands_apart(line: DottedLine) -> bool:
    """Whether a line's marks are dots far enough apart for a ring around each; dashes, rules and run-together dots are
    not."""
    size = max(line.dot_width, line.thickness)
    xs = np.array(line.xs[1:-1])
    pitch = dot_pitch(xs)
    round_dots = size <= _LARGEST_DOT and line.dot_width <= _WIDEST * max(line.thickness, 1.0)
    if len(xs) < _FEWEST_DOTS or not round_dots or _out_of_step(xs, pitch):
        return False
    return pitch - size / 2 - _CLEAR >= size / 2 + _EDGE + _LEAST_RING


def _out_of_step(xs: NDArray[np.float64], pitch: float) -> bool:
    """Whether neighbouring dots are not whole steps apart."""
    least = _IN_STEP if len(xs) >= _MANY_DOTS else _FEW_IN_STEP
    return pitch <= 0 or abs(np.exp(2j * np.pi * np.diff(xs) / pitch).mean()) < least


def erase_under_pen(ink: Mask, grey: GreyImage, line: DottedLine) -> None:
    """Erase the dots of a line from under the pen's strokes.

    Args:
        ink: 1 where there is ink; changed in place.
        grey: the page, in which strokes that go through a dot get their own darkness back; changed in place.
        line: a line whose dots stand apart.
    """
    size, pitch = max(line.dot_width, line.thickness), dot_pitch(np.array(line.xs[1:-1]))
    inner = size / 2 + _EDGE
    outer = min(inner + _RING, pitch - size / 2 - _CLEAR)
    disc, ring = _stencil(round(inner, 1), round(outer, 1))
    xs = _with_ends(ink, expected_dots(line), line, pitch, disc)
    reach, (height, width) = disc.shape[0] // 2, ink.shape
    centres = np.rint(np.stack([xs, np.interp(xs, line.xs, line.ys)], axis=1)).astype(int)
    inside = ((centres >= reach) & (centres < [width - reach, height - reach])).all(axis=1)
    places = [np.s_[y - reach : y + reach + 1, x - reach : x + reach + 1] for x, y in centres[inside].tolist()]
    touched = [place for place in places if (ink[place] & ring).any()]
    alone = [place for place in places if not (ink[place] & ring).any()]
    usual = float(np.median([(ink[place] & disc).sum() for place in alone])) if alone else size * size
    for place in touched:
        patch, around = ink[place], grey[place][(ink[place] & ring) > 0]
        if not around.size:
            alone.append(place)  # a dot beside it filled its ring
        elif not _is_a_mark(patch, disc, usual):
            patch[disc > 0] &= _strokes_through(patch, disc, ring)[disc > 0]
            through = (patch & disc) > 0
            core = round(float(np.percentile(around, _CORE_PERCENTILE)))
            grey[place][through] = np.maximum(grey[place][through], core)
    for place in alone:
        ink[place][disc > 0] = 0


def _with_ends(ink: Mask, xs: NDArray[np.float64], line: DottedLine, pitch: float, disc: Mask) -> NDArray[np.float64]:
    """The dots with those in step before the first and behind the last that writing hides: their discs are full."""
    reach, (height, width) = disc.shape[0] // 2, ink.shape
    found = [xs]
    for end, step in ((xs[0], -pitch), (xs[-1], pitch)):
        beyond, hidden = [], []
        for count in range(1, _MOST_BEYOND + 1):
            x = end + count * step
            column, row = round(x), round(line.y_at(x))
            if not (reach <= column < width - reach and reach <= row < height - reach):
                break
            patch = ink[row - reach : row + reach + 1, column - reach : column + reach + 1]
            hidden.append(x)
            if (patch & disc).sum() >= _FULL * disc.sum():
                beyond += hidden
                hidden = []
            elif len(hidden) > _MOST_MISSING:
                break
        found.append(np.array(beyond))
    return np.sort(np.concatenate(found))


@lru_cache(maxsize=64)
def _stencil(inner: float, outer: float) -> tuple[Mask, Mask]:
    """The disc of a dot and the ring around it."""
    reach = int(np.ceil(outer))
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(xs, ys)
    return (distance <= inner).astype(np.uint8), ((distance > inner) & (distance <= outer)).astype(np.uint8)


def _is_a_mark(patch: Mask, disc: Mask, usual: float) -> bool:
    """Whether the ink on a dot stands by itself and is more than the dot."""
    _, parts = cv2.connectedComponents(patch, connectivity=8)
    beyond = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    on_dot = np.setdiff1d(parts[disc > 0], [0])
    whole = on_dot.size > 0 and not np.isin(on_dot, beyond).any()
    return bool(whole and np.isin(parts, on_dot).sum() > _HEAVY * usual)


def _strokes_through(patch: Mask, disc: Mask, ring: Mask) -> Mask:
    """What of a disc the strokes around it go through, and what lies along a stroke that only touches it."""
    beside = patch & (1 - disc)
    through = cv2.morphologyEx(beside, cv2.MORPH_CLOSE, _round(disc.shape[0]))
    middle = patch.shape[0] // 2
    ends = [_end(arc, middle) for arc in _arcs_into(patch, disc, ring)]
    for one, two in combinations(ends, 2):
        cv2.line(through, one.point, two.point, 1, min(one.thick, two.thick))
    return np.asarray(through & disc, np.uint8)


def _arcs_into(patch: Mask, disc: Mask, ring: Mask) -> list[NDArray[np.bool_]]:
    """Pieces of strokes in the ring whose ink goes on into the disc."""
    _, whole = cv2.connectedComponents(patch & (disc | ring), connectivity=8)
    inside = np.unique(whole[disc > 0])
    count, arcs, stats, _ = cv2.connectedComponentsWithStats(patch & ring, connectivity=8)
    pieces = [arcs == number for number in range(1, count) if stats[number, 4] >= _LEAST_ARC]
    return [piece for piece in pieces if np.isin(whole[piece][0], inside)]


@lru_cache(maxsize=8)
def _round(size: int) -> Mask:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


@dataclass(frozen=True, slots=True)
class _End:
    """Where a stroke crosses the ring."""

    point: tuple[int, int]
    thick: int


def _end(arc: NDArray[np.bool_], middle: int) -> _End:
    ys, xs = np.nonzero(arc)
    directions = np.exp(1j * np.arctan2(ys - middle, xs - middle))
    mean = directions.mean()
    spread = np.abs(np.angle(directions / mean)) if abs(mean) > _NO_SIDE else np.array([np.pi])
    covers = 2 * float(spread.max())
    radius = float(np.hypot(ys - middle, xs - middle).mean())
    return _End((round(float(xs.mean())), round(float(ys.mean()))), max(1, min(round(covers * radius), middle)))
