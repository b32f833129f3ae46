import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corrections.campaign.forecasts import forecast_unit
from exports.errors import WorkbookError
from exports.report_workbooks import (
    read_plan_rows,
    read_progress_rows,
    write_plan_report,
    write_progress_report,
    write_work_report,
)
from exports.reports import (
    PlanRow,
    ProgressRow,
    QuotaPlan,
    Span,
    Total,
    WorkRow,
    check_printed_sums,
    day_span,
    merge_progress,
    roll_up,
    sum_work,
    week_span,
)
from layouts.register_types import RegisterType

BIRTH, DEATH, MARRIAGE = RegisterType.BIRTH, RegisterType.DEATH, RegisterType.MARRIAGE

DISTRICTS = (
    ("Huyện Một", 1_402, 121_300),
    ("Huyện Hai", 1_190, 98_211),
    ("Huyện Ba", 1_655, 187_460),
    ("Huyện Bốn", 846, 75_020),
    ("Huyện Năm", 1_312, 133_917),
    ("Huyện Sáu", 1_507, 149_005),
    ("Huyện Bảy", 1_068, 90_888),
    ("Huyện Tám", 1_444, 151_236),
    ("Huyện Chín", 1_231, 118_402),
    ("Thị xã Mười", 1_115, 110_069),
    ("Thành phố Mười Một", 1_271, 138_000),
)
"""Eleven invented districts that add up to the province's known sums: 14,041 books and 1,373,508 cases."""


def progress(unit: str, register_type: RegisterType, total: int | None, today: int, done: int) -> ProgressRow:
    known = Total(unknown=1) if total is None else Total(known=total)
    return ProgressRow(unit=unit, register_type=register_type, total=known, today=today, done=done)


ROWS = (
    progress("Xã Bình An", BIRTH, 4252, 30, 1200),
    progress("Xã Bình An", DEATH, 868, 0, 868),
    progress("Xã Tân Lộc", BIRTH, None, 5, 17),
    progress("Xã Tân Lộc", MARRIAGE, 1588, 12, 20),
)
SPAN = day_span(dt.date(2026, 11, 20))


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_eleven_districts_add_up_to_the_province() -> None:
    rows = tuple(PlanRow(unit=u, books=b, cases=c) for u, b, c in DISTRICTS)
    plan = QuotaPlan(rows=rows)
    assert (plan.books.known, plan.cases.known) == (14_041, 1_373_508)
    assert plan.books.unknown == plan.cases.unknown == 0
    assert check_printed_sums(rows, books=14_041, cases=1_373_508) == ()


def test_a_wrong_printed_sum_is_found() -> None:
    rows = tuple(PlanRow(unit=u, books=b, cases=c) for u, b, c in DISTRICTS)
    (wrong,) = check_printed_sums(rows, books=14_041, cases=1_373_580)
    assert wrong.column == "Số trường hợp" and wrong.printed == 1_373_580 and wrong.computed.known == 1_373_508
    assert "1.373.580" in wrong.message and "1.373.508" in wrong.message


def test_unknown_counts_stay_unknown() -> None:
    rows = (PlanRow(unit="Huyện Bốn", books=846, cases=None, machines=4), PlanRow(unit="Huyện Một", books=2, cases=9))
    plan = QuotaPlan(rows=rows)
    assert plan.cases == Total(known=9, unknown=1) and plan.cases.label == "9 + 1 chưa rõ"
    assert plan.days(rows[0]) is None and plan.days(rows[1]) is None
    assert Total(unknown=1).label == "Chưa rõ" and Total(known=14_041).label == "14.041"
    assert check_printed_sums(rows, cases=500) == ()
    assert check_printed_sums(rows, cases=5)[0].computed.unknown == 1


def test_days_and_weeks_end_at_the_cut_off() -> None:
    day = day_span(dt.date(2026, 11, 20), dt.time(14, 0))
    assert (day.start, day.end) == (dt.datetime(2026, 11, 19, 14), dt.datetime(2026, 11, 20, 14))
    for date in (dt.date(2026, 11, 14), dt.date(2026, 11, 18), dt.date(2026, 11, 20)):
        assert week_span(date).end == dt.datetime(2026, 11, 20, 16)
    assert week_span(dt.date(2026, 11, 21)).end == dt.datetime(2026, 11, 27, 16)


