"""Reads what waits in the queue: one pool of workers a machine, page by page, always from the first book that may.

Before each page the queue is asked anew, so a book put first is next, and a rest begins with the next page. The record
is the database: killed half-way, the desk of the next server goes on with the same queue.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from corrections.entries import Role
from layouts.errors import LayoutError
from ocr.batch import local_engine
from ocr.batch.local_engine import PageOutcome, Reader
from ocr.errors import OcrError
from ocr.readings import PageFailure, PageTask
from storage import pages as page_store
from storage.errors import StorageError
from storage.opening.database import Connection
from storage.pages import PageRow
from storage.reading_queue import QueuedBook, paused_by, queued_books, take_from_queue
from workbench.config import Settings
from workbench.services.book_doubts import doubt_breaks
from workbench.services.book_lessons import BookLessons
from workbench.services.context import Context, requires, system_context
from workbench.services.errors import ServiceError
from workbench.services.quality import renew_thresholds
from workbench.services.reading import task_of
from workbench.services.reading_versions import ReadingVersions, quiet_reader, reading_versions, template_texts
from workbench.services.reweighing import reweigh_book
from workbench.services.saving_readings import save_outcome

__all__ = ["DESK", "ReadingDesk"]

log = logging.getLogger(__name__)

_LOOK_EVERY = 2.0
"""Seconds between two looks at an empty queue."""
_AFTER_TROUBLE = 30.0
"""Seconds until the next try when the disk was full or a program missing."""
_DESK_FILE = "reading-desk.lock"


class ReadingDesk:
    """The reader of one server; of several servers on the same data folder one reads."""

    def __init__(self) -> None:
        self.trouble = ""
        """Why reading stands still, in Vietnamese; empty while it does not."""
        self._stop = threading.Event()

    def open(self, settings: Settings, *, reader: Reader | None = None) -> threading.Thread:
        """Begin to serve the queue, in a thread, for as long as the process lives."""
        thread = threading.Thread(target=self._serve, args=(settings, reader), name="reading-desk", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Stop after the pages in hand."""
        self._stop.set()

    def _serve(self, settings: Settings, reader: Reader | None) -> None:
        alone = None
        while not self._stop.is_set():
            try:
                context = system_context(settings)
                alone = alone or _sit_down(settings.data_dir)
                if alone is not None:
                    read_queue(context, reader=reader, stop=self._stop)
                self.trouble, wait = "", _LOOK_EVERY
            except (ServiceError, StorageError, OcrError, LayoutError, OSError) as error:
                log.warning("reading stands still: %s", error)
                self.trouble, wait = str(error), _AFTER_TROUBLE
            except Exception:  # the thread's last line of defence: without it nothing would be read any more
                log.exception("reading stands still")
                self.trouble, wait = "Chương trình gặp lỗi khi đọc; máy sẽ tự thử lại.", _AFTER_TROUBLE
            self._stop.wait(wait)
        if alone is not None:
            alone.close()


DESK = ReadingDesk()
"""The desk of this server process."""


