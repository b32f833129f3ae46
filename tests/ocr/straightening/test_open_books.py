"""Open books cut at the fold; single pages and tables over two pages left whole."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.straightening.open_books import find_open_book
from ocr.straightening.orientation import turned
from ocr.straightening.perspective import map_points
from ocr.straightening.straighten import straighten_page
from tests.ocr.drawn import drawn, in_colour, ink_quads

pytestmark = pytest.mark.slow

Image = NDArray[np.uint8]


def open_book(form: str = "birth-2006", crop: tuple[float, float] = (0.0, 0.0), fold: str = "") -> tuple[Image, float]:
    """A drawn open book, margins cropped left and right, and where its fold is."""
    page = in_colour(drawn(form, a3=True, skew_degrees=0.7))
    width = page.shape[1]
    page = page[:, int(crop[0] * width) : width - int(crop[1] * width)].copy()
    share = (0.5 - crop[0]) / (1 - sum(crop))
    middle = round(share * page.shape[1])
    if fold == "dark":
        shade = 1 - 0.6 * np.exp(-np.abs(np.arange(page.shape[1]) - middle) / 50)
        page = (page * shade[None, :, None]).astype(np.uint8)
    elif fold == "light":
        page[:, middle - 5 : middle + 5] = 255
    return page, share


@pytest.mark.parametrize(
    ("crop", "fold"), [((0.0, 0.0), ""), ((0.12, 0.0), "dark"), ((0.12, 0.0), ""), ((0.0, 0.14), "light")]
)
def test_the_fold_is_found_off_centre_dark_light_or_unseen(crop: tuple[float, float], fold: str) -> None:
    page, share = open_book(crop=crop, fold=fold)
    book = find_open_book(page)
    assert book is not None
    assert book.fold == pytest.approx(share, abs=0.025)
    assert book.confidence > 0.6


@pytest.mark.parametrize("form", ["birth-2006", "marriage-1998"])
def test_no_ink_is_lost_at_the_cut_and_the_way_back_is_right(form: str) -> None:
    drawing = drawn(form, a3=True, skew_degrees=0.7)
    book = find_open_book(in_colour(drawing))
    assert book is not None
    sides = []
    for quad in ink_quads(drawing):
        inside = []
        for half in book.halves:
            placed = map_points(np.linalg.inv(half.homography), quad)
            height, width = half.image.shape[:2]
            inside.append(bool(((placed > -8) & (placed < (width + 8, height + 8))).all()))
            if inside[-1]:
                (left, top), (right, bottom) = placed.min(axis=0).clip(0), placed.max(axis=0).clip(0)
                assert half.image[int(top) : int(bottom) + 1, int(left) : int(right) + 1].min() < 140
        assert any(inside)
        sides.append(inside.index(True))
    assert set(sides) == {0, 1}


@pytest.mark.parametrize("quarter", [90, 180])
def test_turned_books_are_set_upright(quarter: int) -> None:
    page, share = open_book()
    book = find_open_book(turned(page, quarter))
    assert book is not None
    assert book.rotation == 360 - quarter
    assert book.fold == pytest.approx(share, abs=0.025)
    straight = straighten_page(book.halves[1].image)
    assert straight.rotation == 0
    assert straight.image.shape[1] == pytest.approx(2480, rel=0.06)


def test_a_single_page_is_no_open_book() -> None:
    assert find_open_book(in_colour(drawn("birth-2006"))) is None
    assert find_open_book(turned(in_colour(drawn("birth-2006")), 90)) is None


@pytest.mark.parametrize("form", ["birth-pre1999", "marriage-pre1999"])
def test_a_table_over_two_pages_is_no_sure_pair(form: str) -> None:
    book = find_open_book(in_colour(drawn(form)))
    assert book is None or book.confidence < 0.4
