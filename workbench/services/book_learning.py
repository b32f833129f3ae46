"""How well a book is read as its clerks go on: right without a touch, the curve over the book, what is left to do."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import EntryState, Role
from storage.books import get_book
from storage.entries import entry_ids
from storage.judgements import judged_entries
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.hands_of_books import HandOfBook, hand_of_book

__all__ = ["LESSONS_FIRST", "BookLearning", "book_learning", "lessons_first"]

LESSONS_FIRST = "teach_first"
"""Setting of a book, named as books have it stored: while its hand is new, the entries with most lessons come first."""
_NEW_HAND = 20
"""Confirmed entries up to which a book's hand is new."""
_STRETCH = 10
"""Confirmed entries under one share of the curve."""
_LAST = 20
"""Confirmed entries that tell how well the book is read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLearning:
    """How well a book is read now.

    Attributes:
        confirmed: entries that people have judged.
        left: entries that still wait.
        now: share of fields right without a touch in the last 20 of them; None before the first.
        curve: (number of the last entry, that share) for each ten entries, in the order they were confirmed.
        hand: what was learned of its hands; None when nothing was tried yet.
    """

    confirmed: int
    left: int
    now: float | None
    curve: tuple[tuple[int, float], ...]
    hand: HandOfBook | None


@requires(Role.CLERK)
def book_learning(ctx: Context, book_id: int) -> BookLearning:
    """How well a book is read now.

    Raises:
        NotFound: no such book.
    """
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
        judged = judged_entries(connection, book_id)
        left = len(entry_ids(connection, book_id, (EntryState.TO_REVIEW, EntryState.SENT_BACK)))
    curve = tuple(
        (min(first + _STRETCH, len(judged)), _share(judged[first : first + _STRETCH]))
        for first in range(0, len(judged), _STRETCH)
    )
    return BookLearning(
        confirmed=len(judged),
        left=left,
        now=_share(judged[-_LAST:]) if judged else None,
        curve=curve,
        hand=hand_of_book(ctx, book_id),
    )


def _share(judged: tuple[tuple[int, int], ...]) -> float:
    return sum(right for _, right in judged) / max(1, sum(fields for fields, _ in judged))


@requires(Role.CLERK)
def lessons_first(ctx: Context, book_id: int | None) -> bool:
    """Whether the entries of a book come hardest first: it was asked for, and its hand is still new."""
    if book_id is None:
        return False
    with ctx.read() as connection:
        book = get_book(connection, book_id)
        if book is None or not book.settings.get(LESSONS_FIRST):
            return False
        return len(judged_entries(connection, book_id)) < _NEW_HAND
