"""Typing finished entries into another program: its fields in its order, one key to copy each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corrections.entries import Role
from exports.typing_programs import typing_programs
from layouts.columns import columns
from layouts.register_types import RegisterType
from workbench.screens.choosing import choose_book
from workbench.screens.frame import run_page
from workbench.screens.typing_view import choose_program, show_typing
from workbench.services.context import Context
from workbench.services.naming import COLUMN_LABELS
from workbench.services.typing_elsewhere import save_typing_order, typing_list, typing_order, typing_sums
from workbench.wording import REGISTER_TYPES


def show(context: Context) -> None:
    """The screen."""
    st.header("Nhập sang phần mềm khác")
    labels = ["Nhập", *(["Theo người, theo ngày"] if context.may(Role.SUPERVISOR) else [])]
    labels += ["Thứ tự các ô"] if context.may(Role.ADMINISTRATOR) else []
    tabs = st.tabs(labels)
    with tabs[0]:
        program = choose_program()
        progress = choose_book(context, with_entries=True)
        if progress is not None:
            show_typing(context, program, typing_list(context, program, progress.book.id))
    if len(tabs) > 1:
        with tabs[1]:
            _sums(context, program)
    if len(tabs) > 2:
        with tabs[2]:
            _order(context, program)


def _sums(context: Context, program: str) -> None:
    sums = typing_sums(context, program)
    if not sums:
        st.info("Chưa ai đánh dấu đã nhập trường hợp nào.")
        return
    rows = [
        {"Ngày": f"{s.day[8:]}/{s.day[5:7]}/{s.day[:4]}", "Người nhập": s.name, "Trường hợp": s.entries} for s in sums
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _order(context: Context, program: str) -> None:
    st.caption(f"Các ô được chép theo thứ tự này sang «{typing_programs()[program].label}».")
    kind = RegisterType(st.selectbox("Loại sổ", list(REGISTER_TYPES), format_func=REGISTER_TYPES.__getitem__))
    names = [column.name for column in columns(kind)]
    chosen = st.multiselect(
        "Các ô, theo thứ tự (bỏ ô rồi chọn lại để đưa xuống cuối)",
        names,
        list(typing_order(context, program, kind)),
        format_func=lambda name: COLUMN_LABELS.get(name, name),
        key=f"typing_order_{program}_{kind.value}",
        placeholder="Chọn ô",
    )
    save, restore = st.columns(2)
    if save.button("Lưu thứ tự", type="primary", width="stretch"):
        save_typing_order(context, program, kind, chosen)
        st.success("Đã lưu.")
    if restore.button("Về thứ tự mặc định", width="stretch"):
        save_typing_order(context, program, kind, ())
        st.session_state.pop(f"typing_order_{program}_{kind.value}", None)
        st.rerun()


if __name__ == "__main__":
    run_page(show)
