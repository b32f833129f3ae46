"""The trail in good days: upgrades, crashes between head and commit, full disks, backups, clocks that are set back."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from corrections.entries import AuditEvent, Book
from storage import audit_log
from storage.audit_log import stream_events
from storage.books import add_book
from storage.clock import now, stamp
from storage.errors import DiskFull
from storage.opening import migrate
from storage.opening.database import Database, sqlite_url
from storage.schema import trail_seals, trail_totals
from storage.trail.head_file import Head, HeadFile, HeadFileFault
from storage.trail.seals import Total, all_rows, state_digest, stored_totals
from storage.trail.tables import sealed_as_stored
from storage.trail.trail import Trail
from storage.trail.verify import trail_faults
from tests.storage.tampering_ways import problems
from workbench.config import ROOT

pytestmark = pytest.mark.slow


def _book(volume: str) -> Book:
    return Book(id=0, register_type="birth", volume_number=volume, office="UBND xã Tân Lập")


def _add(database: Database, volume: str) -> None:
    with database.write() as connection:
        add_book(connection, _book(volume))
        audit_log.append_events(connection, [AuditEvent(id=0, at=now(), actor="system", action="test")])


def _actions(database: Database) -> list[str]:
    with database.read() as connection:
        return [event.action for event in audit_log.stream_events(connection)]


def test_an_old_database_is_sealed_when_it_is_first_opened(database_url: str, tmp_path: Path) -> None:
    migrate.upgrade(database_url)
    migrate.downgrade(database_url, "0004")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO books (register_type, volume_number, office, state, priority, opened_on, closed_on,"
                " signer, signer_title, remarks, settings, created_at)"
                " VALUES ('birth', '01/1998', 'UBND xã A', 'scanned', 0, '', '', '', '', '', '{}', '')"
            )
        )
    engine.dispose()
    database = Database(database_url, trail=tmp_path / "trail")
    assert _actions(database) == ["seal_all"] and problems(database) == set()
    database.close()
    again = Database(database_url, trail=tmp_path / "trail")
    assert _actions(again) == ["seal_all"] and problems(again) == set()
    again.close()


def test_down_and_up_again_seals_anew_and_says_what_was_found(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url, trail=tmp_path / "trail")
    _add(database, "01/1998")
    database.close()
    migrate.downgrade(database_url, "0006")
    again = Database(database_url, trail=tmp_path / "trail")
    # the seals are gone with their tables while the head file knows of some: nobody may cover up so
    assert "unsealed" in problems(again)
    again.seal_anew(actor="quantri", reason="đã xem")
    assert problems(again) == set() and _actions(again)[-1] == "seal_anew"
    again.close()


@pytest.mark.parametrize("times", [1, 3])
def test_a_crash_between_head_and_commit_is_no_fault(
    database: Database, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    _add(database, "01/1998")
    trail = database.trail
    assert trail is not None
    end: Callable[..., Head | None] = trail.end

    def crash(connection: object) -> None:
        end(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trail, "end", crash)
        for number in range(times):
            with pytest.raises(KeyboardInterrupt):
                _add(database, f"0{number + 2}/1998")
    assert problems(database) == set()
    _add(database, "09/1998")
    assert problems(database) == set() and _actions(database) == ["test", "test"]


def test_a_crash_after_the_commit_is_no_fault(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = database.trail
    assert trail is not None
    with monkeypatch.context() as patch:
        patch.setattr(trail, "committed", lambda _head: None)
        _add(database, "01/1998")
    assert problems(database) == set()
    _add(database, "02/1998")
    assert problems(database) == set()


def test_a_head_that_finds_no_room_keeps_the_transaction_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(database, "01/1998")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            _add(database, "02/1998")
    _add(database, "03/1998")
    assert _actions(database) == ["test", "test"] and problems(database) == set()


def test_key_and_heads_are_for_the_program_alone(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite3"))
    _add(database, "01/1998")
    folder = tmp_path / "trail"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    database.close()


def test_heads_are_walked_and_cut_where_a_copy_stands(tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "trail")
    for number in range(1, 5):
        head = file.intend(at="2026", event_id=number, event_hash=f"{number:064x}", state=f"s{number}")
        if number != 3:
            file.committed(head)
    walked = [item for item in file.walk() if not isinstance(item, HeadFileFault)]
    assert [(head.event_id, done) for head, done in walked] == [(1, True), (2, True), (3, False), (4, True)]
    other = HeadFile(tmp_path / "other")
    other.folder.mkdir()
    other.key_path.write_text(file.key_path.read_text(encoding="ascii"), encoding="ascii")
    other.path.write_bytes(file.keep_until(2, "s2"))
    assert [head.event_id for head in other.standing()] == [2]
    assert all(not isinstance(item, HeadFileFault) for item in other.walk())


def test_a_clock_set_back_is_noted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(database, "01/1998")
    early = now() - timedelta(days=3)
    with database.write() as connection:
        audit_log.append_events(connection, [AuditEvent(id=0, at=early, actor="clerk", action="confirm")])
    assert _actions(database) == ["test", "clock_back", "confirm"]
    with database.write() as connection:
        soon = early + timedelta(seconds=1)
        audit_log.append_events(connection, [AuditEvent(id=0, at=soon, actor="clerk", action="confirm")])
    assert _actions(database)[3:] == ["confirm"]


def test_leases_and_queues_are_not_sealed(database: Database) -> None:
    assert database.trail is not None
    before = database.trail.heads.path.read_bytes()
    with database.write() as connection:
        connection.execute(text("UPDATE entries SET lease_until = '2026', priority = 3"))
    assert database.trail.heads.path.read_bytes() == before


@pytest.mark.parametrize(("bent", "faults"), [(False, 0), (True, 3)])
def test_seals_of_an_older_schema_are_looked_at_with_its_own_columns(tmp_path: Path, bent: bool, faults: int) -> None:
    """An installation of the release before: its accounts have no office yet, and its seals know none."""
    url, folder = f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path / "trail"
    migrate.upgrade(url, "0008")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO accounts (id, name, full_name, password_hash, role, team, shift, active, created_at)"
            " VALUES (1, 'quantri', '', 'x', 'administrator', '', '', 1, '2026-11-30T00:00:00.000000Z')"
        )
    _seal_as_then(url, folder)
    if bent:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE accounts SET role = 'clerk'")
    engine.dispose()
    database = Database(url, trail=folder)
    with database.read() as connection:
        told = [event.reason for event in stream_events(connection) if event.action == "seal_all"]
        assert told == [f"0008 {faults}"]
        assert list(trail_faults(connection, Trail(folder).heads)) == []
    database.close()


UPGRADED_AND_KILLED = """
import os, signal, sys
from pathlib import Path
import alembic.runtime.migration as steps
from storage.opening.database import Database
from storage.trail.head_file import HeadFile
from storage.trail.trail import Trail

