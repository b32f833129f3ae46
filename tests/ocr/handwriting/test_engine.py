from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from layouts.columns import FieldKind
from ocr.handwriting.ctc import Lattice
from ocr.handwriting.decoding import Decoding, decode_line
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import PACKAGED_MODEL
from ocr.handwriting.seen_lines import SeenLine
from vietnamese.units import UNKNOWN_PLACE

FONTS = Path(__file__).parents[3] / "benchmark" / "fonts"


def _line(text: str, font: str = "patrick-hand-400.ttf", ink: int = 70) -> np.ndarray:
    face = ImageFont.truetype(str(FONTS / font), 52, layout_engine=ImageFont.Layout.BASIC)
    left, top, right, bottom = face.getbbox(text)
    page = Image.new("L", (int(right - left) + 40, int(bottom - top) + 30), 238)
    ImageDraw.Draw(page).text((20 - left, 15 - top), text, fill=ink, font=face)
    return np.asarray(page, np.uint8)


@pytest.fixture(scope="module")
def reader() -> HandwritingRecogniser:
    return HandwritingRecogniser(PACKAGED_MODEL)


@pytest.mark.parametrize(
    ("text", "kind", "font"),
    [
        ("Nguyễn Thị Duyên", FieldKind.NAME, "patrick-hand-400.ttf"),
        ("NGUYỄN VĂN NAM", FieldKind.NAME, "patrick-hand-400.ttf"),
        ("05/03/1979", FieldKind.DATE, "patrick-hand-400.ttf"),
        ("Phường 12, Quận 5, TP Hồ Chí Minh", FieldKind.PLACE, "patrick-hand-400.ttf"),
        ("Ngày mồng bốn, tháng mười hai", FieldKind.DATE_WORDS, "mali-400.ttf"),
        ("Việt Nam", FieldKind.NATIONALITY, "tinos-400.ttf"),
        ("474603875", FieldKind.ID_NUMBER, "cousine-400.ttf"),
    ],
)
def test_clear_lines_are_read(reader: HandwritingRecogniser, text: str, kind: FieldKind, font: str) -> None:
    (reading,) = reader.read_lines([_line(text, font)], [kind])
    assert reading.decoded == text
    assert reading.confidence > 0.5


def test_a_view_is_decoded_once_however_often_its_line_is_asked(
    reader: HandwritingRecogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []

    def counted(lattice: Lattice, *rest: Any) -> Decoding:
        decoded.append(len(lattice))
        return decode_line(lattice, *rest)

    monkeypatch.setattr("ocr.handwriting.engine.decode_line", counted)
    kinds = [FieldKind.NAME, FieldKind.SIGNER]
    pale = [_line("Lê Văn Xôm", ink=205), _line("Trần Thị Đào - CT", ink=205)]
    seen = reader.see_closely(pale, kinds, UNKNOWN_PLACE)
    first = reader.tell(seen, kinds)
    assert reader.tell(seen, kinds) == first == reader.read_lines(pale, kinds)
    assert len(decoded) == 2 * sum(len(line.views) for line in seen if line)  # once here, once by `read_lines`


@pytest.mark.parametrize(
    ("kind", "text"), [(FieldKind.NAME, ""), (FieldKind.SIGNER, ""), (FieldKind.NUMBER, "0"), (None, "0")]
)
@pytest.mark.parametrize("loops", [(0, 6), (5, 6)], ids=["its own bar", "a bar beside it"])
def test_the_loops_of_a_signature_are_no_name(
    reader: HandwritingRecogniser, kind: FieldKind | None, text: str, loops: tuple[int, int]
) -> None:
    lattice = np.full((6, len(reader.letters)), -12.0, np.float32)
    lattice[:, 0] = 0.0
    lattice[2:4, 0], lattice[2:4, reader.letters.index("0")] = -12.0, 0.0
    (reading,) = reader.tell([SeenLine(lattice, struck=(loops,))], [kind])
    assert (reading.decoded, reading.struck_out) == (text, True)
    if not text:
        assert [other for other, _ in reading.alternatives] == ["0"]


def test_letters_stand_from_left_to_right(reader: HandwritingRecogniser) -> None:
    (reading,) = reader.read_lines([_line("Kinh 1998")])
    edges = [(letter.left, letter.right) for letter in reading.characters]
    assert all(0.0 <= left < right <= 1.0 for left, right in edges)
    assert edges == sorted(edges)


@pytest.mark.parametrize(
    "crop",
    [
        np.zeros((1, 1), np.uint8),
        np.full((50, 300), 255, np.uint8),
        np.zeros((60, 200, 3), np.uint8),
        np.random.default_rng(1).integers(0, 256, (800, 900, 3), dtype=np.uint8),
        np.zeros((0, 9), np.uint8),
    ],
    ids=["one pixel", "white", "black", "picture", "nothing"],
)
def test_bad_crops_give_an_empty_reading(reader: HandwritingRecogniser, crop: np.ndarray) -> None:
    (reading,) = reader.read_lines([crop], [FieldKind.NAME])
    assert reading.text == reading.decoded == ""
    assert reading.confidence < 0.1


def test_a_crossed_out_line_has_no_value_but_a_suggestion(reader: HandwritingRecogniser) -> None:
    struck = _line("Trần Diệu Ánh").copy()
    inked = np.flatnonzero((struck < 128).any(axis=0))
    rows = np.flatnonzero((struck < 128).sum(axis=1) > 8)
    middle = int(rows[0] + 0.5 * (rows[-1] - rows[0]))
    struck[middle - 1 : middle + 2, inked[0] - 4 : inked[-1] + 4] = 20
    (reading,) = reader.read_lines([struck], [FieldKind.NAME])
    assert reading.struck_out
    assert (reading.text, reading.decoded, reading.confidence) == ("", "", 0.0)
    assert len(reading.alternatives) == 1


def test_a_reading_does_not_depend_on_its_neighbours(reader: HandwritingRecogniser) -> None:
    crop = _line("Trần Diệu Ánh")
    alone = reader.read_lines([crop], [FieldKind.NAME])[0]
    together = reader.read_lines(
        [_line("1998"), crop, _line("Kinh")], [FieldKind.DATE, FieldKind.NAME, FieldKind.ETHNIC_GROUP]
    )[1]
    assert alone == together


def test_grey_and_colour_are_read_alike(reader: HandwritingRecogniser) -> None:
    grey = _line("Lê Trọng Sơn")
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    assert reader.read_lines([grey])[0].text == reader.read_lines([colour])[0].text


def test_kinds_must_match_the_crops(reader: HandwritingRecogniser) -> None:
    with pytest.raises(ValueError, match="kinds"):
        reader.read_lines([_line("Kinh")], [FieldKind.NAME, FieldKind.DATE])


def _read_in_worker(recogniser: HandwritingRecogniser, crop: np.ndarray) -> str:
    return recogniser.read_lines([crop], [FieldKind.ETHNIC_GROUP])[0].decoded


def _run_in_spawned_worker(call: Callable[..., str], *arguments: object) -> str:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(call, arguments)


@pytest.mark.slow
def test_a_recogniser_that_was_used_can_be_sent_to_a_worker(reader: HandwritingRecogniser) -> None:
    crop = _line("Kinh")
    reader.read_lines([crop])
    assert len(pickle.dumps(reader)) < 2000
    assert _run_in_spawned_worker(_read_in_worker, reader, crop) == "Kinh"
