"""Where the values of a form stand on one page: from the labels found there to stretches of writing line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from layouts.forms import Area, FormTemplate, Item, ItemKind
from ocr.cleaning.clean import CleanPage
from ocr.forms.geometry import FormGeometry, height_mm
from ocr.forms.match_form import FormMatch, FoundLabel, LabelKey
from ocr.forms.page_fit import PageFit
from ocr.images import PIXELS_PER_MM
from ocr.placing.label_rows import MARGIN, LabelRow, label_rows
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.placing.row_cells import Cell, row_cells
from ocr.placing.text_rows import lines_in_area

__all__ = ["place_fields"]

_ONE_LINE = 1.4
"""Cells up to so many line distances high hold one line of writing."""
_RULE = 4
"""Half the thickness of a rule and what is left of it."""
# Set by eye on drawn and photographed pages, none measured by itself. Pixels at 300 dpi, line distances where they are
# multiplied by the pitch.
_NARROWEST, _LEAST_SPACE = 4, 3 * PIXELS_PER_MM
"""Width of a space before the next label where the two touch, and of the last one of a row."""
_BEFORE_PRINT = 22 * PIXELS_PER_MM
"""Width of what a printed value may take: a number, a year."""
_DOTS_IN_SPACE, _DOTS_NEAR = 10, 20
"""Dots that go on so far into a space belong to it; those so near to it tell at which height it lies."""
_NEXT_ROW, _UNDER_ROW, _OVER_NEXT = 0.5, 0.45, 0.3
"""The next row of labels is so far below; further lines of a value lie so far under its row and over the next one."""
_WHOLE_LINE = 35 * PIXELS_PER_MM
"""Shorter dotted lines are no further line of a value."""
_NAME_BELOW_MM, _HALF_SIGNATURE, _SIGNATURE_HIGH = 25, 30 * PIXELS_PER_MM, 1.4
"""A signature's name stands so far under its title where the form does not say, so far to either side, so high."""
_PAGE_EDGE = 4
"""Pixels of the edge of a page that belong to no space."""


def place_fields(
    match: FormMatch, fit: PageFit, page: CleanPage, book_geometry: Mapping[str, tuple[float, float]] | None = None
) -> PlacedPage:
    """Place every item of the form.

    Args:
        match: the form and its labels on this page.
        fit: where the form lies on the page by these labels.
        page: dotted lines and rules.
        book_geometry: label positions (left end, baseline; fractions of the page) learned on the book's sure pages.
    """
    return _Placer(FormGeometry(match, page, fit, dict(book_geometry or {}))).place()


