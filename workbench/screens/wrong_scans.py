"""Pages that lie in the wrong book: chosen ones go elsewhere, strange ones are asked about, the drawer gives back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from layouts.form_names import form_name
from storage.books import BookProgress
from vietnamese.shown_time import local_time
from workbench.routes.pictures import page_picture
from workbench.screens.buttons import ready_button
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.books import PageRow, book_pages, books_to_choose
from workbench.services.context import Context
from workbench.services.moving_pages import MovedPages, PageAside, move_pages, pages_aside, take_pages_out
from workbench.services.naming import book_title, names_of
from workbench.services.page_source import scanned_source
from workbench.services.reading import reread_page
from workbench.services.templates import known_forms

__all__ = ["OTHER_REGISTER", "ask_about_pages", "drawer", "move_chosen"]

OTHER_REGISTER = "other_register"
"""`failure_code` of a page whose printed form belongs to another register than its book."""
_END = -1
"""In place of a page's place: behind the last."""
_NAMED = 12
"""Pages named in a sentence."""
_NO_TARGET = "Hãy chọn «Quyển nhận trang» trước."


def move_chosen(context: Context, progress: BookProgress, chosen: Sequence[PageRow]) -> None:
    """What can be done with pages picked in the list: another book, or out of this one."""
    if not chosen:
        st.caption("Quét nhầm? Đánh dấu các trang ở đầu dòng để chuyển sang quyển khác hoặc lấy ra khỏi quyển.")
        return
    named = ", ".join(str(page.position + 1) for page in chosen[:_NAMED])
    named += " ..." if len(chosen) > _NAMED else ""
    with st.container(border=True):
        st.markdown(f"**{len(chosen)} trang đã chọn:** trang quét {named}")
        target = _target(context, progress.book.id, key=f"move_to_{progress.book.id}")
        after = _after(context, target)
        reason = st.text_input("Lý do chuyển", placeholder="ví dụ: quét nhầm từ quyển khác", key="move_reason")
        move, out = st.columns(2)
        ids = [page.id for page in chosen]
        lacks = _NO_TARGET if target is None else ""
        moving = ready_button(move, "Chuyển sang quyển đã chọn", lacks=lacks, type="primary", width="stretch")
        if moving and target is not None:
            _say(move_pages(context, ids, target, reason=reason, after=after), "chuyển")
        if out.button("Lấy ra khỏi quyển, cất vào ngăn để riêng", width="stretch"):
            _say(take_pages_out(context, ids, reason=reason), "lấy ra")


def ask_about_pages(context: Context, progress: BookProgress, pages: Sequence[PageRow]) -> None:
    """Pages whose print says another register: nothing of them is taken before somebody has answered."""
    strange = [page for page in pages if page.failure_code == OTHER_REGISTER]
    if not strange:
        return
    with st.container(border=True):
        st.warning(f"{len(strange)} trang in mẫu của loại sổ khác. Máy chưa lấy gì từ các trang này; hãy trả lời.")
        by_id = {page.id: page for page in strange}
        page_id = st.selectbox(
            "Trang cần trả lời",
            list(by_id),
            format_func=lambda i: f"Trang quét {by_id[i].position + 1} · {by_id[i].file_name}",
        )
        st.write(plain(by_id[page_id].failure_message))
        source = scanned_source(context, page_id) if st.toggle("Xem ảnh trang này") else None
        if source is not None:
            st.image(page_picture(context, source), width=520, alt="Ảnh trang sổ")
        _answer(context, progress, page_id)


