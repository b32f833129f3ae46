"""Units of the campaign: the tree, one unit's data, whole lists in and out, and units joined, renamed or abolished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corrections.campaign.calendars import day_shown
from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.entries import Role
from exports.spreadsheets import XLSX
from workbench.screens.frame import run_page
from workbench.screens.plain import plain
from workbench.screens.telling import tell
from workbench.screens.uploads import read_upload
from workbench.services import offices as service
from workbench.services.context import Context
from workbench.wording import number

_NEW = 0
"""In place of a unit's id: one to be made."""
_INDENT = "\u2003"


def show(context: Context) -> None:
    """The screen."""
    st.header("Đơn vị")
    tree = service.office_tree(context)
    listed, one, changes = st.tabs(["Danh sách", "Một đơn vị", "Sáp nhập, đổi tên, giải thể"])
    with listed:
        _list(context, tree)
    with one:
        _one(context, tree)
    with changes:
        _changes(context)


def _list(context: Context, tree: OfficeTree) -> None:
    if len(tree):
        st.dataframe(pd.DataFrame([_cells(tree, office) for office in tree.in_order()]), hide_index=True)
    else:
        st.info("Chưa có đơn vị nào. Xã làm một mình không cần danh sách; huyện, tỉnh hãy nhập danh sách từ Excel.")
    st.download_button("Tải danh sách (Excel)", service.export_offices(context), "danh-sach-don-vi.xlsx", XLSX)
    if not context.may(Role.ADMINISTRATOR) or context.office_ids() is not None:
        return
    file = st.file_uploader("Nhập danh sách từ Excel hoặc CSV", type=["xlsx", "csv"], key="offices_file")
    if file is not None and st.button("Nhập danh sách"):
        done = read_upload(file, lambda path: service.import_offices(context, path))
        tell(f"Đã thêm {done.added} đơn vị, sửa {done.changed} đơn vị.")
    if len(tree) and st.button("Gắn sổ với đơn vị theo nơi đăng ký", help="Chỉ các sổ chưa gắn với đơn vị nào."):
        given, unknown = service.assign_books(context)
        left = f" Không rõ đơn vị của: {plain('; '.join(unknown[:5]))}." if unknown else ""
        tell(f"Đã gắn {number(given)} sổ với đơn vị.{left}")


def _cells(tree: OfficeTree, office: Office) -> dict[str, str]:
    depth = len(tree.ancestors(office.id)) - 1
    heir = tree.get(office.successor_id)
    ended = f"thôi từ {day_shown(office.abolished_on)}" if office.abolished_on else "đang hoạt động"
    return {
        "Mã": office.code,
        "Đơn vị": _INDENT * depth + office.name,
        "Cấp": office.level.label,
        "Đầu mối": ", ".join(filter(None, (office.contact_name, office.contact_phone))),
        "Phụ trách địa bàn": office.area_officer,
        "Bắt đầu": day_shown(office.starts_on),
        "Hạn": day_shown(office.target_on),
        "Định mức": number(office.quota) if office.quota else "",
        "Số máy": number(office.machines) if office.machines else "",
        "Giờ chốt": office.cutoff,
        "Tình trạng": f"{ended}, sổ về {heir.name}" if heir else ended,
    }


def _one(context: Context, tree: OfficeTree) -> None:
    if not context.may(Role.ADMINISTRATOR):
        st.info("Quản trị sửa thông tin đơn vị.")
        return
    standing = {o.id: o for o in tree.in_order() if not o.abolished_on}
    names = {_NEW: "(đơn vị mới)", **{key: f"{o.code} {tree.path(key)}" for key, o in standing.items()}}
    chosen = st.selectbox("Đơn vị", list(names), format_func=names.__getitem__, key="office_chosen")
    office = standing.get(chosen) or Office(code="", name="", level=OfficeLevel.COMMUNE)
    with st.form(f"office_{chosen}"):
        changed = _form(office, standing, names)
        sent = st.form_submit_button("Lưu đơn vị", type="primary")
    if sent:
        kept = service.save_office(context, changed)
        tell(f"Đã lưu {plain(kept.name)}.")


