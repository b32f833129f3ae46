"""Signing in; on the first start of an installation, making its administrator."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.screens.plain import plain
from workbench.screens.second_step_view import (
    CODE_LABEL,
    forget_secret,
    secret_being_set_up,
    show_recovery_codes,
    show_secret,
)
from workbench.services.accounts import create_first_administrator, needs_first_administrator
from workbench.services.context import Context
from workbench.services.errors import ServiceError
from workbench.services.second_step import SwitchedOn, choose_password, give_code, switch_on_at_door
from workbench.services.second_step_rules import PasswordGiven, SecondStepNeeded, Step, StepOver
from workbench.services.sessions import SignedIn, context_of_session, sign_in

__all__ = ["show_sign_in"]

_GIVEN, _ON, _OVER = "password_given", "switched_on_at_door", "second_step_over"
"""Keys of the session, which is in the server's memory: how far somebody has come, and what ended it."""

_DIFFERENT = "Hai lần nhập mật khẩu khác nhau. Hãy nhập lại cho giống nhau."


def show_sign_in(context: Context, *, session_over: bool = False) -> str | None:
    """Show the form; the secret of the new session once somebody has signed in.

    Args:
        context: nobody's.
        session_over: a session of this browser has ended, which is told.
    """
    _, middle, _ = st.columns([1, 1.3, 1])
    with middle:
        st.title("Số hóa sổ hộ tịch")
        if needs_first_administrator(context):
            return _first_start(context)
        if session_over:
            st.info(
                "Phiên làm việc đã hết (lâu không dùng, hoặc đã bị kết thúc). Phần đang nhập dở vẫn còn trong máy này."
            )
        if isinstance(switched_on := st.session_state.get(_ON), SwitchedOn):
            return _recovery_codes(context, switched_on)
        if isinstance(given := st.session_state.get(_GIVEN), PasswordGiven):
            choosing = given.step is Step.CHOOSE_PASSWORD
            return _choose_password(context, given) if choosing else _second_step(context, given)
        return _sign_in(context)


def _sign_in(context: Context) -> str | None:
    told = st.container()  # above the form: below it lies outside a low window
    if over := st.session_state.pop(_OVER, ""):
        told.warning(over)
    with st.form("sign_in"):
        st.subheader("Đăng nhập")
        name = st.text_input("Tên đăng nhập", autocomplete="username")
        password = st.text_input("Mật khẩu", type="password", autocomplete="current-password")
        sent = st.form_submit_button("Đăng nhập", type="primary", width="stretch")
    st.caption("Quên mật khẩu: nhờ quản trị của cơ quan đặt lại ở màn hình Tài khoản.")
    return _open(context, name, password, told) if sent else None


def _second_step(context: Context, given: PasswordGiven) -> str | None:
    """The form for the code, or for switching the second factor on, of somebody whose password was right."""
    told, setting_up = st.container(), given.step is Step.SWITCH_ON
    secret = secret_being_set_up(given.account.name) if setting_up else ""
    if setting_up:
        told.info(
            "Cơ quan bắt buộc đăng nhập hai bước với tài khoản này. Hãy cài cho điện thoại của bạn (làm một lần)."
        )
        show_secret(secret, given.account.name)
    with st.form("second_step", clear_on_submit=True):
        if not setting_up:
            st.subheader("Bước hai")
        label = CODE_LABEL if setting_up else "Mã sáu số trên điện thoại, hoặc mã dự phòng"
        code = st.text_input(label, autocomplete="one-time-code")
        sent = st.form_submit_button("Đăng nhập", type="primary", width="stretch")
    _way_back()
    st.caption("Mất điện thoại và mã dự phòng: nhờ quản trị đặt lại đăng nhập hai bước ở màn hình Tài khoản.")
    if not sent:
        return None
    if setting_up:
        return _taken(told, lambda: switch_on_at_door(context, given, secret=secret, code=code))
    return _taken(told, lambda: give_code(context, given, code))


