"""Where the values of a form stand on one page: from the labels found there to stretches of writing line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from layouts.forms import Area, FormTemplate, Item, ItemKind, PageLayout
from ocr.clean import CleanPage
from ocr.find_form import FormMatch, FoundLabel, LabelKey
from ocr.page_fit import PIXELS_PER_MM, SLOT_STEP, PageFit, fit_page
from ocr.placed_page import FieldPlace, PlacedPage, WritingLine, label_key_text
from ocr.printed_lines import DottedLine
from ocr.row_cells import Cell, row_cells
from ocr.text_rows import lines_in_area

__all__ = ["fit_labels", "height_mm", "place_fields"]

_MARGIN = round(0.4 * PIXELS_PER_MM)
"""Between a label's last letter and the value space."""
_ENDS_AT_DIVIDER = 6 * PIXELS_PER_MM
"""A space that ends so close before the divider goes up to it, wherever the printer set the divider."""
_ACROSS = 0.65
"""Share of the page's width that the rules of a frame are longer than."""
_ONE_LINE = 1.4
"""Cells up to so many line distances high hold one line of writing."""
_RULE = 4
"""Half the thickness of a rule and what is left of it."""


def place_fields(
    match: FormMatch, page: CleanPage, book_geometry: Mapping[str, tuple[float, float]] | None = None
) -> PlacedPage | None:
    """Place every item of the form.

    Args:
        match: the form and its labels on this page.
        page: dotted lines and rules.
        book_geometry: label positions (left end, baseline; fractions of the page) learned on the book's sure pages.

    Returns:
        The placed page, or None when too few labels were found to place anything.
    """
    fit = fit_labels(match)
    if fit is None:
        return None
    return _Placer(match, page, fit, dict(book_geometry or {})).place()


def fit_labels(match: FormMatch) -> PageFit | None:
    """Where the template lies on this page, by the labels found; None without any."""
    nan = float("nan")
    points = []
    for (slot, number, piece), label in match.labels.items():
        item = match.template.items[number]
        if item.area is Area.RIGHT or label.similarity < 0.75:
            continue
        mm = height_mm(match.template, item, slot, piece)
        wrapped = label.top_baseline != label.baseline
        centred = item.kind in (ItemKind.SIGNATURE, ItemKind.COLUMN_HEADS)
        first = piece == 0 or item.kind is ItemKind.SIGNATURE
        x = nan if centred or not first else item.x_mm[piece]
        points.append((x, mm, label.left, label.top_baseline if wrapped else label.baseline))
    return fit_page(points)


def height_mm(template: FormTemplate, item: Item, slot: int, piece: int) -> float:
    """Height of a label piece in the template, for the given entry slot of the page."""
    below = 6.0 * piece if item.kind is ItemKind.SIGNATURE else 0.0
    return item.y_mm + below + slot * SLOT_STEP * template.frame_mm.height


@dataclass(slots=True)
class _Row:
    """A printed line of the form on this page."""

    y_mm: float
    baseline: float
    top: float
    """Baseline of the row where its first label begins."""
    pieces: list[tuple[LabelKey, FoundLabel, bool]]
    """From left to right, with whether the label was found here."""
    dots: list[DottedLine]


