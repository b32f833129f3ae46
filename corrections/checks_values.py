"""Checks on the form of single values and on codes that must agree with other fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corrections.dates import parse_standard
from corrections.entries import Finding, Severity
from corrections.lists import ethnic_group, nationality
from layouts.codes import code_list
from layouts.columns import Column, FieldKind, Required
from layouts.register_types import RegisterType
from vietnamese.calendar_limits import LAST_HOUR, MINUTES
from vietnamese.letters import first_small, is_figures

__all__ = ["check_values"]

_SPEC = "Quy cách tệp Excel chuẩn"
_YEARS_OF_A_BOOK = 10
"""A book is opened in the year its number names and is full after fewer than so many. Chosen by judgement."""


def check_values(
    register_type: RegisterType, columns: Mapping[str, Column], values: Mapping[str, str], texts: Mapping[str, str]
) -> Iterator[Finding]:
    """Mandatory columns, code lists, numbers, lengths, and codes that contradict other columns."""
    yield from _required(columns, values)
    for name, value in values.items():
        column = columns.get(name)
        if column is not None and value:
            yield from _one_value(column, value)
    yield from _years(values, texts)
    yield from _residences(columns, values)
    yield from _papers(columns, values)
    if register_type is RegisterType.BIRTH:
        yield from _birth_kind(values)


def _required(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    for name, column in columns.items():
        if column.required is Required.YES and not values.get(name):
            yield Finding(
                check="missing_required",
                severity=Severity.ERROR,
                message=f"Thiếu {first_small(column.label)}; hãy nhập theo sổ.",
                columns=(name,),
                source=f"{_SPEC}: cột nhận diện trường hợp",
            )


def _one_value(column: Column, value: str) -> Iterator[Finding]:
    if column.kind is FieldKind.PAGE and not is_figures(value):
        yield _error("page_not_a_number", f"Trang số «{value}» phải chỉ gồm chữ số.", column.name)
    if column.kind is FieldKind.VOLUME and not re.fullmatch(r"\d{2,3}/(?:19|20)\d\d", value):
        yield _error("volume_form", f"Quyển số «{value}» phải có dạng số/năm, ví dụ 01/1998.", column.name)
    if column.kind is FieldKind.TIME_OF_DEATH and not _possible_time(value):
        yield _error("time_of_death", f"Giờ chết «{value}» không hợp lệ; hãy xem lại trên sổ.", column.name)
    if column.code_list and column.kind in (FieldKind.CODE, FieldKind.SEX):
        allowed = [item.code for item in code_list(column.code_list)]
        if value not in allowed:
            yield _error(
                "code_unknown",
                f"{column.label}: mã «{value}» không có trong danh mục ({', '.join(allowed)}).",
                column.name,
            )
    listed = {FieldKind.ETHNIC_GROUP: ethnic_group, FieldKind.NATIONALITY: nationality}.get(column.kind)
    if listed is not None:
        found = listed(value)
        if found is None or found.value != value:
            hint = f"; có phải «{found.value}»?" if found else "; hãy kiểm tra, giữ như sổ nếu đúng."
            yield Finding(
                check="not_in_list",
                severity=Severity.UNUSUAL,
                columns=(column.name,),
                source=_SPEC,
                message=f"{column.label} «{value}» không có trong danh mục{hint}",
            )
    if column.max_length and len(value) > column.max_length:
        yield _error("too_long", f"{column.label} dài {len(value)} ký tự, tối đa {column.max_length}.", column.name)


def _possible_time(value: str) -> bool:
    match = re.match(r"(\d{1,2})\s*(?:h|giờ|g|:)\s*(\d{1,2})?", value)
    return match is not None and int(match.group(1)) <= LAST_HOUR and int(match.group(2) or 0) in MINUTES


def _years(values: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[Finding]:
    registered = parse_standard(values.get("ngayDangKy", ""))
    if registered is None:
        return
    written = re.search(r"/\s*((?:19|20)\d\d)\s*$", texts.get("so", "") or values.get("so", ""))
    if written and int(written.group(1)) != registered.year:
        yield _error(
            "number_year_differs",
            f"Số đăng ký ghi năm {written.group(1)} nhưng ngày đăng ký năm {registered.year}; hãy xem lại.",
            "so",
            "ngayDangKy",
        )
    volume = re.fullmatch(r"\d+/(\d{4})", values.get("quyenSo", ""))
    if volume and not 0 <= registered.year - int(volume.group(1)) <= _YEARS_OF_A_BOOK:
        yield Finding(
            check="volume_year_unusual",
            severity=Severity.UNUSUAL,
            message=f"Quyển sổ mở năm {volume.group(1)} nhưng đăng ký năm {registered.year}; hãy xem lại.",
            columns=("ngayDangKy", "quyenSo"),
            source="Mẫu sổ hộ tịch: quyển số ghi năm mở sổ",
        )


def _residences(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    for name in columns:
        if name.endswith("LoaiCuTru") and values.get(name, "") not in ("", "0"):
            home = name.replace("LoaiCuTru", "NoiCuTru")
            if not values.get(home):
                yield _error(
                    "residence_kind_without_place",
                    "Có loại cư trú nhưng nơi cư trú để trống; hãy nhập nơi cư trú hoặc đặt loại là 0.",
                    name,
                    home,
                )


def _papers(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    for name in columns:
        other = name.replace("LoaiGiayToTuyThan", "GiayToKhac")
        if (
            name.endswith("LoaiGiayToTuyThan")
            and other in columns
            and values.get(name) == "8"
            and not values.get(other)
        ):
            yield Finding(
                check="other_paper_unnamed",
                severity=Severity.UNUSUAL,
                columns=(other, name),
                source=_SPEC,
                message="Loại giấy tờ là «giấy tờ khác» (8) nhưng chưa ghi tên giấy tờ.",
            )


def _birth_kind(values: Mapping[str, str]) -> Iterator[Finding]:
    kind = values.get("nksLoaiKhaiSinh", "")
    unknown = {"2": ("me",), "3": ("cha",), "4": ("me", "cha")}.get(kind, ())
    for prefix in unknown:
        if values.get(f"{prefix}HoTen"):
            who = "mẹ" if prefix == "me" else "cha"
            yield _error(
                "unknown_parent_named",
                f"Loại khai sinh là chưa xác định được {who} nhưng có tên {who}; hãy sửa một trong hai.",
                "nksLoaiKhaiSinh",
                f"{prefix}HoTen",
            )


def _error(check: str, message: str, *columns: str) -> Finding:
    return Finding(check=check, severity=Severity.ERROR, message=message, columns=columns, source=_SPEC)
