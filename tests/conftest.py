"""What every test leaves as it found it, and what all of them share."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url

from ocr import tesseract
from storage.opening import database
from storage.opening.migrate import current_revision
from tests.databases import migrated_once
from tests.shared_answers import sharing

_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_YOUNG = 100_000
"""Objects made until the collector looks at the youngest: with all modules and tests loaded, each look at the old ones
takes a quarter of a second, and at the usual 700 they are many."""


def pytest_configure() -> None:
    gc.set_threshold(_YOUNG)


def pytest_collection_finish() -> None:
    """The collector leaves alone what was loaded by then: all of it stays until the end."""
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Modules marked as a whole with what is not asked for (`-m "not slow ..."`) are not even imported."""
    left_out = re.findall(r"\bnot (\w+)", config.option.markexpr)
    if not left_out or collection_path.suffix != ".py":
        return None
    whole = re.search(r"^pytestmark = pytest\.mark\.(\w+)$", collection_path.read_text(encoding="utf-8"), re.MULTILINE)
    return True if whole and whole.group(1) in left_out else None


@pytest.fixture(autouse=True)
def the_temporary_folder_stays() -> Iterator[None]:
    """Commands run inside a test put their temporary files into that test's data folder; the next test, and the browser
    it starts (whose sockets allow no long path), have the system's again."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    folder = tempfile.tempdir
    yield
    tempfile.tempdir = folder
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(autouse=True)
def the_main_module_stays() -> Iterator[None]:
    """A screen run in a test leaves its script as `__main__`, which every process started later would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def shared_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every call of Tesseract by this process goes through the shared answers."""
    cache = request.config.cache
    if cache is None or os.environ.get("WORKBENCH_TEST_FRESH"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tesseract, "_run", sharing(tesseract._run, cache.mkdir("tesseract")))
        yield


@pytest.fixture(scope="session", autouse=True)
def new_databases_are_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Opening a database that is not there yet copies one that was migrated once; an older one is migrated."""

    def ready(url: str) -> str | None:
        file = make_url(url).database
        if url.startswith("sqlite") and file and not (Path(file).exists() and Path(file).stat().st_size):
            shutil.copyfile(migrated_once(tmp_path_factory.getbasetemp()), file)
        return current_revision(url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "current_revision", ready)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_waits_for_the_disk() -> Iterator[Callable[[sqlite3.Connection, object], None]]:
    """Tests here do not wait for the disk at each commit: what they kill is a process, never the machine, and
    the system keeps what a killed process wrote. Servers and commands that tests start wait as in earnest. Gives what
    prepares a connection to do so."""
    prepare = database._prepare_sqlite

    def relaxed(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_prepare_sqlite", relaxed)
        patch.setattr(os, "fsync", lambda handle: None)
        yield prepare


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Databases of SQLite share their compiled statements, as the connections of a server do: else each test, with a
    database of its own, compiles them all anew. The key of a statement holds its dialect, so one is like another."""
    compiled: dict[Any, Any] = {}
    create = database.create_engine

    def sharing_engine(url: str, **options: Any) -> Engine:
        return create(url, execution_options={"compiled_cache": compiled}, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))
        patch.setattr(database, "create_engine", sharing_engine)
        yield
