"""The reports of the plans as Excel: every sum is a formula, and a check under it compares it with another way to add.

Cells with counts hold numbers, so that Excel can add them; what nobody knows is the word `Chưa rõ`. The files of
several offices are read back and merged from their rows; the sums are formed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from exports.errors import WorkbookError
from exports.reports import (
    Forecast,
    PlanRow,
    ProgressRow,
    QuotaPlan,
    Span,
    SumMismatch,
    Total,
    WorkRow,
    check_printed_sums,
)
from exports.spreadsheets import fixed_bytes, put_text
from exports.tables import TableRow, head_key, read_table, whole_number
from layouts.register_types import RegisterType

__all__ = [
    "read_plan_rows",
    "read_progress_rows",
    "write_plan_report",
    "write_progress_report",
    "write_work_report",
]

_UNKNOWN = "Chưa rõ"
_UNIT, _TYPE, _TOTAL, _TODAY = "Đơn vị", "Loại sổ", "Tổng số trường hợp", "Nhập trong kỳ"
_DONE, _REMAINING, _UNCOUNTED = "Đã nhập lũy kế", "Còn lại", "Số phần chưa thống kê"
_PROGRESS_HEADS = ("STT", _UNIT, _TYPE, _TOTAL, _TODAY, _DONE, _REMAINING, _UNCOUNTED)
_BOOKS, _CASES, _MACHINES, _DAYS = "Số sổ", "Số trường hợp", "Số máy", "Số ngày cần"
_SUM = "Tổng cộng"
_CHECK = "Kiểm tra"
_FIRST = 5
"""First row with data; title in row 1, span in row 2, heads in row 4."""
_SIDE = Side(style="thin")
_THIN = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def write_progress_report(unit: str, span: Span, rows: Sequence[ProgressRow]) -> bytes:
    """Biểu mẫu 01 / Phụ lục 01: per unit and register type total, entered, remaining; sums by type; a check.

    Args:
        unit: who reports (commune, district, province).
        span: the day, week or other stretch of time.
        rows: progress, a row a unit and register type.
    """
    book, sheet = _new_sheet("Phu luc 01", f"BIỂU MẪU 01 - TIẾN ĐỘ NHẬP DỮ LIỆU HỘ TỊCH: {unit}", span.label)
    _heads(sheet, _PROGRESS_HEADS)
    for number, row in enumerate(rows, start=_FIRST):
        total = _UNKNOWN if row.total.unknown and not row.total.known else row.total.known
        left = f'=IF(AND(ISNUMBER(D{number}),N(H{number})=0),MAX(0,D{number}-F{number}),"{_UNKNOWN}")'
        values = (number - _FIRST + 1, row.unit, row.register_type.label, total, row.today, row.done, left)
        _put_row(sheet, number, (*values, row.total.unknown))
    last = _FIRST + len(rows) - 1
    _put_row(sheet, last + 1, ("", _SUM, "", *(_sum(c, _FIRST, last) for c in "DEFGH")), bold=True)
    _sums_by_type(sheet, last, rows)
    _widths(sheet, (6, 36, 30, 20, 16, 18, 16, 16))
    return fixed_bytes(book)


def _sums_by_type(sheet: Any, last: int, rows: Sequence[ProgressRow]) -> None:
    """The same rows added by register type, and whether both ways agree."""
    types = [t for t in RegisterType if any(r.register_type is t for r in rows)]
    for number, register_type in enumerate(types, start=last + 2):
        sums = (f"=SUMIF($C${_FIRST}:$C${last},$C{number},{c}${_FIRST}:{c}${last})" for c in "DEFGH")
        _put_row(sheet, number, ("", "Trong đó", register_type.label, *sums))
    end = last + 1 + len(types)
    checks = (f'=IF({c}{last + 1}=SUM({c}{last + 2}:{c}{end}),"Khớp","Lệch")' for c in "DEFGH")
    _put_row(sheet, end + 1, ("", _CHECK, "tổng theo loại sổ", *checks))


def write_plan_report(unit: str, plan: QuotaPlan, forecasts: Sequence[Forecast] = ()) -> bytes:
    """Phụ lục 02-04: books and cases per unit, machines, quota and days needed, forecast of the finish.

    The quota stands in one cell; days are formulas over it, so a reader may try another quota.
    """
    book, sheet = _new_sheet("Phu luc 02-04", f"PHỤ LỤC 02-04 - KHỐI LƯỢNG VÀ ĐỊNH MỨC: {unit}", "")
    put_text(sheet["A2"], "Định mức (trường hợp/máy/ngày)")
    sheet["D2"] = plan.quota
    _heads(sheet, ("STT", _UNIT, _BOOKS, _CASES, _MACHINES, _DAYS))
    for number, row in enumerate(plan.rows, start=_FIRST):
        days = (
            f"=IF(AND(ISNUMBER(D{number}),ISNUMBER(E{number}),N(E{number})>0),"
            f'ROUNDUP(D{number}/(E{number}*$D$2),0),"{_UNKNOWN}")'
        )
        counts = tuple(_UNKNOWN if n is None else n for n in (row.books, row.cases, row.machines))
        _put_row(sheet, number, (number - _FIRST + 1, row.unit, *counts, days))
    last = _FIRST + len(plan.rows) - 1
    total = last + 1
    all_known = f'AND(N(E{total})>0,COUNTIF(D{_FIRST}:E{last},"{_UNKNOWN}")=0)'
    days_in_all = f'=IF({all_known},ROUNDUP(D{total}/(E{total}*$D$2),0),"{_UNKNOWN}")'
    _put_row(sheet, total, ("", _SUM, *(_sum(c, _FIRST, last) for c in "CDE"), days_in_all), bold=True)
    unknown = (f'=COUNTIF({c}{_FIRST}:{c}{last},"{_UNKNOWN}")' for c in "CDE")
    _put_row(sheet, total + 1, ("", f"Số đơn vị {_UNKNOWN.lower()}", *unknown))
    checks = (f'=IF(SUMPRODUCT(N(+{c}{total}))=SUMIF({c}{_FIRST}:{c}{last},">=0"),"Khớp","Lệch")' for c in "CDE")
    _put_row(sheet, total + 2, ("", _CHECK, *checks))
    if forecasts:
        _forecast_sheet(book, forecasts)
    _widths(sheet, (6, 36, 12, 18, 12, 16))
    return fixed_bytes(book)


def _forecast_sheet(book: Workbook, forecasts: Sequence[Forecast]) -> None:
    sheet: Any = book.create_sheet("Du bao")
    sheet["A1"] = "DỰ BÁO HOÀN THÀNH"
    sheet["A1"].font = Font(bold=True, size=13)
    _heads(sheet, ("STT", _UNIT, _REMAINING, "Tốc độ (trường hợp/ngày)", "Ngày hoàn thành", "Số máy để kịp hạn"))
    for number, item in enumerate(forecasts, start=_FIRST):
        finish = item.finish.strftime("%d.%m.%Y") if item.finish else _UNKNOWN
        machines = _UNKNOWN if item.machines_for_deadline is None else item.machines_for_deadline
        values = (number - _FIRST + 1, item.unit, _cell(item.remaining), round(item.per_day, 1), finish, machines)
        _put_row(sheet, number, values)
    _widths(sheet, (6, 36, 16, 22, 18, 18))


def write_work_report(unit: str, span: Span, rows: Sequence[WorkRow]) -> bytes:
    """Work by team and shift."""
    book, sheet = _new_sheet("Theo ca", f"KẾT QUẢ THEO TỔ VÀ CA: {unit}", span.label)
    _heads(sheet, ("STT", "Tổ", "Ca", "Số trường hợp"))
    for number, row in enumerate(rows, start=_FIRST):
        _put_row(sheet, number, (number - _FIRST + 1, row.team, row.shift, row.entries))
    last = _FIRST + len(rows) - 1
    _put_row(sheet, last + 1, ("", _SUM, "", _sum("D", _FIRST, last)), bold=True)
    _widths(sheet, (6, 28, 20, 16))
    return fixed_bytes(book)


def _new_sheet(name: str, title: str, under: str) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    sheet["A1"] = title
    sheet["A1"].font = Font(bold=True, size=13)
    sheet["A2"] = under
    sheet.freeze_panes = f"A{_FIRST}"
    return book, sheet


def _heads(sheet: Any, heads: Sequence[str]) -> None:
    for index, head in enumerate(heads, start=1):
        cell = sheet.cell(row=_FIRST - 1, column=index)
        put_text(cell, head, bold=True)
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        cell.border = _THIN


def _put_row(sheet: Any, number: int, values: Sequence[object], *, bold: bool = False) -> None:
    """Numbers as numbers, our own formulas as formulas, everything else as text that is never a formula."""
    for index, value in enumerate(values, start=1):
        cell = sheet.cell(row=number, column=index)
        if isinstance(value, str) and not _is_own_formula(value):
            put_text(cell, value)
        else:
            cell.value = value
            cell.number_format = "#,##0.0" if isinstance(value, float) else "#,##0"
        cell.font = Font(bold=bold)
        cell.border = _THIN


def _is_own_formula(text: str) -> bool:
    """Formulas this module writes; a unit's name that begins with `=` is none of them."""
    return text.startswith(("=IF(", "=SUM", "=COUNTIF("))


