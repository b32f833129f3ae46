"""Notes about decisions, put together anew."""

from __future__ import annotations

import pytest

from corrections.near_notes import near_notes


@pytest.mark.parametrize(
    ("read", "note"),
    [
        ("Cải chính năm sinh theo 21 QĐ so vi nga 28/03/2021", "Cải chính năm sinh theo QĐ số 21 ngày 28/03/2021"),
        ("Cải chính năm sinh QĐ số 43 ngày 30-11-2011", "Cải chính năm sinh theo QĐ số 43 ngày 30-11-2011"),
        ("Cải chính năm sinh anh theo QĐ số 7 ngày 9.11.2022", "Cải chính năm sinh theo QĐ số 7 ngày 9.11.2022"),
        ("Đã Ly hôn theo Quyết định số 2t ngày 23-01-2016", "Đã ly hôn theo Quyết định số 27 ngày 23-01-2016"),
    ],
)
def test_lost_words_come_back_and_strange_ones_go(read: str, note: str) -> None:
    assert list(near_notes([read])) == [note]


def test_each_figure_of_the_line_may_be_the_number() -> None:
    assert list(near_notes(["Thay đổi họ tên theo QĐ 5 số 12 ngày 1/2/2010"])) == [
        "Thay đổi họ tên theo QĐ số 12 ngày 1/2/2010",
        "Thay đổi họ tên theo QĐ số 5 ngày 1/2/2010",
    ]


@pytest.mark.parametrize("text", ["Đã chết ngày 03.04.2010 tại Hà Nội", "Cải chính năm sinh", "", "trẻ bị bỏ rơi"])
def test_other_notes_are_left(text: str) -> None:
    assert list(near_notes([text])) == []
