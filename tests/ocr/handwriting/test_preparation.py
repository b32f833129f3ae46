from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.handwriting.preparation import LINE_HEIGHT, WIDEST_LINE, prepare_line, to_grey


def _written(height: int = 90, width: int = 420, ink: int = 60) -> np.ndarray:
    page = np.full((height, width), 235, np.uint8)
    cv2.putText(page, "Kinh 1998", (20, height - 25), cv2.FONT_HERSHEY_SIMPLEX, 1.6, ink, 3)
    return page


@pytest.mark.parametrize(
    "crop",
    [
        np.zeros((1, 1), np.uint8),
        np.zeros((0, 7), np.uint8),
        np.full((60, 400), 255, np.uint8),
        np.zeros((60, 400, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8),
    ],
    ids=["one pixel", "no pixel", "white", "black", "picture"],
)
def test_what_is_no_line_of_writing_gives_none(crop: np.ndarray) -> None:
    assert prepare_line(crop) is None


@pytest.mark.parametrize("size", [(30, 100), (90, 420), (1200, 5200), (60, 9000)])
def test_any_size_becomes_a_strip(size: tuple[int, int]) -> None:
    crop = cv2.resize(_written(), size[::-1], interpolation=cv2.INTER_AREA)
    strip = prepare_line(crop)
    assert strip is not None
    assert strip.shape[0] == LINE_HEIGHT
    assert strip.shape[1] % 4 == 0
    assert strip.shape[1] <= WIDEST_LINE


def test_blue_ink_is_as_dark_as_black_and_a_red_seal_is_paler() -> None:
    mask = _written(ink=0)[:, :, None] < 120
    shades = {}
    for name, colour in {"blue": (150, 60, 30), "red": (60, 50, 200)}.items():
        grey = prepare_line(np.where(mask, np.uint8(colour), np.uint8((225, 232, 238))).astype(np.uint8))
        assert grey is not None
        shades[name] = grey
    from ocr.handwriting.preparation import to_grey

    blue, red = (int(to_grey(np.full((1, 1, 3), c, np.uint8))[0, 0]) for c in ((150, 60, 30), (60, 50, 200)))
    assert blue < 60 < 120 < red


def test_shadow_is_divided_away() -> None:
    shaded = (_written() * np.linspace(1.0, 0.45, 420)[None, :]).astype(np.uint8)
    strip = prepare_line(shaded)
    assert strip is not None
    assert np.percentile(strip[:, -60:], 80) > 200


def _line_in(ink: tuple[int, int, int], seal: bool = False) -> np.ndarray:
    crop = np.full((60, 520, 3), 225, np.uint8)
    if ink != (225, 225, 225):
        cv2.putText(crop, "Xa Tan Lap 1998", (12, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.2, ink, 3)
    if seal:
        cv2.circle(crop, (400, 90), 70, (70, 60, 210), 6)
    cv2.rectangle(crop, (-5, 1), (510, 57), (40, 40, 40), 2)
    return crop


def test_a_line_in_red_pen_stays_dark_where_a_red_seal_grows_pale() -> None:
    red = to_grey(_line_in((90, 70, 215)))
    assert int(red[10:50, 10:300].min()) < 110
    sealed = _line_in((60, 50, 40), seal=True)
    grey = to_grey(sealed)
    only_seal = (sealed[:, :, 2] > 180) & (sealed[:, :, 1] < 100)
    assert only_seal.sum() > 300 and int(np.median(grey[only_seal])) > 140
    assert int(np.median(to_grey(_line_in((225, 225, 225), seal=True))[only_seal])) > 140
