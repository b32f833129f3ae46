"""The campaign of a commune, a district or a province: the plans' forms, counting on paper, annexes, packages."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from corrections.campaign.figures import Period
from corrections.campaign.offices import OfficeTree
from vietnamese.shown_time import LOCAL
from workbench.screens.campaign_forms import forms_part, volumes_part, years_part
from workbench.screens.campaign_packages import packages_part
from workbench.screens.campaign_paper import annexes_part, paper_part
from workbench.screens.frame import run_page
from workbench.services.context import Context
from workbench.services.offices import office_tree, own_office

_PARTS = {
    "forms": "Phụ lục 01, báo cáo tuần, tháng",
    "years": "Theo năm",
    "volumes": "Phụ lục 02-04",
    "paper": "Đếm trên giấy",
    "annexes": "Phụ lục in",
    "packages": "Gửi, nhận số liệu",
}


def show(context: Context) -> None:
    """The screen; only the part chosen is computed."""
    st.header("Chiến dịch")
    part = st.segmented_control(
        "Phần", list(_PARTS), default="forms", format_func=_PARTS.__getitem__, label_visibility="collapsed"
    )
    if part == "paper":
        paper_part(context, office_tree(context))
        return
    if part == "annexes":
        annexes_part(context)
        return
    tree = office_tree(context)
    if part == "volumes":  # what there is to do has no period
        volumes_part(context, _unit(context, tree, st.container()))
        return
    if len(tree):
        unit_box, period_box, day_box = st.columns([3, 2, 2])
    else:  # a commune by itself has no unit to choose
        period_box, day_box, unit_box = st.columns([2, 2, 3])
    office_id = _unit(context, tree, unit_box)
    with period_box:
        period = _period()
    day: date = day_box.date_input("Ngày", datetime.now(LOCAL).date(), format="DD/MM/YYYY")
    if part == "years":
        years_part(context, office_id, day)
    elif part == "packages":
        packages_part(context, tree, office_id, period, day)
    else:
        forms_part(context, office_id, period, day)


def _unit(context: Context, tree: OfficeTree, box: st.delta_generator.DeltaGenerator) -> int | None:
    """The unit that reports; none to choose where there is no tree."""
    standing = [office for office in tree.in_order() if not office.abolished_on]
    if not standing:
        return None
    own = own_office(context)
    ids: list[int | None] = [office.id for office in standing]
    at = ids.index(own.id) if own is not None and own.id in ids else 0
    names = {office.id: tree.path(office.id) for office in standing}
    chosen: int | None = box.selectbox("Đơn vị báo cáo", ids, index=at, format_func=lambda i: names[i or 0])
    return chosen


def _period() -> Period:
    periods = [period.value for period in Period]
    labels = {period.value: period.label for period in Period}
    chosen = st.segmented_control("Kỳ", periods, default=Period.DAY.value, format_func=labels.__getitem__)
    return Period(chosen or Period.DAY.value)


if __name__ == "__main__":
    run_page(show)
