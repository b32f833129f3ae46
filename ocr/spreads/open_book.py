"""Open books: one scan that shows two facing pages, read one by one and put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocr.readings import EntryReading, FieldReading, PageKind, PageReading, Script

__all__ = ["joined_readings"]

_Box = tuple[float, float, float, float]
_QUARTERS = {
    0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    90: ((0, 1, 0), (-1, 0, 1), (0, 0, 1)),
    180: ((-1, 0, 1), (0, -1, 1), (0, 0, 1)),
    270: ((0, -1, 1), (1, 0, 0), (0, 0, 1)),
}
"""Fractions of the upright scan to fractions of the scan as delivered, for a turn clockwise that was undone."""


def joined_readings(halves: Sequence[PageReading], rotation: int, seconds: float) -> PageReading:
    """One reading of the whole scan: the entries of both pages, left before right.

    Their boxes then refer to the whole upright scan, which is what `homography` of the result describes.

    Args:
        halves: readings of the pages that hold something, left first.
        rotation: degrees clockwise the scan was turned to stand upright.
        seconds: time for the whole scan.
    """
    turn = np.array(_QUARTERS[rotation % 360], float)
    entries: list[EntryReading] = []
    for half in halves:
        to_upright = np.linalg.inv(turn) @ np.array(half.homography, float).reshape(3, 3)
        for entry in half.entries:
            entries.append(_moved(entry, to_upright, len(entries)))
    first = max(halves, key=lambda half: len(half.entries))
    scripts = {half.script for half in halves if half.entries}
    return replace(
        first,
        half=None,
        kind=first.kind if len({half.kind for half in halves}) == 1 else PageKind.ENTRIES,
        rotation=rotation,
        entries=tuple(entries),
        seconds=seconds,
        script=scripts.pop() if len(scripts) == 1 else Script.MIXED,
        warnings=tuple(dict.fromkeys(text for half in halves for text in half.warnings)),
        steps=tuple(step for half in halves for step in half.steps),
        labels=(),
        homography=tuple(float(v) for v in turn.ravel()),
        book_values={name: value for half in halves for name, value in half.book_values.items()},
        book_sure={name: sure for half in halves for name, sure in half.book_sure.items()},
    )


def _moved(entry: EntryReading, matrix: NDArray[np.float64], region: int) -> EntryReading:
    fields: dict[str, FieldReading] = {
        name: replace(field, box=_moved_box(field.box, matrix)) if field.box else field
        for name, field in entry.fields.items()
    }
    return replace(entry, region=region, box=_moved_box(entry.box, matrix), fields=fields)


def _moved_box(box: _Box, matrix: NDArray[np.float64]) -> _Box:
    """The upright box around a box after the move, within the page."""
    left, top, right, bottom = box
    corners = np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)]) @ matrix.T
    points = np.clip(corners[:, :2] / corners[:, 2:], 0.0, 1.0)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))
