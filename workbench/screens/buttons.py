"""Buttons that say why they cannot be pressed yet."""

from __future__ import annotations

from typing import Any

from streamlit.delta_generator import DeltaGenerator

__all__ = ["ready_button"]


def ready_button(place: DeltaGenerator, label: str, *, lacks: str, **options: Any) -> bool:
    """A button of a screen; while something is missing it is dead, and what is missing stands below it.

    Args:
        place: where it stands.
        label: what it does.
        lacks: what has to be done first, as a sentence; empty when nothing has.
        **options: of `st.button`.
    """
    pressed = bool(place.button(label, disabled=bool(lacks), **options))
    if lacks:
        place.caption(lacks)
    return pressed
