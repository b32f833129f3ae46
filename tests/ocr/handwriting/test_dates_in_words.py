"""A date in words is a day, a month and a year, whatever was read."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.dates_in_words import date_gain, with_dates
from ocr.handwriting.decoding import decode_line
from ocr.handwriting.joint_decoding import decode_views
from tests.ocr.handwriting.lattices import ALPHABET, lattice_of


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Ngày mồng tám tháng ba tám một nghìn chín trăm bảy mươi tám",
         "Ngày mồng tám tháng ba năm một nghìn chín trăm bảy mươi tám"),
        ("Ngày hai mươi một tháng năm năm hai nghìn mồng trăm",
         "Ngày hai mươi một tháng năm năm hai nghìn không trăm"),
        ("hai mươi, tháng chín, năm một nghin chín trăm trăm mươi",
         "hai mươi, tháng chín, năm một nghìn chín trăm năm mươi"),
    ],
)  # fmt: skip
def test_what_says_no_date_is_weighed_against_the_nearest_ones(read: str, meant: str) -> None:
    assert meant in with_dates(read)
    assert date_gain(meant) > 0.0 == date_gain(read)


def test_a_month_alone_with_its_year_is_a_date_too() -> None:
    assert date_gain("Tháng hai năm một nghìn chín trăm sáu mươi") > 0.0


@pytest.mark.parametrize("read", ["", "Ngày", "trăm năm mươi mốt", "Không rõ"])
def test_a_piece_of_a_date_proposes_none(read: str) -> None:
    assert with_dates(read) == []
    assert date_gain(read) == 0.0


READ = "Ngày mồng tám tháng ba tăm hai nghìn không trăm linh năm"
MEANT = READ.replace("tăm", "năm")
DOUBT = {READ.index("tăm"): {"n": 0.2}}


def test_a_doubtful_word_is_settled_by_what_a_date_can_be() -> None:
    assert decode_line(lattice_of(READ, DOUBT), ALPHABET, FieldKind.DATE_WORDS).decoded == MEANT
    views = [lattice_of(READ, DOUBT), lattice_of(READ, DOUBT)]
    assert decode_views(views, ALPHABET, FieldKind.DATE_WORDS).decoded == MEANT


@pytest.mark.parametrize(
    "text", ["Không rõ ngày, tháng ba năm hai nghìn không trăm linh năm", "Ngày rằm tháng tám năm Ất Dậu"]
)
def test_a_legible_text_that_is_no_date_stays(text: str) -> None:
    assert decode_line(lattice_of(text), ALPHABET, FieldKind.DATE_WORDS).decoded == text
