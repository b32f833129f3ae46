"""A field for each cell of a recognised table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layouts.forms import ItemKind
from ocr.forms.match_table import TableMatch
from ocr.forms.page_fit import fit_columns
from ocr.images import PIXELS_PER_MM
from ocr.placing.placed_page import FieldPlace, PlacedPage
from ocr.placing.text_rows import lines_in_area

__all__ = ["place_table"]

_RULE_WIDE, _RULE_HIGH = 5, 4
"""Pixels of a cell's edges in which its rules lie. Set by eye, as the following."""
_NAME_UNDER = 0.52
"""Share of a cell's height below which the name under a signature has its baseline."""
_PITCH = 6 * PIXELS_PER_MM
"""Line distance in a cell, where no printed line tells it."""


def place_table(match: TableMatch, ink: NDArray[np.uint8]) -> PlacedPage:
    """A field for each cell with writing, one entry slot a row."""
    template = match.form.template
    fields = []
    for slot, (top, bottom) in enumerate(match.rows):
        for number, (left, right) in sorted(match.columns.items()):
            item = template.items[number]
            if not item.columns:
                continue
            area = (int(left) + _RULE_WIDE, int(top) + _RULE_HIGH, int(right) - _RULE_WIDE, int(bottom) - _RULE_HIGH)
            lines = lines_in_area(ink, area)
            if item.kind is ItemKind.SIGNATURE:  # the name stands below the signature
                lines = tuple(line for line in lines if line.baseline_left > top + _NAME_UNDER * (bottom - top))
            fields.append(
                FieldPlace(slot=slot, item=item, lines=lines, piece_of_line=(0,) * len(lines), certain=True, space=area)
            )
    boxes = {
        slot: (min(c[0] for c in match.columns.values()), top, max(c[1] for c in match.columns.values()), bottom)
        for slot, (top, bottom) in enumerate(match.rows)
    }
    lefts = [(template.items[number].x_mm[0], edges[0]) for number, edges in match.columns.items()]
    return PlacedPage(
        template=template,
        fit=fit_columns(lefts, match.rows[0][0] if match.rows else 0.0),
        fields=tuple(fields),
        labels=match.form.labels,
        pitch=_PITCH,
        divider=None,
        entry_boxes=boxes,
    )
