"""The plans' forms as printed: Phụ lục 01 with its 22 columns, Phụ lục 02-04, weekly and monthly reports.

Numbers are numbers, sums are formulas over the rows with the value they have now; what nobody has counted reads
`Chưa rõ`, never 0. Heads stand over their columns in merged cells, as on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corrections.campaign.calendars import CALENDARS, PlanDays, UnitWork, WorkCalendar, days_of, plan_days
from corrections.campaign.figures import Figures, Period, UnitFigures, add_up, beyond_form, form_data, form_types
from corrections.campaign.totals import UNKNOWN, dotted
from exports.form_sheet import NONE, Cell, FormSheet, column_sum, letter, sum_over
from exports.spreadsheets import Formula
from layouts.register_types import RegisterType

__all__ = [
    "FormText",
    "VolumeRow",
    "work_of",
    "write_annex01",
    "write_period_report",
    "write_volume_annex",
    "write_years",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormText:
    """What a unit writes beside its figures."""

    unit: str
    difficulties: str
    proposals: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRow:
    """A unit's line in the annexes 02 to 04."""

    figures: UnitFigures
    machines: int | None
    quota: int


def _total(figures: Figures) -> int | str:
    """Cases of a cell: a number as far as they are counted; the note under the table says what is not."""
    return UNKNOWN if figures.total.unknown and not figures.total.known else figures.total.known


# --- Phụ lục 01 -------------------------------------------------------------------------------------------------------

_MEASURES = ("total", "today", "done", "remaining")


def write_annex01(
    unit: str, label: str, rows: Sequence[UnitFigures], *, within: str = Period.DAY.word, notes: Sequence[str] = ()
) -> bytes:
    """Phụ lục 01: a row a unit; total, entered in the period, so far and remaining for each type and all types.

    Args:
        unit: who reports.
        label: the period in words.
        rows: units in order.
        within: what the second column of each group counts in: `ngày`, `kỳ`.
        notes: lines under the table.
    """
    form = _progress_form(form_data()["annex01"]["title"], unit, label, rows, within)
    _put_notes(form, rows, notes)
    return form.data()


def _progress_form(title: str, unit: str, label: str, rows: Sequence[UnitFigures], within: str) -> FormSheet:
    words, types = form_data()["annex01"], form_types()
    width = 2 + len(_MEASURES) * (len(types) + 1)
    form = FormSheet(title, words["subtitle"], f"{unit} - {label}", "Phu luc 01", width)
    form.widths((5, 24, *[10.5] * (width - 2)))
    heads = [words["measures"][m].format(period=within) for m in _MEASURES]
    groups = [(t.label, heads) for t in types] + [("Tổng cộng", heads)]
    form.heads([("STT", ()), ("Đơn vị", ()), *groups])
    first = form.next
    cells = [_progress_cells(number, row, form.next + number - 1, types) for number, row in enumerate(rows, start=1)]
    for row in cells:
        form.row(row)
    sums = [column_sum(c, first, form.next - 1, [row[c - 1] for row in cells]) for c in range(3, width + 1)]
    form.row(["", words["sum"], *sums], bold=True)
    return form


def _progress_cells(number: int, row: UnitFigures, at: int, types: Sequence[RegisterType]) -> list[Cell]:
    cells: list[Cell] = [number, row.unit]
    for kind in types:
        figures = row.of_type(kind)
        total, done = letter(len(cells) + 1), letter(len(cells) + 3)
        left = UNKNOWN if figures.remaining.unknown else figures.remaining.known
        # Where a part is not counted, the rest is not known, whatever the known parts say.
        beyond = f"{figures.beyond:+}" if figures.beyond else ""
        formula: Cell = UNKNOWN if figures.total.unknown else Formula(f"=MAX(0,{total}{at}-{done}{at}{beyond})", left)
        cells += [_total(figures), figures.today, figures.done, formula]
    for offset in range(len(_MEASURES)):
        columns = [3 + offset + len(_MEASURES) * i for i in range(len(types))]
        picked = [cells[c - 1] for c in columns]
        names = ",".join(f"{letter(c)}{at}" for c in columns)
        unknown = ",".join(f'{letter(c)}{at}="{UNKNOWN}"' for c in columns)
        sum_of = sum_over(picked, f'=IF(AND(SUM({names})=0,OR({unknown})),"{UNKNOWN}",SUM({names}))')
        cells.append(sum_of)
    if row.of_types(types).remaining.unknown:  # as long as a part is not counted, the unit's rest is not known
        cells[-1] = Formula(f'=IF(OR({unknown}),"{UNKNOWN}",SUM({names}))', UNKNOWN)
    return cells


