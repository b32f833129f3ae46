"""Checks on places: administrative units against the lists of the entry's year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corrections.dates import parse_standard
from corrections.entries import Finding, Severity
from layouts.columns import Column, FieldKind
from vietnamese.addresses import place_key
from vietnamese.units import district_existed, districts_of, province_existed, split_place

__all__ = ["check_places"]

_HOME = ("NoiCuTru", "QueQuan", "NoiSinh")
_SOURCE = "Danh mục đơn vị hành chính 2017, 2024 và các đơn vị đã chia, tách, nhập, đổi tên"


def check_places(columns: Mapping[str, Column], values: Mapping[str, str]) -> Iterator[Finding]:
    """Provinces and districts that did not exist yet, districts no list has in their province."""
    registered = parse_standard(values.get("ngayDangKy", ""))
    for name, value in values.items():
        column = columns.get(name)
        if not value or column is None or column.kind is not FieldKind.PLACE or not name.endswith(_HOME):
            continue
        parts = split_place(value)
        if not parts.province:
            continue
        if registered is not None and province_existed(parts.province, registered.year) is False:
            yield Finding(
                check="province_too_young",
                severity=Severity.UNUSUAL,
                message=f"{column.label}: năm {registered.year} chưa có tỉnh {parts.province}; hãy xem lại.",
                columns=(name,),
                source=_SOURCE,
            )
        elif registered is not None and district_existed(parts.province, parts.district, registered.year) is False:
            yield Finding(
                check="district_too_young",
                severity=Severity.UNUSUAL,
                message=f"{column.label}: năm {registered.year} chưa có «{parts.district}» thuộc {parts.province}; "
                "hãy xem lại trên sổ.",
                columns=(name,),
                source=_SOURCE,
            )
        known = districts_of(parts.province)
        if known and parts.district and place_key(parts.district) not in known:
            yield Finding(
                check="district_unknown",
                severity=Severity.UNUSUAL,
                message=f"{column.label}: không thấy «{parts.district}» trong {parts.province}; hãy xem lại trên sổ.",
                columns=(name,),
                source=_SOURCE,
            )
