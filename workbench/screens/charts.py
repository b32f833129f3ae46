"""Charts as our readers write figures: a comma before decimals, dots between thousands."""

from __future__ import annotations

import altair as alt
import streamlit as st

__all__ = ["show_chart"]

_FIGURES = alt.Locale(number=alt.NumberLocale(decimal=",", thousands=".", grouping=[3], currency=["", " ₫"]))


def show_chart(chart: alt.Chart | alt.LayerChart) -> None:
    """A chart over the whole width."""
    st.altair_chart(chart.configure(locale=_FIGURES), width="stretch")
