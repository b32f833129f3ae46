"""Adding a book, or asking those who may for one."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from corrections.book_data import levels_lacking
from layouts.register_types import RegisterType
from storage.states import RequestState
from workbench.screens.choosing import keep_book
from workbench.screens.plain import plain
from workbench.services.book_requests import AskedBook, ask_for_book, my_requests
from workbench.services.books import create_book, makers_of_books, may_add_books
from workbench.services.context import Context

__all__ = ["JustAdded", "ask_or_add_book", "just_added", "told_answer"]

_JUST_ADDED = "book_just_added"


class JustAdded(NamedTuple):
    """What is said of a book that has just been added."""

    done: str
    lacking: str
    """What is still to be put right, as a sentence; empty for nothing."""


def ask_or_add_book(context: Context) -> None:
    """A form of its own for whoever may add a book; for others the names of those who may, and a form to ask."""
    if may_add_books(context):
        _add(context)
    else:
        _ask(context)


def told_answer(asked: AskedBook) -> str:
    """Where a request stands, in one sentence."""
    book = f"{asked.request.register_type.label} quyển {asked.request.volume_number}"
    if asked.request.state is RequestState.GRANTED:
        return f"{asked.answered_by} đã thêm {book} như bạn xin."
    if asked.request.state is RequestState.REFUSED:
        return f"{asked.answered_by} không thêm {book}: {asked.request.answer}"
    return f"Bạn đã xin thêm {book}; đang chờ người kiểm tra đồng ý."


def _add(context: Context) -> None:
    with st.form("new_book"):
        kind = st.selectbox("Loại sổ", list(RegisterType), format_func=lambda k: k.label)
        volume = st.text_input("Quyển số / năm", placeholder="01/1998")
        office = st.text_input("Nơi đăng ký", placeholder="UBND xã ..., huyện ..., tỉnh ...")
        left, right = st.columns(2)
        opened = left.text_input("Ngày mở sổ (nếu có)", placeholder="01.01.1998")
        closed = right.text_input("Ngày khóa sổ (nếu có)", placeholder="31.12.1998")
        expected = st.number_input("Số trường hợp trong sổ (để trống nếu chưa đếm)", min_value=1, value=None, step=1)
        sent = st.form_submit_button("Thêm sổ", type="primary")
    if not sent:
        return
    book = create_book(
        context,
        register_type=RegisterType(str(kind)),
        volume_number=volume,
        office=office,
        opened_on=opened.strip(),
        closed_on=closed.strip(),
        expected_entries=int(expected) if expected else None,
    )
    keep_book(book.id)
    said = _normalised(volume, book.volume_number) + _normalised(office, book.office)
    done = f"Đã thêm quyển {book.volume_number}.{said}"
    st.session_state[_JUST_ADDED] = JustAdded(done, levels_lacking(book.office, book.volume_number))
    st.rerun()


def _normalised(typed: str, kept: str) -> str:
    return f" Bạn gõ «{typed.strip()}», ghi theo mẫu là {kept}." if typed.strip() != kept else ""


def just_added() -> JustAdded | None:
    """What to say once of a book that has just been added; None otherwise."""
    added: JustAdded | None = st.session_state.pop(_JUST_ADDED, None)
    return added


def _ask(context: Context) -> None:
    st.info(f"Người thêm được sổ: {plain(', '.join(makers_of_books(context)))}. Bạn có thể xin thêm sổ ở đây.")
    with st.form("ask_for_book", clear_on_submit=True):
        kind = st.selectbox("Loại sổ", list(RegisterType), format_func=lambda k: k.label)
        volume = st.text_input("Quyển số / năm", placeholder="01/1998")
        office = st.text_input("Nơi đăng ký", placeholder="UBND xã ..., huyện ..., tỉnh ...")
        note = st.text_input("Ghi chú cho người duyệt", placeholder="ví dụ: sổ ở hộp số 3, đã quét xong")
        sent = st.form_submit_button("Gửi đề nghị", type="primary")
    if sent:
        request = ask_for_book(
            context, register_type=RegisterType(str(kind)), volume_number=volume, office=office, note=note
        )
        said = _normalised(volume, request.volume_number) + _normalised(office, request.office)
        st.success(plain("Đã gửi. Khi có người đồng ý, sổ hiện ở «Việc của tôi»." + said))
        if lacking := levels_lacking(request.office, request.volume_number):
            st.warning(plain(lacking))
    for asked in my_requests(context):
        st.caption(plain(told_answer(asked)))
