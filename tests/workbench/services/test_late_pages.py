"""The right page of a table comes after the left was read: the left is read again, and no person's work is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from corrections.entries import Book, DecisionKind, Entry, EntryState
from storage.entries import get_entry as stored_entry
from storage.entries import versions_of
from storage.schema import entries
from tests.databases import BOTH_DATABASES
from tests.fakes.readers import HALF_WARNING, RIGHT_TEXTS, read_half_tables, run_here
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import audit, books, importing, reading, review
from workbench.services.review_types import ValueInput

Token = Callable[[], str]

pytestmark = pytest.mark.parametrize("database_url", BOTH_DATABASES, indirect=True)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions that do not change, and readers in this process."""
    monkeypatch.setattr(reading, "reading_versions", lambda _connection: VERSIONS)
    monkeypatch.setattr("workbench.services.reading.local_engine.run_pages", run_here)


def left_page(office: Office) -> Book:
    """A book whose only page so far is the left one of a table, read."""
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(1, "trai.tif", 60)])
    reading.read_pages(office.clerk, reader=read_half_tables)
    return book


def right_page_comes(office: Office, book: Book) -> reading.ReadSummary:
    importing.import_scans(office.clerk, book.id, [office.scan(1, "phai.tif", 120)])
    return reading.read_pages(office.clerk, reader=read_half_tables)


def entry_of(office: Office) -> Entry:
    """The first entry of the book."""
    first = min(item.entry.id for item in review.next_entries(office.supervisor, 5, lease=False))
    return review.get_entry(office.clerk, first).entry


def texts(entry: Entry) -> dict[str, str]:
    return {name: entry.fields[name].text for name in RIGHT_TEXTS}


def save(office: Office, entry: Entry, token: str, kind: DecisionKind, **values: str) -> Entry:
    who = office.supervisor if kind is DecisionKind.APPROVE else office.clerk
    typed = {name: ValueInput(text=text) for name, text in values.items()}
    review.save_entry(who, entry_id=entry.id, revision=entry.revision, token=token, values=typed, decision=kind)
    return review.get_entry(office.clerk, entry.id).entry


def test_the_left_page_is_read_again_by_itself_and_only_once(office: Office) -> None:
    book = left_page(office)
    before = entry_of(office)
    assert set(texts(before).values()) == {""} and before.findings[0].message == HALF_WARNING
    summary = right_page_comes(office, book)
    assert (summary.pages, summary.read, summary.entries) == (2, 2, 2)
    after = entry_of(office)
    assert texts(after) == RIGHT_TEXTS and HALF_WARNING not in {f.message for f in after.findings}
    assert reading.unread_count(office.clerk) == 0
    assert reading.read_pages(office.clerk, reader=read_half_tables).pages == 0
    assert [page.kind for page in books.book_pages(office.clerk, book.id)] == ["entries", "continued"]
    assert audit.verify(office.supervisor).ok


def test_both_pages_at_once_are_read_once_each(office: Office) -> None:
    book = office.book()
    scans = [office.scan(1, "trai.tif", 60), office.scan(1, "phai.tif", 120)]
    importing.import_scans(office.clerk, book.id, scans)
    assert reading.read_pages(office.clerk, reader=read_half_tables).pages == 2
    assert reading.unread_count(office.clerk) == 0


def test_what_a_person_typed_stays_and_the_rest_is_filled_in(office: Office, token: Token) -> None:
    book = left_page(office)
    typed = {"nksHoTen": "Nguyễn Văn Tay", "meHoTen": "Trần Thị Tay"}
    draft = save(office, entry_of(office), token(), DecisionKind.CORRECT, **typed)
    right_page_comes(office, book)
    after = review.get_entry(office.clerk, draft.id).entry
    assert {name: after.fields[name].text for name in typed} == typed
    assert texts(after) == RIGHT_TEXTS | {"meHoTen": "Trần Thị Tay"}
    assert (after.state, after.revision) == (draft.state, draft.revision + 1)
    events = [e for e in audit.list_events(office.supervisor, entry_id=draft.id) if e.action == "complete"]
    assert {(e.column, e.old, e.new) for e in events if e.column in RIGHT_TEXTS} == {
        (name, "", RIGHT_TEXTS[name]) for name in ("chaHoTen", "nguoiKy")
    }
    assert not {e.column for e in events} & set(typed)
    assert audit.verify(office.supervisor).ok


@pytest.mark.parametrize("kind", [DecisionKind.CONFIRM, DecisionKind.APPROVE])
def test_a_field_confirmed_empty_stays_empty_and_a_supervisor_is_asked(
    office: Office, token: Token, kind: DecisionKind
) -> None:
    book = left_page(office)
    done = save(office, entry_of(office), token(), DecisionKind.CONFIRM)
    if kind is DecisionKind.APPROVE:
        done = save(office, done, token(), kind)
    right_page_comes(office, book)
    after = review.get_entry(office.clerk, done.id).entry
    assert after.fields == done.fields, "nothing confirmed is lost or overwritten"
    assert after.state is EntryState.ESCALATED
    assert "Họ" in after.escalation_reason and "trang bên phải" in after.escalation_reason.casefold()
    with office.supervisor.read() as connection:
        stored, kept = stored_entry(connection, done.id), versions_of(connection, done.id)
        approved = connection.scalar(select(entries.c.approved_by).where(entries.c.id == done.id))
    assert stored is not None and stored.confirmed_by is not None and approved is None
    assert kept[-1].state is done.state and kept[-1].fields == done.fields
    assert audit.verify(office.supervisor).ok


def test_an_entry_typed_from_the_paper_stays_confirmed(office: Office, token: Token) -> None:
    book = left_page(office)
    typed = RIGHT_TEXTS | {"meHoTen": "Trần Thị Khác", "nksLoaiKhaiSinh": "1"}
    done = save(office, entry_of(office), token(), DecisionKind.CONFIRM, **typed)
    assert done.state is EntryState.CONFIRMED
    right_page_comes(office, book)
    after = review.get_entry(office.clerk, done.id).entry
    assert after.fields == done.fields and after.state is done.state
    assert HALF_WARNING not in {finding.message for finding in after.findings}
    other = review.get_entry(office.clerk, done.id + 1).entry
    assert texts(other) == RIGHT_TEXTS, "the entry nobody worked on is filled in"
