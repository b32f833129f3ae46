"""Open books on one scan: find the fold and cut the two pages apart.

The fold is the column that no rule crosses and no writing touches; a shadow or a bright line on it and nearness to the
middle decide among such columns. It may lean, lie off-centre, be dark, bright or not to be seen at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import BgrImage, GreyImage, Matrix
from ocr.straightening.orientation import HALF_TURN, find_orientation, ink_map, turned, turning_back, work_copy

__all__ = ["HalfPage", "OpenBook", "find_open_book"]

_LANDSCAPE = 1.15
"""An open book is at least this much wider than high; a single page never is."""
_SEARCH = (0.28, 0.72)
"""Where the fold may lie, as shares of the width."""
# Set by eye on photographs and scans of open books, none measured by itself.
_USED = 0.25
"""Share of the usual rules and ink from which a column carries print or writing."""
_WRITTEN_COLUMN, _WRITTEN_SIDE, _EMPTY_SIDE = 0.2, 0.15, 0.4
"""A column with this share of the usual ink is written on; with fewer such columns a side is no page, and the fold is
only so likely."""
_RULE_DARK, _RULE_LONG = 15, 35
"""Grey levels by which a rule is darker than paper, and its pixels at 100 dpi (9 mm): shorter strokes are letters."""

_Profile = npt.NDArray[np.float64]
_RULE_COST, _CREASE_GAIN, _CLEAR_GAIN, _ASIDE_COST = 1.5, 0.8, 0.5, 0.35
"""What a column costs as the fold, where all the usual ink costs 1: the usual rules across it, the sharpest crease, as
much room as there can be, and a place at the end of the search. A rule through the fold is the surest sign against it,
the middle only decides between columns that are alike. Nobody noted how they were weighed; no fit is kept."""
_FARTHEST_ASIDE = 0.22
"""Share of the width from the middle to either end of the search."""
_PEN_HIGH, _PEN = (15, 1), (9, 9)
"""Rows, and surroundings, over which strokes close to paper at 100 dpi."""
_TOP, _FOOT = 0.02, 0.98
"""Shares of the height between which rules are counted: the edges of the book are none."""
_OVER_RULES, _OVER_INK = (9, 1), (15, 1)
"""Columns (2.3 and 3.8 mm) over which rules and ink are added up."""
_USUAL_RULES, _USUAL_INK = 90, 85
"""Percentile of the columns that says how many rules, and how much ink, is usual. By eye."""
_AROUND = 12
"""A twelfth of the width to either side tells how light a column usually is."""
_CLEAR_CREASE = 25.0
"""Grey levels from which a deviation is a crease; on an even scan less is not raised to one."""
_ROOM = 0.05
"""Share of the width from which on more room makes a column no likelier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfPage:
    """One page of an open book, upright but not yet straightened."""

    index: int
    """0 left, 1 right."""
    image: BgrImage
    homography: Matrix
    """3 x 3, from a pixel of `image` to a pixel of the scan that was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBook:
    """A scan that shows two facing pages."""

    rotation: int
    """Degrees clockwise the scan was turned to stand upright."""
    fold: float
    """Where the fold crosses the middle of the upright scan, as a share of its width."""
    confidence: float
    """0..1 that these are two pages; a table printed across both has rules over the fold and gets little."""
    halves: tuple[HalfPage, HalfPage]


def find_open_book(image: BgrImage, *, rotation: int | None = None) -> OpenBook | None:
    """The two pages of an open book, or None for a single page.

    Whether a landscape scan is a table over two pages, which must stay whole, shows in its printed labels: try the
    forms that are spreads first, or read `confidence`.

    Args:
        image: A scan as `scans.open_page` gives it.
        rotation: Degrees clockwise to turn, when known.
    """
    cv2.setNumThreads(1)
    small, _ = work_copy(image)
    lie = find_orientation(small, rotation)
    grey = turned(small, lie.rotation)
    height, width = grey.shape
    if width < _LANDSCAPE * height:
        return None
    lean = -float(np.tan(np.radians(lie.skew_degrees)))
    fold, confidence = _find_fold(grey, lean)
    upright: BgrImage = turned(image, lie.rotation)
    scale = upright.shape[1] / width
    left, right = (_half(upright, index, fold * scale, lean, lie.rotation) for index in (0, 1))
    return OpenBook(rotation=lie.rotation, fold=fold / width, confidence=confidence, halves=(left, right))


def _find_fold(grey: GreyImage, lean: float) -> tuple[float, float]:
    """Column of the fold at half height, in pixels of the copy, and how sure it is that pages meet there."""
    height, width = grey.shape
    # columns that lean as the page does become upright columns
    shear = np.array([[1.0, -lean, lean * height / 2], [0, 1, 0]])
    level = cv2.warpAffine(grey, shear, (width, height), borderMode=cv2.BORDER_REPLICATE)
    rules, ink, crease = _rule_profile(level), _ink_profile(level), _crease_profile(level)
    first, last = round(_SEARCH[0] * width), round(_SEARCH[1] * width)
    columns = np.arange(first, last)
    off_centre = np.abs(columns / width - 0.5) / _FARTHEST_ASIDE
    clear = _clearance(rules + ink > _USED, width)
    cost = _RULE_COST * rules + ink - _CREASE_GAIN * crease - _CLEAR_GAIN * clear
    cost = cost[columns] + _ASIDE_COST * off_centre**2
    best = int(columns[np.argmin(cost)])
    free = 1.0 - min(1.0, float(rules[best] + 0.5 * ink[best]))
    both = min(_writing_share(ink[:best]), _writing_share(ink[best:]))
    return float(best), free * (1.0 if both > _WRITTEN_SIDE else _EMPTY_SIDE)


def _rule_profile(grey: GreyImage) -> _Profile:
    """How many level rules cross each column, 1 where most do."""
    dark = cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones(_PEN_HIGH, np.uint8)), grey)
    lines = cv2.morphologyEx((dark > _RULE_DARK).astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, _RULE_LONG), np.uint8))
    inside = lines[round(_TOP * grey.shape[0]) : round(_FOOT * grey.shape[0])]
    crossings = cv2.blur(inside.sum(axis=0, dtype=np.float64)[None], _OVER_RULES)[0]
    most = float(np.percentile(crossings, _USUAL_RULES))
    profile: _Profile = np.minimum(crossings / most, 1.0) if most >= 1 else np.zeros_like(crossings)
    return profile


def _ink_profile(grey: GreyImage) -> _Profile:
    """How much writing stands on each column and about 5 mm around it, 1 where most does."""
    columns = ink_map(grey).sum(axis=0, dtype=np.float64)
    around = cv2.blur(columns[None], _OVER_INK)[0]
    most = float(np.percentile(around, _USUAL_INK))
    profile: _Profile = np.minimum(around / most, 1.0) if most > 0 else np.zeros_like(around)
    return profile


def _crease_profile(grey: GreyImage) -> _Profile:
    """How much darker or brighter than its neighbourhood each column of paper is, 0..1."""
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones(_PEN, np.uint8))
    columns = np.median(paper, axis=0).astype(np.float64)
    reach = grey.shape[1] // _AROUND * 2 + 1
    padded = np.pad(columns, reach // 2, mode="edge")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, reach), axis=1)
    deviation = np.abs(columns - usual)
    profile: _Profile = deviation / max(_CLEAR_CREASE, float(deviation.max()))
    return profile


def _clearance(used: npt.NDArray[np.bool_], width: int) -> _Profile:
    """How far each column is from print and writing, 1 from 5 % of the width on."""
    free = np.where(used, 0, 255).astype(np.uint8)[None]
    distance = cv2.distanceTransform(np.repeat(free, 3, axis=0), cv2.DIST_L1, 3)[1].astype(np.float64)
    profile: _Profile = np.minimum(distance / (_ROOM * width), 1.0)
    return profile


def _writing_share(ink: _Profile) -> float:
    return float((ink > _WRITTEN_COLUMN).mean()) if len(ink) else 0.0


def _half(upright: BgrImage, index: int, fold: float, lean: float, rotation: int) -> HalfPage:
    """One side of the fold; what lies beyond a leaning fold inside the cut is painted over with paper."""
    height, width = upright.shape[:2]
    top, bottom = fold - lean * height / 2, fold + lean * height / 2
    left = 0 if index == 0 else max(0, int(min(top, bottom)))
    right = min(width, int(np.ceil(max(top, bottom)))) if index == 0 else width
    image = upright[:, left:right].copy()
    edge = right if index == 0 else left
    beyond = np.array([(top - left, 0), (bottom - left, height), (edge - left, height), (edge - left, 0)])
    colour = np.median(image[::40, ::40].reshape(-1, 3), axis=0)
    cv2.fillPoly(image, [np.rint(beyond).astype(np.int32)], tuple(float(c) for c in colour))
    delivered = (width, height) if rotation % HALF_TURN == 0 else (height, width)
    homography: Matrix = turning_back(rotation, *delivered) @ np.array([[1.0, 0, left], [0, 1, 0], [0, 0, 1]])
    return HalfPage(index=index, image=image, homography=homography)
