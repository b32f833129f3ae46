"""What the cover and the closing statement of a book say, offered for its record; nothing is changed unasked."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.cover_facts import CoverPage, cover_facts
from corrections.entries import Book, Role
from ocr.readings import PageKind
from storage.books import get_book
from storage.pages import book_pages
from storage.readings import get_reading
from workbench.services.books import update_book
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found

__all__ = ["CoverProposal", "accept_cover", "cover_proposals"]

_SAYS = (PageKind.COVER, PageKind.CLOSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverProposal:
    """A value that differs from the book's record."""

    name: str
    """Field of `Book`."""
    now: str
    proposed: str | int
    certain: bool
    """Read surely, and figures that depend on each other agree."""
    sure: float
    """How sure the reading is, 0..1."""


@requires(Role.CLERK)
def cover_proposals(ctx: Context, book_id: int) -> tuple[CoverProposal, ...]:
    """What cover and closing say differently from the book's record.

    Raises:
        NotFound: no such book.
    """
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
        kept = [page.reading_id for page in book_pages(connection, book_id) if page.kind in _SAYS and page.reading_id]
        readings = [get_reading(connection, reading_id) for reading_id in kept]
    facts = cover_facts(book, [CoverPage(values=r.book_values, sure=r.book_sure) for r in readings if r is not None])
    return tuple(
        CoverProposal(name=fact.name, now=now, proposed=fact.value, certain=fact.certain, sure=fact.sure)
        for fact in facts
        if (now := _text(getattr(book, fact.name))) != str(fact.value)
    )


@requires(Role.SUPERVISOR)
def accept_cover(ctx: Context, book_id: int, names: tuple[str, ...]) -> Book:
    """Take the proposals of these names into the book's record; each change leaves an audit event.

    Raises:
        InvalidInput: a value cannot be taken.
        NotFound: no such book.
    """
    proposals = cover_proposals(ctx, book_id)
    return update_book(ctx, book_id, **{p.name: p.proposed for p in proposals if p.name in names})


def _text(value: object) -> str:
    return "" if value is None else str(value)
