"""The screen of typing into another program: what was refused comes back, and can be ticked once more."""

import pytest

from corrections.entries import Role
from tests.screens.office import Office
from tests.screens.test_flows import confirm, press
from tests.screens.test_screens import opened
from workbench.services import typing_elsewhere
from workbench.services.typing_elsewhere import TypingState

pytestmark = pytest.mark.screens


def test_what_the_other_program_refused_is_typed_again(office: Office) -> None:
    for entry_id in office.entry_ids[:2]:
        confirm(office, entry_id, nksDanToc="Kinh")
    clerk = office.context(Role.CLERK)
    app = opened(office, Role.CLERK, "typing")
    app.session_state["book"] = office.book_id
    app.run()
    program = str(app.selectbox(key="typing_to").value)
    press(app, "Đã nhập xong trường hợp này")
    typing_elsewhere.note_answer(clerk, program, office.entry_ids[0], accepted=False, answer="Trùng")
    app.run()
    told = " ".join(caption.value for caption in app.caption)
    assert "0 / 2 trường hợp đã nhập; 2 trường hợp còn lại, trong đó 1 bị từ chối phải nhập lại" in told
    press(app, "Đã nhập xong trường hợp này")
    press(app, "Đã nhập lại trường hợp này")
    assert not app.exception and not app.error
    lines = typing_elsewhere.typing_list(clerk, program, office.book_id)
    assert [line.state for line in lines] == [TypingState.TYPED, TypingState.TYPED]
