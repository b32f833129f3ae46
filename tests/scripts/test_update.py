"""An installed program is brought to a bundle's state and back; whatever fails, all stands as it did before."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scripts.update import UpdateError, go_back, update

PROGRAM = """
import sys, shutil, pathlib
data = pathlib.Path(__file__).resolve().parent.parent / "data"
if sys.argv[1] == "backup":
    shutil.copy(data / "workbench.sqlite3", sys.argv[-1])
"""
CONFIG = """
import pathlib
class Settings:
    data_dir = pathlib.Path(__file__).resolve().parent.parent / "data"
    port = {port}
def load_settings():
    return Settings()
"""


def program(folder: Path, text: str, port: int) -> Path:
    """A stand-in for a bundle or an installation: the two commands that an update asks of it, and one more file."""
    (folder / "workbench").mkdir(parents=True)
    (folder / "scripts").mkdir()
    (folder / "workbench" / "__init__.py").write_text("", encoding="ascii")
    (folder / "workbench" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "workbench" / "config.py").write_text(CONFIG.format(port=port), encoding="utf-8")
    (folder / "what.txt").write_text(text, encoding="ascii")
    checker = Path(__file__).resolve().parents[2] / "scripts" / "check_bundle.py"
    (folder / "scripts" / "check_bundle.py").write_bytes(checker.read_bytes())
    (folder / "offline").mkdir()
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}\n" for p in files)
    (folder / "offline" / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def installed(tmp_path: Path, free_port: int) -> Path:
    folder = program(tmp_path / "đã cài", "old", free_port)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / "data").mkdir()
    entered(folder, "before")
    (folder / "data" / "tls").mkdir()
    (folder / "xuất").mkdir()
    return folder


@pytest.fixture
def bundle(tmp_path: Path, free_port: int) -> Path:
    folder = program(tmp_path / "new bundle", "new", free_port)
    (folder / "only-new.txt").write_text("new", encoding="ascii")
    with (folder / "offline" / "SHA256SUMS").open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256(b'new').hexdigest()}  only-new.txt\n")
    return folder


def entered(folder: Path, value: str) -> None:
    """Work in the database of a stand-in."""
    with closing(sqlite3.connect(folder / "data" / "workbench.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS work (value TEXT)")
        connection.execute("INSERT INTO work VALUES (?)", (value,))


def installed_anew(folder: Path) -> None:
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)


def migrated(folder: Path) -> None:
    """As the new program does at its first start: a copy with its trail, then the change."""
    installed_anew(folder)
    data = folder / "data"
    (data / "backups").mkdir(exist_ok=True)
    shutil.copyfile(data / "workbench.sqlite3", data / "backups" / "truoc-nang-cap-0007-x.sqlite3")
    (data / "backups" / "truoc-nang-cap-0007-x.trail").mkdir()
    (data / "trail").mkdir(exist_ok=True)
    entered(folder, "migrated")


def refused(folder: Path) -> None:
    migrated(folder)
    raise UpdateError("no wheels.")


def work(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM work ORDER BY rowid")]


def state(folder: Path) -> tuple[str, list[str]]:
    return (folder / "what.txt").read_text(encoding="ascii"), work(folder / "data" / "workbench.sqlite3")


def test_forward_and_back(installed: Path, bundle: Path) -> None:
    update(installed, bundle, migrated)
    assert state(installed) == ("new", ["before", "migrated"])
    assert (installed / "xuất").is_dir() and (installed / "only-new.txt").exists()
    entered(installed, "after")
    go_back(installed)
    assert state(installed) == ("old", ["before"])
    assert not (installed / "only-new.txt").exists() and not (installed / "previous").exists()
    (later,) = (installed / "data").glob("workbench-de-lai-*.sqlite3")
    assert work(later) == ["before", "migrated", "after"] and later.with_suffix(".trail").is_dir()
    assert (installed / "data" / "tls").is_dir(), "what else lies in the data folder stays"
    assert sorted(path.suffix for path in (installed / "data" / "backups").iterdir()) == [".sqlite3", ".trail"]


def test_work_entered_since_stays_where_the_database_kept_its_shape(installed: Path, bundle: Path) -> None:
    update(installed, bundle, installed_anew)
    entered(installed, "after")
    go_back(installed)
    assert state(installed) == ("old", ["before", "after"])


def test_an_older_upgrades_copy_is_not_what_one_goes_back_to(installed: Path, bundle: Path) -> None:
    copy = installed / "data" / "backups" / "truoc-nang-cap-0001-x.sqlite3"
    copy.parent.mkdir()
    shutil.copyfile(installed / "data" / "workbench.sqlite3", copy)
    os.utime(copy, (1_700_000_000, 1_700_000_000))
    entered(installed, "later")
    update(installed, bundle, installed_anew)
    go_back(installed)
    assert state(installed) == ("old", ["before", "later"])


def test_a_program_changed_by_hand_takes_its_data_back_alone(installed: Path) -> None:
    shutil.rmtree(installed / ".venv")
    migrated(installed)
    go_back(installed)
    assert state(installed) == ("old", ["before"])


def test_a_damaged_copy_is_not_gone_back_to(installed: Path) -> None:
    shutil.rmtree(installed / ".venv")
    migrated(installed)
    (installed / "data" / "backups" / "truoc-nang-cap-0007-x.sqlite3").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(UpdateError, match="hỏng"):
        go_back(installed)
    assert state(installed) == ("old", ["before", "migrated"])


@pytest.mark.slow
def test_nothing_is_taken_back_under_a_running_program(installed: Path) -> None:
    shutil.rmtree(installed / ".venv")
    migrated(installed)
    with closing(sqlite3.connect(installed / "data" / "workbench.sqlite3", isolation_level=None)) as open_still:
        open_still.execute("BEGIN IMMEDIATE")
        with pytest.raises(UpdateError, match="đang mở"):
            go_back(installed)


@pytest.mark.parametrize("failing", [refused, lambda folder: (_ for _ in ()).throw(OSError("disk full"))])
def test_a_failed_update_leaves_everything_as_it_was(
    installed: Path, bundle: Path, failing: Callable[[Path], None]
) -> None:
    with pytest.raises(UpdateError, match="như trước"):
        update(installed, bundle, failing)
    assert state(installed) == ("old", ["before"])
    assert not (installed / "only-new.txt").exists()


def test_a_folder_that_another_program_holds_leaves_everything_as_it_was(
    installed: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to move what somebody has open."""
    moved, rename = [], Path.rename

    def held(path: Path, target: Path) -> Path:
        if path.parent == installed and path.name == "what.txt":
            raise PermissionError(13, "in use", str(path))
        moved.append(path.name)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(UpdateError, match="như trước"):
        update(installed, bundle, refused)
    assert "scripts" in moved and state(installed) == ("old", ["before"])
    assert not (installed / "previous").exists()


