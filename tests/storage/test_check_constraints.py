"""The database holds every rule on single values that the schema promises, also an old one that was filled before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Float,
    Inspector,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    inspect,
    text,
)

from storage.errors import DuplicateRecord, UnfitRows
from storage.opening import migrate
from storage.opening.database import Database
from storage.schema import metadata

_BEFORE = "0014"
"""The last schema without these rules."""
_WANTED = "wanted"


@contextmanager
def _fresh(engine: Engine) -> Iterator[tuple[Connection, str | None]]:
    """What the schema makes on the same kind of database: both then word their rules alike."""
    if engine.dialect.name == "sqlite":
        with create_engine("sqlite://").connect() as connection:
            metadata.create_all(connection)
            yield connection, None
        return
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {_WANTED}"))
        metadata.create_all(connection.execution_options(schema_translate_map={None: _WANTED}))
        yield connection, _WANTED
        connection.rollback()


def _rules(inspector: Inspector, schema: str | None) -> dict[str, dict[str, str]]:
    return {
        table.name: {
            str(rule["name"]): " ".join(rule["sqltext"].split())
            for rule in inspector.get_check_constraints(table.name, schema=schema)
        }
        for table in metadata.sorted_tables
    }


def _compare(engine: Engine) -> None:
    there = _rules(inspect(engine), None)
    with _fresh(engine) as (connection, schema):
        wanted = _rules(inspect(connection), schema)
    assert there == wanted
    named = {str(rule.name) for table in metadata.sorted_tables for rule in _promised(table)}
    assert {name for rules in there.values() for name in rules} == named


def _promised(table: Table) -> list[CheckConstraint]:
    """Rules stand on the table or on one of its columns."""
    places = [table.constraints, *(column.constraints for column in table.columns)]
    return [rule for place in places for rule in place if isinstance(rule, CheckConstraint)]


def test_the_database_holds_every_rule_of_the_schema(database: Database) -> None:
    _compare(database.engine)


def test_a_value_outside_its_list_is_refused(database: Database) -> None:
    with pytest.raises(DuplicateRecord, match="ck_books_state"), database.write() as connection:
        add_row(connection, metadata.tables["books"], state="lost")
    with pytest.raises(DuplicateRecord, match="ck_scans_bytes"), database.write() as connection:
        add_row(connection, metadata.tables["scans"], bytes=0)


@pytest.mark.slow
def test_an_old_filled_database_arrives_with_all_its_rows(database_url: str) -> None:
    migrate.downgrade(database_url, _BEFORE)
    engine = create_engine(database_url)
    tables = _fill(engine)
    rows, around = _rows(engine, tables), _around(engine, tables)
    assert all(len(found) == 1 for found in rows.values())
    migrate.upgrade(database_url, "0015")
    assert _rows(engine, tables) == rows and _around(engine, tables) == around
    migrate.upgrade(database_url)
    _compare(engine)
    assert _rows(engine, tables) == rows
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE readings SET outcome = 'failed'"))
    migrate.downgrade(database_url, _BEFORE)
    assert _rows(engine, tables) == rows and _around(engine, tables) == around
    engine.dispose()


@pytest.mark.slow
def test_what_breaks_a_rule_is_told_and_stays(database_url: str) -> None:
    migrate.downgrade(database_url, _BEFORE)
    engine = create_engine(database_url)
    tables = _fill(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE books SET state = 'lost'"))
        connection.execute(text("UPDATE entries SET revision = -1, touched = 7"))
    rows = _rows(engine, tables)
    with pytest.raises(UnfitRows) as refused:
        migrate.upgrade(database_url)
    told = str(refused.value)
    assert (
        "bảng books, cột state, 1 dòng (1: «lost»)" in told and "bảng entries, cột revision, 1 dòng (1: «-1»)" in told
    )
    assert migrate.current_revision(database_url) == _BEFORE and _rows(engine, tables) == rows
    with engine.begin() as connection:
        connection.execute(text("UPDATE books SET state = 'read'"))
        connection.execute(text("UPDATE entries SET revision = 0"))
    migrate.upgrade(database_url)
    with engine.connect() as connection:
        # every number but 0 was taken for yes, and goes on meaning it
        assert connection.execute(text("SELECT touched FROM entries")).scalar_one() == 1
    engine.dispose()


def _fill(engine: Engine) -> list[Table]:
    """A row in each table as the database has it now."""
    found = MetaData()
    found.reflect(engine)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    with engine.begin() as connection:
        for table in tables:
            add_row(connection, table)
    return tables


def add_row(connection: Connection, table: Table, **given: object) -> None:
    # the database counts ids itself, or what comes later would meet the same one
    given_ids = table.name == "audit_events"
    values = {column.name: _value(column) for column in table.columns if given_ids or column.name != "id"}
    connection.execute(table.insert().values(values | given))


def _value(column: Column[object]) -> object:
    """What every rule of the schema allows in this column."""
    table = metadata.tables[column.table.name]
    rules = [str(rule.sqltext) for rule in _promised(table)]
    lists = [match for rule in rules if (match := re.match(rf"{column.name} IN \('?([\w-]+)", rule))]
    if lists:
        return int(lists[0][1]) if isinstance(column.type, Integer) else lists[0][1]
    if column.name.endswith("sha256"):
        return "0" * 64
    if column.name in ("parent_id", "successor_id"):
        return None
    kinds: tuple[tuple[type, object], ...] = ((Integer, 1), (Float, 0.25), (LargeBinary, b"\x00\xff"))
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "ô")


def _rows(engine: Engine, tables: list[Table]) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {table.name: [tuple(row) for row in connection.execute(table.select())] for table in tables}


def _around(engine: Engine, tables: list[Table]) -> dict[str, object]:
    """Indexes, unique rules, keys and triggers."""
    inspector = inspect(engine)
    found: dict[str, object] = {}
    for table in tables:
        indexes = sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(table.name))
        unique = sorted((str(u["name"]), u["column_names"]) for u in inspector.get_unique_constraints(table.name))
        keys = sorted(
            (k["constrained_columns"], k["referred_table"], str(k["options"]))
            for k in inspector.get_foreign_keys(table.name)
        )
        defaults = [(c["name"], c["nullable"], str(c["default"])) for c in inspector.get_columns(table.name)]
        found[table.name] = (indexes, unique, keys, inspector.get_pk_constraint(table.name), defaults)
    with engine.connect() as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        if engine.dialect.name != "sqlite":
            query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
        found["triggers"] = [tuple(row) for row in connection.execute(text(query))]
    return found
