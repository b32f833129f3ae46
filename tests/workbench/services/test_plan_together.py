"""Two people at one plan: a save from an old list drops nothing that the other has done meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from corrections.campaign.offices import OfficeLevel
from corrections.campaign.shifts import Body
from corrections.campaign.targets import Step, Target
from corrections.entries import Role
from tests.workbench.services.conftest import Office
from tests.workbench.services.plan_office import FRIDAY, MONDAY, make_team, make_unit, person
from workbench.services import plan_targets, setting_targets, teams
from workbench.services.audit import list_events
from workbench.services.errors import InvalidInput
from workbench.services.teams import Member

TARGET = Target(office_id=None, register_type=None, step=Step.CONFIRMED, starts_on=MONDAY, target_on=FRIDAY, note="một")
LATER = replace(TARGET, target_on=dt.date(2026, 6, 30), amount=500, note="hai")


def test_a_team_saved_from_an_old_list_does_not_drop_whom_another_has_added(office: Office) -> None:
    seen = make_team(office.supervisor, "Tổ 1", office.clerk)
    (seen,) = teams.list_teams(office.supervisor)
    added = Member(name="Lê Thị Bưởi", body=Body.OTHER)
    teams.save_team(office.administrator, replace(seen, members=(*seen.members, added)), seen=seen)
    with pytest.raises(InvalidInput, match=r"Tổ 1 vừa được người khác sửa \(thêm Lê Thị Bưởi\), nên chưa lưu"):
        teams.save_team(office.supervisor, replace(seen, note="ca sáng"), seen=seen)
    (kept,) = teams.list_teams(office.supervisor)
    assert [m.name for m in kept.present] == ["Đỗ Văn An", office.clerk.actor, "Lê Thị Bưởi"] and kept.note == ""
    teams.save_team(office.supervisor, replace(kept, note="ca sáng"), seen=kept)
    assert teams.list_teams(office.administrator)[0].note == "ca sáng"
    gone = replace(kept, members=kept.members[1:], note="ca sáng")
    (kept,) = teams.list_teams(office.supervisor)
    teams.save_team(office.supervisor, gone, seen=kept)
    with pytest.raises(InvalidInput, match="bỏ Đỗ Văn An"):
        teams.save_team(office.administrator, kept, seen=kept)


def test_a_target_that_another_has_set_meanwhile_is_not_replaced_unseen(office: Office) -> None:
    seen = plan_targets.plan_board(office.supervisor).kept
    setting_targets.save_targets(office.administrator, TARGET, seen=seen)
    with pytest.raises(
        InvalidInput,
        match=r"Toàn bộ: người khác vừa đặt chỉ tiêu nhập xong \(tất cả loại sổ\) từ 01/06/2026 đến 05/06/2026\. Chưa",
    ):
        setting_targets.save_targets(office.supervisor, LATER, seen=seen)
    (kept,) = plan_targets.plan_board(office.supervisor).kept
    assert replace(kept, id=0) == TARGET
    setting_targets.save_targets(office.supervisor, LATER, seen=[kept])
    told = [e for e in list_events(office.supervisor) if e.action == "plan_target"]
    assert (told[0].old, told[0].new) == ("2026-06-01 2026-06-05 một", "2026-06-01 2026-06-30 500 hai")
    # the one who saw the first does not drop the second, though the database gives both the same number
    with pytest.raises(InvalidInput, match=r"vừa đổi chỉ tiêu này thành .* đến 30/06/2026, 500 trường hợp"):
        setting_targets.drop_target(office.administrator, kept)
    # the same once more is no change
    setting_targets.save_targets(office.supervisor, LATER, seen=[kept])
    assert len([e for e in list_events(office.supervisor) if e.action == "plan_target"]) == len(told)


def test_a_target_for_all_below_is_kept_for_none_when_one_of_them_has_another(office: Office) -> None:
    district = make_unit(office, "691", "Huyện Yên", OfficeLevel.DISTRICT, None)
    commune = make_unit(office, "25001", "Xã Mở", OfficeLevel.COMMUNE, district)
    boss, host = (person(office, name, Role.SUPERVISOR, unit) for name, unit in (("a", district), ("b", commune)))
    seen = plan_targets.plan_board(boss).kept
    setting_targets.save_targets(host, LATER)
    with pytest.raises(InvalidInput, match="Xã Mở: người khác vừa đặt"):
        setting_targets.save_targets(boss, TARGET, also_below=True, seen=seen)
    assert [t.office_id for t in plan_targets.plan_board(boss).kept] == [commune.id]
