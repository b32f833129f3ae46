"""Pages laid on a sheet: where their rows lie beside each other, what stands where on the sheet, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from layouts.geometry import PageBox
from ocr.images import Matrix
from ocr.readings import EntryReading
from ocr.straightening.perspective import as_numbers, map_points

__all__ = ["from_sheet", "laid_box", "laid_entry", "rows_beside"]

_ROW_SCALE = (0.8, 1.25)
"""The two pages of a table were scanned alike; rows farther apart than this were counted wrong."""


def rows_beside(rows: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """What a page is scaled by and moved down by so that its rows lie beside those of another.

    Args:
        rows: top and bottom in pixels of the rows of the page that stays, at least one.
        others: the same of the page that is laid beside it.
    """
    edges, moved = (np.array([page[0][0], *(bottom for _, bottom in page)]) for page in (rows, others))
    if len(edges) == len(moved):
        scale, shift = (float(number) for number in np.polyfit(moved, edges, 1))
        if _ROW_SCALE[0] <= scale <= _ROW_SCALE[1]:
            return scale, shift
    pitch, other = (median(bottom - top for top, bottom in page) for page in (rows, others))
    scale = min(max(pitch / other, _ROW_SCALE[0]), _ROW_SCALE[1])
    return scale, float(edges[0] - scale * moved[0])


def laid_entry(entry: EntryReading, to_sheet: Matrix, *, facing: bool = False) -> EntryReading:
    """An entry with its boxes on the sheet.

    Args:
        entry: boxes on its own page.
        to_sheet: fractions of the page to fractions of the sheet.
        facing: whether its values stand on the second of two scans.
    """
    fields = {
        name: replace(field, facing=facing, box=laid_box(field.box, to_sheet) if field.box else None)
        for name, field in entry.fields.items()
    }
    signatures = tuple(replace(space, box=laid_box(space.box, to_sheet)) for space in entry.signatures)
    return replace(entry, box=laid_box(entry.box, to_sheet), fields=fields, signatures=signatures)


def laid_box(box: PageBox, to_sheet: Matrix) -> PageBox:
    """The upright box around a box on the sheet, as far as it lies there."""
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    points = np.clip(map_points(to_sheet, corners), 0.0, 1.0)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def from_sheet(homography: Sequence[float], to_sheet: Matrix) -> tuple[float, ...]:
    """Fractions of the sheet to fractions of a scan.

    Args:
        homography: fractions of the page to those of its scan, row by row.
        to_sheet: fractions of the page to those of the sheet.
    """
    return as_numbers(np.array(homography, float).reshape(3, 3) @ np.linalg.inv(to_sheet))
