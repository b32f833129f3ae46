"""An office of its own for each test that asks for one; made once, copied many times."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens.office import Office, make_office
from workbench.config import Settings, load_settings


@pytest.fixture(scope="session")
def ready_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = make_office(tmp_path_factory.mktemp("office"))
    # Everything must be in the main file before it is copied: SQLite keeps the newest pages in a file beside it.
    with office.system.database.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return office


@pytest.fixture()
def office(ready_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    folder = tmp_path / "data"
    shutil.copytree(ready_office.settings.data_dir, folder)
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(folder))
    load_settings.cache_clear()
    yield replace(ready_office, settings=Settings(data_dir=folder))
    load_settings.cache_clear()
