"""The strokes of one line painted on white paper, as the recognisers get them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.clean import CleanPage
from ocr.cutting.line_bands import Band
from ocr.images import GREY_EDGE, PAPER, PixelBox

__all__ = ["LETTER", "PAD", "LineCrop", "paint_crop"]

PAD = 14
"""Pixels of paper around the ink of a picture of its own. No measurement is on record."""
_CLOSE = 8
"""Paper left around a line's ink as it was scanned: little, for print may stand beside it."""
_COLON = 150
"""Pixels of a label's colon or full stop, at most: no value by itself."""
LETTER = 10
"""Marks of this size or more are letters or parts of them, smaller ones dots and tone marks, or dust."""
# In pixels at 300 dpi, or shares; set by eye on drawn lines, none measured by itself.
_LEAST_INK = 20
"""Less ink than this in all is no value."""
_OWN_EDGE = np.ones((3, 3), np.uint8)
"""One pixel around ink keeps a line's own edge where another's stroke is taken away."""
_PAST_END = 4
"""A line overflows when its ink goes so far past the end of its space."""
_MARK_ASIDE, _MARK_APART = 14, 12
"""A small mark this near to a letter, level and upright, may be its dot, its tone or a full stop."""
_HYPHEN_HIGH, _HYPHEN_LOW, _HYPHEN_ROOM = 0.3, 0.8, 40
"""A hyphen stands between these shares of its neighbours' height, with so much room to either at most."""
_HYPHEN_LEAST, _HYPHEN_FLAT = 6, 1.6
"""It is so long, and so many times longer than thick."""
_SLACK = 0.3
"""Line distances by which a stroke may leave the strip of its line before it is cut."""
_DOT_IN_ZERO = 0.45
"""Share of its ring that the dot of a dotted zero fills at most, either way."""
_MARGIN = 6
"""White paper around a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCrop:
    """The writing on one line, cut out."""

    box: PixelBox
    """Left, top, right, bottom of its ink, pixels of the straightened page."""
    picture: NDArray[np.uint8]
    """Grey, paper white, nothing but this line's strokes, with a margin."""
    ink_pixels: int
    overflows: bool
    """Runs past the end of its space."""
    others: tuple[NDArray[np.uint8], ...] = ()
    """The same place as it was scanned, dots and all, without the strokes of other lines: what cleaning may have broken
    is whole there."""
    under_seal: bool = False
    """A red seal lies over red letters or close to them: some may have been taken for it, or it for letters."""


def paint_crop(
    page: CleanPage,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    members: Sequence[int],
    band: Band,
) -> LineCrop | None:
    """Paint the strokes of one line on white paper; None where only specks are left.

    Args:
        page: straightened and cleaned.
        labels: (height, width), number of the component of each pixel, 0 for paper.
        stats: a row a component: left, top, width, height and area, in pixels.
        members: numbers of the line's components.
        band: the line.
    """
    members = _without_specks(stats, members)
    if not members:
        return None
    boxes = stats[list(members)]
    left, top = int(boxes[:, 0].min()), int(boxes[:, 1].min())
    right, bottom = int((boxes[:, 0] + boxes[:, 2]).max()), int((boxes[:, 1] + boxes[:, 3]).max())
    left, top = max(left - PAD, 0), max(top - PAD, 0)
    right, bottom = min(right + PAD, page.ink.shape[1]), min(bottom + PAD, page.ink.shape[0])
    own = np.isin(labels[top:bottom, left:right], np.array(members)).astype(np.uint8)
    _cut_height(own, band, left, top)
    _empty_zeros(own)
    ys, xs = np.nonzero(own)
    if len(ys) < _LEAST_INK:
        return None
    near = cv2.dilate(own, GREY_EDGE) > 0
    picture = np.where(near, page.grey[top:bottom, left:right], PAPER).astype(np.uint8)
    first, last = max(int(ys.min()) - PAD, 0), min(int(ys.max()) + 1 + PAD, picture.shape[0])
    box = (left + int(xs.min()), top + int(ys.min()), left + int(xs.max()) + 1, top + int(ys.max()) + 1)
    return LineCrop(
        box=box,
        others=_as_scanned(page, labels, own, (left, top), box),
        picture=_padded(picture[first:last]),
        ink_pixels=len(ys),
        overflows=left + int(xs.max()) > band.line.right + _PAST_END,
    )


