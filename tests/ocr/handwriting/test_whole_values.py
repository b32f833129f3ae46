"""An address over several lines is read as one and given back to its lines."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.columns import FieldKind
from ocr.handwriting.ctc import greedy_characters, join_characters
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.joint_decoding import decode_views
from ocr.handwriting.seen_lines import SeenLine
from ocr.handwriting.types import LineReading
from ocr.handwriting.whole_values import read_as_one, views_side_by_side
from tests.ocr.handwriting.lattices import ALPHABET, LETTERS, lattice_of
from vietnamese.units import UNKNOWN_PLACE

BEGINNING, END = "Thôn Đông, Yên Thọ, Ý", "Yên, Nam Đinh"
UNSURE = {10: {"ị": 0.3}}
"""Of the end: the dot under the province's i is hardly seen."""


def _alone(text: str, sure: float = 0.5) -> LineReading:
    return LineReading(text=text, decoded=text, confidence=sure)


def _lines() -> list[SeenLine]:
    return [SeenLine(lattice_of(BEGINNING)), SeenLine(lattice_of(END, UNSURE))]


def test_units_hang_together_over_the_end_of_a_line() -> None:
    whole = views_side_by_side(_lines(), ALPHABET)
    assert decode_views(whole, ALPHABET, FieldKind.PLACE).decoded == "Thôn Đông, Yên Thọ, Ý Yên, Nam Định"


def test_a_set_phrase_goes_on_over_the_end_of_a_line() -> None:
    lines = [SeenLine(lattice_of("Đặng kỳ", {1: {"ă": 0.2}, 6: {"ý": 0.2}})), SeenLine(lattice_of("kết hôn"))]
    whole = views_side_by_side(lines, ALPHABET)
    assert decode_views(whole, ALPHABET, FieldKind.TEXT).decoded == "Đăng ký kết hôn"


def test_what_is_read_goes_back_to_the_lines_it_stands_on() -> None:
    lines = _lines()
    decoding = decode_views(views_side_by_side(lines, ALPHABET), ALPHABET, FieldKind.PLACE)
    first, second = read_as_one([_alone(BEGINNING), _alone(END)], decoding, 0.81, lines, ALPHABET)
    assert (first.decoded, second.decoded) == (BEGINNING, "Yên, Nam Định")
    assert (first.text, second.text) == (BEGINNING, END)
    assert first.confidence * second.confidence == pytest.approx(0.81)
    assert END in [text for text, _ in second.alternatives]
    assert second.candidates[0].text == "Yên, Nam Định"
    likely = {candidate.text: candidate.log_likelihood for candidate in second.candidates}
    assert likely[END] - likely["Yên, Nam Định"] == pytest.approx(np.log(0.7 / 0.3), abs=0.01)


def test_fewer_words_than_lines_stay_as_they_were_alone() -> None:
    lines = [SeenLine(lattice_of("Huế")), SeenLine(lattice_of("-")), SeenLine(lattice_of("."))]
    alone = [_alone("Huế"), _alone("-"), _alone(".")]
    decoding = decode_views([lattice_of("Huế")], ALPHABET, FieldKind.PLACE)
    assert read_as_one(alone, decoding, 0.9, lines, ALPHABET) == alone


def test_a_line_seen_less_often_lends_its_usual_view() -> None:
    often = SeenLine(lattice_of("Ý Yên")).also(SeenLine(lattice_of("Y Yên")))
    views = views_side_by_side([often, SeenLine(lattice_of("Nam Định"))], ALPHABET)
    read = [join_characters(greedy_characters(view, LETTERS)) for view in views]
    assert read == ["Ý Yên Nam Định", "Y Yên Nam Định"]


def test_the_whole_is_taken_where_it_is_surer_and_nothing_is_crossed_out() -> None:
    reader = HandwritingRecogniser()
    lines = _lines()

    def told(first: float, second: float) -> list[LineReading]:
        alone = [_alone(BEGINNING, first), _alone(END, second)]
        return reader.tell_whole(lines, alone, FieldKind.PLACE, UNKNOWN_PLACE)

    assert [reading.decoded for reading in told(0.2, 0.2)] == [BEGINNING, "Yên, Nam Định"]
    assert [reading.decoded for reading in told(1.0, 1.0)] == [BEGINNING, END]
    crossed = [_alone(BEGINNING, 0.3), LineReading.struck_through(END, 0.3)]
    assert reader.tell_whole(lines, crossed, FieldKind.PLACE, UNKNOWN_PLACE) == crossed
