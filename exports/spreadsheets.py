"""Open Excel files from outside safely, and write our own so that the same data gives the same bytes.

The reader streams: a sheet of a million rows needs little memory. It refuses what would be taken in wrongly (formulas,
merged cells, dates of the 1904 system, a password) with a message for people, before anything is handed on.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.page import PageMargins

from exports.errors import ExportError, WorkbookError, not_there, nothing_in
from vietnamese.shown_time import dotted_day

__all__ = [
    "THIN_BOX",
    "XLSX",
    "Formula",
    "Sheet",
    "SheetFile",
    "fixed_bytes",
    "open_sheets",
    "print_landscape",
    "put_text",
]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of a workbook."""
_SIDE = Side(style="thin")
THIN_BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
"""Around a cell of a printed table."""
_A4 = 9
"""Number of the paper in the format."""
_SIDES, _ENDS = 0.4, 0.6
"""Inches of margin: 22 columns on a page leave no room for more."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_ARCHIVES = {
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "xl/workbook.bin": "Excel nhị phân .xlsb",
    "content.xml": "LibreOffice (.ods, .odt)",
}
"""A part that only files of one program have, and what they are called."""
_FIXED = dt.datetime(2000, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
_DATE_1904 = re.compile(rb"date1904\s*=\s*\"(?:1|true)\"", re.IGNORECASE)
_FORMULA_CELL = re.compile(rb'(?P<start><c r="(?P<cell>[A-Z]+\d+)"[^>]*)>(?P<formula><f>[^<]*</f>)<v ?(?:/>|></v>)</c>')
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a program may take for a formula once somebody edits the cell; an Excel of East Asia takes the wide ones too."""
_LONGEST_CELL = 32_767
"""Signs that the format keeps in a cell; openpyxl would cut off the rest without a word."""
_NOT_IN_XML = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that a file of Excel writes as their number (`_x000B_`), and the stroke of a text that only looks like one."""
_WRITTEN_OUT = re.compile("_x(005[Ff]|00(?!00)[01][0-9A-Fa-f])_")
"""That stroke and control characters as the format writes them; NUL left out, since no database keeps it."""
_LARGEST_UNPACKED = 4 * 1024**3
"""Bytes that a workbook may unpack to. By judgement."""
_MOST_COLUMNS = 1_000
"""The widest table anybody delivers has about 90; Excel goes to 16,384, and a million such rows would take hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, to be read row by row."""

    name: str
    file: SheetFile

    def rows(
        self, *, most_rows: int, not_text: list[str] | None = None, formulas_empty: bool = False
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number (from 1) and cell texts as they stand; rows without any text are left out.

        Args:
            most_rows: more rows than this are refused.
            not_text: takes the coordinates of cells that hold a number or a date.
            formulas_empty: take formulas as empty cells instead of refusing them (sums of our own reports).

        Raises:
            WorkbookError: a formula, a date of the 1904 system, an error value or more than `most_rows` rows.
        """
        count = 0
        for number, cells in enumerate(self._streamed(), start=1):
            texts = tuple("" if formulas_empty and cell.data_type == "f" else self._text(cell) for cell in cells)
            if not any(text.strip() for text in texts):
                continue
            if not_text is not None:
                not_text += [c.coordinate for c in cells if c.value is not None and not isinstance(c.value, str)]
            count += 1
            if count > most_rows:
                raise WorkbookError(
                    "too_many_rows",
                    f"Trang «{self.name}» có hơn {most_rows:,} dòng. Hãy kiểm tra lại tệp, hoặc tách thành nhiều "
                    "tệp nhỏ hơn rồi nhập lại.".replace(",", "."),
                )
            yield number, texts

    def _streamed(self) -> Iterator[tuple[Any, ...]]:
        """Rows as openpyxl parses them, which it does only now: what is bent inside a sheet shows here."""
        sheet, width = self.file.book[self.name], 0
        # what a sheet says of its own size may be a lie: a row is as wide as its last cell, and as the widest above it
        sheet.reset_dimensions()
        try:
            for cells in sheet.iter_rows():
                if len(cells) > _MOST_COLUMNS:
                    self._refuse_wide(cells)
                width = max(width, len(cells))
                yield (*cells, *((EMPTY_CELL,) * (width - len(cells))))
        except (MemoryError, OSError, WorkbookError):
            raise
        except Exception as error:
            raise _damaged(self.file.path) from error

    def _refuse_wide(self, cells: Sequence[Any]) -> None:
        raise WorkbookError(
            "too_wide",
            f"Trang «{self.name}» có ô ở cột thứ {len(cells)}; phần mềm đọc tới {_MOST_COLUMNS} cột. Hãy xóa các cột "
            "thừa bên phải, lưu lại rồi nhập.",
        )

    def _text(self, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str) and cell.data_type != "f":
            if cell.data_type == "e":
                raise self._refuse("error_value", cell, f"có giá trị lỗi {value}", "Hãy sửa ô này rồi nhập lại.")
            # `_x000D_` is how the format writes a carriage return; a letter written so is a text of somebody's own
            return _WRITTEN_OUT.sub(lambda match: chr(int(match[1], 16)), value)
        if cell.data_type == "f":
            raise self._refuse(
                "formula",
                cell,
                "chứa công thức",
                "Hãy sao chép cả trang, dán lại dưới dạng giá trị (Paste Values), lưu tệp rồi nhập lại.",
            )
        if isinstance(value, (dt.datetime, dt.date)):
            if self.file.dates_from_1904:
                raise self._refuse(
                    "dates_1904",
                    cell,
                    "là ngày tính theo hệ 1904 nên có thể lệch 4 năm",
                    "Hãy tắt tùy chọn «Use 1904 date system» và ghi các ngày dưới dạng văn bản dd.mm.yyyy.",
                )
            return dotted_day(value)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)

    def _refuse(self, code: str, cell: Any, what: str, remedy: str) -> WorkbookError:
        return WorkbookError(code, f"Ô {cell.coordinate} của trang «{self.name}» {what}. {remedy}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """An Excel file opened for reading."""

    path: Path
    book: Any
    dates_from_1904: bool

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Visible and hidden sheets in order."""
        return tuple(Sheet(name=s.title, file=self) for s in self.book.worksheets)

    def refuse_merged_cells(self, sheet: Sheet) -> None:
        """Refuse a sheet with merged cells: the values below and beside them are lost.

        Raises:
            WorkbookError: the sheet has merged cells.
        """
        part = str(getattr(self.book[sheet.name], "_worksheet_path", "")).lstrip("/")
        if _has_merged_cells(self.path, part):
            raise WorkbookError(
                "merged_cells",
                f"Trang «{sheet.name}» của tệp {self.path.name} có ô gộp (merged cells). Hãy bỏ gộp ô, điền đủ giá "
                "trị vào từng ô rồi nhập lại. Chưa có dòng nào được nhập.",
            )


@contextmanager
def open_sheets(path: Path) -> Iterator[SheetFile]:
    """Open an .xlsx for streaming, by what is in it: a file of that kind under another name is read all the same.

    Raises:
        WorkbookError: missing, empty, password-protected, another format, damaged or far too large.
    """
    _refuse_other_formats(path)
    with path.open("rb") as file:  # openpyxl would judge a path by its ending
        book, dates_1904 = _opened(path, file)
        try:
            yield SheetFile(path=path, book=book, dates_from_1904=dates_1904)
        finally:
            book.close()


def _opened(path: Path, file: BinaryIO) -> tuple[Any, bool]:
    """The workbook, and whether its dates count from 1904."""
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_other_archives(path, archive)
            if sum(i.file_size for i in archive.infolist()) > _LARGEST_UNPACKED:
                raise WorkbookError("too_large", f"Tệp {path.name} quá lớn khi giải nén. Hãy tách nhỏ rồi nhập lại.")
            dates_1904 = _DATE_1904.search(_member(archive, "xl/workbook.xml")) is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it drops; we read values only
            return load_workbook(file, read_only=True, data_only=False), dates_1904
    except WorkbookError:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise _damaged(path) from error


def _damaged(path: Path) -> WorkbookError:
    return WorkbookError(
        "damaged", f"Không mở được tệp Excel {path.name}: tệp bị hỏng. Hãy lưu lại bằng Excel rồi thử lại."
    )


def _refuse_other_formats(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise not_there(path) from error
    if not head:
        raise nothing_in(path)
    if head == _OLE:
        raise WorkbookError(
            "password",
            f"Tệp {path.name} được đặt mật khẩu hoặc là định dạng .xls cũ. Hãy mở bằng Excel, bỏ mật khẩu, lưu thành "
            ".xlsx rồi nhập lại.",
        )
    if not head.startswith(b"PK"):
        raise WorkbookError(
            "not_excel", f"Tệp {path.name} không phải tệp Excel .xlsx. Hãy chọn tệp .xlsx hoặc lưu lại bằng Excel."
        )


def _refuse_other_archives(path: Path, archive: zipfile.ZipFile) -> None:
    """Name what other programs of an office save, whatever the file is called."""
    names = set(archive.namelist())
    kind = next((words for part, words in _OTHER_ARCHIVES.items() if part in names), "")
    if kind:
        raise WorkbookError(
            "not_excel",
            f"Tệp {path.name} là tệp {kind}, không phải tệp Excel .xlsx. Hãy mở tệp, lưu bảng thành .xlsx rồi nhập "
            "lại.",
        )


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError:
        return b""


def _has_merged_cells(path: Path, part: str) -> bool:
    """Whether a sheet's part of the file tells of merged cells; openpyxl does not read them from a stream."""
    tail = b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        while chunk := file.read(1 << 20):
            if _MERGED.search(tail + chunk):
                return True
            tail = chunk[-40:]
    return False


def put_text(cell: Any, text: str, *, bold: bool = False) -> None:
    """Write a text cell: format `@`, never a formula or a number; an empty text leaves the cell empty.

    Raises:
        ExportError: the text is longer than a cell of Excel may be.
    """
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    _fill(cell, text)
    if text.lstrip().startswith(_FORMULA_START):
        cell.quotePrefix = True  # Excel keeps it as text even when somebody edits the cell


def put_text_like(cell: Any, text: str, model: Any) -> None:
    """As `put_text`, looking like a cell that `put_text` wrote; a list of 30,000 rows would take seconds otherwise.

    Args:
        cell: to be written.
        text: for it.
        model: whose look it gets. The look is shared, so neither may be changed afterwards.

    Raises:
        ExportError: the text is longer than a cell of Excel may be.
    """
    cell._style = model._style
    _fill(cell, text)
    if text.lstrip().startswith(_FORMULA_START):
        cell._style = copy(model._style)
        cell.quotePrefix = True


def _fill(cell: Any, text: str) -> None:
    """The text as a text, within what a cell can hold."""
    if not text:
        return
    kept = _NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    if len(kept) > _LONGEST_CELL:
        raise ExportError(
            "cell_too_long",
            f"Một ô dài {len(kept):,} ký tự (Excel giữ được {_LONGEST_CELL:,}): «{text[:60]}…». Hãy rút gọn nội dung "
            "này rồi xuất lại. Chưa có tệp nào được ghi.".replace(",", "."),
        )
    cell.value = kept
    cell.data_type = "s"


def put_title(sheet: Any, title: str) -> None:
    """What a list or a report is about, in its first cell."""
    put_text(sheet["A1"], title)
    sheet["A1"].font = Font(bold=True, size=13)


def print_landscape(sheet: Any) -> None:
    """On A4 across, every column on one page; as many pages as there are rows."""
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", _A4, 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=_SIDES, right=_SIDES, top=_ENDS, bottom=_ENDS, header=0, footer=0)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours with the value it has now, for programs that show a workbook without calculating."""

    text: str
    value: int | str


def fixed_bytes(book: Workbook, *values: Mapping[str, int | str]) -> bytes:
    """The workbook as .xlsx bytes that depend on its content alone: no clock, no user name, fixed order.

    Args:
        book: the workbook.
        values: what the formulas of each sheet come to, by cell, in the order of the sheets; openpyxl itself keeps
            formulas without values.
    """
    book.properties.creator = "so-ho-tich-workbench"
    book.properties.created = _FIXED
    raw = io.BytesIO()
    book.save(raw)
    packed = io.BytesIO()
    of_part = {f"xl/worksheets/sheet{number}.xml": cells for number, cells in enumerate(values, start=1)}
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", data)
            if cells := of_part.get(name):
                data = _FORMULA_CELL.sub(partial(_with_value, cells), data)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            new.writestr(info, data, compresslevel=6)
    return packed.getvalue()


def _with_value(values: Mapping[str, int | str], match: re.Match[bytes]) -> bytes:
    """The XML of a formula's cell with its value."""
    value = values[match["cell"].decode()]
    kind = b' t="str"' if isinstance(value, str) else b""
    start = match["start"].replace(b' t="str"', b"") + kind
    return start + b">" + match["formula"] + b"<v>" + escape(str(value)).encode() + b"</v></c>"
