"""Reviewing: the fast form over whole entries or doubtful fields only, or one field over many entries."""

from __future__ import annotations

import streamlit as st

from layouts.columns import ColumnProfile, columns
from storage.books import BookProgress
from workbench.screens.choosing import choose_book
from workbench.screens.components import column_grid, review_form
from workbench.screens.frame import run_page
from workbench.services.context import Context

_MODES = {"entry": "Cả trường hợp", "doubtful": "Chỉ ô cần xem", "column": "Một ô, nhiều trường hợp"}


def show(context: Context) -> None:
    """The screen."""
    wanted = st.query_params.get("entry", "")
    if wanted.isdecimal():
        _one_entry(context, int(wanted))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="topline"):
        progress = choose_book(context, all_books="Mọi sổ, sổ ưu tiên trước", bare=True)
        picked = st.segmented_control(
            "Cách làm",
            list(_MODES),
            default="entry",
            format_func=_MODES.__getitem__,
            label_visibility="collapsed",
            width="content",
        )
        mode = picked or "entry"
        by_page = mode != "column" and st.toggle(
            "Theo thứ tự sổ",
            key="book_order",
            help="Cho người cầm quyển sổ giấy; tắt: dễ trước, khó sau.",
            width="content",
        )
    if mode == "column":
        _column(context, progress)
        return
    book = progress.book.id if progress else None
    review_form(
        account=context.who.name,
        mode=mode,
        book=book,
        entry=None,
        visit=f"{mode}-{book}",
        single=False,
        by_page=by_page,
    )


def _one_entry(context: Context, entry: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="topline"):
        if st.button("← Về danh sách chung"):
            del st.query_params["entry"]
            st.rerun()
    review_form(account=context.who.name, mode="entry", book=None, entry=entry, visit=f"entry-{entry}", single=True)


def _column(context: Context, progress: BookProgress | None) -> None:
    if progress is None:
        st.info("Cách làm này theo từng sổ: hãy chọn một sổ ở phía trên.")
        return
    known = [c for c in columns(progress.book.register_type) if c.profile is ColumnProfile.CORE]
    labels = {c.name: c.label for c in known}
    kinds = {c.kind.value: c.name for c in reversed(known)}
    first = kinds.get("ethnic_group", known[0].name)
    names = list(labels)
    name = st.selectbox(
        "Ô cần soát", names, index=names.index(first), format_func=labels.__getitem__, label_visibility="collapsed"
    )
    column_grid(account=context.who.name, book=progress.book.id, column=name)


if __name__ == "__main__":
    run_page(show)
