"""Lines read beside printed words, and addresses in the light of the page's sure ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.handwriting.types import LineReading
from ocr.reading.lines import read_crops
from ocr.reading.printed_around import PrintedAround
from ocr.reading.readers import Readers, TypedReader
from ocr.tesseract import TypedLine, Word
from vietnamese.units import BookPlace

_PAPER = np.full((60, 400), 255, np.uint8)


class _Hand:
    """Answers from a list, the pictures' first pixel being the place in it; remembers what it was asked."""

    name, version = "fake", "1"

    def __init__(self, *readings: LineReading) -> None:
        self.readings = readings
        self.asked: list[tuple[int, BookPlace]] = []
        self.wholes: list[tuple[int, ...]] = []
        self.kinds: list[object] = []

    def see_closely(self, crops: Sequence[np.ndarray], *_: object) -> list[int]:
        return [int(crop[0, 0]) for crop in crops]

    def tell(self, seen: Sequence[int], kinds: Sequence[FieldKind | None], book: BookPlace) -> list[LineReading]:
        self.asked.append((len(seen), book))
        return [self.readings[number] for number in seen]

    def tell_whole(
        self, lines: Sequence[int], alone: Sequence[LineReading], kind: FieldKind | None, _: BookPlace
    ) -> list[LineReading]:
        self.wholes.append(tuple(lines))
        self.kinds.append(kind)
        return [_reading(reading.text.upper(), 0.95) for reading in alone]


def _crops(count: int, *, overflows: bool = False) -> dict[LineKey, LineCrop]:
    crops = {}
    for number in range(count):
        picture = _PAPER.copy()
        picture[0, 0] = number
        crops[number, 0] = LineCrop(box=(0, 0, 400, 60), picture=picture, ink_pixels=500, overflows=overflows)
    return crops


def _reading(text: str, confidence: float) -> LineReading:
    return LineReading(text=text, decoded=text, confidence=confidence)


def test_printed_words_cut_with_writing_are_taken_off() -> None:
    hand = _Hand(_reading("Nam Dân", 0.9), _reading("nhân: chú", 0.9))
    labels = PrintedAround(before={(1, 0): "Tình trạng hôn nhân:"}, after={(0, 0): "Dân tộc:"})
    read = read_crops(
        _crops(2, overflows=True),
        {(0, 0): FieldKind.SEX, (1, 0): FieldKind.RELATION},
        (),
        Readers(hand=hand),
        labels=labels,
    )

    assert [read.values[key].text for key in ((0, 0), (1, 0))] == ["Nam", "chú"]
    assert read.values[0, 0].alternatives[0].text == "Nam Dân"


def test_doubtful_addresses_are_read_again_near_the_sure_ones() -> None:
    sure, other = "Xuân Trường, Xuân Lộc, Đồng Nai", "Bảo Hòa, Xuân Lộc, Đồng Nai"
    hand = _Hand(_reading(sure, 0.95), _reading(other, 0.9), _reading("Xuân Bắc, Xuân Lọc", 0.4))
    kinds: dict[LineKey, FieldKind | None] = dict.fromkeys(((n, 0) for n in range(3)), FieldKind.PLACE)
    read_crops(_crops(3), kinds, (), Readers(hand=hand), book=BookPlace(year=1999))

    assert hand.asked == [
        (3, BookPlace(year=1999)),
        (1, BookPlace(province="Đồng Nai", district="Xuân Lộc", year=1999)),
    ]


def test_a_book_whose_place_is_known_is_read_once() -> None:
    home = BookPlace(province="Đồng Nai")
    hand = _Hand(_reading("Bảo Hòa, Xuân Lộc, Đồng Nai", 0.95), _reading("Xuân Lọc", 0.4))
    read_crops(_crops(2), {(0, 0): FieldKind.PLACE, (1, 0): FieldKind.PLACE}, (), Readers(hand=hand), book=home)

    assert hand.asked == [(2, home)]


