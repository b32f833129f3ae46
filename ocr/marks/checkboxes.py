"""Marks that are no writing: check-boxes and what stands in them, signatures, whether a space has ink at all.

Sizes in pixels are of pages straightened to about 300 dpi (11.8 pixels a millimetre).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from ocr.cleaning.ink_amount import INK_DARKNESS, ink_amount
from ocr.images import PAPER, GreyImage, PixelBox

__all__ = ["CheckBox", "LabelRows", "Tick", "find_boxes", "read_checkbox", "signature_present"]


LabelRows = tuple[float, float]
"""Middles (y, page pixels) of a label's first and last row: printers set a box beside the one, the other or between."""

_SIDES = range(16, 42)
"""Sides of a check-box on the half-size copy: 2.7 to 6.9 mm."""
_FAINT_END = 7
"""The ends of strokes are too faint to be seen over so many pixels."""
# Shares; set by eye on drawn and photographed pages, none measured by itself.
_FAINT = 0.6
"""Of the darkness of ink, what thin printed sides of a box have at least."""
_SQUARE, _WEAKEST_SIDE = 0.8, 0.6
"""Of its four sides together, and of the weakest, what is drawn of a box."""
_SAME_COLUMN = 0.25
"""Of a box's width, by which both ends of boxes in one column differ at most, added up."""
_EMPTY, _TICKED = 0.012, 0.05
"""Shares of a box's inside that ink covers: dust and the box's own lines leave less, a thin V more."""
_NO_INK = 0.002
"""A cleaner inside tells no more: not a fifth of what dust leaves."""
_INSET, _LEAST_INSET = 0.14, 4
"""Of a box's width, and in pixels, how far its own lines reach in."""
_OF_ROW, _OF_SIDE = 0.5, 0.6
"""Of the distance of labels, and of a box's side, how far from its label a box may stand."""
_TOLD = 0.49
"""What a mark adds to even odds when nothing more could make it surer."""
_NOT_SEEN = 0.6
"""Of that, where a box was placed by its sisters."""
_SIGNED_MM2, _SIGNED_MM = 3.0, 8.0
"""Ink and width of the least signature: a short one covers 6 mm2 over 12 mm; bleed and dust stay under 1 mm2."""
_SURELY, _HARDLY = 3.0, 0.05
"""So many times the least signature is surely one; below this share less tells no more."""
_PATCH = (9, 9)
"""Pixels of the half-size copy: ink without a gap over so many is a patch, no line."""
_SIDE_RUN = _SIDES.start * 2 // 3
"""Ink that runs on over two thirds of the least side may be a side."""
_FOUR = 4
"""Sides of a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBox:
    """A printed square, on its page."""

    box: PixelBox
    score: float
    """0..1: how complete its four sides are; 0 when it was not seen but must be there, below or above the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What stands in a check-box."""

    ticked: bool
    confidence: float
    """0.5..1 that `ticked` is right."""
    ink: float
    """Share of the inside that is inked; of several ticked boxes the fuller one is meant."""
    extent: PixelBox
    """The box with what sticks out of it: an X or V is often drawn larger."""


def find_boxes(grey: GreyImage, area: PixelBox, rows: Sequence[LabelRows] = ()) -> list[CheckBox | None]:
    """Find the column of check-boxes in a part of a page.

    Args:
        grey: Flattened page (`surface.clean_surface(...).ink`), rules still on it.
        area: Where to look: the right column of the form.
        rows: Of the labels the boxes belong to; empty to list all boxes found, from the top.

    Returns:
        One box (or None) for each row; without rows, every box found. Boxes of one form stand in one column and are
        equally large: a box that ticks hide is placed by its sisters, with score 0.
    """
    left, top, right, bottom = area
    part = grey[max(0, top) : bottom, max(0, left) : right]
    if min(part.shape, default=0) < 2 * _SIDES.stop:
        return [None] * len(rows)
    found = _in_one_column(_squares(part, (max(0, left), max(0, top))))
    if rows:
        return _one_a_row(found, rows)
    return [*sorted(found, key=lambda square: square.box[1])]


def _squares(part: GreyImage, origin: tuple[int, int]) -> list[CheckBox]:
    """All squares with four sides drawn, the best of those that overlap."""
    half = cv2.resize(part, (part.shape[1] // 2, part.shape[0] // 2), interpolation=cv2.INTER_AREA)
    ink = (half < PAPER - INK_DARKNESS * _FAINT).astype(np.uint8)
    # solid patches (a strip of desk, a blot) hold squares of every size
    ink -= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(_PATCH, np.uint8))
    level = cv2.dilate(
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _SIDE_RUN), np.uint8)), np.ones((3, 1), np.uint8)
    )
    upright = cv2.dilate(
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_SIDE_RUN, 1), np.uint8)), np.ones((1, 3), np.uint8)
    )
    along = np.cumsum(np.pad(level, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    down = np.cumsum(np.pad(upright, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
    best: list[tuple[float, int, int, int]] = []
    for side in _SIDES:
        if side + 1 >= min(half.shape):
            break
        level_share = (along[:, side + 1 :] - along[:, : -side - 1]) / (side + 1)
        upright_share = (down[side + 1 :] - down[: -side - 1]) / (side + 1)
        score = _square_scores(level_share, upright_share, side)
        for y, x in zip(*np.nonzero(score > _SQUARE), strict=True):
            best.append((float(score[y, x]), int(x), int(y), side))
    return _apart([(s, (origin[0] + 2 * x, origin[1] + 2 * y, origin[0] + 2 * (x + d) + 1, origin[1] + 2 * (y + d) + 1))
                   for s, x, y, d in best])  # fmt: skip


def _square_scores(
    level: npt.NDArray[np.float64], upright: npt.NDArray[np.float64], side: int
) -> npt.NDArray[np.float64]:
    """Mean share of the four sides drawn, 0 where one side is hardly there or a longer line runs on."""
    height, width = upright.shape[0], level.shape[1]
    tops, bottoms = level[:height], level[side : side + height]
    lefts, rights = upright[:, :width], upright[:, side : side + width]
    weakest = np.minimum(np.minimum(tops, bottoms), np.minimum(lefts, rights))
    return np.where(weakest > _WEAKEST_SIDE, (tops + bottoms + lefts + rights) / _FOUR, 0.0)


def _apart(found: list[tuple[float, PixelBox]]) -> list[CheckBox]:
    kept: list[CheckBox] = []
    for score, box in sorted(found, key=lambda item: -item[0]):
        if all(_gap(box, other.box) > 0 for other in kept):
            kept.append(CheckBox(box=box, score=score))
    return kept


def _gap(one: PixelBox, two: PixelBox) -> int:
    return max(one[0] - two[2], two[0] - one[2], one[1] - two[3], two[1] - one[3])


def _in_one_column(found: list[CheckBox]) -> list[CheckBox]:
    """The largest set of equal squares in one column; letters and table corners fall out."""

    def sisters(box: CheckBox) -> list[CheckBox]:
        left, _, right, _ = box.box
        return [b for b in found if abs(b.box[0] - left) + abs(b.box[2] - right) <= _SAME_COLUMN * (right - left)]

    return max((sisters(box) for box in found), key=lambda group: (len(group), sum(b.score for b in group)), default=[])


def _one_a_row(found: list[CheckBox], rows: Sequence[LabelRows]) -> list[CheckBox | None]:
    if not found:
        return [None] * len(rows)
    side = median(b.box[2] - b.box[0] for b in found)
    middles = [(first + last) / 2 for first, last in rows]
    pitch = min((b - a for a, b in pairwise(sorted(middles))), default=2 * side)
    reach = max(_OF_ROW * pitch, _OF_SIDE * side)
    chosen: list[CheckBox | None] = []
    for row in rows:
        near = min(found, key=lambda b: _distance(b, row))
        chosen.append(near if _distance(near, row) <= reach else None)
    offset = median([_middle(b) - m for b, m in zip(chosen, middles, strict=True) if b is not None] or [0.0])
    left = median(b.box[0] for b in found)
    return [box or _expected(left, middle + offset, side) for box, middle in zip(chosen, middles, strict=True)]


def _middle(box: CheckBox) -> float:
    return (box.box[1] + box.box[3]) / 2


def _distance(box: CheckBox, row: LabelRows) -> float:
    """How far a box stands above the first or below the last row of a label."""
    return max(row[0] - _middle(box), _middle(box) - row[1], 0.0)


def _expected(left: float, middle: float, side: float) -> CheckBox:
    box = (round(left), round(middle - side / 2), round(left + side), round(middle + side / 2))
    return CheckBox(box=box, score=0.0)


def read_checkbox(grey: GreyImage, box: CheckBox) -> Tick:
    """Is there an X, a V, a stroke or a filling in the box?

    Args:
        grey: Flattened page with show-through faded (`surface.clean_surface(...).ink`).
        box: As `find_boxes` gives it.
    """
    left, top, right, bottom = box.box
    inset = max(_LEAST_INSET, round(_INSET * (right - left)))
    inside = grey[max(0, top + inset) : bottom - inset, max(0, left + inset) : right - inset]
    if inside.size == 0:
        return Tick(ticked=False, confidence=0.5, ink=0.0, extent=box.box)
    ink = float((inside < PAPER - INK_DARKNESS).mean())
    middle = (_EMPTY * _TICKED) ** 0.5
    # on a log scale the two shares lie as far from the middle as they differ in kind
    sureness = abs(np.log(max(ink, _NO_INK) / middle)) / np.log(_TICKED / middle)
    confidence = 0.5 + _TOLD * min(1.0, float(sureness)) * (1.0 if box.score > 0 else _NOT_SEEN)
    return Tick(ticked=ink > middle, confidence=confidence, ink=ink, extent=_extent(grey, box.box, inset))


def _extent(grey: GreyImage, box: PixelBox, inset: int) -> PixelBox:
    """A check-box with the strokes that run out of it, at most its own size away."""
    left, top, right, bottom = box
    reach = right - left
    x0, y0 = max(0, left - reach), max(0, top - reach)
    ink = (grey[y0 : bottom + reach, x0 : right + reach] < PAPER - INK_DARKNESS).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    inside = labels[top + inset - y0 : bottom - inset - y0, left + inset - x0 : right - inset - x0]
    spots = stats[[number for number in np.unique(inside) if number], :4]
    if not len(spots):
        return box
    return (
        min(left, x0 + int(spots[:, 0].min()) - _FAINT_END),
        min(top, y0 + int(spots[:, 1].min()) - _FAINT_END),
        max(right, x0 + int((spots[:, 0] + spots[:, 2]).max()) + _FAINT_END),
        max(bottom, y0 + int((spots[:, 1] + spots[:, 3]).max()) + _FAINT_END),
    )


def signature_present(crop: GreyImage) -> tuple[bool, float]:
    """Is a signature space signed, and how sure (0.5..1)?

    Args:
        crop: Flattened crop of the space below the printed title (height, width; 0 black to 255 paper), seals lifted
            off, without printed words.
    """
    area, width = ink_amount(crop)
    evidence = min(area / _SIGNED_MM2, width / _SIGNED_MM)
    signed = evidence >= 1.0
    sureness = min(1.0, abs(float(np.log(max(evidence, _HARDLY)))) / np.log(_SURELY))
    return signed, 0.5 + _TOLD * sureness