def _put_notes(form: FormSheet, rows: Sequence[UnitFigures], notes: Sequence[str]) -> None:
    whole = add_up("", rows)
    types = form_types()
    lines = list(notes)
    unknown = [row.unit for row in rows if row.parts and row.of_types(types).total.unknown]
    if unknown:
        lines.append(f"Còn phần chưa thống kê ở: {', '.join(unknown)}. Tổng vì thế thấp hơn thực tế.")
    over = [(row.unit, row.of_types(types).beyond) for row in rows]
    if named := [f"{unit} ({dotted(more)})" for unit, more in over if more > 0]:
        lines.append(
            f"Đã nhập nhiều hơn số đếm: {', '.join(named)} trường hợp. Số còn lại của phần ấy là 0, không bù cho phần "
            "khác."
        )
    back = whole.of_types(types).sent_back
    if back:
        lines.append(f"{dotted(back)} trường hợp đang bị trả lại, không tính là đã nhập.")
    elsewhere = whole.of_types(tuple(RegisterType))
    if elsewhere.elsewhere_books:
        lines.append(
            f"{dotted(elsewhere.elsewhere_books)} quyển ({dotted(elsewhere.elsewhere_cases)} trường hợp) đã nhập ở "
            "giai đoạn trước, không tính trong bảng."
        )
    for kind in beyond_form(rows, types):
        figures = whole.of_type(kind)
        lines.append(f"Ngoài biểu - {kind.label}: tổng {figures.total.label}, đã nhập {dotted(figures.done)}.")
    form.next += 1
    for line in lines:
        form.line(f"- {line}")


# --- week, month, years -----------------------------------------------------------------------------------------------


def write_period_report(
    unit: str,
    label: str,
    period: Period,
    rows: Sequence[UnitFigures],
    texts: Sequence[FormText],
    *,
    notes: Sequence[str] = (),
) -> bytes:
    """The weekly or monthly report: the figures of the period, difficulties and proposals, the unit's own first."""
    words = form_data()["period_report"]
    form = _progress_form(words[period.value], unit, label, rows, period.word)
    _put_notes(form, rows, notes)
    for head, of in ((words["difficulties"], lambda t: t.difficulties), (words["proposals"], lambda t: t.proposals)):
        _put_texts(form, head, texts, of)
    return form.data()


def _put_texts(form: FormSheet, head: str, texts: Sequence[FormText], of: Callable[[FormText], str]) -> None:
    form.next += 1
    form.line(head, bold=True)
    written = [(t.unit, of(t)) for t in texts if of(t)]
    for unit, text in written:
        form.line(f"{unit}: {text}" if unit else text)
    if not written:
        form.line("Không có.")


def write_years(unit: str, label: str, row: UnitFigures) -> bytes:
    """Figures by year of registration (of the volume), with all register types of the form together and each alone."""
    types = form_types()
    heads = ("Số quyển", "Tổng số", "Đã nhập", "Còn lại")
    width = 2 + len(heads) * (len(types) + 1)
    form = FormSheet(
        "TỔNG HỢP THEO NĂM ĐĂNG KÝ", form_data()["annex01"]["subtitle"], f"{unit} - {label}", "Theo nam", width
    )
    form.widths((5, 14, *[10.5] * (width - 2)))
    form.heads([("STT", ()), ("Năm", ()), *((t.label, heads) for t in types), ("Tổng cộng", heads)])
    first, table = form.next, []
    for number, year in enumerate(row.years, start=1):
        cells: list[Cell] = [number, str(year) if year else "Không rõ năm"]
        for chosen in (*((t,) for t in types), types):
            figures = row.of_year(year, chosen)
            left = UNKNOWN if figures.remaining.unknown else figures.remaining.known
            cells += [figures.books, _total(figures), figures.done, left]
        table.append(cells)
        form.row(cells)
    sums = [column_sum(c, first, form.next - 1, [cells[c - 1] for cells in table]) for c in range(3, width + 1)]
    form.row(["", "TỔNG", *sums], bold=True)
    return form.data()


# --- Phụ lục 02-04 ----------------------------------------------------------------------------------------------------


