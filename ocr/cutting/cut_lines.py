"""From value spaces to line crops: every stroke goes to the line it stands on, so that a crop shows its line alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.forms import ItemKind
from ocr.cleaning.clean import CleanPage
from ocr.cutting.line_bands import LETTER_BODY, TALLEST_INK, Band, LineKey, band_of, bands_of
from ocr.cutting.line_crops import LETTER, LineCrop, paint_crop
from ocr.cutting.touching_lines import split_between_lines
from ocr.cutting.whole_strokes import band_by_body, behind_colon, without_strays
from ocr.forms.geometry import INTO_NOTES_PX
from ocr.images import PIXELS_PER_MM
from ocr.placing.placed_page import PlacedPage, WritingLine
from ocr.placing.printed_ink import drop_printed, printed_mask

__all__ = ["cut_lines", "missed_ink"]


_CHAIN_GAP = round(3.6 * PIXELS_PER_MM)
"""Past the end of its space a value goes on while its words stand closer than this."""
# Those below are in pixels at 300 dpi, or in line distances where a line's height is their measure. Set by eye on drawn
# pages, none measured by itself; boxes found on drawn pages (99 % and more of the fields) are what they give together.
_MISSED_LETTER, _MISSED_INK, _MISSED_TALLEST = LETTER + 2, 30, 12 * PIXELS_PER_MM
"""Ink that no line took counts as a missed letter from this size and ink on, and up to this size; larger is a seal."""
_NEAR_ABOVE, _NEAR_BELOW, _ROW_BELOW = 0.8, 0.25, 0.6
"""How far above and below a line missed letters may have their middle; the last where a row of them, that no line
took, may be this line's, placed too high. Under a signature its own strokes stand there."""
_BODY_HIGH, _BODY_LOW = 0.4, 0.05
"""From where to where above a line the bodies of its letters stand."""
_COVERS_WIDE, _COVERS_HIGH = 30, 0.6
"""Another line's crop takes a line's ink when it lies over so many columns and this share of the letters' bodies."""
_SPECK_INK, _SPECK_SIZE = 6, 3
"""Marks of less ink, or smaller in both directions, are dust."""
_LARGEST_MARK = 0.35
"""Tone marks and dots are not larger."""
_ON_LINE = 0.08
"""A mark no farther under its line than this and no higher than a letter's body stands beside letters."""
_CLOSER_BY, _CLOSE = 3, 0.25
"""A mark changes its line when a letter of the other is nearer by this, and so near."""
_MARK_ABOVE, _MARK_BELOW = 1.15, 0.5
"""How far above and below a line its tone marks and dots may stand: more than its strip holds."""
_TALLER_THAN_MARK, _ASIDE = 1.5, 4
"""A mark belongs over or under something so many times its height, which begins and ends so near to it."""
_GAP_INSIDE = 1.5
"""Chain gaps between words inside the space: there a wider gap may stand than past its end."""


def cut_lines(page: CleanPage, placed: PlacedPage) -> dict[LineKey, LineCrop]:
    """Cut every line of every field; lines without ink are left out."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(page.ink, connectivity=8, ltype=cv2.CV_32S)
    bands = bands_of(placed)
    stats, centres = split_between_lines(page.grey, labels, stats, centres, bands)
    drop_printed(labels, stats, centres, printed_mask(placed, page.ink.shape), placed)
    strokes: dict[LineKey, list[int]] = defaultdict(list)
    for index in _worth_reading(stats):
        band = band_by_body(labels, index, stats[index], bands) or band_of(bands, *map(float, centres[index]))
        if band is not None:
            strokes[band.key].append(index)
    _marks_to_letters(strokes, stats, centres, bands)
    crops = {}
    by_key = {band.key: band for band in bands}
    for key, members in strokes.items():
        for step in (behind_colon, without_strays, _connected_run):
            members = [members[i] for i in step(by_key[key], stats[members])]
        crop = paint_crop(page, labels, stats, members, by_key[key])
        if crop is not None:
            crops[key] = crop
    return crops


def missed_ink(page: CleanPage, placed: PlacedPage, crops: Mapping[LineKey, LineCrop]) -> dict[LineKey, int]:
    """For lines without a crop: pixels of letters in or near their space that no line took.

    Ink of another line that stands where this line's writing would counts too: one of the two may be misplaced.
    """
    rest = page.ink & ~printed_mask(placed, page.ink.shape) & 1
    for crop in crops.values():
        left, top, right, bottom = crop.box
        rest[top:bottom, left:right] = 0
    _, _, stats, centres = cv2.connectedComponentsWithStats(rest, connectivity=8)
    size = np.maximum(stats[:, 2], stats[:, 3])
    letters = np.flatnonzero((size >= _MISSED_LETTER) & (stats[:, 4] >= _MISSED_INK) & (size < _MISSED_TALLEST))
    letters = letters[letters > 0]
    missed: dict[LineKey, int] = {}
    for number, field in enumerate(placed.fields):
        for index, line in enumerate(field.lines):
            if (number, index) not in crops:
                below = _NEAR_BELOW if field.item.kind is ItemKind.SIGNATURE else _ROW_BELOW
                own = _near_line(line, stats[letters], centres[letters], below)
                missed[number, index] = own + _taken_by_others(line, number, crops)
    return missed


def _near_line(line: WritingLine, stats: NDArray[np.int32], centres: NDArray[np.float64], below: float) -> int:
    x, y = centres[:, 0], centres[:, 1]
    right = line.right + max(line.overflow - INTO_NOTES_PX, 0)
    share = (x - line.left) / max(line.right - line.left, 1.0)
    baseline = line.baseline_left + share * (line.baseline_right - line.baseline_left)
    near = (x > line.left) & (x < right) & (y > baseline - _NEAR_ABOVE * line.height)
    near &= y < baseline + below * line.height
    return int(stats[near, 4].sum())


def _taken_by_others(line: WritingLine, number: int, crops: Mapping[LineKey, LineCrop]) -> int:
    """Ink of other fields' lines that covers the middle of this line's letters."""
    middle = line.baseline((line.left + line.right) / 2)
    high, low = middle - _BODY_HIGH * line.height, middle - _BODY_LOW * line.height
    taken = 0
    for (other, _), crop in crops.items():
        left, top, right, bottom = crop.box
        beside = min(right, line.right) - max(left, line.left)
        if (
            other != number
            and beside > _COVERS_WIDE
            and min(bottom, low) - max(top, high) > _COVERS_HIGH * (low - high)
        ):
            taken += round(crop.ink_pixels * beside / max(right - left, 1))
    return taken


def _worth_reading(stats: NDArray[np.int32]) -> Iterable[int]:
    """Components larger than a speck and smaller than a seal."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    keep = (area >= _SPECK_INK) & (np.maximum(width, height) >= _SPECK_SIZE) & (height < TALLEST_INK)
    keep[0] = False
    return (int(i) for i in np.flatnonzero(keep))


