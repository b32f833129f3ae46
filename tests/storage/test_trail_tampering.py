"""Ways to bend the record with SQL: each is found, also by somebody who takes the triggers away and tidies up after.

Every way is tried on SQLite and PostgreSQL, plainly and quietly (triggers gone meanwhile, noted changes wiped); those
that change rows once more with the seals and sums of the changed table removed or recounted as far as that goes
without the key.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from corrections.entries import DecisionKind, Role
from storage import evidence, exports_log, reading_queue, samples, templates
from storage.accounts import Account, add_account
from storage.opening.database import Database, sqlite_url
from storage.trail.triggers import drop_triggers, install_triggers
from tests.databases import postgres_server
from tests.storage.tampering_ways import ROW_WAYS
from tests.workbench.services.conftest import Office
from workbench.config import Settings
from workbench.services import audit, review, settings
from workbench.services.context import Context
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.slow

__all__ = ["postgres_server"]

SEALED_FREE = {"an entry is approved", "an export is removed", "an account is added", "an earlier version is changed"}
"""Ways tried once more by somebody who removes seals and sums."""


@dataclass(frozen=True)
class Copy:
    """A database of its own, filled, with its trail."""

    url: str
    trail: Path

    def verified(self) -> audit.Verification:
        database = Database(self.url, trail=self.trail)
        try:
            boss = Account(id=0, name="system", role=Role.ADMINISTRATOR)
            context = Context(database=database, settings=Settings(data_dir=self.trail.parent), account=boss)
            return audit.verify(context)
        finally:
            database.close()

    def bend(self, *statements: str, quietly: bool) -> None:
        """What somebody with the database can do; refused statements are tried again without the guards."""
        engine = create_engine(self.url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _unguard(connection)
            sqlite = connection.dialect.name == "sqlite"
            if quietly and sqlite:
                drop_triggers(connection)
            elif quietly:
                connection.exec_driver_sql("SET session_replication_role = replica")  # no trigger and no foreign key
            for statement in statements:
                connection.exec_driver_sql(statement)
            if quietly:
                connection.execute(text("DELETE FROM trail_changes"))
            if quietly and sqlite:
                install_triggers(connection)
        engine.dispose()


def _unguard(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for table in ("audit_events", "readings"):
        for name in ("immutable", "kept") if sqlite else ("immutable",):
            with suppress(Exception):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}" + ("" if sqlite else f" ON {table}"))


def _fill(database: Database, folder: Path) -> None:
    nobody = Context(database=database, settings=Settings(data_dir=folder / "data", database_url=database.url))

    def account(name: str, role: Role) -> Context:
        with database.write() as connection:
            key = add_account(connection, Account(id=0, name=name, role=role, team="tổ 1", shift="sáng"), "-")
        return nobody.as_account(Account(id=key, name=name, role=role, team="tổ 1", shift="sáng"))

    names = {"clerk": Role.CLERK, "clerk2": Role.CLERK, "supervisor": Role.SUPERVISOR, "admin": Role.ADMINISTRATOR}
    people = {name: account(name, role) for name, role in names.items()}
    account("unused", Role.CLERK)
    office = Office(
        nobody=nobody,
        clerk=people["clerk"],
        other_clerk=people["clerk2"],
        supervisor=people["supervisor"],
        administrator=people["admin"],
        police=account("police", Role.POLICE),
        inspector=account("inspector", Role.INSPECTOR),
        folder=folder,
    )
    settings.save_office_settings(office.administrator, {"four_eyes": True})
    office.read_book(pages=2, entries=2)
    for entry_id in (1, 2):
        _decide(office.clerk, entry_id, 0, DecisionKind.CONFIRM)
    _decide(office.supervisor, 1, 1, DecisionKind.APPROVE)
    _decide(office.clerk, 4, 0, DecisionKind.ESCALATE, reason="chữ mờ")
    with database.write() as connection:
        digests = {"workbook_sha256": "a", "zip_sha256": "b", "manifest": '{"rows": 1}'}
        exports_log.add_export(connection, book_id=1, account_id=1, folder="ra", entries=1, **digests)
        templates.add_template(connection, form="mau", version=1, yaml="form: mau", created_by="admin")
        sample = {"entry_id": 2, "column": "so", "kind": samples.SampleKind.BLIND}
        samples.add_sample(connection, first_account=1, first_value="7", **sample)
        kept = {"lines": 40, "errors_before": 0.2, "errors_after": 0.1, "content": b"hand"}
        evidence.keep_hand(connection, evidence.StoredHand(book_id=1, model="m", **kept))
        reading_queue.add_to_queue(connection, 1, asked_by="admin", retry_failed=False)


def _decide(who: Context, entry_id: int, revision: int, decision: DecisionKind, reason: str = "") -> None:
    token = f"token-{decision}-{entry_id}-{revision}"
    values = {"meHoTen": ValueInput(text="Trần Thị Xuân")} if decision is DecisionKind.CONFIRM else {}
    review.save_entry(
        who,
        entry_id=entry_id,
        revision=revision,
        token=token,
        decision=decision,
        values=values,
        reason=reason,
    )


@pytest.fixture(scope="module")
def sqlite_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "data").mkdir()
    database = Database(sqlite_url(folder / "data" / "workbench.sqlite3"))
    _fill(database, folder)
    database.close()
    return folder


@pytest.fixture(scope="module")
def postgres_office(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("office")
    _server(postgres_server, "CREATE DATABASE bent_from TEMPLATE workbench_template")
    url = make_url(postgres_server).set(database="bent_from").render_as_string(hide_password=False)
    database = Database(url, trail=folder / "data" / "trail")
    _fill(database, folder)
    database.close()
    yield postgres_server, folder
    _server(postgres_server, "DROP DATABASE bent_from WITH (FORCE)")


def _server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copy]:
    """The filled office once more, to be bent."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_office") / "data", tmp_path / "data")
        yield Copy(sqlite_url(tmp_path / "data" / "workbench.sqlite3"), tmp_path / "data" / "trail")
        return
    server, folder = request.getfixturevalue("postgres_office")
    _server(server, "CREATE DATABASE bent TEMPLATE bent_from")
    shutil.copytree(folder / "data" / "trail", tmp_path / "trail")
    yield Copy(make_url(server).set(database="bent").render_as_string(hide_password=False), tmp_path / "trail")
    _server(server, "DROP DATABASE bent WITH (FORCE)")


