"""Pages that go on with an entry of another page: joined to it on the screen of a book, and parted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from workbench.screens.buttons import ready_button
from workbench.screens.telling import tell
from workbench.services.books import PageRow
from workbench.services.context import Context
from workbench.services.entry_pages import ContinuedPage, join_pages, part_pages
from workbench.services.entry_views import entries_of_book

__all__ = ["join_chosen"]


def join_chosen(
    context: Context, book_id: int, chosen: Sequence[PageRow], continued: Mapping[int, ContinuedPage]
) -> None:
    """What is said of pages picked in the list: with which entry they go on, or that they go on with none."""
    if not chosen:
        st.caption("Một trường hợp viết sang trang khác? Đánh dấu các trang viết tiếp để nối vào trường hợp đó.")
        return
    joined = [page.id for page in chosen if page.id in continued]
    with st.container(border=True):
        if joined:
            st.markdown("**Trang đã chọn đang nối vào một trường hợp**")
            why = st.text_input("Lý do bỏ nối", placeholder="ví dụ: nối nhầm trường hợp", key="part_reason")
            if st.button("Bỏ nối", width="stretch"):
                seen = part_pages(context, joined, reason=why)
                more = f" {seen} trường hợp máy thấy trên trang ấy đã vào hàng đợi." if seen else ""
                tell(f"Đã bỏ nối {len(joined)} trang.{more}")
            return
        near = sorted(entries_of_book(context, book_id), key=lambda line: abs(line.page_position - chosen[0].position))
        lines = {line.entry_id: line for line in near}
        picked = st.selectbox(
            "Trường hợp viết tiếp ở đây",
            list(lines),
            index=None,
            key=f"join_to_{book_id}",
            placeholder="Chọn trường hợp",
            format_func=lambda i: f"Trang quét {lines[i].page_position + 1} · {lines[i].title}",
        )
        why = st.text_input("Lý do nối", placeholder="ví dụ: ghi chú viết tiếp ở tờ đính kèm", key="join_reason")
        lacks = "Hãy chọn «Trường hợp viết tiếp ở đây» trước." if picked is None else ""
        if (
            ready_button(st.container(), "Nối vào trường hợp đã chọn", lacks=lacks, width="stretch")
            and picked is not None
        ):
            join_pages(context, int(picked), [page.id for page in chosen], reason=why)
            tell(f"Đã nối {len(chosen)} trang.")
