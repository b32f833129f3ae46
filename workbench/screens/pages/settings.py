"""The office's settings: rules of review, quotas, choices for the standard workbook, one's own password, backup."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import streamlit as st
from pydantic import ValidationError

from corrections.campaign.figures import form_data
from exports.inventory import PriorityRule
from exports.profile import BirthForm, ExportProfile, NameCase, OversizePdf, TimeNotation
from layouts.columns import ColumnProfile, columns
from layouts.register_types import RegisterType
from workbench.screens.backup_settings import backup_settings
from workbench.screens.frame import run_page
from workbench.screens.lookup_settings import lookup_settings
from workbench.screens.plain import plain
from workbench.screens.profile_settings import profile_extras
from workbench.services.book_order import priority_rule, save_priority_rule
from workbench.services.books import CLERKS_ADD_BOOKS
from workbench.services.campaign import CUTOFFS, WEEK_CUTOFF
from workbench.services.context import Context
from workbench.services.printing import ABOVE, PLACE
from workbench.services.settings import (
    export_profile,
    office_settings,
    save_export_profile,
    save_office_settings,
)

_RULES = {
    "approval_needed": ("Trường hợp đã xác nhận phải được người kiểm tra duyệt mới xuất", True),
    "errors_to_supervisor": ("Trường hợp còn lỗi kiểm tra tự chuyển cho người kiểm tra", True),
    "four_eyes": ("Người duyệt phải khác người nhập", False),
    CLERKS_ADD_BOOKS: ("Cán bộ nhập liệu tự thêm sổ, không phải xin", False),
}
_SWITCHES = {
    "row_number_column": "Cột số thứ tự ở đầu",
    "file_path_column": "Cột tên tệp PDF ở cuối",
    "death_date_in_words": "Cột ngày chết ghi bằng chữ (khai tử)",
    "recognition_sex": "Cột giới tính trong sổ nhận cha, mẹ, con",
    "header_hints": "Chú thích trong ô tiêu đề như mẫu khai sinh sau này",
    "number_with_year": "Số đăng ký kèm năm (045/1998)",
    "cover_in_zip": "Kèm ảnh bìa trong .zip",
    "keep_colour": "Giữ màu con dấu khi đủ dung lượng",
    "birth_province_code": "Nơi sinh ghi mã tỉnh thay cho tên",
    "marriage_state_words": "Tình trạng kết hôn ghi bằng chữ",
}
_NUMBERS = {
    "number_width": ("Số chữ số tối thiểu của số đăng ký", 1, 6),
    "file_number_width": ("Số chữ số tối thiểu trong tên tệp PDF", 1, 6),
    "largest_pdf_kb": ("Dung lượng lớn nhất của một PDF (KB)", 20, 5000),
    "pdf_dpi": ("Độ phân giải ảnh trong PDF (dpi)", 100, 300),
}
_TEXTS = {
    "name": "Tên bộ thiết lập",
    "sheet_name": "Tên trang tính (để trống: KS, KT, KH ...)",
    "file_prefix": "Tiền tố tên tệp Excel và .zip",
    "file_prefix_separator": "Dấu ngăn sau tiền tố",
    "unknown_id_paper_code": "Mã khi không rõ loại giấy tờ (trống, 0 hoặc 8)",
    "unknown_residence_code": "Mã khi không rõ loại cư trú (trống hoặc 0)",
}
_CHOICES: dict[str, tuple[str, type[Enum], dict[str, str]]] = {
    "birth_form": ("Mẫu khai sinh", BirthForm, {"first": "Mẫu đầu (60 cột)", "later": "Mẫu sau (70 cột)"}),
    "name_case": (
        "Chữ hoa, chữ thường của họ tên",
        NameCase,
        {"as_transcribed": "Như trong sổ", "upper": "VIẾT HOA", "title": "Hoa Chữ Đầu"},
    ),
    "time_of_death": (
        "Giờ chết",
        TimeNotation,
        {"as_transcribed": "Như trong sổ", "colon": "19:24", "hour_letter": "19h24"},
    ),
    "oversize_pdf": (
        "Khi PDF không thể vừa nhỏ vừa rõ",
        OversizePdf,
        {"leave_out": "Không xuất trường hợp đó, báo trong tóm tắt", "ship_with_warning": "Vẫn xuất, kèm cảnh báo"},
    ),
}


def show(context: Context) -> None:
    """The screen."""
    st.header("Thiết lập")
    rules, order, workbook, backup, lookups = st.tabs(
        ["Quy định của cơ quan", "Thứ tự làm sổ", "Tệp Excel chuẩn và PDF", "Sao lưu", "Tra cứu từ hệ thống khác"]
    )
    with rules:
        _rules(context)
    with order:
        _book_order(context)
    with workbook:
        _workbook(context)
        profile_extras(context)
    with backup:
        backup_settings(context)
    with lookups:
        lookup_settings(context)


def _rules(context: Context) -> None:
    kept = office_settings(context)
    with st.form("office_rules"):
        st.subheader("Đối chiếu và duyệt")
        values: dict[str, Any] = {
            key: st.toggle(label, value=bool(kept.get(key, default))) for key, (label, default) in _RULES.items()
        }
        st.subheader("Nhập hai lần độc lập")
        values |= _double_entry(kept)
        st.subheader("Kế hoạch")
        left, right = st.columns(2)
        values["unit_name"] = left.text_input("Tên đơn vị trên báo cáo", str(kept.get("unit_name", "")))
        values["quota"] = right.number_input(
            "Định mức mỗi máy một ngày (trường hợp)", min_value=1, value=int(kept.get("quota", 200)), step=10
        )
        values |= _letterhead(kept)
        cutoffs = _cutoffs(kept)
        sent = st.form_submit_button("Lưu quy định", type="primary")
    if sent:
        wrong = [text for text in cutoffs.values() if text and not _is_time(text)]
        if wrong:
            st.error(f"Giờ chốt «{plain(wrong[0])}» không đúng dạng giờ:phút. Hãy ghi ví dụ 15:00.")
            return
        save_office_settings(context, {**values, **cutoffs})
        st.success("Đã lưu. Quy định mới có hiệu lực từ lần lưu tiếp theo của mỗi trường hợp.")


def _letterhead(kept: Mapping[str, Any]) -> dict[str, str]:
    """What stands on top of minutes and letters of an office that works alone."""
    st.caption("Đầu trang biên bản, giấy mời (tài khoản gắn với đơn vị ở màn hình «Đơn vị» thì in theo đơn vị ấy):")
    left, right = st.columns(2)
    return {
        ABOVE: left.text_input("Cơ quan cấp trên", str(kept.get(ABOVE, "")), placeholder="UBND huyện Lộc Ninh"),
        PLACE: right.text_input("Địa danh", str(kept.get(PLACE, "")), placeholder="Lộc An"),
    }


def _cutoffs(kept: Mapping[str, Any]) -> dict[str, str]:
    """Hours that end a day, by level, and a week; empty: as plans usually have it."""
    st.caption("Giờ chốt số liệu, cho các đơn vị không ghi giờ riêng ở màn hình «Đơn vị»:")
    boxes = st.columns(len(CUTOFFS) + 1)
    values = {}
    for (level, key), box in zip(CUTOFFS.items(), boxes, strict=False):
        usual = form_data()["cutoffs"][level.value]
        values[key] = box.text_input(f"Ngày, {level.label.lower()}", str(kept.get(key, "")), placeholder=usual)
    values[WEEK_CUTOFF] = boxes[-1].text_input(
        "Tuần (thứ Sáu)", str(kept.get(WEEK_CUTOFF, "")), placeholder="như giờ của ngày"
    )
    return {key: text.strip() for key, text in values.items()}


def _double_entry(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Which fields a second person keys blind; where the two differ the entry goes to the supervisor."""
    labels = {column.name: column.label for kind in RegisterType for column in columns(kind, ColumnProfile.CORE)}
    chosen = [name for name in kept.get("double_entry_columns", ()) if name in labels]
    left, right = st.columns([3, 1])
    names = left.multiselect(
        "Các ô luôn nhập hai lần (không chọn: không ô nào)",
        list(labels),
        chosen,
        format_func=labels.__getitem__,
        placeholder="Chọn",
    )
    share = right.number_input(
        "Nhập hai lần cả trường hợp (%)", 0.0, 100.0, 100 * float(kept.get("double_entry_share", 0.0)), 0.5
    )
    seed = str(kept.get("double_entry_seed", "")) or secrets.token_hex(8)  # nobody can guess which entries are drawn
    return {"double_entry_columns": names, "double_entry_share": share / 100, "double_entry_seed": seed}


