"""What people see when they switch the second step of signing in on: the picture for the telephone, recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.one_time_codes import new_secret, picture_of, secret_in_groups

__all__ = ["CODE_LABEL", "forget_secret", "secret_being_set_up", "show_recovery_codes", "show_secret"]

CODE_LABEL = "Mã sáu số đang hiện trên điện thoại"
_SECRET = "second_factor_secret"
"""Key of the session: whose set-up, and a secret that counts for nothing until a code shows that a telephone has it."""


def secret_being_set_up(account: str) -> str:
    """The secret of this set-up; it stays the same while the page is open, and is never another person's."""
    whose, secret = st.session_state.get(_SECRET, ("", ""))
    if whose != account:
        secret = new_secret()
        st.session_state[_SECRET] = (account, secret)
    return str(secret)


def forget_secret() -> None:
    """Begin with another secret the next time."""
    st.session_state.pop(_SECRET, None)


def show_secret(secret: str, account: str) -> None:
    """The picture that a telephone reads, and the same as text."""
    st.write(
        "1. Cài một ứng dụng tạo mã trên điện thoại (loại TOTP, ví dụ Google Authenticator, Microsoft Authenticator, "
        "FreeOTP). Ứng dụng không cần mạng."
    )
    st.write("2. Trong ứng dụng, chọn thêm tài khoản rồi quét hình này:")
    # no picture of the framework's: those are files for somebody signed in
    st.html(f'<img src="{picture_of(secret, account)}" alt="Hình QR cho điện thoại">')
    st.write("Không quét được thì gõ khóa này vào ứng dụng (loại «theo thời gian»):")
    st.code(secret_in_groups(secret), language=None, wrap_lines=True)
    st.write("3. Nhập mã sáu số mà ứng dụng hiện ra:")


def show_recovery_codes(codes: Sequence[str]) -> None:
    """Codes for a day without the telephone, shown once."""
    st.warning(
        "Mã dự phòng chỉ hiện lần này. Hãy chép ra giấy, cất nơi an toàn, không để cạnh máy: khi không có điện thoại, "
        "nhập một mã thay cho mã sáu số. Mỗi mã dùng một lần."
    )
    st.code(
        "\n".join(f"{number:2}. {code}" for number, code in enumerate(codes, start=1)), language=None, wrap_lines=True
    )
