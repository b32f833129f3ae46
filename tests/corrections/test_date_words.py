"""Dates in words put right by the figures."""

from __future__ import annotations

import pytest

from corrections.date_words import agree, repair_words, word_spellings
from corrections.dates import PartialDate, parse_date, parse_date_words

DAY = PartialDate(year=2015, month=5, day=21)


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Ngày hai mươi môt, tháng năm, năm hai ngàn không trăm mười lám",
         "Ngày hai mươi mốt, tháng năm, năm hai ngàn không trăm mười lăm"),
        ("NGÀY HAI MƯƠI MỐT THÁNG NĂM NĂM HAI NGÀN KHÔNG TRAM MUOI LAM",
         "NGÀY HAI MƯƠI MỐT THÁNG NĂM NĂM HAI NGÀN KHÔNG TRĂM MƯỜI LĂM"),
        ("hai mươi mốt tháng năm năm hai nghìn không trãm mười lăm",
         "hai mươi mốt tháng năm năm hai nghìn không trăm mười lăm"),
    ],
)  # fmt: skip
def test_misread_words_take_the_nearest_spelling(read: str, right: str) -> None:
    found = repair_words(read, DAY)
    assert found is not None
    assert found[0] == right
    assert found[1] > 0.75


def test_right_words_stay() -> None:
    for words in word_spellings(DAY):
        found = repair_words(words, DAY)
        assert found is not None
        assert found == (words, 1.0)


@pytest.mark.parametrize("read", ["", "Xã Đông Tân", "Ngày hai mươi tư, tháng năm, năm hai nghìn không trăm mười lăm"])
def test_other_words_are_no_misreading(read: str) -> None:
    assert repair_words(read, DAY) is None


def test_agreement_ignores_parts_left_out() -> None:
    figures = parse_date("21/5/2015")
    assert agree(figures, parse_date_words("tháng năm năm hai nghìn không trăm mười lăm"))
    assert agree(figures, parse_date_words("ngày hai mốt tháng sáu năm hai nghìn không trăm mười lăm")) is False
    assert agree(figures, parse_date_words("không rõ")) is None
