"""Plain lists in Excel, written and read by the names in their first row (inventory, follow-up list, progress)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from corrections.campaign.totals import UNKNOWN
from corrections.search_keys import search_key
from exports.bounded import bounded
from exports.csv_files import CSV_SUFFIXES, csv_rows
from exports.errors import SeveralSheetsError, WorkbookError
from exports.spreadsheets import (
    THIN_BOX,
    fixed_bytes,
    open_sheets,
    print_landscape,
    put_text,
    put_text_like,
    put_title,
)

__all__ = ["TableRow", "count_or_unknown", "read_table", "understood", "whole_number", "write_table"]

_T = TypeVar("_T")
_MOST_ROWS = 100_000
"""Rows of a table that a person fills in; a province has nearly 30,000 books."""
_LAST_TITLE_ROW = 20
"""Row up to which heads are looked for, below titles and notes. By judgement."""
_SPARED = 3
"""Characters of a line left empty where a word goes to the next."""
_LINE_HEIGHT = 15.0
"""Points."""
_NARROWEST, _WIDEST = 8, 24
"""Characters of a column; longer texts wrap, so that a list of twenty columns can be read on one page across."""
_SAY_UNKNOWN = (search_key(UNKNOWN), "khong ro", "chua thong ke")
"""What people write in place of a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a list."""

    row: int
    """Row of the sheet, for messages."""
    cells: dict[str, str]
    """Stripped texts by column head, as asked for in `read_table`."""


def write_table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, sheet_name: str, note: str = ""
) -> bytes:
    """A list with a title, a note below it, heads in row 3 and text cells."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = sheet_name
    put_title(sheet, title)
    put_text(sheet["A2"], note)
    widths: list[int] = []
    for index, head in enumerate(heads, start=1):
        cell = sheet.cell(row=3, column=index)
        put_text(cell, head, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = THIN_BOX
        longest = max([*map(len, head.split()), len(head) // 2, *(len(r[index - 1]) for r in rows[:500])])
        widths.append(min(_WIDEST, max(_NARROWEST, longest + 2)))
        sheet.column_dimensions[get_column_letter(index)].width = widths[-1]
    _fit_height(sheet, 3, heads, widths)
    model = Cell(sheet, row=1, column=1)  # stands in no sheet
    put_text(model, "")
    model.alignment, model.border = Alignment(wrap_text=True, vertical="top"), THIN_BOX
    for number, values in enumerate(rows, start=4):
        for index, value in enumerate(values, start=1):
            put_text_like(sheet.cell(row=number, column=index), value, model)
        _fit_height(sheet, number, values, widths)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    print_landscape(sheet)
    return fixed_bytes(book)


def _fit_height(sheet: Any, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Room for texts that wrap; not every program makes it by itself."""
    lines = max(
        (_lines(text, width) for text, width in zip(texts, widths, strict=True) if len(text) >= width), default=1
    )
    if lines > 1:
        sheet.row_dimensions[row].height = _LINE_HEIGHT * lines


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-len(part) // (width - _SPARED))) for part in text.split("\n"))


def read_table(
    path: Path, heads: Sequence[str], *, required: Sequence[str], formulas_empty: bool = False, sheet: str = ""
) -> tuple[TableRow, ...]:
    """Rows of the one sheet whose head row holds the required heads (within the first 20 rows).

    Args:
        path: the .xlsx, or a .csv.
        heads: column heads wanted, in our spelling; others are ignored.
        required: heads that must be there.
        formulas_empty: take formulas as empty cells.
        sheet: name of the sheet to take; empty: there must be no second one with such rows.

    Raises:
        SeveralSheetsError: it is not clear which sheet is meant.
        WorkbookError: no sheet has the heads; merged cells among the data; formulas; see `open_sheets`.
    """
    if path.suffix.lower() in CSV_SUFFIXES:
        found = _table_rows(csv_rows(path), heads, required)
        if found is None:
            raise _wrong_columns(path, required)
        return found
    return bounded(path, _read, tuple(heads), tuple(required), formulas_empty, sheet)


def understood(rows: Iterable[TableRow], take: Callable[[TableRow], _T], refusal: str) -> tuple[_T, ...]:
    """Every row as what it means, or none of them.

    Args:
        rows: of `read_table`.
        take: what a row means; a ValueError says in Vietnamese what is wrong with it.
        refusal: what is said before the wrong rows, every one named.

    Raises:
        WorkbookError: rows that cannot be understood.
    """
    found, problems = [], []
    for row in rows:
        try:
            found.append(take(row))
        except ValueError as error:
            problems.append(f"dòng {row.row}: {error}")
    if problems:
        raise WorkbookError("wrong_rows", refusal, tuple(problems))
    return tuple(found)


def _read(
    path: Path, heads: Sequence[str], required: Sequence[str], formulas_empty: bool, wanted: str
) -> tuple[TableRow, ...]:
    with open_sheets(path) as file:
        named = [sheet for sheet in file.sheets if wanted in ("", sheet.name)]
        read = [
            (sheet, _table_rows(sheet.rows(most_rows=_MOST_ROWS, formulas_empty=formulas_empty), heads, required))
            for sheet in named
        ]
        lists = [(sheet, rows) for sheet, rows in read if rows is not None]
        filled = [(sheet, rows) for sheet, rows in lists if rows] or lists[:1]
        if len(filled) > 1:
            raise SeveralSheetsError(path.name, tuple(sheet.name for sheet, _ in filled))
        for sheet, rows in filled:
            file.refuse_merged_cells(sheet)
            return rows
    raise _wrong_columns(path, required)


def _wrong_columns(path: Path, required: Sequence[str]) -> WorkbookError:
    return WorkbookError(
        "wrong_columns",
        f"Tệp {path.name} không có đủ các cột: {', '.join(required)}. Hãy dùng tệp mẫu xuất từ phần mềm hoặc sửa tên "
        "cột. Chưa có dòng nào được nhập.",
    )


def _table_rows(
    numbered: Iterable[tuple[int, tuple[str, ...]]], heads: Sequence[str], required: Sequence[str]
) -> tuple[TableRow, ...] | None:
    places: dict[str, int] | None = None
    rows = []
    for number, texts in numbered:
        if places is None:
            places = _places(texts, heads, required)
            if places is None and number > _LAST_TITLE_ROW:
                return None
            continue
        rows.append(TableRow(row=number, cells=dict(_cells(texts, places))))
    return tuple(rows) if places is not None else None


def _places(texts: Sequence[str], heads: Sequence[str], required: Sequence[str]) -> dict[str, int] | None:
    keys = [search_key(t) for t in texts]
    places = {head: keys.index(search_key(head)) for head in heads if search_key(head) in keys}
    return places if all(head in places for head in required) else None


def _cells(texts: Sequence[str], places: dict[str, int]) -> Iterator[tuple[str, str]]:
    for head, index in places.items():
        yield head, texts[index].strip() if index < len(texts) else ""


def count_or_unknown(text: str, head: str) -> int | None:
    """A count of a cell; None where it is empty or says that nobody knows it.

    Args:
        text: of the cell.
        head: of its column.

    Raises:
        ValueError: it is neither; Vietnamese.
    """
    number = whole_number(text)
    if number is None and text and search_key(text) not in _SAY_UNKNOWN:
        raise ValueError(f"{head.lower()} «{text}» không phải số; để trống hoặc ghi «{UNKNOWN}» nếu chưa đếm")
    return number


def whole_number(text: str) -> int | None:
    """A count as people write it (`1.373.508`, `14 041`), None when it is empty, a word or negative."""
    plain = re.sub(r"(?<=\d)[.,  ](?=\d{3}(?!\d))", "", text.strip())
    return int(plain) if re.fullmatch(r"[0-9]{1,15}", plain) else None
