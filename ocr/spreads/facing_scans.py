"""Tables over two facing pages that were scanned one by one: the halves of a form, and their rows joined again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from layouts.forms import FormTemplate
from ocr.readings import EntryReading, FacingPage, FieldReading, PageKind, PageReading, Script

__all__ = ["joined_rows", "with_missing_half"]

_ROW_SCALE = (0.8, 1.25)
"""The two pages were scanned alike; rows farther apart than this were counted wrong."""

Size = tuple[int, int]
_Box = tuple[float, float, float, float]


def with_missing_half(reading: PageReading, template: FormTemplate) -> PageReading:
    """A half whose other page is not there: every column of the form stands in its entries, the missing ones empty."""
    entries = tuple(replace(entry, fields=_all_columns(entry.fields, template)) for entry in reading.entries)
    return replace(reading, entries=entries)


def _all_columns(fields: dict[str, FieldReading], template: FormTemplate) -> dict[str, FieldReading]:
    missing = {
        name: FieldReading(column=name, text="", confidence=0.0, engine="none", flags=("page_missing",))
        for name in template.column_names
        if name not in fields
    }
    return {name: (fields | missing)[name] for name in template.column_names}


def joined_rows(
    left: PageReading, right: PageReading, sizes: tuple[Size, Size], template: FormTemplate, seconds: float
) -> PageReading:
    """One reading of both pages: each row of the left page with what stands in the same row of the right.

    Args:
        left: reading of the left page, boxes on its straightened picture.
        right: the same of the right page.
        sizes: width and height in pixels of both straightened pictures.
        template: the whole form.
        seconds: time for both.
    """
    (left_width, left_height), (right_width, right_height) = sizes
    scale, shift = _rows_laid(left, right, left_height, right_height)
    width = left_width + right_width * scale
    from_left = np.diag([left_width / width, 1.0, 1.0])
    from_right = np.array(
        [
            [right_width * scale / width, 0.0, left_width / width],
            [0.0, right_height * scale / left_height, shift / left_height],
            [0.0, 0.0, 1.0],
        ]
    )
    partners = _partners(left, right, from_right)
    entries = tuple(
        _joined(_moved(entry, from_left), _moved(partner, from_right, facing=True) if partner else None, template)
        for entry, partner in zip(left.entries, partners, strict=True)
    )
    scripts = {reading.script for reading in (left, right)}
    return replace(
        left,
        entries=entries,
        kind=PageKind.BLANK if all(entry.state is PageKind.BLANK for entry in entries) else PageKind.ENTRIES,
        form_score=min(left.form_score, right.form_score),
        script=scripts.pop() if len(scripts) == 1 else Script.MIXED,
        seconds=seconds,
        steps=(*left.steps, *right.steps),
        warnings=tuple(dict.fromkeys((*left.warnings, *right.warnings))),
        labels=(),
        homography=_after(left.homography, from_left),
        facing=FacingPage(
            source=right.source,
            page=right.page,
            seam=left_width / width,
            homography=_after(right.homography, from_right),
        ),
    )


def _rows_laid(left: PageReading, right: PageReading, left_height: int, right_height: int) -> tuple[float, float]:
    """What the right page is scaled by and moved down by so that its rows lie beside those of the left."""
    rows = [entry.box for entry in left.entries], [entry.box for entry in right.entries]
    if not all(rows):
        return left_height / right_height, 0.0
    pitch, other = (
        median(box[3] - box[1] for box in boxes) * height
        for boxes, height in zip(rows, (left_height, right_height), strict=True)
    )
    scale = min(max(pitch / other, _ROW_SCALE[0]), _ROW_SCALE[1])
    return scale, rows[0][0][1] * left_height - rows[1][0][1] * right_height * scale


def _partners(left: PageReading, right: PageReading, from_right: NDArray[np.float64]) -> list[EntryReading | None]:
    """For each row of the left page the row of the right that lies beside it."""
    places = [(entry, _moved_box(entry.box, from_right)) for entry in right.entries]
    found: list[EntryReading | None] = []
    for entry in left.entries:
        beside = [(_shared_height(entry.box, box), other) for other, box in places]
        best = max(beside, key=lambda pair: pair[0], default=None)
        found.append(best[1] if best is not None and best[0] > 0.5 else None)
    return found


def _shared_height(box: _Box, other: _Box) -> float:
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return shared / max(1e-6, min(box[3] - box[1], other[3] - other[1]))


def _joined(entry: EntryReading, partner: EntryReading | None, template: FormTemplate) -> EntryReading:
    if partner is None:
        return replace(entry, fields=_all_columns(entry.fields, template))
    fields = entry.fields | {
        name: _over_the_fold(entry.fields[name], field) if name in entry.fields else field
        for name, field in partner.fields.items()
    }
    states = {entry.state, partner.state}
    return replace(
        entry,
        fields=_all_columns(fields, template),
        box=(*entry.box[:2], partner.box[2], max(entry.box[3], partner.box[3])),
        state=PageKind.CANCELLED
        if PageKind.CANCELLED in states
        else PageKind.ENTRIES
        if PageKind.ENTRIES in states
        else PageKind.BLANK,
    )


def _over_the_fold(left: FieldReading, right: FieldReading) -> FieldReading:
    """A column that both pages carry: what stands on one of them, or the left part before the right."""
    if not left.text or not right.text:
        return right if right.text else left
    return replace(
        left,
        text=f"{left.text} {right.text}",
        confidence=left.confidence * right.confidence,
        decoded=None,
        alternatives=(),
        characters=(*left.characters, (" ", 1.0), *right.characters),
        flags=tuple(dict.fromkeys((*left.flags, *right.flags, "overflow"))),
    )


def _moved(entry: EntryReading, matrix: NDArray[np.float64], *, facing: bool = False) -> EntryReading:
    """The entry with its boxes on the sheet of both pages."""
    fields = {
        name: replace(field, facing=facing, box=_moved_box(field.box, matrix) if field.box else None)
        for name, field in entry.fields.items()
    }
    return replace(entry, box=_moved_box(entry.box, matrix), fields=fields)


def _moved_box(box: _Box, matrix: NDArray[np.float64]) -> _Box:
    (x0, y0), (x1, y1) = (np.clip(matrix @ (x, y, 1.0), 0.0, 1.0)[:2] for x, y in (box[:2], box[2:]))
    return float(x0), float(y0), float(x1), float(y1)


def _after(homography: Sequence[float], to_sheet: NDArray[np.float64]) -> tuple[float, ...]:
    """Fractions of the sheet to fractions of a scan, from those of the page to the scan."""
    matrix = np.array(homography, float).reshape(3, 3) @ np.linalg.inv(to_sheet)
    return tuple(float(v) for v in (matrix / matrix[2, 2]).ravel())
