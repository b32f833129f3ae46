"""Parts of the campaign's screen with the plans' forms: Phụ lục 01, week and month, years, Phụ lục 02-04."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from corrections.campaign.calendars import CALENDARS, plan_days
from corrections.campaign.figures import Figures, Period, UnitFigures, form_data, form_types
from corrections.entries import Role
from exports.campaign_forms import (
    FormText,
    work_of,
    write_annex01,
    write_period_report,
    write_volume_annex,
    write_years,
)
from exports.spreadsheets import XLSX
from workbench.screens.plain import plain
from workbench.services.campaign import CampaignReport, campaign_report, report_text, save_report_text, volume_rows
from workbench.services.context import Context
from workbench.wording import number

__all__ = ["forms_part", "volumes_part", "years_part"]


def forms_part(context: Context, office_id: int | None, period: Period, day: date) -> None:
    """Phụ lục 01 of a day; for a week or month the report with its words."""
    report = campaign_report(context, office_id=office_id, period=period, day=day)
    st.caption(f"{plain(report.unit)} - {report.label}")
    for note in report.notes:
        st.warning(plain(note))
    if not report.rows:
        st.info("Chưa có sổ nào để báo cáo.")
        return
    _progress_table(report)
    if period is not Period.DAY:
        _texts(context, report)
    data = _report_file(report)
    name = f"{'phu-luc-01' if period is Period.DAY else f'bao-cao-{period}'}-{report.day:%Y-%m-%d}.xlsx"
    st.download_button("Tải biểu (Excel)", data, name, XLSX, type="primary")


def _report_file(report: CampaignReport) -> bytes:
    if report.period is Period.DAY:
        return write_annex01(report.unit, report.label, report.rows, period=report.period, notes=report.notes)
    texts = [FormText(unit=t.unit, difficulties=t.difficulties, proposals=t.proposals) for t in report.texts]
    return write_period_report(report.unit, report.label, report.period, report.rows, texts, notes=report.notes)


def _progress_table(report: CampaignReport) -> None:
    """A row a unit: what fits a screen, or on demand every column of the print."""
    if st.toggle("Mọi cột như bản in"):
        _printed_table(report)
        return
    rows = (*report.rows, report.whole)
    table = pd.DataFrame([_short_cells(row, report.period) for row in rows], index=_units(report))
    st.dataframe(table, width="stretch")
    st.caption("Từng loại sổ: đã nhập / tổng số.")


def _units(report: CampaignReport) -> pd.Index[str]:
    """Names of the rows; as the index they stay in sight while a wide table is moved."""
    return pd.Index([*(row.unit for row in report.rows), form_data()["annex01"]["sum"]], name="Đơn vị")


def _short_cells(row: UnitFigures, period: Period) -> dict[str, str]:
    words, whole = form_data()["annex01"]["measures"], row.of_types(form_types())
    cells = {
        words["total"]: whole.total.label,
        words["today"].format(period=period.label.lower()): number(whole.today),
        words["done"]: number(whole.done),
        words["remaining"]: whole.remaining.label,
    }
    for kind in form_types():
        figures = row.of_type(kind)
        cells[kind.label] = f"{number(figures.done)} / {figures.total.label}"
    return cells


def _printed_table(report: CampaignReport) -> None:
    """The columns of the print under two rows of heads."""
    words = form_data()["annex01"]["measures"]
    heads = [words[m].format(period=report.period.label.lower()) for m in ("total", "today", "done", "remaining")]
    groups = [*(kind.label for kind in form_types()), "Tổng cộng"]
    columns = pd.MultiIndex.from_tuples([(g, h) for g in groups for h in heads])
    rows = [_progress_cells(row) for row in (*report.rows, report.whole)]
    st.dataframe(pd.DataFrame(rows, columns=columns, index=_units(report)), width="stretch")


def _progress_cells(row: UnitFigures) -> list[str]:
    cells = []
    for figures in (*(row.of_type(kind) for kind in form_types()), row.of_types(form_types())):
        cells += [figures.total.label, number(figures.today), number(figures.done), figures.remaining.label]
    return cells


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
            "Số quyển": number(row.figures.of_types(types).books),
            "Số trường hợp": total.label,
            "Số máy": number(row.machines),
            "Định mức": number(row.quota),
            "Số ngày": number(days),
        }
        for row, total, (_, days) in zip(rows, totals, plan.by_unit, strict=True)
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True)
    if plan.days is not None:
        st.markdown(f"**Toàn bộ cần {number(plan.days)} ngày**, theo đơn vị chậm nhất: {plain(plan.slowest)}.")
    if plan.unknown:
        st.warning(f"Chưa tính được số ngày của: {plain(', '.join(plan.unknown))}.")
    if plan.pooled is not None:
        st.caption(f"Nếu gộp mọi máy làm chung (con số gộp, không phải thực tế): {number(plan.pooled)} ngày.")
    data = write_volume_annex(chosen, plain(table[0]["Đơn vị"]) if len(rows) == 1 else "", rows, calendar=calendar)
    st.download_button("Tải phụ lục (Excel)", data, f"phu-luc-{chosen}.xlsx", XLSX)
