"""The police's screen: before there is anything to compare, an extract compared, and what is told of it."""

from __future__ import annotations

import pytest

from corrections.entries import DecisionKind, Role
from tests.screens.office import Office
from tests.screens.test_flows import confirm, press
from tests.screens.test_screens import opened, texts

pytestmark = pytest.mark.screens

EXTRACT = "Họ và tên,Ngày sinh,Họ tên mẹ\nTrần Văn Bình,03/02/1998,Trần Thị Mai\nAi Khác,01/01/1990,Lê Thị Lạ\n"


def test_before_the_first_extract_the_screen_says_where_to_begin(office: Office) -> None:
    assert "chọn tệp trích dữ liệu dân cư ở thẻ «Đối soát mới»" in texts(opened(office, Role.POLICE))
    seen = texts(opened(office, Role.INSPECTOR, "reconciliation"))
    assert "Chưa đối soát lần nào." in seen and "Đối soát mới" not in seen


def test_what_came_of_an_extract_is_told_over_the_screen(office: Office) -> None:
    confirm(office, office.entry_ids[1], nksDanToc="Kinh", nksHoTen="Trần Văn Bình")
    confirm(office, office.entry_ids[1], DecisionKind.APPROVE)
    app = opened(office, Role.POLICE)
    app.file_uploader[0].set_value(("dan-cu.csv", EXTRACT.encode(), "text/csv")).run()
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Họ tên mẹ"].value == "Họ tên mẹ" and boxes["Quê quán"].value == ""
    assert boxes["Quê quán"].options[0] == "(không có cột này)"
    press(app, "Đối soát")
    assert not app.exception and not app.error
    assert app.success[0].value.startswith("Đã đối soát xong lần 1: ")
    assert "Không có hồ sơ nào như vậy." in texts(app) or "Bấm ô đầu dòng" in " ".join(c.value for c in app.caption)
