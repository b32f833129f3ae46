"""The ruled cells right of a printed row label, as on forms with a small table inside the entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from layouts.forms import Item
from ocr.cleaning.printed_lines import PrintedRule
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import PageFit
from ocr.images import PIXELS_PER_MM

__all__ = ["Cell", "row_cells"]

_SAME_RULE = 14
"""Pieces of one rule lie within so many pixels of each other."""
_SNAP_MM = 8
"""Printers share out the width of a table differently; cells are five times as wide."""
_MOST_UPRIGHT = 10
"""Upright rules on a row of a small table, at most; more are strokes of letters."""
_MISFIT_MM = 6
"""How far the edges may lie from the form's shares of the table's width."""
_LEAST_MM, _MOST_MM = 4.0, 40.0
"""Height of a cell."""
_REACH = 20 * PIXELS_PER_MM
"""How far above and below a row's label the rules of its table may be."""
_LETTER_MIDDLE = 12
"""Middle of small letters above their baseline, pixels."""
# Pixels at 300 dpi, and a share; set by eye, none measured by itself.
_RULE_REACH = 20
"""An upright rule of a row may end so far above or below the middle of its letters."""
_BESIDE, _AFTER_LABEL = 20, 10
"""Level rules of a table begin so little behind its labels, and end so far behind them; cells begin so far behind."""
_OVER_CELL = 0.4
"""A level rule over this share of a cell bounds it."""
_OFF_PLACE_COST = 0.1
"""What a millimetre off the form's place counts, against one that a cell is wider or narrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A space of a table, in pixels of the straightened page."""

    left: float
    right: float
    top: float | None
    """None where the rules above and below were not seen."""
    bottom: float | None


def row_cells(
    item: Item, label: FoundLabel, rules: Sequence[PrintedRule], fit: PageFit, table_end: float
) -> list[Cell]:
    """One cell for each of the item's columns.

    Args:
        item: a cell item with `cells_mm`.
        label: the row's label, found or expected.
        rules: printed rules of the page.
        fit: where the form lies on the page.
        table_end: where the entry ends, when no rules above and below the row say where the table does.
    """
    middle = (label.top_baseline + label.baseline) / 2 - _LETTER_MIDDLE
    upright = [r for r in rules if r.vertical and r.top < middle + _RULE_REACH and r.bottom > middle - _RULE_REACH]
    level = [r for r in rules if not r.vertical]
    bounds = [r for r in level if r.left < label.left + _BESIDE and abs((r.top + r.bottom) / 2 - middle) < _REACH]
    table_end = max((r.right for r in bounds if r.right > label.right + _BESIDE), default=table_end) + _SAME_RULE
    edges_mm = sorted({mm for cell in item.cells_mm for mm in cell})
    edge = dict(zip(edges_mm, _edges(edges_mm, upright, label.left, fit, table_end), strict=True))
    cells = []
    for start, end in item.cells_mm:
        left, right = edge[start], edge[end]
        top, bottom = _height(left, right, middle, level)
        cells.append(Cell(left=left, right=right, top=top, bottom=bottom))
    return cells


def _edges(
    edges_mm: Sequence[float], upright: Sequence[PrintedRule], after: float, fit: PageFit, table_end: float
) -> list[float]:
    """Where the cells of a row begin and end: the rules spaced as in the form, or by the template."""
    xs = [x for x in _apart((r.left + r.right) / 2 for r in upright) if after + _AFTER_LABEL < x < table_end]
    expected = [fit.x(mm) for mm in edges_mm]
    if len(edges_mm) <= len(xs) <= _MOST_UPRIGHT:
        chosen = min(combinations(xs, len(edges_mm)), key=lambda few: _misfit(few, expected))
        if len(xs) == len(edges_mm) or _misfit(chosen, expected) < _MISFIT_MM * PIXELS_PER_MM:
            return list(chosen)
    return [_snap(x, xs) for x in expected]


def _misfit(xs: Sequence[float], expected: Sequence[float]) -> float:
    """How unlike the form's the widths of the cells are, scaled to the table's; and a little of where they stand."""
    widths, nominal = np.diff(xs), np.diff(expected)
    spaces = np.abs(widths - nominal * widths.sum() / nominal.sum())
    return float(spaces.max(initial=0.0) + _OFF_PLACE_COST * abs(np.mean(xs) - np.mean(expected)))


def _height(
    left: float, right: float, middle: float, level: Sequence[PrintedRule]
) -> tuple[float | None, float | None]:
    """The level rules right above and below a row that run over a good part of the cell."""
    across = [r for r in level if min(r.right, right) - max(r.left, left) > _OVER_CELL * (right - left)]
    heights = [(r.top + r.bottom) / 2 for r in across]
    above, below = [y for y in heights if y < middle], [y for y in heights if y > middle]
    if not above or not below:
        return None, None
    top, bottom = max(above), min(below)
    fits = _LEAST_MM * PIXELS_PER_MM < bottom - top < _MOST_MM * PIXELS_PER_MM
    return (top, bottom) if fits else (None, None)


def _apart(xs: Iterable[float]) -> list[float]:
    """Places of upright rules from left to right, the pieces of one rule counted once."""
    found: list[float] = []
    for x in sorted(xs):
        if not found or x - found[-1] > _SAME_RULE:
            found.append(x)
    return found


def _snap(x: float, xs: Sequence[float]) -> float:
    """The nearest upright rule, if one stands close."""
    nearest = min(xs, key=lambda rule: abs(rule - x), default=x)
    return nearest if abs(nearest - x) < _SNAP_MM * PIXELS_PER_MM else x
