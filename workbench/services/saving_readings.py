"""Saves what the machine returned for a page: reading, pre-filled entries, findings and events in one transaction."""

from __future__ import annotations

from dataclasses import replace

from corrections.book_evidence.ink import entry_ink
from corrections.entries import Book, BookState, Entry, EntryState
from corrections.late_pages import completed_entry
from corrections.prefill import prefill_entry
from corrections.queues import predict_effort
from corrections.thresholds import Thresholds
from layouts.columns import columns_by_name
from ocr.batch.local_engine import PageOutcome
from ocr.readings import EntryReading, PageFailure, PageReading
from storage.audit_log import seal_of
from storage.books import get_book, progress_of, save_book
from storage.entries import (
    SaveMarks,
    StoredEntry,
    add_entry,
    entries_of_page,
    move_to_reading,
    replace_reading,
    save_entry,
)
from storage.evidence import keep_evidence
from storage.opening.database import Connection
from storage.pages import PageRow, mark_page
from storage.readings import add_outcome, get_reading
from storage.states import PageState
from workbench.services.context import Context, Work
from workbench.services.errors import Missing, found
from workbench.services.joined_pages import whose_page
from workbench.services.reading_versions import ReadingVersions
from workbench.services.thresholds_in_force import thresholds_in_force

__all__ = ["add_entries_seen", "save_outcome", "unseen_regions"]


def save_outcome(ctx: Context, page: PageRow, outcome: PageOutcome, versions: ReadingVersions) -> int:
    """Save a page's outcome; returns how many entries were added or pre-filled anew."""
    with ctx.write() as work:
        book = found(get_book(work.connection, page.book_id), Missing.BOOK)
        reading_id = add_outcome(
            work.connection,
            page_id=page.id,
            scan_sha256=page.scan_sha256,
            layouts_version=versions.layouts_of(book.register_type),
            recogniser_version=versions.recogniser,
            outcome=outcome,
        )
        if isinstance(outcome, PageFailure):
            return _save_failure(work, page, outcome)
        return _save_reading(work, book, page, outcome, reading_id)


def _save_failure(work: Work, page: PageRow, failure: PageFailure) -> int:
    # A page read before keeps that reading: its entries stand on it.
    if page.reading_id is None:
        mark_page(
            work.connection, page.id, state=PageState.FAILED, failure_code=failure.code, failure_message=failure.message
        )
    work.note("read_failed", book_id=page.book_id, column=str(page.id), new=failure.code)
    return 0


def _save_reading(work: Work, book: Book, page: PageRow, reading: PageReading, reading_id: int) -> int:
    thresholds = thresholds_in_force(work.connection)
    known = {stored.entry.region: stored for stored in entries_of_page(work.connection, page.id)}
    joined = whose_page(work.connection, page) is not None
    written = held_back = 0
    for region in reading.entries:
        before = known.get(region.region)
        entry = _prefilled(book, page, reading, region, reading_id, thresholds, before)
        if before is not None and before.touched:
            written += _complete(work, before, entry, region, reading, reading_id)
            continue
        if joined:  # the PDF of the entry that the page goes on with would show this person's data
            held_back += 1
            continue
        _keep_read(work, book, entry, region, reading_id, before)
        written += 1
    kept_reading = reading_id if written or held_back or page.reading_id is None else page.reading_id
    mark_page(
        work.connection,
        page.id,
        state=PageState.READ,
        kind=reading.kind,
        layout=reading.layout or "",
        reading_id=kept_reading,
    )
    _mark_book(work.connection, book)
    return written


def unseen_regions(connection: Connection, page: PageRow) -> tuple[EntryReading, ...]:
    """Entries of a page's reading that are not among the page's entries: held back while it is joined to another's."""
    reading = get_reading(connection, page.reading_id) if page.reading_id else None
    known = {stored.entry.region for stored in entries_of_page(connection, page.id)}
    return tuple(region for region in reading.entries if region.region not in known) if reading else ()


