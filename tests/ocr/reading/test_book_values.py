"""What a cover and a closing statement say comes whole, single figures among dots as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.batch.page_reader import read_task
from ocr.cleaning.clean import CleanPage
from ocr.forms.page_kinds import BookLine
from ocr.handwriting.types import LineReading
from ocr.reading.book_values import BookValue, read_book_values
from ocr.reading.readers import Readers
from ocr.readings import PageKind, PageReading, PageTask
from tests.ocr.drawn import Sort, drawn
from vietnamese.units import BookPlace

pytestmark = pytest.mark.slow


def figures(date: str) -> list[int]:
    return [int(part) for part in date.replace("/", ".").split(".")]


def read(sort: Sort, folder: Path, seed: int, *, hand: bool = False) -> tuple[PageReading, dict[str, str]]:
    page = drawn("birth-2006", sort=sort, hand=hand, seed=seed, skew_degrees=0.5)
    path = folder / "page.png"
    cv2.imwrite(str(path), page.image)
    reading = read_task(PageTask(source=str(path)))
    assert isinstance(reading, PageReading)
    return reading, page.truth["book_values"]


@pytest.mark.parametrize("seed", [3, 4])
def test_a_typed_cover_is_read_to_the_last_figure(seed: int, tmp_path: Path) -> None:
    reading, truth = read("cover", tmp_path, seed)
    assert reading.kind is PageKind.COVER
    assert figures(reading.book_values["opened_on"]) == figures(truth["opened_on"])
    number, year = reading.book_values["quyenSo"].split("/")
    assert (int(number), year) == (int(truth["quyenSo"][:2]), truth["quyenSo"][-4:])


def test_a_typed_closing_is_read_to_the_last_figure(tmp_path: Path) -> None:
    reading, truth = read("closing", tmp_path, 3)
    assert reading.kind is PageKind.CLOSING
    counted = {name: reading.book_values[name] for name in ("pages", "entries", "last_number")}
    assert counted == {name: truth[name] for name in counted}


@pytest.mark.parametrize(("sort", "seed"), [("cover", 44), ("closing", 47)])
def test_what_is_written_by_hand_comes_with_how_sure_it_is(sort: Sort, seed: int, tmp_path: Path) -> None:
    reading, truth = read(sort, tmp_path, seed, hand=True)
    assert set(reading.book_values) == set(reading.book_sure)
    dates = [name for name in ("opened_on", "closed_on") if name in truth and name in reading.book_values]
    assert dates
    for name in dates:
        right = figures(reading.book_values[name]) == figures(truth[name])
        assert right or reading.book_sure[name] < 0.9


def line(text: str, confidence: float, *others: tuple[str, float]) -> LineReading:
    return LineReading(text=text, decoded=text, confidence=confidence, alternatives=others)


class Hand:
    """A recogniser that says of the pictures, in order, what it was told to."""

    name, version = "fake", "1"

    def __init__(self, *readings: LineReading) -> None:
        self.readings = readings

    def see_closely(self, crops: Sequence[np.ndarray], *_: object) -> list[int]:
        return list(range(len(crops)))

    def tell(self, seen: Sequence[int], kinds: Sequence[FieldKind | None], book: BookPlace) -> list[LineReading]:
        return [self.readings[number] for number in seen]


def dated(*parts: LineReading) -> BookValue:
    """The date read from three spaces with ink, whatever the recogniser says of them."""
    page = np.full((600, 1200), 255, np.uint8)
    boxes = tuple((100 + 350 * n, 200, 300 + 350 * n, 320) for n in range(3))
    for left, top, _, _ in boxes[: len(parts)]:
        page[top + 30 : top + 90, left + 20 : left + 60] = 0
    clean = CleanPage(grey=page, ink=(page < 128).astype(np.uint8), dotted_lines=(), rules=())
    line = BookLine(name="closed_on", boxes=boxes, text="", confidence=0.0)
    return read_book_values(clean, [line], [], Readers(hand=Hand(*parts)))["closed_on"]


def test_a_part_that_no_date_has_gives_way_and_is_doubted() -> None:
    month = line("19", 0.99, ("79", 0.3), ("12", 0.05))
    assert dated(line("31", 0.99), month, line("2013", 0.98)) == BookValue(text="31/12/2013", sure=0.5)
    assert dated(line("31", 0.99), line("12", 0.97), line("2013", 0.98)).sure == 0.97


def test_a_date_of_which_a_part_was_not_seen_is_not_sure() -> None:
    assert dated(line("31", 0.99), line("12", 0.99)).sure == 0.0
    assert dated(line("31", 0.99), line("xx", 0.99), line("2013", 0.99)).sure == 0.0


def test_spaces_without_ink_say_nothing() -> None:
    empty = np.full((600, 900), 255, np.uint8)
    page = CleanPage(grey=empty, ink=(empty < 128).astype(np.uint8), dotted_lines=(), rules=())
    place = BookLine(name="closed_on", boxes=((100, 200, 300, 320), (850, 580, 1000, 700)), text="", confidence=0.0)
    assert read_book_values(page, [place], [], Readers(hand=Hand())) == {}
