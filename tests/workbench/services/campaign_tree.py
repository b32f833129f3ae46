"""A province with two districts of two communes, planted once and copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from layouts.register_types import RegisterType
from storage.offices import list_offices
from storage.opening.database import sqlite_url
from workbench.config import Settings
from workbench.services import offices
from workbench.services.books import create_book
from workbench.services.context import Context, system_context

__all__ = ["Province", "commune", "copied", "installation", "plant_tree", "province", "with_tree"]


@dataclass(frozen=True)
class Province:
    """A province with two districts of two communes, on one installation."""

    context: Context
    units: dict[str, Unit]

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]


def plant_tree(context: Context) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for code, name, level, parent in (
        ("70", "Tỉnh Bình An", OfficeLevel.PROVINCE, ""),
        ("691", "Huyện Một", OfficeLevel.DISTRICT, "70"),
        ("692", "Huyện Hai", OfficeLevel.DISTRICT, "70"),
        ("25001", "Xã Một A", OfficeLevel.COMMUNE, "691"),
        ("25002", "Xã Một B", OfficeLevel.COMMUNE, "691"),
        ("25003", "Xã Hai A", OfficeLevel.COMMUNE, "692"),
        ("25004", "Xã Hai B", OfficeLevel.COMMUNE, "692"),
    ):
        above = units[parent].id if parent else None
        unit = Unit(code=code, name=name, level=level, parent_id=above, cutoff="23:59")
        units[code] = offices.save_office(context, unit)
    return units


def installation(folder: Path) -> Context:
    return system_context(Settings(data_dir=folder, database_url=sqlite_url(folder / "w.sqlite3")))


@pytest.fixture(scope="module")
def with_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an installation that knows the tree, made once and copied."""
    folder = tmp_path_factory.mktemp("tree") / "data"
    context = installation(folder)
    plant_tree(context)
    context.database.close()
    return folder


def copied(with_tree: Path, folder: Path) -> tuple[Context, dict[str, Unit]]:
    context = installation(Path(shutil.copytree(with_tree, folder)))
    with context.read() as connection:
        return context, {unit.code: unit for unit in list_offices(connection)}


@pytest.fixture
def province(with_tree: Path, tmp_path: Path) -> Province:
    context, units = copied(with_tree, tmp_path / "tinh")
    return Province(context=context, units=units)


@pytest.fixture
def commune(with_tree: Path, tmp_path: Path) -> Context:
    """An installation of Xã Một A with a book of births of 120 entries."""
    context, _ = copied(with_tree, tmp_path / "xa")
    create_book(
        context, register_type=RegisterType.BIRTH, volume_number="01/1998", office="UBND xã Một A", expected_entries=120
    )
    return context