class _Placer:
    """One page being placed."""

    def __init__(self, form: FormGeometry) -> None:
        self.form = form
        self.rows, self.slot_words = label_rows(form)
        self.row_heads: dict[LabelKey, FoundLabel] = {}
        """Labels of table rows, which end where the first cell begins, however narrow their letters are."""

    def place(self) -> PlacedPage:
        fields: dict[tuple[int, int], FieldPlace] = {}
        lines_of: dict[tuple[int, int], list[tuple[int, WritingLine]]] = {}
        for index, row in enumerate(self.rows):
            self._place_row(row, self.rows[index + 1 :], lines_of)
        found = self.form.match.labels
        for (slot, number), lines in lines_of.items():
            lines.sort(key=lambda pair: pair[0])
            fields[slot, number] = FieldPlace(
                slot=slot,
                item=self.form.template.items[number],
                lines=tuple(line for _, line in lines),
                piece_of_line=tuple(piece for piece, _ in lines),
                certain=(slot, number, 0) in found or not any(self.form.template.items[number].label),
            )
        return PlacedPage(
            template=self.form.template,
            fit=self.form.fit,
            fields=tuple(fields[key] for key in sorted(fields)),
            labels={**found, **self.slot_words, **self.row_heads},
            pitch=self.form.pitch,
            divider=self.form.divider,
            frame_foot=self.form.frame_foot(),
            entry_boxes=self.form.entry_boxes({slot for slot, _ in fields}),
        )

    def _place_row(
        self, row: LabelRow, after: Sequence[LabelRow], lines_of: dict[tuple[int, int], list[tuple[int, WritingLine]]]
    ) -> None:
        for index, (key, label, _) in enumerate(row.pieces):
            item = self.form.template.items[key[1]]
            if item.kind in (ItemKind.HEADING, ItemKind.COLUMN_HEADS):
                continue
            lines = lines_of.setdefault((key[0], key[1]), [])
            if item.kind is ItemKind.CELL:
                cells = self._cells(item, row)
                lines.extend(cells)
                if key in self.form.match.labels and cells:
                    self.row_heads[key] = _ending_at(label, cells[0][1].left)
            elif item.kind is ItemKind.SIGNATURE:
                if item.columns and key[2] == len(item.label) - 1:
                    beside = _signatures_beside(key, row, self.form.template)
                    lines.append((0, self._signature(item, label, beside)))
            else:
                last = index == len(row.pieces) - 1
                following = None if last else row.pieces[index + 1][1].left
                lines.append((key[2], self._space(item, label, row, following)))
                if last and item.kind is ItemKind.LINE:
                    lines.extend((key[2], line) for line in self._further_lines(item, row, after))

    def _space(self, item: Item, label: FoundLabel, row: LabelRow, following: float | None) -> WritingLine:
        left = label.right + MARGIN
        if following is not None:
            return self._line(left, max(following - MARGIN, left + _NARROWEST), row)
        if item.kind is ItemKind.PRINTED:
            return self._line(left, left + _BEFORE_PRINT, row)
        limit = self.form.right_limit(item)
        end = self.form.width if self.form.divider is None or item.area is not Area.ENTRY else self.form.divider
        dots = [min(line.right, end) for line in row.dots if line.right > left + _DOTS_IN_SPACE and line.left < end]
        right = max(dots) if dots else limit
        return self._line(left, max(right, left + _LEAST_SPACE), row, overflow=self.form.overflow(right))

    def _line(self, left: float, right: float, row: LabelRow, overflow: float = 0.0) -> WritingLine:
        dots = [line for line in row.dots if line.left < right + _DOTS_NEAR and line.right > left - _DOTS_NEAR]
        if dots:
            nearest = min(dots, key=lambda line: abs((line.left + line.right) / 2 - (left + right) / 2))
            start, end = nearest.y_at(left), nearest.y_at(right)
        else:
            start = end = row.baseline
        return WritingLine(
            left=left,
            right=right,
            baseline_left=start,
            baseline_right=end,
            height=self.form.pitch,
            overflow=overflow,
        )

    def _further_lines(self, item: Item, row: LabelRow, after: Sequence[LabelRow]) -> list[WritingLine]:
        """Dotted lines below that no label stands on: the value goes on there."""
        end = next((r.top for r in after if r.top > row.baseline + _NEXT_ROW * self.form.pitch), None)
        entry_left = self.form.fit.x(min(i.x_mm[0] for i in self.form.template.items if i.area is Area.ENTRY))
        if item.area is not Area.ENTRY or end is None:
            return []
        free = []
        for line in self.form.page.dotted_lines:
            wide = line.right - line.left > _WHOLE_LINE
            inside = (
                row.baseline + _UNDER_ROW * self.form.pitch < line.y_at(entry_left) < end - _OVER_NEXT * self.form.pitch
            )
            if wide and inside and (self.form.divider is None or line.left < self.form.divider):
                free.append(line)
        lines = [
            WritingLine(
                left=min(line.left, entry_left),
                right=line.right,
                baseline_left=line.ys[0],
                baseline_right=line.ys[-1],
                height=self.form.pitch,
                overflow=self.form.overflow(line.right),
            )
            for line in sorted(free, key=lambda line: line.ys[0])
        ]
        return lines or self._unseen_lines(item, row, end, entry_left)

    def _unseen_lines(self, item: Item, row: LabelRow, end: float, left: float) -> list[WritingLine]:
        """Further lines the template knows, where the page has room for them but their dots were not seen."""
        room = round((end - row.baseline) / self.form.pitch) - 1
        right = self.form.right_limit(item)
        return [
            WritingLine(
                left=left,
                right=right,
                baseline_left=row.baseline + step * self.form.pitch,
                baseline_right=row.baseline + step * self.form.pitch,
                height=self.form.pitch,
                overflow=self.form.overflow(right),
            )
            for step in range(1, min(room, len(item.continues_y_mm)) + 1)
        ]

    def _cells(self, item: Item, row: LabelRow) -> list[tuple[int, WritingLine]]:
        """The lines written in the cells right of a row's label, at least one for each."""
        table_end = self.form.width if self.form.divider is None else self.form.divider
        lines: list[tuple[int, WritingLine]] = []
        for index, cell in enumerate(row_cells(item, row.pieces[0][1], self.form.page.rules, self.form.fit, table_end)):
            lines.extend((index, line) for line in self._lines_in_cell(cell, row))
        return lines

    def _lines_in_cell(self, cell: Cell, row: LabelRow) -> Sequence[WritingLine]:
        left, right = cell.left + _RULE, cell.right - _RULE
        # in a cell one line high, tall writing leans over its rules: the line is the label's
        if cell.top is not None and cell.bottom is not None and cell.bottom - cell.top > _ONE_LINE * self.form.pitch:
            area = (round(left), round(cell.top) + _RULE, round(right), round(cell.bottom) - _RULE)
            written = lines_in_area(self.form.page.ink, area)
            if written:
                return written
        return [self._line(left, right, row)]

    def _signature(self, item: Item, label: FoundLabel, beside: Sequence[float]) -> WritingLine:
        """The line for the name under a signature, half the way to the signatures beside it."""
        centre = _centre(label)
        below = (item.name_y_mm or item.y_mm + _NAME_BELOW_MM) - height_mm(
            self.form.template, item, 0, len(item.label) - 1
        )
        baseline = label.baseline + below * self.form.fit.y_scale
        half, end = _HALF_SIGNATURE, self.form.divider or self.form.width
        return WritingLine(
            left=max([centre - half, _PAGE_EDGE, *((x + centre) / 2 for x in beside if x < centre)]),
            right=min([centre + half, end, *((x + centre) / 2 for x in beside if x > centre)]),
            baseline_left=baseline,
            baseline_right=baseline,
            height=_SIGNATURE_HIGH * self.form.pitch,
        )


def _ending_at(label: FoundLabel, right: float) -> FoundLabel:
    """The label with nothing right of a cell's edge."""
    boxes = tuple((x0, y0, min(x1, right), y1) for x0, y0, x1, y1 in label.boxes if x0 < right)
    return replace(label, right=min(label.right, right), boxes=boxes)


def _signatures_beside(key: LabelKey, row: LabelRow, template: FormTemplate) -> list[float]:
    """Middles of the other signatures' titles on the row."""
    return [
        _centre(label)
        for other, label, _ in row.pieces
        if other[1] != key[1] and template.items[other[1]].kind is ItemKind.SIGNATURE
    ]


def _centre(label: FoundLabel) -> float:
    return (label.left + label.right) / 2
