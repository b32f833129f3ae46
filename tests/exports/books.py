"""Invented books for the tests of this room: values, pages and whole deliveries."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from docx import Document

from corrections.entries import Book, Entry, EntryState, FieldValue
from exports.bundle import CasePage, ExportEntry
from exports.pictures import Picture
from layouts.register_types import RegisterType

OFFICE = "UBND xã Bình An, huyện Tân Lộc, tỉnh Minh Hải"
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Ngọc")


def book(register_type: RegisterType = RegisterType.BIRTH, volume: str = "01/1998") -> Book:
    return Book(id=1, register_type=register_type, volume_number=volume, office=OFFICE)


def birth_values(number: int) -> dict[str, str]:
    """A faultless birth; the date moves on with the number."""
    day, month = 1 + number % 28, 1 + (number // 28) % 12
    return {
        "so": str(number),
        "quyenSo": "01/1998",
        "trangSo": str(number),
        "ngayDangKy": f"{day:02d}.{month:02d}.1998",
        "loaiDangKy": "1",
        "noiDangKy": OFFICE,
        "nguoiKy": "Lê Văn Ký",
        "chucVuNguoiKy": "Chủ tịch",
        "nksHoTen": f"NGUYỄN THỊ {GIVEN[number % 10].upper()}",
        "nksGioiTinh": "2",
        "nksNgaySinh": f"{day:02d}.{month:02d}.1998",
        "nksNgaySinhBangChu": "Ngày một, tháng một, năm một nghìn chín trăm chín mươi tám",
        "nksNoiSinh": "Trạm y tế xã Bình An",
        "nksNoiSinhDVHC": "Bến Tre",
        "nksQueQuan": "xã Bình An, huyện Tân Lộc, tỉnh Minh Hải",
        "nksDanToc": "Kinh",
        "nksQuocTich": "Việt Nam",
        "nksLoaiKhaiSinh": "1",
        "meHoTen": f"Trần Thị {GIVEN[(number + 3) % 10]}",
        "meNgaySinh": "1975",
        "meDanToc": "Kinh",
        "meQuocTich": "Việt Nam",
        "meLoaiCuTru": "1",
        "meNoiCuTru": "xã Bình An",
        "chaHoTen": f"Nguyễn Văn {GIVEN[(number + 5) % 10]}",
        "chaNgaySinh": "12.03.1972",
        "chaDanToc": "Kinh",
        "chaQuocTich": "Việt Nam",
        "chaLoaiCuTru": "1",
        "chaNoiCuTru": "xã Bình An",
        "nycHoTen": f"Nguyễn Văn {GIVEN[(number + 5) % 10]}",
        "nycQuanHe": "Cha",
    }


def entry(number: int, values: dict[str, str], state: EntryState = EntryState.APPROVED, **more: object) -> Entry:
    fields = {n: FieldValue(column=n, text=v, normalized=v, confirmed=True) for n, v in values.items()}
    made = Entry(
        id=100 + number,
        book_id=1,
        page_id=number,
        region=0,
        register_type=RegisterType.BIRTH,
        state=state,
        revision=1,
        fields=fields,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def drawn_page(number: int, *, seal: bool = False, size: tuple[int, int] = (1170, 827)) -> np.ndarray:
    """A grey-white page at 100 dpi with text, noise and, if asked, a red seal; the same number draws the same page."""
    random = np.random.default_rng(number)
    page = np.full((*size, 3), 225, np.uint8)
    page = np.clip(page + random.normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    for line in range(12):
        text = f"So {number} dong {line} Nguyen Van {number * 7 + line}"
        cv2.putText(page, text, (60, 90 + line * 70), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (60, 50, 45), 2, cv2.LINE_AA)
    if seal:
        cv2.circle(page, (size[1] * 3 // 4, size[0] * 3 // 4), 90, (50, 40, 210), 6)
    return page


def page_of(number: int, calls: list[int] | None = None, **drawing: Any) -> CasePage:
    def load() -> Picture:
        if calls is not None:
            calls.append(number)
        return Picture(image=drawn_page(number, **drawing), dpi=100)

    return CasePage(scan_digest=hashlib.sha256(str(number).encode()).hexdigest(), page=0, load=load)


def export_entries(
    count: int, calls: list[int] | None = None, change: Callable[[int, dict[str, str]], None] | None = None
) -> list[ExportEntry]:
    """`count` faultless births, each on a page of its own."""
    items = []
    for number in range(1, count + 1):
        values = birth_values(number)
        if change:
            change(number, values)
        items.append(ExportEntry(entry=entry(number, values), pages=(page_of(number, calls),)))
    return items


def words_of_document(content: bytes) -> str:
    """Texts of a Word file, those in its tables last."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
