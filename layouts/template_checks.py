"""What is wrong with a template beyond its grammar: boxes that overlap or leave the paper, columns nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from rapidfuzz import process

from layouts.columns import columns
from layouts.forms import FormTemplate, Item, ItemKind
from layouts.register_types import RegisterType

__all__ = ["drawing_problems", "unknown_columns"]

_ROW = 3.0
"""Lines whose baselines are closer than this stand on one row, in mm; dotted lines are at least 6 mm apart."""
_TOUCH = 2.0
"""Value spaces may touch and cross by so much, in mm: ends are measured on one page."""
_LETTER = 1.4
"""Least width of a printed letter, in mm: the label before a value takes at least so much of its row."""
_VALUES = (ItemKind.LINE, ItemKind.CELL)

_Span = tuple[float, float, float]
"""Baseline, left and right end of a value's line, in mm of the frame."""


def drawing_problems(template: FormTemplate) -> tuple[str, ...]:
    """Boxes that leave the paper or lie over another, an empty form, years in the wrong order; one line each."""
    found = [] if template.items else ["items: mẫu chưa có ô nào, cần ít nhất một mục"]
    years = template.in_use
    if years.first > years.last:
        found.append(f"in_use: năm bắt đầu {years.first} phải không sau năm kết thúc {years.last}")
    for number, item in enumerate(template.items):
        found += [f"items.{number}: {problem}" for problem in _off_the_paper(template, item)]
    values = [(n, item) for n, item in enumerate(template.items) if item.kind in _VALUES and item.columns]
    for (_, one), (number, other) in combinations(values, 2):
        crossing = _crossing(one, other)
        if crossing is not None:
            found.append(f"items.{number}: ô «{_name(other)}» chồng lên ô «{_name(one)}» {crossing}")
    return tuple(found)


def unknown_columns(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Columns that the register type of a template file does not have, with the nearest names."""
    try:
        known = [column.name for column in columns(RegisterType(str(data.get("register_type"))))]
    except ValueError:
        return ()
    found = []
    items = data.get("items")
    for number, item in enumerate(items if isinstance(items, list) else []):
        names = item.get("columns") if isinstance(item, dict) else None
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str) and name not in known:
                near = ", ".join(match for match, _, _ in process.extract(name, known, limit=3))
                found.append(f"items.{number}.columns: loại sổ này không có cột, gần giống: {near}; tìm thấy {name!r}")
    return tuple(found)


def _off_the_paper(template: FormTemplate, item: Item) -> list[str]:
    frame, page = template.frame_mm, template.page_mm
    across = [frame.left + x for x in (*item.x_mm, *([item.end_x_mm] if item.end_x_mm is not None else []))]
    down = [frame.top + y for y in (item.y_mm, *item.continues_y_mm)]
    found = []
    if across and (min(across) < 0 or max(across) > page.width):
        found.append(
            f"ô «{_name(item)}» tràn khỏi trang theo chiều ngang: tới {min(across):.1f}..{max(across):.1f} mm, "
            f"cho phép 0..{page.width:.0f}"
        )
    if min(down) < 0 or max(down) > page.height:
        found.append(
            f"ô «{_name(item)}» tràn khỏi trang theo chiều dọc: tới {min(down):.1f}..{max(down):.1f} mm, "
            f"cho phép 0..{page.height:.0f}"
        )
    return found


def _crossing(one: Item, other: Item) -> str | None:
    """Where two items share a row and a stretch of it."""
    if one.area is not other.area:
        return None
    for y, left, right in _spans(one):
        for other_y, other_left, other_right in _spans(other):
            shared = min(right, other_right) - max(left, other_left)
            if abs(y - other_y) < _ROW and shared > _TOUCH:
                return f"(cùng dòng y = {other_y:.1f} mm, chung {shared:.1f} mm)"
    return None


def _spans(item: Item) -> list[_Span]:
    if item.end_x_mm is None:
        return []
    if item.cells_mm:
        return [(item.y_mm, left, left + width) for left, width in item.cells_mm]
    label = min(item.x_mm)
    value = min(label + _LETTER * len(item.label[0]), item.end_x_mm)
    # further lines begin left of the label as often as under it: only what is surely theirs counts
    return [(item.y_mm, value, item.end_x_mm), *((y, label, item.end_x_mm) for y in item.continues_y_mm)]


def _name(item: Item) -> str:
    return " … ".join(part for part in item.label if part) or ", ".join(item.columns)
