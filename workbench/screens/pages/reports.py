"""The plans' tables: progress of the day or week, work by team and shift, quotas and forecast, merged reports."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import pandas as pd
import streamlit as st

from exports.report_workbooks import (
    read_plan_rows,
    read_progress_rows,
    write_plan_report,
    write_progress_report,
    write_work_report,
)
from exports.reports import (
    Forecast,
    ProgressRow,
    QuotaPlan,
    Span,
    Total,
    WorkRow,
    day_span,
    forecast,
    merge_progress,
    roll_up,
    sum_work,
    week_span,
)
from layouts.register_types import RegisterType
from workbench.screens.frame import run_page
from workbench.services.context import Context
from workbench.services.inventory import export_inventory, import_inventory
from workbench.services.reporting import LOCAL, UnitCount, days_worked, unit_counts, worker_counts
from workbench.services.settings import get_office_setting
from workbench.wording import number

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SPANS = {"day": "Ngày", "week": "Tuần", "free": "Khoảng khác"}
_PACE_DAYS = 14
_Read = TypeVar("_Read")


def show(context: Context) -> None:
    """The screen."""
    st.header("Báo cáo")
    progress, plan, merged, inventory = st.tabs(
        ["Tiến độ (Phụ lục 01)", "Khối lượng, dự báo (Phụ lục 02-04)", "Gộp báo cáo nhiều đơn vị", "Danh mục sổ"]
    )
    with progress:
        _progress(context)
    with plan:
        _plan(context)
    with merged:
        _merge()
    with inventory:
        _inventory(context)


def _progress(context: Context) -> None:
    span = _span(context)
    start, end = span.start.replace(tzinfo=LOCAL), span.end.replace(tzinfo=LOCAL)
    unit = str(get_office_setting(context, "unit_name", "")) or "Đơn vị"
    rows = tuple(_progress_row(count) for count in unit_counts(context, start, end))
    if not rows:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    st.caption(span.label)
    _progress_table(rows, unit)
    work = sum_work(
        WorkRow(team=w.team or "(chưa phân tổ)", shift=w.shift or "(chưa phân ca)", entries=w.entries)
        for w in worker_counts(context, start, end)
    )
    left, right = st.columns(2)
    left.download_button(
        "Tải Phụ lục 01 (Excel)", write_progress_report(unit, span, rows), "phu-luc-01.xlsx", _XLSX, type="primary"
    )
    right.download_button("Tải kết quả theo tổ, ca (Excel)", write_work_report(unit, span, work), "theo-ca.xlsx", _XLSX)
    if work:
        st.subheader("Theo tổ và ca")
        table = [{"Tổ": w.team, "Ca": w.shift, "Trường hợp": w.entries} for w in work]
        st.dataframe(pd.DataFrame(table), hide_index=True)


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
    label = f"Từ {day:%d.%m.%Y} đến hết {end:%d.%m.%Y}"
    return Span(start=datetime.combine(day, time()), end=datetime.combine(end + timedelta(days=1), time()), label=label)


def _time(context: Context, key: str, default: str) -> time:
    return datetime.strptime(str(get_office_setting(context, key, default)), "%H:%M").time()


def _progress_row(count: UnitCount) -> ProgressRow:
    # Books nobody has counted make the total unknown, never small.
    return ProgressRow(
        unit=count.office,
        register_type=RegisterType(count.register_type),
        total=Total(known=count.expected or 0, unknown=count.uncounted_books),
        today=count.in_span,
        done=count.so_far,
    )


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


def _plan(context: Context) -> None:
    st.caption("Phụ lục của kế hoạch: cột Đơn vị, Số sổ, Số trường hợp, Số máy. Tổng in trong tệp được cộng lại để so.")
    file = st.file_uploader("Tệp phụ lục (Excel)", type=["xlsx"], key="plan_file")
    left, right = st.columns(2)
    quota = int(left.number_input("Định mức mỗi máy một ngày", 1, value=int(get_office_setting(context, "quota", 200))))
    deadline = right.date_input("Hạn hoàn thành", value=None, format="DD/MM/YYYY")
    if file is None:
        _own_forecast(context, quota, deadline)
        return
    rows, mismatches = _read(file.getvalue(), read_plan_rows)
    for mismatch in mismatches:
        st.warning(mismatch.message)
    plan = QuotaPlan(rows=rows, quota=quota)
    table = [
        {
            "Đơn vị": r.unit,
            "Số sổ": number(r.books),
            "Số trường hợp": number(r.cases),
            "Số máy": number(r.machines),
            "Số ngày cần": number(plan.days(r)),
        }
        for r in rows
    ]
    table.append({"Đơn vị": "Tổng cộng", "Số sổ": plan.books.label, "Số trường hợp": plan.cases.label})
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")
    unit = str(get_office_setting(context, "unit_name", "")) or "Đơn vị"
    st.download_button("Tải Phụ lục 02-04 (Excel)", write_plan_report(unit, plan), "phu-luc-02-04.xlsx", _XLSX)


def _own_forecast(context: Context, quota: int, deadline: date | None) -> None:
    now = datetime.now(LOCAL)
    counts = unit_counts(context, now - timedelta(days=1), now)
    days = days_worked(context, now - timedelta(days=_PACE_DAYS), now)
    pace = sum(d.entries for d in days) / len(days) if days else 0.0
    st.subheader("Dự báo của đơn vị này")
    rows: list[Forecast] = []
    for row in roll_up([_progress_row(c) for c in counts], "Tất cả"):
        share = pace * row.done / max(1, sum(c.so_far for c in counts))
        rows.append(
            forecast(
                row.register_type.label,
                row.remaining,
                per_day=share,
                today=now.date(),
                quota=quota,
                deadline=deadline,
            )
        )
    st.write(f"Tốc độ trung bình {_PACE_DAYS} ngày qua: {number(pace, 1)} trường hợp một ngày làm việc.")
    table = [
        {
            "Loại sổ": f.unit,
            "Còn lại": f.remaining.label,
            "Mỗi ngày": number(f.per_day, 1),
            "Xong vào": f.finish.strftime("%d.%m.%Y") if f.finish else "chưa rõ",
            "Máy cần để kịp hạn": number(f.machines_for_deadline),
        }
        for f in rows
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")


def _merge() -> None:
    st.caption("Chọn các tệp Phụ lục 01 của nhiều đơn vị để gộp thành bảng của huyện hoặc tỉnh.")
    files = st.file_uploader("Các tệp Phụ lục 01", type=["xlsx"], accept_multiple_files=True, key="merge_files")
    unit = st.text_input("Tên đơn vị gộp", "Toàn tỉnh")
    if not files:
        return
    parts = [(file.name, _read(file.getvalue(), read_progress_rows)) for file in files]
    rows, problems = merge_progress(parts)
    for problem in problems:
        st.warning(problem)
    _progress_table(rows, unit)
    now = datetime.now(LOCAL).replace(tzinfo=None)
    span = Span(start=now, end=now, label=f"Gộp từ {len(files)} tệp, {now:%d.%m.%Y}")
    st.download_button("Tải bảng gộp (Excel)", write_progress_report(unit, span, rows), "phu-luc-01-gop.xlsx", _XLSX)


def _inventory(context: Context) -> None:
    st.download_button("Tải danh mục sổ (Excel)", export_inventory(context), "danh-muc-so.xlsx", _XLSX)
    file = st.file_uploader("Nhập danh mục sổ từ Excel", type=["xlsx"], key="inventory_file")
    if file is not None and st.button("Nhập danh mục"):
        result = _read(file.getvalue(), lambda path: import_inventory(context, path))
        st.success(f"Đã thêm {result.added} sổ, cập nhật {result.updated} sổ.")


def _read(content: bytes, reader: Callable[[Path], _Read]) -> _Read:
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
        path = Path(folder) / "tep.xlsx"
        path.write_bytes(content)
        return reader(path)


if __name__ == "__main__":
    run_page(show)
