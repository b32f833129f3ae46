"""Transactions, immutability and errors of the record, on SQLite and PostgreSQL."""

import errno
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from corrections.entries import AuditEvent, Book
from layouts.register_types import RegisterType
from storage.audit_log import append_events, chain_head
from storage.books import add_book, list_books
from storage.clock import now
from storage.errors import DatabaseBroken, DiskFull, DuplicateRecord
from storage.opening.database import Database, sqlite_url
from storage.scan_files import ScanFiles, write_atomically
from storage.settings_store import get_setting, get_settings, put_setting


def _book(volume: str = "01/1998") -> Book:
    return Book(id=0, register_type=RegisterType.BIRTH, volume_number=volume, office="UBND xã Tân Lập")


def _event(action: str = "test") -> AuditEvent:
    return AuditEvent(id=0, at=now(), actor="system", action=action)


@pytest.mark.slow
def test_a_failed_transaction_keeps_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        add_book(connection, _book())
        append_events(connection, [_event()])
        raise RuntimeError
    with database.read() as connection:
        assert list_books(connection) == () and chain_head(connection)[0] == 0


def test_rules_of_the_schema_speak_vietnamese(database: Database) -> None:
    with database.write() as connection:
        add_book(connection, _book())
    with pytest.raises(DuplicateRecord, match="trùng"), database.write() as connection:
        add_book(connection, _book())


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET new = 'x'", "DELETE FROM audit_events"])
def test_the_log_refuses_changes(database: Database, statement: str) -> None:
    with database.write() as connection:
        append_events(connection, [_event()])
    with pytest.raises(Exception, match="append-only"), database.write() as connection:
        connection.execute(text(statement))


@pytest.mark.slow
def test_writers_of_many_threads_take_turns(database: Database) -> None:
    def add(first: int) -> None:
        for number in range(first, first + 10):
            with database.write() as connection:
                value = get_setting(connection, "count") or 0
                put_setting(connection, "count", value + 1)
                append_events(connection, [_event(f"add {number}")])

    threads = [threading.Thread(target=add, args=(i * 10,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert get_setting(connection, "count") == 120
        assert chain_head(connection)[0] == 120


def _count_up(url: str, times: int) -> None:
    database = Database(url)
    for _ in range(times):
        with database.write() as connection:
            put_setting(connection, "count", (get_setting(connection, "count") or 0) + 1)
    database.close()


@pytest.mark.slow
def test_writers_of_many_processes_take_turns(database: Database) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count_up, args=(database.url, 40)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with database.read() as connection:
        assert get_setting(connection, "count") == 80


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as writer:
        put_setting(writer, "a.b", 1)
        with database.read() as reader:
            assert get_setting(reader, "a.b") is None
    with database.read() as reader:
        assert get_settings(reader, "a.") == {"b": 1}


def test_sqlite_is_set_up_to_keep_its_word(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nothing_waits_for_the_disk: Callable[[sqlite3.Connection, object], None],
) -> None:
    monkeypatch.setattr("storage.opening.database._prepare_sqlite", nothing_waits_for_the_disk)
    database = Database(sqlite_url(tmp_path / "a.sqlite3"))
    with database.read() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    database.close()


def test_a_database_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is no database, it is a text that somebody put here" * 50)
    with pytest.raises(DatabaseBroken, match="phục hồi"):
        Database(sqlite_url(broken))


def test_a_full_database_disk_is_named(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "a.sqlite3"))
    with database.write() as connection:
        add_book(connection, _book())
    with pytest.raises(DiskFull, match="đầy"), database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(2000):
            put_setting(connection, f"filler.{number}", "x" * 2000)
    with database.read() as connection:
        assert len(list_books(connection)) == 1 and get_settings(connection, "filler.") == {}
    database.close()


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kept" / "a.bin"
    write_atomically(target, b"first")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        write_atomically(target, b"second")
    assert target.read_bytes() == b"first"
    assert [p.name for p in target.parent.iterdir()] == ["a.bin"]


def test_scan_files_are_kept_by_digest(tmp_path: Path) -> None:
    files = ScanFiles(tmp_path / "scans")
    source = tmp_path / "Trang 1.JPG"
    source.write_bytes(b"picture")
    first = files.keep(source)
    assert (first.file_name, first.bytes, first.suffix) == ("Trang 1.JPG", 7, ".jpg")
    assert files.path(first).read_bytes() == b"picture" and files.is_intact(first)
    files.path(first).write_bytes(b"damaged")
    assert not files.is_intact(first)
    assert files.keep(source) == first and files.is_intact(first)  # the same scan again puts it right