def _as_scanned(
    page: CleanPage,
    labels: NDArray[np.int32],
    own: NDArray[np.uint8],
    corner: tuple[int, int],
    box: PixelBox,
) -> tuple[NDArray[np.uint8], ...]:
    """A line's place on the uncleaned page, without what is not its own; nothing where the page was never cleaned."""
    if page.uncleaned is None:
        return ()
    (x, y), (height, width) = corner, page.ink.shape
    left, right = max(box[0] - _CLOSE, 0), min(box[2] + _CLOSE, width)
    top, bottom = max(box[1] - _CLOSE, 0), min(box[3] + _CLOSE, height)
    mine = np.zeros((bottom - top, right - left), np.uint8)
    part = own[top - y : bottom - y, left - x : right - x]
    mine[: part.shape[0], : part.shape[1]] = part
    foreign = (labels[top:bottom, left:right] > 0).astype(np.uint8) & (1 - mine)
    foreign = cv2.dilate(foreign, GREY_EDGE) & (1 - cv2.dilate(mine, _OWN_EDGE))
    return (np.where(foreign > 0, PAPER, page.uncleaned[top:bottom, left:right]).astype(np.uint8),)


def _without_specks(stats: NDArray[np.int32], members: Sequence[int]) -> list[int]:
    """The strokes without dust: small marks stay only where they may be a letter's dot, tone mark or full stop."""
    boxes = stats[list(members)]
    large = boxes[np.maximum(boxes[:, 2], boxes[:, 3]) >= LETTER]
    if len(large) == 0:
        return list(members) if boxes[:, 4].sum() > _COLON else []
    kept = []
    for index in members:
        x, y, w, h = (int(v) for v in stats[index, :4])
        aside = np.maximum(large[:, 0] - (x + w), x - (large[:, 0] + large[:, 2]))
        apart = np.maximum(large[:, 1] - (y + h), y - (large[:, 1] + large[:, 3]))
        if (
            max(w, h) >= LETTER
            or bool(((aside <= _MARK_ASIDE) & (apart <= _MARK_APART)).any())
            or _is_hyphen((x, y, w, h), large)
        ):
            kept.append(index)
    return kept


def _is_hyphen(box: PixelBox, letters: NDArray[np.int32]) -> bool:
    """Whether a small flat mark stands between two words at half the height of their letters."""
    x, y, w, h = box
    middle = y + h / 2
    level = (letters[:, 1] + _HYPHEN_HIGH * letters[:, 3] < middle) & (
        middle < letters[:, 1] + _HYPHEN_LOW * letters[:, 3]
    )
    before = level & (letters[:, 0] + letters[:, 2] <= x + 2) & (x - letters[:, 0] - letters[:, 2] < _HYPHEN_ROOM)
    after = level & (letters[:, 0] >= x + w - 2) & (letters[:, 0] - x - w < _HYPHEN_ROOM)
    return w >= _HYPHEN_LEAST and w >= _HYPHEN_FLAT * h and bool(before.any() and after.any())


def _cut_height(own: NDArray[np.uint8], band: Band, left: int, top: int) -> None:
    """Strokes that reach far into a neighbouring line are cut where that line's writing begins."""
    width = own.shape[1]
    slack = _SLACK * band.line.height
    baseline = band.line.baseline(left + width / 2) - top
    high, low = int(baseline - band.above - slack), int(baseline + band.below + slack)
    own[: max(high, 0)] = 0
    own[max(low, 0) :] = 0


def _empty_zeros(own: NDArray[np.uint8]) -> None:
    """Take the dot out of dotted zeros, which are read as 6, 8 or 9."""
    contours, tree = cv2.findContours(own, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, child, parent) in zip(contours, tree[0] if tree is not None else (), strict=True):
        if parent < 0 or child >= 0 or tree[0][parent][3] < 0:
            continue  # neither ink inside a hole, nor without holes of its own
        x, y, w, h = cv2.boundingRect(contour)
        _, _, ring_width, ring_height = cv2.boundingRect(contours[tree[0][parent][3]])
        if h < _DOT_IN_ZERO * ring_height and w < _DOT_IN_ZERO * ring_width:
            own[y : y + h, x : x + w] = 0


def _padded(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(
        cv2.copyMakeBorder(picture, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=PAPER), np.uint8
    )
