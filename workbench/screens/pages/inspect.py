"""Books and entries for inspectors: everything can be looked at, nothing can be changed."""

from __future__ import annotations

import streamlit as st

from workbench.screens.choosing import choose_book
from workbench.screens.entry_view import entry_history, show_entry_view
from workbench.screens.frame import run_page
from workbench.services.context import Context
from workbench.services.entry_views import entries_of_book, view_entry
from workbench.services.exporting import exports_of
from workbench.wording import BOOK_STATES, ENTRY_STATES, number

_ADDRESS = "entry_of_address"


def show(context: Context) -> None:
    """The screen."""
    st.header("Xem hồ sơ")
    asked = _asked_for()
    progress = None if asked else choose_book(context)
    if asked:
        if st.button("Xem theo sổ", icon=":material/arrow_back:"):
            st.session_state.pop(_ADDRESS, None)
            st.query_params.pop("entry", None)
            st.rerun()
        _entry(context, asked)
        return
    if progress is None:
        st.caption("Chọn một quyển sổ, hoặc tìm trường hợp ở màn hình «Tìm kiếm».")
        return
    book = progress.book
    done = f"{number(progress.done)} / {number(progress.total)} trường hợp đã xác nhận"
    delivered = len(exports_of(context, book.id))
    st.caption(f"{BOOK_STATES[book.state.value]} · {done} · {delivered} lần xuất")
    lines = {line.entry_id: line for line in entries_of_book(context, book.id)}
    if not lines:
        st.info("Quyển này chưa có trường hợp nào.")
        return
    chosen = st.selectbox(
        "Trường hợp",
        list(lines),
        format_func=lambda i: f"{lines[i].title} · {ENTRY_STATES[lines[i].state.value]}",
        key=f"inspect_{book.id}",
    )
    _entry(context, chosen)


def _asked_for() -> int | None:
    """An entry named in the address, as the search screen does."""
    wanted = st.query_params.get("entry", "")
    if wanted.isdecimal() and len(wanted) < 10:
        st.session_state[_ADDRESS] = int(wanted)
    found: int | None = st.session_state.get(_ADDRESS)
    return found


def _entry(context: Context, entry_id: int) -> None:
    view = view_entry(context, entry_id)
    show_entry_view(context, view)
    entry_history(context, view)


if __name__ == "__main__":
    run_page(show)