def _sit_down(data_dir: Path) -> sqlite3.Connection | None:
    """A hold on the data folder that ends with the process, however it ends; None while another server has it.

    It is SQLite's own lock on an empty file: the same on every operating system.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    hold = sqlite3.connect(data_dir / _DESK_FILE, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        hold.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        hold.close()
        return None
    return hold


@requires(Role.ADMINISTRATOR)
def read_queue(
    ctx: Context, *, reader: Reader | None = None, workers: int | None = None, stop: threading.Event | None = None
) -> int:
    """Read until nothing in the queue may be read; returns how many pages were.

    Args:
        ctx: The system's.
        reader: Another reader than the standard one.
        workers: Processes; None: as set.
        stop: Set to end after the pages in hand.

    Raises:
        OcrError: a program is missing.
        StorageError: the disk is full, say; pages saved so far are kept.
    """
    with ctx.read() as connection:
        if paused_by(connection) or all(one.paused for one in queued_books(connection)):
            return 0
    renew_thresholds(ctx)
    stretch = _Stretch(ctx, stop or threading.Event())
    stretch.leave_finished()
    outcomes = local_engine.run_pages(
        stretch.tasks(),
        reader=reader or quiet_reader(),
        workers=workers or ctx.settings.worker_count,
        timeout=ctx.settings.page_timeout,
    )
    done = 0
    for page_id, outcome in outcomes:
        stretch.save(page_id, outcome)
        done += 1
    stretch.leave_finished()
    return done


class _Stretch:
    """One stretch of reading, from the first page to the moment nothing may be read."""

    def __init__(self, ctx: Context, stop: threading.Event) -> None:
        self._ctx = ctx
        self._stop = stop
        self._lessons = BookLessons(ctx)
        self._in_hand: dict[int, tuple[PageRow, ReadingVersions]] = {}
        self._tried: dict[int, int] = {}
        """Pages read since their book came into the queue, with the book: a page that fails is not tried for ever."""

    def tasks(self) -> Iterator[tuple[int, PageTask]]:
        """The page that is next whenever a worker is free."""
        while not self._stop.is_set():
            with self._ctx.read() as connection:
                versions = reading_versions(connection)
                texts = template_texts(connection)
                page = self._next(connection, versions)
            if page is None:
                return
            self._tried[page.id] = page.book_id
            self._in_hand[page.id] = page, versions
            yield page.id, task_of(self._ctx, page, self._lessons, texts)

    def _next(self, connection: Connection, versions: ReadingVersions) -> PageRow | None:
        if paused_by(connection):
            return None
        queued = queued_books(connection)
        waiting = {one.book_id for one in queued}
        self._tried = {page: book for page, book in self._tried.items() if book in waiting}
        going_on = (one for one in queued if not one.paused)
        pages = (self._first_page(connection, one, versions) for one in going_on)
        return next((page for page in pages if page is not None), None)

    def _first_page(self, connection: Connection, queued: QueuedBook, versions: ReadingVersions) -> PageRow | None:
        pages = page_store.unread_pages(
            connection,
            layouts_version=versions.layouts,
            own_layouts=versions.own,
            recogniser_version=versions.recogniser,
            book_id=queued.book_id,
            retry_failed=queued.retry_failed,
            limit=len(self._tried) + len(self._in_hand) + 1,
        )
        return next((page for page in pages if page.id not in self._tried and page.id not in self._in_hand), None)

    def save(self, page_id: int, outcome: PageOutcome) -> None:
        """Keep what came of a page; a book with nothing left leaves the queue."""
        read, versions = self._in_hand.pop(page_id)
        with self._ctx.read() as connection:
            page = page_store.get_page(connection, page_id)
        if page is None or page.book_id != read.book_id:
            self._tried.pop(page_id, None)  # moved or taken out meanwhile: it waits where it is now
            return
        try:
            save_outcome(self._ctx, page, outcome, versions)
        except StorageError:
            raise
        except Exception as error:  # a page that cannot be kept must not hold up the books behind it
            log.exception("page %s was not kept", page_id)
            save_outcome(self._ctx, page, _not_kept(outcome, error), versions)
        else:
            self._lessons.learn(page.book_id, outcome)
        self.leave_finished(only=page.book_id)

    def leave_finished(self, only: int | None = None) -> None:
        """See to the books of which no page is unread or in hand, and take them out of the queue."""
        busy = {page.book_id for page, _ in self._in_hand.values()}
        with self._ctx.read() as connection:
            versions = reading_versions(connection)
            finished = [
                one.book_id
                for one in queued_books(connection)
                if not one.paused
                and one.book_id not in busy
                and only in (None, one.book_id)
                and self._first_page(connection, one, versions) is None
            ]
        for book_id in finished:
            reweigh_book(self._ctx, book_id)
            doubt_breaks(self._ctx, book_id)
            with self._ctx.write() as work:
                take_from_queue(work.connection, book_id)
            self._tried = {page: book for page, book in self._tried.items() if book != book_id}


def _not_kept(outcome: PageOutcome, error: Exception) -> PageFailure:
    return PageFailure(
        source=outcome.source,
        page=outcome.page,
        half=outcome.half,
        code=f"fault_{type(error).__name__}",
        message="Chương trình gặp lỗi khi ghi kết quả đọc trang này; các trang khác vẫn được đọc. "
        "Hãy nhập tay và báo lỗi cho người quản trị.",
        seconds=outcome.seconds,
    )