url, folder, where = sys.argv[1:]
done, stepped, sealed = 0, steps.HeadMaintainer.update_to_step, Trail.set_up

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def step(self, told):
    global done
    done += 1
    if where == str(done):
        die()
    stepped(self, told)

def seal(self, *given, **told):
    if where == "unsealed":
        die()
    sealed(self, *given, **told)
    die()

steps.HeadMaintainer.update_to_step = step
if where == "uncommitted":
    HeadFile.committed = die
else:
    Trail.set_up = seal
Database(url, trail=Path(folder))
"""
"""Upgrades, and kills itself: in a revision, before anything is sealed anew, with all sealed, with all committed."""


@pytest.mark.parametrize("where", ["1", "4", "unsealed", "sealed", "uncommitted"])
def test_an_upgrade_killed_anywhere_leaves_a_record_that_is_whole(database: Database, where: str) -> None:
    """What was half upgraded once passed for bent: for good, and whatever was bent could have said so of itself."""
    assert database.trail is not None
    folder = database.trail.heads.folder
    _add(database, "01/1998")
    database.close()
    migrate.downgrade(database.url, "0014")
    older = _seal_as_then(database.url, folder)
    died = subprocess.run(
        [sys.executable, "-c", UPGRADED_AND_KILLED, database.url, str(folder), where],
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL
    done = where == "uncommitted"
    assert migrate.current_revision(database.url) == (migrate.head_revision() if done else older)
    again = Database(database.url, trail=folder)
    assert problems(again) == set() and "bent_before_upgrade" not in _actions(again)
    _add(again, "02/1998")
    assert problems(again) == set()
    again.close()


def _seal_as_then(url: str, folder: Path) -> str:
    """Seals, sums and head of a database that stands at an older schema, as the program of that time left them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(trail_seals.delete())
        connection.execute(trail_totals.delete())
        sealer = Trail(folder).sealer
        for name, sealed in sealed_as_stored(connection).items():
            total = Total(0, 0)
            for key, row in (pair for batch in all_rows(connection, sealed) for pair in batch):
                seal = sealer.seal(name, key, row)
                total = total.moved(None, seal)
                connection.execute(trail_seals.insert().values(table_name=name, row_key=key, seal=seal))
            kept = {"table_name": name, "sealed_rows": total.rows, "seal_sum": f"{total.sum:064x}"}
            connection.execute(trail_totals.insert().values(**kept))
        heads, state = HeadFile(folder), state_digest(stored_totals(connection))
        number, digest = audit_log.chain_head(connection)
        heads.committed(heads.intend(at=stamp(now()), event_id=number, event_hash=digest, state=state))
    engine.dispose()
    return str(migrate.current_revision(url))
