"""Light, seals and show-through go; thin strokes of every pen stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.cleaning.surface import clean_surface, fade_show_through, flatten_light, seal_mask
from ocr.images import PAPER

Image = NDArray[np.uint8]
WIDTH, HEIGHT = 900, 1200
PENS = {
    "black": (40, 40, 40),
    "blue": (150, 70, 40),
    "purple": (140, 60, 100),
    "brown": (40, 60, 90),
    "faded blue": (190, 150, 130),
}
RED = (60, 50, 200)


def sheet(paper: tuple[int, int, int] = (225, 240, 248)) -> Image:
    return np.full((HEIGHT, WIDTH, 3), paper, np.uint8)


def stroke(page: Image, y: int, colour: tuple[int, int, int], strength: float = 1.0) -> NDArray[np.bool_]:
    """A wavy pen line 3 pixels thick; returns where it lies."""
    mask = np.zeros(page.shape[:2], np.uint8)
    points = np.array([(x, y + 12 * np.sin(x / 15)) for x in range(80, WIDTH - 80)], np.int32)
    cv2.polylines(mask, [points], False, 255, 3)
    share = (mask > 0)[..., None] * strength
    page[:] = (page * (1 - share) + np.array(colour) * share).astype(np.uint8)
    return mask > 0


def lines_of_print(page: Image) -> None:
    for y in range(100, HEIGHT - 100, 90):
        cv2.putText(page, "Ho va ten:", (80, y), cv2.FONT_HERSHEY_COMPLEX, 1.1, (45, 45, 45), 2, cv2.LINE_AA)


def test_uneven_light_becomes_even() -> None:
    page = sheet()
    shade = np.linspace(0.45, 1.0, WIDTH)[None, :, None] * np.linspace(0.8, 1.0, HEIGHT)[:, None, None]
    flat = flatten_light((page * shade).astype(np.uint8))
    assert flat.min() >= PAPER - 20


@pytest.mark.parametrize("pen", PENS)
def test_thin_strokes_stay_dark(pen: str) -> None:
    page = sheet()
    where = stroke(page, 500, PENS[pen])
    before = 255 - cv2.cvtColor(flatten_light(page), cv2.COLOR_BGR2GRAY)[where].mean()
    after = 255 - clean_surface(page).ink[where].mean()
    assert after > 0.85 * before


def sealed(page: Image) -> tuple[Image, NDArray[np.bool_]]:
    """The page with a red round seal printed through (as ink multiplies), and where the seal lies."""
    mask = np.zeros(page.shape[:2], np.uint8)
    for radius, thick in ((200, 9), (120, 4)):
        cv2.circle(mask, (450, 500), radius, 255, thick, cv2.LINE_AA)
    share = (mask / 255.0)[..., None] * 0.8
    red = np.array(RED) / 255.0
    return (page * (1 - share + share * red)).astype(np.uint8), mask > 0


@pytest.mark.parametrize("pen", ["black", "blue", "purple"])
def test_seals_are_lifted_and_writing_under_them_stays(pen: str) -> None:
    page = sheet()
    lines_of_print(page)
    where = stroke(page, 520, PENS[pen])
    with_seal, seal = sealed(page)
    surface, lifted = clean_surface(with_seal), seal_mask(flatten_light(with_seal))
    without = clean_surface(page).ink
    on_paper = seal & (without > PAPER - 15)
    assert surface.ink[on_paper].mean() > PAPER - 25
    crossing = where & seal
    assert crossing.sum() > 20
    assert surface.ink[crossing].mean() < 165
    assert (lifted[seal] > 0).mean() > 0.7
    assert (lifted[~cv2.dilate(seal.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)] > 0).mean() < 0.001


def test_a_grey_scan_has_no_seal() -> None:
    page = cv2.cvtColor(cv2.cvtColor(sealed(sheet())[0], cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert not seal_mask(flatten_light(page)).any()


def with_show_through(strength: float) -> tuple[Image, NDArray[np.bool_]]:
    """Front with print, and where only the other side's ink is."""
    front, back = sheet((250, 250, 250)), sheet((250, 250, 250))
    lines_of_print(front)
    lines_of_print(back)
    back_ink = cv2.flip(cv2.GaussianBlur(255 - cv2.cvtColor(back, cv2.COLOR_BGR2GRAY), (0, 0), 2.5), 1)
    own = cv2.cvtColor(front, cv2.COLOR_BGR2GRAY) < 200
    through = np.clip(front - (back_ink * strength)[..., None], 0, 255).astype(np.uint8)
    near_own = cv2.dilate(own.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    return through, (back_ink > 100) & ~near_own


@pytest.mark.parametrize("strength", [0.08, 0.16, 0.22])
def test_show_through_fades(strength: float) -> None:
    front, only_back = with_show_through(strength)
    where = stroke(front, 640, PENS["blue"])
    ink = clean_surface(front).ink
    assert ink[only_back & ~where].mean() > PAPER - 4
    assert ink[where].mean() < 150


def test_a_faint_but_sharp_pen_is_no_show_through() -> None:
    page = sheet((250, 250, 250))
    lines_of_print(page)
    where = np.logical_or.reduce([stroke(page, y, PENS["black"], strength=0.22) for y in (150, 420, 690, 960)])
    ink = clean_surface(page).ink
    assert ink[where].mean() < PAPER - 30


@pytest.mark.slow
def test_a_page_of_nothing_but_faint_ink_keeps_it() -> None:
    page = sheet((250, 250, 250))
    for y in range(100, 1100, 80):
        stroke(page, y, (190, 190, 190))
    grey = cv2.cvtColor(flatten_light(page), cv2.COLOR_BGR2GRAY)
    assert fade_show_through(grey)[grey < 210].mean() < 215
