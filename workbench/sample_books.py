"""The sample books that a fresh installation opens on: drawn pages of invented people, imported and read once."""

from __future__ import annotations

import json
from pathlib import Path

from corrections.entries import BookKind, BookState
from layouts.register_types import RegisterType
from workbench.console import complain, progress
from workbench.services import books, importing, reading, reading_queue
from workbench.services.context import Context

__all__ = ["add_sample_books"]

_SCANS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pdf")


def add_sample_books(context: Context, folder: Path, *, read: bool = True) -> None:
    """Imports each folder that has a `book.json`, then reads what is unread; what is there already stays as it is.

    Args:
        context: of the installation.
        folder: holds one folder a book.
        read: whether to wait until the pages are read; else they wait in the queue that the server reads.

    Raises:
        OSError: the folder cannot be read.
        ServiceError, StorageError: see the services.
    """
    for description in sorted(folder.glob("*/book.json")):
        added = _add_book(context, description)
        if added and not read:
            reading_queue.queue_book(context, added)
    unread = reading.unread_count(context, samples=True)
    if not unread or not read:
        return
    with progress("Đang đọc các quyển mẫu", unread) as advance:
        summary = reading.read_pages(context, progress=lambda _: advance())
    complain(f"Đã đọc {summary.read} trang của các quyển mẫu trong {summary.seconds:.0f} giây.")
    for problem in summary.problems:
        complain(f"{problem.file_name}: {problem.message}")


def _add_book(context: Context, description: Path) -> int:
    """The book of a description; 0 when nothing new came into it."""
    facts = json.loads(description.read_text(encoding="utf-8"))
    office = f"{facts['office']}, {facts['district']}, {facts['province']}"
    kind, volume = RegisterType(facts["register_type"]), facts["volume"]
    book = books.find_book(context, register_type=kind, volume_number=volume, office=office)
    if book is None:
        book = books.create_book(
            context,
            register_type=kind,
            volume_number=volume,
            office=office,
            state=BookState.SCANNED,
            kind=BookKind.SAMPLE,
            remarks="Quyển mẫu, người và nơi đều bịa",
        )
    if book.kind is not BookKind.SAMPLE:
        return 0  # an administrator has taken it away, or the office has made it its own
    scans = sorted(p for p in description.parent.iterdir() if p.suffix.lower() in _SCANS)
    return book.id if importing.import_scans(context, book.id, scans).pages_added else 0