def test_nothing_is_found_where_nothing_was_bent(copy: Copy) -> None:
    for _ in range(2):
        found = copy.verified()
        assert found.ok and found.entries == 4, found.problems


ON_BOTH = list(ROW_WAYS)[::4]
"""Tried on PostgreSQL too, so that the whole takes seconds; both find by the same seals."""


@pytest.mark.parametrize(
    ("copy", "way"),
    [*(("sqlite", way) for way in ROW_WAYS), *(("postgresql", way) for way in ON_BOTH)],
    indirect=["copy"],
)
def test_a_bent_row_is_found(copy: Copy, way: str) -> None:
    copy.bend(ROW_WAYS[way], quietly=True)
    assert not copy.verified().ok


@pytest.mark.parametrize("way", sorted(SEALED_FREE))
def test_it_is_found_without_the_seals_too(copy: Copy, way: str) -> None:
    copy.bend(ROW_WAYS[way], "DELETE FROM trail_seals", quietly=True)
    assert not copy.verified().ok
    copy.bend("DELETE FROM trail_totals", quietly=True)
    found = copy.verified()
    assert not found.ok and "niêm phong" in " ".join(found.problems)


def test_what_is_changed_plainly_goes_on_record_and_stays_there(copy: Copy) -> None:
    copy.bend(ROW_WAYS["another has approved"], quietly=False)
    database = Database(copy.url, trail=copy.trail)
    with database.write():
        pass  # the next transaction of the program sees it
    database.close()
    copy.bend("UPDATE entries SET approved_by = 3 WHERE id = 1", quietly=True)  # and its author puts it back
    assert any("entries [1]" in problem for problem in copy.verified().problems)


def test_a_later_save_does_not_cover_it_up(copy: Copy) -> None:
    copy.bend(ROW_WAYS["another has confirmed"].replace("id = 1", "id = 2"), quietly=True)
    database = Database(copy.url, trail=copy.trail)
    boss = Account(id=3, name="supervisor", role=Role.SUPERVISOR)
    context = Context(database=database, settings=Settings(data_dir=copy.trail.parent), account=boss)
    _decide(context, 2, 1, DecisionKind.SEND_BACK, reason="xem lại")
    database.close()
    assert any("entries [2]" in problem for problem in copy.verified().problems)


def _events(copy: Copy) -> list[dict[str, object]]:
    engine = create_engine(copy.url)
    with engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(text("SELECT * FROM audit_events ORDER BY id"))]
    engine.dispose()
    return rows


def _chained_anew(copy: Copy, events: list[dict[str, object]]) -> list[str]:
    """Statements that put a whole, rightly chained log in place of the one there is, and note its head inside."""
    names = ("actor", "action", "entry_id", "book_id", "column_name", "source", "old", "new", "reason")
    statements, last = ["DELETE FROM audit_events"], "0" * 64
    for number, event in enumerate(events, start=1):
        content = [last, number, event["at"], *(event[name] for name in names)]
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
        row = {**event, "id": number, "previous_hash": last, "hash": digest}
        values = ", ".join("NULL" if v is None else str(v) if isinstance(v, int) else _quoted(v) for v in row.values())
        statements.append(f"INSERT INTO audit_events ({', '.join(row)}) VALUES ({values})")
        last = digest
    head = json.dumps({"hash": last, "id": len(events)}, separators=(",", ":"))
    return [*statements, f"UPDATE settings SET value = '{head}' WHERE key = 'audit_head'"]


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def test_an_edited_event_is_found(copy: Copy) -> None:
    copy.bend("UPDATE audit_events SET actor = 'khac' WHERE id = 7", quietly=True)
    assert not copy.verified().ok