def test_lines_of_one_address_are_told_together() -> None:
    hand = _Hand(_reading("Xuân Bắc, Xuân", 0.4), _reading("Lọc, Đồng Nai", 0.4), _reading("Xuân Lộc", 0.4))
    kinds: dict[LineKey, FieldKind | None] = dict.fromkeys(((n, 0) for n in range(3)), FieldKind.PLACE)
    wholes = {((0, 0), (1, 0)): FieldKind.PLACE, ((2, 0), (3, 0)): FieldKind.PLACE}
    read = read_crops(_crops(3), kinds, (), Readers(hand=hand), wholes=wholes)

    assert hand.wholes == [(0, 1)]
    assert [read.values[n, 0].decoded for n in range(3)] == ["XUÂN BẮC, XUÂN", "LỌC, ĐỒNG NAI", "Xuân Lộc"]


def test_a_sentence_over_two_lines_is_told_as_one_and_as_no_address() -> None:
    hand = _Hand(_reading("Chưa đăng ký", 0.4), _reading("kết hôn với ai", 0.4), _reading("Lộc, Đồng Nai", 0.95))
    kinds: dict[LineKey, FieldKind | None] = {(0, 0): None, (1, 0): None, (2, 0): FieldKind.PLACE}
    read_crops(_crops(3), kinds, (), Readers(hand=hand), wholes={((0, 0), (1, 0)): FieldKind.TEXT})

    assert (hand.wholes, hand.kinds) == ([(0, 1)], [FieldKind.TEXT])
    assert len(hand.asked) == 1


def test_an_address_over_two_lines_is_told_again_as_a_whole_near_the_sure_ones() -> None:
    sure = "Xuân Trường, Xuân Lộc, Đồng Nai"
    hand = _Hand(_reading(sure, 0.95), _reading("Xuân Bắc, Xuân", 0.4), _reading("Lọc, Đồng Nai", 0.4))
    hand.tell_whole = lambda lines, alone, *_: hand.wholes.append(tuple(lines)) or list(alone)  # type: ignore[method-assign,func-returns-value]
    kinds: dict[LineKey, FieldKind | None] = dict.fromkeys(((n, 0) for n in range(3)), FieldKind.PLACE)
    read_crops(_crops(3), kinds, (), Readers(hand=hand), wholes={((1, 0), (2, 0)): FieldKind.PLACE})

    assert [count for count, _ in hand.asked] == [3, 2]
    assert hand.wholes == [(1, 2), (1, 2)]


def test_a_crossed_out_line_is_flagged_and_empty() -> None:
    hand = _Hand(LineReading.struck_through("Lê Văn An", 0.7))
    value = read_crops(_crops(1), {(0, 0): FieldKind.NAME}, (), Readers(hand=hand)).values[0, 0]

    assert (value.text, value.confidence, value.flags) == ("", 0.0, ("struck_out",))
    assert value.alternatives[0].text == "Lê Văn An"


def _typed_page(*texts: str) -> tuple[TypedReader, list[Word]]:
    """Lines as Tesseract reads them alike at both sizes; what it read of the whole page."""
    lines = [TypedLine(text=text, words=tuple((w, 0.95) for w in text.split())) for text in texts]
    word = Word(text=texts[0], left=10, top=10, right=390, bottom=50, confidence=0.95, line=1)
    return lambda _: [*lines, *lines], [word]


def test_a_page_number_by_hand_on_a_typed_page_is_read_as_written() -> None:
    typed, words = _typed_page("Lê Văn An", "T16")
    hand = _Hand(_reading("", 0.0), _reading("116", 0.8))
    read = read_crops(
        _crops(2),
        {(0, 0): FieldKind.NAME, (1, 0): FieldKind.PAGE},
        words,
        Readers(hand=hand, typed=typed),
        signed=[(1, 0)],
    )

    assert (read.values[0, 0].text, read.values[0, 0].engine) == ("Lê Văn An", "tesseract")
    assert (read.values[1, 0].text, read.values[1, 0].engine) == ("116", "handwriting")
    assert [asked for asked, _ in hand.asked] == [1]


