"""PDFs are made ready as entries are approved; the export of a finished book finds them, and nothing old."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corrections.entries import EntryState
from exports.case_pdfs import cooks
from exports.errors import ExportError
from exports.pdf_shelf import PdfShelf
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_handover import FILLED
from tests.workbench.services.test_handover import _approve_all as approve_all
from workbench.services import background_jobs, export_jobs, exporting, proof_desk, review
from workbench.services.background_jobs import JobPhase
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotFound
from workbench.services.proof_desk import ProofDesk
from workbench.services.review_types import ValueInput
from workbench.services.settings import export_profile, save_export_profile

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]


def _make_ready(office: Office, desk: ProofDesk) -> int:
    with cooks(0) as cook:
        return desk.make_ready(office.system, cook)


def test_approved_entries_are_made_ready_once_and_exported_from_there(office: Office, token: Token) -> None:
    desk = ProofDesk()
    book = office.read_book(pages=1, entries=2)
    assert _make_ready(office, desk) == 0, "nothing is approved yet"
    approve_all(office, token)
    assert _make_ready(office, desk) == 2
    assert _make_ready(office, desk) == 0
    assert _make_ready(office, ProofDesk()) == 0, "a desk of a new server finds what the last one made"
    shelf = exporting.shelf_of(office.clerk, book.id)
    assert len(list(shelf.folder.glob("*.pdf"))) == 2
    made = exporting.export_book(office.supervisor, book.id)
    assert (made.pdfs_ready, made.pdfs_made) == (2, 0)
    assert not shelf.folder.exists(), "they lie in the .zip now"
    assert _make_ready(office, ProofDesk()) == 0
    again = exporting.export_book(office.supervisor, book.id)
    assert not again.changed and (again.pdfs_reused, again.pdfs_made) == (2, 0)


def test_what_was_confirmed_is_made_ready_while_it_waits_for_approval(office: Office, token: Token) -> None:
    book = office.read_book(pages=1, entries=2)
    first, second = review.next_entries(office.clerk, 2, book_id=book.id)
    for one in (first, second):
        review.save_entry(
            office.clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=token(),
            decision="confirm",
            values={name: ValueInput(text=value) for name, value in FILLED.items()},
        )
    stored = review.get_entry(office.supervisor, second.entry.id).entry
    assert stored.state is EntryState.CONFIRMED
    review.save_entry(
        office.supervisor, entry_id=stored.id, revision=stored.revision, token=token(), decision="approve"
    )
    kitchen, wanted = proof_desk._kitchen(office.system, book.id, {})
    assert kitchen.key(wanted[0]) in {kitchen.key(i.pages) for i in _approved(office, book.id)}, (
        "what is approved first"
    )
    assert _make_ready(office, ProofDesk()) == 2
    made = exporting.export_book(office.supervisor, book.id)
    assert (made.pdfs_ready, made.pdfs_made, made.manifest.rows) == (1, 0, 1)


def _approved(office: Office, book_id: int) -> tuple[Any, ...]:
    return exporting.book_for_export(office.supervisor, book_id, states=(EntryState.APPROVED,)).entries


def test_the_time_left_is_that_of_what_must_still_be_made(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(background_jobs.time, "monotonic", lambda: clock[0])
    job: background_jobs.BackgroundJob[None] = background_jobs.BackgroundJob(
        office.supervisor, lambda _: None, name="a job", fault=""
    )
    job._moved(200, 300)
    clock[0] = 105.0
    job._moved(201, 300)
    assert job.seconds_left is None, "the first of them waited for processes to start"
    clock[0] = 109.0
    job._moved(203, 300)
    assert job.seconds_left == pytest.approx(3.0 * 97), "the 200 that were at hand took no time and tell nothing"
    clock[0] = 111.0
    assert job.seconds_left == pytest.approx(3.0 * 97 - 2.0), "it counts down between two steps"
    clock[0] = 150.0
    assert job.seconds_left == pytest.approx(3.0 * 96), "and grows by no waiting"
    job._moved(300, 300)
    assert job.seconds_left is None


@pytest.mark.slow
def test_other_settings_make_other_pdfs_and_the_old_are_thrown_away(office: Office, token: Token) -> None:
    book = office.read_book(pages=1, entries=2)
    approve_all(office, token)
    assert _make_ready(office, ProofDesk()) == 2
    shelf = exporting.shelf_of(office.clerk, book.id)
    before = {path.name for path in shelf.folder.iterdir()}
    finer = export_profile(office.clerk).model_copy(update={"pdf_dpi": 150})
    save_export_profile(office.administrator, finer)
    assert _make_ready(office, ProofDesk()) == 2
    after = {path.name for path in shelf.folder.iterdir()}
    assert len(after) == len(before) == 4 and not after & before
    assert exporting.export_book(office.supervisor, book.id).pdfs_ready == 2


def test_a_full_disk_loses_nothing_and_is_tried_again(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.read_book(pages=1, entries=2)
    approve_all(office, token)
    put, puts = PdfShelf.put, []

    def full(shelf: PdfShelf, key: str, made: Any) -> None:
        puts.append(key)
        if len(puts) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        put(shelf, key, made)

    monkeypatch.setattr(PdfShelf, "put", full)
    desk = ProofDesk()
    with pytest.raises(OSError, match="No space"):
        _make_ready(office, desk)
    assert _make_ready(office, desk) == 1, "the one that found no room; the other waits there"


def test_a_picture_that_ends_the_process_is_left_to_the_export(office: Office, token: Token) -> None:
    office.read_book(pages=1, entries=2)
    approve_all(office, token)
    desk, tried = ProofDesk(), []

    def crashes(orders: Any) -> Any:
        tried.append(orders[0])
        raise ExportError("worker_crashed", "Một tiến trình làm PDF bị dừng đột ngột.")

    for _ in range(2):
        with pytest.raises(ExportError):
            desk.make_ready(office.system, crashes)
    assert desk.make_ready(office.system, crashes) == 0 and len(tried) == 2, "each is tried once"


def test_the_desk_waits_while_an_export_runs(office: Office, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    office.read_book(pages=1, entries=2)
    approve_all(office, token)
    desk = ProofDesk()
    running = [True, True, False, False]
    monkeypatch.setattr(proof_desk, "exports_under_way", lambda: running.pop(0))
    monkeypatch.setattr(desk._stop, "wait", lambda _seconds: False)
    assert _make_ready(office, desk) == 2 and running == []


@pytest.mark.slow
def test_an_export_runs_beside_the_screen_and_can_be_broken_off(
    office: Office, token: Token, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    book = office.read_book(pages=2, entries=2)
    approve_all(office, token)
    halfway, go_on = threading.Event(), threading.Event()
    export = exporting.export_book

    def slow(ctx: Context, book_id: int, *, progress: Any, **more: Any) -> Any:
        def step(done: int, total: int) -> None:
            progress(done, total)
            if done == 2:
                halfway.set()
                go_on.wait(30)

        return export(ctx, book_id, progress=step, **more)

    monkeypatch.setattr(export_jobs, "export_book", slow)
    job = export_jobs.start_export(office.supervisor, book.id, include_unapproved=False)
    assert halfway.wait(60)
    assert (job.state.phase, job.state.done, job.state.total) == (JobPhase.RUNNING, 2, 4)
    assert export_jobs.last_export(office.clerk, book.id) is job
    with pytest.raises(InvalidInput, match="đang xuất sổ này"):
        export_jobs.start_export(office.administrator, book.id, include_unapproved=False)
    job.cancel()
    go_on.set()
    job.wait(60)
    assert job.state.phase is JobPhase.CANCELLED and not job.state.running
    assert exporting.exports_of(office.clerk, book.id) == ()
    assert export_jobs.last_export(office.administrator, book.id) is job, "told to whoever comes back, and anybody else"
    monkeypatch.setattr(export_jobs, "export_book", export)
    second = export_jobs.start_export(office.supervisor, book.id, include_unapproved=False)
    second.wait(60)
    summary = second.state.result
    assert summary is not None and summary.pdfs_ready >= 2 and summary.manifest.rows == 4
    with pytest.raises(NotFound, match="Không có quyển sổ này"):
        export_jobs.start_export(office.supervisor, 999, include_unapproved=False)

    def fails(*_args: Any, **_more: Any) -> Any:
        raise ExportError("disk_full", "Ổ đĩa đã đầy.")

    monkeypatch.setattr(export_jobs, "export_book", fails)
    refused = export_jobs.start_export(office.supervisor, book.id, include_unapproved=False)
    refused.wait(60)
    assert refused.state.phase is JobPhase.FAILED and "Ổ đĩa đã đầy" in refused.state.message
    assert export_jobs.last_export(office.supervisor, book.id) is refused
