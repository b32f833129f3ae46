"""The part of the campaign's screen that sends and takes in packages of figures."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from corrections.campaign.figures import Period
from corrections.campaign.offices import OfficeTree
from corrections.campaign.packages import NEWEST, WITHOUT_STEPS
from corrections.entries import Role
from workbench.screens.plain import plain
from workbench.services import packages as service
from workbench.services.context import Context
from workbench.services.packages import PackageStatus

__all__ = ["packages_part"]

_LABELS = {
    PackageStatus.TAKEN: "✔ Đã nhận",
    PackageStatus.LATE: "✔ Đã nhận, muộn",
    PackageStatus.FOREIGN_DAY: "⚠ Đã nhận, khác ngày",
    PackageStatus.KNOWN: "Đã có",
    PackageStatus.OLDER: "Bỏ qua, cũ hơn",
    PackageStatus.REFUSED: "✖ Không nhận",
}


def packages_part(context: Context, tree: OfficeTree, office_id: int | None, period: Period, day: date) -> None:
    """Make a package for the unit above, take in those of units below, and keep their keys."""
    if not context.may(Role.SUPERVISOR):
        st.info("Người kiểm tra hoặc quản trị gửi và nhận gói số liệu.")
        return
    send, take = st.columns(2)
    with send:
        _send(context, office_id, period, day)
    with take:
        _take(context, period, day)
    if context.may(Role.ADMINISTRATOR) and len(tree):
        _keys(context, tree)


def _send(context: Context, office_id: int | None, period: Period, day: date) -> None:
    st.subheader("Gửi lên cấp trên")
    key, shown = service.own_key(context)
    st.caption(f"Khóa của máy này (gửi cho cấp trên một lần; khi gọi điện, so dấu vân **{shown}**):")
    st.code(key, language=None, wrap_lines=True)
    if office_id is None:
        st.info("Hãy nhập đơn vị của mình ở màn hình «Đơn vị» trước.")
        return
    older = st.checkbox(
        "Cấp trên còn dùng bản phần mềm cũ",
        help="Máy cấp trên báo gói «không phải gói số liệu ... hoặc bị hỏng» thì đánh dấu ô này rồi tạo lại: gói đủ số "
        "liệu, trừ số sổ đã quét, đọc, xuất, nghiệm thu.",
    )
    if st.button("Tạo gói số liệu", type="primary"):
        version = WITHOUT_STEPS if older else NEWEST
        made = service.make_package(context, office_id=office_id, period=period, day=day, version=version)
        st.download_button(  # a rerun would take the button away
            f"Tải {plain(made.file_name)}", made.data, made.file_name, "application/json", on_click="ignore"
        )


def _take(context: Context, period: Period, day: date) -> None:
    st.subheader("Nhận của cấp dưới")
    files = st.file_uploader("Các gói số liệu", type=["json"], accept_multiple_files=True, key="packages")
    if files and st.button("Nhận các gói"):
        results = service.receive_packages(context, [(f.name, f.getvalue()) for f in files], day=day)
        table = [{"Kết quả": _LABELS[r.status], "Đơn vị": r.office, "Nội dung": r.message} for r in results]
        st.dataframe(pd.DataFrame(table), hide_index=True, width="stretch")
    received = service.received_packages(context, period, day)
    st.caption(f"Đã nhận {len(received)} gói của kỳ này.")
    if received:
        rows = [
            {"Đơn vị": r.office, "Làm lúc": r.made_at, "Nhận lúc": r.received_at, "Muộn": "muộn" if r.late else ""}
            for r in received
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True)


def _keys(context: Context, tree: OfficeTree) -> None:
    with st.expander("Đăng ký khóa của đơn vị cấp dưới"):
        standing = {
            o.id: tree.path(o.id) + (" ✔" if o.public_key else "") for o in tree.in_order() if not o.abolished_on
        }
        with st.form("register_key"):
            unit = st.selectbox("Đơn vị", list(standing), format_func=standing.__getitem__)
            key = st.text_input("Khóa đơn vị gửi (64 ký tự)")
            sent = st.form_submit_button("Đăng ký khóa")
        if sent and unit is not None:
            shown = service.register_key(context, unit, key)
            st.success(f"Đã đăng ký. Hãy gọi điện để so dấu vân khóa: {plain(shown)}.")