def _book_order(context: Context) -> None:
    rule = priority_rule(context)
    st.caption("Mỗi tỉnh chọn thứ tự riêng. Sổ có thứ tự riêng đặt tay (trong thông tin sổ) giữ nguyên chỗ.")
    with st.form("book_order"):
        types = st.multiselect(
            "Loại sổ làm trước, theo thứ tự chọn (loại không chọn làm sau cùng)",
            list(RegisterType),
            list(rule.type_order),
            format_func=lambda kind: kind.label,
            placeholder="Chọn",
        )
        clear = st.toggle("Sổ rõ, ít tẩy xóa làm trước", rule.clear_first)
        newest = st.toggle("Sổ mới làm trước sổ cũ", rule.newest_first)
        sent = st.form_submit_button("Lưu thứ tự", type="primary")
    if sent:
        chosen = PriorityRule(type_order=tuple(types), clear_first=clear, newest_first=newest)
        st.success(f"Đã lưu. {save_priority_rule(context, chosen)} sổ đổi chỗ.")


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%H:%M")
    except ValueError:
        return False
    return True


def _workbook(context: Context) -> None:
    profile = export_profile(context)
    with st.form("export_profile"):
        chosen: dict[str, Any] = {}
        left, right = st.columns(2)
        for key, label in _TEXTS.items():
            chosen[key] = left.text_input(label, getattr(profile, key), key=f"profile_{key}")
        for key, (label, low, high) in _NUMBERS.items():
            chosen[key] = left.number_input(label, low, high, getattr(profile, key), key=f"profile_{key}")
        for key, (label, kind, words) in _CHOICES.items():
            values = [member.value for member in kind]
            index = values.index(getattr(profile, key).value)
            chosen[key] = right.selectbox(label, values, index, format_func=words.__getitem__, key=f"profile_{key}")
        for key, label in _SWITCHES.items():
            chosen[key] = right.toggle(label, getattr(profile, key), key=f"profile_{key}")
        sent = st.form_submit_button("Lưu lựa chọn", type="primary")
    if not sent:
        return
    try:
        save_export_profile(context, ExportProfile.model_validate({**profile.model_dump(), **chosen}))
    except ValidationError as error:
        names = ", ".join(_TEXTS.get(str(item["loc"][0]), str(item["loc"][0])) for item in error.errors())
        st.error(f"Chưa lưu được, hãy sửa: {names}.")
        return
    st.success("Đã lưu. Lần xuất sau dùng lựa chọn này.")


if __name__ == "__main__":
    run_page(show)
