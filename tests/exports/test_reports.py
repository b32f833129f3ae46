import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corrections.campaign.figures import Figures, UnitFigures
from corrections.campaign.forecasts import forecast_unit
from exports.campaign_forms import VolumeRow, write_annex01, write_volume_annex
from exports.report_workbooks import (
    read_plan_rows,
    write_plan_report,
    write_work_report,
)
from exports.reports import (
    PlanRow,
    QuotaPlan,
    Total,
    WorkRow,
    check_printed_sums,
    sum_work,
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
    assert [days for _, days in plan.days.by_unit] == [None, None]
    assert Total(unknown=1).label == "Chưa rõ" and Total(known=14_041).label == "14.041"
    assert check_printed_sums(rows, cases=500) == ()
    assert check_printed_sums(rows, cases=5)[0].computed.unknown == 1


def test_work_by_team_and_shift() -> None:
    rows = [WorkRow(team="Tổ 2", shift="Sáng", entries=5), WorkRow(team="Tổ 1", shift="Chiều", entries=7)]
    assert [(w.team, w.entries) for w in sum_work([*rows, rows[0]])] == [("Tổ 1", 7), ("Tổ 2", 10)]
    sheet = sheet_of(write_work_report("Huyện A", "Ngày 20/11/2026", sum_work(rows)))
    assert "SUM(D8:D9)" in sheet["D10"].value


# --- Excel ------------------------------------------------------------------------------------------------------------


def shown(data: bytes) -> list[tuple[object, ...]]:
    """What a program shows that does not calculate, below the heads."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return [row[1:] for row in sheet.iter_rows(min_row=5, values_only=True)]


def plan_of_two() -> QuotaPlan:
    unknown = PlanRow(unit="Huyện Bốn", books=846, cases=None, machines=3, quota=300)
    return QuotaPlan(rows=(unknown, PlanRow(unit="Tỉnh", books=5000, cases=540_075, machines=8)))


def units_partly_counted() -> list[UnitFigures]:
    """Units whose sums hold a number, nothing, an unknown, and an unknown beside nothing."""
    none, some = Figures(), Figures(books=2, total=Total(known=90), today=1, done=30)
    part = Figures(books=3, total=Total(known=10, unknown=1), done=4)
    unknown = Figures(books=3, total=Total(unknown=1))
    kinds = {"A": (some, none), "B": (unknown, none), "C": (part, some), "D": (some, some)}
    told = [UnitFigures(unit=u, parts={(BIRTH, 0): b, (MARRIAGE, 0): m}) for u, (b, m) in kinds.items()]
    return [*told, UnitFigures(unit="E")]


def test_an_unknown_beside_nothing_is_never_printed_as_0() -> None:
    cells = {row[0]: row for row in shown(REPORTS["annex 01"]())}
    assert cells["B"][17:21] == ("Chưa rõ", 0, 0, "Chưa rõ")
    assert cells["C"][17:21] == (100, 1, 34, "Chưa rõ"), "as long as a part is not counted, the rest is not known"
    assert cells["TỔNG"][17:21] == (370, 4, 124, 180)


def plan_of_quotas() -> QuotaPlan:
    rows = [PlanRow(unit=u, books=b, cases=c, machines=n, quota=None if n % 2 else 100 * n)
            for n, (u, b, c) in enumerate(DISTRICTS, start=1)]  # fmt: skip
    return QuotaPlan(rows=tuple(rows))


REPORTS = {
    "plan": lambda: write_plan_report("Tỉnh X", plan_of_two()),
    "nothing known": lambda: write_plan_report("x", QuotaPlan(rows=(PlanRow(unit="x", books=None, cases=None),))),
    "whole plan": lambda: write_plan_report(
        "Tỉnh", QuotaPlan(rows=tuple(PlanRow(unit=u, books=b, cases=c, machines=8) for u, b, c in DISTRICTS))
    ),
    "annex 01": lambda: write_annex01("Huyện", "Ngày", units_partly_counted()),
    "annex 02": lambda: write_volume_annex(
        "02", "Huyện", [VolumeRow(figures=row, machines=2, quota=200) for row in units_partly_counted()]
    ),
    "partly counted": lambda: write_plan_report(
        "Tỉnh", QuotaPlan(rows=(PlanRow(unit="A", books=3, cases=90, uncounted=1, machines=1), *plan_of_two().rows))
    ),
    "quotas": lambda: write_plan_report("Tỉnh", plan_of_quotas()),
    "work": lambda: write_work_report("x", "", [WorkRow(team="Tổ 1", shift="Sáng", entries=5)]),
}


def test_a_sum_of_which_nothing_is_counted_is_unknown_and_not_zero() -> None:
    cells = {row[0]: row for row in shown(REPORTS["nothing known"]())}
    assert cells["Tổng cộng"] == ("Tổng cộng", *["Chưa rõ"] * 3, None, "Chưa rõ")


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


def test_plan_report_counts_days_from_one_quota_cell() -> None:
    plan = plan_of_two()
    ahead = forecast_unit("Tỉnh", Total(known=540_075), per_day=1600, today=dt.date(2026, 11, 20), quota=200)
    data = write_plan_report("Tỉnh X", plan, [ahead])
    sheet = sheet_of(data)
    assert sheet["E5"].value == 200 and (sheet["F10"].value, sheet["F9"].value) == ("=$E$5", 300)
    assert "ROUNDUP(D10/(E10*F10),0)" in sheet["G10"].value
    assert shown(data)[4:10] == [
        ("Huyện Bốn", 846, "Chưa rõ", 3, 300, "Chưa rõ"),
        ("Tỉnh", 5000, 540_075, 8, 200, 338),
        ("Tổng cộng", 5846, 540_075, 11, None, 338),
        ("Số đơn vị chưa rõ", 0, 1, 0, None, 1),
        ("Gộp mọi máy (không phải thực tế)", None, None, None, None, "Chưa rõ"),
        ("Kiểm tra", "Khớp", "Khớp", "Khớp", None, None),
    ]
    forecast = openpyxl.load_workbook(io.BytesIO(data))["Du bao"]
    assert forecast["E8"].value == "15.03.2028" and forecast["D8"].value == "1.600,0"  # five days off between


def test_a_unit_of_which_a_part_is_not_counted_tells_that_part_and_no_days() -> None:
    rows = (
        PlanRow(unit="A", books=3, cases=90, uncounted=1, machines=1),
        PlanRow(unit="B", books=1, cases=300, machines=2),
    )
    plan = QuotaPlan(rows=rows)
    assert (plan.cases.label, plan.days.by_unit, plan.days.pooled) == ("390 + 1 chưa rõ", (("A", None), ("B", 1)), None)
    cells = {row[0]: row for row in shown(write_plan_report("Tỉnh", plan))}
    assert (cells["A"][2], cells["A"][-1], cells["Tổng cộng"][2]) == (90, "Chưa rõ", 390)
    assert cells["Gộp mọi máy (không phải thực tế)"][-1] == "Chưa rõ"


def test_the_days_of_all_units_are_those_of_the_slowest_and_the_pooled_ones_are_called_so() -> None:
    rows = (
        PlanRow(unit="A", books=1, cases=54_000, machines=1),
        PlanRow(unit="B", books=1, cases=300, machines=2, quota=300),
    )
    plan = QuotaPlan(rows=rows)
    assert (plan.days.days, plan.days.slowest, plan.days.pooled) == (270, "A", 68)
    cells = {row[0]: row for row in shown(write_plan_report("Tỉnh", plan))}
    assert cells["Tổng cộng"][-1] == 270
    assert cells["Gộp mọi máy (không phải thực tế)"][-1] == 68


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
