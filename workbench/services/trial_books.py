"""The sample books that come with the program: how many there are, and taking them away in one step."""

from __future__ import annotations

from dataclasses import replace

from corrections.entries import BookKind, Role
from storage.books import list_books, save_book
from storage.queues import release_leases_of_book
from workbench.services.context import Context, requires

__all__ = ["bring_samples_back", "remove_samples", "sample_count"]


@requires(Role.CLERK)
def sample_count(ctx: Context, *, removed: bool = False) -> int:
    """How many sample books there are to try things out on, or how many were taken away."""
    with ctx.read() as connection:
        return len(list_books(connection, kinds=(BookKind.REMOVED if removed else BookKind.SAMPLE,)))


@requires(Role.ADMINISTRATOR)
def remove_samples(ctx: Context) -> int:
    """Take all sample books away: they are shown, read and counted nowhere any more; returns how many.

    Their record stays, since a log that lost its entries could not be proven; `bring_samples_back` shows them again.
    """
    return _changed(ctx, BookKind.SAMPLE, BookKind.REMOVED, "remove_sample")


@requires(Role.ADMINISTRATOR)
def bring_samples_back(ctx: Context) -> int:
    """Show the sample books again; returns how many."""
    return _changed(ctx, BookKind.REMOVED, BookKind.SAMPLE, "bring_sample_back")


def _changed(ctx: Context, before: BookKind, after: BookKind, action: str) -> int:
    with ctx.write() as work:
        books = list_books(work.connection, kinds=(before,))
        for book in books:
            save_book(work.connection, replace(book, kind=after))
            release_leases_of_book(work.connection, book.id)
            work.note(action, book_id=book.id, old=before.value, new=after.value)
        return len(books)
