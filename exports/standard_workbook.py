"""The standard workbook of the Ministry's import tool: write it, and read one that another team typed.

Registers without a known sheet (adoption, guardianship, change) get a workbook in our own columns whose sheet and file
name say that it is not the Ministry's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from corrections.entries import FieldValue, ValueSource
from exports.bounded import bounded
from exports.errors import WorkbookError
from exports.profile import ExportProfile, delivered_columns
from exports.rows import CaseRow, HeaderColumn, header_columns, unshape_values
from exports.spreadsheets import Sheet, fixed_bytes, open_sheets, put_text
from layouts.columns import ColumnProfile, Required, columns
from layouts.register_types import RegisterType
from vietnamese.legacy_charsets import Charset, charset_of_text, charset_of_texts, to_unicode

__all__ = [
    "StandardWorkbook",
    "data_sheet_name",
    "imported_fields",
    "profile_of_template",
    "read_standard_workbook",
    "write_standard_workbook",
]

_MOST_ROWS = 100_000
"""A register book holds a few hundred entries; a sheet this long is another file."""
_IDENTIFYING = ("so", "quyenSo", "ngayDangKy")
_FEWEST_LABELS = 5
"""Cells of a second row of heads; nobody labels fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWorkbook:
    """A standard workbook as read from disk."""

    register_type: RegisterType
    sheet_name: str
    columns: tuple[str, ...]
    """Official names in the order found."""
    rows: tuple[CaseRow, ...]
    header_hints: bool = False
    """Whether header cells hold more than the name."""
    """Core columns the sheet lacks (their values stay empty)."""
    cells_not_text: tuple[str, ...] = ()
    """Cells that hold a number or a date instead of text; their values were turned into text."""
    other_sheets: tuple[str, ...] = ()
    """Further sheets with standard heads and rows below them, which were not read."""
    charset: Charset | None = None
    """What the cells seem to be typed in when it is not Unicode and nobody asked for a conversion."""


def data_sheet_name(register_type: RegisterType, profile: ExportProfile) -> str:
    """Name of the data sheet; says plainly when the sheet is not the Ministry's."""
    if not register_type.has_standard_sheet:
        return f"{register_type.prefix} (mẫu riêng)"
    return profile.sheet_name or register_type.prefix


