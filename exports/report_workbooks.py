"""The reports of the plans as Excel: every sum is a formula, and a check under it compares it with another way to add.

Cells with counts hold numbers, so that Excel can add them; what nobody knows is the word `Chưa rõ`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corrections.campaign.forecasts import UnitForecast, finish_words
from corrections.campaign.totals import UNKNOWN, dotted
from corrections.search_keys import search_key
from exports.form_sheet import Cell, FormSheet, column_sum, workbook_bytes
from exports.reports import PlanRow, QuotaPlan, SumMismatch, WorkRow, check_printed_sums
from exports.spreadsheets import Formula
from exports.tables import TableRow, count_or_unknown, read_table, understood

__all__ = ["read_plan_rows", "write_plan_report", "write_work_report"]

_UNIT, _BOOKS, _CASES, _MACHINES = "Đơn vị", "Số sổ", "Số trường hợp", "Số máy"
_SUM = "Tổng cộng"
_SUM_NAMES = ("tong cong", "tong so", "tong", "cong")
"""Search keys of what stands before the printed sums of an annex."""
_POOLED = "Gộp mọi máy (không phải thực tế)"


def write_plan_report(unit: str, plan: QuotaPlan, forecasts: Sequence[UnitForecast] = ()) -> bytes:
    """Phụ lục 02-04: books and cases per unit, machines, quota and days needed, forecast of the finish.

    The quota stands in one cell, which the quotas of the rows look up but for units with one of their own; days are
    formulas over it, so a reader may try another quota. The days of all units are those of the slowest.
    """
    form = FormSheet("PHỤ LỤC 02-04", "KHỐI LƯỢNG VÀ ĐỊNH MỨC", unit, "Phu luc 02-04", 7)
    form.widths((5, 36, 14, 16, 12, 14, 14))
    quota = form.parameter("Định mức (trường hợp/máy/ngày)", plan.quota)
    heads = ("STT", _UNIT, _BOOKS, _CASES, _MACHINES, "Định mức", "Số ngày cần")
    form.heads([(head, ()) for head in heads])
    first, table = form.next, list[list[Cell]]()
    for number, (row, (_, needed)) in enumerate(zip(plan.rows, plan.days.by_unit, strict=True), start=1):
        table.append(_plan_cells(number, row, plan.quota, quota, form.next, needed))
        form.row(table[-1])
    if table:
        for index, cells in enumerate(_plan_sums(plan, first, form.next - 1, table)):
            form.row(cells, bold=index == 0)
    forecast = [_forecast_sheet(unit, forecasts, form)] if forecasts else []
    return workbook_bytes(form, *forecast)


def _plan_cells(number: int, row: PlanRow, usual: int, quota: str, at: int, days: int | None) -> list[Cell]:
    a_day: Cell = row.quota or Formula(f"={quota}", usual)
    known = f"ISNUMBER(D{at}),ISNUMBER(E{at}),N(E{at})>0"
    formula = f'=IF(AND({known}),ROUNDUP(D{at}/(E{at}*F{at}),0),"{UNKNOWN}")'
    counts = [_or_unknown(count) for count in (row.books, row.cases, row.machines)]
    needed: Cell = UNKNOWN if row.uncounted else Formula(formula, _or_unknown(days))
    return [number, row.unit, *counts, a_day, needed]


def _plan_sums(plan: QuotaPlan, first: int, last: int, table: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Sums with the days of the slowest unit, what is not counted, the pooled days; a check by another way to add."""
    total, days = last + 1, f"G{first}:G{last}"
    columns = {letter: [cells[place] for cells in table] for place, letter in ((2, "C"), (3, "D"), (4, "E"), (6, "G"))}
    sums = [column_sum(place, first, last, columns[letter]) for place, letter in ((3, "C"), (4, "D"), (5, "E"))]
    slowest = Formula(f'=IF(COUNT({days})=0,"{UNKNOWN}",MAX({days}))', _or_unknown(plan.days.days))
    unknown = [
        Formula(f'=COUNTIF({letter}{first}:{letter}{last},"{UNKNOWN}")', sum(_shown(cell) == UNKNOWN for cell in cells))
        for letter, cells in columns.items()
    ]
    a_day = f"SUMPRODUCT(E{first}:E{last},F{first}:F{last})"
    known = f'AND({a_day}>0,COUNTIF({days},"{UNKNOWN}")=0)'
    pooled = Formula(f'=IF({known},ROUNDUP(D{total}/{a_day},0),"{UNKNOWN}")', _or_unknown(plan.days.pooled))
    checks = [
        _check(f'N({letter}{total})=SUMIF({letter}{first}:{letter}{last},">=0")', whole, columns[letter])
        for letter, whole in zip("CDE", sums, strict=True)
    ]
    return [
        ["", _SUM, *sums, "", slowest],
        ["", f"Số đơn vị {UNKNOWN.lower()}", *unknown[:3], "", unknown[3]],
        ["", _POOLED, "", "", "", "", pooled],
        ["", "Kiểm tra", *checks, "", ""],
    ]


def _forecast_sheet(unit: str, forecasts: Sequence[UnitForecast], beside: FormSheet) -> FormSheet:
    form = FormSheet("DỰ BÁO HOÀN THÀNH", "THEO TỐC ĐỘ HIỆN NAY", unit, "Du bao", 6, beside=beside)
    form.widths((5, 36, 16, 18, 18, 16))
    heads = ("STT", _UNIT, "Còn lại", "Trường hợp mỗi ngày", "Ngày hoàn thành", "Số máy để kịp hạn")
    form.heads([(head, ()) for head in heads])
    for number, item in enumerate(forecasts, start=1):
        left: Cell = item.remaining.label if item.remaining.unknown else item.remaining.known
        machines = _or_unknown(item.machines_for_deadline)
        form.row([number, item.unit, left, _pace(item.per_day), finish_words(item) or UNKNOWN, machines])
    return form


def _pace(per_day: float) -> str:
    """Entries a day with one decimal, as people write it: `1.200,5`."""
    tenths = round(per_day * 10)
    return f"{dotted(tenths // 10)},{tenths % 10}"


def write_work_report(unit: str, label: str, rows: Sequence[WorkRow]) -> bytes:
    """Work by team and shift."""
    form = FormSheet("KẾT QUẢ NHẬP DỮ LIỆU", "THEO TỔ VÀ CA", f"{unit} - {label}", "Theo ca", 4)
    form.widths((6, 50, 40, 24))
    form.heads([(head, ()) for head in ("STT", "Tổ", "Ca", "Số trường hợp")])
    first = form.next
    for number, row in enumerate(rows, start=1):
        form.row([number, row.team, row.shift, row.entries])
    form.row(["", _SUM, "", column_sum(4, first, form.next - 1, [row.entries for row in rows])], bold=True)
    return form.data()


def _check(condition: str, whole: Formula, cells: Sequence[Cell]) -> Formula:
    agrees = _number(whole) == sum(n for n in map(_number, cells) if n >= 0)
    return Formula(f'=IF({condition},"Khớp","Lệch")', "Khớp" if agrees else "Lệch")


def _shown(cell: Cell) -> int | str:
    return cell.value if isinstance(cell, Formula) else cell


def _number(cell: Cell) -> int:
    """As Excel's N(): words are zero."""
    value = _shown(cell)
    return value if isinstance(value, int) else 0


def _or_unknown(count: int | None) -> int | str:
    return UNKNOWN if count is None else count


# --- reading ----------------------------------------------------------------------------------------------------------


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
