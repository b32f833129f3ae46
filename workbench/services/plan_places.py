"""Which team sits in which commune when: the list, its print and its Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corrections.campaign.offices import OfficeTree
from corrections.entries import Role
from storage import plan as store
from storage.offices import dated_tree
from storage.opening.database import Connection
from storage.plan import Stay
from storage.separation import everything
from storage.teams import get_team, list_teams
from vietnamese.shown_time import LOCAL, day_text
from workbench.services.context import Context, requires
from workbench.services.days import refuse_impossible_day
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import planned_office
from workbench.services.printing import print_document
from workbench.services.rosters import stay_words

__all__ = ["Stay", "StayLine", "add_stay", "drop_stay", "list_stays", "print_stays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StayLine:
    """A stay in words."""

    stay: Stay
    team: str
    leader: str
    place: str
    days: int
    own: bool
    """Whether the team is one of the caller's; a host may not change the stay of another's."""


@requires(Role.CLERK, Role.INSPECTOR)
def list_stays(
    ctx: Context, *, first: dt.date | None = None, last: dt.date | None = None, office_id: int | None = None
) -> tuple[StayLine, ...]:
    """Stays of the unit's teams, and of others' teams at the unit, that touch a stretch of days.

    Args:
        ctx: a clerk's or inspector's.
        first: from which day; None: from the first.
        last: until which; None: to the last.
        office_id: which unit; None: the caller's own, or all.

    Raises:
        InvalidInput: the unit is none of the caller's.
    """
    with ctx.read() as connection:
        tree = dated_tree(connection)
        office = planned_office(ctx, tree, office_id)
        inside = tree.subtree(office.id) if office else None
        stays = [
            stay
            for stay in store.list_stays(connection, first=first, last=last)
            if inside is None or stay.office_id in inside or stay.place_office_id in inside
        ]
        return _lines(connection, tree, stays)


def _lines(connection: Connection, tree: OfficeTree, stays: Sequence[Stay]) -> tuple[StayLine, ...]:
    ids = {stay.team_id for stay in stays}
    own = {team.id for team in list_teams(connection, ids)}
    # A commune is told who comes: name and leader of a team of the unit above, and nothing else of its people.
    with everything(connection):
        coming = {team.id: (team.name, team.leader) for team in list_teams(connection, ids)}
    return tuple(
        StayLine(
            stay=stay,
            team=coming[stay.team_id][0],
            leader=coming[stay.team_id][1],
            place=stay_words(tree, stay),
            days=(stay.ends_on - stay.starts_on).days + 1,
            own=stay.team_id in own,
        )
        for stay in stays
    )


@requires(Role.SUPERVISOR)
def add_stay(ctx: Context, stay: Stay) -> Stay:
    """Plan a stay of a team.

    Raises:
        NotFound: no such team among the caller's.
        InvalidInput: no place, days the wrong way round, a unit that is none of the caller's, or the team is elsewhere.
    """
    with ctx.write() as work:
        tree = dated_tree(work.connection)
        team = found(get_team(work.connection, stay.team_id), Missing.TEAM)
        place = planned_office(ctx, tree, stay.place_office_id) if stay.place_office_id is not None else None
        stay = replace(
            stay,
            office_id=team.office_id,
            place_office_id=place.id if place else None,
            place=" ".join(stay.place.split()),
            note=" ".join(stay.note.split()),
        )
        if place is None and not stay.place:
            raise InvalidInput("Hãy chọn đơn vị hoặc ghi địa điểm tổ đến làm việc.")
        refuse_impossible_day(stay.starts_on, "Ngày đầu")
        refuse_impossible_day(stay.ends_on, "Ngày cuối")
        if stay.ends_on < stay.starts_on:
            raise InvalidInput("Ngày cuối trước ngày đầu. Hãy sửa lại ngày.")
        for other in store.list_stays(work.connection, first=stay.starts_on, last=stay.ends_on):
            if other.team_id == stay.team_id:
                raise InvalidInput(
                    f"{team.name} đã có lịch ở {stay_words(tree, other)} từ {day_text(other.starts_on)} đến "
                    f"{day_text(other.ends_on)}. Hãy đổi ngày, hoặc bỏ lịch cũ trước."
                )
        kept = store.add_stay(work.connection, stay, ctx.account_id)
        work.note("plan_place", column=team.name, new=_told(tree, kept), reason=kept.note)
    return kept


@requires(Role.SUPERVISOR)
def drop_stay(ctx: Context, stay_id: int) -> None:
    """Take a stay out of the plan.

    Raises:
        NotFound: no such stay of a team of the caller's.
    """
    with ctx.write() as work:
        stay = next((one for one in store.list_stays(work.connection) if one.id == stay_id), None)
        stay = found(stay, Missing.STAY)
        team = found(get_team(work.connection, stay.team_id), Missing.TEAM)
        store.drop_stay(work.connection, stay_id)
        work.note("plan_place", column=team.name, old=_told(dated_tree(work.connection), stay))


@requires(Role.SUPERVISOR)
def print_stays(
    ctx: Context, *, first: dt.date | None = None, last: dt.date | None = None, office_id: int | None = None
) -> tuple[str, bytes]:
    """The plan of places and dates as a document to sign: file name and .docx.

    Raises:
        InvalidInput: nothing is planned in these days.
        ExportError: the office's own template no longer fits.
    """
    lines = list_stays(ctx, first=first, last=last, office_id=office_id)
    if not lines:
        raise InvalidInput("Chưa có lịch địa điểm nào trong thời gian này.")
    values: dict[str, object] = {
        "tu_ngay": f"{day_text(first or min(line.stay.starts_on for line in lines))}",
        "den_ngay": f"{day_text(last or max(line.stay.ends_on for line in lines))}",
        "cac_dong": [
            {
                "to": line.team,
                "to_truong": line.leader,
                "dia_diem": line.place,
                "tu_ngay": f"{day_text(line.stay.starts_on)}",
                "den_ngay": f"{day_text(line.stay.ends_on)}",
                "so_ngay": str(line.days),
                "ghi_chu": line.stay.note,
            }
            for line in lines
        ],
    }
    today = dt.datetime.now(LOCAL).date()
    with ctx.write() as work:
        return print_document(work, "places", int(f"{today:%Y%m%d}"), values)


def _told(tree: OfficeTree, stay: Stay) -> str:
    return f"{stay.starts_on.isoformat()} {stay.ends_on.isoformat()} {stay_words(tree, stay)}"
