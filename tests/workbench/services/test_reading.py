"""Reading runs: resumable after a kill, failures recorded, people's work never overwritten."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.book_evidence.decide import BOOK_DECIDED
from corrections.entries import BookState, DecisionKind
from layouts.register_types import RegisterType
from ocr.readings import PageKind, PageReading, PageTask
from storage.audit_log import stream_events
from tests.fakes import readers
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import audit, books, importing, reading, review
from workbench.services.review_types import ValueInput
from workbench.services.saving_readings import save_outcome

ROOT = Path(__file__).resolve().parents[3]
Token = Callable[[], str]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _fixed_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "reading_versions", lambda _connection: VERSIONS)


def _run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run readers in this process: what is tested is the record, not the engine."""
    monkeypatch.setattr(reading.local_engine, "run_pages", readers.run_here)


def test_a_run_reads_what_is_unread_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _run_here(monkeypatch)
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(3)])
    assert reading.unread_count(office.clerk, book.id) == 3
    seen: list[tuple[int, int]] = []
    summary = reading.read_pages(
        office.clerk, reader=readers.read_births, progress=lambda p: seen.append((p.done, p.total))
    )
    assert (summary.pages, summary.read, summary.failed, summary.entries) == (3, 3, 0, 6)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert reading.unread_count(office.clerk, book.id) == 0
    assert reading.read_pages(office.clerk, reader=readers.read_births).pages == 0
    progress = books.book_progress(office.clerk, book.id)
    assert (progress.book.state, progress.to_review) == (BookState.READ, 6)


def test_a_failed_page_is_recorded_and_can_be_retried(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _run_here(monkeypatch)
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(3)])
    summary = reading.read_pages(office.clerk, reader=readers.fail_on_page_one)
    assert [(p.scan_index, p.code) for p in summary.problems] == [(1, "no_form")]
    page = books.book_pages(office.clerk, book.id)[1]
    assert (page.state, page.failure_code, page.failure_message) == ("failed", "no_form", "Không khớp mẫu sổ nào.")
    assert reading.read_pages(office.clerk, reader=readers.read_births).pages == 0
    again = reading.read_pages(office.clerk, reader=readers.read_births, retry_failed=True)
    assert (again.pages, again.read) == (1, 1)
    assert books.book_pages(office.clerk, book.id)[1].state == "read"


@pytest.mark.slow
def test_what_breaks_the_order_of_a_book_is_shown_to_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch, token: Token
) -> None:
    _run_here(monkeypatch)
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(3)])
    reading.read_pages(office.clerk, reader=readers.misread_a_number, limit=2)
    # a book half read breaks everywhere, so nothing is said of its order; what its neighbours speak against is shown
    assert _doubted(office) == {3: set()}
    (told,) = [f for f in review.get_entry(office.clerk, 3).entry.findings if f.columns == ("so",)]
    assert told.check == BOOK_DECIDED and "«2» và sau «4»" in told.message
    reading.read_pages(office.clerk, reader=readers.misread_a_number)
    assert _doubted(office) == {3: {"number_gap"}, 4: {"number_falls"}}
    (event,) = [e for e in audit.list_events(office.supervisor, entry_id=3) if e.action == "doubt"]
    assert "number_gap" in event.reason and "so" in event.column.split()
    assert audit.verify(office.supervisor).ok
    wrong = review.get_entry(office.clerk, 3)
    saved = review.save_entry(
        office.clerk,
        entry_id=3,
        revision=wrong.entry.revision,
        token=token(),
        decision=DecisionKind.CONFIRM,
        values={"so": ValueInput(text="3")},
    )
    assert "number_gap" not in {f.check for f in saved.findings}


def _doubted(office: Office) -> dict[int, set[str]]:
    """Entries whose number is flagged, and the checks over the book that say why."""
    found = {}
    for item in review.next_entries(office.supervisor, 50, lease=False):
        if item.entry.fields["so"].needs_review:
            found[item.entry.id] = {f.check for f in item.entry.findings if f.check.startswith("number_")}
    return found


