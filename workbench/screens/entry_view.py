"""An entry to look at: values beside the picture, for those who may not change anything."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corrections.entries import FieldState
from ocr.errors import OcrError
from vietnamese.shown_time import local_time
from workbench.page_pictures import PagePictures
from workbench.routes.pictures import page_picture
from workbench.screens.long_texts import row_height
from workbench.screens.plain import plain
from workbench.services.context import Context
from workbench.services.entry_views import EntryView, FieldView
from workbench.services.naming import COLUMN_LABELS, names_of
from workbench.wording import AUDIT_ACTIONS, ENTRY_STATES, FIELD_STATES

__all__ = ["entry_history", "show_entry_view"]

_HEIGHT = 620
"""Pixels of the table beside the page's picture."""
_VALUES = {"Ô": 160, "Trong sổ": 170, "Giá trị chuẩn": 170}
"""Pixels across its columns, for texts that wrap."""
_HISTORY = {"Cũ": 200, "Mới": 200, "Lý do": 200}
"""About as wide as the columns are at 1366 pixels, for texts that wrap."""


def show_entry_view(context: Context, view: EntryView) -> None:
    """Values as written and as standard, beside the entry's part of its page."""
    st.subheader(plain(view.title or "Chưa rõ số"))
    place = f"trang quét {view.page_position + 1}"
    st.caption(plain(f"{view.book} · {place} · {ENTRY_STATES[view.state.value]}"))
    with st.container(key="entry_view"):  # one below the other where the window is narrow
        picture, values = st.columns([3, 2])
    with picture:
        _picture(context, view)
    rows = [{"Ô": field.label, "Trong sổ": _written(field), "Giá trị chuẩn": field.normalized} for field in view.fields]
    high = row_height(rows, _VALUES)
    values.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=_HEIGHT, row_height=high)


def _picture(context: Context, view: EntryView) -> None:
    if view.picture is None:
        st.info("Trường hợp này chưa có bản quét.")
        return
    try:
        whole = page_picture(context, view.picture)
        # One page may hold several entries; only this one is shown.
        shown = [PagePictures.part(whole, view.box) if view.box else whole]
        shown += [page_picture(context, further) for further in view.more_pictures]
    except OcrError as error:
        st.warning(plain(error))
        return
    for picture in shown:
        st.image(picture, width="stretch", alt="Ảnh trang sổ của trường hợp")


def _written(field: FieldView) -> str:
    return field.text if field.state is FieldState.WRITTEN else f"({FIELD_STATES[field.state.value]})"


def entry_history(context: Context, view: EntryView) -> None:
    """What happened to the entry, newest first."""
    people = names_of(context).people
    rows = [
        {
            "Lúc": local_time(event.at),
            "Ai": people.get(event.actor, "máy" if event.actor == "system" else event.actor),
            "Việc": AUDIT_ACTIONS.get(event.action, event.action),
            "Ô": ", ".join(COLUMN_LABELS.get(name, name) for name in event.column.split()),
            "Cũ": event.old if event.column else ENTRY_STATES.get(event.old, event.old),
            "Mới": event.new if event.column else ENTRY_STATES.get(event.new, event.new),
            "Lý do": event.reason,
        }
        for event in view.history
    ]
    with st.expander(f"Lịch sử ({len(rows)} dòng)"):
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", row_height=row_height(rows, _HISTORY))
