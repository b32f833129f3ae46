"""Teams of units with leader and members, and who may be one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from corrections.campaign.offices import OfficeTree
from corrections.entries import Role
from storage import teams as store
from storage.accounts import Account, get_account, list_accounts, save_account
from storage.offices import dated_tree, office_tree
from storage.teams import Member, Team
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, Work, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import planned_office

__all__ = ["Member", "Team", "colleagues", "list_teams", "save_team", "team_offices"]


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def list_teams(ctx: Context, *, office_id: int | None = None, former: bool = False) -> tuple[Team, ...]:
    """Teams of a unit and those below it; `former` ones too.

    Raises:
        InvalidInput: the unit is none of the caller's.
    """
    with ctx.read() as connection:
        tree = office_tree(connection)
        inside = _inside(ctx, tree, office_id)
        teams = store.list_teams(connection)
    return tuple(team for team in teams if (former or team.active) and (inside is None or team.office_id in inside))


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def colleagues(ctx: Context) -> tuple[Account, ...]:
    """Accounts that may be members: active ones the caller may see."""
    with ctx.read() as connection:
        return tuple(account for account in list_accounts(connection) if account.active)


@requires(Role.SUPERVISOR)
def save_team(ctx: Context, team: Team, *, seen: Team | None = None) -> Team:
    """Add a team (id 0) or change one; members that are not named any more have left.

    An account carries the name of the team it is in.

    Args:
        ctx: a supervisor's.
        team: as it is to be.
        seen: as it was shown to whoever changed it; what somebody else has saved since is not written over.

    Raises:
        InvalidInput: no name, two leaders, an account twice or in another team, an office of somebody else, or the team
            is no longer as it was seen.
        NotFound: no such team or account among the caller's.
    """
    with ctx.write() as work:
        tree = office_tree(work.connection)
        before = found(store.get_team(work.connection, team.id), Missing.TEAM) if team.id else None
        if seen is not None and before != seen:
            raise InvalidInput(_changed(seen, before))
        office = planned_office(ctx, tree, before.office_id if before else team.office_id)
        team = replace(_tidy(team), office_id=office.id if office else None)
        _refuse_wrong(team, before, store.list_teams(work.connection))
        known = {account.id: account for account in list_accounts(work.connection)}
        for member in team.members:
            if member.account_id is not None:
                found(known.get(member.account_id), Missing.ACCOUNT)
        kept = store.save_team(work.connection, team)
        work.note("save_team", column=kept.name, old=_told(before) if before else "", new=_told(kept))
        _name_accounts(work, before, kept)
    return kept


def _changed(seen: Team, now: Team | None) -> str:
    """Why a team from an old list is not saved, with who came and who left meanwhile."""
    was, are = ({member.id: member.name for member in team.present} if team else {} for team in (seen, now))
    came = ", ".join(name for key, name in are.items() if key not in was)
    left = ", ".join(name for key, name in was.items() if key not in are)
    told = "; ".join(filter(None, (came and f"thêm {came}", left and f"bỏ {left}")))
    return (
        f"{seen.name} vừa được người khác sửa{f' ({told})' if told else ''}, nên chưa lưu. Hãy bấm «Tải lại tổ», xem "
        "lại rồi sửa lần nữa."
    )


def _tidy(team: Team) -> Team:
    def plain(text: str) -> str:
        return " ".join(text.split())

    members = [replace(member, name=plain(member.name), note=plain(member.note)) for member in team.members]
    return replace(team, name=plain(team.name), note=plain(team.note), members=tuple(members))


def _refuse_wrong(team: Team, before: Team | None, others: Sequence[Team]) -> None:
    if not team.name:
        raise InvalidInput("Tổ phải có tên. Hãy đặt tên, ví dụ: Tổ 1.")
    if any(not member.name for member in team.members):
        raise InvalidInput(f"{team.name}: có thành viên chưa ghi tên. Hãy điền họ tên hoặc xóa dòng đó.")
    if sum(member.leader for member in team.members) > 1:
        raise InvalidInput(f"{team.name}: chỉ một người làm tổ trưởng. Hãy bỏ đánh dấu ở người kia.")
    own = {member.id for member in before.members} if before else set()
    if any(member.id and member.id not in own for member in team.members):
        raise InvalidInput(f"{team.name}: có thành viên của tổ khác. Hãy tải lại màn hình.")
    accounts = [m.account_id for m in team.members if m.account_id is not None and m.active]
    if len(accounts) != len(set(accounts)):
        raise InvalidInput(f"{team.name}: một tài khoản đứng ở hai dòng. Hãy xóa bớt một dòng.")
    for other in others:
        if other.id == team.id or not other.active:
            continue
        if other.office_id == team.office_id and other.name.casefold() == team.name.casefold():
            raise InvalidInput(f"Đơn vị đã có {other.name}. Hãy đặt tên khác.")
        if taken := [m.name for m in other.present if m.account_id in accounts]:
            raise InvalidInput(f"{', '.join(taken)} đang ở {other.name}. Mỗi người một tổ; hãy bỏ khỏi tổ kia trước.")


def _told(team: Team) -> str:
    people = ", ".join(f"{m.name} ({m.body.value}{', leader' if m.leader else ''})" for m in team.present)
    return f"{team.name}{'' if team.active else ' (ended)'}: {people}"


def _name_accounts(work: Work, before: Team | None, kept: Team) -> None:
    """Let accounts carry the name of the team they are in: work is told apart by it."""
    was = {m.account_id for m in before.present if m.account_id is not None} if before and before.active else set()
    now_in = {m.account_id for m in kept.present if m.account_id is not None} if kept.active else set()
    for account_id in sorted(was | now_in):
        account = get_account(work.connection, account_id)
        if account is None:
            continue
        left = account_id not in now_in
        name = (
            "" if left and before is not None and account.team == before.name else account.team if left else kept.name
        )
        if name != account.team:
            save_account(work.connection, replace(account, team=name))
            work.note("update_account", old=f"{account.name} team={account.team}", new=f"{account.name} team={name}")


def _inside(caller: Context, tree: OfficeTree, office_id: int | None) -> frozenset[int] | None:
    """Ids of the units asked about; None: all, with what belongs to none."""
    office = planned_office(caller, tree, office_id)
    return tree.subtree(office.id) if office else None


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def team_offices(ctx: Context, teams: Sequence[Team]) -> dict[int, str]:
    """For each team its unit as it is called today, with the name before the last change: `Xã B (trước là Xã A)`."""
    today = dt.datetime.now(LOCAL).date().isoformat()
    with ctx.read() as connection:
        tree = dated_tree(connection)
    return {team.id: tree.name_with_former(team.office_id, today) for team in teams}
