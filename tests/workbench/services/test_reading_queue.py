"""Books wait for reading in an order people choose; the desk reads page by page and goes on after a kill."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corrections.entries import Book
from ocr.readings import PageFailure, PageReading, PageTask
from storage.audit_log import stream_events
from tests.fakes import readers
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import books, importing, reading_desk, reading_queue
from workbench.services.context import Context
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.reading_queue import QueueMove

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _fixed_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reading_desk, reading_queue):
        monkeypatch.setattr(module, "reading_versions", lambda _connection: VERSIONS)


def _book(office: Office, number: int, pages: int) -> Book:
    book = office.book(volume_number=f"0{number}/1998")
    importing.import_scans(office.clerk, book.id, [office.scan(pages, f"quyen-{number}.tif", 20 * number)])
    return book


def _run_here(monkeypatch: pytest.MonkeyPatch, between: Callable[[int], None] = lambda _: None) -> list[int]:
    """Run readers in this process; the pages read, in order, and what happens before each is drawn."""
    drawn: list[int] = []

    def run_pages(tasks: Iterator[tuple[int, PageTask]], *, reader: Callable[..., object], **_: object) -> Iterator:  # type: ignore[type-arg]
        for key, task in tasks:
            drawn.append(key)
            yield key, reader(task)
            between(len(drawn))

    monkeypatch.setattr(reading_desk.local_engine, "run_pages", run_pages)
    return drawn


def _books_of(office: Office, drawn: list[int]) -> list[int]:
    owners = {
        p.id: b.book.id for b in books.list_books(office.clerk) for p in books.book_pages(office.clerk, b.book.id)
    }
    return [owners[page] for page in drawn]


@pytest.mark.slow
def test_books_are_read_in_their_order_and_leave_the_queue(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _book(office, 1, 2), _book(office, 2, 3)
    assert reading_queue.unread_books(office.clerk) == {first.id: 2, second.id: 3}
    assert reading_queue.queue_unread_books(office.clerk) == 2
    reading_queue.queue_book(office.clerk, second.id)  # waits already: keeps its place
    assert reading_queue.unread_books(office.clerk) == {}
    queue = reading_queue.reading_queue(office.clerk)
    assert [(line.book_id, line.done, line.left, line.asked_by) for line in queue.lines] == [
        (first.id, 0, 2, "clerk"),
        (second.id, 0, 3, "clerk"),
    ]
    assert queue.current is not None and queue.current.book_id == first.id
    drawn = _run_here(monkeypatch)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 5
    assert _books_of(office, drawn) == [first.id] * 2 + [second.id] * 3
    assert reading_queue.reading_queue(office.clerk).lines == ()
    assert books.book_progress(office.clerk, second.id).to_review == 6
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 0


@pytest.mark.slow
def test_a_book_put_first_is_read_from_the_next_page_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (_book(office, n, 2) for n in (1, 2, 3))
    reading_queue.queue_unread_books(office.clerk)

    def between(read: int) -> None:
        if read == 1:
            reading_queue.move_book(office.supervisor, third.id, QueueMove.FIRST)

    drawn = _run_here(monkeypatch, between)
    reading_desk.read_queue(office.system, reader=readers.read_births)
    assert _books_of(office, drawn) == [first.id, third.id, third.id, first.id, second.id, second.id]


def test_places_change_by_one_and_only_supervisors_change_them(office: Office) -> None:
    first, second, third = (_book(office, n, 1) for n in (1, 2, 3))
    reading_queue.queue_unread_books(office.clerk)

    def order() -> list[int]:
        return [line.book_id for line in reading_queue.reading_queue(office.clerk).lines]

    reading_queue.move_book(office.supervisor, third.id, QueueMove.UP)
    assert order() == [first.id, third.id, second.id]
    reading_queue.move_book(office.supervisor, first.id, QueueMove.DOWN)
    assert order() == [third.id, first.id, second.id]
    reading_queue.move_book(office.supervisor, second.id, QueueMove.DOWN)  # is last already
    assert order() == [third.id, first.id, second.id]
    reading_queue.take_out(office.supervisor, first.id)
    assert order() == [third.id, second.id]
    for step in (
        lambda ctx: reading_queue.move_book(ctx, second.id, QueueMove.UP),
        lambda ctx: reading_queue.rest_book(ctx, second.id, rests=True),
        lambda ctx: reading_queue.rest_reading(ctx, rests=True),
        lambda ctx: reading_queue.take_out(ctx, second.id),
    ):
        with pytest.raises(NotAllowed):
            step(office.clerk)
    with pytest.raises(InvalidInput, match="không còn trong hàng"):
        reading_queue.move_book(office.supervisor, first.id, QueueMove.UP)
    with office.clerk.read() as connection:
        noted = [event.action for event in stream_events(connection)]
    assert noted.count("queue_reading") == 3 and noted.count("reading_order") == 3 and "unqueue_reading" in noted


@pytest.mark.slow
def test_one_book_rests_while_the_others_are_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _book(office, 1, 2), _book(office, 2, 2)
    reading_queue.queue_unread_books(office.clerk)
    reading_queue.rest_book(office.supervisor, first.id, rests=True)
    drawn = _run_here(monkeypatch)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 2
    assert _books_of(office, drawn) == [second.id] * 2
    (line,) = reading_queue.reading_queue(office.clerk).lines
    assert (line.book_id, line.paused, line.left, line.seconds_left) == (first.id, True, 2, None)
    reading_queue.rest_book(office.supervisor, first.id, rests=False)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 2


def test_the_whole_queue_rests_after_the_pages_in_hand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _book(office, 1, 3)
    reading_queue.queue_unread_books(office.clerk)
    drawn = _run_here(
        monkeypatch, lambda read: reading_queue.rest_reading(office.supervisor, rests=True) if read == 1 else None
    )
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 1
    queue = reading_queue.reading_queue(office.clerk)
    assert (queue.paused_by, queue.current, queue.lines[0].left) == ("supervisor", None, 2)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 0 and len(drawn) == 1
    reading_queue.rest_reading(office.supervisor, rests=False)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 2


def test_failed_pages_are_tried_again_only_when_asked_and_only_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = _book(office, 1, 3)
    _run_here(monkeypatch)
    reading_queue.queue_book(office.clerk, book.id)
    assert reading_desk.read_queue(office.system, reader=readers.fail_on_page_one) == 3
    assert books.book_progress(office.clerk, book.id).pages_failed == 1
    assert reading_queue.unread_books(office.clerk) == {}
    reading_queue.queue_book(office.clerk, book.id, retry_failed=True)
    assert reading_desk.read_queue(office.system, reader=readers.fail_on_page_one) == 1
    assert reading_queue.reading_queue(office.clerk).lines == ()
    reading_queue.queue_book(office.clerk, book.id, retry_failed=True)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 1
    assert books.book_progress(office.clerk, book.id).pages_failed == 0


@pytest.mark.slow
def test_failed_pages_asked_for_again_are_tried_while_other_books_are_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _book(office, 1, 2), _book(office, 2, 2)
    reading_queue.queue_unread_books(office.clerk)

    def between(read: int) -> None:
        if read == 3:  # the first book has left the queue, with a page that failed
            reading_queue.queue_book(office.clerk, first.id, retry_failed=True)

    drawn = _run_here(monkeypatch, between)
    reading_desk.read_queue(office.system, reader=readers.fail_on_page_one)
    assert _books_of(office, drawn) == [first.id] * 2 + [second.id] * 2 + [first.id]
    assert reading_queue.reading_queue(office.clerk).lines == ()


def test_a_page_that_cannot_be_kept_does_not_hold_up_the_queue(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    book = _book(office, 1, 3)
    reading_queue.queue_book(office.clerk, book.id)
    _run_here(monkeypatch)
    kept = reading_desk.save_outcome

    def faulty(ctx: Context, page: object, outcome: PageReading | PageFailure, versions: object) -> int:
        if isinstance(outcome, PageReading) and outcome.page == 1:
            raise ValueError("a fault of the program")
        return kept(ctx, page, outcome, versions)  # type: ignore[arg-type]

    monkeypatch.setattr(reading_desk, "save_outcome", faulty)
    assert reading_desk.read_queue(office.system, reader=readers.read_births) == 3
    (page,) = (p for p in books.book_pages(office.clerk, book.id) if p.state == "failed")
    assert page.failure_code == "fault_ValueError" and "ghi kết quả" in page.failure_message


@pytest.mark.slow
def test_two_books_share_one_pool_of_real_workers(office: Office) -> None:
    first, second = _book(office, 1, 3), _book(office, 2, 3)
    reading_queue.queue_unread_books(office.clerk)
    assert reading_desk.read_queue(office.system, reader=readers.read_births, workers=2) == 6
    assert [books.book_progress(office.clerk, b.id).pages_read for b in (first, second)] == [3, 3]


_SERVER = """
import sys, threading
from pathlib import Path
from tests.fakes import readers
from tests.workbench.services.conftest import VERSIONS
from workbench.config import Settings
from workbench.services import reading_desk
reading_desk.reading_versions = lambda _connection: VERSIONS
if __name__ == "__main__":
    desk = reading_desk.ReadingDesk()
    settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2], workers=1)
    desk.open(settings, reader=getattr(readers, sys.argv[3]))
    threading.Event().wait()
