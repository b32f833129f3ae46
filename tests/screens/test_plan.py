"""The plan's screen: targets and what they take, a team, its roster, books given out, places; a clerk's own part."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from corrections.campaign.shifts import Body
from corrections.entries import Role
from tests.screens.office import Office
from tests.screens.test_flows import confirm, field, press
from tests.screens.test_screens import opened, texts
from vietnamese.shown_time import LOCAL
from workbench.services import accounts, book_assignments, plan_places, plan_settings, plan_targets, rosters, teams
from workbench.services.teams import Member, Team

pytestmark = pytest.mark.screens


def _part(office: Office, role: Role, part: str) -> Any:
    app = opened(office, role, "plan")
    app.segmented_control[0].set_value(part).run()
    assert not app.exception and not app.error, part
    return app


def _tables(app: Any) -> str:
    return " ".join(frame.value.to_string() for frame in (*app.dataframe, *app.table))


def _clerk(office: Office) -> int:
    return next(a.id for a in accounts.list_accounts(office.system) if a.name == "nhaplieu")


def _team(office: Office) -> Team:
    members = (
        Member(account_id=_clerk(office), name="Vũ Thị Nhập", body=Body.JUSTICE, leader=True),
        Member(name="Đỗ Văn An", body=Body.POLICE),
    )
    return teams.save_team(office.context(Role.SUPERVISOR), Team(office_id=None, name="Tổ 1", members=members))


def test_a_target_is_set_shown_and_dropped(office: Office) -> None:
    app = _part(office, Role.SUPERVISOR, "targets")
    assert "Chưa có chỉ tiêu nào" in texts(app)
    press(app, "Lưu chỉ tiêu")
    assert "Đã lưu chỉ tiêu (tính theo trường hợp) cho 1 đơn vị" in texts(app)
    assert "Đúng tiến độ" in _tables(app) and "chưa rõ đang có mấy máy" in _tables(app)
    (line,) = plan_targets.plan_board(office.system).lines
    field(app, "Chỉ tiêu", lambda a: a.selectbox).set_value(line.target.id).run()
    press(app, "Bỏ chỉ tiêu đã chọn")
    assert plan_targets.plan_board(office.system).lines == ()


def test_an_overdue_target_is_named_first(office: Office) -> None:
    app = _part(office, Role.SUPERVISOR, "targets")
    today = datetime.now(LOCAL).date()
    boxes = {box.label: box for box in app.date_input}
    boxes["Từ ngày"].set_value(today - timedelta(days=9))
    boxes["Hạn hoàn thành"].set_value(today - timedelta(days=2))
    press(app, "Lưu chỉ tiêu")
    assert "1 đơn vị chậm hoặc quá hạn" in texts(app)
    assert f"quá hạn {today - timedelta(days=2):%d/%m/%Y}, chậm 12 trường hợp" in texts(app)
    assert "Quá hạn" in _tables(app)


def test_people_are_put_on_the_roster_and_gaps_shown(office: Office) -> None:
    _team(office)
    app = _part(office, Role.SUPERVISOR, "teams")
    assert "Vũ Thị Nhập, Đỗ Văn An" in _tables(app)
    app = _part(office, Role.SUPERVISOR, "roster")
    press(app, "Xếp vào ca")
    assert "Đã xếp 10 lượt ca" in texts(app)
    assert "Vũ Thị Nhập, Đỗ Văn An; ⚠ thiếu 2 người" in _tables(app)
    assert "ca 12-17 giờ: có 0, thiếu 4 người, 1 cán bộ tư pháp, 1 công an" in texts(app)
    press(app, "Bỏ khỏi ca")
    assert "Đã bỏ 10 lượt ca" in texts(app)


def test_work_is_listed_by_person_and_shift(office: Office) -> None:
    confirm(office, office.entry_ids[0])
    app = _part(office, Role.SUPERVISOR, "work")
    assert "Vũ Thị Nhập" in _tables(app) and "Tổng: 1 trường hợp" in texts(app)


def test_books_are_given_out_and_a_clerk_sees_own_shifts_books_and_work(office: Office) -> None:
    team = _team(office)
    app = _part(office, Role.SUPERVISOR, "books")
    field(app, "Các quyển", lambda a: a.multiselect).set_value([office.book_id])
    field(app, "Tổ", lambda a: a.selectbox).set_value(team.id)
    press(app, "Giao sổ")
    assert "Đã giao 1 sổ cho Tổ 1" in texts(app) and "Tổ 1" in _tables(app)
    today = datetime.now(LOCAL).date()
    shift = plan_settings.plan_settings(office.system).shifts[0].key
    rosters.put_on_roster(
        office.context(Role.SUPERVISOR),
        team_id=team.id,
        member_ids=[team.members[0].id],
        first=today,
        last=today + timedelta(days=6),
        shifts=[shift],
    )
    confirm(office, office.entry_ids[0])
    app = _part(office, Role.CLERK, "own")
    assert "6-12 giờ" in _tables(app) and "quyển 01/1998" in _tables(app)
    assert app.dataframe[2].value["Trường hợp"].tolist() == ["1"]
    parts = app.segmented_control[0].options
    assert "Ca của tôi" in parts and "Kết quả theo người" not in parts and "Cách tính" not in parts
    app = _part(office, Role.SUPERVISOR, "books")
    (line,) = book_assignments.assigned_books(office.system)
    field(app, "Lấy lại", lambda a: a.multiselect).set_value([line.id]).run()
    press(app, "Lấy lại các sổ đã chọn")
    assert book_assignments.assigned_books(office.system) == ()


def test_a_team_is_sent_to_a_place(office: Office) -> None:
    _team(office)
    app = _part(office, Role.SUPERVISOR, "places")
    press(app, "Lưu lịch")
    assert "Hãy chọn đơn vị hoặc ghi địa điểm" in texts(app)
    field(app, "Địa điểm").set_value("hội trường UBND xã")
    press(app, "Lưu lịch")
    assert "hội trường UBND xã" in _tables(app)
    assert [line.days for line in plan_places.list_stays(office.system)] == [5]


def test_the_administrator_sets_hours_and_prices(office: Office) -> None:
    app = _part(office, Role.ADMINISTRATOR, "choices")
    field(app, "Giờ các ca").set_value("7-11, 11-10")
    press(app, "Lưu cách tính")
    assert "trùng giờ" in texts(app)
    field(app, "Giờ các ca").set_value("7-11, 13-17")
    press(app, "Lưu cách tính")
    assert [s.key for s in plan_settings.plan_settings(office.system).shifts] == ["07:00-11:00", "13:00-17:00"]


def test_an_inspector_looks_and_changes_nothing(office: Office) -> None:
    _team(office)
    for part in ("targets", "teams", "roster", "work", "books", "places"):
        app = _part(office, Role.INSPECTOR, part)
        assert not [b.label for b in app.button if b.label.startswith(("Lưu", "Giao", "Xếp", "Bỏ", "Lấy"))], part
