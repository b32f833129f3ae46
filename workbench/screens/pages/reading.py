"""Books that wait for reading: in which order, how far each has come, and what rests."""

from __future__ import annotations

import streamlit as st

from corrections.entries import Role
from workbench.screens.frame import run_page, screen_context, telling_errors
from workbench.screens.plain import plain
from workbench.screens.reading_line import told_progress, told_time
from workbench.services.books import books_to_choose
from workbench.services.context import Context
from workbench.services.naming import book_title, names_of
from workbench.services.reading_desk import DESK
from workbench.services.reading_queue import (
    QueueLine,
    QueueMove,
    ReadingQueue,
    move_book,
    queue_book,
    queue_unread_books,
    reading_queue,
    rest_book,
    rest_reading,
    take_out,
    unread_books,
)
from workbench.wording import number

_SHOWN = 50
"""Books of the queue listed."""
_ROUND = "books_to_read_round"


def show(context: Context) -> None:
    """The screen."""
    st.header("Máy đọc")
    st.caption(
        "Máy đọc lần lượt các sổ trong hàng, nhường máy cho người đang đối chiếu. Tắt máy giữa chừng không mất gì: "
        "mở lại chương trình, máy đọc tiếp."
    )
    _add(context)
    _queue()


def _add(context: Context) -> None:
    unread = unread_books(context)
    titles = {book.id: book_title(book) for book in books_to_choose(context) if book.id in unread}
    if not titles:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Sổ còn trang chưa đọc",
            list(titles),
            format_func=lambda i: f"{titles[i]} ({number(unread[i])} trang)",
            placeholder="Chọn sổ",
            key=f"books_to_read_{st.session_state.setdefault(_ROUND, 0)}",
        )
        if st.button("Cho vào hàng đọc", type="primary", disabled=not chosen, width="content"):
            for book_id in chosen:
                queue_book(context, book_id)
            st.session_state[_ROUND] += 1  # the box empties
            st.rerun()
        if st.button(f"Đọc cả {number(len(titles))} sổ", width="content"):
            queue_unread_books(context)
            st.rerun()


@st.fragment(run_every=3)
def _queue() -> None:
    """The queue, which renews itself."""
    context = screen_context()
    if context is None:
        return
    with telling_errors():
        _lines(context, reading_queue(context))


def _lines(context: Context, queue: ReadingQueue) -> None:
    if DESK.trouble:
        st.warning(f"Máy chưa đọc được, sẽ tự thử lại: {plain(DESK.trouble)}")
    if not queue.lines:
        above = "Chọn sổ ở trên, hoặc nhập" if unread_books(context) else "Nhập"
        st.info(f"Không có sổ nào chờ đọc. {above} bản quét ở màn hình «Nhập bản quét».")
        return
    _whole(context, queue)
    asked = names_of(context).people
    for place, line in enumerate(queue.lines[:_SHOWN]):
        _line(context, queue, line, place, asked.get(line.asked_by, line.asked_by))
    if len(queue.lines) > _SHOWN:
        st.caption(f"Còn {number(len(queue.lines) - _SHOWN)} sổ nữa ở sau.")


def _whole(context: Context, queue: ReadingQueue) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        pages = number(sum(line.left for line in queue.lines))
        left = told_time(queue.seconds_left)
        told = f"{number(len(queue.lines))} sổ, còn {pages} trang" + (f", {left}" if left else "")
        st.text(f"Đang tạm dừng cả hàng, {queue.paused_by} cho dừng · {told}" if queue.paused_by else told)
        if not context.may(Role.SUPERVISOR):
            return
        label = "Đọc tiếp cả hàng" if queue.paused_by else "Tạm dừng cả hàng"
        if st.button(label, type="primary" if queue.paused_by else "secondary", width="content"):
            rest_reading(context, rests=not queue.paused_by)
            st.rerun()


def _line(context: Context, queue: ReadingQueue, line: QueueLine, place: int, asked_by: str) -> None:
    current = queue.current is not None and queue.current.book_id == line.book_id
    waits = "chờ cả hàng đọc tiếp" if queue.paused_by else "chờ"
    state = "đang đọc" if current else "tạm dừng" if line.paused else waits
    failed = f" · {number(line.failed)} trang không đọc được" if line.failed else ""
    with st.container(border=True, key=f"queued_{line.book_id}"):
        st.progress(
            line.done / max(1, line.pages),
            f"{place + 1}. {plain(line.title)} · {state} · {told_progress(line)}{failed} · {plain(asked_by)} cho đọc",
        )
        if context.may(Role.SUPERVISOR):
            with st.container(horizontal=True):
                _steps(context, line, first=place == 0, last=place == len(queue.lines) - 1)


def _steps(context: Context, line: QueueLine, *, first: bool, last: bool) -> None:
    """What a supervisor may do with a book that waits."""
    key = str(line.book_id)
    alone = first and last
    if not alone and st.button("Đọc trước", key=f"first_{key}", disabled=first, width="content"):
        _moved(context, line, QueueMove.FIRST)
    if not alone and st.button("Lên", key=f"up_{key}", icon=":material/arrow_upward:", disabled=first, width="content"):
        _moved(context, line, QueueMove.UP)
    if not alone and st.button(
        "Xuống", key=f"down_{key}", icon=":material/arrow_downward:", disabled=last, width="content"
    ):
        _moved(context, line, QueueMove.DOWN)
    if st.button("Đọc tiếp" if line.paused else "Tạm dừng", key=f"rest_{key}", width="content"):
        rest_book(context, line.book_id, rests=not line.paused)
        st.rerun()
    if st.button("Bỏ khỏi hàng", key=f"out_{key}", width="content"):
        take_out(context, line.book_id)
        st.rerun()


def _moved(context: Context, line: QueueLine, step: QueueMove) -> None:
    move_book(context, line.book_id, step)
    st.rerun()


if __name__ == "__main__":
    run_page(show)
