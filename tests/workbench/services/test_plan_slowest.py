"""Targets of several units: each works by itself, the slowest is named, nobody's surplus hides another's rest."""

import datetime as dt
from dataclasses import replace

import pytest

from corrections.campaign.offices import Office as Unit
from corrections.campaign.packages import Line, Package, UnitLines
from corrections.campaign.targets import PlanState, Standing, Step, Target, each_by_itself
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import Province, province, with_tree
from vietnamese.shown_time import LOCAL
from workbench.services import offices, packages, paper, setting_targets
from workbench.services.plan_targets import PlanLine, plan_board

__all__ = ["province", "with_tree"]

BIRTH = RegisterType.BIRTH


def today() -> dt.date:
    return dt.datetime.now(LOCAL).date()


def sent(province: Province, code: str, *, known: int, done: int, approved: int = 0) -> None:
    """Figures of a commune as its package tells them."""
    unit = province[code]
    packages.register_key(province.context, unit.id, packages.own_key(province.context)[0])
    line = Line(register_type=BIRTH, year=1998, books=2, known=known, done=done, approved=approved)
    package = Package(
        office_code=code,
        office_name=unit.name,
        period="day",
        day=today().isoformat(),
        made_at=f"{today()}T00:00:01",
        units=(UnitLines(code=code, name=unit.name, lines=(line,)),),
    )
    made = packages.sealed_package(province.context, package)
    (result,) = packages.receive_packages(province.context, [(made.file_name, made.data)], day=today())
    assert result.status.value == "taken", result.message


def line_of(province: Province, unit: Unit, step: Step, **more: object) -> PlanLine:
    target = Target(
        office_id=unit.id, register_type=None, step=step, starts_on=today(), target_on=today() + dt.timedelta(days=6)
    )
    setting_targets.save_targets(province.context, replace(target, **more))  # type: ignore[arg-type]
    lines = plan_board(province.context).lines
    return next(one for one in lines if (one.target.office_id, one.target.step) == (unit.id, step))


def test_what_one_unit_approved_beyond_its_count_takes_nothing_off_another(province: Province) -> None:
    sent(province, "25001", known=100, done=180, approved=180)
    sent(province, "25002", known=100, done=60, approved=20)
    line = line_of(province, province["691"], Step.APPROVED)
    assert (line.standing.goal, line.standing.done, line.standing.remaining) == (200, 120, 80)
    assert line.slowest == "Xã Một B" and "chậm nhất: Xã Một B, còn 80 trên 100 trường hợp" in line.takes
    entering = line_of(province, province["691"], Step.CONFIRMED)
    assert (entering.standing.done, entering.slowest) == (160, "Xã Một B")
    own = line_of(province, province["25002"], Step.APPROVED)
    assert own.slowest == "" and "chậm nhất" not in own.takes, "one unit is its own slowest"
    whole = line_of(province, province["70"], Step.APPROVED)
    assert whole.takes.endswith("chưa tính 2 đơn vị chưa có số liệu"), "Huyện Hai has told nothing"


def test_days_of_several_units_are_those_of_the_slowest(province: Province) -> None:
    for code, machines in (("25001", 1), ("25002", 9)):
        offices.save_office(province.context, replace(province[code], machines=machines, quota=100))
    sent(province, "25001", known=1000, done=0)
    sent(province, "25002", known=900, done=0)
    line = line_of(province, province["691"], Step.CONFIRMED)
    assert (line.standing.days, line.slowest) == (10, "Xã Một A"), "1,900 cases on 10 machines would be pooled 2 days"
    assert "giữ nguyên số máy thì còn 10 ngày" in line.takes
    assert "chậm nhất: Xã Một A, còn 1.000 trên 1.000 trường hợp, 10 ngày" in line.takes
    assert "gộp mọi máy" not in line.takes


def test_where_a_units_machines_are_unknown_the_pooled_figure_is_called_so(province: Province) -> None:
    offices.save_office(province.context, replace(province["25001"], machines=1, quota=100))
    sent(province, "25001", known=500, done=0)
    sent(province, "25002", known=900, done=0)
    line = line_of(province, province["691"], Step.CONFIRMED)
    assert "nếu gộp mọi máy (không phải thực tế)" in line.takes and line.standing.pooled
    offices.save_office(province.context, replace(province["691"], machines=10, quota=100))
    offices.save_office(province.context, replace(province["25001"], machines=None))
    line = line_of(province, province["691"], Step.CONFIRMED)
    assert (line.standing.days, line.standing.pooled, line.slowest) == (2, False, ""), "one pool of a district is one"


def test_a_number_of_its_own_is_nobodys_in_particular(province: Province) -> None:
    sent(province, "25001", known=100, done=90)
    sent(province, "25002", known=100, done=0)
    line = line_of(province, province["691"], Step.CONFIRMED, amount=150)
    assert (line.standing.goal, line.standing.done, line.slowest) == (150, 90, "")


def test_counts_on_paper_stand_in_the_parts_too(province: Province) -> None:
    for code, words in (("25001", "2 quyển = 100 hồ sơ"), ("25002", "1 quyển = 50 hồ sơ")):
        paper.add_paper_line(province.context, words=words, register_type=BIRTH, office_id=province[code].id)
    line = line_of(province, province["691"], Step.SCANNED)
    assert (line.standing.goal, line.standing.done, line.slowest) == (3, 0, "Xã Một A")
    assert "chậm nhất: Xã Một A, còn 2 trên 2 quyển" in line.takes


@pytest.mark.parametrize("days", [None, 3])
def test_parts_with_nothing_left_change_nothing(days: int | None) -> None:
    whole = Standing(state=PlanState.BEHIND, goal=10, done=4, days=7)
    part = Standing(state=PlanState.DONE, goal=5, done=5, days=days)
    assert each_by_itself(whole, [part, part]) == whole
