"""Registers before 1999: a table across two facing pages, one entry a row."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from benchmark.drawing.canvas import Canvas, Rect, text_width
from benchmark.drawing.hands import Hand, write_value
from benchmark.drawing.marks import grey_ink, signature
from benchmark.drawing.printing import Printing
from benchmark.drawing.sheet import Drawn, DrawnValue
from benchmark.invented.clerks import Value, empty, plain
from layouts.forms import FormTemplate, Item, ItemKind, Table

__all__ = ["TableDrawer"]


@dataclass(slots=True)
class TableDrawer:
    """Draws a spread: head row, ruled rows, and one entry in each of the first rows."""

    canvas: Canvas
    template: FormTemplate
    table: Table
    """Of the template."""
    printing: Printing
    hand: Hand
    entries: list[dict[str, Value]]
    rng: random.Random

    def draw(self) -> list[Drawn]:
        """The whole table; what was written in each row."""
        self._rules()
        for item in self._columns():
            self._head(item)
        return [self._row(number, values) for number, values in enumerate(self.entries)]

    def _columns(self) -> list[Item]:
        return [item for item in self.template.items if item.end_x_mm is not None]

    def _edges(self, item: Item) -> tuple[float, float]:
        scale = self.printing.width
        left = self.template.frame_mm.left + self.printing.shift_x
        span = self.template.frame_mm.width
        ends = (item.x_mm[0], item.end_x_mm or span)
        first, last = (left + scale * self.printing.swayed(x, span) for x in ends)
        return first, last

    @property
    def _top(self) -> float:
        return self.template.frame_mm.top + self.printing.shift_y

    def _row_top(self, number: int) -> float:
        return self._top + self.table.head_mm + number * self._row_height

    @property
    def _row_height(self) -> float:
        return self.table.row_mm * min(self.printing.height, 1.0)

    def _rules(self) -> None:
        ink, thin = grey_ink(self.printing), self.printing.frame_line
        columns = self._columns()
        left, right = self._edges(columns[0])[0], self._edges(columns[-1])[1]
        bottom = self._row_top(self.table.rows)
        self.canvas.box((left, self._top, right, bottom), thin * 1.4, ink)
        for number in range(self.table.rows):
            y = self._row_top(number)
            self.canvas.line((left, y), (right, y), thin, ink)
        for item in columns[1:]:
            x = self._edges(item)[0]
            self.canvas.line((x, self._top), (x, bottom), thin, ink)

    def _head(self, item: Item) -> None:
        """A column's label, centred, over as many lines as it needs."""
        printing, (left, right) = self.printing, self._edges(item)
        size = printing.label_mm * 0.72
        pixels = round(self.canvas.px(size))
        lines: list[str] = []
        for word in item.label[0].split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and text_width(longer, printing.font, pixels) / self.canvas.scale <= right - left - 1.2:
                lines[-1] = longer
            else:
                lines.append(word)
        pitch = size * 1.18
        y = self._top + self.table.head_mm / 2 - (len(lines) / 2 - 0.75) * pitch
        for number, line in enumerate(lines):
            width = text_width(line, printing.font, pixels) / self.canvas.scale
            squeeze = min(1.0, (right - left - 0.8) / width)
            self.canvas.text(
                line, (left + right - width * squeeze) / 2, y + number * pitch, printing.font, size,
                grey_ink(printing), squeeze=squeeze, weight_mm=printing.bold_mm,
            )  # fmt: skip

    def _row(self, number: int, values: dict[str, Value]) -> Drawn:
        drawn: Drawn = {}
        top = self._row_top(number)
        small = replace(self.hand, size=self.hand.size * 0.8, indent=1.0, rise=0.0, strike_share=0.0)
        for item in self._columns():
            left, right = self._edges(item)
            if item.kind is ItemKind.SIGNATURE:
                self._sign(item, values, (left, top, right), small, drawn)
                continue
            value = values.get(item.columns[0], empty()) if item.columns else empty()
            ink = self._write(value.written, left, right, top, small)
            for name in item.columns:
                if name in values and (values[name].written or item.kind is not ItemKind.NOTES):
                    drawn[name] = DrawnValue(value=values[name], ink=tuple(ink))
        return drawn

    def _write(self, text: str, left: float, right: float, top: float, hand: Hand) -> list[Rect]:
        if not text:
            return []
        pitch = self._row_height / 5
        lines = [(left + 0.5, top + pitch * (row + 1), right - 1.2) for row in range(4)]
        return write_value(self.canvas, text, lines, hand, self.rng)

    def _sign(
        self, item: Item, values: dict[str, Value], place: tuple[float, float, float], hand: Hand, drawn: Drawn
    ) -> None:
        left, top, right = place
        signature(self.canvas, (left + right) / 2, top + self._row_height * 0.4, self.hand.colour, self.rng)
        name = next((n for n in item.columns if n in ("nguoiKy", "nguoiThucHien")), None)
        if name and name in values:
            value = plain(values[name].standard)
            low = top + self._row_height * 0.72
            lines = [(left + 0.5, low, right - 1.0), (left + 0.5, low + self._row_height * 0.2, right - 1.0)]
            ink = write_value(self.canvas, value.written, lines, hand, self.rng)
            drawn[name] = DrawnValue(value=value, ink=tuple(ink))
