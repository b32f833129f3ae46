"""Open books: one scan that shows two facing pages, read one by one and put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr.readings import EntryReading, PageKind, PageReading, Script
from ocr.spreads.laying import laid_entry
from ocr.straightening.perspective import as_numbers

__all__ = ["joined_readings"]

_QUARTERS = {
    0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    90: ((0, 1, 0), (-1, 0, 1), (0, 0, 1)),
    180: ((-1, 0, 1), (0, -1, 1), (0, 0, 1)),
    270: ((0, -1, 1), (1, 0, 0), (0, 0, 1)),
}
"""Fractions of the upright scan to fractions of the scan as delivered, for a turn clockwise that was undone."""


def joined_readings(halves: Sequence[PageReading], rotation: int) -> PageReading:
    """One reading of the whole scan: the entries of both pages, left before right.

    Their boxes then refer to the whole upright scan, which is what `homography` of the result describes.

    Args:
        halves: readings of the pages that hold something, left first.
        rotation: degrees clockwise the scan was turned to stand upright.
    """
    turn = np.array(_QUARTERS[rotation % 360], float)
    entries: list[EntryReading] = []
    for half in halves:
        to_upright = np.linalg.inv(turn) @ np.array(half.homography, float).reshape(3, 3)
        for entry in half.entries:
            entries.append(replace(laid_entry(entry, to_upright), region=len(entries)))
    first = max(halves, key=lambda half: len(half.entries))
    scripts = {half.script for half in halves if half.entries}
    return replace(
        first,
        half=None,
        kind=first.kind if len({half.kind for half in halves}) == 1 else PageKind.ENTRIES,
        rotation=rotation,
        entries=tuple(entries),
        script=scripts.pop() if len(scripts) == 1 else Script.MIXED,
        warnings=tuple(dict.fromkeys(text for half in halves for text in half.warnings)),
        steps=tuple(step for half in halves for step in half.steps),
        labels=(),
        homography=as_numbers(turn),
        book_values={name: value for half in halves for name, value in half.book_values.items()},
        book_sure={name: sure for half in halves for name, sure in half.book_sure.items()},
    )