def test_what_stands_on_the_next_row_is_taken_off_and_doubted() -> None:
    hand = _Hand(_reading("13-7-1943 Giới tính", 0.97))
    labels = PrintedAround(before={}, after={}, near={(0, 0): ("Giới tính:",)})
    value = read_crops(_crops(1), {(0, 0): FieldKind.DATE}, (), Readers(hand=hand), labels=labels).values[0, 0]

    assert (value.text, value.decoded) == ("13-7-1943", "13-7-1943")
    assert value.confidence <= 0.6
    assert value.alternatives[0].text == "13-7-1943 Giới tính"


def _typed_as(text: str, confidence: float) -> tuple[TypedReader, list[Word]]:
    """Tesseract reads one line at both sizes and on the whole page like this."""
    line = TypedLine(text=text, words=((text, confidence),))
    word = Word(text=text, left=10, top=5, right=390, bottom=55, confidence=confidence, line=1)
    return lambda pictures: [line] * len(pictures), [word]


@pytest.mark.parametrize(
    ("typed", "confidence", "written", "shown", "sure"),
    [
        ("06/01/2009", 0.95, "66/61/2669", "06/01/2009", True),  # sure of itself: nobody else is asked
        ("06/01/2009", 0.85, "06/01/2009", "06/01/2009", True),
        ("06.01.2009", 0.85, "06. 01.2009.", "06.01.2009", True),  # dots of the line between figures
        ("06/01/2009", 0.85, "08/01/2009", "06/01/2009", False),
        ("06/01/2009", 0.7, "08/01/2009", "08/01/2009", True),  # no type: the strokes tell, as sure as they are
        ("Q6/@1/2089", 0.85, "06/01/2009", "06/01/2009", True),  # the other can be no date
    ],
)
def test_a_line_that_tesseract_is_not_sure_of_is_read_by_both(
    typed: str, confidence: float, written: str, shown: str, sure: bool
) -> None:
    hand = _Hand(_reading(written, 0.9))
    tesseract, words = _typed_as(typed, confidence)
    read = read_crops(_crops(1), {(0, 0): FieldKind.DATE}, words, Readers(hand=hand, typed=tesseract))

    value = read.values[0, 0]
    assert value.text == shown
    assert (value.confidence > 0.8) is sure
    assert bool(hand.asked) is (confidence < 0.95)
    assert sure or {a.text for a in value.alternatives} >= {typed, written} - {shown}


@pytest.mark.parametrize(
    ("kind", "typed", "written", "shown", "sure"),
    [
        (FieldKind.VOLUME, "94/2915", "01/2015", "01/2015", True),
        (FieldKind.VOLUME, "04/2015", "01/2015", "04/2015", False),
        (FieldKind.DATE, "1949", "1d49", "1949", True),
        (FieldKind.DATE, "10/1949", "16/1949", "10/1949", True),
        (FieldKind.NAME, "Lê Văn An", "Lê. Văn An.", "Lê Văn An", True),
        (FieldKind.NAME, "Lê Văn An", "Lê Văn Ân", "Lê Văn An", False),
        (FieldKind.PLACE, "Hải Hà, Quảng Ninh", "Hải Hà - Quảng Ninh", "Hải Hà, Quảng Ninh", False),
    ],
)
def test_what_settles_two_readings_of_a_line(kind: FieldKind, typed: str, written: str, shown: str, sure: bool) -> None:
    hand = _Hand(_reading(written, 0.95))
    tesseract, words = _typed_as(typed, 0.85)
    value = read_crops(_crops(1), {(0, 0): kind}, words, Readers(hand=hand, typed=tesseract)).values[0, 0]
    assert value.text == shown
    assert (value.confidence > 0.6) is sure


@pytest.mark.parametrize(
    ("typed", "written", "shown", "sure"),
    [("91", "01", "01", True), ("12", "92", "12", True), ("11", "01", "11", False)],
)
def test_of_two_readings_of_a_month_the_possible_one_is_told(typed: str, written: str, shown: str, sure: bool) -> None:
    hand = _Hand(_reading(written, 0.95))
    tesseract, words = _typed_as(typed, 0.85)
    read = read_crops(_crops(1), {(0, 0): FieldKind.MONTH}, words, Readers(hand=hand, typed=tesseract))

    value = read.values[0, 0]
    assert value.text == shown
    assert (value.confidence > 0.6) is sure
