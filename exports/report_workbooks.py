"""The reports of the plans as Excel: every sum is a formula, and a check under it compares it with another way to add.

Cells with counts hold numbers, so that Excel can add them; what nobody knows is the word `Chưa rõ`.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    QuotaPlan,
    SumMismatch,
    Total,
    WorkRow,
    check_printed_sums,
)
from exports.spreadsheets import THIN_BOX, Formula, fixed_bytes, put_text, put_title
from exports.tables import TableRow, count_or_unknown, read_table, understood

__all__ = [
    "read_plan_rows",
    "write_plan_report",
    "write_work_report",
]

_UNIT, _BOOKS, _CASES, _MACHINES = "Đơn vị", "Số sổ", "Số trường hợp", "Số máy"
_QUOTA, _DAYS, _REMAINING = "Định mức", "Số ngày cần", "Còn lại"
_SUM = "Tổng cộng"
_SUM_NAMES = ("tong cong", "tong so", "tong", "cong")
"""Search keys of what stands before the printed sums of an annex."""
_CHECK = "Kiểm tra"
_Count: TypeAlias = "int | str | Formula"
"""A number, `Chưa rõ`, or a formula that comes to one of them."""
_FIRST = 5
"""First row with data; title in row 1, span in row 2, heads in row 4."""


def write_plan_report(unit: str, plan: QuotaPlan, forecasts: Sequence[UnitForecast] = ()) -> bytes:
    """Phụ lục 02-04: books and cases per unit, machines, quota and days needed, forecast of the finish.

    The quota stands in one cell, which the quotas of the rows look up but for units with one of their own; days are
    formulas over it, so a reader may try another quota. The days of all units are those of the slowest.
    """
    book, sheet = _new_sheet("Phu luc 02-04", f"PHỤ LỤC 02-04 - KHỐI LƯỢNG VÀ ĐỊNH MỨC: {unit}", "")
    put_text(sheet["A2"], "Định mức (trường hợp/máy/ngày)")
    sheet["D2"] = plan.quota
    _heads(sheet, ("STT", _UNIT, _BOOKS, _CASES, _MACHINES, _QUOTA, _DAYS))
    last = _FIRST + len(plan.rows) - 1
    counts = [tuple(UNKNOWN if n is None else n for n in (r.books, r.cases, r.machines)) for r in plan.rows]
    days, table = [days for _, days in plan.days.by_unit], list[Sequence[object]]()
    for number, (row, cells, needed) in enumerate(zip(plan.rows, counts, days, strict=True), start=_FIRST):
        known = f"ISNUMBER(D{number}),ISNUMBER(E{number}),N(E{number})>0"
        a_day: _Count = row.quota or Formula("=$D$2", plan.quota)
        formula = f'=IF(AND({known}),ROUNDUP(D{number}/(E{number}*F{number}),0),"{UNKNOWN}")'
        table.append((number - _FIRST + 1, row.unit, *cells, a_day, Formula(formula, _or_unknown(needed))))
    table += _plan_sums(plan, last, counts, [_or_unknown(needed) for needed in days])
    values = _put_table(sheet, table, bold=last + 1)
    if forecasts:
        _forecast_sheet(book, forecasts)
    _widths(sheet, (6, 36, 12, 18, 12, 14, 16))
    return fixed_bytes(book, values)


def _plan_sums(
    plan: QuotaPlan, last: int, counts: Sequence[Sequence[_Count]], days: Sequence[_Count]
) -> list[Sequence[object]]:
    """Sums with the days of the slowest unit, what is not counted, the pooled days; a check by another way to add."""
    total = last + 1
    columns = list(zip("CDE", _columns(counts, 3), strict=True))
    sums = [_known_sum(c, _FIRST, last, cells) for c, cells in columns]
    span = f"G{_FIRST}:G{max(_FIRST, last)}"
    slowest = Formula(f'=IF(COUNT({span})=0,"{UNKNOWN}",MAX({span}))', _or_unknown(plan.days.days))
    unknown = [
        Formula(f'=COUNTIF({c}{_FIRST}:{c}{last},"{UNKNOWN}")', list(cells).count(UNKNOWN))
        for c, cells in (*columns, ("G", days))
    ]
    of_all = f"D{_FIRST}:E{max(_FIRST, last)}"
    a_day = f"SUMPRODUCT(E{_FIRST}:E{last},F{_FIRST}:F{last})"
    all_known = f'AND({a_day}>0,COUNTIF({of_all},"{UNKNOWN}")=0)'
    pooled = Formula(f'=IF({all_known},ROUNDUP(D{total}/{a_day},0),"{UNKNOWN}")', _or_unknown(plan.days.pooled))
    checks = [
        _check(
            f'SUMPRODUCT(N(+{c}{total}))=SUMIF({c}{_FIRST}:{c}{last},">=0")',
            _number(whole) == sum(n for n in map(_number, cells) if n >= 0),
        )
        for (c, cells), whole in zip(columns, sums, strict=True)
    ]
    return [
        ("", _SUM, *sums, "", slowest),
        ("", f"Số đơn vị {UNKNOWN.lower()}", *unknown[:3], "", unknown[3]),
        ("", "Nếu gộp mọi máy làm chung (không phải thực tế)", "", "", "", "", pooled),
        ("", _CHECK, *checks),
    ]


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


def write_work_report(unit: str, label: str, rows: Sequence[WorkRow]) -> bytes:
    """Work by team and shift."""
    book, sheet = _new_sheet("Theo ca", f"KẾT QUẢ THEO TỔ VÀ CA: {unit}", label)
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
