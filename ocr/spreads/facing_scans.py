"""Tables over two facing pages that were scanned one by one: both halves read, and their rows joined again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from layouts.forms import FormTemplate, Item
from layouts.geometry import PageBox
from ocr.forms.half_tables import LEFT
from ocr.images import Matrix
from ocr.page.result import entries_reading
from ocr.reading.readers import Readers
from ocr.readings import Engine, EntryReading, FacingPage, FieldReading, PageKind, PageReading, Script
from ocr.spreads.facing_table import FacingTable
from ocr.spreads.folded_columns import cut_items, sheet_reading
from ocr.spreads.laying import from_sheet, laid_box, laid_entry, rows_beside

__all__ = ["facing_reading", "joined_rows", "lone_half"]

Size = tuple[int, int]

_BESIDE = 0.5
"""Share of the lower one's height over which rows of the two pages lie beside each other when they are one entry."""
_TINY = 1e-6
"""Keeps a row without height from a division by nothing."""


def lone_half(reading: PageReading, side: int, template: FormTemplate) -> PageReading:
    """A half whose other page is not there: every column of the form stands in its entries, the missing ones empty.

    Args:
        reading: of the half.
        side: `LEFT` or `RIGHT`.
        template: the whole form.
    """
    other = "bên phải ở ngay sau" if side == LEFT else "bên trái ở ngay trước"
    warning = (
        f"Đây là một nửa của bảng ghi trên hai trang; chưa thấy trang {other} trang này. "
        "Hãy nạp đủ hai trang liền nhau rồi đọc lại, hoặc nhập các cột còn thiếu bằng tay."
    )
    entries = tuple(replace(entry, fields=_all_columns(entry.fields, template)) for entry in reading.entries)
    return replace(reading, entries=entries, warnings=(*reading.warnings, warning))


def _all_columns(fields: dict[str, FieldReading], template: FormTemplate) -> dict[str, FieldReading]:
    missing = {
        name: FieldReading(column=name, text="", confidence=0.0, engine=Engine.NONE, flags=("page_missing",))
        for name in template.column_names
        if name not in fields
    }
    return {name: (fields | missing)[name] for name in template.column_names}


def facing_reading(table: FacingTable, readers: Readers) -> PageReading:
    """Both pages of a table read together: row by row, or as one sheet where the fold runs through a column.

    Raises:
        OcrError: Tesseract is missing.
    """
    cut = cut_items(table)
    sheet = sheet_reading(table, cut, readers) if cut else None
    reading = sheet if sheet is not None else _row_by_row(table, cut, readers)
    cleaned = table.left.search.cleaned
    return replace(reading, half=None, rotation=(cleaned.origin.turned + cleaned.straight.rotation) % 360)


def _row_by_row(table: FacingTable, cut: Sequence[Item], readers: Readers) -> PageReading:
    pages = table.left, table.right
    left, right = (entries_reading(page, readers) for page in pages)
    first, second = (page.search.cleaned.size for page in pages)
    joined = joined_rows(left, right, (first, second), table.whole)
    if not cut:
        return joined
    warning = (
        f"Nếp gấp che cột {', '.join(f'«{item.label[0]}»' for item in cut)}; máy không ghép được cột này. "
        "Hãy nhập cột này theo ảnh hai trang."
    )
    return replace(joined, warnings=(*joined.warnings, warning))


def joined_rows(left: PageReading, right: PageReading, sizes: tuple[Size, Size], template: FormTemplate) -> PageReading:
    """One reading of both pages: each row of the left page with what stands in the same row of the right.

    Args:
        left: reading of the left page, boxes on its straightened picture.
        right: the same of the right page.
        sizes: width and height in pixels of both straightened pictures.
        template: the whole form.
    """
    (left_width, left_height), (right_width, right_height) = sizes
    scale, shift = _laid(left, right, left_height, right_height)
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
        _joined(
            laid_entry(entry, from_left), laid_entry(partner, from_right, facing=True) if partner else None, template
        )
        for entry, partner in zip(left.entries, partners, strict=True)
    )
    scripts = {reading.script for reading in (left, right)}
    return replace(
        left,
        entries=entries,
        kind=PageKind.BLANK if all(entry.state is PageKind.BLANK for entry in entries) else PageKind.ENTRIES,
        form_score=min(left.form_score, right.form_score),
        script=scripts.pop() if len(scripts) == 1 else Script.MIXED,
        steps=(*left.steps, *right.steps),
        warnings=tuple(dict.fromkeys((*left.warnings, *right.warnings))),
        labels=(),
        homography=from_sheet(left.homography, from_left),
        facing=FacingPage(
            source=right.source,
            page=right.page,
            seam=left_width / width,
            homography=from_sheet(right.homography, from_right),
        ),
    )


def _laid(left: PageReading, right: PageReading, left_height: int, right_height: int) -> tuple[float, float]:
    """What the right page is scaled by and moved down by so that its rows lie beside those of the left."""
    rows, others = (
        [(entry.box[1] * height, entry.box[3] * height) for entry in reading.entries]
        for reading, height in ((left, left_height), (right, right_height))
    )
    return rows_beside(rows, others) if rows and others else (left_height / right_height, 0.0)


def _partners(left: PageReading, right: PageReading, from_right: Matrix) -> list[EntryReading | None]:
    """For each row of the left page the row of the right that lies beside it."""
    places = [(entry, laid_box(entry.box, from_right)) for entry in right.entries]
    found: list[EntryReading | None] = []
    for entry in left.entries:
        beside = [(_shared_height(entry.box, box), other) for other, box in places]
        best = max(beside, key=lambda pair: pair[0], default=None)
        found.append(best[1] if best is not None and best[0] > _BESIDE else None)
    return found


def _shared_height(box: PageBox, other: PageBox) -> float:
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return shared / max(_TINY, min(box[3] - box[1], other[3] - other[1]))


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
