"""Red boxed stamps, read by Tesseract."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.fonts import bundled_fonts
from benchmark.drawing.marks import boxed_stamp, round_seal
from ocr.marks.stamps import RegistrationStamp, read_stamps, stamp_in_text

FONTS = bundled_fonts()


def notes_column(stamp: str | None, seed: int) -> Canvas:
    rng = random.Random(seed)
    canvas = Canvas(60, 90, 300)
    canvas.text("Ghi chú:", 20, 12, FONTS.print_fonts[0], 4.2, (40, 40, 40))
    canvas.text("Đã cải chính", 8, 60, FONTS.pens[0], 5, (120, 50, 40))
    if stamp:
        boxed_stamp(canvas, stamp, 8, 30, FONTS.print_fonts[seed % 3], rng)
    return canvas


def as_grey_scan(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("words", "kind"), [("ĐĂNG KÝ LẠI", RegistrationStamp.REPEATED), ("ĐĂNG KÝ QUÁ HẠN", RegistrationStamp.LATE)]
)
def test_stamps_are_found_levelled_and_read(words: str, kind: RegistrationStamp, seed: int, grey: bool) -> None:
    image = notes_column(words, seed).light
    (reading,) = read_stamps(as_grey_scan(image) if grey else image)
    assert reading.kind is kind
    assert reading.confidence > 0.7
    left, top, right, bottom = reading.box
    middle = ((left + right) / 2 * 25.4 / 300, (top + bottom) / 2 * 25.4 / 300)
    assert 20 < middle[0] < 40 and 28 < middle[1] < 40


def test_a_column_without_stamp() -> None:
    assert read_stamps(notes_column(None, 1).light) == []


def test_a_round_seal_is_no_stamp() -> None:
    canvas = notes_column(None, 1)
    round_seal(canvas, 30, 40, FONTS.print_fonts[0], random.Random(1))
    assert [r for r in read_stamps(canvas.light) if r.kind] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ĐĂNG KÝ QUÁ HẠN", RegistrationStamp.LATE),
        ("b:aNG KÝ QUA HAN", RegistrationStamp.LATE),
        ("Đăng ký lại", RegistrationStamp.REPEATED),
        ("DANG KY LAl", RegistrationStamp.REPEATED),
        ("ĐÃ THU LỆ PHÍ", None),
        ("", None),
    ],
)
def test_words_of_stamps(text: str, kind: RegistrationStamp | None) -> None:
    assert stamp_in_text(text)[0] is kind
