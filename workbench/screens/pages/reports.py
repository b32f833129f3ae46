"""The plans' tables: progress of the day or week, work by team and shift, quotas and forecast, merged reports."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from corrections.campaign.figures import Period
from corrections.campaign.merged_forms import merged_rows
from corrections.entries import Role
from exports.annex_files import read_annex_file
from exports.campaign_forms import write_annex01
from exports.report_workbooks import write_work_report
from exports.spreadsheets import XLSX
from vietnamese.shown_time import LOCAL, day_text
from workbench.screens.campaign_forms import progress_table, rows_table
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.plan_tables import plan_tab
from workbench.screens.uploads import chosen_sheet, offering_sheets, read_upload
from workbench.services.campaign import CampaignReport, campaign_report
from workbench.services.campaign_files import report_file, report_name
from workbench.services.context import Context
from workbench.services.inventory import export_inventory, import_inventory
from workbench.services.reporting import work_rows
from workbench.services.settings import get_office_setting

_PARTS = {
    "progress": "Tiến độ (theo loại sổ)",
    "plan": "Khối lượng, dự báo",
    "merged": "Gộp báo cáo nhiều đơn vị",
    "inventory": "Danh mục sổ",
}
"""Only the part chosen is computed: at a province's size each takes a second."""
_FREE = "free"
_SPANS = {**{period.value: period.label for period in Period}, _FREE: "Khoảng khác"}
_WITHIN = "kỳ"


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
    report = _report(context)
    st.caption(f"{plain(report.unit)} - {report.label}")
    for note in report.notes:
        st.warning(plain(note))
    if not report.rows:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    progress_table(report)
    work = work_rows(context, report.since, report.until)
    left, right = st.columns(2)
    left.download_button("Tải Phụ lục 01 (Excel)", report_file(report), report_name(report), XLSX, type="primary")
    by_shift = write_work_report(report.unit, report.label, work)
    right.download_button("Tải kết quả theo tổ, ca (Excel)", by_shift, "theo-ca.xlsx", XLSX)
    if work:
        st.subheader("Theo tổ và ca")
        table = [{"Tổ": w.team, "Ca": w.shift, "Trường hợp": w.entries} for w in work]
        st.dataframe(pd.DataFrame(table), hide_index=True)


def _unit(context: Context) -> str:
    return str(get_office_setting(context, "unit_name", "")) or "Đơn vị"


def _report(context: Context) -> CampaignReport:
    """The figures of the stretch that is chosen, from the source of «Chiến dịch»."""
    kind_box, day_box, last_box = st.columns(3)
    kind = kind_box.segmented_control("Khoảng", list(_SPANS), default="day", format_func=_SPANS.__getitem__) or "day"
    day = day_box.date_input("Ngày", datetime.now(LOCAL).date(), format="DD/MM/YYYY")
    if kind != _FREE:
        return campaign_report(context, period=Period(kind), day=day)
    last = last_box.date_input("Đến hết ngày", day, format="DD/MM/YYYY")
    return campaign_report(context, first=min(day, last), day=max(day, last))


def _merge() -> None:
    st.caption("Chọn các tệp Phụ lục 01 của nhiều đơn vị để gộp thành bảng của huyện hoặc tỉnh.")
    files = st.file_uploader("Các tệp Phụ lục 01", type=["xlsx"], accept_multiple_files=True, key="merge_files")
    unit = st.text_input("Tên đơn vị gộp", "Toàn tỉnh")
    if not files:
        return
    rows, problems = merged_rows([(file.name, annex) for file in files for annex in read_upload(file, read_annex_file)])
    for problem in problems:
        st.warning(plain(problem))
    if not rows:
        return
    label = f"Gộp từ {len(files)} tệp, {day_text(datetime.now(LOCAL).date())}"
    rows_table(rows, unit, within=_WITHIN)
    data = write_annex01(unit, label, rows, within=_WITHIN)
    st.download_button("Tải bảng gộp (Excel)", data, "phu-luc-01-gop.xlsx", XLSX)


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
