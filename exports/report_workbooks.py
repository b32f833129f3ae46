"""The reports of the plans as Excel: every sum is a formula, and a check under it compares it with another way to add.

Cells with counts hold numbers, so that Excel can add them; what nobody knows is the word `Chưa rõ`. The files of
several offices are read back and merged from their rows; the sums are formed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from corrections.campaign.forecasts import UnitForecast, finish_words
from corrections.campaign.totals import UNKNOWN
from corrections.search_keys import search_key
from exports.reports import (
    PlanRow,
    ProgressRow,
    QuotaPlan,
    Span,
    SumMismatch,
    Total,
    WorkRow,
    check_printed_sums,
)
from exports.spreadsheets import THIN_BOX, Formula, fixed_bytes, put_text, put_title
from exports.tables import TableRow, count_or_unknown, read_table, understood
from layouts.register_types import RegisterType

__all__ = [
    "read_plan_rows",
    "read_progress_rows",
    "write_plan_report",
    "write_progress_report",
    "write_work_report",
]

_UNIT, _TYPE, _TOTAL, _TODAY = "Đơn vị", "Loại sổ", "Tổng số trường hợp", "Nhập trong kỳ"
_DONE, _REMAINING, _UNCOUNTED = "Đã nhập lũy kế", "Còn lại", "Số phần chưa thống kê"
_PROGRESS_HEADS = ("STT", _UNIT, _TYPE, _TOTAL, _TODAY, _DONE, _REMAINING, _UNCOUNTED)
_BOOKS, _CASES, _MACHINES, _DAYS = "Số sổ", "Số trường hợp", "Số máy", "Số ngày cần"
_SUM = "Tổng cộng"
_SUM_NAMES = ("tong cong", "tong so", "tong", "cong")
"""Search keys of what stands before the printed sums of an annex."""
_CHECK = "Kiểm tra"
_Count: TypeAlias = "int | str | Formula"
"""A number, `Chưa rõ`, or a formula that comes to one of them."""
_FIRST = 5
"""First row with data; title in row 1, span in row 2, heads in row 4."""


def write_progress_report(unit: str, span: Span, rows: Sequence[ProgressRow]) -> bytes:
    """Biểu mẫu 01 / Phụ lục 01: per unit and register type total, entered, remaining; sums by type; a check.

    Args:
        unit: who reports (commune, district, province).
        span: the day, week or other stretch of time.
        rows: progress, a row a unit and register type.
    """
    book, sheet = _new_sheet("Phu luc 01", f"BIỂU MẪU 01 - TIẾN ĐỘ NHẬP DỮ LIỆU HỘ TỊCH: {unit}", span.label)
    _heads(sheet, _PROGRESS_HEADS)
    last = _FIRST + len(rows) - 1
    counts = [_progress_counts(row, number) for number, row in enumerate(rows, start=_FIRST)]
    table: list[Sequence[object]] = [
        (number, row.unit, row.register_type.label, *cells)
        for number, (row, cells) in enumerate(zip(rows, counts, strict=True), start=1)
    ]
    sums = [_known_sum(c, _FIRST, last, cells) for c, cells in zip("DEFGH", _columns(counts, 5), strict=True)]
    table.append(("", _SUM, "", *sums))
    table += _sums_by_type(last, rows, counts, sums)
    values = _put_table(sheet, table, bold=last + 1)
    _widths(sheet, (6, 36, 30, 20, 16, 18, 16, 16))
    return fixed_bytes(book, values)


def _progress_counts(row: ProgressRow, number: int) -> tuple[_Count, ...]:
    """Columns D to H of a row: total, entered in the span, so far, remaining, parts that are not counted."""
    total = UNKNOWN if row.total.unknown and not row.total.known else row.total.known
    left = Formula(
        f'=IF(AND(ISNUMBER(D{number}),N(H{number})=0),MAX(0,D{number}-F{number}),"{UNKNOWN}")',
        UNKNOWN if row.remaining.unknown else row.remaining.known,
    )
    return (total, row.today, row.done, left, row.total.unknown)


def _sums_by_type(
    last: int, rows: Sequence[ProgressRow], counts: Sequence[Sequence[_Count]], sums: Sequence[Formula]
) -> list[Sequence[object]]:
    """The same rows added by register type, and whether both ways agree."""
    types = [t for t in RegisterType if any(r.register_type is t for r in rows)]
    table: list[Sequence[object]] = []
    parts: list[list[Formula]] = []
    for number, register_type in enumerate(types, start=last + 2):
        own = [cells for row, cells in zip(rows, counts, strict=True) if row.register_type is register_type]
        columns = zip("DEFGH", _columns(own, 5), strict=True)
        parts.append([_known_sum_of_type(c, _FIRST, last, number, cells) for c, cells in columns])
        table.append(("", "Trong đó", register_type.label, *parts[-1]))
    end = last + 1 + len(types)
    checks = [
        _check(f"N({c}{last + 1})=SUM({c}{last + 2}:{c}{end})", _number(total) == sum(map(_number, column)))
        for c, total, column in zip("DEFGH", sums, _columns(parts, 5), strict=True)
    ]
    return [*table, ("", _CHECK, "tổng theo loại sổ", *checks)]


def write_plan_report(unit: str, plan: QuotaPlan, forecasts: Sequence[UnitForecast] = ()) -> bytes:
    """Phụ lục 02-04: books and cases per unit, machines, quota and days needed, forecast of the finish.

    The quota stands in one cell; days are formulas over it, so a reader may try another quota.
    """
    book, sheet = _new_sheet("Phu luc 02-04", f"PHỤ LỤC 02-04 - KHỐI LƯỢNG VÀ ĐỊNH MỨC: {unit}", "")
    put_text(sheet["A2"], "Định mức (trường hợp/máy/ngày)")
    sheet["D2"] = plan.quota
    _heads(sheet, ("STT", _UNIT, _BOOKS, _CASES, _MACHINES, _DAYS))
    last = _FIRST + len(plan.rows) - 1
    counts = [tuple(UNKNOWN if n is None else n for n in (r.books, r.cases, r.machines)) for r in plan.rows]
    table: list[Sequence[object]] = []
    for number, (row, cells) in enumerate(zip(plan.rows, counts, strict=True), start=_FIRST):
        known = f"ISNUMBER(D{number}),ISNUMBER(E{number}),N(E{number})>0"
        days = Formula(f'=IF(AND({known}),{_days(number)},"{UNKNOWN}")', _or_unknown(plan.days(row)))
        table.append((number - _FIRST + 1, row.unit, *cells, days))
    table += _plan_sums(plan, last, counts)
    values = _put_table(sheet, table, bold=last + 1)
    if forecasts:
        _forecast_sheet(book, forecasts)
    _widths(sheet, (6, 36, 12, 18, 12, 16))
    return fixed_bytes(book, values)


def _plan_sums(plan: QuotaPlan, last: int, counts: Sequence[Sequence[_Count]]) -> list[Sequence[object]]:
    """Sums with the days for all units, how many units are not counted, and a check by another way of adding."""
    total = last + 1
    columns = list(zip("CDE", _columns(counts, 3), strict=True))
    sums = [_known_sum(c, _FIRST, last, cells) for c, cells in columns]
    all_known = f'AND(N(E{total})>0,COUNTIF(D{_FIRST}:E{last},"{UNKNOWN}")=0)'
    days = Formula(f'=IF({all_known},{_days(total)},"{UNKNOWN}")', _or_unknown(plan.days_in_all))
    unknown = [Formula(f'=COUNTIF({c}{_FIRST}:{c}{last},"{UNKNOWN}")', cells.count(UNKNOWN)) for c, cells in columns]
    checks = [
        _check(
            f'SUMPRODUCT(N(+{c}{total}))=SUMIF({c}{_FIRST}:{c}{last},">=0")',
            _number(whole) == sum(n for n in map(_number, cells) if n >= 0),
        )
        for (c, cells), whole in zip(columns, sums, strict=True)
    ]
    return [
        ("", _SUM, *sums, days),
        ("", f"Số đơn vị {UNKNOWN.lower()}", *unknown),
        ("", _CHECK, *checks),
    ]


def _days(number: int) -> str:
    return f"ROUNDUP(D{number}/(E{number}*$D$2),0)"


def _forecast_sheet(book: Workbook, forecasts: Sequence[UnitForecast]) -> None:
    sheet: Any = book.create_sheet("Du bao")
    put_title(sheet, "DỰ BÁO HOÀN THÀNH")
    _heads(sheet, ("STT", _UNIT, _REMAINING, "Tốc độ (trường hợp/ngày)", "Ngày hoàn thành", "Số máy để kịp hạn"))
    table: list[Sequence[object]] = []
    for number, item in enumerate(forecasts, start=1):
        finish = finish_words(item) or UNKNOWN
        machines = _or_unknown(item.machines_for_deadline)
        table.append((number, item.unit, _cell(item.remaining), round(item.per_day, 1), finish, machines))
    _put_table(sheet, table)
    _widths(sheet, (6, 36, 16, 22, 18, 18))


def write_work_report(unit: str, span: Span, rows: Sequence[WorkRow]) -> bytes:
    """Work by team and shift."""
    book, sheet = _new_sheet("Theo ca", f"KẾT QUẢ THEO TỔ VÀ CA: {unit}", span.label)
    _heads(sheet, ("STT", "Tổ", "Ca", "Số trường hợp"))
    table: list[Sequence[object]] = [(n, row.team, row.shift, row.entries) for n, row in enumerate(rows, start=1)]
    last = _FIRST + len(rows) - 1
    table.append(("", _SUM, "", _known_sum("D", _FIRST, last, [row.entries for row in rows])))
    values = _put_table(sheet, table, bold=last + 1)
    _widths(sheet, (6, 28, 20, 16))
    return fixed_bytes(book, values)


def _new_sheet(name: str, title: str, under: str) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    put_title(sheet, title)
    sheet["A2"] = under
    sheet.freeze_panes = f"A{_FIRST}"
    return book, sheet


def _heads(sheet: Any, heads: Sequence[str]) -> None:
    for index, head in enumerate(heads, start=1):
        cell = sheet.cell(row=_FIRST - 1, column=index)
        put_text(cell, head, bold=True)
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        cell.border = THIN_BOX


def _put_table(sheet: Any, table: Sequence[Sequence[object]], *, bold: int = 0) -> dict[str, int | str]:
    """Put rows below the heads: numbers as numbers, formulas as formulas, all else as text that is never a formula.

    Args:
        sheet: where.
        table: rows of cells.
        bold: number of the row in bold type.

    Returns:
        What the formulas come to, by cell.
    """
    values: dict[str, int | str] = {}
    for number, row in enumerate(table, start=_FIRST):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=index)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.number_format = "#,##0.0" if isinstance(value, float) else "#,##0"
                cell.value = value.text if isinstance(value, Formula) else value
            if isinstance(value, Formula):
                values[cell.coordinate] = value.value
            cell.font = Font(bold=number == bold)
            cell.border = THIN_BOX
    return values


def _columns(rows: Sequence[Sequence[_Count]], width: int) -> list[list[_Count]]:
    return [[row[i] for row in rows] for i in range(width)]


def _known_sum(column: str, first: int, last: int, cells: Sequence[_Count]) -> Formula:
    """The sum of what is counted; where nothing is, `Chưa rõ` and never zero."""
    span = f"{column}{first}:{column}{max(first, last)}"
    text = f'=IF(AND(COUNT({span})=0,COUNTIF({span},"{UNKNOWN}")>0),"{UNKNOWN}",SUM({span}))'
    return Formula(text, _sum_of_known(cells))


def _known_sum_of_type(column: str, first: int, last: int, row: int, cells: Sequence[_Count]) -> Formula:
    """The same for the rows of one register type, named in column C of `row`."""
    types, span = f"$C${first}:$C${last}", f"{column}${first}:{column}${last}"
    counted = f"SUMPRODUCT(({types}=$C{row})*ISNUMBER({span}))"
    text = f'=IF({counted}=0,"{UNKNOWN}",SUMIF({types},$C{row},{span}))'
    return Formula(text, _sum_of_known(cells))


def _check(condition: str, agrees: bool) -> Formula:
    return Formula(f'=IF({condition},"Khớp","Lệch")', "Khớp" if agrees else "Lệch")


def _sum_of_known(cells: Sequence[_Count]) -> int | str:
    shown = [cell.value if isinstance(cell, Formula) else cell for cell in cells]
    numbers = [cell for cell in shown if isinstance(cell, int)]
    return UNKNOWN if shown and not numbers else sum(numbers)


def _number(cell: _Count) -> int:
    """As Excel's N(): words are zero."""
    value = cell.value if isinstance(cell, Formula) else cell
    return value if isinstance(value, int) else 0


