"""The first screen: where to go on, what waits for this role, and what to do first on a new installation."""

from __future__ import annotations

import streamlit as st

from corrections.entries import Role
from workbench.screens.adding_books import told_answer
from workbench.screens.choosing import keep_book, show_samples
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.reading_line import show_reading
from workbench.services.book_requests import grant_request, refuse_request
from workbench.services.context import Context
from workbench.services.emptiness import why_nothing
from workbench.services.home import MOST_BLIND, Home, home_of
from workbench.wording import number


def show(context: Context) -> None:
    """The screen."""
    home = home_of(context)
    st.header(f"Chào {plain(context.who.full_name or context.who.name)}")
    show_reading()
    _first_steps(context, home)
    deciding = context.may(Role.SUPERVISOR)
    if deciding:
        _supervision(home)
    _own_work(context, home, first=not (deciding and home.escalated + home.confirmed))


def _own_work(context: Context, home: Home, *, first: bool) -> None:
    if home.go_on is not None:
        following = f", trường hợp kế: {home.go_on.entry}" if home.go_on.entry else ""
        if _line(f"Làm tiếp {home.go_on.title}{following}", "Làm tiếp", first=first):
            keep_book(home.go_on.book_id)
            _go("review")
    waiting = home.to_review + home.sent_back
    if waiting:
        back = f", trong đó {number(home.sent_back)} trường hợp bị trả lại" if home.sent_back else ""
        if _line(f"{number(waiting)} trường hợp chờ đối chiếu{back}", "Đối chiếu", first=first and home.go_on is None):
            _go("review")
    elif home.books:
        st.info(plain(why_nothing(context, book_id=None, supervising=False)))
    for place in home.to_explain:
        text = f"{number(place.pages)} trang máy không lấy được gì, chờ bạn xem: {place.title}"
        if _line(text, "Xem các trang", key=f"pages_{place.book_id}"):
            keep_book(place.book_id)
            _go("books")
    at_least = " trở lên" if home.blind >= MOST_BLIND else ""
    if home.blind and _line(f"{number(home.blind)} ô{at_least} chờ nhập lại mù", "Nhập lại mù"):
        _go("blind")


def _supervision(home: Home) -> None:
    asked = home.escalated + home.confirmed
    if asked:
        hard = f", trong đó {number(home.escalated)} trường hợp được hỏi" if home.escalated else ""
        if _line(f"{number(asked)} trường hợp chờ kiểm tra{hard}", "Mở hàng đợi", first=True):
            _go("queue")
    if home.unread and _line(f"{number(home.unread)} trang máy chưa đọc", "Cho máy đọc"):
        _go("reading")
    for place in home.ready:
        if _line(f"Đã duyệt hết, chờ xuất: {place.title}", "Xuất sổ", key=f"export_{place.book_id}"):
            keep_book(place.book_id)
            _go("export")


def _first_steps(context: Context, home: Home) -> None:
    """What a new office does, in its order; a step disappears when it is done."""
    alone = context.may(Role.ADMINISTRATOR) and home.accounts == 1
    if alone and _line("Việc đầu tiên: thêm tài khoản cho người nhập và người kiểm tra", "Thêm tài khoản", first=True):
        _go("accounts")
    _requests(context, home)
    if home.samples and not home.books:
        text = f"{home.samples} sổ mẫu (người và nơi bịa) để làm thử trước khi có sổ thật"
        if _line(text, "Mở sổ mẫu"):
            show_samples(True)
            _go("books")
    if home.books:
        return
    if home.may_add_books:
        if _line("Chưa có sổ nào: thêm sổ rồi nhập bản quét của sổ", "Thêm sổ, nhập bản quét", first=True):
            st.session_state["new_book_open"] = True
            _go("import_scans")
    else:
        st.info(f"Chưa có sổ nào. Người thêm được sổ: {plain(', '.join(home.who_adds_books))}.")
        if _line("Có sổ cần số hóa mà chưa có trong danh sách", "Xin thêm sổ", first=True):
            st.session_state["new_book_open"] = True
            _go("import_scans")


def _requests(context: Context, home: Home) -> None:
    """Books that clerks ask for, granted at once or refused with a reason; what came of one's own."""
    for asked in home.asked:
        wanted = asked.request
        text = (
            f"{asked.asked_by} xin thêm: {wanted.register_type.label} · quyển {wanted.volume_number} · {wanted.office}"
        )
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(f"{text} ({wanted.note})" if wanted.note else text)
            if st.button("Đồng ý", type="primary", key=f"grant_{wanted.id}", width="content"):
                grant_request(context, wanted.id)
                st.rerun()
            with st.popover("Không thêm", key=f"refuse_{wanted.id}", width="content"):
                reason = st.text_input("Lý do", key=f"refuse_reason_{wanted.id}")
                if st.button("Gửi trả lời", key=f"refuse_send_{wanted.id}"):
                    refuse_request(context, wanted.id, reason=reason)
                    st.rerun()
    for asked in home.mine:
        book_id = asked.request.book_id
        if book_id is None:
            st.caption(plain(told_answer(asked)))
        elif _line(told_answer(asked), "Nhập bản quét", key=f"granted_{asked.request.id}"):
            keep_book(book_id)
            _go("import_scans")


def _line(text: str, button: str, *, first: bool = False, key: str | None = None) -> bool:
    """One thing to do with its button; whether the button was pressed."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(text)
        return bool(st.button(button, type="primary" if first else "secondary", key=key, width="content"))


def _go(page: str) -> None:
    st.switch_page(f"workbench/screens/pages/{page}.py")


if __name__ == "__main__":
    run_page(show)
