"""Đối soát."""

from __future__ import annotations

import streamlit as st

from workbench.screens.frame import run_page
from workbench.services.context import Context


def show(context: Context) -> None:
    """The screen."""
    st.header("Đối soát")
    st.caption(context.who.name)


if __name__ == "__main__":
    run_page(show)
