"""The plan's workbooks: targets, roster, work with pay, places."""

from __future__ import annotations

import datetime as dt

from corrections.campaign.shifts import Body, ShiftRule, shift_label
from corrections.campaign.targets import STATE_LABELS
from corrections.entries import Role
from exports.plan_workbooks import (
    DayRow,
    PayRow,
    PlaceRow,
    RosterRow,
    TargetRow,
    write_pay,
    write_places,
    write_roster,
    write_targets,
)
from vietnamese.shown_time import day_text
from workbench.services.context import Context, requires
from workbench.services.plan_places import list_stays
from workbench.services.plan_settings import plan_settings
from workbench.services.plan_targets import PlanBoard, PlanLine, UnitNeed, plan_board
from workbench.services.rosters import roster_of
from workbench.services.shift_work import PersonRow, ShiftWork, shift_work

__all__ = ["need_words", "pay_workbook", "places_workbook", "roster_workbook", "rule_words", "targets_workbook"]


@requires(Role.CLERK, Role.INSPECTOR)
def targets_workbook(
    ctx: Context, *, office_id: int | None = None, day: dt.date | None = None, only_behind: bool = False
) -> bytes:
    """Targets of a unit and those below it; all, or those behind with the latest first."""
    board = plan_board(ctx, office_id=office_id, day=day)
    rows = [_target_row(line) for line in (board.behind if only_behind else board.lines)]
    return write_targets(board.unit, board.day, board.calendar, rows, _notes(board))


def _target_row(line: PlanLine) -> TargetRow:
    target, standing = line.target, line.standing
    return TargetRow(
        unit=line.unit,
        kind=line.kind,
        step=line.step,
        starts_on=target.starts_on,
        target_on=target.target_on,
        goal=standing.goal,
        done=standing.done,
        expected=standing.expected,
        state=STATE_LABELS[standing.state],
        takes=line.takes,
    )


def _notes(board: PlanBoard) -> list[str]:
    late = len({line.unit for line in board.behind})
    notes = [f"Đơn vị chậm hoặc quá hạn: {late}." if late else "Không có đơn vị nào chậm."]
    return notes + [need_words(need) for need in board.needs]


def need_words(need: UnitNeed) -> str:
    """What a unit with several dates needs, in words."""
    if need.machines is None:
        return f"{need.unit}: có loại sổ đã hết ngày, không số máy nào kịp mọi hạn."
    has = f"đang có {need.has}" if need.has else "chưa rõ đang có mấy máy"
    return f"{need.unit}: để kịp mọi hạn cần {need.machines} máy ({has}), làm trước loại sổ có hạn gần."


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def roster_workbook(ctx: Context, *, first: dt.date, last: dt.date, office_id: int | None = None) -> bytes:
    """The roster of a stretch of days with what each shift lacks."""
    roster = roster_of(ctx, first=first, last=last, office_id=office_id)
    rows = [
        RosterRow(
            day=line.day,
            shift=line.shift,
            place=line.place,
            teams=", ".join(line.teams),
            justice=", ".join(line.people[Body.JUSTICE]),
            police=", ".join(line.people[Body.POLICE]),
            others=", ".join(line.people[Body.OTHER]),
            count=line.count,
            missing=", ".join(line.missing),
        )
        for line in roster.lines
    ]
    return write_roster(roster.unit, first, last, rule_words(plan_settings(ctx).rule), rows)


def rule_words(rule: ShiftRule) -> str:
    """Who has to be in a shift, in words."""
    return (
        f"Mỗi ca ít nhất {rule.least} người, trong đó ít nhất {rule.justice} cán bộ tư pháp và {rule.police} công an."
    )


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def pay_workbook(ctx: Context, *, first: dt.date, last: dt.date, office_id: int | None = None) -> bytes:
    """Work by person with target, what is above it and the pay; those above; day by day."""
    work = shift_work(ctx, first=first, last=last, office_id=office_id)
    heads = [*(shift_label(key) for key in work.shifts), shift_label("")]
    rows = [_pay_row(row, work) for row in work.people]
    return write_pay(work.unit, first, last, heads, work.rule, rows, _day_rows(work))


def _pay_row(row: PersonRow, work: ShiftWork) -> PayRow:
    return PayRow(
        name=row.name,
        account=row.account,
        team=row.team,
        body=row.body,
        minutes=row.minutes,
        shifts=row.work.shifts,
        by_shift=tuple(row.work.by_shift.get(key, 0) for key in (*work.shifts, "")),
        by_type=row.work.by_type,
        sent_back=row.work.sent_back,
    )


def _day_rows(work: ShiftWork) -> list[DayRow]:
    people = {row.work.account_id: row for row in work.people}
    return [
        DayRow(
            day=line.day,
            shift=line.shift,
            name=people[line.account_id].name,
            team=people[line.account_id].team,
            entries=line.entries,
            sent_back=line.sent_back,
            on_roster=line.on_roster,
        )
        for line in work.lines
    ]


@requires(Role.CLERK, Role.INSPECTOR)
def places_workbook(
    ctx: Context, *, first: dt.date | None = None, last: dt.date | None = None, office_id: int | None = None
) -> bytes:
    """Which team sits where when."""
    rows = [
        PlaceRow(
            team=line.team,
            leader=line.leader,
            place=line.place,
            starts_on=line.stay.starts_on,
            ends_on=line.stay.ends_on,
            note=line.stay.note,
        )
        for line in list_stays(ctx, first=first, last=last, office_id=office_id)
    ]
    ends = [f"{word} ngày {day_text(day)}" for word, day in (("từ", first), ("đến", last)) if day]
    return write_places("", " ".join(ends).capitalize(), rows)
