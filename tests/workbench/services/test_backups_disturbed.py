"""Backups and restores while things go wrong: killed processes, clocks that are set."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.errors import DatabaseBroken, DatabaseBusy, DatabaseDamaged, DiskFull, RestoreUnfinished, StorageError
from storage.opening import copies
from storage.unfinished import unfinished_folder
from tests.workbench.services.conftest import Office
from workbench.config import ROOT, Settings
from workbench.services import backup, backup_plan
from workbench.services.context import RESTORING, system_context
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_clock_that_ran_ahead_once_puts_no_backup_off(office: Office, tmp_path: Path) -> None:
    """A try noted in 2036 held up every one until 2036, and the last good one of then was never called old."""
    ctx, now = office.administrator, datetime.now().astimezone()
    backup_plan.run_backup(ctx)
    ahead = (now + timedelta(days=3650)).isoformat()
    state = ctx.settings.data_dir / "backups" / "trang-thai.json"
    state.write_text(json.dumps({"tried": ahead, "last_good": ahead}), encoding="utf-8")
    assert backup_plan.backup_state(ctx).is_old(backup_plan.backup_plan(ctx), now)
    assert backup_plan.run_if_due(ctx.settings, now) is not None
    assert not backup_plan.backup_state(ctx).is_old(backup_plan.backup_plan(ctx), now)


def test_a_clock_that_runs_back_gives_up_no_backup(office: Office, tmp_path: Path) -> None:
    """With a clock at 2010 each new backup was the oldest by its date: the next one drove it out, and kept the old."""
    folder = tmp_path / "copy"
    for number in range(3):
        made = backup.write_backup(office.administrator, folder / f"sao-luu-2026010{number}-120000.zip", keep=3)
        os.utime(made.path, (4_000_000_000 + number,) * 2)
    for number in range(3):
        backup.write_backup(office.administrator, folder / f"sao-luu-2010010{number}-120000.zip", keep=3)
    assert len(list(folder.glob("*.zip"))) == 6


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills no process outright by a signal")
def test_what_a_killed_backup_left_is_taken_away_by_the_next(office: Office, tmp_path: Path) -> None:
    """A copy of the whole record, unlocked, stayed in the backups' folder for ever after a power cut."""
    ctx, folder = office.administrator, tmp_path / "o-usb"
    office.read_book()
    known = {"WORKBENCH_DATA_DIR": str(ctx.settings.data_dir), "WORKBENCH_DATABASE_URL": ctx.settings.database_url}
    for work in (KILLED_BACKUP, KILLED_COPY):
        died = subprocess.run(
            [sys.executable, "-c", work, str(folder)], cwd=ROOT, env=os.environ | known, check=False, timeout=60
        )
        assert died.returncode == -signal.SIGKILL
    other = folder / ".dang-sao-luu.maykhac.12-34.ab"
    other.mkdir()  # of another machine that uses the same folder: it may be at work
    assert len(list(folder.iterdir())) == 3
    made = backup.write_backup(ctx, folder / "sao-luu.zip")
    with unfinished_folder(folder, "dang-chep"):
        pass
    assert sorted(p.name for p in folder.iterdir()) == sorted([other.name, made.path.name])


KILLED_BACKUP = """
import os, signal, sys
from pathlib import Path
from workbench.config import load_settings
from workbench.services import backup
from workbench.services.context import system_context

backup.verify_backup = lambda _: os.kill(os.getpid(), signal.SIGKILL)
backup.write_backup(system_context(load_settings()), Path(sys.argv[1]) / "sao-luu-20260101-120000.zip")
"""
KILLED_COPY = """
import os, signal, sys
from pathlib import Path
from storage.opening import upgrades
from workbench.config import load_settings

upgrades.current_revision, upgrades.refuse_newer = lambda _: "0001", lambda _: None
upgrades.settle = lambda _: os.kill(os.getpid(), signal.SIGKILL)
upgrades.copy_before_upgrade(load_settings().database, Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills no process outright by a signal")
def test_a_restore_killed_while_it_unpacks_leaves_nothing_once_the_next_is_done(office: Office, tmp_path: Path) -> None:
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    settings = Settings(data_dir=tmp_path / "lai" / "data", database_url="")
    died = subprocess.run(
        [sys.executable, "-c", KILLED_RESTORE, str(made.path), str(settings.data_dir)],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL and len(list((tmp_path / "lai").iterdir())) == 2
    with pytest.raises(RestoreUnfinished):  # an empty folder would be a first start, open to whoever comes first
        system_context(settings)
    backup.restore_backup(settings, made.path)
    assert [p.name for p in (tmp_path / "lai").iterdir()] == ["data"]


def test_a_restore_that_is_refused_leaves_the_folder_as_it_was(office: Office, tmp_path: Path) -> None:
    """Shut where an earlier one was cut off, gone where there was none."""
    settings = Settings(data_dir=tmp_path / "lai" / "data", database_url="")
    damaged = tmp_path / "hỏng.zip"
    damaged.write_bytes(backup.write_backup(office.administrator, tmp_path / "sao-luu.zip").path.read_bytes()[:-4000])
    with pytest.raises(InvalidInput):
        backup.restore_backup(settings, damaged)
    assert not settings.data_dir.exists()
    settings.data_dir.mkdir(parents=True)
    (settings.data_dir / RESTORING).touch()
    (settings.data_dir / "trail").mkdir()
    with pytest.raises(InvalidInput):
        backup.restore_backup(settings, damaged)
    with pytest.raises(RestoreUnfinished):
        system_context(settings)
    backup.restore_backup(settings, tmp_path / "sao-luu.zip")
    assert system_context(settings).database.path == settings.data_dir / "workbench.sqlite3"


KILLED_RESTORE = """
import os, signal, sys
from pathlib import Path
from workbench.config import ROOT, Settings
from workbench.services import backup

backup.settle_all = lambda _: os.kill(os.getpid(), signal.SIGKILL)
backup.restore_backup(Settings(data_dir=Path(sys.argv[2]), database_url=""), Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("code", "free", "told"),
    [
        (sqlite3.SQLITE_IOERR, 0, DiskFull),
        (sqlite3.SQLITE_CANTOPEN, 0, DiskFull),
        (sqlite3.SQLITE_FULL, 0, DiskFull),
        (sqlite3.SQLITE_BUSY, 1 << 30, DatabaseBusy),
        (sqlite3.SQLITE_CANTOPEN, 1 << 30, DatabaseBroken),
        (sqlite3.SQLITE_IOERR, 1 << 30, DatabaseDamaged),
        (sqlite3.SQLITE_CORRUPT, 0, DatabaseDamaged),
    ],
)
def test_a_full_disk_is_not_taken_for_a_damaged_database(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, free: int, told: type[StorageError]
) -> None:
    """With 50 KB left the program said the record was damaged and a backup should take its place."""

    def refused(*_: object, **__: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code | 16 << 8
        raise error

    monkeypatch.setattr(copies.sqlite3, "connect", refused)
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(told):
        backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
