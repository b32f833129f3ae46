"""From boxes drawn on a page to a form template, and back: what stands between the template editor and its data file.

A template describes labels and baselines in millimetres; a person draws rectangles. Starting from a known form keeps
everything that cannot be drawn (check-boxes, signatures, slots of dates) and moves only what was moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml

from layouts.columns import column
from layouts.errors import TemplateError
from layouts.forms import Area, FormTemplate, Grade, Item, ItemKind, PageLayout
from layouts.geometry import RelativeBox
from layouts.register_types import RegisterType
from ocr.forms.page_fit import PageFit

__all__ = ["DrawnBox", "FormFacts", "Lie", "boxes_of", "draft_template", "lie_of"]

_LINE_MM = 7.6
"""Pitch of dotted lines on the forms seen."""
_ABOVE_MM, _BELOW_MM = 4.0, 1.1
"""A value's space above and below its baseline."""
_LETTER_MM = 1.75
"""Width of a printed letter: where the value's space begins when only the label's place is known."""
_MOST_OVERLAP = 0.05
"""Share of a box that may lie in another: lines drawn by hand touch."""
_FEWEST_KNOTS = 4
"""Labels at so many heights must be found before they tell where a form lies."""
_DRAWABLE = (ItemKind.LINE, ItemKind.PRINTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBox:
    """One value space as drawn; fractions of the straightened page."""

    id: str
    """`i<n>` for item n of the form it began from, anything else for a new box."""
    column: str
    label: str
    """Printed text before the space."""
    box: tuple[float, float, float, float]
    label_left: float | None = None
    """Left end of the label, when it was picked on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """What a template needs beside its boxes."""

    form: str
    register_type: RegisterType
    title: str
    version: int
    page_mm: tuple[float, float]
    first_year: int = 1990
    last_year: int = 2030


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """Where a form's millimetres lie on one page: another printer's lines stand closer or farther apart."""

    x_origin: float
    x_scale: float
    """Fraction of the page's width at the frame's left edge, and of one millimetre."""
    y_mm: tuple[float, ...]
    y_page: tuple[float, ...]
    """Heights on the form, rising, and their fractions of the page's height; straight between and beyond them."""

    def x(self, mm: float) -> float:
        """Fraction of the page's width."""
        return self.x_origin + mm * self.x_scale

    def y(self, mm: float) -> float:
        """Fraction of the page's height."""
        return _through(mm, self.y_mm, self.y_page)

    def x_mm(self, share: float) -> float:
        """Millimetres of the form from its frame's left edge."""
        return (share - self.x_origin) / self.x_scale

    def y_mm_at(self, share: float) -> float:
        """Millimetres of the form from its frame's top."""
        return _through(share, self.y_page, self.y_mm)


def _through(value: float, known: Sequence[float], wanted: Sequence[float]) -> float:
    """Linear between known places, and beyond them as between the outermost."""
    if known[0] <= value <= known[-1]:
        return float(np.interp(value, known, wanted))
    slope = (wanted[-1] - wanted[0]) / (known[-1] - known[0])
    end = 0 if value < known[0] else -1
    return wanted[end] + (value - known[end]) * slope


def lie_of(template: FormTemplate, fit: PageFit | None = None, size: tuple[int, int] = (1, 1)) -> Lie:
    """Where a form lies on a page, by the labels found there; as its drawing says when too few were found.

    Args:
        template: the form.
        fit: of its labels on the page, in pixels.
        size: width and height of the page in pixels.
    """
    width, height = size
    knots = sorted({round(mm, 1): px for mm, px in zip(fit.y_mm, fit.y_px, strict=True)}.items()) if fit else []
    rising = [knot for number, knot in enumerate(knots) if number == 0 or knot[1] > knots[number - 1][1]]
    if fit is None or len(rising) < _FEWEST_KNOTS:
        page, frame = template.page_mm, template.frame_mm
        return Lie(
            x_origin=frame.left / page.width,
            x_scale=1 / page.width,
            y_mm=(0.0, page.height),
            y_page=(frame.top / page.height, (frame.top + page.height) / page.height),
        )
    return Lie(
        x_origin=fit.x_origin / width,
        x_scale=fit.x_scale / width,
        y_mm=tuple(mm for mm, _ in rising),
        y_page=tuple(px / height for _, px in rising),
    )


def boxes_of(template: FormTemplate, lie: Lie | None = None) -> tuple[DrawnBox, ...]:
    """The value spaces of a form that can be drawn as one rectangle, where they lie on a page."""
    lie = lie or lie_of(template)
    found = []
    for number, item in enumerate(template.items):
        if (
            item.kind in _DRAWABLE
            and len(item.label) == 1
            and item.label[0]
            and item.columns
            and item.end_x_mm is not None
        ):
            box = _box(lie, item)
            found.append(DrawnBox(id=f"i{number}", column=item.columns[0], label=item.label[0], box=box))
    return tuple(found)


def _box(lie: Lie, item: Item) -> tuple[float, float, float, float]:
    right = item.end_x_mm if item.end_x_mm is not None else item.x_mm[0] + 40
    left = min(item.x_mm[0] + _LETTER_MM * len(item.label[0]), right - 5)
    bottom = max((item.y_mm, *item.continues_y_mm))
    edges = (lie.x(left), lie.y(item.y_mm - _ABOVE_MM), lie.x(right), lie.y(bottom + _BELOW_MM))
    left_f, top_f, right_f, bottom_f = (round(min(1.0, max(0.0, edge)), 5) for edge in edges)
    return left_f, top_f, right_f, bottom_f


def draft_template(
    facts: FormFacts, boxes: Sequence[DrawnBox], base: FormTemplate | None = None, lie: Lie | None = None
) -> str:
    """YAML of a template.

    Args:
        facts: name, register, size of the page.
        boxes: as drawn.
        base: the form they began from; what cannot be drawn is taken over from it.
        lie: where that form lies on the page they were drawn on, as `boxes_of` was given it.

    Raises:
        TemplateError: every box that overlaps, leaves the page, lacks its printed label, or feeds an unknown column.
    """
    problems = _problems(facts, boxes)
    if problems:
        raise TemplateError(tuple(problems))
    data = _moved(boxes, base, lie or lie_of(base)) if base else _new(facts, boxes)
    data |= {
        "form": facts.form,
        "register_type": facts.register_type.value,
        "title": facts.title,
        "version": facts.version,
        "grade": Grade.OFFICE.value,
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=140)


def _problems(facts: FormFacts, boxes: Sequence[DrawnBox]) -> list[str]:
    found = [] if boxes else ["Chưa vẽ ô nào trên trang."]
    seen: set[str] = set()
    placed: list[tuple[str, RelativeBox]] = []
    for drawn in boxes:
        try:
            name = column(facts.register_type, drawn.column).label
        except KeyError:
            found.append(f"Cột «{drawn.column}» không có trong loại sổ {facts.register_type.label}.")
            continue
        if not drawn.label.strip():
            found.append(f"Ô «{name}»: chưa ghi chữ in đứng trước ô; máy tìm ô theo chữ này.")
        if drawn.column in seen and not drawn.id.startswith("i"):
            found.append(f"Ô «{name}» được vẽ hai lần.")
        seen.add(drawn.column)
        try:
            placed.append((name, RelativeBox(*drawn.box)))
        except ValueError:
            found.append(f"Ô «{name}» tràn ra ngoài trang hoặc không có diện tích.")
    for i, (name, box) in enumerate(placed):
        for other_name, other in placed[i + 1 :]:
            if max(box.overlap(other), other.overlap(box)) > _MOST_OVERLAP:
                found.append(f"Ô «{name}» chồng lên ô «{other_name}».")
    return found


def _new(facts: FormFacts, boxes: Sequence[DrawnBox]) -> dict[str, Any]:
    width, height = facts.page_mm
    left = min(b.label_left if b.label_left is not None else b.box[0] for b in boxes) * width
    top = min(b.box[1] for b in boxes) * height
    frame = {
        "left": round(max(0.0, left - 3), 1),
        "top": round(max(0.0, top - 3), 1),
        "width": round(max(b.box[2] for b in boxes) * width - left + 6, 1),
        "height": round(max(b.box[3] for b in boxes) * height - top + 6, 1),
    }
    ordered = sorted(boxes, key=lambda b: (round(b.box[3] * height / 4), b.box[0]))
    flat = Lie(
        x_origin=frame["left"] / width,
        x_scale=1 / width,
        y_mm=(0.0, height),
        y_page=(frame["top"] / height, (frame["top"] + height) / height),
    )
    return {
        "era": "office",
        "legal_basis": "Mẫu do đơn vị lập từ sổ của mình",
        "in_use": {"from": facts.first_year, "to": facts.last_year},
        "layout": PageLayout.FORM.value,
        "entries_per_page": 1,
        "page_mm": {"width": width, "height": height},
        "frame_mm": frame,
        "items": [_item(b, flat) for b in ordered],
    }


def _item(drawn: DrawnBox, lie: Lie) -> dict[str, Any]:
    left, right = lie.x_mm(drawn.box[0]), lie.x_mm(drawn.box[2])
    top, bottom = lie.y_mm_at(drawn.box[1]), lie.y_mm_at(drawn.box[3])
    lines = max(1, round((bottom - top) / _LINE_MM))
    first = top + (bottom - top) / lines - _BELOW_MM
    label_left = lie.x_mm(drawn.label_left) if drawn.label_left is not None else left - _LETTER_MM * len(drawn.label)
    item: dict[str, Any] = {
        "label": [drawn.label.strip()],
        "kind": ItemKind.LINE.value,
        "area": Area.ENTRY.value,
        "columns": [drawn.column],
        "x_mm": [round(label_left, 1)],
        "y_mm": round(first, 1),
        "end_x_mm": round(right, 1),
    }
    if lines > 1:
        item["continues_y_mm"] = [round(first + k * (bottom - top) / lines, 1) for k in range(1, lines)]
    return item


def _moved(boxes: Sequence[DrawnBox], base: FormTemplate, lie: Lie) -> dict[str, Any]:
    data: dict[str, Any] = base.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    before = {b.id: b for b in boxes_of(base, lie)}
    now = {b.id: b for b in boxes}
    items = []
    for number, item in enumerate(data["items"]):
        key = f"i{number}"
        if key not in before:
            items.append(item)
        elif key in now:
            items.append(_shifted(item, before[key], now[key], lie))
    items += [_item(b, lie) for b in boxes if b.id not in before]
    return data | {"items": items}


def _shifted(item: dict[str, Any], old: DrawnBox, new: DrawnBox, lie: Lie) -> dict[str, Any]:
    left, right = (lie.x_mm(new.box[edge]) - lie.x_mm(old.box[edge]) for edge in (0, 2))
    bottom = lie.y_mm_at(new.box[3]) - lie.y_mm_at(old.box[3])
    columns = [new.column, *item["columns"][1:]] if new.column != old.column else item["columns"]
    moved = item | {
        "label": [new.label.strip()],
        "columns": columns,
        "x_mm": [round(x + left, 2) for x in item["x_mm"]],
        "y_mm": round(item["y_mm"] + bottom, 2),
        "end_x_mm": round(item["end_x_mm"] + right, 2),
    }
    if "continues_y_mm" in item:
        moved["continues_y_mm"] = [round(y + bottom, 2) for y in item["continues_y_mm"]]
    return moved
