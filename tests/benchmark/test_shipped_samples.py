"""What ships is what the command draws, small, with its truth."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmark.shipped_samples import SAMPLE_BOOKS, SampleBook, draw_sample_book, draw_template_sample
from benchmark.truth import read_truth
from layouts.loader import shipped_templates

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("book", SAMPLE_BOOKS, ids=lambda book: book.name)
def test_a_sample_book_is_complete_and_small(book: SampleBook) -> None:
    folder = ROOT / "sample_books" / book.name
    record = json.loads((folder / "book.json").read_text(encoding="utf-8"))
    pages = read_truth(folder)
    assert len(pages) == book.pages
    assert {page.form for page in pages} == {record["form"]}
    assert all(page.path.stat().st_size < 270_000 for page in pages)
    numbers = [int(value.standard) for page in pages for value in page.entries[0] if value.column == "so"]
    assert numbers == list(range(numbers[0], numbers[0] + book.pages))


@pytest.mark.slow
def test_the_command_draws_a_book_with_the_same_truth_again(tmp_path: Path) -> None:
    book = SampleBook(name="one", form="birth-2015", ink="typed", pages=1, seed=20)
    drawn = read_truth(draw_sample_book(book, tmp_path))[0]
    shipped = read_truth(ROOT / "sample_books" / "khai-sinh-danh-may")[0]
    for again, first in zip(drawn.entries[0], shipped.entries[0], strict=True):
        assert (again.column, again.written, again.standard) == (first.column, first.written, first.standard)
        # another FreeType may round a letter's edge differently
        assert np.allclose(np.array(again.ink), np.array(first.ink), atol=0.002)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["birth-1998", "death-1998", "marriage-1998", "birth-pre1999", "parent-child-recognition-2006"]
)
def test_the_sample_beside_a_template_is_drawn_from_it_as_it_is_today(form: str, tmp_path: Path) -> None:
    _, drawn = draw_template_sample(form, tmp_path)
    shipped = ROOT / "layouts" / "templates" / shipped_templates()[form].register_type.value / drawn.name
    again, first = (json.loads(path.read_text(encoding="utf-8"))["entries"] for path in (drawn, shipped))
    for one, other in zip(again, first, strict=True):
        assert {n: (v["written"], v["standard"]) for n, v in one.items()} == {
            n: (v["written"], v["standard"]) for n, v in other.items()
        }
        for name, value in one.items():  # another FreeType may round a letter's edge differently
            assert np.allclose(np.array(value["ink"]), np.array(other[name]["ink"]), atol=0.002), name


@pytest.mark.parametrize("form", sorted(shipped_templates()))
def test_each_template_has_a_sample_beside_it(form: str) -> None:
    folder = ROOT / "layouts" / "templates" / shipped_templates()[form].register_type.value
    truth = json.loads((folder / f"{form}.truth.json").read_text(encoding="utf-8"))
    picture = folder / truth["file"]
    assert truth["form"] == form
    assert set(truth["entries"][0]) <= set(shipped_templates()[form].column_names)
    assert cv2.imread(str(picture)).shape[0] > 1200
    assert picture.stat().st_size < 170_000
