"""How reading stands, in one line that renews itself: on the screens where somebody waits for it."""

from __future__ import annotations

import streamlit as st

from workbench.screens.frame import screen_context, telling_errors
from workbench.screens.plain import plain
from workbench.services.reading_desk import DESK
from workbench.services.reading_queue import QueueLine, ReadingQueue, reading_queue
from workbench.wording import number

__all__ = ["show_reading", "told_progress", "told_time"]

_LONGEST = 3600.0


@st.fragment(run_every=3)
def show_reading() -> None:
    """The book being read, how far, and how many wait; nothing when nothing does."""
    context = screen_context()
    if context is None:
        return
    with telling_errors():
        queue = reading_queue(context)
        books = {line.book_id for line in queue.lines}
        finished = st.session_state.get("reading_books", set()) - books
        st.session_state["reading_books"] = books
        if finished:
            st.rerun(scope="app")  # what the screen shows of the book is old
        if queue.lines:
            _line(queue)


def _line(queue: ReadingQueue) -> None:
    if DESK.trouble:
        st.warning(f"Máy chưa đọc được, sẽ tự thử lại: {plain(DESK.trouble)}")
        return
    current = queue.current
    if current is None:
        who = f" ({plain(queue.paused_by)} cho dừng)" if queue.paused_by else ""
        st.info(f"Máy đọc đang tạm dừng{who}; {number(len(queue.lines))} sổ chờ. Mở màn hình «Máy đọc» để đọc tiếp.")
        return
    behind = len(queue.lines) - 1
    waiting = f" · {number(behind)} sổ chờ sau" if behind else ""
    st.progress(
        current.done / max(1, current.pages), f"Máy đang đọc {plain(current.title)}: {told_progress(current)}{waiting}"
    )


def told_progress(line: QueueLine) -> str:
    """Pages done of all, and the time left."""
    left = told_time(line.seconds_left)
    return f"{number(line.done)}/{number(line.pages)} trang" + (f", {left}" if left else "")


def told_time(seconds: float | None) -> str:
    """About how long something takes, in words; empty when nobody knows."""
    if seconds is None:
        return ""
    if seconds >= _LONGEST:
        return f"còn khoảng {number(seconds / 3600, 1)} giờ"
    return f"còn khoảng {number(max(1, round(seconds / 60)))} phút"
