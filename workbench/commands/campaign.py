"""Commands of a campaign: `campaign offices|form|package|receive`."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode

if TYPE_CHECKING:
    from corrections.campaign.figures import Period

__all__ = ["UnitCode", "day_of", "office_of_code", "register"]

campaign = typer.Typer(help="Chiến dịch: đơn vị, biểu của kế hoạch, gói số liệu.", no_args_is_help=True)

UnitCode = Annotated[str, typer.Option("--unit", help="Mã đơn vị; không ghi: đơn vị trên cùng.")]
PeriodName = Annotated[str, typer.Option("--period", help="day, week hoặc month.")]
Day = Annotated[str, typer.Option("--day", help="Ngày, dd.mm.yyyy; không ghi: hôm nay.")]


class Form(StrEnum):
    """Which form."""

    PROGRESS = "01"
    COMMUNES = "02"
    DISTRICTS = "03"
    PROVINCE = "04"
    YEARS = "years"


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.add_typer(campaign, name="campaign")


@campaign.command("offices", help="Nhập danh sách đơn vị từ Excel hoặc CSV.")
def take_offices(file: Annotated[Path, typer.Argument(metavar="TỆP")]) -> None:
    """Take in a list of units."""
    from workbench.services import offices
    from workbench.services.context import system_context

    done = offices.import_offices(system_context(load_settings()), file)
    complain(f"Đã thêm {done.added} đơn vị, sửa {done.changed} đơn vị.")


@campaign.command("form", help="Ghi một biểu ra Excel: Phụ lục 01 (ngày, tuần, tháng), 02-04, theo năm.")
def write_form(
    out: Annotated[Path, typer.Option("--out", help="Tệp Excel để ghi.")],
    form: Annotated[Form, typer.Option("--form", help="01, 02, 03, 04 hoặc years.")] = Form.PROGRESS,
    unit: UnitCode = "",
    period: PeriodName = "day",
    day: Day = "",
) -> None:
    """Write a form as Excel."""
    from exports.campaign_forms import write_volume_annex, write_years
    from workbench.services.campaign import campaign_report, volume_rows
    from workbench.services.campaign_files import report_file
    from workbench.services.context import system_context

    context = system_context(load_settings())
    office_id = office_of_code(unit)
    report = campaign_report(context, office_id=office_id, period=_period(period), day=day_of(day))
    if form is Form.YEARS:
        data = write_years(report.unit, report.label, report.whole)
    elif form is not Form.PROGRESS:
        data = write_volume_annex(form.value, report.unit, volume_rows(context, form.value, office_id=office_id))
    else:
        data = report_file(report)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    complain(f"Đã ghi biểu của {report.unit}, {report.label.lower()}, vào {out}.")


@campaign.command("package", help="Ghi gói số liệu đã ký để gửi lên cấp trên.")
def write_package(
    out: Annotated[Path, typer.Option("--out", help="Thư mục để ghi.")],
    unit: UnitCode = "",
    period: PeriodName = "day",
    day: Day = "",
    older: Annotated[
        bool, typer.Option("--for-older", help="Cấp trên còn dùng bản phần mềm cũ: gói không kèm số sổ theo bước.")
    ] = False,
) -> None:
    """Write a signed package."""
    from corrections.campaign.packages import NEWEST, WITHOUT_STEPS
    from workbench.services import packages
    from workbench.services.context import system_context

    made = packages.make_package(
        system_context(load_settings()),
        office_id=office_of_code(unit),
        period=_period(period),
        day=day_of(day),
        version=WITHOUT_STEPS if older else NEWEST,
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / made.file_name).write_bytes(made.data)
    complain(f"Đã ghi {out / made.file_name}.")


@campaign.command("receive", help="Nhận các gói số liệu của cấp dưới.")
def receive(
    files: Annotated[list[Path], typer.Argument(metavar="TỆP...")],
    day: Day = "",
    as_json: AsJson = False,
) -> int:
    """Take in packages; a refused one does not keep the others out."""
    from workbench.services import packages
    from workbench.services.context import system_context

    read = [(path.name, path.read_bytes()) for path in files]
    results = packages.receive_packages(system_context(load_settings()), read, day=day_of(day))
    if as_json:
        print_json([{"file": r.file_name, "status": r.status.value, "message": r.message} for r in results])
    else:
        for result in results:
            tell(f"{result.file_name}: {result.message}")
    refused = any(r.status is packages.PackageStatus.REFUSED for r in results)
    return ExitCode.SOME_FAILED if refused else ExitCode.DONE


def office_of_code(code: str) -> int | None:
    """The unit of a code; None without one.

    Raises:
        CommandError: there is no such unit.
    """
    from workbench.services.context import system_context
    from workbench.services.offices import office_tree

    if not code:
        return None
    office = office_tree(system_context(load_settings())).by_code(code)
    if office is None:
        raise CommandError(f"Không có đơn vị mã {code}. Hãy nhập danh sách đơn vị trước.", ExitCode.NOT_FOUND)
    return office.id


def _period(text: str) -> Period:
    from corrections.campaign.figures import Period

    try:
        return Period(text)
    except ValueError as error:
        raise CommandError(f"Không có kỳ «{text}». Hãy ghi day, week hoặc month.", ExitCode.USAGE) from error


def day_of(text: str) -> dt.date | None:
    """The day that was written; None without one.

    Raises:
        CommandError: it is no day.
    """
    try:
        return dt.datetime.strptime(text, "%d.%m.%Y").date() if text else None
    except ValueError as error:
        raise CommandError(f"Không hiểu ngày «{text}». Hãy ghi như 20.11.2026.", ExitCode.USAGE) from error
