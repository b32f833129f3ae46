"""Find entries over all books by names (with or without tone marks), dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import Book, Entry, EntryState, Role
from layouts.columns import FieldKind, columns_by_name
from layouts.register_types import RegisterType
from storage.books import get_books
from storage.entries import get_entries
from storage.search import find_entry_ids, terms_of
from workbench.services.context import Context, requires

__all__ = ["SearchHit", "SearchResult", "search"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One entry found."""

    entry_id: int
    book_id: int
    register_type: RegisterType
    volume_number: str
    office: str
    number: str
    date: str
    """Registration date."""
    names: tuple[str, ...]
    """Names in the entry, the person registered first."""
    state: EntryState


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a search found."""

    hits: tuple[SearchHit, ...] = ()
    cut: bool = False
    """There are more, or may be: ask for more words."""


@requires(Role.CLERK, Role.INSPECTOR)
def search(
    ctx: Context, query: str, *, book_id: int | None = None, register_type: RegisterType | None = None, limit: int = 50
) -> SearchResult:
    """Entries in which everything asked for occurs, exact names first.

    Args:
        ctx: A clerk's.
        query: Names, dates (`05/03/1998`), years, numbers (`45/1998`, `số 45`), ID numbers; several names parted by
            commas.
        book_id: Only in this book.
        register_type: Only in this register.
        limit: At most so many.
    """
    terms = terms_of(query)
    if not terms:
        return SearchResult()
    with ctx.read() as connection:
        found = find_entry_ids(connection, terms, book_id=book_id, register_type=register_type, limit=limit)
        entries = [stored.entry for stored in get_entries(connection, found.ids)]
        books = get_books(connection, {entry.book_id for entry in entries})
        return SearchResult(hits=tuple(_hit(entry, books[entry.book_id]) for entry in entries), cut=found.cut)


def _hit(entry: Entry, book: Book) -> SearchHit:
    known = columns_by_name(entry.register_type)
    named = (v.text for n, v in entry.fields.items() if n in known and known[n].kind is FieldKind.NAME and v.text)
    return SearchHit(
        entry_id=entry.id,
        book_id=entry.book_id,
        register_type=entry.register_type,
        volume_number=book.volume_number,
        office=book.office,
        number=entry.fields["so"].normalized if "so" in entry.fields else "",
        date=entry.fields["ngayDangKy"].normalized if "ngayDangKy" in entry.fields else "",
        names=tuple(dict.fromkeys(named)),
        state=entry.state,
    )
