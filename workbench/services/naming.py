"""What people call entries, books and accounts: register numbers and names, wherever the record has ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from corrections.entries import Book, BookKind, Entry, Role
from corrections.titles import entry_title
from layouts.columns import columns
from layouts.register_types import RegisterType
from storage.accounts import list_accounts
from storage.books import get_books
from storage.entries import get_entries
from storage.opening.database import Connection
from storage.pages import get_page
from workbench.services.context import Context, requires

__all__ = ["COLUMN_LABELS", "Names", "book_title", "names_of"]

COLUMN_LABELS: Mapping[str, str] = {column.name: column.label for kind in RegisterType for column in columns(kind)}
"""What a column is called on the screens; those that several register types have are called the same."""


class Names(NamedTuple):
    """Names by id, for those asked for and found."""

    entries: Mapping[int, str]
    books: Mapping[int, str]
    people: Mapping[str, str]
    """Full name and account, by the account's name."""
    accounts: Mapping[int, str]
    """The same by the account's id."""


@requires(Role.CLERK, Role.INSPECTOR)
def names_of(ctx: Context, *, entries: Collection[int] = (), books: Collection[int] = ()) -> Names:
    """Names of these entries and books, and of everybody with an account."""
    with ctx.read() as connection:
        stored = get_entries(connection, tuple(dict.fromkeys(entries)))
        known = get_books(connection, {*books, *(one.entry.book_id for one in stored)})
        people = list_accounts(connection)
        called = {a.id: f"{a.full_name} ({a.name})" if a.full_name else a.name for a in people}
        return Names(
            entries={one.entry.id: _in_book(connection, one.entry, known.get(one.entry.book_id)) for one in stored},
            books={book.id: book_title(book) for book in known.values()},
            people={a.name: called[a.id] for a in people},
            accounts=called,
        )


def book_title(book: Book) -> str:
    """Type, volume and office of a book in one line; samples and drawers say what they are."""
    if book.kind is BookKind.ASIDE:
        return f"{book.register_type.label} · {book.office.lower()}"
    sample = "" if book.kind is BookKind.WORK else " · SỔ MẪU"
    return f"{book.register_type.label} · quyển {book.volume_number} · {book.office}{sample}"


def _in_book(connection: Connection, entry: Entry, book: Book | None) -> str:
    page = None if entry_title(entry) else get_page(connection, entry.page_id)
    title = entry_title(entry) or (f"trang quét {page.position + 1}" if page else "chưa rõ số")
    return f"{title} · quyển {book.volume_number}" if book else title
