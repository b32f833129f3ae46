"""Boxes of fields from the ink that was cut: with room for marks that left with the dots, clear of the neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.cutting.line_bands import LineKey
from ocr.images import PIXELS_PER_MM, PixelBox
from ocr.placing.placed_page import FieldPlace

__all__ = ["boxes_on_rows", "roomy_boxes"]


_ROOM = round(1.0 * PIXELS_PER_MM)
"""Faint ends of strokes, tone marks and dots below are lost with the dotted lines: they reach about so far."""
_LEAST_ROOM = 3
"""Pixels that every box grows by, however near the next stands."""
_SAME_ROW = 0.4
"""Line heights between baselines of what stands on one row, at most. No measurement is on record."""


def roomy_boxes(boxes: Mapping[LineKey, PixelBox]) -> dict[LineKey, PixelBox]:
    """Each box grown to all sides as far as no other field's box stands in the way.

    Args:
        boxes: the ink of each line; lines of one field share the first number of their key.
    """
    if not boxes:
        return {}
    keys = list(boxes)
    fields = np.array([key[0] for key in keys])
    table = np.array([boxes[key] for key in keys], np.float64)
    return {key: _grown(table[i], table[fields != fields[i]]) for i, key in enumerate(keys)}


def _grown(box: NDArray[np.float64], others: NDArray[np.float64]) -> PixelBox:
    """The box with its room, at most half the way to a neighbour."""
    left, top, right, bottom = (float(v) for v in box)
    beside = (others[:, 1] < bottom + _ROOM) & (others[:, 3] > top - _ROOM)
    over = (others[:, 0] < right + _ROOM) & (others[:, 2] > left - _ROOM)
    level = beside & ((others[:, 0] + others[:, 2]) > left + right)
    before = beside & ~level
    below = over & ((others[:, 1] + others[:, 3]) > top + bottom)
    above = over & ~below
    return (
        round(left - _free(left - others[before & ~_stacked(others, top, bottom), 2])),
        round(top - _free(top - others[above, 3])),
        round(right + _free(others[level & ~_stacked(others, top, bottom), 0] - right)),
        round(bottom + _free(others[below, 1] - bottom)),
    )


def _stacked(others: NDArray[np.float64], top: float, bottom: float) -> NDArray[np.bool_]:
    """Which boxes stand above or below rather than beside: their middle is outside the box's height."""
    middle = (others[:, 1] + others[:, 3]) / 2
    return (middle < top) | (middle > bottom)


def _free(gaps: NDArray[np.float64]) -> float:
    """Room on one side, given the gaps to the neighbours there."""
    return float(np.clip(min(_ROOM, 0.5 * gaps.min(initial=np.inf)), _LEAST_ROOM, _ROOM))


def boxes_on_rows(place: FieldPlace, boxes: Mapping[int, PixelBox]) -> tuple[PixelBox, ...]:
    """The boxes of a field's lines; slots that follow each other on one row become one box.

    Between such slots only a printed word stands (`tháng`, `năm`), over which a value may run.

    Args:
        place: the field.
        boxes: by line of the field.
    """
    found: list[PixelBox] = []
    last: int | None = None
    for index in sorted(boxes):
        if last is not None and _follows(place, last, index):
            found[-1] = _union((found[-1], boxes[index]))
        else:
            found.append(boxes[index])
        last = index
    return tuple(found)


def _follows(place: FieldPlace, one: int, two: int) -> bool:
    """Whether two lines are neighbouring slots of one printed row."""
    if place.item.cells_mm or place.piece_of_line[two] != place.piece_of_line[one] + 1:
        return False
    first, second = place.lines[one], place.lines[two]
    level = abs(first.baseline_right - second.baseline_left) < _SAME_ROW * min(first.height, second.height)
    return level and second.left > first.left


def _union(boxes: Sequence[PixelBox]) -> PixelBox:
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
