"""Whole pages: drawn with known text, read, compared."""

from __future__ import annotations

import pickle
import unicodedata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import layouts
from benchmark.drawing.book import DrawnPage
from ocr.batch.page_reader import read_task
from ocr.explain import explain_page
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.pipeline import read_page
from ocr.reading.readers import Readers
from ocr.readings import PageFailure, PageKind, PageReading, PageTask, Script
from tests.ocr.drawn import Sort, coverage, drawn


def saved(page: DrawnPage, folder: Path, name: str = "page.png") -> str:
    path = folder / name
    assert cv2.imwrite(str(path), page.image)
    return str(path)


def read(page: DrawnPage, folder: Path, **task: Any) -> PageReading:
    outcome = read_task(PageTask(source=saved(page, folder), **task))
    assert isinstance(outcome, PageReading), outcome
    return outcome


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split()).strip(".,-/:")


def share_right(reading: PageReading, page: DrawnPage) -> float:
    """Share of the fields read exactly as written."""
    right = total = 0
    for entry, truth in zip(reading.entries, page.truth["entries"], strict=False):
        for name, value in truth.items():
            if name in entry.fields and entry.fields[name].engine not in ("checkbox", "stamp"):
                total += 1
                right += folded(entry.fields[name].text) == folded(value["written"])
    assert total > 5
    return right / total


@pytest.fixture(scope="module")
def typed_birth(tmp_path_factory: pytest.TempPathFactory) -> tuple[PageReading, DrawnPage, str]:
    page = drawn("birth-2006", hand=False, seed=5, skew_degrees=0.7)
    folder = tmp_path_factory.mktemp("typed")
    return read(page, folder), page, str(folder / "page.png")


@pytest.mark.slow
@pytest.mark.parametrize("hand", [False, True])
def test_without_a_usable_model_type_is_read_and_handwriting_left_empty(hand: bool, tmp_path: Path) -> None:
    broken = tmp_path / "model"
    broken.mkdir()
    page = drawn("birth-2006", hand=hand, seed=5)
    reading = read_page(PageTask(source=saved(page, tmp_path)), Readers(hand=HandwritingRecogniser(broken)))
    assert isinstance(reading, PageReading)
    assert reading.engine.startswith("tesseract") and "asterocr" not in reading.engine
    assert any("Mô hình đọc chữ viết tay" in warning for warning in reading.warnings)
    if hand:
        unread = [f for f in reading.entries[0].fields.values() if "ink_unread" in f.flags]
        assert len(unread) > 8 and not any(field.text for field in unread)
    else:
        assert share_right(reading, page) >= 0.7


def test_a_typed_page_is_recognised_and_read(typed_birth: tuple[PageReading, DrawnPage, str]) -> None:
    reading, page, _ = typed_birth
    assert reading.layout == "birth-2006" and reading.register_type == "birth"
    assert reading.script is Script.TYPED and reading.kind is PageKind.ENTRIES
    assert share_right(reading, page) >= 0.85
    assert {step.step for step in reading.steps} >= {"open", "straighten", "clean", "words", "form", "cut", "read"}


def test_every_column_of_the_form_is_there(typed_birth: tuple[PageReading, DrawnPage, str]) -> None:
    reading, _, _ = typed_birth
    fields = reading.entries[0].fields
    assert {"trangSo", "nksNgaySinhBangChu", "ghiChu", "loaiDangKy", "chucVuNguoiKy"} <= set(fields)
    assert all(fields[name].column == name and 0.0 <= fields[name].confidence <= 1.0 for name in fields)


def test_quads_cover_the_ink_on_the_scan(typed_birth: tuple[PageReading, DrawnPage, str]) -> None:
    reading, page, _ = typed_birth
    covered = []
    for name, value in page.truth["entries"][0].items():
        quads = reading.entries[0].fields[name].quads if name in reading.entries[0].fields else ()
        if value["ink"] and value["written"] and quads:
            covered.append(coverage(quads, value["ink"]))
    assert len(covered) > 8
    assert np.mean([share >= 0.9 for share in covered]) > 0.85


def test_a_reading_travels_between_processes(typed_birth: tuple[PageReading, DrawnPage, str]) -> None:
    reading, _, _ = typed_birth
    assert pickle.loads(pickle.dumps(reading)) == reading


@pytest.mark.slow
def test_the_steps_can_be_looked_at(typed_birth: tuple[PageReading, DrawnPage, str]) -> None:
    pictures = dict(explain_page(PageTask(source=typed_birth[2])))
    assert list(pictures) == ["straightened", "labels", "fields", "cleaned", "crops"]
    assert all(picture.ndim == 3 and picture.dtype == np.uint8 for picture in pictures.values())


