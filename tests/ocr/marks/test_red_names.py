"""Names stamped in red are read from the colour of the page; a round seal is no name, nor does it hide one."""

from __future__ import annotations

import random

import pytest

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.fonts import bundled_fonts
from benchmark.drawing.marks import RED, round_seal, signature
from ocr.cleaning.round_seals import find_seals, without_seals
from ocr.cutting.line_crops import LineCrop
from ocr.marks.red_names import find_red_name
from ocr.tesseract import read_lines

FONTS = bundled_fonts()
NAME = "Nguyễn Minh Tuấn"
SPACE = (360, 240, 1300, 800)


def below_a_title(*, name: str = NAME, at: float = 45, seal_at: float | None = None, strength: float = 0.9) -> Canvas:
    """A page of 140 x 90 mm with a title over a signature and a name; millimetres from the left."""
    canvas = Canvas(140, 90, 300)
    canvas.text("Người thực hiện", 50, 18, FONTS.print_fonts[0], 4.2, (40, 40, 40), weight_mm=0.1)
    signature(canvas, 68, 33, (120, 60, 40), random.Random(4))
    if name:
        canvas.text(name, at, 48, FONTS.print_fonts[0], 4.6, RED, strength=strength)
    if seal_at is not None:
        round_seal(canvas, seal_at, 36, FONTS.print_fonts[0], random.Random(2), strength=0.5)
    return canvas


def text_of(crop: LineCrop | None) -> str:
    assert crop is not None
    return read_lines([crop.picture])[0].text


@pytest.mark.parametrize("strength", [0.45, 0.95])
def test_a_name_in_red_is_cut_out_and_read(strength: float) -> None:
    crop = find_red_name(below_a_title(strength=strength).light, SPACE)
    assert text_of(crop) == NAME
    assert crop is not None and not crop.under_seal
    left, top, right, bottom = (side * 25.4 / 300 for side in crop.box)
    assert 44 < left < 47 and 43 < top < 46 and 75 < right < 85 and 47.5 < bottom < 51


def test_a_seal_over_the_name_does_not_hide_it() -> None:
    crop = find_red_name(below_a_title(seal_at=44).light, SPACE)
    assert text_of(crop).endswith("Minh Tuấn")
    assert crop is not None and crop.under_seal


@pytest.mark.parametrize("seal_at", [None, 44.0, 68.0])
def test_without_a_name_there_is_none(seal_at: float | None) -> None:
    assert find_red_name(below_a_title(name="", seal_at=seal_at).light, SPACE) is None


def test_a_name_that_stands_below_another_title_is_not_taken() -> None:
    assert find_red_name(below_a_title(at=100).light, SPACE) is None


def test_a_name_in_blue_is_no_red_name() -> None:
    canvas = below_a_title(name="")
    canvas.text(NAME, 45, 48, FONTS.print_fonts[0], 4.6, (160, 70, 40))
    assert find_red_name(canvas.light, SPACE) is None


def test_a_seal_is_found_by_its_rings_and_taken_out() -> None:
    canvas = Canvas(80, 80, 300)
    round_seal(canvas, 40, 38, FONTS.print_fonts[0], random.Random(5), strength=0.8)
    darkness = 255 - canvas.light[..., 0]
    red = (darkness > 60).astype("uint8")
    (seal,) = find_seals(red)
    assert abs(seal.x * 25.4 / 300 - 40) < 0.4 and abs(seal.y * 25.4 / 300 - 38) < 0.4
    assert 16.5 < seal.radius * 25.4 / 300 < 18.5
    left = without_seals(red, darkness, [seal])
    assert left.sum() < 0.55 * red.sum()
