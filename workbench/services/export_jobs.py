"""Exports in the background of the screens: what is being done now, how far, and breaking off.

A job broken off leaves the earlier delivery as it was, and the PDFs it made wait on the book's shelf for the next try.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from enum import Enum

from corrections.entries import Role
from exports.errors import ExportError
from layouts.errors import LayoutError
from ocr.errors import OcrError
from storage.errors import StorageError
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, ServiceError
from workbench.services.exporting import ExportSummary, export_book

__all__ = ["ExportJob", "ExportPhase", "ExportProgress", "export_under_way", "start_export"]

log = logging.getLogger(__name__)


class ExportPhase(str, Enum):
    """What a job is doing."""

    CHECKING = "checking"
    """Data read and the import rules rehearsed."""
    PDFS = "pdfs"
    PACKING = "packing"
    """Workbook, .zip and manifest written."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportProgress:
    """Where a job stands."""

    phase: ExportPhase = ExportPhase.CHECKING
    done: int = 0
    total: int = 0
    summary: ExportSummary | None = None
    message: str = ""
    """Why it failed, in Vietnamese."""

    @property
    def running(self) -> bool:
        """Whether the job has not ended."""
        return self.phase in (ExportPhase.CHECKING, ExportPhase.PDFS, ExportPhase.PACKING)


class _CancelledError(Exception):
    """Somebody broke the job off."""


class ExportJob:
    """One export of one book, in a thread of its own."""

    def __init__(self, ctx: Context, book_id: int, *, include_unapproved: bool) -> None:
        self.book_id = book_id
        self.started_by = ctx.who.full_name or ctx.who.name
        self.state = ExportProgress()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ctx, include_unapproved), name="export", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Break off before the next PDF; what is being packed is finished."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Until the job has ended, but not longer than that."""
        self._thread.join(seconds)

    def _run(self, ctx: Context, include_unapproved: bool) -> None:
        try:
            summary = export_book(ctx, self.book_id, include_unapproved=include_unapproved, progress=self._moved)
            self.state = replace(self.state, phase=ExportPhase.DONE, summary=summary)
        except _CancelledError:
            self.state = replace(self.state, phase=ExportPhase.CANCELLED)
        except (ServiceError, StorageError, ExportError, OcrError, LayoutError) as error:
            self.state = replace(self.state, phase=ExportPhase.FAILED, message=str(error))
        except Exception:  # a thread's last line of defence: without it the screen would show a job that never ends
            log.exception("export of book %s failed", self.book_id)
            told = "Chương trình gặp lỗi khi xuất; bản xuất trước (nếu có) vẫn còn nguyên. Hãy xuất lại."
            self.state = replace(self.state, phase=ExportPhase.FAILED, message=told)
        finally:
            _leave(self)

    def _moved(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        phase = ExportPhase.PACKING if done == total else ExportPhase.PDFS
        self.state = replace(self.state, phase=phase, done=done, total=total)


_jobs: dict[tuple[str, int], ExportJob] = {}
_lock = threading.Lock()


def _leave(job: ExportJob) -> None:
    with _lock:
        for key in [key for key, one in _jobs.items() if one is job]:
            del _jobs[key]


@requires(Role.SUPERVISOR)
def start_export(ctx: Context, book_id: int, *, include_unapproved: bool) -> ExportJob:
    """Export a book in the background.

    Raises:
        InvalidInput: the book is being exported already.
    """
    job = ExportJob(ctx, book_id, include_unapproved=include_unapproved)
    with _lock:
        other = _jobs.get((ctx.database.url, book_id))
        if other is not None:
            raise InvalidInput(f"{other.started_by} đang xuất sổ này. Hãy chờ xong rồi xuất lại.")
        _jobs[ctx.database.url, book_id] = job
    job.start()
    return job


@requires(Role.CLERK)
def export_under_way(ctx: Context, book_id: int) -> ExportJob | None:
    """The export of a book that runs on this server, whoever started it."""
    with _lock:
        return _jobs.get((ctx.database.url, book_id))
