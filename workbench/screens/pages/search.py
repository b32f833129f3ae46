"""Finding an entry over all books: by name with or without tone marks, date, number."""

from __future__ import annotations

import time

import streamlit as st

from layouts.register_types import RegisterType
from workbench.screens.choosing import choose_book, open_entry, picked_row
from workbench.screens.frame import run_page
from workbench.screens.long_texts import told_apart, wrapping
from workbench.services.context import Context
from workbench.services.searching import SearchHit, search
from workbench.wording import ENTRY_STATES, REGISTER_TYPES

_MOST = 100
"""Entries listed; whoever finds so many narrows down."""
_WIDTHS = {
    "Họ tên": st.column_config.Column(width=300),
    "Nơi đăng ký": st.column_config.Column(width=180),
}
"""Pixels: the state of each entry is in sight at 1366 beside the menu."""


def show(context: Context) -> None:
    """The screen."""
    st.header("Tìm kiếm")
    words, kind = st.columns([3, 1])
    query = words.text_input("Tìm", placeholder="nguyen thi hoa · 05/03/1998 · số 45 · 45/1998", key="search_query")
    types = ["", *REGISTER_TYPES]
    register_type = kind.selectbox("Loại sổ", types, format_func=lambda k: REGISTER_TYPES.get(k, "Tất cả"))
    progress = choose_book(context, "Trong sổ", all_books="Mọi sổ")
    if not query.strip():
        st.caption("Gõ họ tên (không dấu cũng được), ngày, số đăng ký; nhiều tên cách nhau bằng dấu phẩy.")
        return
    started = time.perf_counter()
    result = search(
        context,
        query,
        book_id=progress.book.id if progress else None,
        register_type=RegisterType(register_type) if register_type else None,
        limit=_MOST,
    )
    spent = round((time.perf_counter() - started) * 1000)
    if result.cut:
        st.warning(
            "Chưa hiện hết: còn, hoặc có thể còn, trường hợp khác. Hãy gõ thêm chữ (tên khác, ngày, số) hoặc chọn sổ."
        )
    if not result.hits:
        st.info("Không thấy trường hợp nào. Thử bớt chữ, hoặc chỉ gõ tên gọi.")
        return
    more = " đầu tiên" if result.cut else ""
    st.caption(f"{len(result.hits)} trường hợp{more}, {spent} mili giây. Bấm ô đầu dòng để mở.")
    _table(context, result.hits)


def _table(context: Context, hits: tuple[SearchHit, ...]) -> None:
    offices = told_apart([hit.office for hit in hits])
    rows = [
        {
            "Họ tên": ", ".join(hit.names),
            "Loại sổ": REGISTER_TYPES[hit.register_type],
            "Số": hit.number,
            "Quyển": hit.volume_number,
            "Ngày đăng ký": hit.date,
            "Nơi đăng ký": office,
            "Tình trạng": ENTRY_STATES[hit.state.value],
        }
        for hit, office in zip(hits, offices, strict=True)
    ]
    picked = picked_row(rows, columns=_WIDTHS, long=wrapping(_WIDTHS, "Họ tên", "Nơi đăng ký"))
    if picked is not None:
        open_entry(context, hits[picked].entry_id)


if __name__ == "__main__":
    run_page(show)
