"""Where what a form prints stands on the sheet of one printer: template millimetres to sheet millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.drawing.printing import Printing
from layouts.forms import Area, FormTemplate, Item

__all__ = ["FormPlaces"]


@dataclass(frozen=True, slots=True)
class FormPlaces:
    """One entry slot of a form as a printer sets it.

    Attributes:
        top_mm: how far the slot is below the template's frame (stacked entries).
    """

    template: FormTemplate
    printing: Printing
    top_mm: float = 0.0

    @property
    def left(self) -> float:
        """Left edge of the frame on the sheet."""
        return self.template.frame_mm.left + self.printing.shift_x - self.printing.cut_left

    @property
    def top(self) -> float:
        """Top edge of the frame on the sheet."""
        return self.template.frame_mm.top + self.printing.shift_y + self.top_mm

    @property
    def width(self) -> float:
        """Width of the frame."""
        return self.template.frame_mm.width * self.printing.width

    @property
    def height(self) -> float:
        """Height of the frame."""
        return self.template.frame_mm.height * self.printing.height

    @property
    def divider(self) -> float:
        """x of the rule between entry and notes, from the frame's left."""
        if self.template.divider_mm is None:
            return self.width
        return self.template.divider_mm * self.printing.width + self.printing.divider_shift

    def x(self, x: float, area: Area) -> float:
        """An x of the template on the sheet."""
        old = self.template.divider_mm or self.template.frame_mm.width
        if area is Area.RIGHT:
            room = (self.width - self.divider) / (self.template.frame_mm.width - old)
            return self.left + self.divider + (x - old) * room
        if area is Area.ENTRY:
            return self.left + self.printing.swayed(x, old) * self.divider / old
        return self.left + x * self.printing.width

    def y(self, y: float, area: Area) -> float:
        """A baseline of the template on the sheet."""
        if area in (Area.HEAD, Area.PAGE_HEAD):
            return self.top + y
        if area is Area.FOOT:
            return self.top + y + self.height - self.template.frame_mm.height
        first, last = self._entry_span()
        pitch = min(self.printing.pitch, (self.height - 5 - first) / max(last - first, 1))
        return self.top + first + (y - first) * pitch

    def _entry_span(self) -> tuple[float, float]:
        ys = [y for item in self.template.items if item.area is Area.ENTRY
              for y in (item.y_mm, item.name_y_mm or item.y_mm, *item.continues_y_mm)]  # fmt: skip
        return min(ys), max(ys)

    def pitch(self, item: Item) -> float:
        """Distance to the next line of a wrapped label."""
        if item.continues_y_mm:
            return (self.y(item.continues_y_mm[0], item.area) - self.y(item.y_mm, item.area)) / item.label_lines
        ys = sorted({i.y_mm for i in self.template.items if i.area is Area.ENTRY and i.y_mm > item.y_mm})
        step = (ys[0] - item.y_mm) / item.label_lines if ys else 7.5
        return min(step, 9.0) * min(self.printing.pitch, 1.05)

    def row_height(self, item: Item) -> float:
        """Height of a ruled row of cells."""
        below = [i.y_mm for i in self.template.items if i.area is item.area and i.y_mm > item.y_mm]
        step = min(below) - item.y_mm if below else 6.5
        return self.y(item.y_mm + min(step, 9), item.area) - self.y(item.y_mm, item.area)
