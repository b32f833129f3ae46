"""The tab with a plan's annexes: books, cases and machines of units, days needed, forecasts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from corrections.campaign.forecasts import finish_words
from corrections.entries import Role
from exports.report_workbooks import read_plan_rows, write_plan_report
from exports.reports import PlanRow, QuotaPlan
from exports.spreadsheets import XLSX
from workbench.screens.plain import plain
from workbench.screens.uploads import chosen_sheet, offering_sheets, read_upload
from workbench.services.context import Context
from workbench.services.planning import UnitPlan, plan_of_annex, save_annex, save_machines, unit_plan
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
    counted = unit_plan(context, quota=quota, deadline=deadline) if source == _OFFICES else None
    rows = counted.rows if counted else kept
    if not rows:
        st.info("Chưa có sổ nào trong danh mục. Hãy nhập danh mục sổ hoặc phụ lục của kế hoạch.")
        return
    plan = QuotaPlan(rows=rows, quota=quota)
    _plan_table(context, plan, by_hand=counted is None or counted.machines_by_hand)
    forecasts = counted.forecasts if counted else ()
    if counted:
        _forecast_table(counted, deadline)
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


def _plan_table(context: Context, plan: QuotaPlan, *, by_hand: bool) -> None:
    """Units with their counts; a supervisor may set the machines in the table where no list of units has them."""
    days = plan.days
    cells = [_plan_cells(row, plan, needed) for row, (_, needed) in zip(plan.rows, days.by_unit, strict=True)]
    table = pd.DataFrame(cells)
    table["Số máy"] = table["Số máy"].astype("Int64")
    if context.may(Role.SUPERVISOR) and by_hand:
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
        st.dataframe(table, hide_index=True, width="stretch", placeholder="chưa rõ")
        if not by_hand:
            st.caption("Số máy và định mức riêng của từng đơn vị đặt ở màn hình «Đơn vị».")
    st.markdown(
        f"**Tổng cộng.** Số sổ: {plan.books.label} · Số trường hợp: {plan.cases.label} · Số máy: {plan.machines.label}"
    )
    if days.days is not None:
        unknown = ", ít nhất (có đơn vị chưa rõ)" if days.unknown else ""
        st.markdown(f"**Số ngày cần: {number(days.days)}**, theo đơn vị chậm nhất là {plain(days.slowest)}{unknown}.")
    if days.pooled is not None and len(plan.rows) > 1:
        st.caption(f"Nếu gộp mọi máy làm chung (con số gộp, không phải thực tế): {number(days.pooled)} ngày.")


def _plan_cells(row: PlanRow, plan: QuotaPlan, days: int | None) -> dict[str, object]:
    return {
        "Đơn vị": row.unit,
        "Số sổ": number(row.books),
        "Số trường hợp": row.all_cases.label,
        "Số máy": row.machines,
        "Định mức": number(row.quota or plan.quota),
        "Số ngày cần": number(days),
    }


def _machines(edited: pd.DataFrame) -> dict[str, int | None]:
    pairs = zip(edited["Đơn vị"], edited["Số máy"], strict=True)
    return {str(unit): None if pd.isna(machines) else int(machines) for unit, machines in pairs}


def _forecast_table(counted: UnitPlan, deadline: date | None) -> None:
    st.subheader("Dự báo theo tốc độ hiện nay")
    table = [
        {
            "Đơn vị": f.unit,
            "Còn lại": f.remaining.label,
            "Trường hợp mỗi ngày làm việc": number(f.per_day, 1),
            "Xong vào": finish_words(f) or "chưa rõ",
            "Máy cần để kịp hạn": number(f.machines_for_deadline) if deadline else "(chưa chọn hạn)",
        }
        for f in counted.forecasts
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")
    if counted.beyond:
        kinds = ", ".join(kind.label for kind in counted.beyond)
        st.caption(f"Dự báo tính cả loại sổ không có cột trong Phụ lục 02-04: {kinds}.")