def test_remaining_is_unknown_with_the_total_and_never_negative() -> None:
    assert ROWS[0].remaining == Total(known=3052)
    assert ROWS[2].remaining == Total(unknown=1)
    assert progress("x", BIRTH, 5, 0, 9).remaining == Total(known=0)


def test_units_roll_up_and_offices_merge() -> None:
    district = roll_up(ROWS, "Huyện A")
    assert [(r.register_type, r.total, r.today, r.done) for r in district] == [
        (BIRTH, Total(known=4252, unknown=1), 35, 1217),
        (DEATH, Total(known=868), 0, 868),
        (MARRIAGE, Total(known=1588), 12, 20),
    ]
    merged, problems = merge_progress([("a.xlsx", ROWS[:2]), ("b.xlsx", ROWS[1:])])
    assert merged == ROWS
    assert problems == ["Xã Bình An, Khai tử: có trong cả a.xlsx và b.xlsx; chỉ lấy từ a.xlsx"]


def test_work_by_team_and_shift() -> None:
    rows = [WorkRow(team="Tổ 2", shift="Sáng", entries=5), WorkRow(team="Tổ 1", shift="Chiều", entries=7)]
    assert [(w.team, w.entries) for w in sum_work([*rows, rows[0]])] == [("Tổ 1", 7), ("Tổ 2", 10)]
    sheet = sheet_of(write_work_report("Huyện A", SPAN, sum_work(rows)))
    assert "SUM(D5:D6)" in sheet["D7"].value


# --- Excel ------------------------------------------------------------------------------------------------------------


