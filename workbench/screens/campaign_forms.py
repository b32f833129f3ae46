"""Parts of the campaign's screen with the plans' forms: Phụ lục 01, week and month, years, Phụ lục 02-04."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from corrections.campaign.calendars import CALENDARS, plan_days
from corrections.campaign.figures import Figures, Period, UnitFigures, form_data, form_types
from corrections.campaign.totals import UNKNOWN, Total
from corrections.entries import Role
from exports.campaign_forms import VolumeRow, work_of, write_volume_annex, write_years
from exports.spreadsheets import XLSX
from layouts.register_types import RegisterType
from workbench.screens.plain import plain
from workbench.services.campaign import CampaignReport, campaign_report, report_text, save_report_text, volume_rows
from workbench.services.campaign_files import report_file, report_name
from workbench.services.context import Context
from workbench.wording import number

__all__ = ["forms_part", "progress_table", "rows_table", "volumes_part", "years_part"]


def forms_part(context: Context, office_id: int | None, period: Period, day: date) -> None:
    """Phụ lục 01 of a day; for a week or month the report with its words."""
    report = campaign_report(context, office_id=office_id, period=period, day=day)
    st.caption(f"{plain(report.unit)} - {report.label}")
    for note in report.notes:
        st.warning(plain(note))
    if not report.rows:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    progress_table(report)
    if period is not Period.DAY:
        _texts(context, report)
    st.download_button("Tải biểu (Excel)", report_file(report), report_name(report), XLSX, type="primary")


def progress_table(report: CampaignReport) -> None:
    """A row a unit of a report."""
    rows_table(report.rows, report.unit, within=report.within)


def rows_table(rows: Sequence[UnitFigures], unit: str, *, within: str) -> None:
    """A row a unit: what fits a screen, or on demand every column of the print.

    Args:
        rows: of a form.
        unit: all of them together.
        within: what the second column counts in: `ngày`, `kỳ`.
    """
    lines = [*((row,) for row in rows), tuple(rows)]
    names = pd.Index([*(row.unit for row in rows), form_data()["annex01"]["sum"]], name="Đơn vị")
    if st.toggle("Mọi cột như bản in"):
        _printed_table(lines, names, within)
        return
    st.dataframe(pd.DataFrame([_short_cells(line, within) for line in lines], index=names), width="stretch")
    st.caption("Từng loại sổ: đã nhập / tổng số.")


def _measures(rows: Sequence[UnitFigures], types: Sequence[RegisterType]) -> tuple[str, str, str, str]:
    """Total, entered in the period, so far and remaining, added up over lines: what is known, and what is not."""
    parts = [row.of_types(types) for row in rows]
    total = sum((part.total for part in parts), Total())
    left = sum((part.remaining for part in parts), Total())
    today, done = sum(part.today for part in parts), sum(part.done for part in parts)
    return total.label, number(today), number(done), left.label


def _heads(within: str) -> list[str]:
    words = form_data()["annex01"]["measures"]
    return [words[m].format(period=within) for m in ("total", "today", "done", "remaining")]


def _short_cells(rows: Sequence[UnitFigures], within: str) -> dict[str, str]:
    cells = dict(zip(_heads(within), _measures(rows, form_types()), strict=True))
    for kind in form_types():
        total, _, done, _ = _measures(rows, (kind,))
        cells[kind.label] = f"{done} / {total}"
    return cells


def _printed_table(lines: Sequence[Sequence[UnitFigures]], names: pd.Index[str], within: str) -> None:
    """The columns of the print under two rows of heads; the names stay in sight while the table is moved."""
    groups = [*((kind.label, (kind,)) for kind in form_types()), ("Tổng cộng", form_types())]
    columns = pd.MultiIndex.from_tuples([(label, head) for label, _ in groups for head in _heads(within)])
    cells = [[cell for _, types in groups for cell in _measures(line, types)] for line in lines]
    st.dataframe(pd.DataFrame(cells, columns=columns, index=names), width="stretch")


def _texts(context: Context, report: CampaignReport) -> None:
    words = form_data()["period_report"]
    for text in report.texts:
        for head, said in ((words["difficulties"], text.difficulties), (words["proposals"], text.proposals)):
            if said:
                st.markdown(f"**{head}** - {plain(text.unit) or 'đơn vị'}: {plain(said)}")
    if not context.may(Role.SUPERVISOR):
        return
    before = report_text(context, office_id=report.office_id, period=report.period, day=report.day)
    with st.form(f"texts_{report.office_id}_{report.period}_{report.day}"):
        difficulties = st.text_area(words["difficulties"], before[0])
        proposals = st.text_area(words["proposals"], before[1])
        sent = st.form_submit_button("Lưu phần lời")
    if sent:
        save_report_text(
            context,
            office_id=report.office_id,
            period=report.period,
            day=report.day,
            difficulties=difficulties,
            proposals=proposals,
        )
        st.rerun()


def years_part(context: Context, office_id: int | None, day: date) -> None:
    """Figures by year of registration."""
    report = campaign_report(context, office_id=office_id, day=day)
    whole = report.whole
    if not whole.years:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    table = [
        _year_cells(str(year) if year else "Không rõ năm", whole.of_year(year, form_types())) for year in whole.years
    ]
    table.append(_year_cells("TỔNG", whole.of_types(form_types())))
    st.dataframe(pd.DataFrame(table), hide_index=True)
    st.caption("Năm là năm của quyển sổ.")
    data = write_years(report.unit, report.label, whole)
    st.download_button("Tải bảng theo năm (Excel)", data, f"theo-nam-{report.day:%Y-%m-%d}.xlsx", XLSX)


def _year_cells(year: str, figures: Figures) -> dict[str, str]:
    return {
        "Năm": year,
        "Số quyển": number(figures.books),
        "Tổng số": figures.total.label,
        "Đã nhập": number(figures.done),
        "Còn lại": figures.remaining.label,
    }


def _books_of(row: VolumeRow, types: Sequence[RegisterType]) -> str:
    """Books of a unit; nobody has counted where there are cases and no books, or nothing at all is told."""
    figures = row.figures.of_types(types)
    unknown = not figures.books and bool(figures.total.known or figures.total.unknown)
    return UNKNOWN if unknown else number(figures.books)


def volumes_part(context: Context, office_id: int | None) -> None:
    """Phụ lục 02-04: books, cases, machines and days."""
    volumes = form_data()["volumes"]
    left, right = st.columns(2)
    chosen = str(
        left.selectbox("Phụ lục", list(volumes), format_func=lambda n: f"{n}: {volumes[n]['subtitle'].lower()}")
    )
    names = [calendar.name for calendar in CALENDARS]
    calendar = CALENDARS[names.index(str(right.selectbox("Lịch làm việc", names)))]
    rows = volume_rows(context, chosen, office_id=office_id)
    if not rows:
        st.info("Chưa có sổ nào của cấp này.")
        return
    types = form_types()
    totals = [row.figures.of_types(types).total for row in rows]
    plan = plan_days([work_of(row, types) for row in rows], calendar)
    table = [
        {
            "Đơn vị": row.figures.unit,
            "Số quyển": _books_of(row, types),
            "Số trường hợp": total.label,
            "Số máy": number(row.machines),
            "Định mức": number(row.quota),
            "Số ngày": number(days),
        }
        for row, total, (_, days) in zip(rows, totals, plan.by_unit, strict=True)
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True)
    if plan.days is not None:
        least = "ít nhất " if plan.unknown else ""
        st.markdown(f"**Toàn bộ cần {least}{number(plan.days)} ngày**, theo đơn vị chậm nhất: {plain(plan.slowest)}.")
    if plan.unknown:
        st.warning(f"Chưa tính được số ngày của: {plain(', '.join(plan.unknown))}.")
    if plan.pooled is not None:
        st.caption(f"Nếu gộp mọi máy làm chung (con số gộp, không phải thực tế): {number(plan.pooled)} ngày.")
    data = write_volume_annex(chosen, plain(table[0]["Đơn vị"]) if len(rows) == 1 else "", rows, calendar=calendar)
    st.download_button("Tải phụ lục (Excel)", data, f"phu-luc-{chosen}.xlsx", XLSX)
