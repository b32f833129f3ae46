"""How reading stands, in one line that renews itself: on the screens where somebody waits for it."""

from __future__ import annotations

import math

import streamlit as st

from workbench.screens.frame import screen_context, telling_errors
from workbench.screens.plain import plain
from workbench.services.reading_desk import DESK
from workbench.services.reading_queue import QueueLine, ReadingQueue, reading_queue
from workbench.wording import number

__all__ = ["show_reading", "told_pace", "told_progress", "told_time"]

_LONGEST, _SHORTEST = 3600.0, 60.0
"""Seconds from which time left is told in hours, and below which in seconds."""
_STEP = 5
"""Seconds to which short times are rounded up."""


def show_reading() -> None:
    """The book being read, how far, and how many wait; nothing when nothing does.

    The line renews itself and nothing else, and keeps its height to the end: a screen drawn anew by a clock takes away
    what somebody is about to press. When a book is read, a button brings the screen up to date.
    """
    context = screen_context()
    if context is None:
        return
    with telling_errors():
        drawn = {line.book_id: line.title for line in reading_queue(context).lines}
        if drawn:
            _renewed(drawn)


@st.fragment(run_every=3)
def _renewed(drawn: dict[int, str]) -> None:
    """The line.

    Args:
        drawn: titles of the books that waited when the screen around it was drawn.
    """
    context = screen_context()
    if context is None:
        return
    with telling_errors():
        queue = reading_queue(context)
        waiting = {line.book_id for line in queue.lines}
        read = [title for book_id, title in drawn.items() if book_id not in waiting]
        share, told = _told(queue, read)
        line, button = st.columns([5, 1], vertical_alignment="center")
        line.progress(share, told)
        if button.button("Cập nhật", key="reading_news", disabled=not read, width="stretch"):
            st.rerun(scope="app")


def _told(queue: ReadingQueue, read: list[str]) -> tuple[float, str]:
    """How far the book being read has come, and what to say of it and of those read meanwhile."""
    current = queue.current
    if DESK.trouble:
        return 0.0, f"Máy chưa đọc được, sẽ tự thử lại: {plain(DESK.trouble)}"
    if current is None and not queue.lines:
        return 1.0, f"Máy đã đọc xong {plain(read[0]) if len(read) == 1 else f'{number(len(read))} sổ'}"
    if current is None:
        who = f" ({plain(queue.paused_by)} cho dừng)" if queue.paused_by else ""
        return 0.0, f"Máy đọc đang tạm dừng{who}; {number(len(queue.lines))} sổ chờ, xem màn hình «Máy đọc»"
    behind = len(queue.lines) - 1
    waiting = f" · {number(behind)} sổ chờ sau" if behind else ""
    done = f" · vừa đọc xong {number(len(read))} sổ" if read else ""
    return (
        current.done / max(1, current.pages),
        f"Máy đang đọc {plain(current.title)}: {told_progress(current)}{waiting}{done}",
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
    if seconds < _SHORTEST:
        return f"còn khoảng {number(_STEP * max(1, math.ceil(seconds / _STEP)))} giây"
    return f"còn khoảng {number(max(1, round(seconds / 60)))} phút"


def told_pace(seconds: float, left: float | None) -> str:
    """How long something has been under way, and about how long it still takes."""
    been = f"đã {number(seconds)} giây" if seconds < _SHORTEST else f"đã {number(seconds / 60)} phút"
    return ", ".join(filter(None, (been, told_time(left))))
