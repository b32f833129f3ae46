"""The search index cannot be bent unseen: what SQL does to it is found, named and put right, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from corrections.entries import DecisionKind
from storage.opening.database import Database
from storage.search import find_entry_ids, terms_of
from storage.search_index_check import IndexFault, index_faults
from tests.workbench.services.conftest import Office
from workbench.services import audit, review
from workbench.services.errors import NotAllowed
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.slow

WAYS = {
    "an entry is hidden": ("DELETE FROM entry_words WHERE entry_id = 1", {1}),
    "one word is taken out": ("DELETE FROM entry_words WHERE entry_id = 2 AND word = 'xuan'", {2}),
    "a name is turned over to another": ("UPDATE entry_words SET entry_id = 3 WHERE word = 'tran thi xuan'", {2, 3}),
    "a word is written differently": ("UPDATE entry_words SET word = 'xuam' WHERE word = 'xuan'", {2}),
    "a word is added": ("INSERT INTO entry_words (word, entry_id) VALUES ('ho chi', 4)", {4}),
    "all is gone": ("DELETE FROM entry_words", {1, 2, 3, 4}),
}


@pytest.fixture
def filled(office: Office) -> Iterator[Office]:
    """Four entries, one of them with a name typed by hand."""
    office.read_book(pages=2, entries=2)
    review.save_entry(
        office.clerk,
        entry_id=2,
        revision=0,
        token="token-cua-trang",
        decision=DecisionKind.CONFIRM,
        values={"meHoTen": ValueInput(text="Trần Thị Xuân")},
    )
    yield office


def bend(database: Database, statement: str) -> None:
    """What somebody with the database alone does."""
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def faults(connection: Connection) -> dict[int, IndexFault]:
    return {fault.entry_id: fault for fault in index_faults(connection)}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_found_and_put_right(filled: Office, way: str) -> None:
    statement, bent = WAYS[way]
    database = filled.nobody.database
    before = audit.verify(filled.supervisor)
    assert before.ok and not before.index_bent, before.problems
    bend(database, statement)
    with database.read() as connection:
        assert set(faults(connection)) == bent
    told = audit.verify(filled.supervisor)
    assert not told.ok and told.index_bent
    assert [line for line in told.problems if not line.startswith("Chỉ mục tìm kiếm")] == []
    with pytest.raises(NotAllowed):
        audit.mend_search_index(filled.supervisor)
    assert audit.mend_search_index(filled.administrator) == len(bent)
    assert audit.verify(filled.supervisor).ok
    with database.read() as connection:
        assert find_entry_ids(connection, terms_of("tran thi xuan")).ids == (2,)
    assert audit.list_events(filled.supervisor, limit=1)[0].action == "search_index_mended"
    assert audit.mend_search_index(filled.administrator) == 0


def test_sums_that_many_entries_share_are_taken_apart(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_SUMS", 3), ("_SUMS_AT_ONCE", 1), ("_AT_ONCE", 2)):
        monkeypatch.setattr(f"storage.search_index_check.{name}", value)
    assert audit.verify(filled.supervisor).ok
    bend(filled.nobody.database, "DELETE FROM entry_words WHERE entry_id IN (1, 4) AND word LIKE 't%'")
    with filled.nobody.database.read() as connection:
        found = faults(connection)
    assert set(found) <= {1, 4} and all(fault.missing and not fault.foreign for fault in found.values())
    assert found and audit.mend_search_index(filled.administrator) == len(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rubbish_is_told_and_breaks_nothing(filled: Office) -> None:
    """SQLite keeps in a column what it is given."""
    engine = create_engine(filled.nobody.database.url)
    with engine.begin() as connection:
        for word, entry in (("x'ff00'", "2"), ("'lạ'", "'không số'"), ("'xa'", "99")):
            connection.exec_driver_sql(f"INSERT INTO entry_words (word, entry_id) VALUES ({word}, {entry})")
    engine.dispose()
    with filled.nobody.database.read() as connection:
        assert {2, -1, 99} <= set(faults(connection))
    assert audit.verify(filled.supervisor).index_bent
