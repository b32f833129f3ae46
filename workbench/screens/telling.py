"""What was done, told once over the screen drawn anew, at the top, where it stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from workbench.screens.plain import plain

__all__ = ["show_told", "tell"]

_TOLD, _WARNED = "told", "told_warnings"


def tell(message: str, warnings: Sequence[str] = ()) -> NoReturn:
    """Run the screen again, and say there what was done and what to look at.

    A sentence beside the button of a long form would stand below what a low window shows, under lists of before.

    Args:
        message: what was done; names in it are made plain by the caller.
        warnings: kept as they were typed, yet likely wrong; each is shown as plain text.
    """
    st.session_state[_TOLD] = message
    st.session_state[_WARNED] = tuple(warnings)
    st.rerun()


def show_told() -> None:
    """Say what the run before told; once. The frame of every screen does."""
    if told := st.session_state.pop(_TOLD, ""):
        st.success(told)
    for warning in st.session_state.pop(_WARNED, ()):
        st.warning(plain(warning))
