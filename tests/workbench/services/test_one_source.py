"""Phụ lục 01 has one source: screens, files, commands, weeks, months, years, plan and targets tell the same figures."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.figures import Period, UnitFigures, form_types
from corrections.campaign.merged_forms import merged_rows
from corrections.campaign.targets import Step, Target
from corrections.campaign.totals import UNKNOWN, Total
from exports.annex_files import read_annex_file
from exports.campaign_forms import write_volume_annex, write_years
from exports.report_workbooks import write_plan_report
from exports.reports import QuotaPlan
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import plant_tree
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_planning import confirm_all
from vietnamese.shown_time import LOCAL
from workbench.config import load_settings
from workbench.exit_codes import ExitCode
from workbench.services import paper, planning
from workbench.services.campaign import campaign_report, volume_rows
from workbench.services.campaign_files import report_file
from workbench.services.offices import save_office
from workbench.services.plan_targets import plan_board
from workbench.services.reporting import work_rows
from workbench.services.setting_targets import save_targets
from workbench.services.settings import save_office_settings

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]
BIRTH = RegisterType.BIRTH
_LAST_MINUTE = "23:59"
"""Cut-off hour, so that work of a test that runs late counts as of today."""


def _today() -> date:
    return datetime.now(LOCAL).date()


def _cells(data: bytes) -> dict[str, tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return {str(row[1]): row for row in sheet.iter_rows(min_row=8, values_only=True) if row[1]}


def _known(total: Total) -> int | str:
    return UNKNOWN if total.unknown and not total.known else total.known


def _left(row: UnitFigures) -> int | None:
    left = row.of_types(form_types()).remaining
    return None if left.unknown else left.known


@pytest.mark.parametrize(
    ("lines", "volumes", "books", "total", "done"),
    [
        ((), False, 0, Total(unknown=1), 0),
        ((), True, 1, Total(known=10), 4),
        (("29 quyển = 4252 hồ sơ",), False, 29, Total(known=4252), 0),
        (("29 quyển = 4252 hồ sơ",), True, 29, Total(known=4252), 4),
        (("29 quyển",), True, 29, Total(known=10, unknown=1), 4),
    ],
    ids=["neither", "single volumes", "paper counts", "both", "books on paper, cases by volume"],
)
@pytest.mark.slow
def test_every_place_tells_the_same_figures(
    office: Office, token: Token, lines: tuple[str, ...], volumes: bool, books: int, total: Total, done: int
) -> None:
    save_office_settings(office.administrator, {"day_cutoff": _LAST_MINUTE})
    if volumes:
        office.read_book(expected_entries=10)
        confirm_all(office, token)
    for words in lines:
        paper.add_paper_line(office.administrator, words=words, register_type=BIRTH)
    clerk = office.clerk
    reports = [campaign_report(clerk, period=period) for period in Period]
    reports.append(campaign_report(clerk, first=_today() - timedelta(days=3)))
    if not lines and not volumes:
        assert all(report.rows == () for report in reports) and planning.unit_plan(clerk, quota=200).rows == ()
        return
    for report in reports:
        (row,) = report.rows
        told = row.of_types(form_types())
        assert (told.books, told.total, told.today, told.done) == (books, total, done, done), report.label
        printed = _cells(report_file(report))
        for cells in (printed[row.unit], printed["TỔNG"]):
            assert cells[18:22] == (_known(total), done, done, UNKNOWN if total.unknown else total.known - done)
    (row,) = reports[0].rows
    counted = planning.unit_plan(clerk, quota=200)
    assert [(r.unit, r.books, r.all_cases) for r in counted.rows] == [(row.unit, books, total)]
    written = _cells(write_plan_report("", QuotaPlan(rows=counted.rows)))[row.unit]
    assert written[2:4] == (books, _known(total)) and (written[6] == UNKNOWN), "no machines, no days"
    assert [f.remaining for f in counted.forecasts] == [row.of_types(tuple(RegisterType)).remaining]
    for number in ("02", "03", "04"):
        (volume,) = volume_rows(clerk, number)
        assert _cells(write_volume_annex(number, "", [volume]))[row.unit][10:12] == (books, _known(total))
    assert _cells(write_years("", "", reports[0].whole))["TỔNG"][18:22][:3] == (books, _known(total), done)
    today = _today()
    save_targets(
        office.administrator,
        Target(office_id=None, register_type=None, step=Step.CONFIRMED, starts_on=today, target_on=today),
    )
    (line,) = plan_board(clerk).lines
    assert (line.standing.remaining, line.standing.done) == (_left(row), done)


@pytest.mark.slow
def test_the_commands_write_the_file_of_the_screens(
    office: Office, run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.book(expected_entries=90)
    paper.add_paper_line(office.administrator, words="29 quyển = 4252 hồ sơ", register_type=BIRTH)
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(office.nobody.settings.data_dir))
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", office.nobody.settings.database_url)
    load_settings.cache_clear()
    try:
        for period, options in (("day", ()), ("week", ("--week",))):
            one, other = tmp_path / f"{period}-1.xlsx", tmp_path / f"{period}-2.xlsx"
            assert run("report", "--out", one, *options) == ExitCode.DONE
            assert run("campaign", "form", "--out", other, "--period", period) == ExitCode.DONE
            shown = report_file(campaign_report(office.clerk, period=Period(period)))
            assert one.read_bytes() == other.read_bytes() == shown
    finally:
        load_settings.cache_clear()


def test_a_week_ends_at_its_own_hour_and_days_at_that_of_the_level(office: Office) -> None:
    office.book(expected_entries=90)
    friday = date(2026, 11, 20)
    assert campaign_report(office.clerk, period=Period.WEEK, day=friday).label == "Tuần đến 20/11/2026 (chốt 15:00)"
    save_office_settings(
        office.administrator, {"day_cutoff": "14:00", "cutoff_district": "17:30", "week_cutoff": "16:00"}
    )
    day, week = (campaign_report(office.clerk, period=p, day=friday) for p in (Period.DAY, Period.WEEK))
    assert (day.label, week.label) == ("Ngày 20/11/2026 (chốt 14:00)", "Tuần đến 20/11/2026 (chốt 16:00)")
    assert (week.since.day, week.since.hour, week.until.day, week.until.tzinfo) == (13, 16, 20, LOCAL)
    units = plant_tree(office.administrator)
    save_office_settings(office.administrator, {"week_cutoff": ""})
    for code, hour in (("691", "23:59"), ("692", "23:59")):
        report = campaign_report(office.administrator, office_id=units[code].id, day=friday)
        assert f"chốt {hour}" in report.label, "a unit's own hour goes before that of its level"


def test_machines_and_quotas_of_units_stand_in_the_plan(office: Office) -> None:
    units = plant_tree(office.administrator)
    save_office(office.administrator, replace(units["25001"], machines=2, quota=100))
    save_office(office.administrator, replace(units["25002"], machines=3))
    paper.add_paper_line(
        office.administrator, words="3 quyển = 1000 hồ sơ", register_type=BIRTH, office_id=units["25001"].id
    )
    counted = planning.unit_plan(office.administrator, quota=200)
    rows = {row.unit: row for row in counted.rows}
    assert not counted.machines_by_hand
    assert (rows["Huyện Một"].books, rows["Huyện Một"].cases, rows["Huyện Một"].machines) == (3, 1000, 5)
    assert rows["Huyện Hai"].cases is None and rows["Huyện Hai"].quota is None


def test_files_of_several_units_are_merged_and_what_is_wrong_is_named(office: Office, tmp_path: Path) -> None:
    office.read_book(expected_entries=10)
    paper.add_paper_line(office.administrator, words="29 quyển", register_type=RegisterType.DEATH)
    report = campaign_report(office.clerk)
    path = tmp_path / "xa.xlsx"
    path.write_bytes(report_file(report))
    (annex,) = read_annex_file(path)
    rows, problems = merged_rows([("xa.xlsx", annex)])
    assert not problems and [row.unit for row in rows] == [row.unit for row in report.rows]
    for kind in form_types():
        told, kept = rows[0].of_type(kind), report.rows[0].of_type(kind)
        assert (told.total.known, bool(told.total.unknown), told.done, told.today) == (
            kept.total.known,
            bool(kept.total.unknown),
            kept.done,
            kept.today,
        )
        assert bool(told.remaining.unknown) == bool(kept.remaining.unknown)
    twice, problems = merged_rows([("xa.xlsx", annex), ("lai.xlsx", annex)])
    assert twice == rows and problems == ("UBND xã Tân Lập: có trong cả xa.xlsx và lai.xlsx; chỉ lấy từ xa.xlsx.",)
    volumes = tmp_path / "02.xlsx"
    volumes.write_bytes(write_volume_annex("02", "", volume_rows(office.clerk, "02")))
    (other,) = read_annex_file(volumes)
    assert merged_rows([("02.xlsx", other)]) == (
        (),
        ("02.xlsx: không phải Phụ lục 01 (thiếu cột «đã nhập» hoặc «còn lại»), nên không gộp.",),
    )


def test_what_was_entered_beyond_a_count_comes_back_from_the_file(office: Office, token: Token, tmp_path: Path) -> None:
    save_office_settings(office.administrator, {"day_cutoff": _LAST_MINUTE})
    office.read_book(expected_entries=3)
    confirm_all(office, token)
    report = campaign_report(office.clerk)
    path = tmp_path / "xa.xlsx"
    path.write_bytes(report_file(report))
    rows, problems = merged_rows([("xa.xlsx", annex) for annex in read_annex_file(path)])
    birth = rows[0].of_type(BIRTH)
    assert (birth.total.known, birth.done, birth.remaining.known, birth.beyond) == (3, 4, 0, 1) and not problems


def test_work_by_shift_is_of_the_reports_own_stretch(office: Office, token: Token) -> None:
    save_office_settings(office.administrator, {"day_cutoff": _LAST_MINUTE})
    office.read_book(expected_entries=10)
    confirm_all(office, token)
    report = campaign_report(office.clerk)
    assert sum(row.entries for row in work_rows(office.clerk, report.since, report.until)) == 4
    assert report.whole.of_types(form_types()).today == 4
