"""The pages of a book on its screen: what each is, which are in the wrong book, cases that no machine has read."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corrections.entries import Book
from layouts.form_names import form_name
from ocr.readings import PageKind
from storage.books import BookProgress
from storage.states import PageState
from workbench.routes.pictures import page_picture
from workbench.screens.choosing import keep_book
from workbench.screens.joined_pages import join_chosen
from workbench.screens.long_texts import row_height, wrapping
from workbench.screens.wrong_scans import ask_about_pages, move_chosen
from workbench.services.books import PageRow, book_pages, explain_page
from workbench.services.context import Context
from workbench.services.entries_by_hand import add_case_without_scan, add_manual_entry
from workbench.services.entry_pages import ContinuedPage, continued_pages
from workbench.services.page_source import scanned_source

__all__ = ["pages_tab"]

_KINDS = {
    PageKind.COVER: "Bìa",
    PageKind.CLOSING: "Trang khóa sổ",
    PageKind.BLANK: "Trang trống",
    PageKind.CANCELLED: "Trang bị hủy",
    PageKind.CONTINUED: "Trang phải của bảng (đã gộp vào trang trước)",
    PageKind.ENTRIES: "Có trường hợp",
}
_EXPLANATIONS = {
    **{kind: label for kind, label in _KINDS.items() if kind is not PageKind.CONTINUED},
    PageKind.ENTRIES: "Trang rách, mất nội dung",
}
"""What a person may say of a page; a page of entries without any is a torn one."""
_WIDTHS = {"Ghi chú": st.column_config.Column(width=400)}
_HIGHEST, _HEAD, _ROW = 420, 38, 35
"""Pixels: of the table at most, of its head and of a row with one line (the framework's)."""
_PAGE_STATES = {PageState.UNREAD: "Chưa đọc", PageState.READ: "Đã đọc", PageState.FAILED: "Không đọc được"}


def pages_tab(context: Context, progress: BookProgress) -> None:
    """The tab."""
    pages = book_pages(context, progress.book.id)
    if not pages:
        st.info("Sổ chưa có bản quét nào.")
        if st.button("Nhập bản quét của sổ này", type="primary"):
            keep_book(progress.book.id)
            st.switch_page("workbench/screens/pages/import_scans.py")
        _unscanned_case(context, progress.book)
        return
    ask_about_pages(context, progress, pages)
    continued = continued_pages(context, progress.book.id)
    failed_only = st.toggle("Chỉ trang cần xem (không đọc được)", value=bool(progress.pages_failed))
    shown = [p for p in pages if not failed_only or p.state is PageState.FAILED]
    rows = [
        {
            "Trang quét": p.position + 1,
            "Tệp": p.file_name or "(không có bản quét)",
            "Tình trạng": _PAGE_STATES[p.state],
            "Là": _KINDS[p.kind] if p.kind else "",
            "Mẫu": form_name(p.layout),
            "Ghi chú": _remark(p, continued.get(p.id)),
        }
        for p in shown
    ]
    high = row_height(rows, wrapping(_WIDTHS, "Ghi chú"))
    event = st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        height=min(_HIGHEST, _HEAD + (high or _ROW) * len(rows)) if rows else "auto",
        row_height=high,
        column_config=_WIDTHS,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"pages_of_{progress.book.id}_{len(pages)}",
    )
    chosen = [shown[row] for row in event["selection"]["rows"] if row < len(shown)]
    move_chosen(context, progress, chosen)
    join_chosen(context, progress.book.id, chosen, continued)
    _explain(context, pages)
    _unscanned_case(context, progress.book)


def _remark(page: PageRow, continued: ContinuedPage | None) -> str:
    if page.state is PageState.FAILED and not continued:
        return page.failure_message
    goes_on = f"Viết tiếp của {continued.title} (trang quét {continued.begins_on + 1})" if continued else ""
    seen = (
        f"Máy thấy {continued.seen} trường hợp riêng ở đây, chưa đưa vào: xem lại, bỏ nối nếu đúng"
        if (continued and continued.seen)
        else ""
    )
    return ". ".join(part for part in (goes_on, seen, page.explained) if part)


def _unscanned_case(context: Context, book: Book) -> None:
    with st.expander("Nhập một trường hợp không có bản quét (nhập theo sổ giấy)"):
        number_box, page_box, why_box = st.columns([1, 1, 2])
        wanted = number_box.text_input("Số đăng ký", placeholder="45", key=f"unscanned_number_{book.id}")
        page = page_box.text_input("Trang số trong sổ", placeholder="để trống nếu không có", key="unscanned_page")
        why = why_box.text_input(
            "Vì sao không có bản quét", placeholder="trang dính, chưa quét được", key="unscanned_why"
        )
        st.caption(
            "Xuất cần PDF cho mỗi dòng: trường hợp này được diễn tập cảnh báo và để lại cho tới khi có bản quét."
        )
        if st.button("Mở trường hợp để nhập"):
            entry = add_case_without_scan(context, book.id, number=wanted, printed_page=page, reason=why)
            st.switch_page("workbench/screens/pages/review.py", query_params={"entry": str(entry.id)})


def _explain(context: Context, pages: tuple[PageRow, ...]) -> None:
    by_id = {p.id: p for p in pages}
    with st.expander("Nói rõ một trang: bìa, trang trống, trang hủy; hoặc thêm trường hợp máy bỏ sót"):
        page_id = st.selectbox(
            "Trang", list(by_id), format_func=lambda i: f"{by_id[i].position + 1} · {by_id[i].file_name}"
        )
        if st.toggle("Xem ảnh trang", value=False):
            source = scanned_source(context, page_id)
            if source is None:
                st.info("Trang này không có bản quét.")
            else:
                st.image(page_picture(context, source), width=520, alt="Ảnh trang sổ")
        kind = st.selectbox("Trang này là", list(_EXPLANATIONS), format_func=_EXPLANATIONS.__getitem__)
        reason = st.text_input("Lý do", placeholder="ví dụ: bìa sau, để trống, rách mất nửa trang")
        mark, add = st.columns(2)
        if mark.button("Ghi nhận trang", width="stretch"):
            explain_page(context, page_id, kind=kind, reason=reason)
            st.rerun()
        if add.button("Thêm một trường hợp vào trang này", width="stretch"):
            entry = add_manual_entry(context, page_id, reason=reason or "Máy bỏ sót")
            st.switch_page("workbench/screens/pages/review.py", query_params={"entry": str(entry.id)})
