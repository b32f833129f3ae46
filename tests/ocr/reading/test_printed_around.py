"""Printed words near a value are told from it."""

from __future__ import annotations

import pytest

from layouts.loader import shipped_templates
from ocr.forms.match_form import FoundLabel
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.reading.printed_around import printed_around, without_neighbours
from tests.ocr.drawn import LEVEL_FIT

TEMPLATE = shipped_templates()["marital-status-2015"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13-7-1943 Giới tính", "13-7-1943"),
        ("13-7-1943 Giói tỉnh: Nam", "13-7-1943"),
        ("Chưa có chồng Mục đích sử dun", "Chưa có chồng"),
        ("Mục đích sử dụng: đăng ký kết hôn", ""),
        ("Nguyễn Thị Mục", "Nguyễn Thị Mục"),
        ("Lê Giới", "Lê Giới"),
        ("Kinh", "Kinh"),
        ("", ""),
    ],
)
def test_words_from_a_neighbouring_label_on_belong_to_its_row(text: str, kept: str) -> None:
    assert without_neighbours(text, ("Giới tính:", "Mục đích sử dụng:")) == kept


def test_a_province_is_no_short_label() -> None:
    assert without_neighbours("Nam Trực - Nam Định", ("Năm sinh:",)) == "Nam Trực - Nam Định"
    assert without_neighbours("Nguyễn Văn An Năm sinh", ("Năm sinh:",)) == "Nguyễn Văn An"


def test_only_labels_of_the_rows_above_and_below_are_near() -> None:
    item = next(i for i in TEMPLATE.items if "nxnNgaySinh" in i.columns)
    baseline = LEVEL_FIT.y(item.y_mm)
    line = WritingLine(left=600, right=1600, baseline_left=baseline, baseline_right=baseline, height=90)
    place = FieldPlace(slot=0, item=item, lines=(line,), piece_of_line=(0,), certain=True)
    labels = {
        (0, number, 0): FoundLabel(
            left=200,
            right=500,
            baseline=LEVEL_FIT.y(i.y_mm),
            top_baseline=LEVEL_FIT.y(i.y_mm),
            similarity=1.0,
            boxes=(),
        )
        for number, i in enumerate(TEMPLATE.items)
    }
    placed = PlacedPage(template=TEMPLATE, fit=LEVEL_FIT, fields=(place,), labels=labels, pitch=90, divider=None)

    near = printed_around(placed).near[0, 0]

    assert "Giới tính:" in near and "Họ, chữ đệm, tên:" in near
    assert item.label[0] not in near and "Mục đích sử dụng:" not in near