@pytest.mark.slow
def test_tesseract_never_fills_in_handwriting(tmp_path: Path) -> None:
    reading = read(drawn("marriage-2015", hand=True, seed=1), tmp_path)
    assert reading.layout == "marriage-2015"
    filled = [f for f in reading.entries[0].fields.values() if f.text and f.engine == "tesseract"]
    assert sum(len(f.text) for f in filled) < 30


@pytest.mark.slow
def test_stacked_entries_are_two(tmp_path: Path) -> None:
    reading = read(drawn("marriage-1998", hand=False, seed=2), tmp_path)
    assert reading.layout == "marriage-1998"
    assert [entry.region for entry in reading.entries] == [0, 1]
    assert reading.entries[0].box[3] < reading.entries[1].box[3]


@pytest.mark.slow
def test_each_row_of_a_table_is_an_entry(tmp_path: Path) -> None:
    page = drawn("birth-pre1999", hand=False, seed=2)
    reading = read(page, tmp_path)
    assert reading.layout == "birth-pre1999"
    written = [entry for entry in reading.entries if entry.state is PageKind.ENTRIES]
    assert len(written) == len([entry for entry in page.truth["entries"] if any(v["written"] for v in entry.values())])
    assert share_right(reading, page) > 0.6


@pytest.mark.slow
def test_a_table_with_columns_that_its_form_does_not_have_is_pointed_out(tmp_path: Path) -> None:
    shipped = Path(layouts.__file__).parent / "templates" / "birth" / "birth-pre1999.yaml"
    lines = shipped.read_text(encoding="utf-8").splitlines()
    without = "\n".join(line for line in lines if "label: [Dân tộc]" not in line)
    page = drawn("birth-pre1999", hand=False, seed=2)
    reading = read(page, tmp_path, template_texts=(without,), forms=("birth-pre1999",))
    assert any("1 cột không có trong mẫu birth-pre1999" in warning for warning in reading.warnings)


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["cover", "blank"])
def test_pages_without_entries_have_none(sort: Sort, tmp_path: Path) -> None:
    reading = read(drawn("birth-2015", sort=sort, hand=False), tmp_path)
    assert reading.kind is {"cover": PageKind.COVER, "blank": PageKind.BLANK}[sort]
    assert all(entry.state is PageKind.BLANK for entry in reading.entries)


@pytest.mark.slow
@pytest.mark.parametrize(("sort", "kind"), [("cover", PageKind.COVER), ("closing", PageKind.CLOSING)])
def test_covers_and_closings_are_known_upside_down(sort: Sort, kind: PageKind, tmp_path: Path) -> None:
    reading = read(drawn("birth-2006", sort=sort, turns=2), tmp_path)
    assert reading.kind is kind
    assert reading.rotation == 180


@pytest.mark.slow
def test_a_form_that_nobody_filled_in_is_blank_though_its_page_is_numbered(tmp_path: Path) -> None:
    reading = read(drawn("adoption-2011", sort="blank", seed=5), tmp_path)
    assert reading.layout == "adoption-2011"
    assert reading.kind is PageKind.BLANK


@pytest.mark.slow
def test_a_page_that_is_no_register_is_set_aside(tmp_path: Path) -> None:
    picture = np.full((1754, 1240, 3), 255, np.uint8)
    for row in range(30):
        cv2.putText(picture, "Dear friends, this is a letter", (90, 120 + 50 * row), 0, 1.3, (0, 0, 0), 2)
    path = tmp_path / "letter.png"
    cv2.imwrite(str(path), picture)
    outcome = read_task(PageTask(source=str(path)))
    assert isinstance(outcome, PageFailure) and outcome.code == "no_form"
    assert "mẫu sổ" in outcome.message


@pytest.mark.slow
def test_a_picture_of_noise_is_set_aside_at_once(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(128, 90, (2200, 1600)).clip(0, 255).astype(np.uint8)
    path = tmp_path / "noise.png"
    cv2.imwrite(str(path), noise)
    outcome = read_task(PageTask(source=str(path)))
    assert isinstance(outcome, PageFailure) and outcome.code == "no_form"
    assert "nhiễu" in outcome.message


def test_a_broken_file_is_a_failure_not_an_exception(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 nothing")
    outcome = read_task(PageTask(source=str(path)))
    assert isinstance(outcome, PageFailure) and outcome.code == "broken_image"


@pytest.mark.slow
def test_a_broken_template_is_named(tmp_path: Path) -> None:
    page = saved(drawn("birth-2015", sort="blank"), tmp_path)
    outcome = read_task(PageTask(source=page, template_texts=("form: [",)))
    assert isinstance(outcome, PageFailure) and outcome.code == "bad_template"
