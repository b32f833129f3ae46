"""Templates of printed documents on a screen: what may be filled in, the file in force, a unit's own instead."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from corrections.entries import Role
from exports.documents import DOCX
from workbench.screens.plain import plain
from workbench.services.context import Context
from workbench.services.printing import (
    TemplateInForce,
    document_template,
    list_document_templates,
    remove_document_template,
    save_document_template,
)

__all__ = ["template_files"]


def template_files(context: Context, names: Collection[str]) -> None:
    """Show the templates of some kinds of document; supervisors may change those of their unit."""
    st.caption(
        "Tải mẫu về, sửa bằng Word (giữ các chỗ {{ ... }}), rồi nạp lại để dùng mẫu của đơn vị. Đơn vị trực thuộc chưa "
        "có mẫu riêng in theo mẫu của đơn vị cấp trên gần nhất."
    )
    for one in list_document_templates(context):
        if one.name in names:
            with st.expander(f"{one.kind.label}: {plain(_in_force(one))}"):
                _one(context, one, may_change=context.may(Role.SUPERVISOR))


def _in_force(one: TemplateInForce) -> str:
    """Which file it is made from, and whose."""
    if not one.file_name:
        return "mẫu có sẵn"
    return f"{one.file_name} ({one.of_unit or ('mẫu của đơn vị' if one.own else 'mẫu chung')})"


def _one(context: Context, one: TemplateInForce, *, may_change: bool) -> None:
    places = [f"{{{{ {name} }}}}: {place.means}" for name, place in one.kind.places.items()]
    if one.kind.list:
        places.append(f"{{{{ {one.kind.items} }}}}: bảng. {one.kind.list.means}")
    st.text("\n".join(places))
    st.download_button(
        "Tải mẫu đang dùng",
        lambda: document_template(context, one.name),
        f"mau-{one.kind.file}.docx",
        DOCX,
        key=f"template_get_{one.name}",
    )
    if not may_change:
        return
    file = st.file_uploader("Mẫu của đơn vị (.docx)", type=["docx"], key=f"template_file_{one.name}")
    if file is not None and st.button("Dùng mẫu này", key=f"template_put_{one.name}", type="primary"):
        save_document_template(context, one.name, file.getvalue(), file.name)
        st.success("Đã lưu; các giấy tờ in từ nay theo mẫu này.")
    if one.own and st.button("Bỏ mẫu của đơn vị", key=f"template_drop_{one.name}"):
        remove_document_template(context, one.name)
        st.rerun()
