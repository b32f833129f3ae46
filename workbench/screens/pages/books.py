"""Register books with their progress."""

from __future__ import annotations

import streamlit as st

from workbench.screens.frame import run_page
from workbench.services.books import list_books
from workbench.services.context import Context


def show(context: Context) -> None:
    """The screen."""
    st.header("Sổ hộ tịch")
    st.write(len(list_books(context)))


if __name__ == "__main__":
    run_page(show)