def _answer(context: Context, progress: BookProgress, page_id: int) -> None:
    move, keep, out = st.columns(3)
    with move.popover("Chuyển sang quyển khác", width="stretch"):
        target = _target(context, progress.book.id, key=f"asked_to_{page_id}")
        lacks = _NO_TARGET if target is None else ""
        moving = ready_button(st.container(), "Chuyển trang này", lacks=lacks, type="primary")
        if moving and target is not None:
            _say(move_pages(context, [page_id], target, reason="Trang in mẫu của loại sổ khác"), "chuyển")
    kind = progress.book.register_type
    with keep.popover("Vẫn là của quyển này", width="stretch"):
        forms = sorted(known_forms(context, kind))
        form = st.selectbox(
            f"Đọc như mẫu nào của sổ {kind.label}", forms, format_func=form_name, key=f"asked_form_{page_id}"
        )
        if st.button("Đọc theo mẫu này", type="primary"):
            with st.spinner("Máy đang đọc trang"):
                reread_page(context, page_id, form=form)
            st.rerun()
    with out.popover("Lấy ra khỏi quyển", width="stretch"):
        reason = st.text_input("Lý do", "Trang in mẫu của loại sổ khác", key=f"asked_reason_{page_id}")
        if st.button("Lấy trang này ra", type="primary"):
            _say(take_pages_out(context, [page_id], reason=reason), "lấy ra")


def drawer(context: Context) -> None:
    """Pages that were taken out of books, with who did it and why; they can be put into a book again."""
    lying = pages_aside(context)
    if not lying:
        return
    with st.expander(f"Ngăn để riêng: {len(lying)} trang đã lấy ra khỏi các quyển"):
        people = names_of(context).people
        event = st.dataframe(
            pd.DataFrame([_row(one, people.get(one.event.actor, "") if one.event else "") for one in lying]),
            hide_index=True,
            width="stretch",
            on_select="rerun",
            selection_mode="multi-row",
            key=f"drawer_table_{len(lying)}",
        )
        chosen = [lying[row] for row in event["selection"]["rows"] if row < len(lying)]
        _put_back(context, chosen)


def _row(one: PageAside, who: str) -> dict[str, object]:
    return {
        "Loại sổ": one.drawer.register_type.label,
        "Tệp": one.page.file_name,
        "Lấy ra từ": book_title(one.book) if one.book else "",
        "Lý do": one.event.reason if one.event else "",
        "Ai": who,
        "Lúc": local_time(one.event.at) if one.event else "",
    }


def _put_back(context: Context, chosen: Sequence[PageAside]) -> None:
    if not chosen:
        st.caption("Đánh dấu các trang ở đầu dòng để đưa vào một quyển.")
        return
    target = _target(context, 0, key="drawer_to")
    reason = st.text_input("Lý do đưa vào", placeholder="ví dụ: trang thuộc quyển này", key="drawer_reason")
    lacks = _NO_TARGET if target is None else ""
    putting = ready_button(st.container(), f"Đưa {len(chosen)} trang vào quyển đã chọn", lacks=lacks, type="primary")
    if putting and target is not None:
        _say(move_pages(context, [one.page.id for one in chosen], target, reason=reason), "đưa")


def _target(context: Context, without: int, *, key: str) -> int | None:
    books = {book.id: book for book in books_to_choose(context, samples=True) if book.id != without}
    picked = st.selectbox(
        "Quyển nhận trang",
        list(books),
        index=None,
        key=key,
        placeholder="Chọn quyển",
        format_func=lambda i: book_title(books[i]),
    )
    return int(picked) if picked is not None else None


def _after(context: Context, target: int | None) -> int | None:
    """Behind which page of the book; None for its end."""
    if target is None:
        return None
    pages = {page.position: page for page in book_pages(context, target)}
    place = st.selectbox(
        "Đặt vào chỗ nào",
        [_END, *pages],
        format_func=lambda p: "Cuối quyển" if p == _END else f"Sau trang quét {p + 1} · {pages[p].file_name}",
        key=f"move_after_{target}",
    )
    return None if place == _END else int(place)


def _say(moved: MovedPages, did: str) -> None:
    told = [f"Đã {did} {moved.pages} trang."]
    if moved.entries:
        told.append(f"{moved.entries} trường hợp đi theo, giá trị đã xác nhận giữ nguyên.")
    if moved.to_read:
        told.append(f"{moved.to_read} trang chờ máy đọc.")
    tell(" ".join(told))
