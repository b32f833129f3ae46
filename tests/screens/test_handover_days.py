"""Minutes begin with today by Vietnam's clock, wherever the server believes it stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from corrections.entries import Role
from tests.screens.office import Office
from tests.screens.test_screens import opened
from vietnamese.shown_time import LOCAL

pytestmark = pytest.mark.screens


@pytest.fixture(params=["Etc/GMT+12", "Etc/GMT-14"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server far in the west, and one far in the east: at any hour one of them has another day than Vietnam."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_minutes_begin_with_today_in_vietnam(office: Office) -> None:
    app = opened(office, Role.SUPERVISOR, "handover")
    for label in ("Các quyển", "Các quyển xem xét"):
        (box,) = (box for box in app.multiselect if box.label == label)
        box.set_value([office.book_id]).run()
    days = {box.label: box.value for box in app.date_input if box.label != "Hạn trả"}
    today = datetime.now(LOCAL).date()
    assert days == {"Ngày giao nhận": today, "Ngày nghiệm thu": today}
