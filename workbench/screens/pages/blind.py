"""Keying fields again from their ink alone: nobody sees the first value, so agreement means something."""

from __future__ import annotations

import streamlit as st

from workbench.routes.pictures import field_picture
from workbench.screens.frame import run_page
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.errors import NotAllowed
from workbench.services.sampling import BlindTask, answer_blind, blind_tasks

_TASK = "blind_task"
"""Key of the session: whose field stands on the screen, and which."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Nhập lại mù")
    st.caption(
        "Gõ đúng như trong ảnh. Giá trị đã nhập trước không hiện ra; hai lần khác nhau thì người kiểm tra xem. "
        "Ô nào điền sẵn thì so với ảnh: có thể đúng, có thể sai."
    )
    # The field that stands there is the one that is answered, whoever answers others meanwhile.
    whose, task = st.session_state.get(_TASK, (None, None))
    if whose != context.account_id or task is None:
        task = next(iter(blind_tasks(context, 1)), None)
        st.session_state[_TASK] = (context.account_id, task)
    if task is None:
        st.success("Không có ô nào chờ bạn nhập lại.")
        return
    _task(context, task)


def _task(context: Context, task: BlindTask) -> None:
    st.subheader(task.label)
    st.image(field_picture(context, task.entry_id, task.column), width="stretch", alt="Ảnh ô cần gõ lại")
    with st.form(f"blind_{task.sample_id}", clear_on_submit=True):
        text = st.text_input("Chữ trong ảnh (để trống nếu trong sổ không ghi)", task.shown)
        sent = st.form_submit_button("Lưu, sang ô sau", type="primary")
    if sent:
        st.session_state.pop(_TASK)
        try:
            answer_blind(context, task.sample_id, text)
        except NotAllowed as error:  # somebody was faster
            tell("", [str(error)])
        st.rerun()


if __name__ == "__main__":
    run_page(show)