def _form(office: Office, standing: dict[int, Office], names: dict[int, str]) -> Office:
    code_box, name_box, level_box = st.columns([1, 2, 1])
    above: dict[int, str] = {_NEW: "(không có)", **{key: names[key] for key in standing if key != office.id}}
    left, right = st.columns(2)
    days = st.columns(5)
    return replace(
        office,
        code=code_box.text_input("Mã đơn vị", office.code),
        name=name_box.text_input("Tên đơn vị", office.name, help="Cả chữ chỉ loại: Xã Tân Lập, Huyện Yên Bình"),
        level=_level(level_box, office.level),
        parent_id=left.selectbox(
            "Trực thuộc",
            list(above),
            index=list(above).index(office.parent_id or _NEW),
            format_func=above.__getitem__,
        )
        or None,
        area_officer=right.text_input("Cán bộ cấp trên phụ trách địa bàn", office.area_officer),
        contact_name=left.text_input("Đầu mối của đơn vị", office.contact_name),
        contact_phone=right.text_input("Điện thoại", office.contact_phone),
        contact_email=left.text_input("Thư điện tử", office.contact_email),
        note=right.text_input("Ghi chú", office.note),
        starts_on=_day(days[0].date_input("Ngày bắt đầu", _date(office.starts_on), format="DD/MM/YYYY")),
        target_on=_day(days[1].date_input("Hạn hoàn thành", _date(office.target_on), format="DD/MM/YYYY")),
        quota=days[2].number_input("Định mức mỗi máy một ngày", 1, value=office.quota, placeholder="theo thiết lập"),
        machines=days[3].number_input("Số máy", 1, value=office.machines, placeholder="chưa rõ"),
        cutoff=days[4].text_input("Giờ chốt số liệu", office.cutoff, placeholder="15:00"),
    )


def _level(box: DeltaGenerator, level: OfficeLevel) -> OfficeLevel:
    levels = [one.value for one in OfficeLevel]
    labels = {one.value: one.label for one in OfficeLevel}
    return OfficeLevel(box.selectbox("Cấp", levels, index=levels.index(level.value), format_func=labels.__getitem__))


def _changes(context: Context) -> None:
    found = service.office_changes(context)
    if found:
        rows = [{"Ngày hiệu lực": c.on, "Thay đổi": c.told, "Văn bản": c.document, "Xem lại": c.warning} for c in found]
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    else:
        st.caption("Chưa có đơn vị nào được sáp nhập, đổi tên hay giải thể.")
    if not context.may(Role.ADMINISTRATOR) or context.office_ids() is not None:
        return
    st.download_button("Tải mẫu danh sách thay đổi (Excel)", service.changes_form(context), "thay-doi.xlsx", XLSX)
    file = st.file_uploader("Danh sách thay đổi (Excel hoặc CSV)", type=["xlsx", "csv"], key="changes_file")
    if file is not None and st.button("Thực hiện các thay đổi", type="primary"):
        count = read_upload(file, lambda path: service.import_changes(context, path))
        tell(f"Đã thực hiện {count} thay đổi; sổ của đơn vị cũ do đơn vị nhận quản lý.")
    if renames := {c.id: c for c in found if c.is_rename}:
        _rename_day(context, renames)


def _rename_day(context: Context, renames: Mapping[int, service.OfficeChange]) -> None:
    """Another day for a rename that was entered with a wrong one."""
    with st.expander("Sửa ngày đổi tên", expanded=any(c.warning for c in renames.values())):
        left, right, button = st.columns([3, 1, 1], vertical_alignment="bottom")
        shown = {number: f"{c.on} · {c.told}" for number, c in renames.items()}
        chosen = left.selectbox("Lần đổi tên", list(shown), format_func=shown.__getitem__)
        day = right.date_input("Ngày đúng", value=None, format="DD/MM/YYYY")
        if button.button("Sửa ngày", disabled=day is None) and isinstance(day, date):
            service.correct_rename_day(context, chosen, day)
            tell("Đã sửa ngày đổi tên.")


def _date(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


if __name__ == "__main__":
    run_page(show)
