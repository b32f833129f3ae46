"""Where a printed form lies on a page: scale, divider, line distance and frame, from the labels and rules found."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from layouts.forms import Area, FormTemplate, Item, ItemKind, PageLayout
from ocr.cleaning.clean import CleanPage
from ocr.forms.match_form import SIGNATURE_STEP_MM, FormMatch
from ocr.forms.page_fit import SLOT_STEP, PageFit, fit_page
from ocr.images import PIXELS_PER_MM

__all__ = ["AT_LEFT", "INTO_NOTES_PX", "FormGeometry", "fit_labels", "height_mm"]

_ENDS_AT_DIVIDER = 6 * PIXELS_PER_MM
"""A space that ends so close before the divider goes up to it, wherever the printer set the divider."""
_ACROSS = 0.65
"""Share of the page's width that the rules of a frame are longer than."""
# Set by eye on drawn and photographed pages, none measured by itself.
_LIKE_ENOUGH, _CLEARLY_READ = 0.75, 0.85
"""Likeness (0..1) of labels that tell where the form lies, and of those that tell the width of its letters."""
_EDGE = 8 * PIXELS_PER_MM
"""Margin of the page where no value is written and no rule tells where the space ends."""
_INTO_NOTES = 11 * PIXELS_PER_MM
"""How far past the divider a long value may run."""
INTO_NOTES_PX = round(_INTO_NOTES)
"""The same in whole pixels, for cutting pictures."""
_UPRIGHT, _OFF_PLACE = 0.3, 14 * PIXELS_PER_MM
"""A divider is this share of the page long at least, and so near to where the labels say."""
AT_LEFT = 0.5
"""Notes whose title ends before this share of the way to the divider stand at the foot of the entry."""
_LEAST_STEP_MM, _USUAL_PITCH = 3, 8 * PIXELS_PER_MM
"""Heights of a form that differ less are of one line; line distance where it has one line only."""
_PITCH, _FEWEST_GAPS = (0.6, 1.4), 4
"""Dotted lines of a page tell its line distance by gaps so many times the form's, when there are so many."""
_USUAL_LETTER = 2.1 * PIXELS_PER_MM
"""Width of a printed letter where no label tells: 12 point type."""
_ENTRY_HIGH = 1.01
"""Frame heights of an entry's space: with the tails of its last line, short of the next entry (`SLOT_STEP`)."""


def fit_labels(match: FormMatch) -> PageFit | None:
    """Where the template lies on this page, by the labels found; None without any."""
    nan = float("nan")
    points = []
    for (slot, number, piece), label in match.labels.items():
        item = match.template.items[number]
        if item.area is Area.RIGHT or label.similarity < _LIKE_ENOUGH:
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
    below = SIGNATURE_STEP_MM * piece if item.kind is ItemKind.SIGNATURE else 0.0
    return item.y_mm + below + slot * SLOT_STEP * template.frame_mm.height


class FormGeometry:
    """A form on one page.

    Args:
        match: the form and its labels on this page.
        page: dotted lines and rules.
        fit: where the template lies on the page.
        book: label positions (left end, baseline; fractions of the page) learned on the book's sure pages.
    """

    def __init__(
        self, match: FormMatch, page: CleanPage, fit: PageFit, book: Mapping[str, tuple[float, float]]
    ) -> None:
        self.match, self.page, self.fit, self.book = match, page, fit, book
        self.template = match.template
        self.height, self.width = (int(size) for size in page.ink.shape)
        self.letter = _letter_width(match)
        self.divider = self._divider()
        self.pitch = self._pitch()

    def entry_boxes(self, slots: set[int]) -> dict[int, tuple[float, float, float, float]]:
        """Where each of several entries of the page stands."""
        if len(slots) < 2:
            return {}
        frame = self.template.frame_mm
        tops = {slot: self.fit.y(slot * SLOT_STEP * frame.height) for slot in slots}
        return {
            slot: (
                0.0,
                top,
                float(self.width),
                min(float(self.height), top + _ENTRY_HIGH * frame.height * self.fit.y_scale),
            )
            for slot, top in tops.items()
        }

    def frame_foot(self) -> float | None:
        """The first rule across the page below all labels of the entry; not where one entry follows another."""
        if self.template.layout is PageLayout.STACKED:
            return None
        items = self.template.items
        labels = [label for (_, number, _), label in self.match.labels.items() if items[number].area is Area.ENTRY]
        last = max((label.baseline for label in labels), default=0.0)
        across = [r.top for r in self.page.rules if not r.vertical and r.right - r.left > _ACROSS * self.width]
        return min((float(top) for top in across if top > last), default=None)

    def right_limit(self, item: Item) -> float:
        """Where the space of a value ends without anything printed after it."""
        nominal = self.fit.x(item.end_x_mm) if item.end_x_mm is not None else self.width - _EDGE
        if item.area is Area.ENTRY and self.divider is not None and self.template.divider_mm is not None:
            if item.end_x_mm is None:
                return self.divider
            before_divider = (self.template.divider_mm - item.end_x_mm) * self.fit.x_scale
            return self.divider - before_divider if before_divider < _ENDS_AT_DIVIDER else min(nominal, self.divider)
        return min(nominal, self.width)

    def overflow(self, right: float) -> float:
        """A long value may run past the dots, past the divider and a centimetre into the notes."""
        edge = right if self.divider is None else max(right, self.divider)
        return edge - right + _INTO_NOTES

    def _divider(self) -> float | None:
        """Where the entry ends on the right: at the rule before the notes, or at the frame with notes at the foot."""
        if self.template.divider_mm is None:
            return None
        expected = self.fit.x(self.template.divider_mm)
        tall = [r for r in self.page.rules if r.vertical and r.bottom - r.top > _UPRIGHT * self.height]
        xs = [(r.left + r.right) / 2 for r in tall]
        near = [x for x in xs if abs(x - expected) < _OFF_PLACE]
        if self._has_notes_at_foot(expected):
            return max([x for x in xs if x > expected], default=self.width - _EDGE)
        return min(near, key=lambda x: abs(x - expected)) if near else expected

    def _has_notes_at_foot(self, divider: float) -> bool:
        """Whether the title of the notes stands at the entry's left end instead of in a column of its own."""
        notes = [
            label
            for (_, number, _), label in self.match.labels.items()
            if self.template.items[number].kind is ItemKind.NOTES
        ]
        return bool(notes) and all(label.right < AT_LEFT * divider for label in notes)

    def _pitch(self) -> float:
        """Usual distance between neighbouring lines of the entry, from its dotted lines or from the template."""
        written = (ItemKind.LINE, ItemKind.CELL)
        heights = sorted({i.y_mm for i in self.template.items if i.area is Area.ENTRY and i.kind in written})
        steps = [b - a for a, b in pairwise(heights) if b - a > _LEAST_STEP_MM]
        nominal = float(np.median(steps)) * self.fit.y_scale if steps else _USUAL_PITCH
        ys = sorted(line.ys[0] for line in self.page.dotted_lines)
        gaps = [b - a for a, b in pairwise(ys) if _PITCH[0] * nominal < b - a < _PITCH[1] * nominal]
        return float(np.median(gaps)) if len(gaps) >= _FEWEST_GAPS else nominal


def _letter_width(match: FormMatch) -> float:
    """Mean width of a printed letter on this page, pixels."""
    widths = [
        (label.right - label.left) / len(match.template.items[number].label[piece])
        for (_, number, piece), label in match.labels.items()
        if label.similarity > _CLEARLY_READ and label.top_baseline == label.baseline
    ]
    return float(np.median(widths)) if widths else _USUAL_LETTER
