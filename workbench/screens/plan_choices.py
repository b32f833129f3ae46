"""How the plan is worked, on the screen: calendar with days off, hours of shifts, who has to be in one, pay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from corrections.campaign.calendars import CALENDARS
from corrections.campaign.days_off import fixed_names, shown_days
from corrections.campaign.person_work import PayRule
from corrections.campaign.shifts import ShiftRule
from layouts.register_types import RegisterType
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.plan_settings import PlanSettings, days_of_text, plan_settings, save_plan_settings

__all__ = ["choices_part"]

_KIND, _PRICE = "Loại sổ", "Đơn giá riêng (đồng)"


def choices_part(context: Context) -> None:
    """Calendar, hours of shifts, who has to be in one, target and prices; for whoever rules the installation."""
    chosen = plan_settings(context)
    names = [calendar.name for calendar in CALENDARS]
    with st.form("plan_choices"):
        one, two = st.columns(2)
        calendar = one.selectbox("Lịch làm việc", names, index=names.index(chosen.calendar.name))
        hours = two.text_input("Giờ các ca", chosen.hours, help="Ví dụ: 6-12, 12-17, 17-22")
        off = one.text_area(
            "Ngày nghỉ thêm", shown_days(chosen.calendar.off), placeholder="16/02/2026 - 20/02/2026, 27/04/2026"
        )
        extra = two.text_area("Ngày làm bù", shown_days(chosen.calendar.extra), placeholder="25/04/2026")
        st.caption(
            f"Đã tính sẵn {fixed_names()} và ngày nghỉ bù khi trùng ngày nghỉ hằng tuần (Bộ luật Lao động 2019, "
            "Điều 111 và 112). Ghi thêm Tết Âm lịch, Giỗ Tổ Hùng Vương và ngày liền kề Quốc khánh theo thông báo từng "
            "năm; đợt 20 ngày đêm không nghỉ lễ."
        )
        boxes = st.columns(3)
        rule = ShiftRule(
            least=boxes[0].number_input("Số người ít nhất mỗi ca", 1, value=chosen.rule.least),
            justice=boxes[1].number_input("Trong đó cán bộ tư pháp", 0, value=chosen.rule.justice),
            police=boxes[2].number_input("Trong đó công an", 0, value=chosen.rule.police),
        )
        pay = _pay(chosen.pay)
        sent = st.form_submit_button("Lưu cách tính", type="primary")
    if sent:
        picked = next(one for one in CALENDARS if one.name == calendar)
        days = replace(picked, off=days_of_text(off), extra=days_of_text(extra))
        save_plan_settings(context, PlanSettings(calendar=days, hours=hours, rule=rule, pay=pay))
        tell("Đã lưu cách tính.")


def _pay(chosen: PayRule) -> PayRule:
    """Target and prices; a register type without a price of its own is paid as all others."""
    boxes = st.columns(3)
    quota = boxes[0].number_input("Định mức một người một ca", 1, value=chosen.quota)
    price = boxes[1].number_input("Đơn giá một trường hợp (đồng)", 0, value=chosen.price, step=100)
    above = boxes[2].number_input(
        "Đơn giá phần vượt (đồng)", 0, value=chosen.price_above, step=100, help="0: như đơn giá thường."
    )
    kinds = {kind.label: kind for kind in RegisterType}
    table = pd.DataFrame({_KIND: list(kinds), _PRICE: [chosen.prices.get(kind) for kind in kinds.values()]})
    columns: dict[str, Any] = {_PRICE: st.column_config.NumberColumn(min_value=0, step=100)}
    edited = st.data_editor(
        table.astype({_PRICE: "Int64"}),
        hide_index=True,
        width="stretch",
        height="content",
        disabled=[_KIND],
        column_config=columns,
        placeholder="như trên",
        key="plan_prices",
    )
    pairs = zip(edited[_KIND], edited[_PRICE], strict=True)
    prices = {kinds[str(label)]: int(own) for label, own in pairs if not pd.isna(own) and own}
    return PayRule(quota=quota, price=price, price_above=above, prices=prices)
