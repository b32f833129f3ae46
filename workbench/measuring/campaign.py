"""A province's campaign measured: report screens, the inventory as Excel, the roll-up of every commune's package."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrections.campaign.figures import Period, form_types
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.packages import Line, Package, UnitLines
from corrections.entries import Role
from exports.campaign_forms import write_volume_annex, write_years
from storage.accounts import SYSTEM_NAME, Account
from storage.drawn_province import ProvinceSize, draw_province
from storage.opening.database import Database, sqlite_url
from storage.opening.migrate import upgrade
from vietnamese.shown_time import LOCAL
from workbench.config import Settings
from workbench.services import campaign, offices, packages, planning, reporting
from workbench.services.campaign_files import report_file
from workbench.services.context import Context
from workbench.services.inventory import export_inventory

__all__ = ["CampaignFigures", "campaign_table", "measure_campaign"]

_REPEATS = 3
"""Each screen is computed so often; the middle one counts."""
_YEARS = range(1990, 2019)
Advance = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One thing and how long it took."""

    name: str
    seconds: float
    """On the clock."""
    cpu: float
    """Of the processor in this process; a database server's is not in it."""
    most: float
    """What it must not take, on the clock or, for workbooks, of the processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """What was measured, and on how much."""

    database: str
    size: ProvinceSize
    timed: tuple[Timed, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {
            "database": self.database,
            "communes": self.size.communes,
            "books": self.size.books,
            "entries": self.size.entries,
            "timed": [
                {"name": t.name, "seconds": round(t.seconds, 2), "cpu": round(t.cpu, 2), "most": t.most}
                for t in self.timed
            ],
        }


def campaign_table(figures: CampaignFigures) -> str:
    """The figures as Markdown."""
    lines = [
        "# Chiến dịch ở cỡ một tỉnh",
        "",
        f"{figures.database}; {figures.size.communes} xã, {figures.size.books} quyển, {figures.size.entries} trường "
        "hợp.",
        "",
        "| việc | giây | giây CPU | nhiều nhất |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [f"| {t.name} | {t.seconds:.2f} | {t.cpu:.2f} | {t.most:g} |" for t in figures.timed]
    return "\n".join([*lines, ""])


def measure_campaign(folder: Path, size: ProvinceSize, advance: Advance, url: str = "") -> CampaignFigures:
    """Draw a province and measure on it.

    Args:
        folder: for the database and keys, to be thrown away.
        size: how much to draw.
        advance: called after each thing measured.
        url: an empty PostgreSQL database; empty: SQLite in the folder.
    """
    address = url or sqlite_url(folder / "tinh.sqlite3")
    upgrade(address)
    draw_province(address, size)
    # Without seals: the rows have none, and what is measured here only reads, or adds packages.
    database = Database(address, trail=folder / "trail", migrate=False)
    settings = Settings(data_dir=folder, database_url=address)
    context = Context(database=database, settings=settings).as_account(
        Account(id=0, name=SYSTEM_NAME, role=Role.ADMINISTRATOR)
    )
    timed = []
    for name, most, work in _works(context):
        timed.append(_timed(name, most, work))
        advance()
    timed.append(_roll_up(context))
    advance()
    database.close()
    return CampaignFigures(database="SQLite" if database.is_sqlite else "PostgreSQL", size=size, timed=tuple(timed))


def _works(context: Context) -> tuple[tuple[str, float, Callable[[], object]], ...]:
    """What is measured, with the most it may take."""
    today = dt.datetime.now(LOCAL).date()

    def forms() -> bytes:
        return report_file(campaign.campaign_report(context, day=today))

    def years() -> bytes:
        report = campaign.campaign_report(context, day=today)
        return write_years(report.unit, report.label, report.whole)

    def last_month() -> object:
        return campaign.campaign_report(context, period=Period.MONTH, day=today)

    def volumes() -> bytes:
        return write_volume_annex("02", "", campaign.volume_rows(context, "02"))

    def progress() -> object:
        report = campaign.campaign_report(context, day=today)
        return report_file(report), reporting.work_rows(context, report.since, report.until)

    def plan() -> object:
        return planning.plan_of_annex(context), planning.unit_plan(context, quota=200)

    return (
        ("Phụ lục 01 của tỉnh, với tệp Excel", 2, forms),
        ("Theo năm, với tệp Excel", 2, years),
        ("Báo cáo tháng", 2, last_month),
        ("Phụ lục 02, với tệp Excel", 2, volumes),
        ("Màn hình «Báo cáo»: tiến độ, theo ca", 2, progress),
        ("Màn hình «Báo cáo»: khối lượng, dự báo", 2, plan),
        ("Danh mục sổ ra Excel (giây CPU)", 5, lambda: export_inventory(context)),
    )


def _timed(name: str, most: float, work: Callable[[], object], repeats: int = _REPEATS) -> Timed:
    runs = []
    for _ in range(repeats):
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - clock, time.process_time() - cpu))
    seconds, cpu_seconds = sorted(runs)[len(runs) // 2]
    return Timed(name=name, seconds=seconds, cpu=cpu_seconds, most=most)


def _roll_up(context: Context) -> Timed:
    """Every commune's package taken in and the province's form made; the communes have no records of their own here."""
    tree = offices.office_tree(context)
    key = packages.own_key(context)[0]
    files = []
    today = dt.datetime.now(LOCAL).date().isoformat()
    for office in tree.in_order():
        if office.level is not OfficeLevel.COMMUNE:
            continue
        packages.register_key(context, office.id, key)
        lines = tuple(
            Line(register_type=kind, year=year, books=4, known=200, today=3, done=90)
            for kind in form_types()
            for year in _YEARS
        )
        package = Package(
            office_code=office.code,
            office_name=office.name,
            period=Period.DAY,
            day=today,
            made_at=f"{today}T08:00:00",
            units=(UnitLines(code=office.code, name=office.name, lines=lines),),
        )
        made = packages.sealed_package(context, package)
        files.append((made.file_name, made.data))

    def take() -> object:
        results = packages.receive_packages(context, files)
        if any(r.status not in (packages.PackageStatus.TAKEN, packages.PackageStatus.LATE) for r in results):
            raise RuntimeError("a drawn package was refused")
        return campaign.campaign_report(context)

    return _timed(f"Nhận {len(files)} gói và tổng hợp", 60, take, repeats=1)
