"""Part of the settings: tokens of other systems that may look entries up, made, shown once, listed, revoked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from vietnamese.shown_time import LOCAL
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.context import Context
from workbench.services.lookup_tokens import (
    LONGEST_DAYS,
    TokenLine,
    list_tokens,
    make_token,
    revoke_token,
    token_lines,
)
from workbench.services.offices import office_tree

__all__ = ["lookup_settings"]

_NEW = "lookup_secret"
_NONE = 0
"""In place of a unit's id: there is no unit yet."""
_USUAL_DAYS = 90
"""For which a token is offered."""


def lookup_settings(context: Context) -> None:
    """All of it."""
    st.caption(
        "Hệ thống khác hỏi các trường hợp đã nghiệm thu bằng mã truy cập. Giao diện chỉ mở khi quản trị máy chạy lệnh "
        "`serve-lookups`. Mỗi lần hỏi được ghi vào nhật ký."
    )
    if secret := st.session_state.pop(_NEW, ""):
        st.warning("Mã truy cập chỉ hiện lần này. Hãy chép ngay và giao tận tay người quản lý hệ thống kia.")
        st.code(secret, language=None, wrap_lines=True)
    lines = token_lines(context, list_tokens(context))
    _list(lines)
    _make(context)
    _revoke(context, [line for line in lines if line.living])


def _list(lines: tuple[TokenLine, ...]) -> None:
    if not lines:
        st.info("Chưa cấp mã nào.")
        return
    rows = [
        {
            "Số": line.id,
            "Hệ thống": line.name,
            "Đơn vị được xem": line.unit,
            "Người cấp": line.made_by,
            "Cấp lúc": line.made_at,
            "Hết hạn": line.expires_at,
            "Dùng lần cuối": line.used_at,
            "Tình trạng": line.state,
        }
        for line in lines
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _make(context: Context) -> None:
    tree = office_tree(context)
    units = {o.id: f"{o.code} {tree.path(o.id)}" for o in tree.in_order() if not o.abolished_on}
    today = datetime.now(LOCAL).date()
    with st.form("lookup_token", clear_on_submit=True):
        left, middle, right = st.columns([2, 2, 1])
        name = left.text_input("Tên hệ thống", max_chars=60)
        unit = middle.selectbox(
            "Đơn vị được xem, gồm cả đơn vị trực thuộc",
            list(units) or [_NONE],
            index=None if len(units) > 1 else 0,
            placeholder="Chọn đơn vị",
            format_func=lambda i: units.get(i, "cả cơ quan"),
        )
        last_day = right.date_input(
            "Dùng đến hết ngày",
            today + timedelta(days=_USUAL_DAYS),
            min_value=today,
            max_value=today + timedelta(days=LONGEST_DAYS),
            format="DD/MM/YYYY",
        )
        sent = st.form_submit_button("Cấp mã", type="primary")
    if sent and isinstance(last_day, date):
        made = make_token(context, name, office_id=unit or None, last_day=last_day)
        st.session_state[_NEW] = made.secret
        st.rerun()


def _revoke(context: Context, living: list[TokenLine]) -> None:
    if not living:
        return
    names = {line.id: f"{line.id} {line.name}" for line in living}
    box, button = st.columns([4, 1], vertical_alignment="bottom")
    chosen = box.selectbox(
        "Thu hồi mã",
        list(names),
        index=None,
        placeholder="Chọn mã cần thu hồi",
        format_func=names.__getitem__,
        key="lookup_revoke",
    )
    if button.button("Thu hồi", disabled=chosen is None, width="stretch") and chosen is not None:
        revoke_token(context, chosen)
        tell(f"Đã thu hồi mã của {plain(names[chosen])}; có hiệu lực ngay.")
