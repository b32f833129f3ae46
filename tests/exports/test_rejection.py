from pathlib import Path

import openpyxl

from exports.manifest import CaseFile, Manifest
from exports.rejection import match_rejections, read_rejections, rejections_in_text
from layouts.register_types import RegisterType


def case(number: int) -> CaseFile:
    return CaseFile(
        entry_id=100 + number,
        row=number + 1,
        name=f"KS.1998.01.1998-05-20.{number:03d}.pdf",
        sha256="",
        size=1,
        pages=1,
        scans=(),
        picture_key="",
        quality={},
    )


MANIFEST = Manifest(
    stem="KS.1998.01",
    register_type=RegisterType.BIRTH,
    volume="01/1998",
    profile="",
    rows=5,
    pdfs=5,
    workbook="KS.1998.01.xlsx",
    workbook_sha256="",
    zip="KS.1998.01.zip",
    zip_sha256="",
    scans=(),
    cases=tuple(case(n) for n in range(1, 6)),
)
NUMBERS = [(100 + n, f"{n:03d}/1998") for n in range(1, 6)]


def test_pasted_lines_lead_back_to_the_entries() -> None:
    text = """
    Dòng 3: ngày sinh không hợp lệ
    KS.1998.01.1998-05-20.004.pdf không đọc được
    Số 001/1998, quyển số 01/1998, ngày 20/05/1998: thiếu dân tộc
    Lỗi kết nối máy chủ
    Quyển số 01/1998 chưa khai báo
    KS.1998.01.1998-05-20.099.pdf thừa
    Số 001/1998 trùng với số 002/1998
    row 6 is invalid
    """
    found = match_rejections(rejections_in_text(text), MANIFEST, NUMBERS)
    assert [e.entry_id for e in found.entries] == [102, 104, 101, 105]
    assert found.entries[0].message == "Dòng 3: ngày sinh không hợp lệ"
    assert len(found.unmatched) == 4


def test_excel_list_leads_back_to_the_entries(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["STT", "Số", "Quyển", "Lý do"])
    book.active.append([1, "005/1998", "01/1998", "Sai mã giới tính"])
    book.active.append([2, None, None, "=A1"])
    path = tmp_path / "loi.xlsx"
    book.save(path)
    found = match_rejections(read_rejections(path), MANIFEST, NUMBERS)
    assert [(e.entry_id, e.message) for e in found.entries] == [(105, "1 | 005/1998 | 01/1998 | Sai mã giới tính")]
    (tmp_path / "loi.txt").write_text("﻿Dòng 2 sai", encoding="utf-8")
    assert match_rejections(read_rejections(tmp_path / "loi.txt"), MANIFEST, NUMBERS).entries[0].entry_id == 101


def test_a_number_two_entries_have_points_to_neither() -> None:
    found = match_rejections(["Số 001/1998 sai"], MANIFEST, [(101, "001/1998"), (102, "001/1998")])
    assert not found.entries and len(found.unmatched) == 1
