"""One door to the database: connections, transactions, and the rules that keep confirmed work safe.

SQLite (default): WAL so that readers never wait, `BEGIN IMMEDIATE` for writers (a deferred BEGIN that selects first and
updates later fails with "database is locked" under load), synchronous=FULL so that an acknowledged save outlives a
power cut, foreign keys on. PostgreSQL: the same promise of one writer at a time, by an advisory lock taken when the
transaction begins; writers hold it for milliseconds, and the audit chain needs that order anyway.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from storage.errors import DatabaseBroken, translate_errors
from storage.opening.migrate import current_revision, head_revision, refuse_newer, revision_of, upgrade_on
from storage.separation import Scope, everything, install, narrow
from storage.trail.head_file import Head
from storage.trail.trail import Trail

__all__ = ["Connection", "Database", "sqlite_url"]

BUSY_TIMEOUT_MS = 30_000
"""How long a statement waits for another process's transaction before it says that the database is busy."""
_WRITER_LOCK_KEY = 7_283_001
"""Any constant: names our advisory lock on PostgreSQL."""


def sqlite_url(path: Path) -> str:
    """Database URL of an SQLite file."""
    return f"sqlite:///{path.resolve().as_posix()}"


class _Turns:
    """A lock given in the order it was asked for: a plain one lets some of twenty clerks wait for seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Database:
    """An opened database; safe to share between threads, to be opened anew in each process."""

    def __init__(self, url: str, *, trail: Path | None = None, migrate: bool = True) -> None:
        """Open, and bring the schema to today's revision unless told not to.

        Args:
            url: where the database is.
            trail: folder of the trail's key and head file; None: beside an SQLite file, and none for PostgreSQL.
            migrate: whether the schema may be changed; without, the database is only for reading.
        """
        self.url = url
        self._writer = _Turns()
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.path = Path(parsed.database) if self.is_sqlite and parsed.database else None
        if self.path is not None:
            self._make_folder(self.path.parent)
        self.engine = _engine(url, is_sqlite=self.is_sqlite)
        install(self.engine)
        folder = trail or (self.path.parent / "trail" if self.path is not None else None)
        self.trail = Trail(folder) if folder is not None else None
        if migrate:
            with translate_errors():
                self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        head = None
        if current_revision(self.url) != head_revision():
            head = self._upgrade()
        elif self.trail is not None:
            with self._transaction() as connection:
                head = self.trail.set_up(connection, upgraded_from=None, faults=None)
        if self.trail is not None and head is not None:
            self.trail.committed(head)

    def _upgrade(self) -> Head | None:
        """Look at the seals, change the schema, seal anew, in one transaction: stopped anywhere, all stands as before.

        Between two of them rows without guards would stand under seals of their older shape, and nobody could tell
        later what was bent and what was only half done.
        """
        engine = _engine(self.url, is_sqlite=self.is_sqlite, foreign_keys=False)
        try:
            with self._transaction(engine) as connection:
                before, faults = revision_of(connection), None
                refuse_newer(before)
                if before == head_revision():  # another process was first
                    before = None
                elif self.trail is not None and before is not None:
                    faults = self.trail.before_upgrade(connection)
                upgrade_on(connection)
                if self.trail is None:
                    return None
                return self.trail.set_up(connection, upgraded_from=before, faults=faults)
        finally:
            engine.dispose()

    @staticmethod
    def _make_folder(folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseBroken(str(error)) from error

    @contextmanager
    def read(self, scope: Scope | None = None) -> Iterator[Connection]:
        """A connection for reading: one consistent view, never waits for writers.

        Args:
            scope: the office whose records it sees; None: all.
        """
        with translate_errors(), self.engine.connect() as connection, connection.begin():
            narrow(connection, scope)
            yield connection

    @contextmanager
    def write(self, scope: Scope | None = None) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing.

        Args:
            scope: the office whose records it sees and changes; None: all.

        Threads of this process queue on a lock first: SQLite's own waiting is a sleep that grows and is not fair,
        which costs seconds when twenty clerks save at once.
        """
        with self._writer, translate_errors():
            head = None
            with self._transaction() as writer:
                if self.trail is not None:
                    self.trail.begin(writer)
                narrow(writer, scope)
                yield writer
                if self.trail is not None:
                    with everything(writer):
                        head = self.trail.end(writer)
            if self.trail is not None and head is not None:
                self.trail.committed(head)

    @contextmanager
    def _transaction(self, engine: Engine | None = None) -> Iterator[Connection]:
        """A writing transaction without the trail, on another engine than the usual one if so asked."""
        with (engine or self.engine).connect() as connection:
            writer = connection.execution_options(workbench_writer=True)
            with writer.begin():
                if not self.is_sqlite:
                    writer.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK_KEY})
                yield writer

    def seal_anew(self, *, actor: str, reason: str) -> None:
        """Seal everything as it stands, on an administrator's word; nothing to do where no trail is kept."""
        if self.trail is None:
            return
        with self._writer, translate_errors():
            with self._transaction() as connection:
                head = self.trail.seal_anew(connection, actor=actor, reason=reason)
            self.trail.committed(head)

    def secret(self, purpose: str) -> bytes:
        """A key for one purpose, from outside the database; nothing secret where no trail is kept."""
        return self.trail.secret(purpose) if self.trail is not None else purpose.encode()

    def close(self) -> None:
        """Give all connections back to the system."""
        self.engine.dispose()


def _engine(url: str, *, is_sqlite: bool, foreign_keys: bool = True) -> Engine:
    if not is_sqlite:
        return create_engine(url, pool_size=10, max_overflow=70, pool_pre_ping=True)
    engine = create_engine(url, pool_size=10, max_overflow=70, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    if not foreign_keys:
        event.listen(engine, "connect", _without_foreign_keys)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: ours decide between BEGIN and BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -16000")
    cursor.close()


def _without_foreign_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get("workbench_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
