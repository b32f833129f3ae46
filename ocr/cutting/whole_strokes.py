"""Strokes as wholes: each belongs to the line that its letters stand on, with its tails and flourishes.

Lengths are in line distances where nothing else is said. Set by eye on pages composed of real hands and on real rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.cutting.line_bands import Band

__all__ = ["band_by_body", "behind_colon", "without_strays"]

_REACHES_OUT = 0.6
"""A stroke higher than this reaches out of its line's letters: which line it is of is told by its body."""
_BODY_TOP, _BODY_FOOT = 0.42, 0.04
"""From where to where above and below a line the bodies of its letters stand."""
_STANDS = 0.12
"""So much of a letter's height is among the bodies of its line, at least."""
_HALF = 0.5
"""Of a stroke lower than a letter: so much of itself."""
_UNDER_MARK, _OVER_MARK = 0.4, 0.3
"""Gap down from a tone mark to its letter, and up from a dot or a tail's end to its letter, at most."""
_ASIDE = 0.3
"""How far a mark may stand beside the letter it belongs to."""
_ALONE = 2
"""Strokes without any letter that are another line's, at most: more are writing that stands high."""
_ENTERS = 0.62
"""A stroke in a line without letters that begins so high above it came from the line over it."""
_DOT, _LEVEL, _APART = 0.17, 0.07, (0.1, 0.38)
"""Size of a colon's dots, how far they stand out of plumb, and how far apart."""
_AT_FOOT = 0.13
"""How far from the foot of the line the lower dot may end."""
_COLON_WITHIN = 0.6
"""How far into the space of a value its label's colon may stand."""


def band_by_body(labels: NDArray[np.int32], index: int, box: NDArray[np.int32], bands: Sequence[Band]) -> Band | None:
    """The line on which most of a tall stroke's body stands; None for strokes that are not taller than a line's
    letters, or stand on no line.

    Args:
        labels: (height, width), number of the component of each pixel.
        index: the stroke's.
        box: left, top, width, height (and more) of it, in pixels.
        bands: the lines.
    """
    x, y, w, h = (int(v) for v in box[:4])
    near = [b for b in bands if b.left < x + w and x < b.right + b.line.overflow and _crosses(b, x + w / 2, y, h)]
    if not near or h <= _REACHES_OUT * min(band.line.height for band in near):
        return None
    rows = (labels[y : y + h, x : x + w] == index).sum(axis=1)
    bodies = [_ink_between(rows, y, *_body(band, x + w / 2)) for band in near]
    best = int(np.argmax(bodies))
    return near[best] if bodies[best] > 0 and bodies.count(bodies[best]) == 1 else None


def _body(band: Band, x: float) -> tuple[float, float]:
    """Top and foot of the bodies of a line's letters at x."""
    base, height = band.line.baseline(x), band.line.height
    return base - _BODY_TOP * height, base + _BODY_FOOT * height


def _crosses(band: Band, x: float, y: int, h: int) -> bool:
    top, foot = _body(band, x)
    return y < foot and y + h > top


def _ink_between(rows: NDArray[np.intp], first: int, top: float, foot: float) -> int:
    return int(rows[max(round(top) - first, 0) : max(round(foot) - first, 0)].sum())


def without_strays(band: Band, boxes: NDArray[np.int32]) -> list[int]:
    """Which of a line's strokes are its own: letters, and what stands over or under one of them.

    Args:
        band: the line.
        boxes: left, top, width, height (and more) of its strokes, in pixels.

    Returns:
        Places in `boxes`.
    """
    height = band.line.height
    base = np.array([band.line.baseline(float(x + w / 2)) for x, _, w, _ in boxes[:, :4]])
    tops, feet = boxes[:, 1] - base, boxes[:, 1] + boxes[:, 3] - base
    among = np.minimum(feet, _BODY_FOOT * height) - np.maximum(tops, -_BODY_TOP * height)
    stands = among >= np.minimum(_STANDS * height, _HALF * boxes[:, 3])
    letters = np.flatnonzero(stands)
    if len(letters) == 0:
        from_above = (tops < -_ENTERS * height).all() or (tops > _BODY_FOOT * height).all()
        return [] if len(boxes) <= _ALONE and from_above else list(range(len(boxes)))
    return [i for i in range(len(boxes)) if stands[i] or _has_letter(boxes[i], boxes[letters], height)]


def _has_letter(mark: NDArray[np.int32], letters: NDArray[np.int32], height: float) -> bool:
    """Whether a letter stands under or over a mark."""
    x, y, w, h = (int(v) for v in mark[:4])
    aside = np.maximum(letters[:, 0] - (x + w), x - (letters[:, 0] + letters[:, 2]))
    down, up = letters[:, 1] - (y + h), y - (letters[:, 1] + letters[:, 3])
    near = (down <= _UNDER_MARK * height) & (up <= _OVER_MARK * height)
    return bool(((aside <= _ASIDE * height) & near).any())


def behind_colon(band: Band, boxes: NDArray[np.int32]) -> list[int]:
    """Which of a line's strokes stand behind the colon of its label; all, where no colon stands in its space.

    Args:
        band: the line.
        boxes: left, top, width, height (and more) of its strokes, in pixels.

    Returns:
        Places in `boxes`.
    """
    height, left = band.line.height, band.line.left
    small = [
        i
        for i, (x, _, w, h) in enumerate(boxes[:, :4])
        if max(w, h) <= _DOT * height and x + w < left + _COLON_WITHIN * height
    ]
    ends = [
        int(max(boxes[i, 0] + boxes[i, 2], boxes[k, 0] + boxes[k, 2]))
        for i in small
        for k in small
        if _are_a_colon(band, boxes[i], boxes[k])
    ]
    if not ends:
        return list(range(len(boxes)))
    return [i for i in range(len(boxes)) if boxes[i, 0] + boxes[i, 2] > max(ends)]


def _are_a_colon(band: Band, upper: NDArray[np.int32], lower: NDArray[np.int32]) -> bool:
    height, x = band.line.height, float(lower[0] + lower[2] / 2)
    plumb = abs(float(upper[0] + upper[2] / 2) - x) <= _LEVEL * height
    apart = (lower[1] + lower[3] / 2 - upper[1] - upper[3] / 2) / height
    foot = abs(float(lower[1] + lower[3]) - band.line.baseline(x)) <= _AT_FOOT * height
    return plumb and foot and _APART[0] <= apart <= _APART[1]
