"""One's own account: the password, and the second step of signing in."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from vietnamese.shown_time import local_time
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.second_step_view import (
    CODE_LABEL,
    forget_secret,
    secret_being_set_up,
    show_recovery_codes,
    show_secret,
)
from workbench.screens.telling import tell
from workbench.services.accounts import change_password
from workbench.services.context import Context
from workbench.services.second_factor import (
    OwnSecondFactor,
    new_recovery_codes,
    own_second_factor,
    switch_off,
    switch_on,
)
from workbench.wording import ROLES

_CODES = "own_recovery_codes"
"""Key of the session: recovery codes just made, until they are put away."""
_SETTING_UP = "second_factor_setting_up"
_FEW = 3
"""Recovery codes left at which new ones are advised."""
_PASSWORD = "Mật khẩu đang dùng"


def show(context: Context) -> None:
    """The screen."""
    account = context.who
    st.header("Tài khoản của tôi")
    st.caption(f"{plain(account.full_name or account.name)} · {plain(account.name)} · {ROLES[account.role.value]}")
    left, right = st.columns(2, gap="large")
    with left:
        _password(context)
    with right:
        st.subheader("Đăng nhập hai bước")
        _second_step(context)


def _password(context: Context) -> None:
    with st.form("own_password", clear_on_submit=True):
        st.subheader("Đổi mật khẩu")
        old = st.text_input(_PASSWORD, type="password", autocomplete="current-password")
        new = st.text_input("Mật khẩu mới", type="password", autocomplete="new-password")
        again = st.text_input("Nhập lại mật khẩu mới", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Đổi mật khẩu", type="primary")
    if sent and new != again:
        st.error("Hai lần nhập khác nhau. Hãy nhập lại.")
    elif sent:
        change_password(context, old=old, new=new, token=st.session_state["token"])
        tell("Đã đổi mật khẩu. Các máy khác đang đăng nhập tài khoản này đã bị đăng xuất.")


def _second_step(context: Context) -> None:
    if codes := st.session_state.get(_CODES):
        show_recovery_codes(codes)
        if st.button("Tôi đã cất mã dự phòng", type="primary"):
            del st.session_state[_CODES]
            st.rerun()
        return
    own = own_second_factor(context)
    if own.on_since is not None:
        _standing(context, own, own.on_since)
    elif st.session_state.get(_SETTING_UP):
        _set_up(context)
    else:
        st.write(
            "Ngoài mật khẩu, mỗi lần đăng nhập nhập thêm mã sáu số do điện thoại tạo ra. Người biết mật khẩu của bạn "
            "vẫn không vào được. Điện thoại và máy chủ không cần mạng."
        )
        if st.button("Bật đăng nhập hai bước", type="primary"):
            st.session_state[_SETTING_UP] = True
            st.rerun()


def _set_up(context: Context) -> None:
    secret = secret_being_set_up(context.who.name)
    show_secret(secret, context.who.name)
    with st.form("second_factor_on"):
        code = st.text_input(CODE_LABEL, autocomplete="one-time-code")
        password = st.text_input(_PASSWORD, type="password", autocomplete="current-password")
        sent = st.form_submit_button("Bật", type="primary")
    if st.button("Thôi"):
        _end_set_up()
        st.rerun()
    if sent:
        codes = switch_on(context, password=password, secret=secret, code=code, token=st.session_state["token"])
        _end_set_up()
        st.session_state[_CODES] = codes
        tell("Đã bật đăng nhập hai bước. Các máy khác đang đăng nhập tài khoản này đã bị đăng xuất.")


def _end_set_up() -> None:
    forget_secret()
    st.session_state.pop(_SETTING_UP, None)


def _standing(context: Context, own: OwnSecondFactor, on_since: datetime) -> None:
    told = f"Đang bật từ {local_time(on_since)}. Còn {own.codes_left} mã dự phòng."
    (st.warning if own.codes_left <= _FEW else st.info)(told)
    st.write("Để tạo mã dự phòng mới (mã cũ hết hiệu lực), hoặc để tắt:")
    with st.form("second_factor_change", clear_on_submit=True):
        code = st.text_input("Mã sáu số trên điện thoại, hoặc mã dự phòng", autocomplete="one-time-code")
        password = st.text_input(_PASSWORD, type="password", autocomplete="current-password")
        renewed = st.form_submit_button("Tạo mã dự phòng mới", type="primary")
        off = st.form_submit_button("Tắt đăng nhập hai bước", disabled=own.required)
    if own.required:
        st.caption("Cơ quan bắt buộc đăng nhập hai bước với vai trò của bạn, nên không tắt được.")
    if renewed:
        st.session_state[_CODES] = new_recovery_codes(context, password=password, code=code)
        tell("Đã tạo mã dự phòng mới; các mã cũ hết hiệu lực.")
    if off:
        switch_off(context, password=password, code=code)
        tell("Đã tắt đăng nhập hai bước. Từ nay chỉ cần mật khẩu.")


if __name__ == "__main__":
    run_page(show)
