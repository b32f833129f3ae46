"""Databases for tests: SQLite always; PostgreSQL when a server is named or its programs are on this machine."""

import getpass
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from storage.database import Database, sqlite_url
from storage.migrate import upgrade

_TEMPLATE = "workbench_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh database; everything that uses it runs on both."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        yield sqlite_url(tmp_path / "data" / "workbench.sqlite3")
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t_{uuid.uuid4().hex[:12]}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, migrated database."""
    opened = Database(database_url)
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
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL here: set WORKBENCH_TEST_POSTGRES_URL or install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        yield from _own_server(programs[-1].parent, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own_server(programs: Path, folder: Path) -> Iterator[str]:
    """A server of our own, reached by a socket in its folder; it refuses to run as root."""
    user = "postgres" if getpass.getuser() == "root" else getpass.getuser()
    prefix = ["runuser", "-u", user, "--"] if user == "postgres" else []
    if prefix:
        shutil.chown(folder, user)
    data = str(folder / "data")
    _run([*prefix, str(programs / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=120"
    log = str(folder / "log")
    _run([*prefix, str(programs / "pg_ctl"), "-D", data, "-l", log, "-w", "-o", options, "start"])
    url = f"postgresql+psycopg://{user}@/postgres?host={folder}"
    try:
        _make_template(url)
        yield url
    finally:
        _run([*prefix, str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        pytest.skip(f"PostgreSQL cannot be started: {done.stderr.strip()[-200:]}")


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
