"""What a cover and a closing statement say comes whole, single figures among dots as well."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.book_values import read_book_values
from ocr.clean import CleanPage
from ocr.page_kinds import BookLine
from ocr.pipeline import read_page
from ocr.readings import PageKind, PageReading, PageTask
from tests.ocr.drawn import Sort, drawn


def figures(date: str) -> list[int]:
    return [int(part) for part in date.replace("/", ".").split(".")]


def read(sort: Sort, folder: Path, seed: int) -> tuple[PageReading, dict[str, str]]:
    page = drawn("birth-2006", sort=sort, hand=False, seed=seed, skew_degrees=0.5)
    path = folder / "page.png"
    cv2.imwrite(str(path), page.image)
    reading = read_page(PageTask(source=str(path)))
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


def test_spaces_without_ink_say_nothing() -> None:
    empty = np.full((600, 900), 255, np.uint8)
    page = CleanPage(grey=empty, ink=(empty < 128).astype(np.uint8), dotted_lines=(), rules=())
    line = BookLine(name="closed_on", boxes=((100, 200, 300, 320), (850, 580, 1000, 700)), text="", confidence=0.0)
    assert read_book_values(page, [line], []) == {}
