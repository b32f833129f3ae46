"""Backups: a good one is never lost to the next, a bad one never passes for good, and every way back works."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage.errors import DatabaseDamaged, DiskFull, SchemaTooNew, StorageError
from storage.opening.migrate import current_revision, downgrade, head_revision
from storage.opening.upgrades import _superfluous, copies_before_upgrades, copy_before_upgrade
from tests.workbench.services.conftest import Office
from workbench.config import Settings
from workbench.doctor import examine
from workbench.services import backup, backup_plan, books
from workbench.services import context as context_module
from workbench.services.audit import list_events
from workbench.services.backup_encryption import is_locked, new_recovery_key, unlock_backup
from workbench.services.context import Context, open_context
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _damage(path: Path) -> None:
    """Overwrite pages in the middle of a database, as a failing disk does."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(4096 * 3, size - 4096, 4096 * 2):
            file.seek(place)
            file.write(b"\xa5" * 4096)


def _path(ctx: Context) -> Path:
    assert ctx.database.path is not None
    return ctx.database.path


@pytest.mark.slow
def test_a_backup_of_the_same_name_keeps_the_one_before(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "copy" / "sao-luu.zip"
    first = backup.write_backup(office.administrator, out)
    before = out.read_bytes()
    office.read_book()
    second = backup.write_backup(office.administrator, out)
    assert (first.path, second.path) == (out, out)
    (older,) = [p for p in out.parent.glob("*.zip") if p != out]
    assert older.read_bytes() == before
    assert backup.verify_backup(older) == backup.verify_backup(out) == ()


def test_only_so_many_generations_are_kept_and_other_files_left_alone(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for other in ("anh.zip", "sao-luu-tinh.zip"):
        (folder / other).write_bytes(b"x")
    for number in range(5):
        made = backup.write_backup(office.administrator, folder / "sao-luu.zip", keep=3)
        os.utime(made.path, (1_700_000_000 + 60 * number,) * 2)
    names = sorted(p.name for p in folder.glob("*.zip"))
    assert len(names) == 5 and {"anh.zip", "sao-luu-tinh.zip", "sao-luu.zip"} <= set(names)


@pytest.mark.slow
def test_a_damaged_database_is_refused_and_older_backups_stay(office: Office, tmp_path: Path) -> None:
    for _ in range(3):
        office.read_book(volume_number=f"0{_ + 1}/1998")
    out = tmp_path / "copy" / "sao-luu.zip"
    backup.write_backup(office.administrator, out)
    before = out.read_bytes()
    _damage(_path(office.administrator))
    with pytest.raises(StorageError) as error:
        backup.write_backup(office.administrator, out)
    assert isinstance(error.value, DatabaseDamaged) and "phục hồi" in str(error.value)
    assert [p.read_bytes() for p in out.parent.glob("*.zip")] == [before]


def test_a_damaged_database_is_not_opened_and_doctor_says_what_to_do(tmp_path: Path, database_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="")
    context = open_context(settings)
    context.database.close()
    _damage(settings.data_dir / "workbench.sqlite3")
    context_module._opened.clear()  # as a new process
    with pytest.raises(StorageError, match="phục hồi"):
        open_context(settings)
    check = next(c for c in examine(settings) if c.name == "Cơ sở dữ liệu")
    assert not check.ok and "phục hồi" in check.found


def test_a_scan_that_is_not_its_name_makes_no_good_backup(office: Office, tmp_path: Path) -> None:
    office.read_book()
    out = tmp_path / "copy" / "sao-luu.zip"
    good = backup.write_backup(office.administrator, out).path.read_bytes()
    (scan,) = [p for p in (office.administrator.settings.data_dir / "scans").rglob("*") if p.is_file()]
    content = bytearray(scan.read_bytes())
    content[-1] ^= 1
    scan.write_bytes(content)
    made = backup.write_backup(office.administrator, out)
    assert made.path != out and out.read_bytes() == good
    assert any(scan.name in problem for problem in made.problems)
    assert backup.verify_backup(made.path) != ()
    scan.unlink()
    missing = backup.write_backup(office.administrator, out)
    assert any("không có trong bản sao lưu" in problem for problem in missing.problems)
    assert out.read_bytes() == good


def test_a_backup_with_a_bad_scan_still_brings_the_work_back(office: Office, tmp_path: Path) -> None:
    book = office.read_book()
    (scan,) = [p for p in (office.administrator.settings.data_dir / "scans").rglob("*") if p.is_file()]
    scan.write_bytes(b"x")
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    other = Settings(data_dir=tmp_path / "elsewhere", database_url="")
    backup.restore_backup(other, made.path)
    restored = open_context(other).as_account(office.supervisor.who)
    assert books.book_progress(restored, book.id).entries == 4
    restored.database.close()


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_journals_of_a_database_that_is_gone_are_set_aside(office: Office, tmp_path: Path, ending: str) -> None:
    """A stale journal was played into the restored database: 60 of 60 rows came from it."""
    book = office.read_book()
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    other = Settings(data_dir=tmp_path / "elsewhere", database_url="")
    open_context(other).database.close()
    with closing(sqlite3.connect(other.data_dir / "workbench.sqlite3")) as writer:
        assert writer.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        writer.execute("CREATE TABLE stale (x)")
        writer.commit()
        kept = (other.data_dir / "workbench.sqlite3-wal").read_bytes()
    for path in list(other.data_dir.glob("workbench.sqlite3*")):
        path.unlink()
    shutil.rmtree(other.data_dir / "backups", ignore_errors=True)
    left = other.data_dir / f"workbench.sqlite3{ending}"
    left.write_bytes(kept)
    backup.restore_backup(other, made.path)
    with closing(sqlite3.connect(other.data_dir / "workbench.sqlite3")) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert "stale" not in tables
        assert connection.execute("SELECT count(*) FROM books").fetchone() == (book.id,)
    assert any(p.read_bytes() == kept for p in other.data_dir.glob("workbench-de-lai-*"))


# --- by the clock -----------------------------------------------------------------------------------------------------


def test_the_clock_makes_a_backup_when_it_is_due(office: Office, tmp_path: Path) -> None:
    ctx = office.administrator
    assert backup_plan.backup_state(ctx).is_old(backup_plan.backup_plan(ctx), datetime.now().astimezone())
    backup_plan.save_backup_plan(ctx, hours=24, keep=2, folder=str(tmp_path / "o-khac"))
    now = datetime.now().astimezone()
    first = backup_plan.run_if_due(ctx.settings, now)
    assert first is not None and first.path.parent == tmp_path / "o-khac"
    assert backup_plan.run_if_due(ctx.settings, now + timedelta(hours=23)) is None
    assert backup_plan.run_if_due(ctx.settings, now + timedelta(hours=25)) is not None
    state, plan = backup_plan.backup_state(ctx), backup_plan.backup_plan(ctx)
    assert not state.problem and not state.is_old(plan, now + timedelta(hours=40))
    assert state.is_old(plan, now + timedelta(hours=60))


@pytest.mark.slow
def test_a_backup_that_failed_is_told_until_one_is_good(office: Office, tmp_path: Path) -> None:
    ctx = office.administrator
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, no folder", encoding="utf-8")
    with pytest.raises((StorageError, OSError, InvalidInput)):
        backup_plan.run_backup(ctx, blocked / "sao-luu.zip")
    assert backup_plan.backup_state(ctx).problem
    backup_plan.run_backup(ctx)
    assert backup_plan.backup_state(ctx).problem == ""
    checks = {c.name: c for c in examine(ctx.settings)}
    assert checks["Bản sao lưu tốt gần nhất"].ok


def test_a_full_disk_is_told_and_the_clock_goes_on(office: Office, tmp_path: Path) -> None:
    """SQLite's own error for it was none that the clock knew: it stopped, with no backup until the next start."""
    limit = pytest.importorskip("resource", reason="Windows has no limit on the size of files")
    before = backup_plan.run_backup(office.administrator, tmp_path / "sao-luu" / "a.zip")
    soft, hard = limit.getrlimit(limit.RLIMIT_FSIZE)
    limit.setrlimit(limit.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DiskFull):
            backup_plan.run_backup(office.administrator, tmp_path / "sao-luu" / "a.zip")
    finally:
        limit.setrlimit(limit.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in (tmp_path / "sao-luu").iterdir()] == ["a.zip"]
    assert (
        backup.verify_backup(before.path) == ()
        and hashlib.sha256(before.path.read_bytes()).hexdigest() == before.sha256
    )
    assert "đĩa" in backup_plan.backup_state(office.administrator).problem


def test_the_clock_outlives_every_failure(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def bad_look(*_: object) -> None:
        looks.append(1)
        raise RuntimeError("what nobody thought of")

    class Stop:
        def wait(self, _seconds: float) -> bool:
            return len(looks) == 3

    monkeypatch.setattr(backup_plan, "run_if_due", bad_look)
    backup_plan._keep_looking(office.administrator.settings, Stop())  # type: ignore[arg-type]
    assert len(looks) == 3


@pytest.mark.parametrize("tried", ["", "hôm qua", "2026-01-01T00:00:00", 5, None, ["x"], {"a": 1}])
def test_a_bent_state_of_backups_makes_one_more(office: Office, tried: object) -> None:
    folder = office.administrator.settings.data_dir / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / backup_plan._STATE).write_text(json.dumps({"tried": tried}), encoding="utf-8")
    assert backup_plan.run_if_due(office.administrator.settings, datetime.now().astimezone()) is not None


def test_a_plan_needs_a_folder_that_can_be_written(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for wrong in ({"folder": str(tmp_path / "file" / "x")}, {"keep": 0}, {"hours": -1}):
        with pytest.raises(InvalidInput):
            backup_plan.save_backup_plan(office.administrator, **({"hours": 24, "keep": 7, "folder": ""} | wrong))  # type: ignore[arg-type]


# --- upgrades ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_upgrade_copies_first(tmp_path: Path, database_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="")
    open_context(settings).database.close()
    path = settings.data_dir / "workbench.sqlite3"
    assert copies_before_upgrades(settings.data_dir / "backups") == []
    downgrade(settings.database, "-1")
    older = current_revision(settings.database)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO settings (key, value, updated_at) VALUES ('office.x', '\"cũ\"', '2026')")
    context_module._opened.clear()  # as a new process
    open_context(settings).database.close()
    assert current_revision(settings.database) == head_revision() != older
    (copy,) = copies_before_upgrades(settings.data_dir / "backups")
    assert current_revision(f"sqlite:///{copy}") == older and copy.with_suffix(".trail").is_dir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT value FROM settings WHERE key = 'office.x'").fetchone() == ('"cũ"',)


def test_upgrades_tried_again_drive_out_no_copy_of_another_schema(tmp_path: Path, database_url: str) -> None:
    for number, schema in enumerate(["0003", "0009", "0009", *["0012"] * 6]):
        copy = tmp_path / f"truoc-nang-cap-{schema}-2026010{number}-120000.sqlite3"
        copy.touch()
        os.utime(copy, (1_700_000_000 + number,) * 2)
    going = _superfluous(copies_before_upgrades(tmp_path))
    assert [path.name[15:28] for path in going] == ["0012-20260103", "0009-20260101"]


def test_a_database_of_a_newer_program_is_not_even_copied(office: Office, tmp_path: Path) -> None:
    path = _path(office.administrator)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew):
        copy_before_upgrade(office.administrator.database.url, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_nothing_is_copied_when_nothing_changes(office: Office, tmp_path: Path) -> None:
    assert copy_before_upgrade(office.administrator.database.url, tmp_path / "backups") is None
    assert copy_before_upgrade(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "backups") is None


def test_the_archive_lists_no_journal(office: Office, tmp_path: Path) -> None:
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    with zipfile.ZipFile(made.path) as archive:
        assert not [n for n in archive.namelist() if n.endswith(("-wal", "-shm", "-journal"))]


def test_the_offices_lock_holds_for_every_backup_that_follows(office: Office, tmp_path: Path) -> None:
    office.read_book()
    plain = backup_plan.run_backup(office.administrator, tmp_path / "mo.zip").path
    secret, lock = new_recovery_key()
    backup_plan.save_backup_lock(office.administrator, lock)
    by_the_clock = backup_plan.run_if_due(
        office.administrator.settings, datetime.now().astimezone() + timedelta(days=2)
    )
    assert by_the_clock is not None and is_locked(by_the_clock.path) and not is_locked(plain)
    left = [p for p in office.administrator.settings.data_dir.rglob("*.zip") if not is_locked(p)]
    assert left == [], "no open copy stays in the data folder"
    unlock_backup(by_the_clock.path, tmp_path / "lai.zip", key=secret)
    assert backup.verify_backup(tmp_path / "lai.zip") == ()
    told = [event for event in list_events(office.administrator, limit=20) if event.action == "backup_lock"]
    assert [(event.old, event.new) for event in told] == [("", lock.recipient)]
    backup_plan.save_backup_lock(office.administrator, None)
    assert not is_locked(backup_plan.run_backup(office.administrator, tmp_path / "mo-3.zip").path)


def test_generations_of_locked_backups_are_kept_and_given_up_like_others(office: Office, tmp_path: Path) -> None:
    backup_plan.save_backup_lock(office.administrator, new_recovery_key()[1])
    for _ in range(4):
        backup.write_backup(office.administrator, tmp_path / "a" / "sao-luu.zip", keep=2, lock=new_recovery_key()[1])
    assert len(list((tmp_path / "a").iterdir())) == 2


@pytest.mark.parametrize(
    "name", ["cluster/may.pem", "tls/may-chu.pem", "../ra.txt", "scans/../../ra.txt", "/tmp/ra.txt", "a.txt"]
)
def test_a_backup_brings_nothing_but_what_backups_hold(office: Office, tmp_path: Path, name: str) -> None:
    made = backup.write_backup(office.administrator, tmp_path / "sao-luu.zip")
    bent = tmp_path / "sua.zip"
    with zipfile.ZipFile(made.path) as source, zipfile.ZipFile(bent, "w") as sink:
        digests = json.loads(source.read("danh-sach.json")) | {name: hashlib.sha256(b"x").hexdigest()}
        for item in source.namelist():
            if item != "danh-sach.json":
                sink.writestr(item, source.read(item))
        sink.writestr(name, b"x")
        sink.writestr("danh-sach.json", json.dumps(digests))
    with pytest.raises(InvalidInput, match="tệp lạ"):
        backup.restore_backup(Settings(data_dir=tmp_path / "moi", database_url=""), bent)
    assert not (tmp_path / "moi").exists()
