"""Reading runs: which pages lack a reading, engines that read them, and saving each page in one transaction.

A run keeps no list of its own: what is unread follows from the database, so a killed run goes on by being started
again. What a person has confirmed is never overwritten by a newer reading.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from corrections.entries import Role
from layouts.loader import shipped_templates
from ocr.batch import local_engine
from ocr.batch.local_engine import PageOutcome, Reader
from ocr.readings import PageFailure, PageKind, PageReading, PageTask
from storage import pages as page_store
from storage.books import READABLE, REAL_WORK, get_book
from storage.pages import PageRow
from workbench.certificates import cluster_files
from workbench.services.book_doubts import doubt_breaks
from workbench.services.book_lessons import BookLessons
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.quality import renew_thresholds
from workbench.services.reading_versions import (
    ReadingVersions,
    default_reader,
    office_forms,
    reading_versions,
    template_texts,
)
from workbench.services.reweighing import reweigh_book
from workbench.services.saving_readings import save_outcome

__all__ = [
    "PageProblem",
    "ReadProgress",
    "ReadSummary",
    "page_task",
    "read_pages",
    "reread_page",
    "task_of",
    "unread_count",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProgress:
    """Where a run stands after a page."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProblem:
    """A page that could not be read."""

    page_id: int
    file_name: str
    scan_index: int
    code: str
    message: str


@dataclass(slots=True)
class ReadSummary:
    """What a run did."""

    pages: int = 0
    """Pages that lacked a reading."""
    read: int = 0
    failed: int = 0
    entries: int = 0
    seconds: float = 0.0
    problems: list[PageProblem] = field(default_factory=list)

    def progress(self) -> ReadProgress:
        """Where the run stands after a page."""
        done = self.read + self.failed
        return ReadProgress(done=done, total=self.pages)


@requires(Role.CLERK)
def unread_count(ctx: Context, book_id: int | None = None, *, samples: bool = False) -> int:
    """How many pages a run would read; of all books those of samples are counted only when asked for."""
    with ctx.read() as connection:
        versions = reading_versions(connection)
        return page_store.count_unread(
            connection,
            layouts_version=versions.layouts,
            own_layouts=versions.own,
            recogniser_version=versions.recogniser,
            book_id=book_id,
            kinds=READABLE if samples or book_id is not None else REAL_WORK,
        )


@requires(Role.CLERK)
def read_pages(
    ctx: Context,
    *,
    book_id: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    limit: int | None = None,
    retry_failed: bool = False,
    progress: Callable[[ReadProgress], None] | None = None,
    reader: Reader | None = None,
) -> ReadSummary:
    """Read what is unread, on this machine or on a Dask cluster.

    Args:
        ctx: A clerk's.
        book_id: Only this book.
        workers: Processes; None: as set.
        scheduler: Address of a Dask scheduler; None: this machine.
        limit: At most so many pages.
        retry_failed: Read pages again that failed with the same recogniser.
        progress: Called after each page.
        reader: Another reader than the standard one.

    Raises:
        NotFound: no such book.
        OcrError: the Dask scheduler does not answer.
        StorageError: the disk is full; pages saved so far are kept.
    """
    start = time.monotonic()
    renew_thresholds(ctx)
    with ctx.read() as connection:
        if book_id is not None:
            found(get_book(connection, book_id), Missing.BOOK)
        versions = reading_versions(connection)
    lessons = BookLessons(ctx)
    summary = ReadSummary()
    by_id: dict[int, PageRow] = {}
    while pages := _unread(ctx, versions, book_id, retry_failed, limit, by_id):
        by_id |= {page.id: page for page in pages}
        summary.pages += len(pages)
        outcomes = _engine(ctx, _tasks(ctx, pages, lessons), reader or default_reader(), workers, scheduler)
        half_tables = False
        for page_id, outcome in outcomes:
            page = by_id[page_id]
            summary.entries += save_outcome(ctx, page, outcome, versions)
            lessons.learn(page.book_id, outcome)
            half_tables |= isinstance(outcome, PageReading) and outcome.kind is PageKind.CONTINUED
            _count(summary, page, outcome)
            if progress:
                progress(summary.progress())
        if not half_tables:  # only the right half of a table makes a page unread that was read before
            break
    for read_book in {page.book_id for page in by_id.values()}:
        reweigh_book(ctx, read_book)
        doubt_breaks(ctx, read_book)
    summary.seconds = time.monotonic() - start
    return summary


