"""The plans' forms: as printed, with sums that follow, read back cell by cell; merged heads too."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.annex_checks import FindingKind, check_annex
from corrections.campaign.annexes import ALL, Measure
from corrections.campaign.calendars import CALENDARS, UnitWork, days_of, plan_days
from corrections.campaign.figures import Figures, Period, UnitFigures
from corrections.campaign.totals import Total
from exports.annex_files import read_annex_file
from exports.campaign_forms import (
    FormText,
    VolumeRow,
    write_annex01,
    write_period_report,
    write_volume_annex,
    write_years,
)
from exports.errors import WorkbookError
from exports.form_sheet import column_sum
from layouts.register_types import RegisterType

SPEC = Path(__file__).resolve().parents[3] / "shared" / "spec" / "plan-annexes"
BIRTH, MARRIAGE, CHANGE = RegisterType.BIRTH, RegisterType.MARRIAGE, RegisterType.CHANGE


def _row(unit: str, known: int, done: int = 0, unknown: int = 0, kind: RegisterType = BIRTH) -> UnitFigures:
    figures = Figures(books=2, total=Total(known=known, unknown=unknown), today=min(1, done), done=done)
    return UnitFigures(unit=unit, parts={(kind, 1998): figures})


def _kept(tmp_path: Path, data: bytes, name: str = "bieu.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_annex_01_has_the_22_columns_of_the_print_and_is_read_back(tmp_path: Path) -> None:
    rows = [_row("Xã A", 1200, 30), _row("Xã B", 0, 0, unknown=1), _row("Xã C", 10, 4, kind=MARRIAGE)]
    data = write_annex01("Huyện Một", "Ngày 30/11/2026 (chốt 15:00)", rows)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None and sheet.max_column == 22
    assert {"C5:F5", "S5:V5", "A5:A6", "B5:B6"} <= {str(area) for area in sheet.merged_cells.ranges}
    (annex,) = read_annex_file(_kept(tmp_path, data))
    assert annex.number == "01" and annex.types == ("birth", "marriage", "death", "adoption")
    assert [r.unit for r in annex.rows] == ["Xã A", "Xã B", "Xã C"]
    assert annex.rows[0].count("birth", Measure.REMAINING) == 1170
    assert annex.rows[1].count("birth", Measure.CASES) is None
    assert annex.total is not None and annex.total.count(ALL, Measure.CASES) == 1210
    assert check_annex(annex) == ()


def test_what_the_form_has_no_columns_for_is_told_below() -> None:
    data = write_annex01("Xã A", "Ngày", [_row("Xã A", 7, 2, kind=CHANGE)])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    words = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
    assert any("Ngoài biểu - Thay đổi, cải chính" in text and "7" in text for text in words)


def test_a_weekly_report_has_its_words_in_order() -> None:
    texts = [FormText(unit="Huyện Một", difficulties="Thiếu máy.", proposals="")]
    data = write_period_report("Huyện Một", "Tuần đến 27/11/2026", Period.WEEK, [_row("Xã A", 9)], texts)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    words = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
    start = words.index("Khó khăn, vướng mắc")
    assert words[start + 1 : start + 4] == ["Huyện Một: Thiếu máy.", "Kiến nghị, đề xuất", "Không có."]
    assert words[0] == "BÁO CÁO TUẦN"


@pytest.mark.parametrize("period", [Period.WEEK, Period.MONTH])
def test_a_report_of_a_week_or_month_is_read_back(tmp_path: Path, period: Period) -> None:
    texts = [FormText(unit="Huyện Một", difficulties="Thiếu 2 máy.", proposals="")]
    data = write_period_report("Huyện Một", "Kỳ", period, [_row("Xã A", 1200, 30), _row("Xã B", 9)], texts)
    (annex,) = read_annex_file(_kept(tmp_path, data))
    assert [(r.unit, r.count("birth", Measure.DONE)) for r in annex.rows] == [("Xã A", 30), ("Xã B", 0)]
    assert annex.total is not None and annex.total.count(ALL, Measure.REMAINING) == 1179


def test_years_add_up() -> None:
    row = UnitFigures(
        unit="Xã A",
        parts={
            (BIRTH, 1998): Figures(books=1, total=Total(known=5)),
            (MARRIAGE, 1999): Figures(books=2, total=Total(known=6)),
        },
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_years("Xã A", "Ngày", row)), data_only=True).active
    assert sheet is not None
    assert [sheet.cell(row=r, column=2).value for r in (8, 9, 10)] == ["1998", "1999", "TỔNG"]
    assert [sheet.cell(row=10, column=c).value for c in (19, 20)] == [3, 11]


@pytest.mark.parametrize(("cases", "machines", "days"), [(75, 1, 1), (540_075, 8, 338), (43_426, 1, 218), (0, 1, 0)])
def test_days_are_rounded_up(cases: int, machines: int, days: int) -> None:
    assert days_of(cases, machines, 200) == days


def test_the_provinces_days_are_its_slowest_units_and_the_pooled_figure_is_called_so() -> None:
    units = [
        UnitWork(unit="A", cases=540_075, machines=8, quota=200),
        UnitWork(unit="B", cases=200, machines=8, quota=200),
    ]
    plan = plan_days(units)
    assert (plan.days, plan.slowest, plan.pooled) == (338, "A", 169)
    unknown = plan_days([*units, UnitWork(unit="C", cases=None, machines=2, quota=200)])
    assert (unknown.days, unknown.unknown, unknown.pooled) == (338, ("C",), None)


def test_a_unit_that_has_told_nothing_is_printed_as_unknown_and_never_as_0_or_none() -> None:
    rows = [_row("Xã A", 1200, 30), UnitFigures(unit="Xã B")]
    sheet = openpyxl.load_workbook(io.BytesIO(write_annex01("Huyện", "Ngày", rows)), data_only=True).active
    assert sheet is not None
    cells = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    assert cells["Xã B"][2] == cells["Xã B"][5] == cells["Xã B"][18] == "Chưa rõ" and cells["TỔNG"][18] == 1200
    volumes = [VolumeRow(figures=row, machines=1, quota=200) for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(write_volume_annex("02", "Huyện", volumes)), data_only=True).active
    assert sheet is not None
    cells = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    assert set(cells["Xã B"][2:12]) == {"Chưa rõ"} and cells["Xã B"][-1] == "Chưa rõ"
    assert cells["Xã A"][4:6] == ("-", "-"), "of a unit that has told, none is a dash"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["-", "-"], "-"),
        (["-", 3], 3),
        (["-", "Chưa rõ"], "Chưa rõ"),
        (["Chưa rõ", 2], 2),
        (["", "-"], "-"),
        (["", ""], 0),
    ],
)
def test_the_sum_of_a_column_of_dashes_is_a_dash(cells: list[int | str], told: int | str) -> None:
    assert column_sum(3, 5, 6, cells).value == told


def test_days_follow_each_units_own_quota() -> None:
    units = [
        UnitWork(unit="A", cases=1000, machines=1, quota=200),
        UnitWork(unit="B", cases=1000, machines=1, quota=50),
    ]
    plan = plan_days(units)
    assert (plan.by_unit, plan.days, plan.slowest, plan.pooled) == ((("A", 5), ("B", 20)), 20, "B", 8)
    rows = [VolumeRow(figures=_row(unit.unit, 1000), machines=1, quota=unit.quota) for unit in units]
    sheet = openpyxl.load_workbook(io.BytesIO(write_volume_annex("02", "Huyện", rows)), data_only=True).active
    assert sheet is not None
    days = {row[1]: row[-1] for row in sheet.iter_rows(values_only=True) if row[1] in ("A", "B", "TỔNG")}
    assert days == {"A": 5, "B": 20, "TỔNG": 20}


def test_twenty_days_and_nights_hold_three_shifts() -> None:
    drive = CALENDARS[2]
    assert days_of(6000, 1, 200, drive) == 20 and drive.longest == 20
    weekdays, every = CALENDARS[0], CALENDARS[1]
    import datetime as dt

    friday = dt.date(2026, 11, 27)
    assert weekdays.last_day(friday, 2) == dt.date(2026, 11, 30)
    assert every.last_day(friday, 2) == dt.date(2026, 11, 28)


def test_a_file_that_is_no_annex_is_refused_in_words(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Danh sách"  # type: ignore[index]  # a new book has a sheet
    path = tmp_path / "la.xlsx"
    book.save(path)
    with pytest.raises(WorkbookError, match="Đơn vị"):
        read_annex_file(path)


def _bytes(book: openpyxl.Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _sheet(book: openpyxl.Workbook, title: str, *rows: Sequence[object], merged: Sequence[str] = ()) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)


def test_a_head_over_several_types_is_refused_instead_of_dropping_columns(tmp_path: Path) -> None:
    heads = ("STT", "Đơn vị", "Khai sinh", "", "", "")
    below = ("STT", "Đơn vị", "Số sổ", "Số TH", "Số sổ", "Số TH")
    book = openpyxl.Workbook()
    _sheet(book, "02", heads, below, (1, "Xã A", 3, 120, 4, 90), (2, "Xã B", 1, 10, 2, 20), merged=["C1:F1"])
    with pytest.raises(WorkbookError, match=r"trang tính thứ 2: Cột 3 và cột 5 .*«Khai sinh, số quyển»"):
        read_annex_file(_kept(tmp_path, _bytes(book)))


def test_a_number_merged_over_two_columns_is_refused(tmp_path: Path) -> None:
    heads, below = ("STT", "Đơn vị", "Khai sinh", ""), ("STT", "Đơn vị", "Số sổ", "Số TH")
    book = openpyxl.Workbook()
    _sheet(book, "02", heads, below, (1, "Xã A", 3, 120), (2, "Xã B", "1.234", ""), merged=["C1:D1", "C4:D4"])
    with pytest.raises(WorkbookError, match=r"Ô gộp C4:D4 .*«1.234»"):
        read_annex_file(_kept(tmp_path, _bytes(book)))


def test_an_annex_with_a_wrong_cell_is_not_passed_over_beside_a_good_one(tmp_path: Path) -> None:
    heads = ("STT", "Đơn vị", "Khai sinh - Số sổ", "Khai sinh - Số TH")
    book = openpyxl.Workbook()
    _sheet(book, "02", heads, (1, "Xã A", 3, 120), (2, "Xã B", 1, 10))
    _sheet(book, "03", heads, (1, "Xã A", 3, "12o"), (2, "Xã B", 1, 10))
    with pytest.raises(WorkbookError, match=r"trang tính thứ 3: .*12o"):
        read_annex_file(_kept(tmp_path, _bytes(book)))


# --- the province's annexes, written as printed and read back ---------------------------------------------------------

_TYPES = (
    ("birth", "Khai sinh"),
    ("marriage", "Kết hôn"),
    ("death", "Khai tử"),
    ("adoption", "Nuôi con nuôi"),
    ("total", "Tổng cộng"),
)
_TAIL = (("machines", "Số máy"), ("quota", "Định mức 01 máy/ngày"), ("per_day", "Số nhập 01 ngày"), ("days", "Số ngày"))


def _dotted(text: str) -> str:
    return f"{int(text):,}".replace(",", ".") if text.isdecimal() else text


def _lines(name: str, number: str) -> dict[str, dict[str, dict[str, str]]]:
    if not SPEC.exists():
        pytest.skip(f"the annexes as printed are not here: {SPEC}")
    units: dict[str, dict[str, dict[str, str]]] = {}
    for line in csv.DictReader((SPEC / name).open(encoding="utf-8-sig")):
        if line["annex"] == number:
            units.setdefault(line["unit"], {})[line["register_type"]] = line
    return units


def _as_printed(path: Path, number: str) -> dict[str, dict[str, dict[str, str]]]:
    """The annex of the spec as a workbook with two rows of merged heads, dots between thousands, and section titles."""
    units = _lines("annex01_tidy.csv" if number == "01" else "annex02-04_tidy.csv", number)
    measures = ("total", "today", "done", "remaining") if number == "01" else ("books", "cases")
    labels = ("Tổng số", "Nhập trong ngày", "Đã nhập", "Còn lại") if number == "01" else ("Số sổ", "Số trường hợp")
    tail = () if number == "01" else _TAIL
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    width = 2 + len(_TYPES) * len(measures) + len(tail)
    sheet["A1"] = f"PHỤ LỤC {number}"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    for column, head in ((1, "STT"), (2, "Đơn vị")):
        sheet.cell(row=3, column=column, value=head)
        sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
    column = 3
    for _, label in _TYPES:
        sheet.cell(row=3, column=column, value=label)
        sheet.merge_cells(start_row=3, start_column=column, end_row=3, end_column=column + len(measures) - 1)
        for offset, head in enumerate(labels):
            sheet.cell(row=4, column=column + offset, value=head)
        column += len(measures)
    for _, head in tail:
        sheet.cell(row=3, column=column, value=head)
        sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
        column += 1
    for n in range(1, width + 1):
        sheet.cell(row=5, column=n, value=f"({n})")
    for at, (unit, kinds) in enumerate(units.items(), start=6):
        last = unit == "TỔNG"
        sheet.cell(row=at, column=1 if last else 2, value=unit)
        if last:
            sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=2)
        else:
            sheet.cell(row=at, column=1, value=at - 5)
        cells = [kinds[kind][measure] for kind, _ in _TYPES for measure in measures]
        for n, text in enumerate([*cells, *(kinds["total"][name] for name, _ in tail)], start=3):
            sheet.cell(row=at, column=n, value=_dotted(text) or None)
    book.save(path)
    return units


@pytest.mark.parametrize(("number", "days"), [("01", 0), ("02", 4), ("03", 8), ("04", 1)])
def test_the_provinces_annex_in_print_is_taken_cell_by_cell(tmp_path: Path, number: str, days: int) -> None:
    path = tmp_path / f"phu-luc-{number}.xlsx"
    units = _as_printed(path, number)
    (annex,) = read_annex_file(path)
    assert annex.number == number and annex.total is not None
    compared = 0
    names = {"books": Measure.BOOKS, "cases": Measure.CASES, "total": Measure.CASES, "today": Measure.TODAY}
    names |= {
        m.value: m
        for m in (Measure.DONE, Measure.REMAINING, Measure.MACHINES, Measure.QUOTA, Measure.PER_DAY, Measure.DAYS)
    }
    for row in (*annex.rows, annex.total):
        for kind, line in units[row.unit].items():
            for name, measure in names.items():
                cell = row.cells.get((ALL if kind == "total" else kind, measure))
                if cell is not None and name in line:
                    assert cell.text == _dotted(line[name]), (row.unit, kind, name)
                    compared += 1
    assert compared == len(units) * len(annex.columns)
    assert sum(f.kind is FindingKind.DAYS for f in check_annex(annex)) == days


def test_the_days_of_the_print_are_put_right_in_ours(tmp_path: Path) -> None:
    rows = []
    for unit, kinds in _lines("annex02-04_tidy.csv", "03").items():
        if unit == "TỔNG":
            continue
        parts = {
            (RegisterType(kind), 0): Figures(books=int(line["books"]), total=Total(known=int(line["cases"])))
            for kind, line in kinds.items()
            if kind != "total" and line["books"].isdecimal()
        }
        rows.append(VolumeRow(figures=UnitFigures(unit=unit, parts=parts), machines=1, quota=200))
    data = write_volume_annex("03", "Tỉnh", rows)
    (annex,) = read_annex_file(_kept(tmp_path, data))
    assert {f.kind for f in check_annex(annex)} == {FindingKind.BOOKS_OVER_CASES}
    assert annex.total is not None and annex.total.count(ALL, Measure.CASES) == 82_959
    assert [row.count(ALL, Measure.DAYS) for row in annex.rows] == [1, 1, 11, 85, 1, 1, 3, 99, 218, 1, 1]