"""


@pytest.mark.slow
def test_a_killed_server_is_followed_by_one_that_goes_on(office: Office, tmp_path: Path) -> None:
    book = _book(office, 1, 5)
    reading_queue.queue_book(office.clerk, book.id)
    settings = office.clerk.settings
    script = tmp_path / "server.py"
    script.write_text(_SERVER, encoding="utf-8")

    def server(reader: str, until: Callable[[], bool]) -> None:
        """A server lives until something is so, and is then killed."""
        command = [sys.executable, str(script), str(settings.data_dir), settings.database, reader]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            _wait(until)
        finally:
            process.kill()
            process.wait()

    server("note_start_then_hang", lambda: bool(list(settings.data_dir.rglob("*.hanging"))))
    (line,) = reading_queue.reading_queue(office.clerk).lines
    assert (line.book_id, line.done, line.left) == (book.id, 3, 2)
    server("read_births", lambda: not reading_queue.reading_queue(office.clerk).lines)
    assert books.book_progress(office.clerk, book.id).pages_read == 5
    with office.clerk.read() as connection:
        read = [e.entry_id for e in stream_events(connection) if e.action == "read"]
    assert len(read) == len(set(read)) == 10


def _wait(done: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_of_two_servers_on_one_folder_one_reads(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []
    monkeypatch.setattr(reading_desk, "read_queue", lambda _ctx, **_: served.append(threading.get_ident()) or 0)
    monkeypatch.setattr(reading_desk, "_LOOK_EVERY", 0.01)
    desks = [reading_desk.ReadingDesk() for _ in range(2)]
    threads = [desk.open(office.nobody.settings) for desk in desks]
    _wait(lambda: len(served) > 20)
    assert len(set(served)) == 1
    (reads,) = [i for i, thread in enumerate(threads) if thread.ident == served[0]]
    desks[reads].close()
    threads[reads].join()
    _wait(lambda: len(set(served)) == 2)  # the other takes the place that became free
    desks[1 - reads].close()
    threads[1 - reads].join()
