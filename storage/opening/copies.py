"""Copies of an SQLite database that is in use."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.errors import DatabaseBroken, DatabaseBusy, DiskFull, translate_sqlite
from storage.trail.seals import Total, state_digest

__all__ = ["copy_sqlite", "forget_sessions", "is_sound_sqlite", "scans_known_to"]

_PAGES_A_STEP = 4096
"""16 MiB between two looks of other writers at the database."""
_KIND = 0xFF
"""Bits of SQLite's error codes that tell the kind; those above tell the place."""
_WITHOUT_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_ROOM_TO_OPEN = 2**20
"""Bytes that must be free before an error while reading is held against the file: it needs an index of its journal."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database with SQLite's online backup: one consistent state, writers wait only moments.

    Raises:
        StorageError: no room where the copy goes, or the database cannot be read.
    """
    with (
        translate_sqlite(str(target.parent)),
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=_PAGES_A_STEP)


def forget_sessions(path: Path) -> tuple[int, str]:
    """Take every sign-in out of a copy, so that bringing it back lets nobody in.

    Returns:
        Where the copy stands: the last line of its audit log, and the digest of its sums of seals.

    Raises:
        StorageError: as copying.
    """
    with translate_sqlite(str(path.parent)), closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM sessions")
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM audit_events").fetchone()
        rows = connection.execute("SELECT table_name, sealed_rows, seal_sum FROM trail_totals").fetchall()
    return int(last), state_digest({name: Total(count, int(seals, 16)) for name, count, seals in rows})


def is_sound_sqlite(path: Path) -> bool:
    """Whether a database file passes SQLite's own check.

    Raises:
        DiskFull: not even room to open it; that says nothing about the file.
        DatabaseBusy, DatabaseBroken: nor does that somebody holds it, or that it may not be opened.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        kind = error.sqlite_errorcode & _KIND
        if kind in _WITHOUT_ROOM and shutil.disk_usage(path.parent).free < _ROOM_TO_OPEN:
            raise DiskFull(str(path.parent)) from error
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DatabaseBusy from error
        if kind in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
            raise DatabaseBroken(str(error)) from error
        return False


def scans_known_to(path: Path) -> list[tuple[str, str]]:
    """Digest and suffix of every scan a database file knows; none when it is no database of ours."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'scans'").fetchone():
            return []
        return [(str(digest), str(suffix)) for digest, suffix in connection.execute("SELECT sha256, suffix FROM scans")]
