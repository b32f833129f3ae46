"""The plan of places and dates on the screen: which team sits in which commune when."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from corrections.campaign.offices import OfficeTree
from corrections.entries import Role
from exports.documents import DOCX
from exports.spreadsheets import XLSX
from vietnamese.shown_time import day_text
from workbench.screens.document_templates import template_files
from workbench.screens.plan_targets import chosen_to_drop
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.plan_exports import places_workbook
from workbench.services.plan_places import Stay, StayLine, add_stay, drop_stay, list_stays, print_stays
from workbench.services.teams import list_teams
from workbench.wording import number

__all__ = ["places_part"]

_NOWHERE = 0
"""In place of a unit's id: a place that is no unit of the list."""
_AHEAD = timedelta(days=60)
_WORK_WEEK = timedelta(days=4)


def places_part(context: Context, tree: OfficeTree, office_id: int | None, day: date) -> None:
    """The list, its print and Excel, and a new stay."""
    one, two, _ = st.columns([1, 1, 2])
    first = one.date_input("Từ ngày", day.replace(day=1), format="DD/MM/YYYY", key="places_first")
    last = two.date_input("Đến ngày", day + _AHEAD, format="DD/MM/YYYY", key="places_last")
    lines = list_stays(context, first=first, last=last, office_id=office_id)
    if lines:
        st.dataframe(pd.DataFrame([_cells(line) for line in lines]), hide_index=True, width="stretch")
        left, right = st.columns(2)
        left.download_button(
            "Tải lịch địa điểm (Excel)",
            lambda: places_workbook(context, first=first, last=last, office_id=office_id),
            f"lich-dia-diem-{first:%Y-%m-%d}.xlsx",
            XLSX,
        )
        if context.may(Role.SUPERVISOR):
            right.download_button(
                "In lịch địa điểm (Word)",
                lambda: print_stays(context, first=first, last=last, office_id=office_id)[1],
                f"lich-dia-diem-{first:%Y-%m-%d}.docx",
                DOCX,
            )
    else:
        st.info("Chưa có lịch địa điểm trong thời gian này.")
    if context.may(Role.SUPERVISOR):
        _new(context, tree, office_id, day)
        _drop(context, lines)
        with st.expander("Mẫu in của đơn vị"):
            template_files(context, ("places",))


def _cells(line: StayLine) -> dict[str, str]:
    return {
        "Tổ": line.team,
        "Tổ trưởng": line.leader,
        "Nơi làm việc": line.place,
        "Từ ngày": f"{day_text(line.stay.starts_on)}",
        "Đến ngày": f"{day_text(line.stay.ends_on)}",
        "Số ngày": number(line.days),
        "Ghi chú": line.stay.note,
    }


def _new(context: Context, tree: OfficeTree, office_id: int | None, day: date) -> None:
    teams = {team.id: team.name for team in list_teams(context, office_id=office_id)}
    if not teams:
        st.info("Lập tổ ở phần «Tổ» trước khi xếp lịch địa điểm.")
        return
    names = {_NOWHERE: "(không phải đơn vị trong danh sách)"}
    names |= {office.id: tree.path(office.id) for office in tree.in_order() if not office.abolished_on}
    with st.expander("Xếp tổ đến nơi làm việc"), st.form("plan_place"):
        one, two = st.columns(2)
        team_id = one.selectbox("Tổ", list(teams), format_func=teams.__getitem__)
        unit = two.selectbox("Đơn vị đến", list(names), format_func=names.__getitem__)
        place = one.text_input("Địa điểm", help="Ví dụ: hội trường UBND xã")
        note = two.text_input("Ghi chú")
        start = one.date_input("Từ ngày", day, format="DD/MM/YYYY")
        end = two.date_input("Đến ngày", day + _WORK_WEEK, format="DD/MM/YYYY")
        sent = st.form_submit_button("Lưu lịch", type="primary")
    if sent:
        stay = Stay(
            office_id=office_id,
            team_id=team_id,
            place_office_id=unit or None,
            place=place,
            starts_on=start,
            ends_on=end,
            note=note,
        )
        add_stay(context, stay)
        tell("Đã xếp lịch địa điểm.")


def _drop(context: Context, lines: tuple[StayLine, ...]) -> None:
    own = {one.stay.id: f"{one.team} · {one.place} · {day_text(one.stay.starts_on)}" for one in lines if one.own}
    chosen = chosen_to_drop(own, title="Bỏ lịch", label="Dòng lịch", placeholder="Chọn dòng", button="Bỏ dòng đã chọn")
    if chosen is not None:
        drop_stay(context, chosen)
        tell("Đã bỏ dòng lịch.")