def _sum(column: str, first: int, last: int) -> str:
    return f"=SUM({column}{first}:{column}{max(first, last)})"


def _cell(total: Total) -> int | str:
    return total.known if not total.unknown else total.label


def _widths(sheet: Any, widths: Sequence[int]) -> None:
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width


# --- reading back -----------------------------------------------------------------------------------------------------


def read_progress_rows(path: Path) -> tuple[ProgressRow, ...]:
    """The rows of an office's progress report, for the district's and the province's table; its sums are left aside.

    Raises:
        WorkbookError: wrong columns, or rows that cannot be understood, every one named.
    """
    heads = (_UNIT, _TYPE, _TOTAL, _TODAY, _DONE)
    rows, problems = [], []
    for row in read_table(path, (*heads, _UNCOUNTED), required=heads, formulas_empty=True):
        if head_key(row.cells[_UNIT]) == head_key(_SUM):
            break
        try:
            rows.append(_progress_row(row))
        except ValueError as error:
            problems.append(f"dòng {row.row}: {error}")
    if problems:
        raise WorkbookError(
            "wrong_rows", f"Báo cáo {path.name} có dòng chưa đúng. Chưa gộp dòng nào; hãy sửa:", tuple(problems)
        )
    return tuple(rows)


def _progress_row(row: TableRow) -> ProgressRow:
    cells = row.cells
    register_type = next((t for t in RegisterType if head_key(t.label) == head_key(cells[_TYPE])), None)
    if register_type is None:
        raise ValueError(f"loại sổ «{cells[_TYPE]}» không có trong danh sách")
    if not cells[_UNIT]:
        raise ValueError("thiếu tên đơn vị")
    return ProgressRow(
        unit=cells[_UNIT],
        register_type=register_type,
        total=_total(cells[_TOTAL], cells.get(_UNCOUNTED, "")),
        today=_count(cells[_TODAY], _TODAY) or 0,
        done=_count(cells[_DONE], _DONE) or 0,
    )