class _Placer:
    """One page being placed."""

    def __init__(self, match: FormMatch, page: CleanPage, fit: PageFit, book: dict[str, tuple[float, float]]) -> None:
        self.match, self.page, self.fit, self.book = match, page, fit, book
        self.template = match.template
        self.height, self.width = (int(size) for size in page.ink.shape)
        self.letter = _letter_width(match)
        self.divider = self._divider()
        self.pitch = self._pitch()
        self.slot_words: dict[LabelKey, FoundLabel] = {}
        """Printed words between slots that were not read but must be there: no ink of a value."""
        self.row_heads: dict[LabelKey, FoundLabel] = {}
        """Labels of table rows, which end where the first cell begins, however narrow their letters are."""

    def place(self) -> PlacedPage:
        rows = self._rows()
        self._claim_dots(rows)
        for row in rows:
            self._words_to_gaps(row)
        fields: dict[tuple[int, int], FieldPlace] = {}
        lines_of: dict[tuple[int, int], list[tuple[int, WritingLine]]] = {}
        for index, row in enumerate(rows):
            self._place_row(row, rows[index + 1 :], lines_of)
        found = self.match.labels
        for (slot, number), lines in lines_of.items():
            lines.sort(key=lambda pair: pair[0])
            fields[slot, number] = FieldPlace(
                slot=slot,
                item=self.template.items[number],
                lines=tuple(line for _, line in lines),
                piece_of_line=tuple(piece for piece, _ in lines),
                certain=(slot, number, 0) in found,
            )
        return PlacedPage(
            template=self.template,
            fit=self.fit,
            fields=tuple(fields[key] for key in sorted(fields)),
            labels={**found, **self.slot_words, **self.row_heads},
            pitch=self.pitch,
            divider=self.divider,
            frame_foot=self._frame_foot(),
            entry_boxes=self._entry_boxes({slot for slot, _ in fields}),
        )

    def _entry_boxes(self, slots: set[int]) -> dict[int, tuple[float, float, float, float]]:
        """Where each of several entries of the page stands."""
        if len(slots) < 2:
            return {}
        frame = self.template.frame_mm
        tops = {slot: self.fit.y(slot * SLOT_STEP * frame.height) for slot in slots}
        return {
            slot: (0.0, top, float(self.width), min(float(self.height), top + 1.01 * frame.height * self.fit.y_scale))
            for slot, top in tops.items()
        }

    def _divider(self) -> float | None:
        """Where the entry ends on the right: at the rule before the notes, or at the frame with notes at the foot."""
        if self.template.divider_mm is None:
            return None
        expected = self.fit.x(self.template.divider_mm)
        tall = [r for r in self.page.rules if r.vertical and r.bottom - r.top > 0.3 * self.height]
        xs = [(r.left + r.right) / 2 for r in tall]
        near = [x for x in xs if abs(x - expected) < 14 * PIXELS_PER_MM]
        if self._has_notes_at_foot(expected):
            return max([x for x in xs if x > expected], default=self.width - 8 * PIXELS_PER_MM)
        return min(near, key=lambda x: abs(x - expected)) if near else expected

    def _frame_foot(self) -> float | None:
        """The first rule across the page below all labels of the entry; not where one entry follows another."""
        if self.template.layout is PageLayout.STACKED:
            return None
        items = self.template.items
        labels = [label for (_, number, _), label in self.match.labels.items() if items[number].area is Area.ENTRY]
        last = max((label.baseline for label in labels), default=0.0)
        across = [r.top for r in self.page.rules if not r.vertical and r.right - r.left > _ACROSS * self.width]
        return min((float(top) for top in across if top > last), default=None)

    def _has_notes_at_foot(self, divider: float) -> bool:
        """Whether the title of the notes stands at the entry's left end instead of in a column of its own."""
        notes = [
            label
            for (_, number, _), label in self.match.labels.items()
            if self.template.items[number].kind is ItemKind.NOTES
        ]
        return bool(notes) and all(label.right < 0.5 * divider for label in notes)

    def _pitch(self) -> float:
        """Usual distance between neighbouring lines of the entry, from its dotted lines or from the template."""
        written = (ItemKind.LINE, ItemKind.CELL)
        heights = sorted({i.y_mm for i in self.template.items if i.area is Area.ENTRY and i.kind in written})
        steps = [b - a for a, b in pairwise(heights) if b - a > 3]
        nominal = float(np.median(steps)) * self.fit.y_scale if steps else 8 * PIXELS_PER_MM
        ys = sorted(line.ys[0] for line in self.page.dotted_lines)
        gaps = [b - a for a, b in pairwise(ys) if 0.6 * nominal < b - a < 1.4 * nominal]
        return float(np.median(gaps)) if len(gaps) >= 4 else nominal

    def _rows(self) -> list[_Row]:
        """The form's printed lines that carry values or bound them, from the top of the page."""
        pieces: list[tuple[float, LabelKey, FoundLabel, bool]] = []
        slots = 1 + max((key[0] for key in self.match.labels), default=0)
        for slot in range(slots):
            for number, item in enumerate(self.template.items):
                if item.area in (Area.RIGHT, Area.TABLE):
                    continue
                for piece in range(len(item.label)):
                    key = (slot, number, piece)
                    mm = height_mm(self.template, item, slot, piece)
                    found = self.match.labels.get(key)
                    pieces.append((mm, key, found or self._expected(key, mm), found is not None))
        rows: list[_Row] = []
        by_mm: dict[tuple[str, float], _Row] = {}
        for mm, key, label, was_found in pieces:
            name = (self.template.items[key[1]].area.value, round(mm, 1))
            row = by_mm.get(name)
            if row is None:
                row = by_mm[name] = _Row(mm, label.baseline, label.top_baseline, [], [])
                rows.append(row)
            row.pieces.append((key, label, was_found))
        rows = self._joined(rows)
        for row in rows:
            self._settle(row)
        return sorted(rows, key=lambda row: row.baseline)

    def _joined(self, rows: Sequence[_Row]) -> list[_Row]:
        """Lines of the form that this printer set beside each other become one row."""
        joined: list[_Row] = []
        for row in rows:
            level = next((other for other in joined if _on_one_row(other, row)), None)
            if level is None:
                joined.append(row)
            else:
                level.pieces.extend(row.pieces)
        return joined

    def _expected(self, key: LabelKey, mm: float) -> FoundLabel:
        """Where a label that was not found must stand: by the book's other pages, or between its neighbours."""
        _, number, piece = key
        item = self.template.items[number]
        text = item.label[piece]
        width = self.letter * len(text)
        left, baseline = self.fit.x(item.x_mm[piece]), self.fit.y(mm)
        known = self.book.get(label_key_text(key))
        if known is not None:
            left, baseline = known[0] * self.width, known[1] * self.height
        if item.kind is ItemKind.SIGNATURE:
            left -= width / 2
        return FoundLabel(
            left=left, right=left + width, baseline=baseline, top_baseline=baseline, similarity=0.0, boxes=()
        )

    def _settle(self, row: _Row) -> None:
        """Give labels that were not found the height of those found on the same line."""
        found = [label for _, label, was_found in row.pieces if was_found]
        if found:
            row.baseline = float(np.median([label.baseline for label in found]))
            row.top = min(label.top_baseline for label in found)
            row.pieces = [
                (key, label if was_found else self._beside(key, label, row), was_found)
                for key, label, was_found in row.pieces
            ]
        row.pieces.sort(key=lambda piece: piece[1].left)

    def _beside(self, key: LabelKey, label: FoundLabel, row: _Row) -> FoundLabel:
        """A label not found, placed by the nearest label found on its line."""
        item = self.template.items[key[1]]
        mates = [
            (abs(self.template.items[other[1]].x_mm[other[2]] - item.x_mm[key[2]]), other, found)
            for other, found, was_found in row.pieces
            if was_found and self.template.items[other[1]].kind is not ItemKind.SIGNATURE
        ]
        left = label.left
        if mates and item.kind is not ItemKind.SIGNATURE:
            _, other, found = min(mates, key=lambda mate: mate[0])
            step = item.x_mm[key[2]] - self.template.items[other[1]].x_mm[other[2]]
            left = found.left + step * self.fit.x_scale
        placed = replace(
            label, left=left, right=left + label.right - label.left, baseline=row.baseline, top_baseline=row.baseline
        )
        return placed

    def _claim_dots(self, rows: Sequence[_Row]) -> None:
        """Each dotted line belongs to the printed line whose letters stand on it, if any."""
        for row in rows:
            left = min(label.left for _, label, _ in row.pieces)
            certain = any(was_found for _, _, was_found in row.pieces)
            reach = (0.3 if certain else 0.45) * self.pitch
            row.dots = [
                line
                for line in self.page.dotted_lines
                if line.right > left and abs(line.y_at(max(line.left, left)) - row.baseline) < reach
            ]
            if row.dots and not certain:
                row.baseline = row.top = float(np.median([line.ys[0] for line in row.dots]))

    def _words_to_gaps(self, row: _Row) -> None:
        """Printed words between slots that were not read stand where the dots pause."""
        moved, shift = list(row.pieces), 0.0
        for index, (key, label, was_found) in enumerate(row.pieces):
            item = self.template.items[key[1]]
            if was_found or not item.slots or key[2] == 0 or not item.label[key[2]]:
                continue
            before = moved[index - 1][1].right if index else 0.0
            after = min((other.left for _, other, found in row.pieces[index + 1 :] if found), default=self.width)
            width = label.right - label.left
            pauses = [
                (start, end)
                for start, end in _pauses(row.dots)
                if before < end and end <= after + _MARGIN and 0.7 * width < end - start < 2.5 * width
            ]
            if pauses:
                start, end = min(pauses, key=lambda pause: abs(pause[0] - label.left - shift))
                shift = start - label.left
                label = replace(label, left=max(start, before), right=end)
                moved[index] = (key, label, was_found)
            em = self.letter / 0.46
            box = (label.left, row.baseline - 0.8 * em, label.right, row.baseline + 0.3 * em)
            self.slot_words[key] = replace(label, boxes=(box,))
        row.pieces = moved

    def _place_row(
        self, row: _Row, after: Sequence[_Row], lines_of: dict[tuple[int, int], list[tuple[int, WritingLine]]]
    ) -> None:
        for index, (key, label, _) in enumerate(row.pieces):
            item = self.template.items[key[1]]
            if item.kind in (ItemKind.HEADING, ItemKind.COLUMN_HEADS):
                continue
            lines = lines_of.setdefault((key[0], key[1]), [])
            if item.kind is ItemKind.CELL:
                cells = self._cells(item, row)
                lines.extend(cells)
                if key in self.match.labels and cells:
                    self.row_heads[key] = _ending_at(label, cells[0][1].left)
            elif item.kind is ItemKind.SIGNATURE:
                if item.columns and key[2] == len(item.label) - 1:
                    lines.append((0, self._signature(item, label, key[0], _signatures_beside(key, row, self.template))))
            else:
                last = index == len(row.pieces) - 1
                following = None if last else row.pieces[index + 1][1].left
                lines.append((key[2], self._space(item, label, row, following)))
                if last and item.kind is ItemKind.LINE:
                    lines.extend((key[2], line) for line in self._further_lines(item, row, after))

    def _space(self, item: Item, label: FoundLabel, row: _Row, following: float | None) -> WritingLine:
        left = label.right + _MARGIN
        if following is not None:
            return self._line(left, max(following - _MARGIN, left + 4), row)
        if item.kind is ItemKind.PRINTED:
            return self._line(left, left + 22 * PIXELS_PER_MM, row)
        limit = self._right_limit(item)
        end = self.width if self.divider is None or item.area is not Area.ENTRY else self.divider
        dots = [min(line.right, end) for line in row.dots if line.right > left + 10 and line.left < end]
        right = max(dots) if dots else limit
        return self._line(left, max(right, left + 3 * PIXELS_PER_MM), row, overflow=self._overflow(right))

    def _right_limit(self, item: Item) -> float:
        nominal = self.fit.x(item.end_x_mm) if item.end_x_mm is not None else self.width - 8 * PIXELS_PER_MM
        if item.area is Area.ENTRY and self.divider is not None and self.template.divider_mm is not None:
            if item.end_x_mm is None:
                return self.divider
            before_divider = (self.template.divider_mm - item.end_x_mm) * self.fit.x_scale
            return self.divider - before_divider if before_divider < _ENDS_AT_DIVIDER else min(nominal, self.divider)
        return min(nominal, self.width)

    def _overflow(self, right: float) -> float:
        """A long value may run past the dots, past the divider and a centimetre into the notes."""
        edge = right if self.divider is None else max(right, self.divider)
        return edge - right + 11 * PIXELS_PER_MM

    def _line(self, left: float, right: float, row: _Row, overflow: float = 0.0) -> WritingLine:
        dots = [line for line in row.dots if line.left < right + 20 and line.right > left - 20]
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
            height=self.pitch,
            overflow=overflow,
        )

    def _further_lines(self, item: Item, row: _Row, after: Sequence[_Row]) -> list[WritingLine]:
        """Dotted lines below that no label stands on: the value goes on there."""
        end = next((r.top for r in after if r.top > row.baseline + 0.5 * self.pitch), None)
        entry_left = self.fit.x(min(i.x_mm[0] for i in self.template.items if i.area is Area.ENTRY))
        if item.area is not Area.ENTRY or end is None:
            return []
        free = []
        for line in self.page.dotted_lines:
            wide = line.right - line.left > 35 * PIXELS_PER_MM
            inside = row.baseline + 0.45 * self.pitch < line.y_at(entry_left) < end - 0.3 * self.pitch
            if wide and inside and (self.divider is None or line.left < self.divider):
                free.append(line)
        lines = [
            WritingLine(
                left=min(line.left, entry_left),
                right=line.right,
                baseline_left=line.ys[0],
                baseline_right=line.ys[-1],
                height=self.pitch,
                overflow=self._overflow(line.right),
            )
            for line in sorted(free, key=lambda line: line.ys[0])
        ]
        return lines or self._unseen_lines(item, row, end, entry_left)

    def _unseen_lines(self, item: Item, row: _Row, end: float, left: float) -> list[WritingLine]:
        """Further lines the template knows, where the page has room for them but their dots were not seen."""
        room = round((end - row.baseline) / self.pitch) - 1
        right = self._right_limit(item)
        return [
            WritingLine(
                left=left,
                right=right,
                baseline_left=row.baseline + step * self.pitch,
                baseline_right=row.baseline + step * self.pitch,
                height=self.pitch,
                overflow=self._overflow(right),
            )
            for step in range(1, min(room, len(item.continues_y_mm)) + 1)
        ]

    def _cells(self, item: Item, row: _Row) -> list[tuple[int, WritingLine]]:
        """The lines written in the cells right of a row's label, at least one for each."""
        table_end = self.width if self.divider is None else self.divider
        lines: list[tuple[int, WritingLine]] = []
        for index, cell in enumerate(row_cells(item, row.pieces[0][1], self.page.rules, self.fit, table_end)):
            lines.extend((index, line) for line in self._lines_in_cell(cell, row))
        return lines

    def _lines_in_cell(self, cell: Cell, row: _Row) -> Sequence[WritingLine]:
        left, right = cell.left + _RULE, cell.right - _RULE
        # in a cell one line high, tall writing leans over its rules: the line is the label's
        if cell.top is not None and cell.bottom is not None and cell.bottom - cell.top > _ONE_LINE * self.pitch:
            area = (round(left), round(cell.top) + _RULE, round(right), round(cell.bottom) - _RULE)
            written = lines_in_area(self.page.ink, area)
            if written:
                return written
        return [self._line(left, right, row)]

    def _signature(self, item: Item, label: FoundLabel, slot: int, beside: Sequence[float]) -> WritingLine:
        """The line for the name under a signature, half the way to the signatures beside it."""
        centre = _centre(label)
        below = (item.name_y_mm or item.y_mm + 25) - height_mm(self.template, item, 0, len(item.label) - 1)
        baseline = label.baseline + below * self.fit.y_scale
        half = 30 * PIXELS_PER_MM
        return WritingLine(
            left=max([centre - half, 4, *((x + centre) / 2 for x in beside if x < centre)]),
            right=min([centre + half, self.divider or self.width, *((x + centre) / 2 for x in beside if x > centre)]),
            baseline_left=baseline,
            baseline_right=baseline,
            height=1.4 * self.pitch,
        )


