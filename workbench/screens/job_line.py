"""How far work in the background is, in one line with the button that breaks it off."""

from __future__ import annotations

from typing import Any

import streamlit as st

from workbench.screens.plain import plain
from workbench.screens.reading_line import told_pace
from workbench.services.background_jobs import BackgroundJob

__all__ = ["show_job"]


def show_job(job: BackgroundJob[Any], *, doing: str, does: str, stop: str) -> None:
    """A bar, what is being done, for how long yet, who began it, and the button.

    Args:
        job: under way.
        doing: what is being done just now.
        does: the verb behind the name of who began it.
        stop: what the button says. It is dead while the last step ends, and once the steps are done.
    """
    state = job.state
    bar, button = st.columns([5, 1], vertical_alignment="center")
    pace = "đang dừng, chờ làm xong phần dở" if job.stopping else told_pace(job.seconds, job.seconds_left)
    share = state.done / state.total if state.total else 0.0
    bar.progress(share, f"{doing} · {pace} · {plain(job.started_by)} {does}")
    over = bool(state.total) and state.done == state.total
    button.button(stop, on_click=job.cancel, disabled=job.stopping or over, width="stretch")