def _unread(
    ctx: Context,
    versions: ReadingVersions,
    book_id: int | None,
    retry_failed: bool,
    limit: int | None,
    done: Mapping[int, PageRow],
) -> tuple[PageRow, ...]:
    """Pages to read now, without those this run has tried."""
    with ctx.read() as connection:
        pages = page_store.unread_pages(
            connection,
            layouts_version=versions.layouts,
            own_layouts=versions.own,
            recogniser_version=versions.recogniser,
            book_id=book_id,
            retry_failed=retry_failed,
            limit=limit,
        )
    left = [page for page in pages if page.id not in done]
    return tuple(left if limit is None else left[: limit - len(done)])


def _count(summary: ReadSummary, page: PageRow, outcome: PageOutcome) -> None:
    if isinstance(outcome, PageReading):
        summary.read += 1
        return
    summary.failed += 1
    summary.problems.append(
        PageProblem(
            page_id=page.id,
            file_name=page.file_name,
            scan_index=page.scan_index,
            code=outcome.code,
            message=outcome.message,
        )
    )


def _engine(
    ctx: Context,
    tasks: Iterator[tuple[int, PageTask]],
    reader: Reader,
    workers: int | None,
    scheduler: str | None,
) -> Iterator[tuple[int, PageOutcome]]:
    timeout = ctx.settings.page_timeout
    if scheduler is None:
        count = workers or ctx.settings.worker_count
        return local_engine.run_pages(tasks, reader=reader, workers=count, timeout=timeout)
    # Imported here: the package starts threads and takes a second, and most runs never need it.
    from ocr.batch import dask_engine

    files = cluster_files(ctx.settings.data_dir)
    if not scheduler.startswith("tls://") or not files.complete:
        raise InvalidInput(
            "Cụm máy đọc chỉ dùng được qua TLS: chạy «workbench cluster keys», chép thư mục cluster tới các máy, mở bộ "
            "điều phối bằng «workbench cluster scheduler», rồi ghi --scheduler tls://MÁY:8786."
        )
    security = dask_engine.security_of(files.authority, files.certificate, files.key)
    return dask_engine.run_pages(tasks, reader=reader, scheduler=scheduler, security=security, timeout=timeout)


def _tasks(ctx: Context, pages: tuple[PageRow, ...], lessons: BookLessons) -> Iterator[tuple[int, PageTask]]:
    with ctx.read() as connection:
        texts = template_texts(connection)
    for page in pages:
        yield page.id, task_of(ctx, page, lessons, texts)


@requires(Role.CLERK)
def task_of(ctx: Context, page: PageRow, lessons: BookLessons, texts: tuple[str, ...]) -> PageTask:
    """What a worker is given to read a page of a book of which these lessons are known."""
    lesson = lessons.of(page.book_id, page.id)
    before, after = lessons.neighbours(page)
    return PageTask(
        source=str(ctx.scans.place(page.scan_sha256, page.suffix)),
        page=page.scan_index,
        half=page.half,
        register_type=lesson.register_type,
        forms=(page.forced_form,) if page.forced_form else (),
        template_texts=texts,
        book_geometry=lesson.geometry,
        book_form=lesson.form,
        book_place=lesson.place,
        book_hand=lesson.hand,
        page_before=before,
        page_after=after,
    )


@requires(Role.CLERK)
def page_task(ctx: Context, page: PageRow) -> PageTask:
    """What a worker is given to read a page."""
    with ctx.read() as connection:
        texts = template_texts(connection)
    return task_of(ctx, page, BookLessons(ctx), texts)


@requires(Role.CLERK)
def reread_page(
    ctx: Context, page_id: int, *, form: str | None = None, reader: Reader | None = None
) -> PageReading | PageFailure:
    """Read one page again, as the form a person says it is; entries already confirmed stay.

    Raises:
        InvalidInput: no such form for this register.
    """
    with ctx.write() as work:
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
        if form is not None:
            known = set(shipped_templates()) | set(office_forms(work.connection))
            if form not in known:
                raise InvalidInput(f"Không có mẫu sổ «{form}». Hãy chọn mẫu trong danh sách.")
            page_store.force_form(work.connection, page_id, form)
            work.note("force_form", book_id=page.book_id, column=str(page_id), old=page.forced_form, new=form)
        versions = reading_versions(work.connection)
        texts = template_texts(work.connection)
        page = found(page_store.get_page(work.connection, page_id), Missing.PAGE)
    task = task_of(ctx, page, BookLessons(ctx), texts)
    outcome = next(
        local_engine.run_pages([(page_id, task)], reader=reader or default_reader(), timeout=ctx.settings.page_timeout)
    )[1]
    save_outcome(ctx, page, outcome, versions)
    return outcome