def _on_one_row(one: _Row, other: _Row) -> bool:
    """Whether labels found for two lines of the form stand on one row of the page, none over another."""
    first, second = ([label for _, label, was_found in row.pieces if was_found] for row in (one, other))
    return any(_beside(a, b) for a in first for b in second)


def _beside(one: FoundLabel, other: FoundLabel) -> bool:
    apart = one.right <= other.left or other.right <= one.left
    return apart and abs(one.baseline - other.baseline) < 0.5


def _pauses(lines: Sequence[DottedLine]) -> list[tuple[float, float]]:
    """Ends of the stretches without dots on a row."""
    dots = sorted(x for line in lines for x in line.xs)
    return [(a, b) for a, b in pairwise(dots) if b - a > 2 * PIXELS_PER_MM]


def _ending_at(label: FoundLabel, right: float) -> FoundLabel:
    """The label with nothing right of a cell's edge."""
    boxes = tuple((x0, y0, min(x1, right), y1) for x0, y0, x1, y1 in label.boxes if x0 < right)
    return replace(label, right=min(label.right, right), boxes=boxes)


def _signatures_beside(key: LabelKey, row: _Row, template: FormTemplate) -> list[float]:
    """Middles of the other signatures' titles on the row."""
    return [
        _centre(label)
        for other, label, _ in row.pieces
        if other[1] != key[1] and template.items[other[1]].kind is ItemKind.SIGNATURE
    ]


def _centre(label: FoundLabel) -> float:
    return (label.left + label.right) / 2


def _letter_width(match: FormMatch) -> float:
    """Mean width of a printed letter on this page, pixels."""
    widths = [
        (label.right - label.left) / len(match.template.items[number].label[piece])
        for (_, number, piece), label in match.labels.items()
        if label.similarity > 0.85 and label.top_baseline == label.baseline
    ]
    return float(np.median(widths)) if widths else 2.1 * PIXELS_PER_MM
