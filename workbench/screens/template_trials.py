"""One page tried as a form of the office's own: does it fit, would it be taken for it, what was read and where."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from layouts.columns import columns
from layouts.form_names import form_name
from ocr.errors import OcrError
from ocr.readings import PageReading
from ocr.template_trial import Trial
from workbench.screens.pictures import shown_picture
from workbench.screens.plain import plain
from workbench.services.books import PageRow
from workbench.services.context import Context
from workbench.services.template_trials import try_template
from workbench.wording import percent

__all__ = ["show_trial"]

_SURE = 0.98
"""How sure the form must be against its nearest rival; below, the page is marked for a person."""
_NAMED = 8
"""Labels named in a sentence; a form has up to forty."""


def show_trial(context: Context, text: str, page: PageRow) -> None:
    """Try the form of a template file on a page and show what became of it."""
    st.subheader(f"Trang {page.position + 1}")
    try:
        trial = try_template(context, text, page)
    except OcrError as error:  # the other pages are tried all the same
        st.error(plain(error.message))
        return
    if trial.reading is None:
        st.error(plain(trial.message))
    else:
        _verdict(trial, trial.reading)
    if not trial.reading:
        st.caption(f"Nhãn tìm thấy ({len(trial.found)}): {plain(_listed(trial.found))}")
    if trial.missing:
        st.caption(f"Nhãn không thấy trên trang ({len(trial.missing)}): {plain(_listed(trial.missing))}")
    if trial.picture is None:
        return
    if trial.reading is None:
        st.image(shown_picture(trial.picture), width="stretch", alt="Trang đọc thử")
        return
    placed, values = st.columns([3, 2])
    placed.image(shown_picture(trial.picture), width="stretch", alt="Trang đọc thử")
    placed.caption("Xanh: dòng viết; đỏ: dòng suy ra vì không thấy nhãn; tím: nét chữ máy thấy.")
    widths = {"Cột": st.column_config.Column(width=150), "Tin cậy": st.column_config.Column(width=65)}
    values.dataframe(_values(trial.reading), hide_index=True, width="stretch", height=600, column_config=widths)


def _verdict(trial: Trial, reading: PageReading) -> None:
    """Whether the page would be taken for the form when the whole book is read."""
    labels = len(trial.found) + len(trial.missing)
    share = f"Khớp {len(trial.found)}/{labels} nhãn in, {len(reading.entries)} trường hợp."
    sure = f"chắc khoảng {percent(trial.sure, 0)}"
    if trial.taken_as is None:
        st.warning(
            f"{share} Nhưng khi đọc cả sổ, máy không tự nhận trang này là mẫu nào: mẫu có quá ít nhãn in trên trang. "
            "Hãy thêm ô cho các chữ in khác, hoặc chọn mẫu cho từng trang ở màn hình «Gỡ rối trang»."
        )
    elif trial.taken_as != reading.layout:
        st.warning(
            f"{share} Nhưng khi đọc cả sổ, máy nhận trang này là mẫu «{form_name(trial.taken_as)}» ({sure}). "
            "Hãy thêm vào mẫu các chữ in chỉ sổ này có, hoặc chọn mẫu cho từng trang ở màn hình «Gỡ rối trang»."
        )
    elif trial.sure < _SURE and trial.rival:
        st.warning(
            f"{share} Trang cũng gần giống mẫu «{form_name(trial.rival)}» ({sure} là mẫu đang thử): khi đọc cả sổ, "
            "trang sẽ được đánh dấu để người kiểm tra."
        )
    else:
        st.success(f"{share} Khi đọc cả sổ, trang này được nhận là mẫu đang thử ({sure}).")


def _listed(labels: tuple[str, ...]) -> str:
    named = ", ".join(f"«{label}»" for label in labels[:_NAMED]) or "không có"
    return f"{named} và {len(labels) - _NAMED} nhãn khác" if len(labels) > _NAMED else named


def _values(reading: PageReading) -> pd.DataFrame:
    known = {column.name: column.label for column in columns(reading.register_type)}
    rows = pd.DataFrame(
        {
            "Trường hợp": entry.region + 1,
            "Cột": known[name],
            "Đọc được": field.text,
            "Tin cậy": percent(field.confidence, 0),
        }
        for entry in reading.entries
        for name, field in entry.fields.items()
    )
    return rows if len(reading.entries) > 1 else rows.drop(columns="Trường hợp", errors="ignore")
