"""What somebody with the database does while a transaction of the program is under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from corrections.entries import Role
from storage.accounts import Account, add_account
from storage.errors import SchemaBent
from storage.opening.database import Database
from storage.schema import metadata
from tests.storage.tampering_ways import behind, problems
from tests.storage.test_check_constraints import add_row

pytestmark = pytest.mark.slow

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time."""

TRIGGER = (
    "CREATE FUNCTION giup() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN NEW.role := 'administrator'; RETURN NEW; END $$",
    "CREATE TRIGGER giup BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION giup()",
)


@pytest.fixture
def sealed(database: Database) -> Iterator[Database]:
    """A database with a person, a unit and a team."""
    with database.write() as connection:
        for name in ("offices", "accounts", "teams"):
            add_row(connection, metadata.tables[name])
    yield database


def _actions(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT action FROM audit_events ORDER BY id")).scalars())


@on_postgresql
def test_a_row_changed_meanwhile_is_not_sealed_as_the_programs_own(sealed: Database) -> None:
    """The change waits until the program has ended, and is then told as somebody else's."""
    done = threading.Event()

    def bend() -> None:
        behind(sealed, "UPDATE teams SET name = 'khac'")
        done.set()

    with sealed.write() as connection:
        thread = threading.Thread(target=bend)
        thread.start()
        add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")
        assert not done.wait(1)
    thread.join(30)
    assert done.is_set()
    assert {"row", "pending"} <= problems(sealed)
    with sealed.write() as connection:
        add_account(connection, Account(id=0, name="nua", role=Role.CLERK), "-")
    assert "tampered" in _actions(sealed) and "row" in problems(sealed)


@on_postgresql
def test_a_row_changed_meanwhile_without_its_trigger_is_told_by_its_seal(sealed: Database) -> None:
    with sealed.write() as connection:
        add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")
        behind(sealed, "SET session_replication_role = replica", "UPDATE teams SET name = 'khac'")
    assert "row" in problems(sealed)


@on_postgresql
def test_a_trigger_hung_on_meanwhile_undoes_the_save_and_is_gone_at_the_next(sealed: Database) -> None:
    def add() -> None:
        with sealed.write() as connection:
            if not planted:
                planted.append(True)
                behind(sealed, *TRIGGER)
            add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")

    planted: list[bool] = []
    with pytest.raises(SchemaBent, match="Hãy lưu lại"):
        add()
    with sealed.read() as connection:
        assert not connection.execute(text("SELECT count(*) FROM accounts WHERE name = 'moi'")).scalar_one()
    add()  # as the form does by itself
    with sealed.read() as connection:
        assert connection.execute(text("SELECT role FROM accounts WHERE name = 'moi'")).scalar_one() == "clerk"
    assert "foreign_object" in _actions(sealed) and problems(sealed) == set()


@on_postgresql
def test_what_was_written_nobody_can_hang_on_to_before_the_end(sealed: Database) -> None:
    with sealed.write() as connection:
        add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")
        with pytest.raises(DBAPIError, match="lock timeout"):
            behind(sealed, "SET lock_timeout = 300", *TRIGGER)
    assert problems(sealed) == set()


@on_postgresql
@pytest.mark.parametrize("way", ["DISABLE TRIGGER trail_teams", "ENABLE REPLICA TRIGGER trail_teams"])
def test_our_triggers_switched_off_are_seen_before_anything_is_written(sealed: Database, way: str) -> None:
    behind(sealed, f"ALTER TABLE teams {way}")
    assert "triggers" in problems(sealed)
    with sealed.write() as connection:
        connection.execute(text("UPDATE teams SET note = 'mới'"))
    assert "triggers_lost" in _actions(sealed) and problems(sealed) == set()


@on_postgresql
def test_sums_recounted_meanwhile_are_not_counted_on_from(sealed: Database) -> None:
    """A row goes with its seal and the sums are made to fit, before the program's transaction ends."""
    with sealed.write() as connection:
        add_account(connection, Account(id=0, name="moi", role=Role.CLERK), "-")
        with pytest.raises(DBAPIError, match="lock timeout"):
            behind(
                sealed,
                "SET session_replication_role = replica",
                "SET lock_timeout = 300",
                "DELETE FROM teams",
                "DELETE FROM trail_seals WHERE table_name = 'teams'",
                f"UPDATE trail_totals SET sealed_rows = 0, seal_sum = '{'0' * 64}' WHERE table_name = 'teams'",
            )
    assert problems(sealed) == set()