def write_volume_annex(
    number: str, unit: str, rows: Sequence[VolumeRow], *, calendar: WorkCalendar = CALENDARS[0]
) -> bytes:
    """Phụ lục 02, 03 or 04: books and cases by type, machines, quota, cases a day and days, rounded up.

    The days of all units are those of the slowest; the pooled figure stands below and is called so.
    """
    words, types = form_data()["volumes"][number], form_types()
    width = 2 + 2 * (len(types) + 1) + 4
    form = FormSheet(words["title"], words["subtitle"], unit, f"Phu luc {number}", width)
    form.widths((5, 24, *[10] * (width - 2)))
    counts = ("Số quyển", "Số trường hợp")
    tail = [(head, ()) for head in ("Số máy", "Định mức 01 máy/ngày", "Số nhập 01 ngày", "Số ngày")]
    form.heads([("STT", ()), ("Đơn vị", ()), *((t.label, counts) for t in types), ("Tổng cộng", counts), *tail])
    first = form.next
    table = [_volume_cells(n, row, form.next + n - 1, types, calendar) for n, row in enumerate(rows, start=1)]
    for cells in table:
        form.row(cells)
    plan = plan_days([work_of(row, types) for row in rows], calendar)
    sums: list[Cell] = [
        column_sum(c, first, form.next - 1, [cells[c - 1] for cells in table]) for c in range(3, width - 2)
    ]
    per_day = column_sum(width - 1, first, form.next - 1, [cells[width - 2] for cells in table])
    form.row(["", "TỔNG", *sums, "", per_day, UNKNOWN if plan.days is None else plan.days], bold=True)
    form.next += 1
    for line in _days_notes(plan, calendar):
        form.line(f"- {line}")
    return form.data()


def work_of(row: VolumeRow, types: Sequence[RegisterType]) -> UnitWork:
    """What a unit has to enter; its cases are not known while a part of them is not."""
    total = row.figures.of_types(types).total
    cases = None if total.unknown else total.known
    return UnitWork(unit=row.figures.unit, cases=cases, machines=row.machines, quota=row.quota)


def _volume_cells(
    number: int, row: VolumeRow, at: int, types: Sequence[RegisterType], calendar: WorkCalendar
) -> list[Cell]:
    cells: list[Cell] = [number, row.figures.unit]
    for kind in types:
        figures = row.figures.of_type(kind)
        none = not figures.books and not figures.total.known and not figures.total.unknown
        books: Cell = figures.books or UNKNOWN  # cases stand in books: none of them means that nobody has counted
        cells += [NONE, NONE] if none else [books, _total(figures)]
    for offset in (0, 1):
        columns = [3 + offset + 2 * i for i in range(len(types))]
        names = ",".join(f"{letter(c)}{at}" for c in columns)
        unknown = ",".join(f'{letter(c)}{at}="{UNKNOWN}"' for c in columns)
        picked = [cells[c - 1] for c in columns if cells[c - 1] != NONE]
        sum_of = sum_over(
            picked,
            f'=IF(AND(SUM({names})=0,OR({unknown})),"{UNKNOWN}",SUM({names}))',
        )
        cells.append(sum_of)
    work, column = work_of(row, types), len(cells) + 1
    machines, quota, per_day = (letter(column + i) for i in range(3))
    if row.machines:
        a_day: Cell = Formula(f"={machines}{at}*{quota}{at}", row.machines * row.quota)
    else:
        a_day = UNKNOWN
    days: Cell = UNKNOWN
    if work.cases is not None and row.machines:
        share = f"*{calendar.share.numerator}/{calendar.share.denominator}" if calendar.share != 1 else ""
        needed = days_of(work.cases, row.machines, row.quota, calendar)
        days = Formula(f"=ROUNDUP({letter(column - 1)}{at}/({per_day}{at}{share}),0)", needed)
    return [*cells, row.machines or UNKNOWN, row.quota, a_day, days]


def _days_notes(plan: PlanDays, calendar: WorkCalendar) -> list[str]:
    lines = [f"Số ngày làm tròn lên, theo lịch: {calendar.name}."]
    if plan.days is not None:
        slowest = f", theo đơn vị chậm nhất: {plan.slowest}" if len(plan.by_unit) > 1 else ""
        least = "ít nhất " if plan.unknown else ""
        lines.append(f"Toàn bộ cần {least}{dotted(plan.days)} ngày{slowest}.")
    if plan.unknown:
        lines.append(f"Chưa tính được số ngày của: {', '.join(plan.unknown)}.")
    if plan.pooled is not None and len(plan.by_unit) > 1:
        pooled = dotted(plan.pooled)
        lines.append(f"Nếu gộp mọi máy làm chung cho mọi đơn vị (con số gộp, không phải thực tế): {pooled} ngày.")
    if calendar.longest is not None and plan.days is not None and plan.days > calendar.longest:
        lines.append(f"Đợt {calendar.longest} ngày không đủ: cần thêm máy hoặc thêm đợt.")
    return lines
