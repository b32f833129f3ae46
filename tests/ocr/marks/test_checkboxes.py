"""Check-boxes, signatures, ink and notes."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.marks import signature, tick
from ocr.cleaning.ink_amount import ink_amount
from ocr.cleaning.surface import clean_surface
from ocr.marks.checkboxes import CheckBox, find_boxes, read_checkbox, signature_present
from ocr.straightening.straighten import straighten_page
from tests.ocr.drawn import drawn, in_colour

SCALE = 300 / 25.4
ROWS = (20.0, 28.0, 36.0, 44.0)


def column(side: float, ticks: dict[int, str], seed: int = 0) -> NDArray[np.uint8]:
    """A right column of 60 mm with four boxes, ticked as told (row: kind)."""
    canvas = Canvas(60, 80, 300)
    rng = random.Random(seed)
    canvas.line((2, 5), (2, 78), 0.3, (50, 50, 50))
    canvas.line((57, 5), (57, 78), 0.3, (50, 50, 50))
    for number, y in enumerate(ROWS):
        box = (46.0, y - side / 2, 46.0 + side, y + side / 2)
        for start, end in (((0, 1), (2, 1)), ((2, 1), (2, 3)), ((2, 3), (0, 3)), ((0, 3), (0, 1))):
            canvas.line((box[start[0]], box[start[1]]), (box[end[0]], box[end[1]]), 0.25, (50, 50, 50))
        if number in ticks:
            tick(canvas, box, (140, 50, 40), rng, ticks[number])
    return np.asarray(cv2.cvtColor(canvas.light, cv2.COLOR_BGR2GRAY), np.uint8)


@pytest.mark.parametrize("side", [3.2, 4.0, 5.0])
@pytest.mark.parametrize("kind", ["X", "V", "filled"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_boxes_are_found_and_ticks_read(side: float, kind: str, seed: int) -> None:
    grey = column(side, {1: kind}, seed)
    boxes = find_boxes(grey, (0, 0, grey.shape[1], grey.shape[0]), [(y * SCALE, y * SCALE) for y in ROWS])
    assert len(boxes) == 4
    for number, box in enumerate(boxes):
        assert box is not None
        left, top, right, bottom = (v / SCALE for v in box.box)
        assert left == pytest.approx(46, abs=0.5) and right == pytest.approx(46 + side, abs=0.6)
        assert (top + bottom) / 2 == pytest.approx(ROWS[number], abs=0.5)
        mark = read_checkbox(grey, box)
        assert mark.ticked == (number == 1)
        assert mark.confidence > (0.9 if box.score else 0.75)


def test_strokes_that_run_out_of_a_box_belong_to_the_tick() -> None:
    grey = column(4.0, {})
    boxes = find_boxes(grey, (0, 0, *grey.shape[::-1]))
    box = boxes[1]
    assert box is not None and read_checkbox(grey, box).extent == box.box
    left, top, right, bottom = box.box
    crossed = grey.copy()
    cv2.line(crossed, (left - 12, top - 18), (right + 20, bottom + 9), 60, 4)
    extent = read_checkbox(crossed, box).extent
    assert extent == pytest.approx((left - 19, top - 25, right + 27, bottom + 16), abs=5)


def test_all_boxes_are_listed_without_rows() -> None:
    grey = column(4.0, {0: "X"})
    assert [b.score > 0.8 for b in find_boxes(grey, (0, 0, *grey.shape[::-1])) if b] == [True] * 4


@pytest.mark.parametrize("rows_below", [0.0, 2.5, 5.0])
def test_a_box_is_found_beside_any_row_of_its_label(rows_below: float) -> None:
    grey = column(4.0, {2: "V"})
    rows = [(y * SCALE, y * SCALE) for y in ROWS]
    rows[2] = ((ROWS[2] - 5 + rows_below) * SCALE, (ROWS[2] + rows_below) * SCALE)

    box = find_boxes(grey, (0, 0, grey.shape[1], grey.shape[0]), rows)[2]

    assert box is not None and box.score > 0.8
    assert read_checkbox(grey, box).ticked


def test_a_column_without_boxes() -> None:
    grey = np.full((900, 700), 255, np.uint8)
    cv2.rectangle(grey, (50, 50), (650, 850), 40, 3)
    assert find_boxes(grey, (0, 0, 700, 900), [(200.0, 200.0), (300.0, 300.0)]) == [None, None]
    assert find_boxes(grey, (0, 0, 700, 900)) == []


def test_a_solid_dark_strip_holds_no_boxes() -> None:
    grey = column(4.0, {2: "X"})
    grey[:, -90:] = 90
    assert len(find_boxes(grey, (0, 0, *grey.shape[::-1]))) == 4


def test_dust_in_a_box_is_no_tick() -> None:
    grey = column(4.0, {})
    box = CheckBox(box=(543, 213, 592, 261), score=1.0)
    grey[235:238, 560:563] = 60
    assert not read_checkbox(grey, box).ticked


@pytest.mark.slow
@pytest.mark.parametrize("form", ["birth-2015", "marriage-2015"])
def test_boxes_of_drawn_forms(form: str) -> None:
    page = straighten_page(in_colour(drawn(form, skew_degrees=0.8)))
    ink = clean_surface(page.image).ink
    height, width = ink.shape
    boxes = [b for b in find_boxes(ink, (int(0.62 * width), 0, width, height // 2)) if b]
    assert len(boxes) == {"birth-2015": 6, "marriage-2015": 3}[form]
    assert sum(read_checkbox(ink, box).ticked for box in boxes) >= 1


@pytest.mark.parametrize("seed", range(6))
def test_signed_and_unsigned_spaces(seed: int) -> None:
    canvas = Canvas(60, 30, 300)
    empty = np.full((350, 700), 255, np.uint8)
    signature(canvas, 30, 15, (120, 60, 40), random.Random(seed))
    signed = np.asarray(cv2.cvtColor(canvas.light, cv2.COLOR_BGR2GRAY), np.uint8)
    present, sure = signature_present(signed)
    assert present and sure > 0.7
    absent, sure = signature_present(empty)
    assert not absent and sure > 0.9


def test_dots_rules_and_dust_are_no_writing() -> None:
    crop = np.full((300, 700), 255, np.uint8)
    crop[200:203, 20:680:12] = 60
    crop[100:102, :] = 60
    crop[:, 650:653] = 60
    rng = np.random.default_rng(2)
    crop[rng.integers(0, 300, 40), rng.integers(0, 700, 40)] = 0
    assert ink_amount(crop) == (0.0, 0.0)
    cv2.putText(crop, "Da cai chinh", (40, 160), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.5, 30, 3)
    area, width = ink_amount(crop)
    assert area >= 1.5 and width >= 4.0