def add_entries_seen(work: Work, page: PageRow) -> int:
    """Bring in the entries that the machine saw on a page while it was joined to another one's entry; how many.

    What people said of the page's entries before it was joined stays.
    """
    unseen = unseen_regions(work.connection, page)
    reading = get_reading(work.connection, page.reading_id) if page.reading_id else None
    if not unseen or reading is None or page.reading_id is None:
        return 0
    book = found(get_book(work.connection, page.book_id), Missing.BOOK)
    thresholds = thresholds_in_force(work.connection)
    for region in unseen:
        entry = _prefilled(book, page, reading, region, page.reading_id, thresholds, None)
        _keep_read(work, book, entry, region, page.reading_id, None)
    return len(unseen)


def _keep_read(
    work: Work, book: Book, entry: Entry, region: EntryReading, reading_id: int, before: StoredEntry | None
) -> None:
    """Keep an entry as the machine read it, in place of what it had read before."""
    if before is None:
        entry = add_entry(work.connection, entry, box=region.box, reading_id=reading_id)
    else:
        replace_reading(work.connection, before, entry, box=region.box, reading_id=reading_id)
    ink = entry_ink(region, columns_by_name(book.register_type), entry.fields, book, entry.findings)
    keep_evidence(work.connection, entry.id, reading_id, ink)
    work.note("read", entry_id=entry.id, book_id=book.id, source=seal_of(entry), new=entry.state.value)


def _complete(
    work: Work, before: StoredEntry, read: Entry, region: EntryReading, reading: PageReading, reading_id: int
) -> bool:
    """Give an entry that people worked on the right page that its table lacked then; what they confirmed stays."""
    seen = get_reading(work.connection, before.reading_id) if before.reading_id else None
    if reading.facing is None or seen is None or seen.facing is not None:
        return False
    right = [name for name, field in region.fields.items() if field.facing]
    done = completed_entry(before.entry, read.fields, right, reading.warnings)
    move_to_reading(work.connection, before.entry.id, box=region.box, reading_id=reading_id)
    reopened = before.entry.state is EntryState.APPROVED and done.entry.state is not EntryState.APPROVED
    saved = save_entry(work.connection, before.entry, done.entry, SaveMarks(reopened=reopened))
    where = {"entry_id": saved.id, "book_id": saved.book_id}
    for name in done.changed:
        old, new = before.entry.fields.get(name), saved.fields[name]
        values = {"old": old.normalized if old else "", "new": new.normalized}
        work.note("complete", **where, column=name, source=new.source.value, **values)
    states = {"old": before.entry.state.value, "new": saved.state.value}
    work.note("complete", **where, source=seal_of(saved), **states, reason=saved.escalation_reason)
    return True


def _prefilled(
    book: Book,
    page: PageRow,
    reading: PageReading,
    region: EntryReading,
    reading_id: int,
    thresholds: Thresholds,
    before: StoredEntry | None,
) -> Entry:
    values, findings = prefill_entry(
        region,
        book.register_type,
        book=book,
        thresholds=thresholds,
        reading_id=reading_id,
        warnings=reading.warnings,
    )
    entry = Entry(
        id=before.entry.id if before else 0,
        book_id=book.id,
        page_id=page.id,
        region=region.region,
        register_type=book.register_type,
        state=EntryState.TO_REVIEW,
        revision=before.entry.revision if before else 0,
        fields=values,
        findings=findings,
        layout=reading.layout,
        slot=region.state,
    )
    return replace(entry, priority=round(predict_effort(entry), 2))


def _mark_book(connection: Connection, book: Book) -> None:
    if book.state not in (BookState.TO_COLLECT, BookState.SCANNED):
        return
    progress = progress_of(connection, (book,))[0]
    if progress.pages_read + progress.pages_failed == progress.pages:
        save_book(connection, replace(book, state=BookState.READ))
