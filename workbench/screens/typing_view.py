"""An entry's fields in another program's order, copied with a key, ticked as typed, with what came back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from exports.typing_programs import typing_programs
from workbench.screens.components import copy_list
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.typing_elsewhere import (
    TypingLine,
    TypingState,
    note_answer,
    note_typed,
    typing_sheet,
)

__all__ = ["choose_program", "show_typing"]

_LABELS = {
    None: "Chưa nhập",
    TypingState.TYPED: "Đã nhập, chờ trả lời",
    TypingState.ACCEPTED: "Đã tiếp nhận",
    TypingState.REFUSED: "Bị từ chối",
}
_CHANGED = "Sửa sau khi nhập"


def choose_program(usual: str = "") -> str:
    """Which program is typed into.

    Args:
        usual: the one that stands there first; empty: the first of the list.
    """
    programs = typing_programs()
    names = sorted(programs, key=lambda name: name != usual)
    return str(st.selectbox("Phần mềm", names, format_func=lambda name: programs[name].label, key=f"typing_to{usual}"))


def show_typing(context: Context, program: str, lines: Sequence[TypingLine]) -> None:
    """The list, and the entry that is typed now: the first that nobody has typed; those refused come after these."""
    if not lines:
        st.info("Chưa có trường hợp nào đã xác nhận để nhập.")
        return
    waiting = sorted((line for line in lines if line.waiting), key=lambda line: line.state is TypingState.REFUSED)
    refused = sum(line.state is TypingState.REFUSED for line in waiting)
    told = f", trong đó {refused} bị từ chối phải nhập lại" if refused else ""
    st.caption(
        f"{len(lines) - len(waiting)} / {len(lines)} trường hợp đã nhập; {len(waiting)} trường hợp còn lại{told}."
    )
    with st.expander("Danh sách"):
        st.dataframe(pd.DataFrame([_row(line) for line in lines]), hide_index=True, width="stretch")
    by_id = {line.entry_id: line for line in lines}
    first = (waiting or lines)[0].entry_id
    chosen = st.selectbox(
        "Trường hợp",
        list(by_id),
        list(by_id).index(first),
        format_func=lambda i: " · ".join(filter(None, (*_named(by_id[i]), _state(by_id[i])))),
        key=f"typing_{program}_{first}",
    )
    _one(context, program, by_id[chosen])


def _named(line: TypingLine) -> tuple[str, ...]:
    return (line.persons, line.title, line.book)


def _state(line: TypingLine) -> str:
    return _CHANGED if line.changed_since else _LABELS[line.state]


def _row(line: TypingLine) -> dict[str, object]:
    return {
        **({"Người chưa có": line.persons} if line.persons else {}),
        "Trường hợp": line.title,
        "Sổ": line.book,
        "Tình trạng": _state(line),
        "Người nhập": line.typed_by,
        "Lúc": line.typed_on,
        "Trả lời": line.answer,
    }


def _one(context: Context, program: str, line: TypingLine) -> None:
    revision, fields = typing_sheet(context, program, line.entry_id)
    if line.changed_since:
        st.warning("Trường hợp đã được sửa sau khi nhập. Hãy so lại từng ô bên phần mềm kia rồi đánh dấu lần nữa.")
    shown = [{"label": f.label, "value": f.value, "note": f.note} for f in fields]
    if line.persons:
        st.text(f"Người cần nhập: {line.persons}")
    copy_list(visit=f"{program}-{line.entry_id}-{revision}", fields=shown)
    if line.waiting:
        again = line.state is TypingState.REFUSED and not line.changed_since
        label = "Đã nhập lại trường hợp này" if again else "Đã nhập xong trường hợp này"
        if st.button(label, type="primary", icon=":material/done_all:"):
            note_typed(context, program, line.entry_id, revision=revision)
            tell(f"Đã đánh dấu: {plain(line.title)}.")
        if not again:
            return
    st.caption(plain(f"{line.typed_by} nhập lúc {line.typed_on}. {_LABELS[line.state]} {line.answer}"))
    with st.form(f"typing_answer_{program}_{line.entry_id}", border=False):
        text, yes, no = st.columns([3, 1, 1], vertical_alignment="bottom")
        answer = text.text_input("Phần mềm kia trả lời (mã hồ sơ, lời báo lỗi)", line.answer)
        accepted = yes.form_submit_button("Tiếp nhận", width="stretch")
        refused = no.form_submit_button("Từ chối", width="stretch")
    if accepted or refused:
        note_answer(context, program, line.entry_id, accepted=accepted, answer=answer)
        tell(f"Đã ghi trả lời cho {plain(line.title)}.")
