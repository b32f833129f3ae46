"""Of readings that differ, the one spelt as such values are comes first."""

from __future__ import annotations

import pytest

from corrections.likelier_readings import usual_first
from layouts.columns import FieldKind


@pytest.mark.parametrize(
    ("kind", "first", "other", "shown"),
    [
        (FieldKind.NAME, "Nguyẫn Bích Trang", "Nguyễn Bích Trang", "Nguyễn Bích Trang"),
        (FieldKind.NAME, "Lê Văn An", "Lê Văn Ân", "Lê Văn An"),
        (FieldKind.NAME, "Zuôih Blin", "Trần Văn An", "Zuôih Blin"),
        (FieldKind.SIGNER, "Chủ fịch Đaàn Văn Việt", "Chủ tịch Đoàn Văn Việt", "Chủ tịch Đoàn Văn Việt"),
        (FieldKind.TITLE, "ŒT Danh Đình Luật", "CT Danh Đình Luật", "CT Danh Đình Luật"),
        (FieldKind.TEXT, "Bổ túc hồ sơ xin viêc làm", "Bổ túc hồ sơ xin việc làm", "Bổ túc hồ sơ xin việc làm"),
        (FieldKind.TEXT, "theo QĐ số 33", "theo QĐ số 53", "theo QĐ số 33"),
        (FieldKind.TEXT, "theo Quyế định số 33", "theo Quyết định số 53", "theo Quyế định số 33"),
        (FieldKind.NAME, "Đỗ Phương 0anh", "Đỗ Phương Oanh", "Đỗ Phương Oanh"),
        (FieldKind.TEXT, "Lý do ghì nhầm", "thân' Lý do ghi nhầm", "Lý do ghì nhầm"),
        (FieldKind.NAME, "ÔNG HBIA", "ÔNG H'BIA", "ÔNG H'BIA"),
        (FieldKind.NAME, "Nguyễn Văn Hưng Dụng", "Nguyễn Văn Hưng Dung", "Nguyễn Văn Hưng Dung"),
        (FieldKind.NAME, "Nguyễn Thi Ba", "Nguyễn Thị Ba", "Nguyễn Thị Ba"),
        (FieldKind.NAME, "Nguyễn Văn Dung", "Nguyễn Văn Dụng", "Nguyễn Văn Dung"),
        (FieldKind.TEXT, "Bản chính 6iấy khai sinh", "Bản chính Giấy khai sinh", "Bản chính Giấy khai sinh"),
        (FieldKind.PLACE, "Nguyẫn", "Nguyễn", "Nguyẫn"),
        (FieldKind.PLACE, "phường Nghỉ Hòa", "phường Nghi Hòa", "phường Nghi Hòa"),
        (FieldKind.PLACE, "UBND xã Nghỉ Hòa", "UBND xã Nghi Hòa", "UBND xã Nghi Hòa"),
    ],
)
def test_the_usual_spelling_is_in_front(kind: FieldKind, first: str, other: str, shown: str) -> None:
    found = usual_first(kind, [(first, 0.6), (other, 0.42)])
    assert found[0][0] == shown
    assert sorted(text for text, _ in found) == sorted([first, other])


def test_a_name_that_the_first_tells_but_for_a_mark_is_as_sure_as_the_first() -> None:
    assert usual_first(FieldKind.NAME, [("Nguyên Văn An", 0.6), ("Nguyễn Văn An", 0.4)])[0] == ("Nguyễn Văn An", 0.6)


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("06/01/2912", "06/01/2012"),
        ("06/91/2912", "06/01/2012"),
        ("91.10.1999", "01.10.1999"),
        ("26.05.1088", "26.05.1988"),
        ("27.6.2814", "27.6.2014"),
        ("29/02/1999", "29/02/1999"),
        ("32/13/1996", "32/13/1996"),
        ("19/09/1999", "19/09/1999"),
    ],
)
def test_noughts_read_as_nines_where_no_calendar_has_the_date(read: str, shown: str) -> None:
    (text, sure), *_ = usual_first(FieldKind.DATE, [(read, 0.9)])
    assert text == shown
    assert (sure < 0.5) is (read != shown)
