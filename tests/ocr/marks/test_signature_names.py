"""Names are looked for below the whole title of a signature."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.fonts import bundled_fonts
from benchmark.drawing.marks import RED
from layouts.forms import ItemKind
from layouts.loader import shipped_templates
from ocr.forms.page_fit import PageFit
from ocr.images import PIXELS_PER_MM
from ocr.marks.signature_names import names_below, says_title
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.tesseract import Word

TEMPLATE = shipped_templates()["marriage-1998"]
ITEM = next(i for i in TEMPLATE.items if i.kind is ItemKind.SIGNATURE and "nguoiKy" in i.columns)
FIT = PageFit(
    y_mm=(0.0, 134.0), y_px=(100.0, 100 + 134 * PIXELS_PER_MM), y_scale=PIXELS_PER_MM, x_origin=0, x_scale=PIXELS_PER_MM
)
TITLE = round(FIT.y(ITEM.y_mm))
PAPER = np.full((2200, 2000, 3), 255, np.uint8)


def _placed() -> PlacedPage:
    baseline = FIT.y(ITEM.name_y_mm or 0)
    line = WritingLine(left=1300, right=1800, baseline_left=baseline, baseline_right=baseline, height=120)
    place = FieldPlace(slot=0, item=ITEM, lines=(line,), piece_of_line=(0,), certain=True)
    return PlacedPage(template=TEMPLATE, fit=FIT, fields=(place,), labels={}, pitch=94, divider=1770)


def _word(text: str, left: int, bottom: int) -> Word:
    return Word(
        text=text, left=left, top=bottom - 36, right=left + 25 * len(text), bottom=bottom, confidence=0.9, line=1
    )


def _ink(*rows: int) -> np.ndarray:
    ink = np.zeros((2200, 2000), np.uint8)
    for foot in rows:
        ink[foot - 36 : foot, 1400:1700:2] = 1
        ink[foot - 20 : foot - 16, 1400:1700] = 1
    return ink


def test_the_second_row_of_a_title_is_no_name() -> None:
    second, name = TITLE + 60, TITLE + 170
    words = [_word("TM. ỦY BAN NHÂN", 1380, TITLE), _word("DÂN CHỦ TỊCH", 1400, second)]

    placed, _ = names_below(_placed(), _ink(second, name), words, PAPER)

    assert abs(placed.fields[0].lines[0].baseline_left - name) < 6
    number = TEMPLATE.items.index(ITEM)
    boxes = [box for key, label in placed.labels.items() if key[1] == number for box in label.boxes]
    assert any(box[1] < second - 10 < box[3] for box in boxes)


def test_the_name_of_the_second_entry_is_looked_for_in_its_own_frame() -> None:
    page = _placed()
    down = 1.03 * 134 * PIXELS_PER_MM
    line = page.fields[0].lines[0]
    lower = replace(line, baseline_left=line.baseline_left + down, baseline_right=line.baseline_right + down)
    page = replace(page, fields=(replace(page.fields[0], slot=1, lines=(lower,)),))
    name = round(lower.baseline_left) + 60
    ink = np.vstack([_ink(), np.zeros((1800, 2000), np.uint8)])
    ink[name - 36 : name, 1400:1700:2] = 1

    placed, _ = names_below(page, ink, [], np.full((*ink.shape, 3), 255, np.uint8))

    assert abs(placed.fields[0].lines[0].baseline_left - name) < 6


def test_a_name_that_stands_off_the_middle_of_its_title_is_not_cut() -> None:
    ink = np.zeros((2200, 2000), np.uint8)
    name = TITLE + 170
    ink[name - 36 : name, 1240:1560:4] = 1

    placed, _ = names_below(_placed(), ink, [], PAPER)

    line = placed.fields[0].lines[0]
    assert line.left < 1240 and line.right > 1560


def test_a_name_stamped_in_red_is_cut_out_and_its_place_goes_there() -> None:
    canvas = Canvas(2000 * 25.4 / 300, 2200 * 25.4 / 300, 300)
    down = (TITLE + 170) * 25.4 / 300
    canvas.text("Nguyễn Minh Tuấn", 1400 * 25.4 / 300, down, bundled_fonts().print_fonts[0], 4.6, RED)

    placed, stamps = names_below(_placed(), np.zeros((2200, 2000), np.uint8), [], canvas.light)

    assert list(stamps) == [(0, 0)]
    assert abs(placed.fields[0].lines[0].baseline_left - TITLE - 170) < 20


def test_the_rows_of_a_title_are_known_by_their_words() -> None:
    assert says_title("DÂN CHU TICH", ITEM)
    assert not says_title("Nguyễn Minh Tuấn", ITEM)
    assert not says_title("", ITEM)
