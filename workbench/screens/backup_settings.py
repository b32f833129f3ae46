"""Backups on the settings screen: now, by the clock, and what locks them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from vietnamese.shown_time import local_time
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.services.backup_encryption import BackupLock, new_recovery_key, passphrase_lock
from workbench.services.backup_plan import (
    BackupPlan,
    backup_lock,
    backup_plan,
    backup_state,
    run_backup,
    save_backup_lock,
    save_backup_plan,
)
from workbench.services.context import Context
from workbench.wording import number

__all__ = ["backup_settings"]

_SHOWN = 10
"""Newest backups listed."""
_LOCKED = "Từ nay mọi bản sao lưu đều khóa. Các bản đã có từ trước vẫn như cũ: hãy tạo bản mới rồi cất hoặc xóa chúng."
_ASKED_LETTERS = 6
"""Letters of the recovery key that are typed, so that it is not locked away from everybody by a click."""
_WAYS = ("Bằng cụm mật khẩu", "Bằng khóa phục hồi in ra giấy", "Không khóa")


def backup_settings(context: Context) -> None:
    """The tab."""
    st.caption("Một tệp gồm cơ sở dữ liệu và mọi bản quét. Không cần ai ngừng làm việc. Nên chép sang ổ đĩa khác.")
    plan, standing = backup_plan(context), st.container()
    if st.button("Tạo bản sao lưu"):
        with st.spinner("Đang sao lưu và kiểm tra lại"):
            made = run_backup(context)
        for problem in made.problems:
            st.warning(plain(problem))
        st.success(f"Đã tạo «{plain(made.path)}», {number(made.bytes / 1e6, 1)} MB.")
    with standing:  # told last: a backup made just now counts
        _standing(context, plan)
    _schedule(context, plan)
    _lock(context)
    files = sorted(plan.folder.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for file in files[:_SHOWN]:
        st.text(f"{file.name} · {number(file.stat().st_size / 1e6, 1)} MB")
    if len(files) > _SHOWN:
        st.caption(f"Và {len(files) - _SHOWN} tệp cũ hơn trong {plain(plan.folder)}.")


def _standing(context: Context, plan: BackupPlan) -> None:
    state = backup_state(context)
    if state.problem:
        st.error(f"Lần sao lưu gần nhất không xong: {plain(state.problem)}")
    last = f"{local_time(state.last_good)} · {plain(state.last_path)}" if state.last_good else "chưa có bản nào"
    shown = st.warning if state.is_old(plan, datetime.now().astimezone()) else st.info
    shown(f"Bản sao lưu tốt gần nhất: {last}.")


def _schedule(context: Context, plan: BackupPlan) -> None:
    with st.form("backup_plan"):
        st.subheader("Sao lưu theo giờ")
        left, right = st.columns(2)
        hours = left.number_input("Cứ bao nhiêu giờ một lần (0: không tự sao lưu)", 0, 744, plan.hours)
        keep = right.number_input("Số bản giữ lại", 1, 100, plan.keep)
        own = context.settings.data_dir / "backups"
        folder = st.text_input(
            "Thư mục (nên ở ổ đĩa khác; để trống: trong thư mục dữ liệu)",
            "" if plan.folder == own else str(plan.folder),
        )
        if st.form_submit_button("Lưu lịch sao lưu", type="primary"):
            save_backup_plan(context, hours=int(hours), keep=int(keep), folder=folder)
            tell("Đã lưu lịch sao lưu.")


def _lock(context: Context) -> None:
    st.subheader("Khóa bản sao lưu")
    lock = backup_lock(context)
    if lock is None:
        st.warning("Bản sao lưu chưa khóa: ai cầm được tệp (USB, ổ đĩa rời) đều đọc được cả sổ.")
    else:
        by = "cụm mật khẩu" if lock.locked_key else "khóa phục hồi"
        st.info(
            f"Mọi bản sao lưu mới, kể cả bản tự động, đều khóa; chỉ mở được bằng {by} (dấu nhận {lock.recipient[-8:]})."
        )
    way = st.radio("Khóa cách nào", _WAYS, horizontal=True, key="backup_lock_way")
    if way == _WAYS[0]:
        _by_passphrase(context)
    elif way == _WAYS[1]:
        _by_recovery_key(context)
    elif lock is not None and st.button("Bỏ khóa các bản sao lưu sau này"):
        save_backup_lock(context, None)
        tell("Các bản sao lưu từ nay không khóa nữa; các bản đã khóa vẫn khóa.")


def _by_passphrase(context: Context) -> None:
    with st.form("backup_passphrase", clear_on_submit=True):
        first = st.text_input("Cụm mật khẩu (ít nhất 12 ký tự)", type="password", autocomplete="new-password")
        again = st.text_input("Nhập lại cụm mật khẩu", type="password", autocomplete="new-password")
        st.caption("Máy không giữ cụm mật khẩu. Quên cụm mật khẩu thì không ai mở được các bản sao lưu đã khóa.")
        if not st.form_submit_button("Khóa từ nay", type="primary"):
            return
    if first != again:
        st.error("Hai lần nhập khác nhau. Hãy nhập lại.")
        return
    with st.spinner("Đang làm khóa"):
        save_backup_lock(context, passphrase_lock(first))
    st.session_state.pop("recovery_key", None)
    tell(_LOCKED)


def _by_recovery_key(context: Context) -> None:
    if st.button("Tạo khóa phục hồi mới"):
        st.session_state["recovery_key"] = new_recovery_key()
    made: tuple[str, BackupLock] | None = st.session_state.get("recovery_key")
    if made is None:
        return
    secret, lock = made
    st.write("Khóa này chỉ hiện một lần. Hãy in ra, cất nơi an toàn ngoài máy này (két, cấp trên):")
    st.code(secret, language=None, wrap_lines=True)
    st.download_button("Tải tệp để in", f"{secret}\n", file_name="khoa-phuc-hoi.txt", mime="text/plain")
    with st.form("backup_recovery"):
        typed = st.text_input(f"Gõ {_ASKED_LETTERS} ký tự cuối của khóa trên bản đã in", autocomplete="off")
        if not st.form_submit_button("Tôi đã cất khóa, khóa từ nay", type="primary"):
            return
    if typed.strip().upper() != secret[-_ASKED_LETTERS:].upper():
        st.error("Không khớp với khóa đang hiện. Hãy xem lại bản đã in.")
        return
    save_backup_lock(context, lock)
    st.session_state.pop("recovery_key")
    tell(_LOCKED)