def test_an_update_cut_short_while_moving_is_taken_back(installed: Path, bundle: Path) -> None:
    previous = installed / "previous"
    previous.mkdir()
    note = {
        "backup": "",
        "data": str(installed / "data"),
        "old": ["what.txt", "workbench"],
        "new": ["what.txt"],
    }
    (previous / "update.json").write_text(json.dumps(note | {"whole": False}), encoding="utf-8")
    (installed / "what.txt").rename(previous / "what.txt")
    go_back(installed, check=False)
    assert state(installed) == ("old", ["before"])


def test_a_damaged_bundle_changes_nothing(installed: Path, bundle: Path) -> None:
    (bundle / "only-new.txt").write_text("bit", encoding="ascii")
    with pytest.raises(UpdateError, match=r"only-new\.txt"):
        update(installed, bundle, migrated)
    assert state(installed) == ("old", ["before"]) and not (installed / "previous").exists()


def test_no_update_while_people_work(installed: Path, bundle: Path, free_port: int) -> None:
    import socket

    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(UpdateError, match="đang chạy"):
        update(installed, bundle, migrated)
    assert state(installed) == ("old", ["before"])


def test_nothing_to_go_back_to(installed: Path) -> None:
    with pytest.raises(UpdateError, match="Không có bản trước"):
        go_back(installed)
