"""Reading in the background while people go on working: one run at a time, its progress shown on any screen.

The run's own record is the database; when the server stops, pressing the button again goes on where it stopped.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

import streamlit as st

from workbench.screens.faults import known_errors
from workbench.services.context import Context
from workbench.services.reading import ReadProgress, ReadSummary, read_pages

__all__ = ["JobBoard", "JobState", "job_board", "show_job"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What is known of the run under way, or of the last one."""

    running: bool = False
    book_id: int | None = None
    done: int = 0
    total: int = 0
    failed: int = 0
    started: float = 0.0
    message: str = ""
    """How it ended; empty while it runs."""
    went_wrong: bool = False

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None before the first page."""
        return (time.monotonic() - self.started) / self.done * (self.total - self.done) if self.done else None


class _StoppedError(Exception):
    """Somebody pressed stop."""


class JobBoard:
    """The one run of this server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.state = JobState()

    def start(self, context: Context, book_id: int | None, *, retry_failed: bool = False) -> bool:
        """Start a run; False when one is under way."""
        with self._lock:
            if self.state.running:
                return False
            self.state = JobState(running=True, book_id=book_id, started=time.monotonic())
        self._stop.clear()
        threading.Thread(target=self._run, args=(context, book_id, retry_failed), name="reading", daemon=True).start()
        return True

    def stop(self) -> None:
        """Stop after the page at hand."""
        self._stop.set()

    def _run(self, context: Context, book_id: int | None, retry_failed: bool) -> None:
        message, went_wrong = "", True
        try:
            summary = read_pages(context, book_id=book_id, retry_failed=retry_failed, progress=self._moved)
            message, went_wrong = _told(summary), bool(summary.failed)
        except _StoppedError:
            message, went_wrong = "Đã dừng. Bấm «Bắt đầu đọc» để đọc tiếp các trang còn lại.", False
        except known_errors() as error:
            message = str(error)
        except Exception:
            # The thread's last line of defence: without it the screen would show a run that never ends.
            log.exception("reading run failed")
            message = "Việc đọc dừng vì lỗi chương trình; trang đã đọc vẫn giữ nguyên. Bấm «Bắt đầu đọc» để đọc tiếp."
        last = self.state
        self.state = JobState(
            book_id=book_id,
            done=last.done,
            total=last.total,
            failed=last.failed,
            message=message,
            went_wrong=went_wrong,
        )

    def _moved(self, progress: ReadProgress) -> None:
        last = self.state
        self.state = JobState(
            running=True,
            book_id=last.book_id,
            done=progress.done,
            total=progress.total,
            failed=progress.failed,
            started=last.started,
        )
        if self._stop.is_set():
            raise _StoppedError


def _told(summary: ReadSummary) -> str:
    if not summary.pages:
        return "Không có trang nào chưa đọc."
    told = f"Đã đọc {summary.read}/{summary.pages} trang, được {summary.entries} trường hợp."
    return told + (f" {summary.failed} trang không đọc được, xem bên dưới." if summary.failed else "")


@st.cache_resource(show_spinner=False)
def job_board() -> JobBoard:
    """The board every screen of this server looks at."""
    return JobBoard()


@st.fragment(run_every=2)
def show_job() -> None:
    """Progress of the run, refreshed by itself."""
    board = job_board()
    state = board.state
    if state.running:
        share = state.done / state.total if state.total else 0.0
        left = state.seconds_left
        told = f"Máy đang đọc: {state.done}/{state.total} trang" if state.total else "Máy đang chuẩn bị đọc"
        if left is not None:
            told += f", còn khoảng {max(1, round(left / 60))} phút"
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        bar.progress(share, told)
        if stop.button("Dừng đọc", width="stretch"):
            board.stop()
        st.session_state["job_was_running"] = True
    elif st.session_state.pop("job_was_running", False):
        st.rerun(scope="app")
    elif state.message:
        (st.warning if state.went_wrong else st.success)(state.message)
