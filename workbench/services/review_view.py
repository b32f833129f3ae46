"""Builds what a screen shows of an entry from the record: fields with crops' boxes, remarks and suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from corrections.entries import Book, Entry, EntryState, FieldState, FieldValue, Finding
from layouts.columns import Column, columns_by_name
from ocr.readings import EntryReading, FieldReading, PageReading
from storage.books import get_book
from storage.clock import stamp, steady_now
from storage.entries import StoredEntry
from storage.memory import Recollection
from storage.opening.database import Connection
from storage.pages import get_page
from storage.queues import holder_of
from storage.readings import get_reading
from workbench.services.errors import Missing, found
from workbench.services.review_types import ReviewEntry, ReviewField, Suggestion
from workbench.services.suggestion_sources import suggest_for

__all__ = ["region_of", "review_entries", "review_entry"]


def review_entries(
    connection: Connection, stored: Sequence[StoredEntry], *, with_suggestions: bool = True
) -> tuple[ReviewEntry, ...]:
    """Views of entries; a page's reading is unpacked once however many entries it has."""
    readings: dict[int, PageReading | None] = {}
    books: dict[int, Book] = {}
    memories = Recollection(connection) if with_suggestions else None
    views = []
    for one in stored:
        if one.reading_id is not None and one.reading_id not in readings:
            readings[one.reading_id] = get_reading(connection, one.reading_id)
        book = found(books.get(one.entry.book_id) or get_book(connection, one.entry.book_id), Missing.BOOK)
        books[book.id] = book
        reading = readings.get(one.reading_id) if one.reading_id is not None else None
        views.append(_view(connection, one, book, region_of(reading, one.entry.region), memories))
    return tuple(views)


def review_entry(connection: Connection, stored: StoredEntry) -> ReviewEntry:
    """View of one entry."""
    return review_entries(connection, (stored,))[0]


def region_of(reading: PageReading | None, region: int) -> EntryReading | None:
    """What the machine read in an entry slot."""
    if reading is None:
        return None
    return next((entry for entry in reading.entries if entry.region == region), None)


def _view(
    connection: Connection, stored: StoredEntry, book: Book, region: EntryReading | None, memories: Recollection | None
) -> ReviewEntry:
    entry = stored.entry
    page = get_page(connection, entry.page_id)
    holder = holder_of(connection, entry.id, stamp(steady_now()))
    reason = entry.escalation_reason if entry.state in (EntryState.ESCALATED, EntryState.SENT_BACK) else ""
    return ReviewEntry(
        entry=entry,
        book=book,
        page_id=entry.page_id,
        page_position=page.position if page else 0,
        more_pages=stored.more_pages,
        box=stored.box,
        fields=_fields(entry, book, region, memories),
        reason=reason,
        holder=holder[1] if holder else "",
    )


def _fields(
    entry: Entry, book: Book, region: EntryReading | None, memories: Recollection | None
) -> tuple[ReviewField, ...]:
    known = columns_by_name(entry.register_type)
    shown = []
    for name, value in entry.fields.items():
        if name not in known:
            continue
        read = region.fields.get(name) if region else None
        wanted = not value.confirmed and (value.state is FieldState.WRITTEN or value.needs_review)
        suggestions = suggest_for(memories, entry, book, known[name], value, read) if memories and wanted else ()
        shown.append(_field(known[name], value, read, entry.findings, suggestions))
    return tuple(shown)


def _field(
    column: Column,
    value: FieldValue,
    read: FieldReading | None,
    findings: tuple[Finding, ...],
    suggestions: tuple[Suggestion, ...],
) -> ReviewField:
    return ReviewField(
        column=column.name,
        label=column.label,
        kind=column.kind,
        text=value.text,
        normalized=value.normalized,
        state=value.state,
        source=value.source,
        confidence=value.confidence,
        needs_review=value.needs_review,
        confirmed=value.confirmed,
        code_list=column.code_list,
        box=read.box if read else None,
        suggestions=suggestions,
        flags=read.flags if read else (),
        findings=tuple(f for f in findings if column.name in f.columns),
    )
