"""Exports in the background of the screens.

A job broken off leaves the earlier delivery as it was, and the PDFs it made wait on the book's shelf for the next try;
what is being packed when somebody breaks off is finished.
"""

from __future__ import annotations

from typing import TypeAlias

from corrections.entries import Role
from storage.books import get_book
from workbench.services.background_jobs import BackgroundJob, JobRegistry, JobState, Moved
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.exporting import ExportSummary, export_book

__all__ = ["ExportJob", "ExportProgress", "last_export", "start_export"]

ExportJob: TypeAlias = BackgroundJob[ExportSummary]
ExportProgress: TypeAlias = JobState[ExportSummary]
"""Nothing in all: data are read and the import rules rehearsed; all done: workbook and .zip are written."""

_jobs: JobRegistry[ExportSummary] = JobRegistry()
_FAULT = "Chương trình gặp lỗi khi xuất; bản xuất trước (nếu có) vẫn còn nguyên. Hãy xuất lại."


@requires(Role.SUPERVISOR)
def start_export(ctx: Context, book_id: int, *, include_unapproved: bool) -> ExportJob:
    """Export a book in the background.

    Raises:
        InvalidInput: the book is being exported already.
        NotFound: no such book among those the caller sees.
    """
    _seen(ctx, book_id)

    def work(moved: Moved) -> ExportSummary:
        return export_book(ctx, book_id, include_unapproved=include_unapproved, progress=moved)

    job = BackgroundJob(ctx, work, name=f"export of book {book_id}", fault=_FAULT)
    _jobs.start((ctx.database.url, book_id), job, "{who} đang xuất sổ này. Hãy chờ xong rồi xuất lại.")
    return job


@requires(Role.CLERK)
def last_export(ctx: Context, book_id: int) -> ExportJob | None:
    """The export of a book that runs, or how the last one since the start of this server ended, whoever started it.

    Raises:
        NotFound: no such book among those the caller sees.
    """
    _seen(ctx, book_id)
    return _jobs.last((ctx.database.url, book_id))


def _seen(ctx: Context, book_id: int) -> None:
    """Stop whoever does not see the book: who exports it, how far it is and what it came to is told to nobody else."""
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
