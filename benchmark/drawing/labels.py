"""Labels in the type of one printer: squeezed, wrapped or centred where they have little room."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmark.drawing.canvas import Canvas, text_width
from benchmark.drawing.marks import grey_ink
from benchmark.drawing.printing import Printing

__all__ = ["LabelPrinter"]


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """Prints labels; places and widths in millimetres of the sheet."""

    canvas: Canvas
    printing: Printing
    rng: random.Random

    def put(self, text: str, x: float, y: float, style: str, *, size: float = 1.0, room: float = 0.0) -> float:
        """Print a label; its width. With `room` it is squeezed to fit."""
        printing = self.printing
        width = self.width(text) * size
        squeeze = min(1.0, max(room / width, 0.7)) if room and width > room else 1.0
        self.canvas.text(
            text, x, y, printing.font, printing.label_mm * size, grey_ink(printing),
            weight_mm=printing.bold_mm if style.startswith("bold") else 0.0,
            slant=0.2 if style.endswith("italic") else 0.0, squeeze=squeeze,
        )  # fmt: skip
        return width * squeeze

    def width(self, text: str) -> float:
        """Width of a label, sheet millimetres."""
        return text_width(text, self.printing.font, round(self.canvas.px(self.printing.label_mm))) / self.canvas.scale

    def worded(self, label: str) -> str:
        """The label as this printer words it."""
        if self.rng.random() >= self.printing.label_slips:
            return label
        return self.rng.choice(
            (
                label.removesuffix(":"),
                label.replace(", ", " ", 1),
                label.replace(", ", ",", 1),
                label.replace(" ", "  ", 1),
            )
        )

    def wrapped(self, text: str, x: float, y: float, end: float, style: str, pitch: float) -> tuple[float, int]:
        """Print a label over as many lines as it needs; end of its last line and number of lines."""
        lines: list[str] = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and x + self.width(longer) * 1.03 > end:
                lines.append(word)
            else:
                lines[-1] = longer
        width = 0.0
        for number, line in enumerate(lines):
            width = self.put(line, x, y + number * pitch, style)
        return x + width, len(lines)

    def centred(self, label: str, x: float, y: float, style: str, room: float) -> None:
        """A label around x, on two lines when it is much longer than its room."""
        lines = [label]
        if self.width(label) > room * 1.1:
            words = label.split(" ")
            cut = (len(words) + 1) // 2
            lines = [" ".join(words[:cut]), " ".join(words[cut:])]
        for number, line in enumerate(lines):
            width = min(self.width(line), room - 2)
            self.put(line, x - width / 2, y + number * self.printing.label_mm, style, room=room - 2)
