"""Runs schema revisions: inside the caller's transaction, or in one for each; a kill leaves no half revision."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, event

from storage.schema import metadata


def _begin(connection):  # type: ignore[no-untyped-def]
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _no_implicit_begin(connection, _record):  # type: ignore[no-untyped-def]
    connection.isolation_level = None


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        context.configure(connection=given, target_metadata=metadata, render_as_batch=True)
        context.run_migrations()
        return
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("no database is named; revisions are run by storage.opening.migrate")
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        # The driver would commit before DDL; our own BEGIN keeps a revision and its note together.
        event.listen(engine, "connect", _no_implicit_begin)
        event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
