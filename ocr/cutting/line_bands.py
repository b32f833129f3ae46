"""The strips of a page whose strokes belong to one writing line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.images import PIXELS_PER_MM
from ocr.placing.placed_page import PlacedPage, WritingLine

__all__ = ["LETTER_BODY", "TALLEST_INK", "Band", "LineKey", "band_of", "bands_of"]

LineKey = tuple[int, int]
"""Field of the placed page, line of the field."""

LETTER_BODY = 0.35
"""Height of small letters, in line distances."""
_ABOVE, _BELOW = 0.74, 0.27
"""How far writing reaches above and below its line, in line distances: tone marks on capitals, tails."""
TALLEST_INK = 22 * PIXELS_PER_MM
"""Ink in one piece that is higher than this is a seal, a frame or a picture. Set by eye, as the following."""
_STRIP_ABOVE, _STRIP_BELOW, _BEFORE = 1.05, 0.5, 5
"""How far a strip without neighbours reaches above and below its line, in line distances, and before it, in pixels."""
_MIDDLE_OF_LETTERS = 0.25
"""Height of the middle of a letter over its line, in line distances."""
_OVER_EACH_OTHER, _SAME_LEVEL = 8, 0.4
"""Lines that share so many columns and lie farther apart than this, in line distances, are above each other;
nearer ones lie side by side."""
_BEHIND = 4
"""A line that begins so many pixels farther right stands behind this one."""
_OVER_THE_RULE = 3
"""Pixels by which writing in a cell may run into its rule."""
_LONGEST_WORD = 300
"""A line that begins this many pixels (25 mm) or less behind a value's space bounds it, with a printed word between."""
_WORD_BETWEEN, _HALF, _LITTLE_BEHIND = 25 * PIXELS_PER_MM, 0.5, 40
"""Up to this gap there is one printed word in it, and the value may reach to its middle; else so many pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A writing line with the strip of page whose strokes are its own."""

    key: LineKey
    line: WritingLine
    above: float
    below: float
    left: float
    right: float

    def contains(self, x: float, y: float) -> bool:
        """Whether a point of the page, in pixels, lies in the strip."""
        baseline = self.line.baseline(x)
        return self.left <= x < self.right + self.line.overflow and baseline - self.above <= y < baseline + self.below


def bands_of(placed: PlacedPage) -> list[Band]:
    """The strips of all lines of a page, each bounded by its neighbours' writing."""
    bands = [
        Band(
            key=(number, index),
            line=line,
            above=_STRIP_ABOVE * line.height,
            below=_STRIP_BELOW * line.height,
            left=line.left - _BEFORE,
            right=line.right,
        )
        for number, field in enumerate(placed.fields)
        for index, line in enumerate(field.lines)
    ]
    return [
        _share_width(_share_height(band, bands), bands, placed.fields[band.key[0]].space is not None) for band in bands
    ]


def band_of(bands: Sequence[Band], x: float, y: float) -> Band | None:
    """The strip that a stroke with this middle belongs to; None outside all of them."""
    inside = [band for band in bands if band.contains(x, y)]
    if not inside:
        return None
    return min(inside, key=lambda band: abs(y - band.line.baseline(x) + _MIDDLE_OF_LETTERS * band.line.height))


def _share_height(band: Band, bands: Sequence[Band]) -> Band:
    """The strip with its edges where the neighbouring lines' writing ends."""
    middle = (band.line.left + band.line.right) / 2
    own, above, below = band.line.baseline(middle), band.above, band.below
    for other in bands:
        overlap = min(band.line.right, other.line.right) - max(band.line.left, other.line.left)
        if other.key == band.key or overlap < _OVER_EACH_OTHER:
            continue
        distance = own - other.line.baseline(middle)
        if _SAME_LEVEL * band.line.height < distance:
            above = min(above, _ABOVE * distance)
        elif distance < -_SAME_LEVEL * band.line.height:
            below = min(below, _BELOW * -distance)
    return replace(band, above=above, below=below)


def _share_width(band: Band, bands: Sequence[Band], in_cell: bool) -> Band:
    """A value that runs into the printed word before the next space is cut in the middle of that word."""
    middle = (band.line.left + band.line.right) / 2
    beside = [
        other.line.left
        for other in bands
        if other.key != band.key
        and other.line.left > band.line.left + _BEHIND
        and abs(other.line.baseline(middle) - band.line.baseline(middle)) <= _SAME_LEVEL * band.line.height
    ]
    following = min(beside, default=None)
    if in_cell:
        return replace(band, right=band.right + _OVER_THE_RULE, line=replace(band.line, overflow=0.0))
    if following is not None and following < band.right + band.line.overflow + _LONGEST_WORD:
        gap = following - band.line.right
        word_between = _HALF * max(gap, 0) if gap < _WORD_BETWEEN else _LITTLE_BEHIND
        right = min(max(band.line.right + word_between, band.right), following)
        return replace(band, right=right, line=replace(band.line, overflow=0.0))
    return band