def _marks_to_letters(
    strokes: dict[LineKey, list[int]], stats: NDArray[np.int32], centres: NDArray[np.float64], bands: Sequence[Band]
) -> None:
    """Tone marks between two lines go with the letter they are closer to."""
    boxes = {key: stats[members] for key, members in strokes.items()}
    for band in bands:
        for index in list(strokes.get(band.key, ())):
            if max(stats[index, 2], stats[index, 3]) > _LARGEST_MARK * band.line.height:
                continue
            x, y = (float(v) for v in centres[index])
            above = band.line.baseline(x) - y
            if -_ON_LINE * band.line.height < above < LETTER_BODY * band.line.height:
                continue  # beside letters, not over or under them: a comma, a hyphen
            near = [other for other in bands if other.key in boxes and _may_hold(other, x, y)]
            gaps = {other.key: _gap_to_letters(stats[index], boxes[other.key]) for other in near}
            best = min(gaps, key=lambda key: gaps[key], default=band.key)
            if best != band.key and gaps[best] < min(
                gaps.get(band.key, np.inf) - _CLOSER_BY, _CLOSE * band.line.height
            ):
                strokes[band.key].remove(index)
                strokes[best].append(index)


def _may_hold(band: Band, x: float, y: float) -> bool:
    """Whether a mark at this place may belong to the line, though another line's strip holds it."""
    baseline = band.line.baseline(x)
    return (
        band.left <= x < band.right
        and baseline - _MARK_ABOVE * band.line.height < y < baseline + _MARK_BELOW * band.line.height
    )


def _gap_to_letters(mark: NDArray[np.int32], boxes: NDArray[np.int32]) -> float:
    """Distance up or down from a mark to the nearest letter over or under it."""
    x, y, w, h = (int(v) for v in mark[:4])
    over = (boxes[:, 0] < x + w + _ASIDE) & (boxes[:, 0] + boxes[:, 2] > x - _ASIDE)
    letters = boxes[over & (boxes[:, 3] > _TALLER_THAN_MARK * h)]
    gaps = np.maximum(letters[:, 1] - (y + h), y - (letters[:, 1] + letters[:, 3]))
    return float(np.maximum(gaps, 0).min()) if len(gaps) else float("inf")


def _connected_run(band: Band, stats: NDArray[np.int32]) -> list[int]:
    """Strokes inside the space, and those past its end that continue the last word."""
    order = sorted(range(len(stats)), key=lambda i: int(stats[i, 0]))
    kept: list[int] = []
    reach = 0
    # dots that end early, hidden by the value itself, make the space end where the value begins
    first_at = min(band.line.right + band.line.overflow - INTO_NOTES_PX, band.right + _CHAIN_GAP)
    for i in order:
        left, right = int(stats[i, 0]), int(stats[i, 0] + stats[i, 2])
        if left > band.right and left > _goes_on_to(reach, band.right, first_at):
            break
        kept.append(i)
        reach = max(reach, right)
    return kept


def _goes_on_to(reach: int, end: float, first_at: float) -> float:
    """How far past the end of its space a value may have its next stroke.

    Args:
        reach: right end of the strokes so far; 0 when there are none.
        end: of the space.
        first_at: where a value may begin that has none of its ink inside.
    """
    if reach == 0:
        return first_at
    return reach + _CHAIN_GAP if reach > end else min(reach + _GAP_INSIDE * _CHAIN_GAP, end + _CHAIN_GAP)
