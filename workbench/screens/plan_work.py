"""Work on the screen: by the clock's shifts with pay, books given out, and what a clerk has of all that."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from corrections.campaign.shifts import shift_label, weekday_name
from corrections.entries import Role
from exports.plan_workbooks import NO_SHIFT, without_shift_words
from exports.spreadsheets import XLSX
from vietnamese.shown_time import day_and_month
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.book_assignments import (
    AssignedBook,
    assign_books_to,
    assigned_books,
    my_books,
    take_books_back,
)
from workbench.services.books import books_to_choose
from workbench.services.context import Context
from workbench.services.naming import book_title
from workbench.services.plan_exports import pay_workbook
from workbench.services.plan_settings import plan_settings
from workbench.services.rosters import my_turns
from workbench.services.shift_work import PersonRow, ShiftWork, my_work, shift_work
from workbench.services.teams import colleagues, list_teams
from workbench.wording import number

__all__ = ["books_part", "own_part", "work_part"]

_TEAM, _PERSON, _SHIFT = "team", "person", "shift"
_TO = {_TEAM: "Tổ", _PERSON: "Người", _SHIFT: "Ca"}
_LOOKED_BACK = timedelta(days=13)


def work_part(context: Context, office_id: int | None, day: date) -> None:
    """What everybody finished in which shift, who is above the target, and the list for pay."""
    one, two, _ = st.columns([1, 1, 2])
    first = one.date_input("Từ ngày", day.replace(day=1), format="DD/MM/YYYY", key="work_first")
    last = two.date_input("Đến ngày", day, format="DD/MM/YYYY", key="work_last")
    work = shift_work(context, first=first, last=last, office_id=office_id)
    if not work.people:
        st.info("Chưa ai xác nhận trường hợp nào hoặc có lịch ca trong thời gian này.")
        return
    cells = pd.DataFrame([_person_cells(row, work) for row in work.people])
    st.dataframe(cells, hide_index=True, width="stretch", column_config={"Tổ": st.column_config.Column(width=118)})
    total = sum(row.work.entries for row in work.people)
    money = sum(row.work.pay(work.rule) for row in work.people)
    cost = f" · Thành tiền: {number(money)} đồng" if work.rule.priced else " · Chưa có đơn giá (phần «Cách tính»)"
    st.markdown(f"**Tổng: {number(total)} trường hợp** · Vượt định mức: {number(len(work.above))} người{cost}")
    if left_out := sum(not row.work.shifts for row in work.people):
        st.caption(without_shift_words(left_out))
    st.caption("Ca tính theo đồng hồ lúc xác nhận. Trường hợp bị trả lại hoặc mở lại không tính.")
    st.download_button(
        "Tải bảng theo người, vượt định mức, theo ngày (Excel)",
        lambda: pay_workbook(context, first=first, last=last, office_id=office_id),
        f"ket-qua-theo-nguoi-{first:%Y-%m-%d}-{last:%Y-%m-%d}.xlsx",
        XLSX,
        type="primary",
    )


def _person_cells(row: PersonRow, work: ShiftWork) -> dict[str, str]:
    return {
        "Họ và tên": row.name,
        "Tổ": row.team,
        "Lực lượng": row.body,
        "Số ca": number(row.work.shifts),
        **{shift_label(key): number(row.work.by_shift.get(key, 0)) for key in (*work.shifts, "")},
        "Tổng số": number(row.work.entries),
        "Định mức": number(target) if (target := row.work.target(work.rule)) is not None else NO_SHIFT,
        "Vượt": number(above) if (above := row.work.above(work.rule)) else "",
        "Bị trả lại": number(row.work.sent_back) if row.work.sent_back else "",
        "Phút máy đo": number(row.minutes),
    }


# --- books ------------------------------------------------------------------------------------------------------------


def books_part(context: Context, office_id: int | None) -> None:
    """Books given to teams, people and shifts."""
    given = assigned_books(context)
    if given:
        st.dataframe(pd.DataFrame([_book_cells(line) for line in given]), hide_index=True, width="stretch")
    else:
        st.info("Chưa giao quyển nào. Khi chưa giao, mọi người lần lượt làm theo thứ tự ưu tiên của sổ.")
    if not context.may(Role.SUPERVISOR):
        return
    st.caption("Sổ đã giao hiện trước với người nhận, và sau cùng với người khác; không ai bị chặn.")
    _give(context, office_id)
    if given:
        shown = {line.id: f"{book_title(line.progress.book)} → {line.to}" for line in given}
        picked = st.multiselect("Lấy lại", list(shown), format_func=shown.__getitem__, placeholder="Chọn dòng")
        if picked and st.button("Lấy lại các sổ đã chọn"):
            tell(f"Đã lấy lại {number(take_books_back(context, picked))} sổ.")


def _book_cells(line: AssignedBook) -> dict[str, str]:
    return {
        "Sổ": book_title(line.progress.book),
        "Giao cho": line.to,
        "Chờ đối chiếu": number(line.progress.to_review + line.progress.sent_back),
        "Đã xong": number(line.progress.done),
    }


def _give(context: Context, office_id: int | None) -> None:
    books = {book.id: book_title(book) for book in books_to_choose(context)}
    if not books:
        return
    kind = st.segmented_control("Giao cho", list(_TO), default=_TEAM, format_func=_TO.__getitem__) or _TEAM
    options: dict[int | str, str]
    if kind == _TEAM:
        options = {team.id: team.name for team in list_teams(context, office_id=office_id)}
    elif kind == _PERSON:
        options = {account.id: account.full_name or account.name for account in colleagues(context)}
    else:
        options = {shift.key: f"Ca {shift_label(shift.key)}" for shift in plan_settings(context).shifts}
    with st.form(f"give_{kind}"):
        picked = st.multiselect("Các quyển", list(books), format_func=books.__getitem__, placeholder="Chọn sổ")
        to = st.selectbox(_TO[kind], list(options), index=None, format_func=options.__getitem__, placeholder="Chọn")
        sent = st.form_submit_button("Giao sổ", type="primary")
    if sent:
        count = assign_books_to(
            context,
            picked,
            team_id=to if kind == _TEAM and isinstance(to, int) else None,
            account_id=to if kind == _PERSON and isinstance(to, int) else None,
            shift=to if isinstance(to, str) else "",
        )
        tell(f"Đã giao {number(count)} sổ cho {plain(options[to])}." if to is not None else "")


# --- one's own --------------------------------------------------------------------------------------------------------


def own_part(context: Context, day: date) -> None:
    """A clerk's own books, shifts and work."""
    books = my_books(context)
    if books:
        st.subheader("Sổ được giao")
        st.dataframe(pd.DataFrame([_book_cells(line) for line in books]), hide_index=True, width="stretch")
    else:
        st.info("Chưa có sổ nào giao riêng cho bạn, tổ hoặc ca của bạn.")
    left, right = st.columns([4, 3])
    with left:
        _own_turns(context, day)
    with right:
        _own_work(context, day)


