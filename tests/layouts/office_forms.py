"""Forms an office might bring: copies of shipped ones, forms with few labels, forms of no register at all."""

from __future__ import annotations

import yaml

from layouts.loader import shipped_template
from layouts.register_types import RegisterType

NOWHERE = ("Số hiệu tàu:", "Cảng đăng ký:", "Trọng tải:", "Tên thuyền trưởng:", "Vật liệu vỏ tàu:", "Công suất máy:")
"""Labels that stand on no register of civil status."""
_COLUMNS = ("so", "trangSo", "noiDangKy", "nguoiKy", "chucVuNguoiKy", "ghiChu")
"""Every register has them."""


def copied(form: str, base: str = "birth-2006", *, version: int = 1, lower_mm: float = 0.0, **changes: str) -> str:
    """A shipped form under another name, every second item of it lowered by so much."""
    data = shipped_template(base).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for item in data["items"][::2]:
        item["y_mm"] += lower_mm
    data |= {"form": form, "version": version, "grade": "office"} | changes
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def of_labels(form: str, *labels: str, register_type: RegisterType = RegisterType.BIRTH) -> str:
    """A form with these labels one below the other."""
    items = [
        {
            "label": [label],
            "kind": "line",
            "area": "entry",
            "columns": [_COLUMNS[number]],
            "x_mm": [5],
            "y_mm": 30.0 + 12 * number,
            "end_x_mm": 120,
        }
        for number, label in enumerate(labels)
    ]
    data = {
        "form": form,
        "register_type": register_type.value,
        "era": "office",
        "version": 1,
        "title": "SỔ THỬ",
        "grade": "office",
        "legal_basis": "Mẫu do đơn vị lập",
        "in_use": {"from": 1990, "to": 2030},
        "layout": "form",
        "entries_per_page": 1,
        "page_mm": {"width": 210, "height": 297},
        "frame_mm": {"left": 15, "top": 20, "width": 180, "height": 250},
        "items": items,
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
