"""Printed annexes in from Excel or CSV as they stand: merged heads, dots between thousands, dashes."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from corrections.campaign.annex_reading import read_annexes
from corrections.campaign.annexes import Annex, AnnexError, NoAnnexTable
from exports.bounded import bounded
from exports.csv_files import CSV_SUFFIXES, csv_rows
from exports.errors import LegacyCharsetError, WorkbookError
from exports.spreadsheets import open_sheets
from vietnamese.legacy_charsets import Charset, charset_of_texts, to_unicode

__all__ = ["read_annex_file"]

_MOST_ROWS, _MOST_COLUMNS = 5_000, 200
"""Of a sheet taken for an annex: a province has some 200 units, an annex 22 columns."""
_MOST_CELLS = 500_000
"""Cells of all sheets, and cells under merged ones: a kilobyte of a file may ask for seventeen thousand million."""
_LARGEST_UNPACKED = 8 * 1024 * 1024
"""Bytes: a sheet with merged cells is held in memory as a whole. A printed annex takes a hundredth."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)"')
_NOT_CALCULATED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell with a formula and no result."""
_Grid = list[tuple[int, list[str]]]


def read_annex_file(path: Path, charset: Charset | None = None) -> tuple[Annex, ...]:
    """Every annex of a file, a sheet each; sheets that are none are passed over when another is one.

    Args:
        path: .xlsx or .csv.
        charset: how it is typed; None refuses one that is not Unicode.

    Raises:
        LegacyCharsetError: it is not typed in Unicode.
        WorkbookError: the file cannot be opened, an annex in it cannot be taken as a whole, or no table is an annex;
            what is wrong is named.
    """
    typed = [_csv_grid(path, charset)] if path.suffix.lower() in CSV_SUFFIXES else bounded(path, _sheets)
    grids = [_in_unicode(path, grid, charset) for grid in typed]
    found: list[Annex] = []
    wrong: list[str] = []
    for number, grid in enumerate(grids, start=1):
        try:
            found += read_annexes(grid)
        except NoAnnexTable as error:
            wrong.append(str(error))
        except AnnexError as error:
            sheet = f", trang tính thứ {number}" if len(grids) > 1 else ""
            raise WorkbookError("wrong_annex", f"Tệp {path.name}{sheet}: {error}") from error
    if not found:
        raise WorkbookError("no_annex", f"Tệp {path.name}: {wrong[0] if wrong else 'không có dòng nào.'}")
    return tuple(found)


def _in_unicode(path: Path, grid: _Grid, charset: Charset | None) -> _Grid:
    """The rows in Unicode; which charset they are typed in tell the rows with figures: heads often have another font.

    Raises:
        LegacyCharsetError: they are not in Unicode, and nobody said how they are typed.
    """
    if charset is not None:
        return [(line, [to_unicode(text, charset) for text in row]) for line, row in grid]
    names = [text for _, row in grid if any(map(_is_number, row)) for text in row if not text.isascii()]
    found = charset_of_texts(names)
    if found is not None:
        raise LegacyCharsetError(path.name, found, names[0])
    return grid


def _csv_grid(path: Path, charset: Charset | None) -> _Grid:
    return _with_heads_carried([(line, list(row)) for line, row in csv_rows(path, charset)])


def _with_heads_carried(rows: _Grid) -> _Grid:
    """The rows; a head over several columns may stand in the first of them alone, so it is carried to the right."""
    return [
        (line, _carried(row, rows[index + 1][1]) if index + 1 < len(rows) else row)
        for index, (line, row) in enumerate(rows)
    ]


def _carried(row: list[str], below: list[str]) -> list[str]:
    """A row of group heads with each head over all its columns: where it is empty and the row below is not."""
    if any(map(_is_number, row)) or not _is_group(row, below):
        return row
    carried, last = [], ""
    for index, text in enumerate(row):
        under = below[index].strip() if index < len(below) else ""
        last = text.strip() or (last if under else "")
        carried.append(last)
    return carried


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "").isdecimal()


def _is_group(row: list[str], below: list[str]) -> bool:
    """Whether the row below names columns that this one leaves empty."""
    gaps = [i for i, text in enumerate(row) if not text.strip() and i < len(below) and below[i].strip()]
    words = [below[i] for i in gaps if not _is_number(below[i])]
    return len([text for text in row if text.strip()]) > 1 and len(words) > 1


def _sheets(path: Path) -> list[_Grid]:
    with open_sheets(path):
        pass  # refuses passwords, old formats and damage in words
    _refuse_unfit(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.max_row and sheet.max_row <= _MOST_ROWS]
    if sum(sheet.max_row * min(sheet.max_column or 0, _MOST_COLUMNS) for sheet in sheets) > _MOST_CELLS:
        raise _too_large(path)
    return [_grid(sheet) for sheet in sheets]


def _refuse_unfit(path: Path) -> None:
    """Refuse what would unfold to more cells than memory holds, before it is unfolded, and sums nobody calculated."""
    covered = 0
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
            raise _too_large(path)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = archive.read(name)
                if formula := _NOT_CALCULATED.search(sheet):
                    raise WorkbookError(
                        "formula",
                        f"Tệp {path.name}: ô {formula[1].decode()} có công thức mà tệp không giữ kết quả, nên máy "
                        "không biết số in ra. Hãy mở bằng Excel hoặc LibreOffice, lưu lại rồi nhập.",
                    )
                for reference in _MERGED.findall(sheet):
                    left, top, right, bottom = (edge or 0 for edge in range_boundaries(reference.decode()))
                    covered += (right - left + 1) * (bottom - top + 1)
    if covered > _MOST_CELLS:
        raise _too_large(path)


def _too_large(path: Path) -> WorkbookError:
    return WorkbookError(
        "too_large",
        f"Tệp {path.name} có quá nhiều ô hoặc ô gộp quá rộng so với một phụ lục. Hãy chép riêng bảng phụ lục sang một "
        "tệp mới rồi nạp lại.",
    )


def _grid(sheet: Any) -> _Grid:
    """Texts of a sheet; that of merged cells stands in each of them."""
    width = min(sheet.max_column or 0, _MOST_COLUMNS)
    rows = {
        number: [_text(cell) for cell in cells] for number, cells in enumerate(sheet.iter_rows(max_col=width), start=1)
    }
    for area in sheet.merged_cells.ranges:
        text = rows[area.min_row][area.min_col - 1] if area.min_col <= width else ""
        if area.max_col > area.min_col and _is_number(text):
            raise WorkbookError(
                "merged_numbers",
                f"Ô gộp {area.coord} trải qua nhiều cột mà chỉ có một số «{text.strip()}», nên không biết số đó của "
                "cột nào. Hãy bỏ gộp ô và ghi số vào từng cột rồi nạp lại.",
            )
        for number in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, min(area.max_col, width) + 1):
                rows[number][column - 1] = text
    return _with_heads_carried([(number, row) for number, row in rows.items() if any(text.strip() for text in row)])


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
