"""Ways to bend the plan, the teams' work and other systems' tokens with SQL: books, shifts, pay, answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from storage.opening.copies import copy_sqlite
from storage.opening.database import Database, sqlite_url
from storage.schema import metadata
from storage.trail.seals import Total
from storage.trail.triggers import drop_triggers, install_triggers
from storage.trail.verify import trail_faults
from tests.storage.tampering_ways import problems
from tests.storage.test_check_constraints import add_row

WAYS = {
    "a target is put off": "UPDATE plan_targets SET target_on = '2099-12-31' WHERE id = 1",
    "a target begins later": "UPDATE plan_targets SET starts_on = '2099-01-01' WHERE id = 1",
    "a target is smaller": "UPDATE plan_targets SET amount = 1 WHERE id = 2",
    "another set the target": "UPDATE plan_targets SET account_id = 2 WHERE id = 1",
    "a target goes to another unit": "UPDATE plan_targets SET office_id = NULL WHERE id = 2",
    "a target is removed": "DELETE FROM plan_targets WHERE id = 2",
    "a target is copied": (
        "INSERT INTO plan_targets (id, office_id, register_type, step, starts_on, target_on, amount, note, account_id,"
        " at) SELECT 9, office_id, register_type, step, starts_on, target_on, amount, note, account_id, at"
        " FROM plan_targets WHERE id = 1"
    ),
    "a member stands for another account": "UPDATE team_members SET account_id = 2 WHERE id = 1",
    "a member is removed": "DELETE FROM team_members WHERE id = 2",
    "a team changes its unit": "UPDATE teams SET office_id = NULL WHERE id = 1",
    "a shift was another's": "UPDATE roster SET member_id = 2 WHERE id = 1",
    "a shift was on another day": "UPDATE roster SET on_day = '2026-01-02' WHERE id = 1",
    "a shift is removed": "DELETE FROM roster WHERE id = 2",
    "a shift is added": (
        "INSERT INTO roster (id, team_id, member_id, on_day, shift)"
        " SELECT 9, team_id, member_id, '2026-02-03', shift FROM roster WHERE id = 1"
    ),
    "a book is given to another": "UPDATE book_assignments SET account_id = 2 WHERE id = 1",
    "a book was given by another": "UPDATE book_assignments SET by_account = 2 WHERE id = 1",
    "a book is taken from its clerk": "DELETE FROM book_assignments WHERE id = 2",
    "a stay is moved": "UPDATE plan_places SET ends_on = '2099-01-01' WHERE id = 1",
    "a token answers for the whole record": "UPDATE lookup_tokens SET office_id = NULL WHERE id = 1",
    "a token lasts for ever": "UPDATE lookup_tokens SET expires_at = '2999-01-01' WHERE id = 1",
    "a revoked token lives again": "UPDATE lookup_tokens SET revoked_at = '' WHERE id = 2",
    "a token has another secret": "UPDATE lookup_tokens SET token_hash = 'x' WHERE id = 1",
    "a token was made by another": "UPDATE lookup_tokens SET made_by = 'khac' WHERE id = 1",
    "a token is added": (
        "INSERT INTO lookup_tokens (id, name, office_id, token_hash, made_by, made_at, expires_at, revoked_at, used_at)"
        " SELECT 9, 'ma', office_id, 'y', made_by, made_at, expires_at, '', '' FROM lookup_tokens WHERE id = 1"
    ),
    "a token is removed": "DELETE FROM lookup_tokens WHERE id = 2",
    "a package says other figures": "UPDATE packages SET content = '{}' WHERE id = 1",
    "a verdict goes to another book": "UPDATE acceptance_books SET book_id = 2 WHERE acceptance_id = 1",
    "a return is removed": "DELETE FROM acceptance_returns WHERE acceptance_id = 1",
    "the plan is reckoned otherwise": "UPDATE settings SET value = '1' WHERE key = 'office.plan'",
}
TABLES = (
    *("offices", "accounts", "books", "pages", "scans", "entries", "teams", "team_members", "roster", "plan_targets"),
    *("book_assignments", "plan_places", "lookup_tokens", "packages", "handovers", "acceptances", "acceptance_books"),
    *("acceptance_returns", "exports"),
)
SECOND: dict[str, dict[str, object]] = {
    **{"accounts": {"name": "hai"}, "books": {"volume_number": "hai"}, "plan_targets": {"register_type": "hai"}},
    **{"team_members": {"name": "hai"}, "roster": {"on_day": "2026-05-06"}, "book_assignments": {"book_id": 2}},
    **{"lookup_tokens": {"name": "hai", "token_hash": "hai"}},
}
"""What tells a second row of a table from the first."""


@pytest.fixture(scope="module")
def planned(sealed_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder with two rows in each table of the plan, as the program leaves them."""
    folder = tmp_path_factory.mktemp("planned") / "data"
    shutil.copytree(sealed_template, folder)
    database = Database(sqlite_url(folder / "workbench.sqlite3"))
    with database.write() as connection:
        for table in (t for t in metadata.sorted_tables if t.name in TABLES):
            add_row(connection, table)
            if table.name in SECOND:
                add_row(connection, table, **SECOND[table.name])
        connection.exec_driver_sql("UPDATE plan_targets SET amount = 5")
        connection.exec_driver_sql("UPDATE lookup_tokens SET revoked_at = '2026-01-01'")
        connection.exec_driver_sql("INSERT INTO settings VALUES ('office.plan', '2', '')")
    database.close()
    return folder


