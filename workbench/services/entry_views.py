"""An entry for looking at: its values, where it stands, what happened to it, and its picture; nothing can be changed.

For inspectors over all entries; for the police only by way of a case, and cut to the entry's own part of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import AuditEvent, EntryState, FieldState, Role
from corrections.titles import entry_title
from layouts.columns import columns
from layouts.geometry import PageBox
from storage import reconciliation_cases as cases
from storage.audit_log import list_events
from storage.books import get_book
from storage.entries import entry_ids, get_entries, get_entry
from storage.opening.database import Connection
from storage.pages import book_pages, get_page
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.naming import book_title
from workbench.services.page_source import PageSource, source_of

__all__ = ["EntryLine", "EntryView", "FieldView", "entries_of_book", "entry_of_case", "view_entry"]

_EVENTS = 200
"""Newest events of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One value."""

    label: str
    text: str
    """As written in the book."""
    normalized: str
    state: FieldState


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry with its picture's source."""

    entry_id: int
    title: str
    book: str
    state: EntryState
    page_position: int
    fields: tuple[FieldView, ...]
    history: tuple[AuditEvent, ...]
    """Newest first; empty for those who see the entry by way of a case."""
    picture: PageSource | None
    """None for an entry of the paper book alone."""
    more_pictures: tuple[PageSource, ...]
    """Of the further pages it runs over."""
    box: PageBox | None
    """The entry's part of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry in the list of its book."""

    entry_id: int
    title: str
    state: EntryState
    page_position: int
    """Place in the book, from 0, of the page where it begins."""


@requires(Role.CLERK, Role.INSPECTOR)
def view_entry(ctx: Context, entry_id: int) -> EntryView:
    """One entry with its history.

    Raises:
        NotFound: no such entry, or its scan is gone.
    """
    with ctx.read() as connection:
        return _view(ctx, connection, entry_id, with_history=True)


@requires(Role.CLERK, Role.INSPECTOR)
def entries_of_book(ctx: Context, book_id: int) -> tuple[EntryLine, ...]:
    """A book's entries in page order."""
    with ctx.read() as connection:
        stored = get_entries(connection, entry_ids(connection, book_id))
        places = {page.id: page.position for page in book_pages(connection, book_id)}
    return tuple(
        EntryLine(
            entry_id=s.entry.id,
            title=entry_title(s.entry) or "chưa rõ số",
            state=s.entry.state,
            page_position=places[s.entry.page_id],
        )
        for s in stored
    )


@requires(Role.SUPERVISOR, Role.POLICE, Role.INSPECTOR)
def entry_of_case(ctx: Context, case_id: int) -> EntryView:
    """The entry that a case of reconciliation is about.

    Raises:
        NotFound: no such case, or the scan is gone.
    """
    with ctx.read() as connection:
        case = found(cases.get_case(connection, case_id), Missing.CASE)
        return _view(ctx, connection, case.entry_id, with_history=False)


def _view(ctx: Context, connection: Connection, entry_id: int, *, with_history: bool) -> EntryView:
    stored = found(get_entry(connection, entry_id), Missing.ENTRY)
    entry = stored.entry
    book = found(get_book(connection, entry.book_id), Missing.BOOK)
    page = found(get_page(connection, entry.page_id), Missing.PAGE)
    return EntryView(
        entry_id=entry.id,
        title=entry_title(entry),
        book=book_title(book),
        state=entry.state,
        page_position=page.position,
        fields=tuple(
            FieldView(label=c.label, text=value.text, normalized=value.normalized, state=value.state)
            for c in columns(entry.register_type)
            if (value := entry.fields.get(c.name)) is not None
            and (value.text or value.normalized or value.state not in (FieldState.WRITTEN, FieldState.BLANK))
        ),
        history=list_events(connection, entry_id=entry_id, limit=_EVENTS) if with_history else (),
        picture=source_of(connection, ctx.scans, entry.page_id),
        more_pictures=tuple(s for p in stored.more_pages if (s := source_of(connection, ctx.scans, p)) is not None),
        box=stored.box,
    )
