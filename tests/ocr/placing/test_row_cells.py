"""Cells of the small tables inside an entry: by their rules, whatever widths the printer gave them."""

from __future__ import annotations

import pytest

from layouts.forms import Item
from layouts.loader import shipped_templates
from ocr.cleaning.printed_lines import PrintedRule
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import PageFit, fit_page
from ocr.images import PIXELS_PER_MM
from ocr.placing.row_cells import row_cells

TEMPLATE = shipped_templates()["marriage-1998"]
ITEM: Item = next(item for item in TEMPLATE.items if item.cells_mm)
EDGES = sorted({mm for cell in ITEM.cells_mm for mm in cell})
LEFT = 100.0
ROW = (900, 1010)


def page_fit() -> PageFit:
    points = [(mm, mm, LEFT + mm * PIXELS_PER_MM, 60 + mm * PIXELS_PER_MM) for mm in (0.0, 50.0, 120.0)]
    found = fit_page(points)
    assert found is not None
    return found


def label() -> FoundLabel:
    left = LEFT + ITEM.x_mm[0] * PIXELS_PER_MM
    return FoundLabel(left=left, right=left + 200, baseline=970, top_baseline=970, similarity=1.0, boxes=())


def table(xs: list[float], end: float | None = None) -> list[PrintedRule]:
    """Rules of a table with its row at `ROW`: upright ones at xs, level ones from the label to the last."""
    left = round(label().left) - 12
    upright = [PrintedRule(left=round(x) - 2, top=700, right=round(x) + 2, bottom=1400) for x in (left, *xs)]
    right = round(max(xs) if end is None else end)
    return upright + [PrintedRule(left=left, top=y - 2, right=right, bottom=y + 2) for y in (700, *ROW, 1120)]


@pytest.mark.parametrize("wider", [1.0, 1.3])
def test_cells_stand_between_the_rules_however_wide_the_table_is(wider: float) -> None:
    xs = [LEFT + mm * PIXELS_PER_MM * wider for mm in EDGES]
    frame = PrintedRule(left=round(max(xs)) + 40, top=300, right=round(max(xs)) + 44, bottom=3000)
    cells = row_cells(ITEM, label(), [*table(xs), frame], page_fit(), table_end=LEFT + 150 * PIXELS_PER_MM)
    assert [cell.left for cell in cells] == pytest.approx(xs[:-1], abs=3)
    assert [cell.right for cell in cells] == pytest.approx(xs[1:], abs=3)
    assert all((cell.top, cell.bottom) == ROW for cell in cells)


def test_a_stroke_taken_for_a_rule_is_no_edge() -> None:
    xs = [LEFT + mm * PIXELS_PER_MM for mm in EDGES]
    stroke = PrintedRule(left=round(xs[0]) + 150, top=890, right=round(xs[0]) + 156, bottom=1020)
    cells = row_cells(ITEM, label(), [*table(xs), stroke], page_fit(), table_end=2400)
    assert cells[0].left == pytest.approx(xs[0], abs=3) and cells[0].right == pytest.approx(xs[1], abs=3)


def test_without_rules_the_cells_are_where_the_form_has_them() -> None:
    cells = row_cells(ITEM, label(), [], page_fit(), table_end=2400)
    assert [cell.left for cell in cells] == pytest.approx([LEFT + a * PIXELS_PER_MM for a, _ in ITEM.cells_mm])
    assert [cell.right for cell in cells] == pytest.approx([LEFT + b * PIXELS_PER_MM for _, b in ITEM.cells_mm])
    assert all(cell.top is None and cell.bottom is None for cell in cells)
