"""Commands of the plan: `plan targets|roster|pay|places` write its workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.campaign import UnitCode, day_of, office_of_code
from workbench.config import load_settings
from workbench.console import complain

__all__ = ["register"]

plan = typer.Typer(
    help="Kế hoạch: chỉ tiêu và chỗ chậm, lịch ca, kết quả theo người, lịch địa điểm.", no_args_is_help=True
)

Out = Annotated[Path, typer.Option("--out", help="Tệp Excel để ghi.")]
First = Annotated[str, typer.Option("--from", help="Ngày đầu, dd.mm.yyyy; không ghi: ngày đầu tháng này.")]
Last = Annotated[str, typer.Option("--to", help="Ngày cuối, dd.mm.yyyy; không ghi: hôm nay.")]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.add_typer(plan, name="plan")


@plan.command("targets", help="Chỉ tiêu của đơn vị và cấp dưới: chậm bao nhiêu, cần gì để kịp hạn.")
def write_targets(
    out: Out,
    unit: UnitCode = "",
    day: Annotated[str, typer.Option("--day", help="Tính đến ngày, dd.mm.yyyy; không ghi: hôm nay.")] = "",
    behind: Annotated[bool, typer.Option("--behind", help="Chỉ những chỗ chậm hoặc quá hạn.")] = False,
) -> None:
    """Write the targets as Excel."""
    from workbench.services.context import system_context
    from workbench.services.plan_exports import targets_workbook

    context = system_context(load_settings())
    _keep(out, targets_workbook(context, office_id=office_of_code(unit), day=day_of(day), only_behind=behind))


@plan.command("roster", help="Lịch ca của các tổ, và ca còn thiếu ai.")
def write_roster(out: Out, unit: UnitCode = "", first: First = "", last: Last = "") -> None:
    """Write the roster as Excel."""
    from workbench.services.context import system_context
    from workbench.services.plan_exports import roster_workbook

    begin, end = _span(first, last)
    context = system_context(load_settings())
    _keep(out, roster_workbook(context, first=begin, last=end, office_id=office_of_code(unit)))


@plan.command("pay", help="Kết quả theo người và ca, vượt định mức, thành tiền.")
def write_pay(out: Out, unit: UnitCode = "", first: First = "", last: Last = "") -> None:
    """Write work by person as Excel."""
    from workbench.services.context import system_context
    from workbench.services.plan_exports import pay_workbook

    begin, end = _span(first, last)
    context = system_context(load_settings())
    _keep(out, pay_workbook(context, first=begin, last=end, office_id=office_of_code(unit)))


@plan.command("places", help="Tổ nào làm ở đâu, từ ngày nào đến ngày nào.")
def write_places(out: Out, unit: UnitCode = "", first: First = "", last: Last = "") -> None:
    """Write places and dates as Excel; without days all there are."""
    from workbench.services.context import system_context
    from workbench.services.plan_exports import places_workbook

    context = system_context(load_settings())
    _keep(out, places_workbook(context, first=day_of(first), last=day_of(last), office_id=office_of_code(unit)))


def _span(first: str, last: str) -> tuple[dt.date, dt.date]:
    from vietnamese.shown_time import LOCAL

    end = day_of(last) or dt.datetime.now(LOCAL).date()
    return day_of(first) or end.replace(day=1), end


def _keep(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    complain(f"Đã ghi {out}.")
