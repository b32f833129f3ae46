"""Copies of an SQLite database that is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["copy_sqlite", "is_sound_sqlite"]

_PAGES_A_STEP = 4096
"""16 MiB between two looks of other writers at the database."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database with SQLite's online backup: one consistent state, writers wait only moments."""
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=_PAGES_A_STEP)


def is_sound_sqlite(path: Path) -> bool:
    """Whether a database file passes SQLite's own check."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
