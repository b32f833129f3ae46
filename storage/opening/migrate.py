"""Bring a database to a revision of the schema; the revisions travel inside the package, no `alembic.ini` is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine

from storage.errors import SchemaTooNew
from storage.trail.triggers import drop_triggers

__all__ = ["current_revision", "downgrade", "head_revision", "refuse_newer", "revision_of", "upgrade", "upgrade_on"]


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    # Alembic's configuration takes % for interpolation; passwords may hold one.
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def current_revision(database_url: str) -> str | None:
    """Revision a database stands at; None when it is empty."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """Revision the database of a connection stands at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head_revision() -> str:
    """Newest revision this program knows; asked for whenever a database is opened, so its files are read once."""
    head = ScriptDirectory.from_config(_config("sqlite://")).get_current_head()
    if head is None:
        raise RuntimeError("the package carries no schema revisions")
    return head


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the missing revisions; does nothing when the database stands there already.

    Raises:
        SchemaTooNew: a newer program has written this database.
    """
    if revision == "head" and current_revision(database_url) == head_revision():
        return
    try:
        command.upgrade(_config(database_url), revision)
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise SchemaTooNew from error
        raise


def upgrade_on(connection: Connection) -> None:
    """Run the missing revisions inside the transaction of a connection: all of them are kept, or none.

    On SQLite foreign keys must be off: a table that is built anew is dropped in between.

    Raises:
        SchemaTooNew: a newer program has written this database.
    """
    refuse_newer(revision_of(connection))
    config = _config(connection.engine.url.render_as_string(hide_password=False))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def refuse_newer(revision: str | None) -> None:
    """Leave a database alone that a newer program has written.

    Raises:
        SchemaTooNew: this program does not know its revision.
    """
    if revision is not None and revision not in _known_revisions():
        raise SchemaTooNew


@cache
def _known_revisions() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config("sqlite://"))
    return frozenset(script.revision for script in scripts.walk_revisions())


def downgrade(database_url: str, revision: str) -> None:
    """Run revisions backwards; `base` empties the database. Opening it makes the trail's triggers again."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        drop_triggers(connection)
    engine.dispose()
    command.downgrade(_config(database_url), revision)
