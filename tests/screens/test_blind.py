"""Keying again without seeing the first value, by several people at the same time."""

from __future__ import annotations

import pytest

from corrections.entries import Role
from storage.states import SampleKind
from tests.screens.office import Office
from tests.screens.test_flows import confirm, press
from tests.screens.test_screens import opened, texts
from workbench.services import sampling


def draw(office: Office) -> int:
    for entry_id in office.entry_ids[:4]:
        confirm(office, entry_id, nksDanToc="Kinh")
    return sampling.draw_samples(
        office.context(Role.SUPERVISOR), office.book_id, kind=SampleKind.DOUBLE, share=1.0, seed="s"
    )


def test_people_who_key_at_the_same_time_begin_at_different_fields(office: Office) -> None:
    assert draw(office) > 20
    orders = [
        [task.sample_id for task in sampling.blind_tasks(office.context(role), 50)]
        for role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
    ]
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])
    assert not set(orders[0][:3]) & set(orders[1][:3])


@pytest.mark.screens
def test_what_somebody_else_has_keyed_meanwhile_is_said(office: Office) -> None:
    draw(office)
    app = opened(office, Role.SUPERVISOR, "blind")
    (first, *_) = sampling.blind_tasks(office.context(Role.SUPERVISOR), 1)
    sampling.answer_blind(office.context(Role.ADMINISTRATOR), first.sample_id, "Nguyễn Văn Thử")
    app.text_input[0].set_value("Nguyễn Văn Thứ")
    press(app, "Lưu, sang ô sau")
    assert "đã có người nhập lại" in texts(app)
    assert sampling.blind_tasks(office.context(Role.SUPERVISOR), 1)[0].sample_id != first.sample_id
