"""Databases for tests: SQLite always; PostgreSQL when a server is named or its programs are on this machine."""

import getpass
import os
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from corrections.entries import Entry
from storage.entries import readable_entries
from storage.opening.database import Database, sqlite_url
from storage.opening.migrate import upgrade

_TEMPLATE = "workbench_template"
_MAKING = threading.Lock()


BOTH_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
"""Parameters of what runs on both; the server of the second takes seconds to start."""


def every_entry(connection: Connection) -> Iterator[Entry]:
    """Every entry of a database by id; all of them can be read."""
    for entry_id, entry in readable_entries(connection):
        assert entry is not None, entry_id
        yield entry


def migrated_once(folder: Path) -> Path:
    """An empty migrated database, made when it is first asked for in a folder, by whichever thread, and then copied."""
    template = folder / "migrated.sqlite3"
    with _MAKING:
        if not template.exists():
            part = folder / "migrating.sqlite3"
            upgrade(sqlite_url(part))
            part.rename(template)
    return template


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated database, to be copied."""
    return migrated_once(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def sealed_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of an empty database that was opened once: a copy of it has its guards, and opens in a third of the
    time."""
    folder = tmp_path_factory.mktemp("sealed") / "data"
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "workbench.sqlite3")
    Database(sqlite_url(folder / "workbench.sqlite3")).close()
    return folder


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty migrated database; everything that uses it runs on both."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        file = tmp_path / "data" / "workbench.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield sqlite_url(file)
        return
    with new_postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextmanager
def new_postgres_database(server: str) -> Iterator[str]:
    """URL of an empty migrated database of a server, which is gone afterwards."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An open, migrated database."""
    if database_url.startswith("sqlite"):
        shutil.copytree(request.getfixturevalue("sealed_template"), tmp_path / "data", dirs_exist_ok=True)
    opened = Database(database_url, trail=tmp_path / "data" / "trail")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a server's maintenance database, with an empty migrated template beside it."""
    named = os.environ.get("WORKBENCH_TEST_POSTGRES_URL")
    if named:
        _make_template(named)
        yield named
        return
    try:
        with own_postgres() as url:
            _make_template(url)
            yield url
    except PostgresMissing as error:
        pytest.skip(str(error))


class PostgresMissing(RuntimeError):
    """No PostgreSQL can be started here."""


@contextmanager
def own_postgres(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL server of our own, reached by a socket in its folder; gives the URL of its maintenance database.

    Args:
        durable: wait for the disk at each commit, as in earnest; tests need not.

    Raises:
        PostgresMissing: its programs are not here, or it does not start.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        raise PostgresMissing("no PostgreSQL here: set WORKBENCH_TEST_POSTGRES_URL or install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # It refuses to run as root.
    user = "postgres" if getpass.getuser() == "root" else getpass.getuser()
    prefix = ["runuser", "-u", user, "--"] if user == "postgres" else []
    if prefix:
        shutil.chown(folder, user)
    control = [*prefix, str(programs[-1].parent / "pg_ctl"), "-D", str(folder / "data")]
    options = f"-c listen_addresses='' -k {folder} -c fsync={'on' if durable else 'off'} -c max_connections=120"
    try:
        _run([*prefix, str(programs[-1]), "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        _run([*control, "-l", str(folder / "log"), "-w", "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://{user}@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise PostgresMissing(f"PostgreSQL cannot be started: {done.stderr.strip()[-200:]}")


def _make_template(server: str) -> None:
    _on_server(server, f"DROP DATABASE IF EXISTS {_TEMPLATE}")
    _on_server(server, f"CREATE DATABASE {_TEMPLATE}")
    upgrade(make_url(server).set(database=_TEMPLATE).render_as_string(hide_password=False))


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