def test_a_newer_reading_never_overwrites_a_persons_work(office: Office, token: Token) -> None:
    book = office.read_book(pages=1, entries=2)
    touched = review.next_entries(office.clerk, 1)[0].entry
    review.save_entry(
        office.clerk,
        entry_id=touched.id,
        revision=0,
        token=token(),
        decision=DecisionKind.CORRECT,
        values={"meHoTen": ValueInput(text="Trần Thị Tay")},
    )
    page = books.book_pages(office.clerk, book.id)[0]
    newer = readers.birth_reading(PageTask(source="scan.tif"), confidence=0.99)
    assert save_outcome(office.clerk, page, newer, VERSIONS) == 1
    kept = review.get_entry(office.clerk, touched.id).entry
    assert (kept.fields["meHoTen"].text, kept.revision) == ("Trần Thị Tay", 1)
    assert audit.verify(office.supervisor).ok


def test_pages_finished_by_people_are_not_read_again(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.read_book(pages=1, entries=2)
    monkeypatch.setattr(
        reading, "reading_versions", lambda _connection: type(VERSIONS)(layouts="layouts-2", recogniser="fake-1")
    )
    assert reading.unread_count(office.clerk) == 1
    for one in review.next_entries(office.clerk, 2):
        review.save_entry(office.clerk, entry_id=one.entry.id, revision=0, token=token(), decision=DecisionKind.CONFIRM)
    assert reading.unread_count(office.clerk) == 0


def test_a_form_of_the_office_makes_only_its_register_unread(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    births = office.read_book(pages=1)
    deaths = office.book(register_type=RegisterType.DEATH, volume_number="02/1998")
    importing.import_scans(office.clerk, deaths.id, [office.scan(1, "chet.tif", 90)])
    (page,) = books.book_pages(office.clerk, deaths.id)
    cover = PageReading(source="chet.tif", page=0, kind=PageKind.COVER, register_type=RegisterType.DEATH, layout=None)
    save_outcome(office.clerk, page, cover, VERSIONS)
    assert reading.unread_count(office.clerk) == 0
    drawn = type(VERSIONS)(layouts="layouts-1", recogniser="fake-1", own={"birth": "layouts-own"})
    monkeypatch.setattr(reading, "reading_versions", lambda _connection: drawn)
    assert [reading.unread_count(office.clerk, book.id) for book in (births, deaths)] == [1, 0]
    _run_here(monkeypatch)
    reading.read_pages(office.clerk, reader=readers.read_births)
    assert reading.unread_count(office.clerk) == 0


KILLED = """
import sys
from pathlib import Path
from tests.fakes import readers
from tests.workbench.services.conftest import VERSIONS
from workbench.config import Settings
from workbench.services import reading
from workbench.services.context import system_context

if __name__ == "__main__":
    reading.reading_versions = lambda _connection: VERSIONS
    settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
    reading.read_pages(system_context(settings), reader=readers.note_start_then_hang, workers=1)
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(office: Office, tmp_path: Path) -> None:
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(5)])
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    settings = office.clerk.settings
    process = subprocess.Popen(
        [sys.executable, str(script), str(settings.data_dir), settings.database],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 60
    while not list(settings.data_dir.rglob("*.hanging")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert reading.unread_count(office.clerk, book.id) == 2
    summary = reading.read_pages(office.clerk, reader=readers.read_births, workers=1)
    assert (summary.pages, summary.entries) == (2, 4)
    assert books.book_progress(office.clerk, book.id).to_review == 10
    with office.clerk.database.read() as connection:
        read = [e.entry_id for e in stream_events(connection) if e.action == "read"]
    assert len(read) == len(set(read)) == 10
    assert audit.verify(office.supervisor).ok