def write_standard_workbook(
    register_type: RegisterType,
    rows: Sequence[CaseRow],
    profile: ExportProfile,
    *,
    file_names: Sequence[str] = (),
) -> bytes:
    """The workbook of one book: every cell text, one data sheet, header in row 1.

    Args:
        register_type: kind of register.
        rows: the cases in order.
        profile: the province's choices.
        file_names: PDFs parallel to `rows`, for the column dataFilePath.

    Returns:
        .xlsx bytes; the same rows give the same bytes.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = data_sheet_name(register_type, profile)
    header = header_columns(register_type, profile)
    for index, head in enumerate(header, start=1):
        put_text(sheet.cell(row=1, column=index), head.header, bold=True)
        sheet.column_dimensions[get_column_letter(index)].width = 18
    sheet.freeze_panes = "A2"
    for index, row in enumerate(rows):
        extra = {"STT": str(index + 1), "dataFilePath": file_names[index] if file_names else ""}
        _write_row(sheet, index + 2, header, {**row.values, **extra})
    return fixed_bytes(book)


def _write_row(sheet: Any, number: int, header: tuple[HeaderColumn, ...], values: dict[str, str]) -> None:
    for index, head in enumerate(header, start=1):
        put_text(sheet.cell(row=number, column=index), values.get(head.name, ""))


def read_standard_workbook(
    path: Path, register_type: RegisterType | None = None, *, charset: Charset | None = None
) -> StandardWorkbook:
    """Read a standard workbook whole, or not at all.

    Columns are known by the part of the header cell before the first white space; their order does not matter, and
    optional columns may be there or not.

    Args:
        path: the .xlsx.
        register_type: the type expected; None to find it from the columns. Among several sheets with standard heads
            the first of this type with rows is read, else the first with rows.
        charset: what to convert the cells from; None takes them as they stand and tells what they seem to be.

    Raises:
        WorkbookError: no sheet with the standard columns, wrong or repeated columns, merged cells, formulas, dates of
            the 1904 system, a password, a damaged or far too long file.
    """
    return bounded(path, _read, register_type, charset)


def _read(path: Path, register_type: RegisterType | None, charset: Charset | None) -> StandardWorkbook:
    with open_sheets(path) as file:
        sheet, heads, others = _data_sheet(path, file.sheets, register_type)
        names = tuple(_official(head) for head in heads)
        file.refuse_merged_cells(sheet)
        found_type = register_type or _type_of(names)
        _check_columns(path, sheet, names, found_type)
        not_text: list[str] = []
        rows = tuple(_case_rows(sheet, names, not_text))
    seems = _charset_of_rows(rows) if charset is None else None
    if charset is not None:
        rows = tuple(_converted(row, charset) for row in rows)
    return StandardWorkbook(
        register_type=found_type,
        sheet_name=sheet.name,
        columns=names,
        rows=rows,
        header_hints=any(len(head.split(maxsplit=1)) > 1 for head in heads),
        cells_not_text=tuple(not_text),
        other_sheets=others,
        charset=seems,
    )


def profile_of_template(path: Path, profile: ExportProfile) -> tuple[RegisterType, ExportProfile]:
    """The profile with what an empty template says: columns in its order, sheet name, hints in the header.

    The quickest way to settle what no source settles: the template that the Department of Justice hands out.

    Raises:
        WorkbookError: it is no standard workbook; see `read_standard_workbook`.
    """
    found = read_standard_workbook(path)
    kind = found.register_type
    order = {other: names for other, names in profile.column_order.items() if other is not kind}
    usual = profile.model_copy(update={"column_order": order, "header_hints": found.header_hints})
    if found.sheet_name != data_sheet_name(kind, usual):
        usual = usual.model_copy(update={"sheet_name": "" if found.sheet_name == kind.prefix else found.sheet_name})
    if found.columns == tuple(head.name for head in header_columns(kind, usual)):
        return kind, usual
    return kind, usual.model_copy(update={"column_order": {**order, kind: found.columns}})


def _data_sheet(
    path: Path, sheets: tuple[Sheet, ...], register_type: RegisterType | None
) -> tuple[Sheet, tuple[str, ...], tuple[str, ...]]:
    """The sheet to read with its header cells up to the last filled, and the names of other data sheets with rows."""
    found = [(sheet, heads, filled) for sheet in sheets for heads, filled in [_heads_of(sheet)] if heads]
    filled_sheets = [sheet.name for sheet, _, filled in found if filled]
    wanted = [one for one in found if register_type in (None, _type_of(tuple(map(_official, one[1]))))]
    for sheet, heads, _ in sorted(wanted or found, key=lambda one: not one[2]):
        return sheet, heads, tuple(name for name in filled_sheets if name != sheet.name)
    raise WorkbookError(
        "no_standard_sheet",
        f"Tệp {path.name} không có trang nào mang tên cột chuẩn ở dòng 1 (so, quyenSo, ngayDangKy ...). Hãy chọn đúng "
        "tệp Excel chuẩn, tên cột giữ nguyên chữ hoa, chữ thường.",
    )


def _heads_of(sheet: Sheet) -> tuple[tuple[str, ...], bool]:
    """Header cells of a sheet whose first row holds the identifying columns, else none; and whether rows follow."""
    rows = sheet.rows(most_rows=_MOST_ROWS, formulas_empty=True)
    try:
        number, texts = next(rows, (0, ()))
        while texts and not texts[-1].strip():
            texts = texts[:-1]
        if number != 1 or not set(_IDENTIFYING) <= {_official(text) for text in texts}:
            return (), False
    except WorkbookError:  # a sheet of another kind
        return (), False
    try:
        names = tuple(map(_official, texts))
        return texts, any(not _is_second_header(names, below) for _, below in islice(rows, 2))
    except WorkbookError:  # what is wrong with these rows is said when they are read
        return texts, True


def _official(header: str) -> str:
    return header.split(maxsplit=1)[0] if header.strip() else ""


def _type_of(names: Sequence[str]) -> RegisterType:
    """The register type whose columns hold the most of these names; a tie goes to the type with fewer columns."""
    return max(
        RegisterType,
        key=lambda t: (len(delivered_columns(t) & set(names)), t.has_standard_sheet, -len(delivered_columns(t))),
    )


def _check_columns(path: Path, sheet: Sheet, names: tuple[str, ...], register_type: RegisterType) -> None:
    """Refuse unknown, repeated and unnamed columns, and a sheet that lacks a required one."""
    known = delivered_columns(register_type)
    core = [
        c for c in columns(register_type) if c.profile is ColumnProfile.CORE or not register_type.has_standard_sheet
    ]
    problems = [
        f"cột {get_column_letter(i)}: «{n or 'không có tên'}» không phải cột chuẩn của {register_type.label}"
        for i, n in enumerate(names, start=1)
        if n not in known
    ]
    problems += [f"cột «{n}» xuất hiện nhiều lần" for n in dict.fromkeys(names) if n and names.count(n) > 1]
    required = [c for c in core if c.required is Required.YES]
    problems += [f"thiếu cột «{c.name}» ({c.label})" for c in required if c.name not in names]
    if problems:
        raise WorkbookError(
            "wrong_columns",
            f"Trang «{sheet.name}» của tệp {path.name} chưa đúng cột chuẩn. Chưa có dòng nào được nhập; hãy sửa:",
            tuple(problems),
        )


def _case_rows(sheet: Sheet, names: tuple[str, ...], not_text: list[str]) -> list[CaseRow]:
    rows = []
    for number, texts in sheet.rows(most_rows=_MOST_ROWS, not_text=not_text):
        if number == 1 or (number == 2 and _is_second_header(names, texts)):
            continue
        beyond = [get_column_letter(i + 1) for i, t in enumerate(texts) if t and i >= len(names)]
        if beyond:
            raise WorkbookError(
                "cells_beyond_header",
                f"Dòng {number} của trang «{sheet.name}» có giá trị ở cột {', '.join(beyond)} không có tên cột. "
                "Hãy chuyển về đúng cột rồi nhập lại.",
            )
        values = {name: text for name, text in zip(names, texts, strict=False) if text}
        rows.append(CaseRow(row=number, values=values))
    return rows


def _charset_of_rows(rows: Sequence[CaseRow]) -> Charset | None:
    """What most values that are not in Unicode are typed in; a workbook of several hands may hold a few of them."""
    found = Counter(charset_of_text(text) for row in rows for text in row.values.values())
    del found[None]
    return found.most_common(1)[0][0] if found else None


def _converted(row: CaseRow, charset: Charset) -> CaseRow:
    """The row in Unicode: all of it, or, where only some values are typed in the charset, those."""
    whole = charset_of_texts(row.values.values()) is charset
    values = {
        name: to_unicode(text, charset) if whole or charset_of_text(text) is charset else text
        for name, text in row.values.items()
    }
    return replace(row, values=values)


def _is_second_header(names: Sequence[str], texts: Sequence[str]) -> bool:
    """A row of labels under the names: words where an entry has its number, its volume and its day.

    An entry that lacks them has nothing there, and one that has them has figures.
    """
    filled = [t for t in texts if t]
    told = [t for name, t in zip(names, texts, strict=False) if name in _IDENTIFYING]
    if len(filled) < _FEWEST_LABELS or not all(any(map(str.isalpha, t)) for t in told):
        return False
    return not any(c.isdecimal() for t in filled for c in t.split("=")[0])


def imported_fields(register_type: RegisterType, row: CaseRow) -> dict[str, FieldValue]:
    """Field values of a row typed by another team, for review and comparison; nothing counts as confirmed."""
    values = unshape_values(register_type, row.values)
    known = delivered_columns(register_type)
    return {
        name: FieldValue(
            column=name,
            text=row.values[name],
            normalized=text,
            source=ValueSource.IMPORTED,
            confidence=0.0,
            needs_review=True,
        )
        for name, text in values.items()
        if name in known and name not in {"STT", "dataFilePath"}
    }
