"""The plan: targets and who is behind, teams, rosters, work and pay by person, books given out, places and dates."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from corrections.campaign.offices import OfficeTree
from corrections.entries import Role
from vietnamese.shown_time import LOCAL
from workbench.screens.frame import run_page
from workbench.screens.plan_choices import choices_part
from workbench.screens.plan_people import roster_part, teams_part
from workbench.screens.plan_places import places_part
from workbench.screens.plan_targets import targets_part
from workbench.screens.plan_work import books_part, own_part, work_part
from workbench.services.context import Context
from workbench.services.offices import office_tree

_OWN = {"own": "Ca của tôi"}
_SEEN = {"targets": "Chỉ tiêu, tiến độ"}
_LED = {"teams": "Tổ", "roster": "Lịch ca", "work": "Kết quả theo người", "books": "Giao sổ"}
_PLACES = {"places": "Địa điểm"}
_RULES = {"choices": "Cách tính"}
_ALL = 0
"""In place of a unit's id: all of them."""
_WITHOUT_UNIT = ("own", "choices")


def show(context: Context) -> None:
    """The screen; only the part chosen is computed."""
    st.header("Kế hoạch, phân công")
    parts = _parts(context)
    part = st.segmented_control(
        "Phần", list(parts), default=next(iter(parts)), format_func=parts.__getitem__, label_visibility="collapsed"
    ) or next(iter(parts))
    today = datetime.now(LOCAL).date()
    if part in _WITHOUT_UNIT:
        (own_part if part == "own" else _choices)(context, today)
        return
    tree = office_tree(context)
    unit_box, day_box = st.columns([5, 3])
    office_id = _unit(context, tree, unit_box)
    if part == "targets":
        day = day_box.date_input("Tính đến ngày", today, format="DD/MM/YYYY")
        targets_part(context, tree, office_id, day)
    elif part == "teams":
        teams_part(context, office_id)
    elif part == "roster":
        roster_part(context, office_id, today)
    elif part == "work":
        work_part(context, office_id, today)
    elif part == "books":
        books_part(context, office_id)
    else:
        places_part(context, tree, office_id, today)


def _choices(context: Context, _today: date) -> None:
    choices_part(context)


def _parts(context: Context) -> dict[str, str]:
    """Parts for the role: clerks have their own, those who lead or inspect have the others."""
    leads = context.may(Role.SUPERVISOR, Role.INSPECTOR)
    rules = context.may(Role.ADMINISTRATOR) and context.office_ids() is None
    own = {} if context.may(Role.INSPECTOR) else _OWN
    first = {**_SEEN, **_LED, **_PLACES, **own} if leads else {**own, **_SEEN, **_PLACES}
    return {**first, **(_RULES if rules else {})}


def _unit(context: Context, tree: OfficeTree, box: st.delta_generator.DeltaGenerator) -> int | None:
    """The unit planned for; none to choose where there is no tree."""
    standing = [office for office in tree.in_order() if not office.abolished_on]
    if not standing:
        return None
    names = {_ALL: "Toàn bộ"} if context.office_ids() is None else {}
    names |= {office.id: tree.path(office.id) for office in standing}
    own = context.account.office_id if context.account else None
    ids = list(names)
    at = ids.index(own) if own in names else 0
    return box.selectbox("Đơn vị", ids, index=at, format_func=names.__getitem__) or None


if __name__ == "__main__":
    run_page(show)