def _choose_password(context: Context, given: PasswordGiven) -> str | None:
    """The form of somebody whose password was set by somebody else; nothing is opened before another is chosen."""
    told = st.container()
    with st.form("choose_password", clear_on_submit=True):
        st.subheader("Đặt mật khẩu của bạn")
        st.write(
            "Mật khẩu vừa nhập do người khác đặt. Hãy đặt mật khẩu chỉ mình bạn biết rồi mới vào được chương trình."
        )
        new = st.text_input("Mật khẩu mới (ít nhất 8 ký tự)", type="password", autocomplete="new-password")
        again = st.text_input("Nhập lại mật khẩu mới", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Đặt mật khẩu và vào", type="primary", width="stretch")
    _way_back()
    if sent and new != again:
        told.error(_DIFFERENT)
        return None
    return _taken(told, lambda: choose_password(context, given, new)) if sent else None


def _way_back() -> None:
    if st.button("Quay lại", width="stretch"):
        _leave_second_step()
        st.rerun()


def _taken(told: DeltaGenerator, step: Callable[[], SignedIn | SwitchedOn]) -> str | None:
    """Take one step of signing in: the secret of the session it opens, or what comes next on a screen of its own."""
    try:
        taken = step()
    except SecondStepNeeded as needed:
        _leave_second_step()
        st.session_state[_GIVEN] = needed.given
        st.rerun()
    except StepOver as error:
        _leave_second_step()
        st.session_state[_OVER] = plain(error)
        st.rerun()
    except ServiceError as error:
        told.error(plain(error))
        return None
    _leave_second_step()
    if isinstance(taken, SignedIn):
        return taken.token
    st.session_state[_ON] = taken
    st.rerun()


def _leave_second_step() -> None:
    forget_secret()
    st.session_state.pop(_GIVEN, None)


def _recovery_codes(context: Context, switched_on: SwitchedOn) -> str | None:
    if context_of_session(context, switched_on.signed_in.token, used=False) is None:  # left alone too long
        del st.session_state[_ON]
        st.rerun()
    st.subheader("Đã bật đăng nhập hai bước")
    show_recovery_codes(switched_on.recovery_codes)
    if not st.button("Tôi đã cất mã dự phòng, vào chương trình", type="primary", width="stretch"):
        return None
    del st.session_state[_ON]
    return switched_on.signed_in.token


def _first_start(context: Context) -> str | None:
    st.info(
        "Máy này mới cài, chưa có tài khoản nào. Hãy tạo tài khoản quản trị đầu tiên. "
        "Mã cài đặt in trên cửa sổ dòng lệnh đã mở chương trình."
    )
    told = st.container()
    with st.form("first_administrator"):
        code = st.text_input("Mã cài đặt", placeholder="ba nhóm bốn ký tự: ABCD-2345-EFGH", autocomplete="off")
        full_name = st.text_input("Họ và tên", autocomplete="name")
        name = st.text_input("Tên đăng nhập", placeholder="chữ thường không dấu: quantri", autocomplete="username")
        password = st.text_input("Mật khẩu (ít nhất 8 ký tự)", type="password", autocomplete="new-password")
        again = st.text_input("Nhập lại mật khẩu", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Tạo tài khoản quản trị", type="primary", width="stretch")
    if not sent:
        return None
    if not full_name.strip():
        told.error("Chưa ghi họ và tên. Nhật ký và biên bản ghi tên này.")
        return None
    if password != again:
        told.error(_DIFFERENT)
        return None
    try:
        create_first_administrator(context, name=name, password=password, full_name=full_name, code=code)
    except ServiceError as error:
        told.error(plain(error))
        return None
    return _open(context, name, password, told)


def _open(context: Context, name: str, password: str, told: DeltaGenerator) -> str | None:
    return _taken(told, lambda: sign_in(context, name=name, password=password, client=_address()))


def _address() -> str:
    address = st.context.ip_address
    return address if isinstance(address, str) else ""