def shown(data: bytes) -> list[tuple[object, ...]]:
    """What a program shows that does not calculate, below the heads."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return [row[1:] for row in sheet.iter_rows(min_row=5, values_only=True)]


def plan_of_two() -> QuotaPlan:
    unknown = PlanRow(unit="Huyện Bốn", books=846, cases=None, machines=3)
    return QuotaPlan(rows=(unknown, PlanRow(unit="Tỉnh", books=5000, cases=540_075, machines=8)))


REPORTS = {
    "progress": lambda: write_progress_report("Huyện A", SPAN, ROWS),
    "nothing counted": lambda: write_progress_report("Huyện A", SPAN, ROWS[2:3]),
    "plan": lambda: write_plan_report("Tỉnh X", plan_of_two()),
    "nothing known": lambda: write_plan_report("x", QuotaPlan(rows=(PlanRow(unit="x", books=None, cases=None),))),
    "whole plan": lambda: write_plan_report(
        "Tỉnh", QuotaPlan(rows=tuple(PlanRow(unit=u, books=b, cases=c, machines=8) for u, b, c in DISTRICTS))
    ),
    "work": lambda: write_work_report("x", SPAN, [WorkRow(team="Tổ 1", shift="Sáng", entries=5)]),
}


def test_progress_report_sums_by_formula_over_every_row() -> None:
    data = write_progress_report("Huyện A", SPAN, ROWS)
    sheet = sheet_of(data)
    assert sheet["A2"].value == "Ngày 20.11.2026 (chốt 15:00)"
    assert all("SUM(" in sheet[f"{c}9"].value and f"{c}5:{c}8" in sheet[f"{c}9"].value for c in "DEFGH")
    assert sheet["D13"].value == '=IF(N(D9)=SUM(D10:D12),"Khớp","Lệch")'
    assert shown(data) == [
        ("Xã Bình An", "Khai sinh", 4252, 30, 1200, 3052, 0),
        ("Xã Bình An", "Khai tử", 868, 0, 868, 0, 0),
        ("Xã Tân Lộc", "Khai sinh", "Chưa rõ", 5, 17, "Chưa rõ", 1),
        ("Xã Tân Lộc", "Kết hôn", 1588, 12, 20, 1568, 0),
        ("Tổng cộng", None, 6708, 47, 2105, 4620, 1),
        ("Trong đó", "Khai sinh", 4252, 35, 1217, 3052, 1),
        ("Trong đó", "Khai tử", 868, 0, 868, 0, 0),
        ("Trong đó", "Kết hôn", 1588, 12, 20, 1568, 0),
        ("Kiểm tra", "tổng theo loại sổ", *["Khớp"] * 5),
    ]


def test_a_sum_of_which_nothing_is_counted_is_unknown_and_not_zero() -> None:
    assert shown(REPORTS["nothing counted"]())[1] == ("Tổng cộng", None, "Chưa rõ", 5, 17, "Chưa rõ", 1)
    assert shown(REPORTS["nothing known"]())[1] == ("Tổng cộng", "Chưa rõ", "Chưa rõ", "Chưa rõ", "Chưa rõ")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_formulas_come_to_the_values_kept_with_them(tmp_path: Path) -> None:
    """Recalculated by LibreOffice from files without the values."""
    kept = {}
    for name, write in REPORTS.items():
        data = write()
        kept[name] = shown(data)
        openpyxl.load_workbook(io.BytesIO(data)).save(tmp_path / f"{name}.xlsx")
    user = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", user, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    files = [str(path) for path in tmp_path.glob("*.xlsx")]
    subprocess.run([*convert, *files], check=True, capture_output=True, timeout=120)
    assert {name: shown((tmp_path / "out" / f"{name}.xlsx").read_bytes()) for name in REPORTS} == kept


def test_a_unit_named_like_a_formula_stays_text() -> None:
    sheet = sheet_of(write_progress_report("x", SPAN, [progress("=1+1", BIRTH, 1, 1, 1)]))
    assert sheet["B5"].data_type == "s" and sheet["B5"].value == "=1+1"


def test_offices_files_come_back_as_they_were(tmp_path: Path) -> None:
    rows = (*ROWS, *roll_up(ROWS, "Huyện A"))
    path = tmp_path / "bc.xlsx"
    path.write_bytes(write_progress_report("Huyện A", SPAN, rows))
    assert read_progress_rows(path) == rows


def test_same_report_same_bytes() -> None:
    span = Span(start=SPAN.start, end=SPAN.end, label="x")
    assert write_progress_report("A", span, ROWS) == write_progress_report("A", span, ROWS)


@pytest.mark.parametrize(("cell", "value", "word"), [("C5", "Sổ lạ", "loại sổ"), ("F5", "nhiều", "không phải số")])
def test_a_report_with_a_faulty_row_is_refused_whole(tmp_path: Path, cell: str, value: str, word: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_progress_report("A", SPAN, ROWS)))
    book.active[cell] = value
    book.active["C6"] = "Cũng lạ"
    path = tmp_path / "bc.xlsx"
    book.save(path)
    with pytest.raises(WorkbookError) as error:
        read_progress_rows(path)
    assert len(error.value.problems) == 2 and word in error.value.problems[0]


def test_plan_report_counts_days_from_one_quota_cell() -> None:
    plan = plan_of_two()
    ahead = forecast_unit("Tỉnh", Total(known=540_075), per_day=1600, today=dt.date(2026, 11, 20), quota=200)
    data = write_plan_report("Tỉnh X", plan, [ahead])
    sheet = sheet_of(data)
    assert sheet["D2"].value == 200 and "ROUNDUP(D6/(E6*$D$2),0)" in sheet["F6"].value
    assert shown(data)[:3] == [
        ("Huyện Bốn", 846, "Chưa rõ", 3, "Chưa rõ"),
        ("Tỉnh", 5000, 540_075, 8, 338),
        ("Tổng cộng", 5846, 540_075, 11, "Chưa rõ"),
    ]
    assert openpyxl.load_workbook(io.BytesIO(data))["Du bao"]["E5"].value == "15.03.2028"  # five days off between


def plan_file(tmp_path: Path, cases_printed: int) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["PHỤ LỤC 02"])
    sheet.append(["STT", "Đơn vị", "Số sổ", "Số trường hợp"])
    for index, (unit, books, cases) in enumerate(DISTRICTS, start=1):
        sheet.append([index, unit, books, f"{cases:,}".replace(",", ".")])
    sheet.append([None, "Tổng cộng", 14_041, cases_printed])
    path = tmp_path / "phu-luc.xlsx"
    book.save(path)
    return path


def test_a_plans_annex_is_read_and_its_wrong_sum_found(tmp_path: Path) -> None:
    rows, wrong = read_plan_rows(plan_file(tmp_path, 1_373_508))
    assert [(r.unit, r.books, r.cases) for r in rows] == list(DISTRICTS) and not wrong
    _, wrong = read_plan_rows(plan_file(tmp_path, 1_383_508))
    assert [w.column for w in wrong] == ["Số trường hợp"]