def _own_turns(context: Context, day: date) -> None:
    st.subheader("Ca sắp tới")
    turns = [
        {
            "Ngày": f"{weekday_name(turn.day)} {day_and_month(turn.day)}",
            "Ca": shift_label(turn.shift),
            "Nơi làm việc": turn.place,
            "Tổ": turn.team,
        }
        for turn in my_turns(context, first=day)
    ]
    if turns:
        st.dataframe(pd.DataFrame(turns), hide_index=True, width="stretch")
    else:
        st.info("Chưa có lịch ca cho bạn trong hai tuần tới.")


def _own_work(context: Context, day: date) -> None:
    st.subheader("Kết quả của tôi")
    lines = [
        {
            "Ngày": f"{weekday_name(line.day)} {day_and_month(line.day)}",
            "Ca": shift_label(line.shift),
            "Trường hợp": number(line.entries),
            "Bị trả lại": number(line.sent_back) if line.sent_back else "",
            "Trong lịch": "có" if line.on_roster else "",
        }
        for line in my_work(context, first=day - _LOOKED_BACK, last=day)
    ]
    if lines:
        st.dataframe(pd.DataFrame(lines[::-1]), hide_index=True, width="stretch")
    else:
        st.info("Bạn chưa xác nhận trường hợp nào trong hai tuần qua.")