def _or_unknown(count: int | None) -> int | str:
    return UNKNOWN if count is None else count


def _cell(total: Total) -> int | str:
    return total.known if not total.unknown else total.label


def _widths(sheet: Any, widths: Sequence[int]) -> None:
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width


# --- reading back -----------------------------------------------------------------------------------------------------


def read_progress_rows(path: Path, sheet: str = "") -> tuple[ProgressRow, ...]:
    """The rows of an office's progress report, for the district's and the province's table; its sums are left aside.

    Raises:
        WorkbookError: wrong columns, or rows that cannot be understood, every one named.
    """
    heads = (_UNIT, _TYPE, _TOTAL, _TODAY, _DONE)
    rows = read_table(path, (*heads, _UNCOUNTED), required=heads, formulas_empty=True, sheet=sheet)
    above = takewhile(lambda row: search_key(row.cells[_UNIT]) != search_key(_SUM), rows)
    return understood(above, _progress_row, f"Báo cáo {path.name} có dòng chưa đúng. Chưa gộp dòng nào; hãy sửa:")


def _progress_row(row: TableRow) -> ProgressRow:
    cells = row.cells
    register_type = next((t for t in RegisterType if search_key(t.label) == search_key(cells[_TYPE])), None)
    if register_type is None:
        raise ValueError(f"loại sổ «{cells[_TYPE]}» không có trong danh sách")
    if not cells[_UNIT]:
        raise ValueError("thiếu tên đơn vị")
    return ProgressRow(
        unit=cells[_UNIT],
        register_type=register_type,
        total=_total(cells[_TOTAL], cells.get(_UNCOUNTED, "")),
        today=count_or_unknown(cells[_TODAY], _TODAY) or 0,
        done=count_or_unknown(cells[_DONE], _DONE) or 0,
    )