@pytest.fixture
def copy(planned: Path, tmp_path: Path) -> Iterator[Database]:
    """The folder once more, to be bent."""
    shutil.copytree(planned / "trail", tmp_path / "data" / "trail")
    copy_sqlite(planned / "workbench.sqlite3", tmp_path / "data" / "workbench.sqlite3")
    database = Database(sqlite_url(tmp_path / "data" / "workbench.sqlite3"))
    yield database
    database.close()


def _bend(connection: Connection, statement: str, *, tidily: bool) -> None:
    """Without a note; tidily: seals of what is gone go, what is new gets one, and the sums are recounted."""
    drop_triggers(connection)
    assert connection.exec_driver_sql(statement).rowcount == 1
    if tidily:
        table = next(name for name in metadata.tables if name in statement.split()[1:3])
        key = "key" if table == "settings" else "id"
        there = f"SELECT json_array({key}) FROM {table}" + (" WHERE key <> 'audit_head'" if key == "key" else "")
        connection.exec_driver_sql(f"DELETE FROM trail_seals WHERE table_name = '{table}' AND row_key NOT IN ({there})")
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO trail_seals (table_name, row_key, seal) "
            f"SELECT '{table}', value, '{'ab' * 32}' FROM (SELECT json_array({key}) AS value FROM {table})"
        )
        seals = connection.execute(text("SELECT seal FROM trail_seals WHERE table_name = :t"), {"t": table}).scalars()
        total = Total(0, 0)
        for seal in seals:
            total = total.moved(None, seal)
        connection.execute(
            text("UPDATE trail_totals SET sealed_rows = :n, seal_sum = :s WHERE table_name = :t"),
            {"n": total.rows, "s": f"{total.sum:064x}", "t": table},
        )
    install_triggers(connection)


@pytest.mark.slow
@pytest.mark.parametrize("tidily", [False, True])
def test_the_check_finds_each(copy: Database, tidily: bool) -> None:
    assert problems(copy) == set() and copy.trail is not None
    with copy.engine.connect() as connection:
        for way, statement in WAYS.items():
            if tidily and "acceptance" in statement:  # their keys are two columns: as above without
                continue
            _bend(connection, statement, tidily=tidily)
            found = {fault.problem for fault in trail_faults(connection, copy.trail.heads)}
            connection.rollback()
            assert found - {"pending"}, way


@pytest.mark.parametrize(
    "way", [way for way, said in WAYS.items() if said[:6] != "UPDATE" and "acceptance" not in said]
)
def test_the_programs_next_work_does_not_cover_it_up(copy: Database, way: str) -> None:
    """Whose row, seal and part of the sum are gone was found until the next save counted on from the sums."""
    engine = create_engine(copy.url)
    with engine.begin() as connection:
        _bend(connection, WAYS[way], tidily=True)
    engine.dispose()
    with copy.write() as connection:
        connection.exec_driver_sql("UPDATE accounts SET team = 'mới' WHERE id = 1")
    with copy.read() as connection:
        actions = set(connection.execute(text("SELECT action FROM audit_events")).scalars())
    assert actions & {"tampered", "sums_bent"}
