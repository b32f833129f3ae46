"""What strangers hang on the tables that acts by itself, and an upgrade asked for to cover something up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from corrections.entries import Role
from layouts.columns import FieldKind
from storage import exports_log
from storage.accounts import Account, add_account
from storage.audit_log import stream_events
from storage.memory import learn_correction, remember_values
from storage.opening import migrate
from storage.opening.copies import copy_sqlite
from storage.opening.database import Database
from storage.schema import metadata
from storage.trail.seals import stored_totals
from storage.trail.tables import SEALED
from storage.trail.triggers import drop_triggers, install_triggers
from storage.trail.verify import trail_faults
from tests.storage.tampering_ways import behind
from tests.storage.test_check_constraints import add_row
from workbench.config import Settings
from workbench.services import audit
from workbench.services.context import Context

BOSS = Account(id=0, name="system", role=Role.ADMINISTRATOR)


@pytest.fixture
def sealed(database: Database) -> Iterator[Database]:
    """A database with a row in every table, made by the program."""
    with database.write() as connection:
        for table in metadata.sorted_tables:
            if table.name in SEALED:
                add_row(connection, table)
    yield database


def _problems(database: Database) -> set[tuple[str, str]]:
    assert database.trail is not None
    with database.read() as connection:
        return {(fault.problem, fault.where) for fault in trail_faults(connection, database.trail.heads)}


def _told(database: Database, folder: Path) -> str:
    context = Context(database=database, settings=Settings(data_dir=folder), account=BOSS)
    return "\n".join(audit.verify(context).problems)


def _evil(database: Database) -> tuple[str, ...]:
    """A trigger that makes every new account an administrator, inside the program's own transaction."""
    if database.is_sqlite:
        return (
            "CREATE TRIGGER giup AFTER INSERT ON accounts BEGIN "
            "UPDATE accounts SET role = 'administrator' WHERE id = NEW.id; END",
        )
    return (
        "CREATE FUNCTION giup() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.role := 'administrator'; RETURN NEW; END $$",
        "CREATE TRIGGER giup BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION giup()",
    )


@pytest.mark.slow
def test_a_strangers_trigger_is_told_and_never_sees_what_the_program_writes(sealed: Database, tmp_path: Path) -> None:
    behind(sealed, *_evil(sealed))
    assert ("foreign", "giup (accounts)") in _problems(sealed)
    with sealed.write() as connection:
        key = add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")
    with sealed.read() as connection:
        role = connection.execute(text("SELECT role FROM accounts WHERE id = :key"), {"key": key}).scalar_one()
    assert role == "clerk"
    assert _problems(sealed) == set()
    assert "bộ phận lạ giup gắn vào bảng accounts" in _told(sealed, tmp_path)


