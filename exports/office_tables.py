"""The list of offices and a list of changes of units as Excel or CSV, in and out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from corrections.campaign.calendars import day_shown
from corrections.campaign.offices import Office, OfficeLevel, OfficeTree
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.search_keys import search_key
from exports.errors import WorkbookError
from exports.tables import TableRow, count_or_unknown, read_table, understood, write_table

__all__ = ["ListedOffice", "read_changes", "read_offices", "write_changes_form", "write_offices"]

_CODE, _NAME, _LEVEL, _PARENT = "Mã đơn vị", "Tên đơn vị", "Cấp", "Mã cấp trên"
_CONTACT, _PHONE, _MAIL, _OFFICER = "Đầu mối", "Điện thoại", "Thư điện tử", "Cán bộ phụ trách địa bàn"
_STARTS, _TARGET, _QUOTA, _MACHINES, _CUTOFF = "Ngày bắt đầu", "Hạn hoàn thành", "Định mức", "Số máy", "Giờ chốt"
_NOTE = "Ghi chú"
_KIND, _ON, _NEW_CODE, _NEW_NAME, _DOCUMENT = "Việc", "Ngày hiệu lực", "Mã đơn vị nhận", "Tên mới", "Văn bản"
_FIELDS = {
    _CODE: "code",
    _NAME: "name",
    _LEVEL: "level",
    _PARENT: "parent_id",
    _CONTACT: "contact_name",
    _PHONE: "contact_phone",
    _MAIL: "contact_email",
    _OFFICER: "area_officer",
    _STARTS: "starts_on",
    _TARGET: "target_on",
    _QUOTA: "quota",
    _MACHINES: "machines",
    _CUTOFF: "cutoff",
    _NOTE: "note",
}
"""What of an `Office` a column tells."""
_HEADS = tuple(_FIELDS)
_CHANGE_HEADS = (_KIND, _CODE, _ON, _NEW_CODE, _NEW_NAME, _DOCUMENT)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOffice:
    """A line of the list: the unit, and the code of the one above it."""

    office: Office
    parent_code: str
    told: frozenset[str]
    """Names of the fields of `Office` that the list has columns for; of the others it says nothing."""


def write_offices(tree: OfficeTree) -> bytes:
    """All units that stand, each below the one above it."""
    rows = [
        (
            office.code,
            office.name,
            office.level.label,
            parent.code if (parent := tree.get(office.parent_id)) else "",
            office.contact_name,
            office.contact_phone,
            office.contact_email,
            office.area_officer,
            day_shown(office.starts_on),
            day_shown(office.target_on),
            "" if office.quota is None else str(office.quota),
            "" if office.machines is None else str(office.machines),
            office.cutoff,
            office.note,
        )
        for office in tree.in_order()
        if not office.abolished_on
    ]
    return write_table("DANH SÁCH ĐƠN VỊ", _HEADS, rows, sheet_name="Don vi")


def read_offices(path: Path) -> tuple[ListedOffice, ...]:
    """Units of a list in Excel or CSV, all or none.

    Raises:
        WorkbookError: wrong columns, or rows that cannot be understood, every one named.
    """
    listed = _read(path, _HEADS, (_CODE, _NAME, _LEVEL), _office)
    codes = [item.office.code for item in listed]
    twice = tuple(f"mã {code} có hai lần" for code in sorted({c for c in codes if codes.count(c) > 1}))
    if twice:
        raise WorkbookError("wrong_rows", f"Danh sách {path.name} có mã bị lặp. Chưa nhập đơn vị nào:", twice)
    return listed


def write_changes_form() -> bytes:
    """An empty list of changes, with one line of each kind as an example, whose code in brackets keeps it out."""
    rows = [
        (
            ChangeKind.JOIN.label,
            "(ví dụ: 25195)",
            "01/07/2025",
            "25200",
            "(chỉ ghi khi đơn vị nhận là đơn vị mới)",
            "Số ...",
        ),
        (ChangeKind.RENAME.label, "(ví dụ: 25201)", "01/07/2025", "", "Phường Tân Lập", "Số ..."),
        (ChangeKind.ABOLISH.label, "(ví dụ: 25202)", "01/07/2025", "(để trống: cấp trên nhận sổ)", "", "Số ..."),
    ]
    return write_table("SÁP NHẬP, ĐỔI TÊN, GIẢI THỂ", _CHANGE_HEADS, rows, sheet_name="Thay doi")


def read_changes(path: Path) -> tuple[UnitChange, ...]:
    """Changes of units in Excel or CSV, all or none; examples that were left in are passed over.

    Raises:
        WorkbookError: wrong columns, or rows that cannot be understood, every one named.
    """
    return _read(path, _CHANGE_HEADS, (_KIND, _CODE, _ON), _change)


def _read(path: Path, heads: Sequence[str], required: Sequence[str], taken: Callable[[TableRow], _T]) -> tuple[_T, ...]:
    refusal = f"Tệp {path.name} có dòng chưa đúng. Chưa nhập dòng nào; hãy sửa:"
    rows = read_table(path, heads, required=required)
    return understood((row for row in rows if not _is_hint(row.cells[_CODE])), taken, refusal)


def _office(row: TableRow) -> ListedOffice:
    cells = row.cells
    level = next((v for v in OfficeLevel if search_key(cells[_LEVEL]) in _spellings(v)), None)
    if level is None:
        raise ValueError(f"cấp «{cells[_LEVEL]}» không có; hãy ghi Cấp xã, Cấp huyện hoặc Cấp tỉnh")
    office = Office(
        code=cells[_CODE],
        name=cells[_NAME],
        level=level,
        contact_name=cells.get(_CONTACT, ""),
        contact_phone=cells.get(_PHONE, ""),
        contact_email=cells.get(_MAIL, ""),
        area_officer=cells.get(_OFFICER, ""),
        starts_on=_day(cells.get(_STARTS, ""), _STARTS),
        target_on=_day(cells.get(_TARGET, ""), _TARGET),
        quota=count_or_unknown(cells.get(_QUOTA, ""), _QUOTA),
        machines=count_or_unknown(cells.get(_MACHINES, ""), _MACHINES),
        cutoff=cells.get(_CUTOFF, ""),
        note=cells.get(_NOTE, ""),
    )
    told = frozenset(_FIELDS[head] for head in cells)
    return ListedOffice(office=office, parent_code=cells.get(_PARENT, ""), told=told)


def _spellings(level: OfficeLevel) -> tuple[str, ...]:
    label = search_key(level.label)
    return (label, label.removeprefix("cap "), level.value)


def _change(row: TableRow) -> UnitChange:
    cells = row.cells
    kind = next((k for k in ChangeKind if search_key(cells[_KIND]) in (search_key(k.label), k.value)), None)
    if kind is None:
        kinds = ", ".join(k.label for k in ChangeKind)
        raise ValueError(f"việc «{cells[_KIND]}» không có; hãy ghi một trong: {kinds}")
    return UnitChange(
        kind=kind,
        code=cells[_CODE],
        on=_day(cells[_ON], _ON),
        new_code=_unless_hint(cells.get(_NEW_CODE, "")),
        new_name=_unless_hint(cells.get(_NEW_NAME, "")),
        document=cells.get(_DOCUMENT, ""),
    )


def _unless_hint(text: str) -> str:
    return "" if _is_hint(text) else text


def _is_hint(text: str) -> bool:
    return text.startswith("(")


def _day(text: str, head: str) -> str:
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    if parts is None:
        raise ValueError(f"{head.lower()} «{text}» không phải ngày; hãy ghi như 15/07/2023")
    return f"{parts[3]}-{int(parts[2]):02d}-{int(parts[1]):02d}"