def test_a_removed_event_is_found(copy: Copy) -> None:
    copy.bend("DELETE FROM audit_events WHERE id = 7", quietly=True)
    assert not copy.verified().ok


@pytest.mark.parametrize("left", [1, 3, 8])
def test_a_log_cut_at_its_end_is_found(copy: Copy, left: int) -> None:
    events = _events(copy)
    copy.bend(*_chained_anew(copy, events[:-left]), quietly=True)
    found = copy.verified()
    assert not found.ok and "đầu nhật ký" in " ".join(found.problems)


def test_a_chain_computed_anew_is_found(copy: Copy) -> None:
    events = _events(copy)
    next(event for event in events if event["action"] == "confirm")["actor"] = "clerk2"
    copy.bend(*_chained_anew(copy, events), quietly=True)
    found = copy.verified()
    assert not found.ok and "tính lại" in " ".join(found.problems)


def test_an_added_event_is_found(copy: Copy) -> None:
    events = _events(copy)
    copy.bend(*_chained_anew(copy, [*events, {**events[-1], "action": "approve"}]), quietly=True)
    assert not copy.verified().ok


def test_an_emptied_log_is_found(copy: Copy) -> None:
    copy.bend("DELETE FROM audit_events", "DELETE FROM settings WHERE key = 'audit_head'", quietly=True)
    assert not copy.verified().ok


def test_an_old_row_put_back_with_its_old_seal_is_found(copy: Copy) -> None:
    engine = create_engine(copy.url)
    tables = ("entries", "entry_versions", "save_receipts", "trail_seals", "trail_totals")
    with engine.connect() as connection:
        before = {t: [dict(r._mapping) for r in connection.execute(text(f"SELECT * FROM {t}"))] for t in tables}
    database = Database(copy.url, trail=copy.trail)
    clerk = Account(id=1, name="clerk", role=Role.CLERK)
    context = Context(database=database, settings=Settings(data_dir=copy.trail.parent), account=clerk)
    _decide(context, 3, 0, DecisionKind.CONFIRM)
    database.close()
    assert copy.verified().ok
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        drop_triggers(connection)
        for table in ("entry_versions", "save_receipts", "trail_seals", "trail_totals"):
            connection.execute(text(f"DELETE FROM {table}"))
            for row in before[table]:
                names = ", ".join(row)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})"), row)
        for row in before["entries"]:
            sets = ", ".join(f"{name} = :{name}" for name in row if name != "id")
            connection.execute(text(f"UPDATE entries SET {sets} WHERE id = :id"), row)
        connection.execute(text("DELETE FROM trail_changes"))
        install_triggers(connection)
    engine.dispose()
    found = copy.verified()
    assert not found.ok and "đặt lại như trước" in " ".join(found.problems)


def test_an_older_database_put_in_place_is_found_and_lets_nobody_in(sqlite_office: Path, tmp_path: Path) -> None:
    shutil.copytree(sqlite_office / "data", tmp_path / "data")
    copy = Copy(sqlite_url(tmp_path / "data" / "workbench.sqlite3"), tmp_path / "data" / "trail")
    old = tmp_path / "old.sqlite3"
    shutil.copy(tmp_path / "data" / "workbench.sqlite3", old)
    database = Database(copy.url)
    clerk = Account(id=1, name="clerk", role=Role.CLERK)
    context = Context(database=database, settings=Settings(data_dir=tmp_path / "data"), account=clerk)
    _decide(context, 3, 0, DecisionKind.CONFIRM)
    database.close()
    shutil.copy(old, tmp_path / "data" / "workbench.sqlite3")
    found = copy.verified()
    assert not found.ok and "cũ hơn" in " ".join(found.problems)


@pytest.mark.parametrize("bend", ["cut", "edit", "gone", "swap"])
def test_a_bent_head_file_is_found(copy: Copy, bend: str) -> None:
    file = copy.trail / "dau-nhat-ky.jsonl"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    changed = {
        "cut": lines[:-4],
        "edit": [line.replace('"event_id":5', '"event_id":4') for line in lines],
        "gone": [],
        "swap": [lines[2], lines[3], *lines[:2], *lines[4:]],
    }[bend]
    assert changed != lines
    file.write_text("".join(f"{line}\n" for line in changed), encoding="utf-8")
    if bend == "gone":
        file.unlink()
    assert not copy.verified().ok


def test_switched_off_triggers_are_told(copy: Copy) -> None:
    engine = create_engine(copy.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        drop_triggers(connection)
        database = Database(copy.url, trail=copy.trail, migrate=False)
        assert database.trail is not None
        from storage.trail.verify import trail_faults

        with database.read() as reading:
            assert "triggers" in {fault.problem for fault in trail_faults(reading, database.trail.heads)}
        database.close()
    engine.dispose()