@pytest.mark.slow
def test_a_trigger_of_ours_that_was_bent_is_made_again(sealed: Database, tmp_path: Path) -> None:
    if sealed.is_sqlite:
        behind(
            sealed,
            "DROP TRIGGER trail_accounts_update",
            "CREATE TRIGGER trail_accounts_update AFTER UPDATE ON accounts BEGIN SELECT 1; END",
        )
    else:
        behind(
            sealed,
            "CREATE OR REPLACE FUNCTION trail_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        )
    assert "triggers" in {problem for problem, _ in _problems(sealed)}
    with sealed.write() as connection:
        connection.execute(text("UPDATE accounts SET team = 'tổ 2'"))
    assert _problems(sealed) == set()
    assert "bộ ghi nhận thay đổi bị gỡ hoặc sửa" in _told(sealed, tmp_path)


@pytest.mark.slow
def test_a_view_in_the_place_of_a_table_is_told(sealed: Database) -> None:
    """It could show the audit what was sealed, and everybody else something different."""
    behind(
        sealed,
        *(["PRAGMA legacy_alter_table = ON"] if sealed.is_sqlite else []),
        "ALTER TABLE typing_tasks RENAME TO that",
        "CREATE VIEW typing_tasks AS SELECT * FROM that",
    )
    problems = _problems(sealed)
    assert ("foreign", "typing_tasks (typing_tasks)") in problems


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has neither
def test_rules_and_row_security_are_told(sealed: Database) -> None:
    behind(
        sealed,
        "CREATE RULE giu AS ON DELETE TO exports DO INSTEAD NOTHING",
        "ALTER TABLE handovers ENABLE ROW LEVEL SECURITY",
        "CREATE FUNCTION hoi() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
        "ALTER TABLE packages ALTER COLUMN file_name SET DEFAULT hoi()",
    )
    places = {where for problem, where in _problems(sealed) if problem == "foreign"}
    assert places == {"giu (exports)", "handovers (handovers)", "hoi (packages)"}


@pytest.mark.slow
def test_every_column_of_every_sealed_table_is_under_the_seal(sealed: Database) -> None:
    """Each row once changed in one column, removed, and added to, quietly: each table is told each time."""
    longest = max(len(table.columns) for table in SEALED.values())
    for place in range(longest):
        bent = {name: table.columns[place] for name, table in SEALED.items() if place < len(table.columns)}
        bent = {name: column for name, column in bent.items() if column not in SEALED[name].keys}
        with sealed.engine.connect() as connection:
            _unguarded(connection, sealed)
            for name, column in bent.items():
                connection.exec_driver_sql(
                    f"UPDATE {name} SET {column} = {_other(name, column, sqlite=sealed.is_sqlite)}"
                )
            assert sealed.trail is not None
            told = {f.where.split()[0] for f in trail_faults(connection, sealed.trail.heads) if f.problem == "row"}
            connection.rollback()
        assert told == set(bent), place


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL keeps the kinds of its columns
@pytest.mark.parametrize("value", ["'z'", "x'ff00'", "'['||'[1'", "-1e999", "NULL"])
def test_whatever_stands_in_a_column_the_check_tells_it_and_goes_on(
    sealed: Database, tmp_path: Path, value: str
) -> None:
    """Rubbish in any column of any sealed table once stopped the check itself."""
    assert sealed.path is not None and sealed.trail is not None
    file, columns = tmp_path / "bent.sqlite3", max(len(table.columns) for table in SEALED.values())
    for place in range(columns):
        copy_sqlite(sealed.path, file)
        copy = Database(f"sqlite:///{file}", trail=sealed.trail.heads.folder, migrate=False)
        with copy.engine.connect() as connection:
            _unguarded(connection, copy)
            drop_triggers(connection)
            for name, table in SEALED.items():
                with suppress(IntegrityError):
                    connection.exec_driver_sql(
                        f"UPDATE {name} SET {table.columns[place % len(table.columns)]} = {value}"
                    )
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = OFF")
            install_triggers(connection)
            connection.commit()
        assert "niêm phong" in _told(copy, tmp_path) or "ngoài phần mềm" in _told(copy, tmp_path)
        copy.close()
        file.unlink()


def _unguarded(connection: Connection, database: Database) -> None:
    """Nothing notes, nothing refuses; all of it is rolled back."""
    if database.is_sqlite:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.exec_driver_sql("DROP TRIGGER readings_immutable")
        return
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for table in SEALED:
        for (name,) in connection.exec_driver_sql(
            f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c'"
        ).all():
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def _other(table: str, column: str, *, sqlite: bool) -> str:
    """An expression for a value that does not stand there."""
    kind = metadata.tables[table].c[column].type.python_type
    if kind is bytes:
        return "x'7a'" if sqlite else "'z'::bytea"
    return f"coalesce({column}, 0) + 1" if kind in (int, float) else "'z'"


@pytest.mark.slow
def test_an_upgrade_asked_for_does_not_cover_up_what_was_removed(sealed: Database, tmp_path: Path) -> None:
    """Row, seal and sum taken away together leave rows that all fit: only the head outside tells."""
    with sealed.write() as connection:
        digests = {"workbook_sha256": "a", "zip_sha256": "b", "manifest": "{}"}
        exports_log.add_export(connection, book_id=1, account_id=1, folder="ra", entries=1, **digests)
    _remove_with_seal(sealed, "exports", 2)
    assert {problem for problem, _ in _problems(sealed)} == {"head_state"}
    folder = sealed.trail.heads.folder if sealed.trail is not None else None
    before_head = migrate.head_revision()
    sealed.close()
    migrate.downgrade(sealed.url, "-1")
    again = Database(sealed.url, trail=folder)
    assert migrate.current_revision(again.url) == before_head
    assert "trước khi nâng cấp" in _told(again, tmp_path)
    again.close()


def _remove_with_seal(database: Database, table: str, key: int) -> None:
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE id = {key}")
        found = {"t": table, "k": f"[{key}]"}
        seal = text("SELECT seal FROM trail_seals WHERE table_name = :t AND row_key = :k")
        total = stored_totals(connection)[table].moved(connection.execute(seal, found).scalar_one(), None)
        connection.execute(text("DELETE FROM trail_seals WHERE table_name = :t AND row_key = :k"), found)
        connection.execute(
            text("UPDATE trail_totals SET sealed_rows = :n, seal_sum = :s WHERE table_name = :t"),
            {"n": total.rows, "s": f"{total.sum:064x}", "t": table},
        )
        connection.execute(text("DELETE FROM trail_changes"))
    engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite compares the whole statement
@pytest.mark.parametrize(
    "bent",
    [
        "AFTER INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION trail_note('id', 'role,active')",
        "AFTER INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW WHEN (false) EXECUTE FUNCTION trail_note('id', '')",
        "AFTER INSERT OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION trail_note('id', '')",
        "AFTER INSERT OR UPDATE OF team OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION trail_note('id', '')",
        "BEFORE INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION trail_note('id', '')",
    ],
)
def test_a_trigger_of_our_name_that_sees_less_is_told_and_made_again(sealed: Database, bent: str) -> None:
    """Name, table and function are ours: what it looks at is not."""
    behind(sealed, "DROP TRIGGER trail_accounts ON accounts", f"CREATE TRIGGER trail_accounts {bent}")
    assert ("triggers", "trail_accounts") in _problems(sealed)
    with sealed.write() as connection:
        connection.execute(text("UPDATE accounts SET role = 'clerk'"))
    assert _problems(sealed) == set()


def test_a_key_of_any_length_is_sealed(database: Database) -> None:
    """On PostgreSQL a seal's row has room for 500 letters of a key, and a value may have 400, each a mark to escape."""
    with database.write() as connection:
        learn_correction(connection, kind=FieldKind.TEXT, misreading='"' * 300, correction="x")
        remember_values(connection, 1, [("nksHoTen", '"' * 400)], office=False)
    assert _problems(database) == set()
    behind(database, "UPDATE learned_corrections SET count = 7")
    with database.write() as connection:
        connection.execute(text("DELETE FROM value_memory"))
    told = {(problem, where.split()[0]) for problem, where in _problems(database) if where}
    assert told == {("row", "learned_corrections"), ("sums", "learned_corrections")}
    with database.read() as connection:
        assert [e.column for e in stream_events(connection) if e.action == "tampered"] == ["learned_corrections"]
