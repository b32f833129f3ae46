"""A page with the value spaces of its form: what placing hands on to cutting, composing and explaining."""

from __future__ import annotations

from dataclasses import dataclass, field

from layouts.forms import FormTemplate, Item
from ocr.forms.match_form import FoundLabel, LabelKey
from ocr.forms.page_fit import PageFit
from ocr.images import PixelBox

__all__ = ["FieldPlace", "PlacedPage", "WritingLine", "label_key_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingLine:
    """One stretch of line on which a value, or part of it, is written; pixels of the straightened page."""

    left: float
    right: float
    baseline_left: float
    baseline_right: float
    height: float
    """Distance to the line above: how tall writing may be."""
    overflow: float = 0.0
    """How far past its right end a long value may run."""

    def baseline(self, x: float) -> float:
        """Height of the line at x."""
        if self.right <= self.left:
            return self.baseline_left
        share = (x - self.left) / (self.right - self.left)
        return self.baseline_left + share * (self.baseline_right - self.baseline_left)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """The lines of one item: one for each printed piece, then the further lines of the last piece."""

    slot: int
    """Entry slot on the page, from 0."""
    item: Item
    lines: tuple[WritingLine, ...]
    piece_of_line: tuple[int, ...]
    certain: bool
    """Whether the item's first label was found on this page, or it has none: it stands between those of others."""
    space: PixelBox | None = None
    """Left, top, right, bottom of a space without printed lines (a cell, the notes): its lines are those with ink."""

    def lines_of(self, column: str) -> tuple[int, ...]:
        """Indices of the lines that feed a column."""
        pieces: tuple[int, ...] | None = self.item.slots.get(column)
        if self.item.cells_mm:
            pieces = (self.item.columns.index(column),)
        if pieces is None:
            return tuple(range(len(self.lines)))
        return tuple(i for i, piece in enumerate(self.piece_of_line) if piece in pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPage:
    """A page with every value space of its form."""

    template: FormTemplate
    fit: PageFit
    fields: tuple[FieldPlace, ...]
    labels: dict[LabelKey, FoundLabel]
    pitch: float
    """Usual distance between lines, pixels."""
    divider: float | None
    """x of the rule between entry and notes."""
    frame_foot: float | None = None
    """y of the frame's lower rule, where it was seen: printers set the lines of a form wider, not its paper longer."""
    entry_boxes: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)
    """Left, top, right, bottom of each entry slot, where the page has several; pixels."""


def label_key_text(key: LabelKey) -> str:
    """A label's name in a book's memory: `slot.item.piece`."""
    return ".".join(str(part) for part in key)
