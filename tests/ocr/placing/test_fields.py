"""Value spaces between the labels, the dots and the frame of one page."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.cleaning.printed_lines import DottedLine, PrintedRule
from ocr.forms.geometry import fit_labels
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import find_forms
from ocr.placing.fields import place_fields
from ocr.placing.placed_page import PlacedPage
from tests.ocr.forms.test_match_form import LEFT, SCALE, TOP, printed_words

WIDTH, HEIGHT = 2700, 3600


def placed(form: str, rules: tuple[PrintedRule, ...] = (), lines: tuple[DottedLine, ...] = ()) -> PlacedPage:
    template = shipped_templates()[form]
    match = find_forms(token_rows(printed_words(template)), [template])[0]
    empty = np.zeros((HEIGHT, WIDTH), np.uint8)
    fit = fit_labels(match)
    assert fit is not None
    return place_fields(match, fit, CleanPage(grey=empty + 255, ink=empty, dotted_lines=lines, rules=rules))


def test_dots_beyond_the_divider_do_not_widen_a_space() -> None:
    template = shipped_templates()["birth-2006"]
    number, item = next((n, i) for n, i in enumerate(template.items) if i.columns == ("chaHoTen",))
    y = TOP + SCALE * item.y_mm
    divider = LEFT + SCALE * (template.divider_mm or 0)
    rule = PrintedRule(left=round(divider) - 2, top=200, right=round(divider) + 2, bottom=3300)
    # the grain of the desk beside a photographed page looks like dots
    desk = DottedLine(xs=(2500.0, 2560.0, 2690.0), ys=(y, y, y), thickness=2.0, dot_width=3.0)
    field = next(f for f in placed("birth-2006", (rule,), (desk,)).fields if f.item is template.items[number])
    assert field.lines[0].right <= divider + 1


@pytest.mark.parametrize("form", ["birth-2006", "marriage-2015"])
def test_the_frame_ends_at_the_first_rule_below_the_labels(form: str) -> None:
    heights = (180, 3300, 3500)
    rules = tuple(PrintedRule(left=120, top=y, right=2300, bottom=y + 4) for y in heights)
    inside = PrintedRule(left=900, top=3200, right=1500, bottom=3204)
    assert placed(form, (*rules, inside)).frame_foot == 3300
    assert placed(form).frame_foot is None


def test_a_page_number_is_looked_for_once_a_page() -> None:
    """Where the second entry would have its own stand the names below the first one's signatures."""
    fields = placed("death-1998").fields
    assert {field.slot for field in fields} == {0, 1}
    assert [field.slot for field in fields if "trangSo" in field.item.columns] == [0]
