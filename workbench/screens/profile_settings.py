"""The rest of the export profile: columns from an empty template, weight of each rule, the profile as a file."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

from exports.profile import ExportProfile, RuleLevel, load_profile
from exports.rules import RuleSeverity, all_rules
from exports.standard_workbook import profile_of_template
from workbench.screens.plain import plain
from workbench.screens.uploads import read_upload
from workbench.services.context import Context
from workbench.services.settings import export_profile, save_export_profile

__all__ = ["profile_extras"]

_LEVELS = {
    "": "Như quy định",
    RuleLevel.ERROR.value: "Lỗi",
    RuleLevel.WARNING.value: "Cảnh báo",
    RuleLevel.OFF.value: "Tắt",
}
_PLACES = re.compile(r"[«]?\{\w+\}[»]?")
"""Where a rule's sentence names the value at fault."""
_SEVERITIES = {RuleSeverity.ERROR: "Lỗi", RuleSeverity.WARNING: "Cảnh báo"}


def profile_extras(context: Context) -> None:
    """Show what does not fit the form of single choices."""
    profile = export_profile(context)
    _columns(context, profile)
    _rules(context, profile)
    _file(context, profile)


def _columns(context: Context, profile: ExportProfile) -> None:
    with st.expander("Thứ tự cột theo tệp mẫu trống của Sở Tư pháp"):
        for kind, names in profile.column_order.items():
            ends = f"từ «{plain(names[0])}» đến «{plain(names[-1])}»"
            st.write(f"**{kind.label}**: {len(names)} cột theo thứ tự riêng, {ends}.")
        if profile.column_order and st.button("Bỏ mọi thứ tự riêng"):
            save_export_profile(context, profile.model_copy(update={"column_order": {}}))
            st.rerun()
        file = st.file_uploader("Tệp Excel mẫu (chỉ cần dòng tên cột)", type=["xlsx"], key="template_workbook")
        if file is None:
            return
        kind, found = read_upload(file, lambda path: profile_of_template(path, profile))
        own = found.column_order.get(kind)
        what = f"{len(own)} cột theo thứ tự riêng" if own else "đúng thứ tự cột thường dùng"
        st.write(f"Mẫu {kind.label}: {what}, trang tính «{plain(found.sheet_name or kind.prefix)}».")
        if found != profile and st.button("Dùng theo tệp mẫu này", type="primary"):
            save_export_profile(context, found)
            st.rerun()


def _rules(context: Context, profile: ExportProfile) -> None:
    with st.expander("Mức của từng quy tắc khi diễn tập nhập"):
        st.caption("Lỗi ngăn không cho xuất; cảnh báo chỉ được liệt kê trong tóm tắt.")
        table = pd.DataFrame(
            {
                "Quy tắc": [_PLACES.sub("…", rule.message) for rule in all_rules()],
                "Quy định": [_SEVERITIES[rule.severity] for rule in all_rules()],
                "Mức của đơn vị": [_LEVELS[_level(profile, rule.id)] for rule in all_rules()],
            }
        )
        choice = st.column_config.SelectboxColumn(options=list(_LEVELS.values()), required=True)
        edited = st.data_editor(
            table,
            hide_index=True,
            disabled=["Quy tắc", "Quy định"],
            column_config={"Mức của đơn vị": choice},
            width="stretch",
            key="rule_levels",
        )
        by_label = {label: level for level, label in _LEVELS.items()}
        chosen = [by_label[str(label)] for label in edited["Mức của đơn vị"]]
        levels = {rule.id: RuleLevel(level) for rule, level in zip(all_rules(), chosen, strict=True) if level}
        if levels != profile.rule_levels and st.button("Lưu mức quy tắc", type="primary"):
            save_export_profile(context, profile.model_copy(update={"rule_levels": levels}))
            st.rerun()


def _level(profile: ExportProfile, rule: str) -> str:
    level = profile.rule_levels.get(rule)
    return level.value if level else ""


def _file(context: Context, profile: ExportProfile) -> None:
    with st.expander("Tệp cấu hình dùng chung của tỉnh"):
        st.download_button("Tải cấu hình này", profile.to_json(), "cau-hinh-xuat.json", "application/json")
        file = st.file_uploader("Nhận cấu hình từ tệp", type=["json"], key="profile_file")
        if file is not None and st.button("Dùng cấu hình trong tệp", type="primary"):
            save_export_profile(context, read_upload(file, lambda path: load_profile(path.read_text("utf-8-sig"))))
            st.rerun()
