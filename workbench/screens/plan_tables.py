"""The tab with a plan's annexes: books, cases and machines of units, days needed, forecasts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from corrections.campaign.forecasts import UnitForecast, finish_words
from corrections.entries import Role
from exports.report_workbooks import read_plan_rows, write_plan_report
from exports.reports import PlanRow, QuotaPlan
from exports.spreadsheets import XLSX
from workbench.screens.plain import plain
from workbench.screens.uploads import chosen_sheet, offering_sheets, read_upload
from workbench.services.context import Context
from workbench.services.planning import office_plan, plan_of_annex, save_annex, save_machines, unit_forecasts
from workbench.services.settings import get_office_setting
from workbench.wording import number

__all__ = ["plan_tab"]

_OFFICES, _ANNEX = "Danh mục sổ của đơn vị", "Phụ lục kế hoạch đã lưu"


def plan_tab(context: Context, unit: str) -> None:
    """Show the annexes 02 to 04 and the forecast.

    Args:
        context: whose.
        unit: name of the reporting unit.
    """
    _annex_upload(context)
    source_box, quota_box, deadline_box = st.columns([2, 1, 1])
    kept = plan_of_annex(context)
    source = _OFFICES
    if kept:
        source = source_box.radio("Khối lượng theo", [_OFFICES, _ANNEX], horizontal=True)
    quota = int(
        quota_box.number_input("Định mức mỗi máy một ngày", 1, value=int(get_office_setting(context, "quota", 200)))
    )
    deadline = deadline_box.date_input("Hạn hoàn thành", value=None, format="DD/MM/YYYY")
    rows = kept if source == _ANNEX else office_plan(context)
    if not rows:
        st.info("Chưa có sổ nào trong danh mục. Hãy nhập danh mục sổ hoặc phụ lục của kế hoạch.")
        return
    plan = QuotaPlan(rows=rows, quota=quota)
    _plan_table(context, plan)
    forecasts = unit_forecasts(context, quota=quota, deadline=deadline) if source == _OFFICES else ()
    if forecasts:
        _forecast_table(forecasts, deadline)
    st.download_button(
        "Tải Phụ lục 02-04 (Excel)", write_plan_report(unit, plan, forecasts), "phu-luc-02-04.xlsx", XLSX
    )


def _annex_upload(context: Context) -> None:
    if not context.may(Role.SUPERVISOR):
        return
    with st.expander("Nhập phụ lục của kế hoạch (Excel: Đơn vị, Số sổ, Số trường hợp, Số máy)"):
        file = st.file_uploader("Tệp phụ lục", type=["xlsx"], key="plan_file", label_visibility="collapsed")
        if file is None:
            return
        sheet = chosen_sheet(file)
        with offering_sheets(file):
            rows, mismatches = read_upload(file, lambda path: read_plan_rows(path, sheet))
        st.write(f"Đọc được {len(rows)} đơn vị. Dòng tổng in trong tệp được cộng lại để so.")
        for mismatch in mismatches:
            st.warning(plain(mismatch.message))
        if not mismatches:
            st.success("Dòng tổng khớp với các dòng đơn vị.")
        if st.button("Lưu làm khối lượng của kế hoạch"):
            save_annex(context, rows)
            st.rerun()


def _plan_table(context: Context, plan: QuotaPlan) -> None:
    """Units with their counts; a supervisor may set the machines in the table."""
    table = pd.DataFrame([_plan_cells(row, plan) for row in plan.rows])
    table["Số máy"] = table["Số máy"].astype("Int64")
    if context.may(Role.SUPERVISOR):
        locked = [str(head) for head in table if head != "Số máy"]
        settings: dict[str, Any] = {"Số máy": st.column_config.NumberColumn(min_value=1, step=1, help="Bấm để sửa")}
        edited = st.data_editor(
            table,
            hide_index=True,
            disabled=locked,
            column_config=settings,
            placeholder="chưa rõ",
            width="stretch",
            key="plan_machines",
        )
        changed = _machines(edited)
        if changed != {row.unit: row.machines for row in plan.rows} and st.button("Lưu số máy", type="primary"):
            save_machines(context, changed)
            st.rerun()
    else:
        st.dataframe(table, hide_index=True, width="stretch")
    st.markdown(
        f"**Tổng cộng.** Số sổ: {plan.books.label} · Số trường hợp: {plan.cases.label} · Số máy: {plan.machines.label}"
    )
    days = [(needed, row.unit) for row in plan.rows if (needed := plan.days(row)) is not None]
    if days:
        slowest = max(days)
        unknown = "" if len(days) == len(plan.rows) else ", ít nhất (có đơn vị chưa rõ)"
        st.markdown(f"**Số ngày cần: {number(slowest[0])}**, theo đơn vị chậm nhất là {plain(slowest[1])}{unknown}.")
    if plan.days_in_all is not None and len(plan.rows) > 1:
        st.caption(f"Nếu gộp mọi máy làm chung (con số gộp, không phải thực tế): {number(plan.days_in_all)} ngày.")


def _plan_cells(row: PlanRow, plan: QuotaPlan) -> dict[str, object]:
    return {
        "Đơn vị": row.unit,
        "Số sổ": number(row.books),
        "Số trường hợp": number(row.cases),
        "Số máy": row.machines,
        "Số ngày cần": number(plan.days(row)),
    }


def _machines(edited: pd.DataFrame) -> dict[str, int | None]:
    pairs = zip(edited["Đơn vị"], edited["Số máy"], strict=True)
    return {str(unit): None if pd.isna(machines) else int(machines) for unit, machines in pairs}


def _forecast_table(forecasts: tuple[UnitForecast, ...], deadline: date | None) -> None:
    st.subheader("Dự báo theo tốc độ hiện nay")
    table = [
        {
            "Đơn vị": f.unit,
            "Còn lại": f.remaining.label,
            "Trường hợp mỗi ngày làm việc": number(f.per_day, 1),
            "Xong vào": finish_words(f) or "chưa rõ",
            "Máy cần để kịp hạn": number(f.machines_for_deadline) if deadline else "(chưa chọn hạn)",
        }
        for f in forecasts
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")
