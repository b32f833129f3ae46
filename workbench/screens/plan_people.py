"""Teams and rosters on the screen: who is in which team, who comes in which shift, what a shift lacks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from corrections.campaign.shifts import BODY_LABELS, Body, shift_label, weekday_name
from corrections.entries import Role
from exports.spreadsheets import XLSX
from vietnamese.shown_time import day_and_month
from workbench.screens.as_opened import as_opened, forget_opened
from workbench.screens.long_texts import row_height
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.plan_exports import roster_workbook, rule_words
from workbench.services.plan_settings import plan_settings
from workbench.services.rosters import Roster, RosterLine, put_on_roster, roster_of, take_off_roster
from workbench.services.teams import (
    Member,
    Team,
    colleagues,
    list_teams,
    save_team,
    team_offices,
)
from workbench.wording import number

__all__ = ["roster_part", "teams_part"]

_NEW = 0
"""In place of a team's id: one to be made."""
_OPENED = "plan_team_opened"
"""Key of the session: the chosen team as its form shows it."""
_NAME, _ACCOUNT, _BODY, _LEADER, _NOTE = "Họ và tên", "Tài khoản", "Lực lượng", "Tổ trưởng", "Ghi chú"
_WEEK = 7
"""Days."""
_MEMBERS, _MEMBERS_WIDE = "Thành viên", 300
"""A column whose names wrap: its head, pixels."""


def teams_part(context: Context, office_id: int | None) -> None:
    """All teams, and one of them to change."""
    teams = list_teams(context, office_id=office_id, former=True)
    if teams:
        units = team_offices(context, teams)
        cells = [_team_cells(units[team.id], team) for team in teams]
        st.dataframe(
            pd.DataFrame(cells),
            hide_index=True,
            width="stretch",
            column_config={_MEMBERS: st.column_config.Column(width=_MEMBERS_WIDE)},
            row_height=row_height(cells, {_MEMBERS: _MEMBERS_WIDE}),
        )
    else:
        st.info("Chưa có tổ nào.")
    if context.may(Role.SUPERVISOR):
        _one_team(context, teams, office_id)


def _team_cells(unit: str, team: Team) -> dict[str, str]:
    bodies = [sum(member.body is body for member in team.present) for body in Body]
    return {
        "Tổ": team.name,
        "Đơn vị": unit,
        "Tổ trưởng": team.leader,
        "Số người": number(len(team.present)),
        **{BODY_LABELS[body]: number(count) for body, count in zip(Body, bodies, strict=True)},
        _MEMBERS: ", ".join(member.name for member in team.present),
        "Tình trạng": "đang làm" if team.active else "đã giải tán",
    }


def _one_team(context: Context, teams: tuple[Team, ...], office_id: int | None) -> None:
    by_id = {team.id: team for team in teams}
    names = {_NEW: "(tổ mới)", **{team.id: team.name for team in teams}}
    chosen = st.selectbox("Sửa tổ", list(names), format_func=names.__getitem__, key="plan_team")
    team = by_id.get(chosen) or Team(office_id=office_id, name="")
    if team.id:
        what = f"{plain(team.name)} vừa được người khác sửa."
        team = as_opened(_OPENED, team.id, team, what=what, reload="Tải lại tổ")
    people = {account.name: account for account in colleagues(context)}
    rows = [_member_cells(member, people) for member in team.present]
    columns: dict[str, Any] = {
        _ACCOUNT: st.column_config.SelectboxColumn(
            options=sorted(people), help="Để trống với người không nhập liệu; có tài khoản thì lấy họ tên từ đó."
        ),
        _BODY: st.column_config.SelectboxColumn(
            options=list(BODY_LABELS.values()), default=BODY_LABELS[Body.JUSTICE], required=True
        ),
        _LEADER: st.column_config.CheckboxColumn(default=False),
    }
    with st.form(f"team_{chosen}"):
        one, two, three = st.columns([2, 3, 1])
        name = one.text_input("Tên tổ", team.name)
        note = two.text_input("Ghi chú", team.note)
        active = three.toggle("Đang làm", team.active)
        table = pd.DataFrame(rows, columns=[_NAME, _ACCOUNT, _BODY, _LEADER, _NOTE])
        edited = st.data_editor(
            table.astype({_LEADER: bool, _NAME: object, _ACCOUNT: object, _BODY: object, _NOTE: object}),
            hide_index=True,
            num_rows="dynamic",
            width="stretch",
            column_config=columns,
            placeholder="",
            key=f"team_members_{chosen}",
        )
        st.caption("Bấm vào dòng trống cuối bảng để thêm người; đánh dấu ô đầu dòng rồi bấm phím xóa để bỏ.")
        sent = st.form_submit_button("Lưu tổ", type="primary")
    if sent:
        old = {(_account_name(m, people), m.name): m for m in team.present}
        members = tuple(_member(row, people, old) for row in _rows(edited) if _filled(row))
        kept = save_team(
            context,
            Team(id=team.id, office_id=team.office_id, name=name, note=note, active=active, members=members),
            seen=team if team.id else None,
        )
        forget_opened(_OPENED)
        tell(f"Đã lưu {plain(kept.name)}: {len(kept.members)} người.")


def _account_name(member: Member, people: dict[str, Any]) -> str:
    return next((name for name, account in people.items() if account.id == member.account_id), "")


def _member_cells(member: Member, people: dict[str, Any]) -> dict[str, object]:
    return {
        _NAME: member.name,
        _ACCOUNT: _account_name(member, people) or None,
        _BODY: BODY_LABELS[member.body],
        _LEADER: member.leader,
        _NOTE: member.note,
    }


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(head): value for head, value in row.items()} for row in table.to_dict("records")]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _filled(row: dict[str, object]) -> bool:
    return bool(_text(row[_NAME]) or _text(row[_ACCOUNT]))


