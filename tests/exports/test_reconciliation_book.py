import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from corrections.cases import CaseState
from corrections.reconciliation import reconcile
from corrections.same_person import Person
from exports.errors import ExportError, WorkbookError
from exports.reconciliation_book import (
    ExtractProfile,
    FollowUp,
    NotFoundPerson,
    extract_heads,
    guess_mapping,
    load_extract_profile,
    read_extract,
    write_follow_up,
    write_not_found,
)

PROFILE = ExtractProfile(columns={"name": "Họ và tên", "born": "Ngày sinh", "sex": "Giới tính", "mother": "Họ tên mẹ"})
HEAD = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Họ tên mẹ", "Nơi cư trú"]
ROWS = [
    [1, "Trần Thị An", "20/05/1998", "Nữ", "Lê Thị Bình", "Xã Bình An"],
    [2, "Lê Văn Chi", "1997", "Nam", "", ""],
]


def excel(tmp_path: Path, change: Callable[[Any], None] = lambda book: None) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["TRÍCH XUẤT DỮ LIỆU DÂN CƯ"])
    for row in (HEAD, *ROWS):
        book.active.append(row)
    change(book)
    path = tmp_path / "trich-xuat.xlsx"
    book.save(path)
    return path


def csv_file(tmp_path: Path, encoding: str, delimiter: str) -> Path:
    path = tmp_path / "trich-xuat.csv"
    lines = [delimiter.join(map(str, row)) for row in (HEAD, *ROWS)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def expected(first: int) -> list[Person]:
    return [
        Person(key=f"dòng {first}", name="Trần Thị An", born="20/05/1998", sex="2", mother="Lê Thị Bình"),
        Person(key=f"dòng {first + 1}", name="Lê Văn Chi", born="1997", sex="1"),
    ]


def test_persons_of_an_excel_extract(tmp_path: Path) -> None:
    assert list(read_extract(excel(tmp_path), PROFILE)) == expected(3)


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t")])
def test_persons_of_a_csv_extract(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert list(read_extract(csv_file(tmp_path, encoding, delimiter), PROFILE)) == expected(2)


def test_real_date_cells_become_text_with_dots(tmp_path: Path) -> None:
    path = excel(tmp_path, lambda book: book.active.cell(3, 3, dt.datetime(1998, 5, 20)))
    assert next(iter(read_extract(path, PROFILE))).born == "20.05.1998"


def _date_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    book.active.cell(3, 3, dt.datetime(1998, 5, 20))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b.active.cell(2, 3, "Sinh"), "wrong_columns"),
        (lambda b: b.active.merge_cells("B3:B4"), "merged_cells"),
        (lambda b: b.active.cell(4, 2, "=B3"), "formula"),
        (_date_1904, "dates_1904"),
    ],
)
def test_a_faulty_extract_is_refused(tmp_path: Path, change: Callable[[Any], None], code: str) -> None:
    with pytest.raises(WorkbookError) as error:
        list(read_extract(excel(tmp_path, change), PROFILE))
    assert error.value.code == code and "ãy" in str(error.value)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", "Họ và tên;Ngày sinh\nTrần".encode("cp1258", "replace") + b"\xff\xfe\x81", "encoding"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "password"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(WorkbookError) as error:
        list(read_extract(path, PROFILE))
    assert error.value.code == code
    with pytest.raises(WorkbookError):
        list(read_extract(tmp_path / "khong-co.csv", PROFILE))


def test_an_extract_faulty_in_the_middle_gives_no_result(tmp_path: Path) -> None:
    path = excel(tmp_path, lambda book: book.active.cell(4, 5, "=1"))
    with pytest.raises(WorkbookError):
        reconcile([Person(key="1", name="Trần Thị An", born="20.05.1998")], read_extract(path, PROFILE))


def test_mapping_is_proposed_from_the_heads(tmp_path: Path) -> None:
    heads = extract_heads(excel(tmp_path))
    assert heads == tuple(HEAD)
    assert guess_mapping(heads) == {
        "name": "Họ và tên",
        "born": "Ngày sinh",
        "sex": "Giới tính",
        "mother": "Họ tên mẹ",
    }
    with pytest.raises(WorkbookError):
        extract_heads(excel(tmp_path, lambda book: book.active.delete_rows(1, 9)))


def test_profile_survives_storage_and_needs_a_name() -> None:
    assert load_extract_profile(PROFILE.to_json()) == PROFILE
    with pytest.raises(ExportError, match="họ tên"):
        load_extract_profile('{"columns": {"born": "Năm sinh"}}')
    with pytest.raises(ExportError, match="residence"):
        load_extract_profile('{"columns": {"name": "a", "born": "b", "residence": "c"}}')


def test_follow_up_list_holds_one_line_a_difference() -> None:
    one = FollowUp(case=7, entry="Khai sinh quyển 01/1998, số 45", person="=Trần Thị An", matched="dòng 3, dòng 9")
    items = [replace(one, field="born", kind="swapped"), replace(one, state=CaseState.CALLED, due="15/12/2026")]
    sheet = openpyxl.load_workbook(io.BytesIO(write_follow_up(items))).active
    first, second = ([c.value for c in sheet[row]] for row in (4, 5))
    assert first[:5] == ["7", one.entry, "=Trần Thị An", "dòng 3, dòng 9", "Ngày, tháng, năm sinh"]
    assert first[7:9] == ["đảo ngày và tháng", "Chưa xử lý"] and sheet["C4"].data_type == "s"
    sexes = openpyxl.load_workbook(
        io.BytesIO(write_follow_up([replace(one, field="sex", book="1", extract="2")]))
    ).active
    assert [cell.value for cell in sexes[4]][5:7] == ["Nam", "Nữ"], "no codes for people"
    assert "cần chọn" in second[4] and second[8] == "Đã mời, đang xác minh" and second[10] == "15/12/2026"


def test_a_list_is_printed_across_one_page_with_room_for_long_texts() -> None:
    one = FollowUp(case=7, entry="Khai sinh quyển 01/1998, số 45", person="=Lê An", matched="dòng 3", note="dài " * 30)
    sheet = openpyxl.load_workbook(io.BytesIO(write_follow_up([one, replace(one, note="", person="Lê Bé")]))).active
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$3:$3"
    assert sheet.row_dimensions[4].height >= 15 * 5 > sheet.row_dimensions[5].height
    assert max(column.width for column in sheet.column_dimensions.values()) <= 24
    assert (sheet["C4"].quotePrefix, sheet["C5"].quotePrefix, sheet["D4"].quotePrefix) == (True, False, False)
    assert sheet["C5"].number_format == "@" and sheet["C5"].border.left.style == "thin"


def test_those_not_found_are_listed_for_entering_and_nothing_unreadable_looks_empty() -> None:
    person = Person(key="1:nks", name="Trần Thị An", born="", sex="2", unread=(("born", "(bị rách)"),))
    told = {"number": "45", "volume": "01/1998", "registered_on": "05.03.1998", "office": "UBND xã Tân Lập"}
    item = NotFoundPerson(
        person=person,
        role="Người được khai sinh",
        register_type="Khai sinh",
        residence="",
        state=CaseState.OPEN,
        **told,
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_not_found([item]))).active
    row = dict(zip((c.value for c in sheet[3]), (c.value for c in sheet[4]), strict=True))
    assert (row["Họ, chữ đệm, tên"], row["Giới tính"]) == ("Trần Thị An", "Nữ")
    assert row["Ngày, tháng, năm sinh"] == "(bị rách)"
    assert (row["Số"], row["Quyển số"], row["Nơi đăng ký"]) == ("45", "01/1998", "UBND xã Tân Lập")
