"""Words squeezed in under a full line are read after it; whatever else hangs under a line stays part of it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from layouts.columns import FieldKind
from ocr.handwriting.book_hand import HandLine
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import PACKAGED_MODEL
from ocr.handwriting.row_below import rows_of
from ocr.handwriting.seen_lines import SeenLine, behind_each_other, space_between
from ocr.handwriting.types import CharacterReading
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of
from tests.ocr.handwriting.test_engine import FONTS

UPPER = "Thôn 3 Xuân Lập Thành Phố Long Khánh Đồng"


def _written(upper: str, below: str = "", *, rise: float = 0.0, at: int = 12, size: int = 28) -> np.ndarray:
    """A line as high as its cell, written in its upper part; words under it at the left, in smaller letters."""
    face, small = (ImageFont.truetype(str(FONTS / "patrick-hand-400.ttf"), px) for px in (36, size))
    page = Image.new("L", (int(face.getlength(upper)) + 30, 64), 236)
    pen = ImageDraw.Draw(page)
    left = 12.0
    for letter in upper:
        pen.text((left, -3 + 18 * rise * (1 - left / page.width)), letter, fill=60, font=face)
        left += face.getlength(letter)
    pen.text((at, 34), below, fill=60, font=small)
    return np.asarray(page, np.uint8)


def _told(text: str, probability: float = 0.99) -> tuple[CharacterReading, ...]:
    return tuple(CharacterReading(char=char, probability=probability, left=0.0, right=1.0) for char in text)


def _answers(*texts: tuple[str, float]) -> list[tuple[CharacterReading, ...]]:
    return [_told(text, sure) for text, sure in reversed(texts)]


@pytest.fixture(scope="module")
def reader() -> HandwritingRecogniser:
    return HandwritingRecogniser(PACKAGED_MODEL)


@pytest.mark.slow
def test_words_under_the_line_are_read_after_it(reader: HandwritingRecogniser) -> None:
    crop = _written(UPPER, "Nai")
    (reading,) = reader.read_lines([crop], [FieldKind.PLACE])
    assert reading.text.replace(",", "").casefold() == f"{UPPER} Nai".casefold()
    assert reading.decoded.endswith("Đồng Nai")
    (line,) = reader.lines_of_hand([crop])
    (seen,) = reader.see([crop])
    assert line is not None
    assert seen is not None
    assert len(line.lattice) == len(line.features)
    assert np.allclose(line.lattice, seen.lattice, atol=1e-4)


@pytest.mark.slow
def test_a_line_that_rises_is_no_two_rows(reader: HandwritingRecogniser) -> None:
    crop = _written("Nguyễn Thị Ngọc Quyên Yên Phụng gửi giấy", rise=1.0)
    (reading,) = reader.read_lines([crop], [FieldKind.NAME])
    assert reading.text == "Nguyễn Thị Ngọc Quyên Yên Phụng gửi giấy"


@pytest.mark.parametrize(
    "crop",
    [
        _written(UPPER),
        _written(UPPER, "Nai", at=420),
        _written("Xã Long Giang", "Đồng Nai"),
        _written(UPPER, "' ,"),
        np.full((40, 600), 255, np.uint8),
        np.zeros((0, 9), np.uint8),
        np.zeros((9, 900), np.uint8),
    ],
    ids=["one row", "under the middle", "room left", "marks", "white", "nothing", "black"],
)
def test_other_lines_are_one_row_and_nobody_asks_how_they_read(crop: np.ndarray) -> None:
    rows = rows_of(crop, lambda _: pytest.fail("it looks like one row"))
    assert len(rows) == 1
    assert rows[0] is crop


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        (_answers((UPPER, 0.9), (UPPER, 0.9), ("Nai", 0.9)), 2),
        (_answers((UPPER, 0.9), (UPPER, 0.9), ("Nai", 0.5)), 1),
        (_answers((UPPER, 0.9), (UPPER, 0.9), ("-", 0.9)), 1),
        (_answers((UPPER, 0.9), (UPPER[4:], 0.9), ("Tho", 0.9)), 1),
    ],
    ids=["legible", "illegible", "no letters", "the line lost letters"],
)
def test_the_reading_tells_whether_there_were_two_rows(answers: list[tuple[CharacterReading, ...]], rows: int) -> None:
    assert len(rows_of(_written(UPPER, "Nai"), lambda _: answers.pop())) == rows


def test_rows_are_laid_behind_each_other_with_a_space_and_keep_what_is_crossed_out() -> None:
    upper, below = SeenLine(lattice_of("Đồng"), ((2, 4),)), SeenLine(lattice_of("Nai"), ((0, 3),))
    line = behind_each_other([upper, below], ALPHABET)
    assert line is not None
    assert len(line.lattice) == len(upper.lattice) + 1 + len(below.lattice)
    assert line.lattice[8].argmax() == ALPHABET.index[" "]
    assert line.struck == ((2, 4), (9, 12))
    assert behind_each_other([upper], ALPHABET) is upper
    assert behind_each_other([], ALPHABET) is None


def test_what_a_hand_learns_from_has_a_frame_of_nothing_between_rows() -> None:
    row = HandLine(lattice_of("Nai"), np.ones((6, 4), np.float32))
    line = HandLine.of_rows([row, row], space_between(ALPHABET))
    assert line is not None
    assert line.features.shape == (13, 4)
    assert not line.features[6].any()
    assert HandLine.of_rows([], space_between(ALPHABET)) is None
