"""The plans' tables: progress of the day or week, work by team and shift, quotas and forecast, merged reports."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from corrections.entries import Role
from exports.report_workbooks import read_progress_rows, write_progress_report, write_work_report
from exports.reports import ProgressRow, Span, day_span, merge_progress, roll_up, week_span
from exports.spreadsheets import XLSX
from vietnamese.shown_time import LOCAL, dotted_day
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.plan_tables import plan_tab
from workbench.screens.uploads import chosen_sheet, offering_sheets, read_upload
from workbench.services.context import Context
from workbench.services.inventory import export_inventory, import_inventory
from workbench.services.reporting import progress_rows, work_rows
from workbench.services.settings import get_office_setting
from workbench.wording import number

_PARTS = {
    "progress": "Tiến độ (theo loại sổ)",
    "plan": "Khối lượng, dự báo",
    "merged": "Gộp báo cáo nhiều đơn vị",
    "inventory": "Danh mục sổ",
}
"""Only the part chosen is computed: at a province's size each takes a second."""
_SPANS = {"day": "Ngày", "week": "Tuần", "free": "Khoảng khác"}


def show(context: Context) -> None:
    """The screen."""
    st.header("Báo cáo")
    part = st.segmented_control(
        "Phần", list(_PARTS), default="progress", format_func=_PARTS.__getitem__, label_visibility="collapsed"
    )
    if part == "plan":
        plan_tab(context, _unit(context))
    elif part == "merged":
        _merge()
    elif part == "inventory":
        _inventory(context)
    else:
        _progress(context)


def _progress(context: Context) -> None:
    span = _span(context)
    unit = _unit(context)
    rows = progress_rows(context, span)
    if not rows:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    st.caption(span.label)
    _progress_table(rows, unit)
    work = work_rows(context, span)
    left, right = st.columns(2)
    left.download_button(
        "Tải Phụ lục 01 (Excel)", write_progress_report(unit, span, rows), "phu-luc-01.xlsx", XLSX, type="primary"
    )
    right.download_button("Tải kết quả theo tổ, ca (Excel)", write_work_report(unit, span, work), "theo-ca.xlsx", XLSX)
    if work:
        st.subheader("Theo tổ và ca")
        table = [{"Tổ": w.team, "Ca": w.shift, "Trường hợp": w.entries} for w in work]
        st.dataframe(pd.DataFrame(table), hide_index=True)


def _unit(context: Context) -> str:
    return str(get_office_setting(context, "unit_name", "")) or "Đơn vị"


def _span(context: Context) -> Span:
    kind_box, day_box, last_box = st.columns(3)
    kind = kind_box.segmented_control("Khoảng", list(_SPANS), default="day", format_func=_SPANS.__getitem__) or "day"
    day = day_box.date_input("Ngày", datetime.now(LOCAL).date(), format="DD/MM/YYYY")
    if kind == "day":
        return day_span(day, _time(context, "day_cutoff", "15:00"))
    if kind == "week":
        return week_span(day, cutoff=_time(context, "week_cutoff", "16:00"))
    last = last_box.date_input("Đến hết ngày", day, format="DD/MM/YYYY")
    end = max(day, last)
    label = f"Từ {dotted_day(day)} đến hết {dotted_day(end)}"
    return Span(start=datetime.combine(day, time()), end=datetime.combine(end + timedelta(days=1), time()), label=label)


def _time(context: Context, key: str, default: str) -> time:
    return datetime.strptime(str(get_office_setting(context, key, default)), "%H:%M").time()


def _progress_table(rows: tuple[ProgressRow, ...], unit: str) -> None:
    table = [_progress_cells(row) for row in rows]
    table += [{**_progress_cells(row), "Đơn vị": f"Cộng: {unit}"} for row in roll_up(rows, unit)]
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")


def _progress_cells(row: ProgressRow) -> dict[str, str]:
    return {
        "Đơn vị": row.unit,
        "Loại sổ": row.register_type.label,
        "Tổng số": row.total.label,
        "Nhập trong kỳ": number(row.today),
        "Lũy kế": number(row.done),
        "Còn lại": row.remaining.label,
    }


def _merge() -> None:
    st.caption("Chọn các tệp Phụ lục 01 của nhiều đơn vị để gộp thành bảng của huyện hoặc tỉnh.")
    files = st.file_uploader("Các tệp Phụ lục 01", type=["xlsx"], accept_multiple_files=True, key="merge_files")
    unit = st.text_input("Tên đơn vị gộp", "Toàn tỉnh")
    if not files:
        return
    parts = [(file.name, _progress_of(file)) for file in files]
    rows, problems = merge_progress(parts)
    for problem in problems:
        st.warning(plain(problem))
    _progress_table(rows, unit)
    now = datetime.now(LOCAL).replace(tzinfo=None)
    span = Span(start=now, end=now, label=f"Gộp từ {len(files)} tệp, {dotted_day(now)}")
    st.download_button("Tải bảng gộp (Excel)", write_progress_report(unit, span, rows), "phu-luc-01-gop.xlsx", XLSX)


def _progress_of(file: UploadedFile) -> tuple[ProgressRow, ...]:
    sheet = chosen_sheet(file)
    with offering_sheets(file):
        return read_upload(file, lambda path: read_progress_rows(path, sheet))


def _inventory(context: Context) -> None:
    # Written when it is asked for: 27,000 books take seconds.
    st.download_button("Tải danh mục sổ (Excel)", lambda: export_inventory(context), "danh-muc-so.xlsx", XLSX)
    if not context.may(Role.SUPERVISOR):
        return
    file = st.file_uploader("Nhập danh mục sổ từ Excel", type=["xlsx"], key="inventory_file")
    sheet = chosen_sheet(file) if file is not None else ""
    if file is not None and st.button("Nhập danh mục"):
        with offering_sheets(file):
            result = read_upload(file, lambda path: import_inventory(context, path, sheet))
        st.success(f"Đã thêm {result.added} sổ, cập nhật {result.updated} sổ.")


if __name__ == "__main__":
    run_page(show)
