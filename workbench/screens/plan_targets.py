"""The plan's targets on the screen: how each stands, who is behind and what it takes, and new targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from corrections.campaign.offices import OfficeTree
from corrections.campaign.targets import (
    CASE_STEPS,
    STATE_LABELS,
    STEP_LABELS,
    PlanState,
    Step,
    Target,
    pace_end_words,
    step_in_sentence,
)
from corrections.entries import Role
from exports.spreadsheets import XLSX
from layouts.register_types import RegisterType
from vietnamese.shown_time import day_text
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.plan_exports import need_words, targets_workbook
from workbench.services.plan_targets import PlanBoard, PlanLine, plan_board
from workbench.services.setting_targets import drop_target, save_targets
from workbench.wording import number

__all__ = ["chosen_to_drop", "targets_part"]

_ALL = "all"
_NAMED = 5
"""Units behind that are told with what they need; the others stand in the table."""
_LONG = 30
"""Lines from which the table begins with those behind alone."""
_SHOWN = "plan_targets_shown"
"""Key of the session: targets as the screen showed them before the button was pressed."""
_MONTH = timedelta(days=30)
_WIDTHS = {
    "Đơn vị": 130,
    "Loại sổ": 85,
    "Bước": 120,
    "Hạn": 92,
    "Tình trạng": 88,
    "Chậm": 66,
    "Đã làm": 110,
    "Cần gì để kịp hạn": 330,
}
"""Pixels: together what a laptop of 1366 has beside the menu; what comes after is seen by moving the table."""
_THREE_LINES = 78
"""Pixels of a row: what it takes to keep a date is a sentence."""


def targets_part(context: Context, tree: OfficeTree, office_id: int | None, day: date) -> None:
    """Who is behind, all targets, and a new one."""
    board = plan_board(context, office_id=office_id, day=day)
    if not board.lines:
        how = " Đặt ở dưới, hoặc ghi ngày bắt đầu và hạn của đơn vị ở màn hình «Đơn vị»."
        st.info("Chưa có chỉ tiêu nào." + (how if context.may(Role.SUPERVISOR) else ""))
    else:
        only = _who_is_behind(board)
        shown = board.behind if only else board.lines
        st.dataframe(
            pd.DataFrame([_cells(line) for line in shown]),
            hide_index=True,
            width="stretch",
            row_height=_THREE_LINES,
            column_config={head: st.column_config.TextColumn(width=width) for head, width in _WIDTHS.items()},
        )
        st.caption(f"Ngày, máy, ca làm tròn lên, theo lịch: {board.calendar}. Số chưa ai đếm ghi «Chưa rõ».")
        st.download_button(
            "Tải bảng này (Excel)",
            lambda: targets_workbook(context, office_id=office_id, day=day, only_behind=only),
            f"chi-tieu-{day:%Y-%m-%d}.xlsx",
            XLSX,
        )
    if context.may(Role.SUPERVISOR):
        seen: tuple[Target, ...] = st.session_state.get(_SHOWN, board.kept)
        st.session_state[_SHOWN] = board.kept
        left, right = st.columns([3, 2])
        with left:
            _new(context, tree, office_id, day, seen)
        with right:
            _drop(context, board.lines, seen)


def _who_is_behind(board: PlanBoard) -> bool:
    """The latest ones with what they need; whether only they are to be listed."""
    behind = board.behind
    if not behind:
        st.success("Không có đơn vị nào chậm.")
        return False
    units = len({line.unit for line in behind})
    lines = [f"**{number(units)} đơn vị chậm hoặc quá hạn:**"]
    for line in behind[:_NAMED]:
        what = f"{step_in_sentence(line.target.step)}, {line.kind.lower()}"
        lines.append(f"- **{plain(line.unit)}**, {what}: {_lateness(line)}.")
    if len(behind) > _NAMED:
        lines.append(f"- và {number(len(behind) - _NAMED)} chỗ nữa ở bảng dưới.")
    lines += [f"- {plain(need_words(need))}" for need in board.needs]
    st.warning("\n".join(lines))
    return st.toggle("Bảng chỉ hiện chỗ chậm", value=len(board.lines) > _LONG)


def _lateness(line: PlanLine) -> str:
    """How far behind a line is, and what it takes."""
    unit = "trường hợp" if line.target.step in CASE_STEPS else "quyển"
    late = f"chậm {number(line.standing.behind)} {unit}"
    if line.standing.state is PlanState.OVERDUE:
        late = f"quá hạn {day_text(line.target.target_on)}, {late}"
    before = "để kịp hạn: " if line.standing.days_left else ""
    return f"{late}; {before}{line.takes}" if line.takes else late


def _cells(line: PlanLine) -> dict[str, str]:
    standing, target = line.standing, line.target
    return {
        "Đơn vị": line.unit,
        "Loại sổ": line.kind,
        "Bước": line.step,
        "Hạn": f"{day_text(target.target_on)}",
        "Tình trạng": STATE_LABELS[standing.state],
        "Chậm": number(standing.behind) if line.is_behind else "",
        "Đã làm": f"{number(standing.done)} / {number(standing.goal)}",
        "Cần gì để kịp hạn": line.takes,
        "Đến nay phải được": number(standing.expected) if standing.expected is not None else "",
        "Tốc độ này thì xong": pace_end_words(standing),
        "Từ ngày": f"{day_text(target.starts_on)}",
        "Ghi chú": target.note or ("" if target.id else "hạn của đơn vị"),
    }


def _new(context: Context, tree: OfficeTree, office_id: int | None, day: date, seen: Sequence[Target]) -> None:
    kinds: dict[str, str] = {_ALL: "Tất cả loại sổ", **{kind.value: kind.label for kind in RegisterType}}
    steps = {step.value: label for step, label in STEP_LABELS.items()}
    with st.expander("Đặt chỉ tiêu", expanded=False), st.form("plan_target"):
        one, two = st.columns(2)
        step = Step(
            one.selectbox("Bước", list(steps), index=list(steps).index("confirmed"), format_func=steps.__getitem__)
        )
        kind = two.selectbox("Loại sổ", list(kinds), format_func=kinds.__getitem__)
        starts_on = one.date_input("Từ ngày", day, format="DD/MM/YYYY")
        target_on = two.date_input("Hạn hoàn thành", day + _MONTH, format="DD/MM/YYYY")
        amount = one.number_input("Số lượng", 1, value=None, placeholder="làm hết", help="Quyển hoặc trường hợp.")
        note = two.text_input("Ghi chú")
        below = bool(tree.children(office_id)) and st.checkbox("Đặt cho cả từng đơn vị trực thuộc")
        sent = st.form_submit_button("Lưu chỉ tiêu", type="primary")
    if sent:
        target = Target(
            office_id=office_id,
            register_type=None if kind == _ALL else RegisterType(kind),
            step=step,
            starts_on=starts_on,
            target_on=target_on,
            amount=amount,
            note=note,
        )
        count = save_targets(context, target, also_below=below, seen=seen)
        unit = "trường hợp" if step in CASE_STEPS else "quyển"
        tell(f"Đã lưu chỉ tiêu (tính theo {unit}) cho {number(count)} đơn vị.")


def _drop(context: Context, lines: tuple[PlanLine, ...], seen: Sequence[Target]) -> None:
    kept = {one.target.id: f"{one.unit} · {one.step} · {one.kind}" for one in lines if one.target.id}
    chosen = chosen_to_drop(
        kept, title="Bỏ chỉ tiêu", label="Chỉ tiêu", placeholder="Chọn chỉ tiêu", button="Bỏ chỉ tiêu đã chọn"
    )
    if chosen is not None:
        now = (one.target for one in lines)
        drop_target(context, next(target for target in (*seen, *now) if target.id == chosen))
        tell("Đã bỏ chỉ tiêu.")


def chosen_to_drop(names: Mapping[int, str], *, title: str, label: str, placeholder: str, button: str) -> int | None:
    """The line somebody wants dropped, asked below a table; None before that, and where no line may go.

    Args:
        names: of the lines that may go, by id.
        title, label, placeholder, button: the words of the question.
    """
    if not names:
        return None
    with st.expander(title):
        chosen = st.selectbox(label, list(names), index=None, placeholder=placeholder, format_func=names.__getitem__)
        return chosen if chosen is not None and st.button(button) else None
