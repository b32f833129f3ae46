"""Set phrases found in misread notes."""

from __future__ import annotations

import pytest

from corrections.near_phrases import near_phrases
from layouts.columns import FieldKind


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("Đã ly hộn, hiện tại chựa đặng ký kết hộn với ại", "Đã ly hôn, hiện tại chưa đăng ký kết hôn với ai"),
        ("vịch lục cấp lại ngày 15.2.2001", "Trích lục cấp lại ngày 15.2.2001"),
        ("ã ly hôn theo Quyết định số 46 ngà 30/01/2019", "Đã ly hôn theo Quyết định số 46 ngày 30/01/2019"),
        ("Cải chính năm sinh theo QĐ số 30 24/4/2009", "Cải chính năm sinh theo QĐ số 30 ngày 24/4/2009"),
        ("LÀM RUỘMG", "LÀM RUỘNG"),
    ],
)
def test_words_become_the_phrases_they_are_nearly(read: str, right: str) -> None:
    found = near_phrases(read)
    assert found is not None
    assert found.text == right
    assert 0 < found.off <= 0.2


def test_a_place_becomes_the_house_of_care_and_nothing_of_other_fields() -> None:
    near = near_phrases("Bệnh viện Ba khaa tỉnh", FieldKind.PLACE)
    assert near is not None and near.text == "Bệnh viện đa khoa tỉnh"
    town = near_phrases("Bệnh viện Đa khoa Đồng Nai", FieldKind.PLACE)  # not `ông nội`
    assert town is None or town.off > 0.2


def test_a_purpose_holds_no_cause_of_death() -> None:
    near = near_phrases("Đồng kýnh kết hôn")  # not `động kinh`
    assert near is not None and near.text == "Đăng ký kết hôn"


def test_what_is_written_as_listed_is_not_off() -> None:
    found = near_phrases("Đã ly hôn theo Quyết định số 15 ngày 04/06/2015")
    assert found is not None
    assert (found.text, found.off) == ("Đã ly hôn theo Quyết định số 15 ngày 04/06/2015", 0.0)


@pytest.mark.parametrize("read", ["", "NGK ÁHẠN", "Nguyễn Văn An", "12/03/1998", "Xuân Quỳ Châu Thượng Bình"])
def test_other_words_are_near_none(read: str) -> None:
    found = near_phrases(read)
    assert found is None or found.off > 0.2