def _total(text: str, uncounted: str) -> Total:
    """A count, empty or `Chưa rõ` when nobody knows it, with the number of parts that are not in it."""
    number, unknown = count_or_unknown(text, _TOTAL), count_or_unknown(uncounted, _UNCOUNTED) or 0
    return Total(unknown=max(1, unknown)) if number is None else Total(known=number, unknown=unknown)


def read_plan_rows(path: Path, sheet: str = "") -> tuple[tuple[PlanRow, ...], tuple[SumMismatch, ...]]:
    """The units of a plan's annex (columns Đơn vị, Số sổ, Số trường hợp, perhaps Số máy), and its wrong sums.

    The annex ends at the row `Tổng cộng` (or `Tổng số`), whose printed numbers are compared with the rows.

    Raises:
        WorkbookError: wrong columns or counts that are no numbers, every one named.
    """
    heads = (_UNIT, _BOOKS, _CASES, _MACHINES)
    rows = read_table(path, heads, required=heads[:-1], formulas_empty=True, sheet=sheet)
    sums = next((place for place, row in enumerate(rows) if search_key(row.cells[_UNIT]) in _SUM_NAMES), None)
    through = rows if sums is None else rows[: sums + 1]
    lines = understood(through, _plan_line, f"Phụ lục {path.name} có dòng chưa đúng; hãy sửa:")
    printed = None if sums is None else lines[-1]
    units = tuple(line for line in lines if line.unit and line is not printed)
    if printed is None:
        return units, ()
    return units, check_printed_sums(units, books=printed.books, cases=printed.cases, machines=printed.machines)


def _plan_line(row: TableRow) -> PlanRow:
    books, cases, machines = (count_or_unknown(row.cells.get(head, ""), head) for head in (_BOOKS, _CASES, _MACHINES))
    return PlanRow(unit=row.cells[_UNIT], books=books, cases=cases, machines=machines)
