"""What of the sheet's other side shows through, told by the scans of the neighbouring pages.

Which neighbour is the reverse is not known beforehand (a cover may or may not have been scanned), and no scan lies like
another. So each neighbour is mirrored and laid over the page's own faint ink: first as a whole, then tile by tile. Only
when many tiles agree on one place, and the ink there is as strong as the neighbour foretells, is it show-through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.images import MM_PER_INCH, PAPER, BgrImage, GreyImage, as_grey
from ocr.straightening.orientation import ink_map, skew_of, turned

__all__ = ["NEIGHBOUR_DPI", "NeighbourScan", "find_show_through", "without_show_through"]

NEIGHBOUR_DPI = 100
"""Resolution of comparing: ink seen through paper is blurred, and a tenth of the pixels is a tenth of the time."""
_SEARCH = 25
"""Millimetres by which the two sides may lie differently on their scans: margins, crops, an off-centre fold."""
_TILE, _AROUND = 128, 14
"""Side of a tile, and how far it may lie from where the whole page says, in pixels at `NEIGHBOUR_DPI`."""
_LEAST_CONTRAST = 1.0
"""Tiles of bare paper and of the page's own print vary less than this, in grey levels: 0.3 to 0.8, seldom 1.1."""
_FEWEST_TILES = 8
"""Tiles from which a fit is more than chance. No measurement is on record."""
_TILE_MATCH = 0.25
"""Correlation from which a tile lies where it was found. No measurement is on record."""
_SURE_PEAK = 11.0
"""Deviations by which the best place of the whole page stands out: 15 to 22 with show-through, to 5 without."""
_SURE_MATCH = 0.3
"""Correlation after fitting: measured 0.63 to 0.87 for the reverse, 0.40 to 0.61 for another page of the same form."""
_CERTAIN_MATCH = 0.68
"""No other page of the same form matches so well: the other neighbour need not be opened."""
_MOST_SHOWN = 160
"""Show-through is never darker, in grey levels."""
_MOST_BENT = 0.03
"""Scale and turn of one side against the other beyond the resolutions told: a wrong fit."""
_BLURS = (0.5, 1.0, 1.8)
"""Blur of ink seen through paper, pixels at `NEIGHBOUR_DPI`."""
_STRONG, _NEAR_INK = 0.5, np.ones((5, 5), np.uint8)
"""Ink darker than this share of full ink was written on this side; so do the two pixels around it count. Set by eye, as
all that follow; what they give together are the measured correlations above."""
_SOME_INK, _FULL_PERCENTILE, _ENOUGH, _USUAL_INK = 25, 80, 50, 100.0
"""Full ink is this percentile of what is darker than so many grey levels; with fewer pixels of it, so dark."""
_LAID_INK = 30
"""Grey levels from which the neighbour, laid over the page, counts as ink."""
_NOISE, _LONG_LINE = 1.5, 41
"""Blur against noise, and length (10 mm) over which lines are taken out: pixels at `NEIGHBOUR_DPI`."""
_OVER_STROKES, _DARKEST_PAPER = (15, 15), 30
"""Reach over which paper is seen between a neighbour's strokes, and its darkest level: pixels, grey levels."""
_AGREES = 1.6
"""Pixels by which a tile may lie off the place that the others tell."""
_SUPPORT, _MOST_SUPPORT, _GRAIN = (13, 13), 1.5, 4.0
"""Surroundings in which foretold ink must be seen; faint ink counts up to so many times what is foretold; squared grey
levels under which a foretold stroke is grain."""
_SEEN, _HIDDEN = 0.5, 0.5
"""Share of what is foretold that the page shows at least; near own ink, which hides this much, it is believed."""

_Float = npt.NDArray[np.float32]
_Points = npt.NDArray[np.float32]
_TINY = 1e-6
"""Keeps an even picture, which has no spread, from a division by nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourScan:
    """A page before or after, as it was delivered, shrunk."""

    image: BgrImage
    dpi: float
    half: int | None = None
    """For a scan of an open book the half (0 left, 1 right) that may be the reverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faint:
    """The page's own view of what may show through, at `NEIGHBOUR_DPI`."""

    dark: _Float
    """Darkness of what is too faint to be written here; 0 on and near strong ink."""
    free: npt.NDArray[np.bool_]
    """Where no strong ink is."""
    edges: _Float