def _total(text: str, uncounted: str) -> Total:
    """A count, empty or `Chưa rõ` when nobody knows it, with the number of parts that are not in it."""
    number, unknown = _count(text, _TOTAL), _count(uncounted, _UNCOUNTED) or 0
    return Total(unknown=max(1, unknown)) if number is None else Total(known=number, unknown=unknown)


def _count(text: str, head: str) -> int | None:
    number = whole_number(text)
    if number is None and text and head_key(text) != "chua ro":
        raise ValueError(f"{head.lower()} «{text}» không phải số nguyên")
    return number


def read_plan_rows(path: Path) -> tuple[tuple[PlanRow, ...], tuple[SumMismatch, ...]]:
    """The units of a plan's annex (columns Đơn vị, Số sổ, Số trường hợp, perhaps Số máy), and its wrong sums.

    The annex ends at the row `Tổng cộng` (or `Tổng số`), whose printed numbers are compared with the rows.

    Raises:
        WorkbookError: wrong columns or counts that are no numbers, every one named.
    """
    rows, problems, printed = [], [], {}
    heads = (_UNIT, _BOOKS, _CASES, _MACHINES)
    for row in read_table(path, heads, required=(_UNIT, _BOOKS, _CASES), formulas_empty=True):
        try:
            counts = {h: _count(row.cells.get(h, ""), h) for h in (_BOOKS, _CASES, _MACHINES)}
        except ValueError as error:
            problems.append(f"dòng {row.row}: {error}")
            continue
        if head_key(row.cells[_UNIT]) in ("tong cong", "tong so", "tong", "cong"):
            printed = counts
            break
        if row.cells[_UNIT]:
            rows.append(
                PlanRow(unit=row.cells[_UNIT], books=counts[_BOOKS], cases=counts[_CASES], machines=counts[_MACHINES])
            )
    if problems:
        raise WorkbookError("wrong_rows", f"Phụ lục {path.name} có dòng chưa đúng; hãy sửa:", tuple(problems))
    wrong = check_printed_sums(
        rows, books=printed.get(_BOOKS), cases=printed.get(_CASES), machines=printed.get(_MACHINES)
    )
    return tuple(rows), wrong
