"""Crossed-out words: found, left out of the reading, flagged; everything else is read as before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from layouts.columns import FieldKind
from ocr.handwriting.ctc import greedy_characters, join_characters
from ocr.handwriting.decoding import decode_line
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import PACKAGED_MODEL
from ocr.handwriting.strikes import struck_spans, sureness, whole_words, without_struck
from tests.ocr.handwriting.lattices import ALPHABET, LETTERS, lattice_of

FONTS = Path(__file__).parents[3] / "benchmark" / "fonts"
SPACE = ALPHABET.index[" "]


def _written(words: list[str], font: str = "patrick-hand-400.ttf") -> tuple[np.ndarray, list[tuple[int, int]], int]:
    """A line, the columns of its words, and the row in the middle of its small letters."""
    face = ImageFont.truetype(str(FONTS / font), 52, layout_engine=ImageFont.Layout.BASIC)
    page = Image.new("L", (60 + round(face.getlength("  ".join(words))), 110), 238)
    pen, x, places = ImageDraw.Draw(page), 25.0, []
    for word in words:
        pen.text((x, 75), word, fill=70, font=face, anchor="ls")
        places.append((round(x), round(x + face.getlength(word))))
        x += face.getlength(word + "  ")
    return np.array(page, np.uint8), places, 75 - round(0.5 * -face.getbbox("x", anchor="ls")[1])


@pytest.fixture(scope="module")
def reader() -> HandwritingRecogniser:
    return HandwritingRecogniser(PACKAGED_MODEL)


def _read(lattice: np.ndarray) -> str:
    return join_characters(greedy_characters(lattice, LETTERS))


def test_only_long_sure_runs_are_spans() -> None:
    struck = np.full(40, 0.01, np.float32)
    struck[3:7], struck[12:22], struck[28:38] = 0.99, 0.99, 0.7
    assert struck_spans(struck, 0.9) == ((12, 22),)
    assert struck_spans(struck, 0.6) == ((12, 22), (28, 38))
    assert struck_spans(np.zeros(0, np.float32), 0.5) == ()


def test_a_span_is_as_sure_as_its_frames_are_together() -> None:
    assert sureness(np.full(6, 0.9, np.float32)) == pytest.approx(0.9, abs=1e-4)
    assert 0.5 < sureness(np.array([0.99, 0.99, 0.1, 0.1], np.float32)) < 0.99


def test_a_span_over_most_of_a_word_takes_all_of_it_and_no_more() -> None:
    lattice = lattice_of("Lê Trần Văn")
    assert whole_words(((6, 11),), lattice, SPACE) == ((6, 13),)
    assert whole_words(((6, 9),), lattice, SPACE) == ((6, 9),)


@pytest.mark.parametrize(
    ("span", "left"), [((6, 14), "Lê Văn An"), ((0, 4), "Trần Văn An"), ((16, 28), "Lê Trần"), ((0, 28), "")]
)
def test_words_beside_a_span_are_read_with_one_space(span: tuple[int, int], left: str) -> None:
    bare = without_struck(lattice_of("Lê Trần Văn An"), (span,), SPACE)
    assert _read(bare) == left
    assert decode_line(bare, ALPHABET, FieldKind.NAME).decoded == left


def test_a_date_with_a_figure_crossed_out_is_still_a_date() -> None:
    lattice = lattice_of("12/7 03/1998")
    bare = without_struck(lattice, ((6, 8),), SPACE)
    assert decode_line(bare, ALPHABET, FieldKind.DATE).decoded == "12/03/1998"


def _crossed(stroke: str, crop: np.ndarray, left: int, right: int, middle: int) -> np.ndarray:
    struck = crop.copy()
    columns = np.arange(left - 4, right + 5)
    if stroke == "double":
        for row in (middle - 5, middle + 6):
            cv2.line(struck, (left - 4, row), (right + 5, row + 2), 70, 3, cv2.LINE_AA)
    elif stroke == "waves":
        points = np.stack((columns, middle + 9 * np.sin(columns / 6)), axis=1).astype(np.int32)
        cv2.polylines(struck, [points], False, 70, 3, cv2.LINE_AA)
    else:
        turns = np.arange(0, right - left, 0.5)
        loops = np.stack((left + turns + 8 * np.cos(turns), middle + 17 * np.sin(turns)), axis=1).astype(np.int32)
        cv2.polylines(struck, [loops], False, 70, 3, cv2.LINE_AA)
    return struck


@pytest.mark.parametrize("stroke", ["double", "waves", "scribble"])
def test_a_crossed_out_word_is_left_out_and_flagged(reader: HandwritingRecogniser, stroke: str) -> None:
    crop, places, middle = _written(["Nguyễn", "Trọng", "Văn", "Minh"])
    (reading,) = reader.read_lines([_crossed(stroke, crop, *places[1], middle)], [FieldKind.NAME])
    assert reading.struck_out
    assert reading.decoded == "Nguyễn Văn Minh"


@pytest.mark.slow
def test_what_only_lies_near_the_words_crosses_nothing_out(reader: HandwritingRecogniser) -> None:
    crop, places, _ = _written(["Trần", "Thị", "Đạt"])
    dotted, underlined, filled_up = crop.copy(), crop.copy(), np.pad(crop, ((0, 0), (0, 200)), constant_values=238)
    for x in range(4, crop.shape[1] - 4, 9):
        cv2.circle(dotted, (x, 80), 2, 60, -1)
    cv2.line(underlined, (places[1][0], 84), (places[1][1], 85), 70, 3)
    cv2.line(filled_up, (crop.shape[1] + 10, 60), (crop.shape[1] + 180, 61), 70, 3)
    readings = reader.read_lines([crop, dotted, underlined, filled_up], [FieldKind.NAME] * 4)
    assert [reading.struck_out for reading in readings] == [False] * 4
    assert {reading.decoded.rstrip(" -") for reading in readings} == {"Trần Thị Đạt"}


@pytest.mark.slow
def test_a_model_that_tells_letters_alone_reads_as_before(reader: HandwritingRecogniser, tmp_path: Path) -> None:
    shutil.copytree(PACKAGED_MODEL, tmp_path / "office")
    description = json.loads((tmp_path / "office" / "model.json").read_text(encoding="utf-8"))
    description |= {"format": 1, "version": "office"}
    del description["strikes"]
    (tmp_path / "office" / "model.json").write_text(json.dumps(description), encoding="utf-8")
    plain = HandwritingRecogniser(tmp_path / "office")
    crop, places, middle = _written(["Nguyễn", "Trọng", "Văn", "Minh"])
    assert plain.read_lines([crop], [FieldKind.NAME]) == reader.read_lines([crop], [FieldKind.NAME])
    (reading,) = plain.read_lines([_crossed("double", crop, *places[1], middle)], [FieldKind.NAME])
    assert not plain.tells_strikes and not reading.struck_out