def _member(row: dict[str, object], people: dict[str, Any], old: dict[tuple[str, str], Member]) -> Member:
    """What a line of the table means; whoever was in the team before keeps their place in old rosters."""
    login, name = _text(row[_ACCOUNT]), _text(row[_NAME])
    account = people.get(login)
    same = old.get((login, name)) or next((m for (was, _), m in old.items() if login and was == login), None)
    return Member(
        id=same.id if same else 0,
        account_id=account.id if account else None,
        name=name or (account.full_name or account.name if account else ""),
        body=next((body for body, label in BODY_LABELS.items() if label == row[_BODY]), Body.OTHER),
        leader=row[_LEADER] is True,
        note=_text(row[_NOTE]),
    )


# --- roster -----------------------------------------------------------------------------------------------------------


def roster_part(context: Context, office_id: int | None, day: date) -> None:
    """A week's shifts with names, what they lack, and people put in or taken out."""
    monday = day - timedelta(days=day.weekday())
    one, two, three = st.columns([1, 1, 2], vertical_alignment="bottom")
    first = one.date_input("Tuần từ", monday, format="DD/MM/YYYY")
    last = two.date_input("Tải lịch đến ngày", first + timedelta(days=_WEEK - 1), format="DD/MM/YYYY", min_value=first)
    three.download_button(
        "Tải lịch ca (Excel)",
        lambda: roster_workbook(context, first=first, last=last, office_id=office_id),
        f"lich-ca-{first:%Y-%m-%d}.xlsx",
        XLSX,
    )
    roster = roster_of(context, first=first, last=first + timedelta(days=_WEEK - 1), office_id=office_id)
    _grid(roster)
    _gaps(roster, rule_words(plan_settings(context).rule))
    if context.may(Role.SUPERVISOR):
        _put(context, office_id, first)


def _gaps(roster: Roster, rule: str) -> None:
    if roster.lines and not roster.gaps:
        st.success(f"Mọi ca trong tuần đủ người. {rule}")
        return
    if not roster.gaps:
        return
    with st.expander(f"⚠ {number(len(roster.gaps))} ca trong tuần còn thiếu. {rule}"):
        lines = []
        for gap in roster.gaps:
            where = f", {gap.place}" if gap.place else ""
            when = f"{weekday_name(gap.day)} {day_and_month(gap.day)}, ca {shift_label(gap.shift)}{where}"
            lacks = ", ".join(gap.missing)
            lines.append(f"- {plain(f'{when}: có {gap.present}, thiếu {lacks}')}")
        st.markdown("\n".join(lines))


def _grid(roster: Roster) -> None:
    """A table that breaks names into lines: a week with names is wider than a screen."""
    days = [roster.first + timedelta(days=n) for n in range(_WEEK)]
    by_slot = {(line.shift, line.place, line.day): line for line in roster.lines}
    rows = []
    for shift, place in dict.fromkeys((line.shift, line.place) for line in sorted(roster.lines, key=_by_shift)):
        cells = {"Ca": ", ".join(filter(None, (shift_label(shift), plain(place))))}
        for day in days:
            line = by_slot.get((shift, place, day))
            cells[f"{weekday_name(day)} {day_and_month(day)}"] = _cell(line) if line else ""
        rows.append(cells)
    if rows:
        st.table(pd.DataFrame(rows).set_index("Ca"))
    else:
        st.info("Chưa xếp ai vào ca nào trong tuần này.")


def _by_shift(line: RosterLine) -> tuple[str, str]:
    return line.shift, line.place


def _cell(line: RosterLine) -> str:
    names = ", ".join(name for body in Body for name in line.people[body])
    lacks = f"⚠ thiếu {', '.join(line.missing)}" if line.missing else ""
    return "; ".join(filter(None, (plain(names), lacks)))


def _put(context: Context, office_id: int | None, first: date) -> None:
    teams = {team.id: team for team in list_teams(context, office_id=office_id)}
    if not teams:
        st.info("Lập tổ ở phần «Tổ» trước khi xếp ca.")
        return
    shifts = [shift.key for shift in plan_settings(context).shifts]
    with st.expander("Xếp người vào ca, hoặc bỏ khỏi ca"):
        chosen = teams[st.selectbox("Tổ", list(teams), format_func=lambda i: teams[i].name, key="roster_team")]
        names = {member.id: f"{member.name} ({BODY_LABELS[member.body].lower()})" for member in chosen.present}
        with st.form(f"roster_{chosen.id}"):
            people = st.multiselect(
                "Người", list(names), list(names), format_func=names.__getitem__, placeholder="Chọn người"
            )
            picked = st.multiselect("Ca", shifts, shifts[:1], format_func=shift_label, placeholder="Chọn ca")
            one, two, three = st.columns([2, 2, 3])
            start = one.date_input("Từ ngày", first, format="DD/MM/YYYY")
            end = two.date_input("Đến ngày", first + timedelta(days=_WEEK - 1), format="DD/MM/YYYY")
            every = three.checkbox("Cả ngày nghỉ theo lịch")
            put, off = st.columns(2)
            added = put.form_submit_button("Xếp vào ca", type="primary")
            gone = off.form_submit_button("Bỏ khỏi ca")
    given: dict[str, Any] = {"team_id": chosen.id, "member_ids": people, "first": start, "last": end, "shifts": picked}
    if added:
        count = put_on_roster(context, **given, every_day=every)
        tell(f"Đã xếp {number(count)} lượt ca.")
    if gone:
        count = take_off_roster(context, **given)
        tell(f"Đã bỏ {number(count)} lượt ca.")
