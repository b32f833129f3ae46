"""A book is weighed again when an entry is confirmed: waiting entries only, nothing held or touched, all in the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from corrections.book_evidence.applying import Reweighed
from corrections.entries import DecisionKind, Entry, EntryState
from ocr.readings import Alternative, Engine, PageReading, PageTask, Script
from storage.audit_log import stream_events
from storage.entries import get_entry, stream_entries
from storage.evidence import book_evidence
from storage.schema import entry_evidence
from tests.fakes.readers import birth_reading
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import audit, books, importing, review, reweighing
from workbench.services.context import Context, Work
from workbench.services.errors import ServiceError
from workbench.services.review_types import ValueInput
from workbench.services.reweighing import reweigh_book
from workbench.services.saving_readings import save_outcome

Token = Callable[[], str]
HAND = {"engine": Engine.HANDWRITING, "script": Script.HANDWRITTEN}


def _hand_page(number: int, entries: int = 1) -> PageReading:
    """A page by hand whose signer is always misread in one letter, the same way, and never surely."""
    page = birth_reading(PageTask(source="scan.tif", page=number), entries=entries, confidence=0.9)
    made = []
    for entry in page.entries:
        fields = {n: replace(f, confidence=0.75, **HAND) for n, f in entry.fields.items()}  # type: ignore[arg-type]
        others = (Alternative(text="Lê Văn Kỷ", probability=0.1),)
        fields["nguoiKy"] = replace(fields["nguoiKy"], text="Lê Vãn Kỳ", confidence=0.6, alternatives=others)
        made.append(replace(entry, fields=fields))
    return replace(page, script=Script.HANDWRITTEN, entries=tuple(made))


def _book(office: Office, pages: int, entries: int = 1) -> int:
    book = office.book(office="UBND xã Tân Lập, huyện Đồng Phú, tỉnh Bình Phước")
    importing.import_scans(office.clerk, book.id, [office.scan(pages, "tay.tif", 77)])
    for page in books.book_pages(office.clerk, book.id):
        save_outcome(office.clerk, page, _hand_page(page.scan_index, entries), VERSIONS)
    reweigh_book(office.clerk, book.id)
    return book.id


def _entries(office: Office, book_id: int) -> list[Entry]:
    with office.clerk.read() as connection:
        return [one.entry for one in stream_entries(connection, book_id)]


def _confirm(who: Context, entry: Entry, token: str, **texts: str) -> None:
    values = {name: ValueInput(text=text) for name, text in texts.items()}
    review.save_entry(
        who, entry_id=entry.id, revision=entry.revision, token=token, decision=DecisionKind.CONFIRM, values=values
    )


def test_what_is_confirmed_once_is_offered_in_the_waiting_entries(office: Office, token: Token) -> None:
    book_id = _book(office, 6)
    for entry in _entries(office, book_id)[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    assert reweigh_book(office.clerk, book_id) == 3
    waiting = _entries(office, book_id)[3:]
    assert [e.fields["nguoiKy"].normalized for e in waiting] == ["Lê Văn Ký"] * 3
    assert all(e.fields["nguoiKy"].needs_review and e.state is EntryState.TO_REVIEW for e in waiting)
    assert all("book_decided" in {f.check for f in e.findings} for e in waiting)
    assert reweigh_book(office.clerk, book_id) == 0, "weighing again changes nothing more"


@pytest.mark.slow
def test_what_people_let_stand_a_dozen_times_needs_no_look_in_the_entries_that_wait(
    office: Office, token: Token
) -> None:
    book_id = _book(office, 17)
    for number in range(14):
        entry = _entries(office, book_id)[number]
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
        reweigh_book(office.clerk, book_id)
    waiting = [entry.fields["nguoiKy"] for entry in _entries(office, book_id)[14:]]
    assert [value.normalized for value in waiting] == ["Lê Văn Ký"] * 3
    assert not all(value.needs_review for value in waiting)
    reweighing._memory.keep((office.clerk.database.url, book_id), reweighing._Last())  # another process
    assert reweigh_book(office.clerk, book_id) == 0, "weighed from the record alone it stands the same"


def test_the_entries_behind_the_confirmed_one_come_first(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    book_id = _book(office, 8)
    entries = _entries(office, book_id)
    for entry in entries[2:5]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    written: list[int] = []

    def noted(work: Work, before: Entry, after: Entry, done: Reweighed) -> None:
        written.append(before.id)

    monkeypatch.setattr(reweighing, "_note", noted)
    assert reweigh_book(office.clerk, book_id, after=entries[4].id) == 5
    assert written == [entry.id for entry in (*entries[5:], *entries[:2])]


def test_parts_of_a_book_weighed_one_after_another_are_the_whole(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    book_id = _book(office, 7)
    for entry in _entries(office, book_id)[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    monkeypatch.setattr(reweighing, "_NEXT", 1)
    monkeypatch.setattr(reweighing, "_AT_ONCE", 2)
    assert reweigh_book(office.clerk, book_id) == 4
    assert [e.fields["nguoiKy"].normalized for e in _entries(office, book_id)] == ["Lê Văn Ký"] * 7
    assert reweigh_book(office.clerk, book_id) == 0


def test_the_audit_log_says_what_the_weighing_changed_and_holds(office: Office, token: Token) -> None:
    book_id = _book(office, 4)
    for entry in _entries(office, book_id)[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    reweigh_book(office.clerk, book_id)
    last = _entries(office, book_id)[3]
    with office.clerk.read() as connection:
        events = [e for e in stream_events(connection) if e.action == "reweigh" and e.entry_id == last.id]
    (change,) = [e for e in events if e.column == "nguoiKy"]
    assert (change.old, change.new) == ("Lê Văn Kỳ", "Lê Văn Ký")
    assert "người ký quen của sổ" in change.reason or "đã được sửa như vậy" in change.reason
    assert audit.verify(office.administrator).ok


def test_held_and_touched_entries_stay_as_they_are(office: Office, token: Token) -> None:
    book_id = _book(office, 6)
    entries = _entries(office, book_id)
    review.get_entry(office.other_clerk, entries[4].id, lease=True)
    review.save_entry(
        office.other_clerk,
        entry_id=entries[5].id,
        revision=entries[5].revision,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"ghiChu": ValueInput(text="")},
    )
    before = _entries(office, book_id)[4:]
    for entry in entries[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    reweigh_book(office.clerk, book_id)
    after = _entries(office, book_id)
    assert after[3].fields["nguoiKy"].normalized == "Lê Văn Ký"
    assert after[4:] == before


@pytest.mark.slow
def test_what_the_book_no_longer_says_goes_back_to_the_first_reading(office: Office, token: Token) -> None:
    book_id = _book(office, 5)
    for entry in _entries(office, book_id)[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    reweigh_book(office.clerk, book_id)
    for entry in _entries(office, book_id)[:3]:
        review.undo(office.clerk, entry_id=entry.id, revision=entry.revision, token=token())
    reweigh_book(office.clerk, book_id)
    assert [e.fields["nguoiKy"].normalized for e in _entries(office, book_id)[3:]] == ["Lê Văn Kỳ"] * 2


@pytest.mark.slow
def test_two_clerks_confirm_while_the_book_is_weighed(office: Office, token: Token) -> None:
    book_id = _book(office, 12)
    halves = {office.clerk: _entries(office, book_id)[:6], office.other_clerk: _entries(office, book_id)[6:10]}
    faults: list[str] = []

    def work(who: Context, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                shown = review.get_entry(who, entry.id, lease=True).entry
                _confirm(who, shown, f"{who.actor}-{entry.id:06d}", nguoiKy="Lê Văn Ký")
                reweigh_book(who, book_id)
            except ServiceError as error:
                faults.append(repr(error))

    threads = [threading.Thread(target=work, args=(who, entries)) for who, entries in halves.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    entries = _entries(office, book_id)
    assert [e.state for e in entries[:10]] == [EntryState.CONFIRMED] * 10
    assert {e.fields["nguoiKy"].normalized for e in entries} == {"Lê Văn Ký"}
    assert audit.verify(office.administrator).ok


def test_an_entry_read_before_evidence_was_kept_is_left_alone(office: Office, token: Token) -> None:
    book_id = _book(office, 4)
    with office.clerk.database.write() as connection:
        connection.execute(entry_evidence.delete())
    for entry in _entries(office, book_id)[:3]:
        _confirm(office.clerk, entry, token(), nguoiKy="Lê Văn Ký")
    assert reweigh_book(office.clerk, book_id) == 0


def test_evidence_of_a_page_is_small(office: Office) -> None:
    book_id = _book(office, 1)
    (entry,) = _entries(office, book_id)
    with office.clerk.read() as connection:
        (content,) = connection.execute(entry_evidence.select()).all()
        ((_, ink),) = book_evidence(connection, book_id).values()
        stored = get_entry(connection, entry.id)
    assert stored is not None
    assert content.reading_id == stored.reading_id
    assert len(content.content) < 2048
    assert ink.fields["nguoiKy"].others[0].text == "Lê Văn Kỷ"
