"""Records as they were when their forms were opened: what others save does not change a form under one's hands."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

__all__ = ["as_opened", "forget_opened"]

_Record = TypeVar("_Record")


def as_opened(key: str, number: int, newest: _Record, *, what: str, reload: str) -> _Record:
    """The record as it was when its form was opened, with a warning and a button where it has changed since.

    Args:
        key: of the session, one for each kind of form.
        number: which record; another one is opened anew.
        newest: the record as it is now.
        what: has changed, a sentence for the warning.
        reload: words of the button that takes the newest.
    """
    kept: tuple[int | None, _Record] = st.session_state.get(key, (None, newest))
    opened, seen = kept
    if opened != number:
        seen = newest
    st.session_state[key] = (number, seen)
    if seen != newest:
        st.warning(f"{what} Mẫu dưới đây vẫn là bản cũ.")
        if st.button(reload):
            forget_opened(key)
            st.rerun()
    return seen


def forget_opened(key: str) -> None:
    """Open the next form of that kind with the newest: after a save."""
    st.session_state.pop(key, None)