def find_show_through(
    ink: GreyImage, dpi: float, neighbours: Iterable[NeighbourScan], rotation: int = 0
) -> GreyImage | None:
    """How much darker the reverse makes each spot of a page; None when nothing surely shows through.

    Args:
        ink: The straightened page, paper 255 (`surface`), seals lifted.
        dpi: Its resolution.
        neighbours: Scans of which one may be the reverse; drawn only when the page has faint ink at all.
        rotation: Degrees clockwise the page's own scan was turned; its neighbours lie alike.

    Returns:
        Darkness in grey levels on white paper, same size as `ink`.
    """
    faint = _faint_ink(ink, dpi)
    if len(_tiles_with_ink(faint.edges)) < _FEWEST_TILES:
        return None
    best: tuple[float, _Float] | None = None
    for neighbour in neighbours:
        match = _matched(faint, _mirrored(neighbour, rotation))
        if match is not None and (best is None or match[0] > best[0]):
            best = match
        if best is not None and best[0] >= _CERTAIN_MATCH:
            break
    if best is None:
        return None
    shown = np.asarray(np.clip(_supported(faint, best[1]), 0, _MOST_SHOWN), np.uint8)
    return np.asarray(cv2.resize(shown, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def without_show_through(ink: GreyImage, shown: GreyImage) -> GreyImage:
    """The page as its paper would be without the reverse: divided by it, so that ink written here stays ink.

    Args:
        ink: (height, width), 0 black to 255 paper.
        shown: what shows through, of the same shape: 0 nothing.
    """
    clean: GreyImage = cv2.divide(ink, cv2.subtract(np.full_like(shown, PAPER), shown), scale=PAPER)
    return clean


# --- the two sides ---------------------------------------------------------------------------------------------------


def _faint_ink(ink: GreyImage, dpi: float) -> _Faint:
    factor = NEIGHBOUR_DPI / dpi
    small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = cv2.subtract(np.full_like(small, PAPER), small)
    level = _full_ink(dark)
    strong = cv2.dilate((dark > _STRONG * level).astype(np.uint8), _NEAR_INK) > 0
    faint = np.where(strong, 0, np.minimum(dark, _STRONG * level)).astype(np.float32)
    return _Faint(dark=faint, free=~strong, edges=_edges(faint))


def _full_ink(dark: GreyImage) -> float:
    """Darkness of the page's own strokes."""
    inked = dark[dark > _SOME_INK]
    return float(np.percentile(inked, _FULL_PERCENTILE)) if inked.size > _ENOUGH else _USUAL_INK


def _edges(dark: _Float) -> _Float:
    """Ink without noise and dots, and without long level and upright lines, which look alike everywhere."""
    soft = cv2.GaussianBlur(dark, (0, 0), _NOISE)
    level: _Float = soft - cv2.blur(soft, (_LONG_LINE, 3))
    return np.asarray(level - cv2.blur(level, (1, _LONG_LINE)), np.float32)


def _mirrored(neighbour: NeighbourScan, rotation: int) -> _Float:
    """Darkness of a neighbour, upright, level, mirrored, at `NEIGHBOUR_DPI`."""
    factor = NEIGHBOUR_DPI / neighbour.dpi
    grey = as_grey(cv2.resize(neighbour.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    upright = turned(grey, rotation)
    if neighbour.half is not None:
        middle = upright.shape[1] // 2
        upright = upright[:, :middle] if neighbour.half == 0 else upright[:, middle:]
    paper = cv2.blur(cv2.morphologyEx(upright, cv2.MORPH_CLOSE, np.ones(_OVER_STROKES, np.uint8)), _OVER_STROKES)
    flat = cv2.divide(upright, np.maximum(paper, _DARKEST_PAPER), scale=PAPER)
    half = cv2.resize(upright, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = upright.shape
    level = cv2.getRotationMatrix2D((width / 2, height / 2), skew_of(ink_map(half)), 1.0)
    straight = cv2.warpAffine(flat, level, (width, height), borderValue=PAPER)
    return np.asarray(cv2.flip(PAPER - straight, 1), np.float32)


# --- laying one over the other ---------------------------------------------------------------------------------------


def _matched(faint: _Faint, other: _Float) -> tuple[float, _Float] | None:
    """How well a mirrored neighbour explains the faint ink, and what it foretells; None when that is not sure."""
    edges = _edges(other)
    shift, peak = _whole_shift(faint.edges, edges)
    if peak < _SURE_PEAK:
        return None
    matrix = _fitted(*_tile_places(faint.edges, edges, shift))
    if matrix is None:
        return None
    size = (faint.dark.shape[1], faint.dark.shape[0])
    laid = cv2.warpAffine(other, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    blurred = [np.asarray(cv2.GaussianBlur(laid, (0, 0), blur), np.float32) for blur in _BLURS]
    likeness = [_correlation(faint, candidate) for candidate in blurred]
    best = int(np.argmax(likeness))
    if likeness[best] < _SURE_MATCH:
        return None
    return likeness[best], blurred[best] * _strength(faint, blurred[best])


def _whole_shift(page: _Float, other: _Float) -> tuple[tuple[int, int], float]:
    """Where the neighbour lies best as a whole, in pixels, and by how many deviations that place stands out."""
    reach = round(_SEARCH / MM_PER_INCH * NEIGHBOUR_DPI / 2)
    small, wide = (cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in (page, other))
    height, width = small.shape
    canvas = np.zeros((height + 2 * reach, width + 2 * reach), np.float32)
    part = wide[: height + reach, : width + reach]
    canvas[reach : reach + part.shape[0], reach : reach + part.shape[1]] = part
    scores = cv2.matchTemplate(canvas, small, cv2.TM_CCORR)
    y, x = np.unravel_index(int(scores.argmax()), scores.shape)
    peak = float((scores.max() - scores.mean()) / (scores.std() + _TINY))
    return (2 * (int(x) - reach), 2 * (int(y) - reach)), peak


def _tiles_with_ink(edges: _Float) -> list[tuple[int, int]]:
    height, width = edges.shape
    corners = [(x, y) for y in range(0, height - _TILE + 1, _TILE) for x in range(0, width - _TILE + 1, _TILE)]
    return [(x, y) for x, y in corners if edges[y : y + _TILE, x : x + _TILE].std() >= _LEAST_CONTRAST]


def _tile_places(page: _Float, other: _Float, shift: tuple[int, int]) -> tuple[_Points, _Points]:
    """Middles of tiles that were found again on the neighbour, and where."""
    border = _TILE + _AROUND + 2 * round(_SEARCH / MM_PER_INCH * NEIGHBOUR_DPI)
    wide = cv2.copyMakeBorder(other, border, border, border, border, cv2.BORDER_CONSTANT, value=0)
    here, there = [], []
    for x, y in _tiles_with_ink(page):
        left, top = x + shift[0] + border - _AROUND, y + shift[1] + border - _AROUND
        window = wide[top : top + _TILE + 2 * _AROUND, left : left + _TILE + 2 * _AROUND]
        if min(window.shape) < _TILE:
            continue
        scores = cv2.matchTemplate(window, page[y : y + _TILE, x : x + _TILE], cv2.TM_CCOEFF_NORMED)
        if scores.max() > _TILE_MATCH:
            row, column = np.unravel_index(int(scores.argmax()), scores.shape)
            here.append((x + _TILE / 2, y + _TILE / 2))
            there.append((left - border + column + _TILE / 2, top - border + row + _TILE / 2))
    return np.array(here, np.float32).reshape(-1, 2), np.array(there, np.float32).reshape(-1, 2)


def _fitted(here: _Points, there: _Points) -> npt.NDArray[np.float64] | None:
    """The move from page to neighbour on which most tiles agree."""
    if len(here) < _FEWEST_TILES:
        return None
    matrix, agreeing = cv2.estimateAffine2D(here, there, ransacReprojThreshold=_AGREES)
    if matrix is None or int(agreeing.sum()) < max(_FEWEST_TILES, len(here) // 2):
        return None
    if np.abs(matrix[:, :2] - np.eye(2)).max() > _MOST_BENT:
        return None
    return np.asarray(matrix, np.float64)


def _correlation(faint: _Faint, laid: _Float) -> float:
    # every fourth pixel tells as much as all of them
    free = faint.free[::2, ::2]
    own, other = faint.edges[::2, ::2][free], _edges(laid)[::2, ::2][free]
    own, other = own - own.mean(), other - other.mean()
    return float((own * other).sum() / (np.sqrt((own * own).sum() * (other * other).sum()) + _TINY))


def _strength(faint: _Faint, laid: _Float) -> float:
    """Darkness on this side for full ink on the other."""
    inked = laid[laid > _LAID_INK]
    clear = faint.free & (laid > _STRONG * np.percentile(inked, _FULL_PERCENTILE)) if inked.size else faint.free
    return float(np.median(faint.dark[clear] / np.maximum(laid[clear], 1))) if clear.any() else 0.0


def _supported(faint: _Faint, foretold: _Float) -> _Float:
    """What is foretold, only where the page itself shows it: a neighbour of the same form shares its print, not its
    writing."""
    weight = np.where(faint.free, foretold, 0).astype(np.float32)
    reach = _SUPPORT
    seen = cv2.blur(weight * np.minimum(faint.dark, _MOST_SUPPORT * foretold), reach)
    share = seen / (cv2.blur(weight * weight, reach) + _GRAIN)
    near_own_ink = cv2.blur(weight, reach) < _HIDDEN * cv2.blur(foretold, reach)
    return np.asarray(np.where((share > _SEEN) | near_own_ink, foretold, 0), np.float32)
