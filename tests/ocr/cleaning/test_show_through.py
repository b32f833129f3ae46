"""The neighbouring page tells what shows through: that goes, and nothing a pen wrote here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.drawing.book import DrawnPage, draw_pages
from benchmark.drawing.faults import Faults
from benchmark.drawing.saved_book import save_page
from ocr.batch.neighbours import with_neighbours
from ocr.cleaning.show_through import NeighbourScan
from ocr.cleaning.surface import Surface, clean_surface
from ocr.page.scan_pages import open_scan, pictures_of
from ocr.page.steps import clean, straighten
from ocr.readings import PageTask
from tests.ocr.drawn import drawn, in_colour

pytestmark = pytest.mark.slow

Image = NDArray[np.uint8]
BLEED = 0.42
"""Darker than what fading by faintness alone dares to take."""


@lru_cache(maxsize=4)
def leaves(bleed: float) -> tuple[DrawnPage, DrawnPage]:
    """Two sides of a sheet as the same scanner delivers them, the first showing through on the second."""
    faults = replace(Faults.clean(), bleed=bleed)
    first, second = draw_pages("birth-2006", ink="typed", pages=2, seed=41, faults=faults)
    return first, second


def scan_of(page: DrawnPage, dpi: float = 300, **changes: int | None) -> NeighbourScan:
    return NeighbourScan(image=in_colour(page), dpi=dpi, **changes)


def ink_and_ghost() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the second page has ink of its own, and where only its reverse shows."""
    alone, shown = (clean_surface(in_colour(leaves(bleed)[1])) for bleed in (0.0, BLEED))
    paper = cv2.erode((alone.ink > 245).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return alone.ink < 150, paper & (shown.ink < 215)


def cleaned(neighbours: list[NeighbourScan]) -> Surface:
    return clean_surface(in_colour(leaves(BLEED)[1]), neighbours=neighbours)


def test_what_a_neighbour_foretells_goes_and_ink_stays() -> None:
    own, ghost = ink_and_ghost()
    assert ghost.sum() > 20_000
    surface = cleaned([scan_of(leaves(BLEED)[0])])
    assert surface.reverse is not None
    assert (surface.ink[ghost] < 215).mean() < 0.03
    assert (surface.ink[own] > 215).mean() < 0.002


@pytest.mark.parametrize("fault", [{"skew_degrees": 1.2}, {"dpi": 200}, {"border": (4.0, 0.0, -3.0, 5.0)}])
def test_the_two_sides_need_not_lie_alike(fault: dict[str, float]) -> None:
    faults = replace(Faults.clean(), **fault)
    other = next(draw_pages("birth-2006", ink="typed", pages=1, seed=41, faults=faults))
    surface = cleaned([scan_of(other, dpi=other.faults.dpi)])
    assert surface.reverse is not None
    assert (surface.ink[ink_and_ghost()[1]] < 215).mean() < 0.06


def test_the_reverse_is_told_from_the_next_sheet() -> None:
    stranger = drawn("birth-2006", hand=False, seed=77)
    right = cleaned([scan_of(leaves(BLEED)[0])]).ink
    both = cleaned([scan_of(stranger), scan_of(leaves(BLEED)[0])]).ink
    assert np.array_equal(right, both)


def test_another_form_is_no_reverse() -> None:
    assert cleaned([scan_of(drawn("marriage-2015", seed=4))]).reverse is None


def test_a_page_without_show_through_opens_no_neighbour() -> None:
    def never() -> Iterator[NeighbourScan]:
        raise AssertionError("opened in vain")
        yield

    assert clean_surface(in_colour(drawn("birth-2015", hand=False)), neighbours=never()).reverse is None


def test_a_neighbour_of_the_same_form_takes_no_ink() -> None:
    stranger = drawn("birth-2006", hand=False, seed=77)
    own, _ = ink_and_ghost()
    assert (cleaned([scan_of(stranger)]).ink[own] > 215).mean() < 0.005


def test_tasks_know_the_pages_around_them() -> None:
    tasks = [PageTask(source=f"a/{n}.jpg") for n in range(3)] + [
        PageTask(source="b/0.pdf"),
        PageTask(source="b/0.pdf", page=1),
    ]
    told = [(task.page_before, task.page_after) for task in with_neighbours(tasks)]
    assert told == [
        (None, ("a/1.jpg", 0)),
        (("a/0.jpg", 0), ("a/2.jpg", 0)),
        (("a/1.jpg", 0), None),
        (None, ("b/0.pdf", 1)),
        (("b/0.pdf", 0), None),
    ]
    assert with_neighbours([]) == []


def reverse_of(task: PageTask) -> np.ndarray | None:
    (picture,) = pictures_of(open_scan(task))
    return clean(straighten(picture)).surface.reverse


def test_a_page_on_disk_uses_its_neighbour_and_survives_a_broken_one(tmp_path: Path) -> None:
    first, second = leaves(BLEED)
    save_page(first, tmp_path / "1.jpg")
    save_page(second, tmp_path / "2.jpg")
    (tmp_path / "3.jpg").write_bytes(b"no picture")
    places = tuple((str(tmp_path / name), 0) for name in ("3.jpg", "1.jpg"))
    assert reverse_of(PageTask(source=str(tmp_path / "2.jpg"), page_before=places[1], page_after=places[0])) is not None


def test_each_page_of_an_open_book_has_its_reverse_on_another_scan(tmp_path: Path) -> None:
    left, right = leaves(BLEED)
    blank = np.full_like(in_colour(left), 245)
    # the second scan's left page is the reverse of the first scan's right page
    cv2.imwrite(str(tmp_path / "1.png"), np.hstack([blank, in_colour(left)]))
    cv2.imwrite(str(tmp_path / "2.png"), np.hstack([in_colour(right), blank]))
    task = PageTask(source=str(tmp_path / "2.png"), page_before=(str(tmp_path / "1.png"), 0), half=0)
    assert reverse_of(task) is not None
