"""A second look at lines that are not sure: the same ink in other pictures and laid into the strip in other ways.

The network errs otherwise on each of them, and often one is right, so `joint_decoding` adds up what all of them give
each candidate. Sure lines, most of a page, are seen once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from layouts.columns import FieldKind
from ocr.handwriting.preparation import STEP, Look
from ocr.handwriting.seen_lines import SeenLine
from vietnamese.units import BookPlace

__all__ = ["Picture", "seen_closely"]

Picture = NDArray[np.uint8]

_TURNS: tuple[tuple[tuple[int, Look], ...], ...] = (
    ((0, Look.UPRIGHT), (0, Look.BOLD)),
    ((1, Look.PLAIN),),
)
"""Which picture of a line (0 the first one) is laid how, until the line is sure; a missing one is passed over. The line
as scanned, with its dots, comes last: it helps only where cleaning broke something."""
_MOST_COLUMNS = 6000
"""Columns of strips seen again of one page, at most: so many take about as long as its first reading."""


class _Eyes(Protocol):
    def rows(self, crop: Picture, kind: FieldKind | None) -> Sequence[Picture]: ...

    def see_rows(self, rows: Sequence[Picture], kind: FieldKind | None, look: Look) -> SeenLine | None: ...

    def doubts(self, line: SeenLine, kind: FieldKind | None, book: BookPlace) -> bool: ...


def seen_closely(
    eyes: _Eyes,
    crops: Sequence[Picture],
    kinds: Sequence[FieldKind | None],
    book: BookPlace,
    others: Sequence[Sequence[Picture]] | None = None,
    once: Collection[int] = (),
) -> list[SeenLine | None]:
    """See every line once, and those in doubt in more views.

    Args:
        eyes: the recogniser.
        crops: a picture a line.
        kinds: their kinds of value.
        book: where and when the book was kept.
        others: further pictures of each line, as `LineCrop.others`; None where there are none.
        once: numbers of lines for which one view must do.
    """
    rows = [eyes.rows(crop, kind) for crop, kind in zip(crops, kinds, strict=True)]
    seen = [eyes.see_rows(parted, kind, Look.PLAIN) for parted, kind in zip(rows, kinds, strict=True)]
    left = _MOST_COLUMNS
    for turn in _TURNS:
        for number, line in enumerate(seen):
            if line is None or left <= 0 or number in once or not eyes.doubts(line, kinds[number], book):
                continue
            further = others[number] if others else ()
            for view in _views(eyes, rows[number], kinds[number], further, turn):
                line = line.also(view)
                left -= STEP * len(view.lattice)
            seen[number] = line
    return seen


def _views(
    eyes: _Eyes,
    rows: Sequence[Picture],
    kind: FieldKind | None,
    further: Sequence[Picture],
    turn: Sequence[tuple[int, Look]],
) -> list[SeenLine]:
    """The views of one turn; the rows of the first picture are known by now."""
    views = (
        eyes.see_rows(eyes.rows(further[which - 1], kind) if which else rows, kind, look)
        for which, look in turn
        if which <= len(further)
    )
    return [view for view in views if view is not None]
