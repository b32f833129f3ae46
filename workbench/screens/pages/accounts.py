"""Accounts: who may sign in, roles, teams and shifts; one's own password."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corrections.entries import Role
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.accounts import Account, create_account, list_accounts, reset_password, update_account
from workbench.services.context import Context
from workbench.services.offices import office_tree
from workbench.services.second_factor import (
    require_second_factor,
    requirement,
    reset_second_factor,
    with_second_factor,
)
from workbench.services.second_step_rules import Requirement
from workbench.wording import ROLES

_ROUND = "accounts_round"
_REQUIRED = {
    Requirement.NOBODY: "Không bắt buộc ai (mỗi người tự bật)",
    Requirement.ADMINISTRATORS: "Quản trị",
    Requirement.SUPERVISORS: "Người kiểm tra và quản trị",
    Requirement.ALL: "Mọi tài khoản",
}


def show(context: Context) -> None:
    """The screen."""
    st.header("Tài khoản")
    accounts = list_accounts(context)
    units, two_steps = _units(context), with_second_factor(context)
    rows = [
        {
            "Tên đăng nhập": a.name,
            "Họ và tên": a.full_name,
            "Vai trò": ROLES[a.role.value],
            "Tổ": a.team,
            "Ca": a.shift,
            **({"Đơn vị": units.get(a.office_id, "")} if len(units) > 1 else {}),
            "Hai bước": "Có" if a.id in two_steps else "",
            "Tình trạng": _state(a),
        }
        for a in accounts
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    new, change = st.columns(2)
    with new:
        _new(context, units)
    with change:
        _change(context, accounts, units)
        _reset_second_step(context, [a for a in accounts if a.id in two_steps and a.id != context.account_id])
    _require_second_step(context)


def _state(account: Account) -> str:
    if not account.active:
        return "Đã khóa"
    return "Chờ đặt mật khẩu" if account.must_change else "Đang dùng"


def _require_second_step(context: Context) -> None:
    """Whose accounts must give a code of their telephone besides the password; for all units, so not by one of them."""
    standing = requirement(context)
    whole = context.office_ids() is None
    with st.form("second_factor_required"):
        st.subheader("Bắt buộc đăng nhập hai bước")
        chosen = st.selectbox(
            "Với tài khoản nào",
            list(_REQUIRED),
            list(_REQUIRED).index(standing),
            format_func=_REQUIRED.__getitem__,
            disabled=not whole,
            help="Người chưa cài bị đăng xuất ngay và phải cài điện thoại ở lần đăng nhập sau.",
        )
        sent = st.form_submit_button("Lưu", disabled=not whole)
    if sent and whole:
        missing = require_second_factor(context, chosen)
        left = f" {missing} người chưa cài phải cài ở lần đăng nhập sau." if missing else ""
        _tell(f"Đã lưu: {_REQUIRED[chosen].lower()}.{left}")


def _reset_second_step(context: Context, having: list[Account]) -> None:
    """For somebody who has lost telephone and recovery codes."""
    if not having:
        return
    names = {a.id: f"{a.full_name} ({a.name})" if a.full_name else a.name for a in having}
    with st.form("second_factor_reset"):
        st.subheader("Đặt lại đăng nhập hai bước")
        picked = st.selectbox(
            "Người mất điện thoại và mã dự phòng",
            names,
            index=None,
            placeholder="Chọn tài khoản",
            format_func=names.__getitem__,
            help="Hãy gặp hoặc gọi đúng người trước khi đặt lại. Người này bị đăng xuất ngay.",
        )
        sent = st.form_submit_button("Đặt lại")
    if sent and picked is not None:
        reset_second_factor(context, picked)
        _tell(f"Đã đặt lại đăng nhập hai bước của «{plain(names[picked])}».")


def _units(context: Context) -> dict[int | None, str]:
    """Units an account may belong to; only «none» where there is no tree of units."""
    tree = office_tree(context)
    nobody: dict[int | None, str] = {None: "(cả hệ thống)"} if context.office_ids() is None else {}
    return {**nobody, **{o.id: tree.path(o.id) for o in tree.in_order() if not o.abolished_on}}


def _unit_box(units: dict[int | None, str], chosen: int | None, key: str) -> int | None:
    if len(units) < 2:
        return next(iter(units), None)
    ids = list(units)
    at = ids.index(chosen) if chosen in ids else 0
    return st.selectbox("Đơn vị", ids, index=at, format_func=units.__getitem__, key=key)


def _role_box(label: str, role: Role, key: str) -> Role:
    roles = list(Role)
    return st.selectbox(label, roles, index=roles.index(role), format_func=lambda r: ROLES[r.value], key=key)


def _new(context: Context, units: dict[int | None, str]) -> None:
    round_ = st.session_state.setdefault(
        _ROUND, 0
    )  # the form empties when an account was made, not when it was refused
    with st.form(f"new_account_{round_}", clear_on_submit=False):
        st.subheader("Thêm tài khoản")
        name = st.text_input("Tên đăng nhập", help="Chữ thường không dấu, ví dụ: nhaplieu1")
        full_name = st.text_input("Họ và tên")
        role = _role_box("Vai trò", Role.CLERK, f"new_role_{round_}")
        unit = _unit_box(units, None, f"new_unit_{round_}")
        left, right = st.columns(2)
        team, shift = left.text_input("Tổ"), right.text_input("Ca", help="Ví dụ: sáng, chiều, tối")
        password = st.text_input("Mật khẩu ban đầu (ít nhất 8 ký tự)", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Thêm", type="primary")
    if sent and not full_name.strip():
        st.error("Chưa ghi họ và tên. Nhật ký và biên bản ghi tên này.")
    elif sent:
        made = create_account(
            context,
            name=name,
            password=password,
            role=role,
            full_name=full_name,
            team=team,
            shift=shift,
            office_id=unit,
        )
        _tell(f"Đã thêm tài khoản «{plain(made.name)}». Người dùng đặt mật khẩu của mình ở lần đăng nhập đầu.")


def _tell(message: str) -> None:
    """Said at the top, with the list as it is now."""
    st.session_state[_ROUND] += 1
    tell(message)


def _change(context: Context, accounts: tuple[Account, ...], units: dict[int | None, str]) -> None:
    by_id = {a.id: a for a in accounts}
    st.subheader("Sửa tài khoản")
    named = {a.id: f"{a.full_name} ({a.name})" if a.full_name else a.name for a in accounts}
    picked = st.selectbox("Tài khoản", named, index=None, placeholder="Chọn tài khoản", format_func=named.__getitem__)
    if picked is None:  # nobody's role or password is changed because his name stood first
        return
    chosen = by_id[picked]
    with st.form(f"change_{chosen.id}"):
        full_name = st.text_input("Họ và tên", chosen.full_name)
        role = _role_box("Vai trò", chosen.role, f"role_{chosen.id}")
        unit = _unit_box(units, chosen.office_id, f"unit_{chosen.id}")
        left, right = st.columns(2)
        team, shift = left.text_input("Tổ", chosen.team), right.text_input("Ca", chosen.shift)
        active = st.toggle("Đang dùng", chosen.active, help="Khóa: người này bị đăng xuất ngay.")
        password = st.text_input(
            "Mật khẩu mới (để trống nếu không đổi)",
            type="password",
            autocomplete="new-password",
            help="Người này bị đăng xuất ngay và đặt mật khẩu của mình ở lần đăng nhập sau.",
        )
        sent = st.form_submit_button("Lưu thay đổi")
    if sent:
        update_account(
            context,
            chosen.id,
            full_name=full_name,
            role=role,
            team=team,
            shift=shift,
            active=active,
            office_id=unit,
        )
        if password:
            reset_password(context, chosen.id, password)
        _tell(f"Đã lưu tài khoản «{plain(chosen.name)}».")


if __name__ == "__main__":
    run_page(show)
