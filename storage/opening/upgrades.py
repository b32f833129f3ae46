"""A copy of the database before its schema is changed; `update --back` (scripts/update.py) goes back to it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.errors import DatabaseDamaged, DiskFull, translate_errors
from storage.opening.copies import copy_sqlite, is_sound_sqlite
from storage.opening.migrate import current_revision, head_revision, refuse_newer
from storage.unfinished import settle, unfinished_folder

__all__ = ["copies_before_upgrades", "copy_before_upgrade", "set_aside"]

_PREFIX = "truoc-nang-cap-"
_UNFINISHED = "dang-chep"
_KEPT = 5
"""Newest copies kept, besides the newest of each older schema."""
_CHECKED_AT_START = 128 * 1024 * 1024
"""Bytes; SQLite looks through as much in about a third of a second."""
_PARTS = ("", "-wal", "-shm", "-journal")
"""Endings of the files that belong to one SQLite database."""


def copy_before_upgrade(url: str, folder: Path, trail: Path | None = None) -> Path | None:
    """Copy an SQLite database of an older schema; None when there is nothing to copy or to change.

    A database that is not large is looked through each time it is opened; larger ones before an upgrade, by `doctor`
    and before each backup. `trail` is the folder of the audit log's head and key, which goes along. Scans are never
    changed by an upgrade, so the database alone is enough to go back.

    Raises:
        DatabaseDamaged: the database does not pass SQLite's check; it is not touched.
        DiskFull: no room for the copy; the database is not touched.
        SchemaTooNew: a newer program has written it; nothing is copied, and no copy is given up for it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or not Path(parsed.database).exists():
        return None
    source = Path(parsed.database)
    if source.stat().st_size <= _CHECKED_AT_START and not is_sound_sqlite(source):
        raise DatabaseDamaged(str(source))
    with translate_errors():
        revision = current_revision(url)
    if revision in (None, head_revision()):
        return None
    refuse_newer(revision)
    if not is_sound_sqlite(source):
        raise DatabaseDamaged(str(source))
    target = folder / f"{_PREFIX}{revision}-{datetime.now().astimezone():%Y%m%d-%H%M%S}.sqlite3"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished_folder(folder, _UNFINISHED) as unfinished:
            part = unfinished / target.name
            copy_sqlite(source, part)
            if not is_sound_sqlite(part):
                raise DatabaseDamaged(str(source))
            settle(part)
            if trail is not None and trail.is_dir():
                shutil.copytree(trail, target.with_suffix(".trail"), dirs_exist_ok=True)
            part.replace(target)
        settle(folder)
    except (OSError, DiskFull) as error:
        raise DiskFull(str(folder)) from error
    for old in _superfluous(copies_before_upgrades(folder)):
        old.unlink(missing_ok=True)
        shutil.rmtree(old.with_suffix(".trail"), ignore_errors=True)
    return target


def _superfluous(copies: list[Path]) -> list[Path]:
    """Copies to give up, of those there are, newest first: never the newest of a schema.

    An upgrade that is tried again and again makes a copy each time, which must not drive out those of other schemas.
    """
    newest = {_schema_of(copy): copy for copy in reversed(copies)}
    return [copy for copy in copies[_KEPT:] if newest[_schema_of(copy)] != copy]


def _schema_of(copy: Path) -> str:
    return copy.name.removeprefix(_PREFIX).partition("-")[0]


def copies_before_upgrades(folder: Path) -> list[Path]:
    """The copies there are, newest first."""
    return sorted(folder.glob(f"{_PREFIX}*.sqlite3"), key=lambda path: path.stat().st_mtime, reverse=True)


def set_aside(database: Path) -> Path | None:
    """Rename a database with its journals: a journal left behind would be played into whatever comes in its place."""
    there = [path for part in _PARTS if (path := database.with_name(database.name + part)).exists()]
    if not there:
        return None
    name = f"{database.stem}-de-lai-{datetime.now().astimezone():%Y%m%d-%H%M%S}{database.suffix}"
    for path in there:
        path.replace(database.with_name(name + path.name.removeprefix(database.name)))
    return database.with_name(name)
