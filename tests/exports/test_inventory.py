from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corrections.entries import Book, BookState
from exports.errors import SeveralSheetsError, WorkbookError
from exports.inventory import InventoryBook, PriorityRule, book_priority, read_inventory, write_inventory
from exports.tables import whole_number
from layouts.register_types import RegisterType

OFFICE = "UBND xã Bình An, huyện Tân Lộc, tỉnh Minh Hải"
BOOKS = (
    InventoryBook(
        register_type=RegisterType.BIRTH, volume_number="01/1998", office=OFFICE, pages=200, expected_entries=198
    ),
    InventoryBook(
        register_type=RegisterType.PARENT_CHILD_RECOGNITION,
        volume_number="02/2006",
        office=OFFICE,
        state=BookState.ACCEPTED,
        clear=True,
        remarks="rách bìa",
    ),
)


def test_inventory_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "danh-muc.xlsx"
    path.write_bytes(write_inventory(BOOKS))
    assert read_inventory(path) == BOOKS
    cells = [c.value for c in openpyxl.load_workbook(path).active[5]]
    assert cells[4:6] == ["Chưa rõ", "Chưa rõ"]


def sheet(tmp_path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "danh-muc.xlsx"
    book.save(path)
    return path


HEAD = ["LOẠI SỔ", "quyển số", "Năm", "Đơn vị", "Số trường hợp"]


def test_an_offices_own_list_is_understood(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        ["Danh mục sổ của xã"],
        HEAD,
        ["KS", 1, 1998, OFFICE, "1.198"],
        ["Sổ đăng ký kết hôn", "2", "2007", OFFICE, "Chưa rõ"],
        ["Khai tử", "01/2008", None, OFFICE, None],
    )
    found = read_inventory(path)
    assert [(b.register_type.prefix, b.volume_number, b.year, b.expected_entries) for b in found] == [
        ("KS", "01/1998", 1998, 1198),
        ("KH", "02/2007", 2007, None),
        ("KT", "01/2008", 2008, None),
    ]
    assert all(b.state is BookState.TO_COLLECT and b.clear is None for b in found)


def test_every_faulty_row_is_named_and_nothing_taken(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        HEAD,
        ["Sổ lạ", "01/1998", "", OFFICE, 1],
        ["KS", "quyển một", "", OFFICE, 1],
        ["KS", "01/1998", "", "", 1],
        ["KS", "01/1998", "", OFFICE, "nhiều"],
        ["KS", "03/1998", "", OFFICE, 1],
        ["KS", "03/1998", "", OFFICE, 1],
    )
    with pytest.raises(WorkbookError) as error:
        read_inventory(path)
    assert [p.split(":")[0] for p in error.value.problems[:4]] == ["dòng 2", "dòng 3", "dòng 4", "dòng 5"]
    assert "bị lặp" in error.value.problems[4] and len(error.value.problems) == 5


def test_a_list_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as error:
        read_inventory(sheet(tmp_path, ["Tên", "Số"], ["KS", 1]))
    assert error.value.code == "wrong_columns"


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path, HEAD, ["KS", "01/1998", "", OFFICE, 1], ["KS", "02/1998", "", OFFICE, 1])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A3")
    book.save(path)
    with pytest.raises(WorkbookError) as error:
        read_inventory(path)
    assert error.value.code == "merged_cells"


def test_priority_follows_the_offices_rule() -> None:
    birth = replace(BOOKS[0], clear=True)
    marriage = replace(birth, register_type=RegisterType.MARRIAGE)
    rule = PriorityRule()
    assert book_priority(marriage, rule) < book_priority(birth, rule)
    births_first = PriorityRule(type_order=(RegisterType.BIRTH, RegisterType.MARRIAGE))
    assert book_priority(birth, births_first) < book_priority(marriage, births_first)
    assert book_priority(birth, rule) < book_priority(replace(marriage, clear=False), rule)
    newer = replace(birth, volume_number="01/2008")
    assert book_priority(newer, rule) < book_priority(birth, rule)
    assert book_priority(newer, replace(rule, newest_first=False)) > book_priority(
        birth, replace(rule, newest_first=False)
    )


def test_row_of_a_book_of_the_workbench() -> None:
    book = Book(
        id=3, register_type=RegisterType.DEATH, volume_number="01/2008", office=OFFICE, settings={"clear": "yes"}
    )
    row = InventoryBook.of_book(book)
    assert row.register_type is RegisterType.DEATH and row.clear is True and row.expected_entries is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.373.508", 1_373_508), ("14 041", 14_041), ("0", 0), ("12.5", None), ("", None), ("-3", None), ("ba", None)],
)
def test_counts_as_people_write_them(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_of_several_sheets_with_books_one_is_chosen_and_none_is_dropped_in_silence(tmp_path: Path) -> None:
    path = sheet(tmp_path, HEAD, ["KS", 1, 1998, OFFICE, "10"])
    book = openpyxl.load_workbook(path)
    more: Any = book.create_sheet("Huyện B")
    for row in book.worksheets[0].iter_rows(values_only=True):
        more.append([row[0], 2 if row[1] == 1 else row[1], *row[2:]])
    book.create_sheet("Ghi chú").append(["không phải danh mục"])
    book.save(path)
    with pytest.raises(SeveralSheetsError, match="Huyện B") as several:
        read_inventory(path)
    assert len(several.value.sheets) == 2
    volumes = [[item.volume_number for item in read_inventory(path, name)] for name in several.value.sheets]
    assert volumes == [["01/1998"], ["02/1998"]]
    more.delete_rows(1, 100)
    more.append([cell.value for cell in book.worksheets[0][1]])
    book.save(path)
    assert len(read_inventory(path)) == 1, "heads without rows are no second list"
