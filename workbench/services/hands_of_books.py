"""The hand of a book, learned from what people confirmed in it, and its waiting pages read again with it.

Works beside people: a page with an entry that somebody has touched or holds open stays as it is. What was learned lies
in the database beside the book, so it is part of every backup and never leaves the office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corrections.entries import SETTLED, Role
from ocr.batch import local_engine
from ocr.batch.local_engine import Reader
from ocr.handwriting.hands_by_writer import LearnedHands
from ocr.page.hand_lessons import ConfirmedPage, learn_in_own_process
from ocr.readings import PageReading, PageTask
from storage.books import get_book
from storage.clock import stamp, steady_now
from storage.entries import entries_of_page, entry_ids
from storage.evidence import StoredHand, hand_of, keep_hand
from storage.pages import PageRow, book_pages
from storage.states import PageState
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found
from workbench.services.handwriting_tuning import confirmed_pages
from workbench.services.reading import page_task
from workbench.services.reading_versions import quiet_reader, reading_versions
from workbench.services.reweighing import reweigh_book, waits
from workbench.services.saving_readings import save_outcome

__all__ = ["HandOfBook", "confirmed_entries", "hand_of_book", "learn_hand_of_book", "read_waiting_again"]

_MOST_PAGES = 30
"""Confirmed pages that a book's hand is learned from. No measurement is on record."""


Learner = Callable[[Sequence[ConfirmedPage]], tuple[LearnedHands, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOfBook:
    """What is known of a book's hands.

    Attributes:
        lines: confirmed lines learned from.
        errors_before: share of wrong letters on lines held back, read by the network alone.
        errors_after: the same with what was learned from the others.
        used: whether that was a gain, so that the waiting pages are read with it.
    """

    lines: int
    errors_before: float
    errors_after: float
    used: bool


@requires(Role.CLERK)
def hand_of_book(ctx: Context, book_id: int) -> HandOfBook | None:
    """What was learned of a book's hands; None when nothing was tried yet."""
    with ctx.read() as connection:
        kept = hand_of(connection, book_id)
    return None if kept is None else _told(kept)


def _told(kept: StoredHand) -> HandOfBook:
    return HandOfBook(
        lines=kept.lines,
        errors_before=kept.errors_before,
        errors_after=kept.errors_after,
        used=bool(kept.content),
    )


@requires(Role.CLERK)
def confirmed_entries(ctx: Context, book_id: int) -> int:
    """How many entries of a book people have confirmed."""
    with ctx.read() as connection:
        return len(entry_ids(connection, book_id, SETTLED))


@requires(Role.CLERK)
def learn_hand_of_book(ctx: Context, book_id: int, learn: Learner = learn_in_own_process) -> HandOfBook:
    """Learn from the confirmed lines of a book; what brings nothing on lines held back is not used.

    Args:
        ctx: A clerk's.
        book_id: Which book.
        learn: How; a process of its own unless a test hands in another.

    Raises:
        NotFound: no such book.
        HandwritingModelError: there is no usable model.
    """
    with ctx.read() as connection:
        found(get_book(connection, book_id), Missing.BOOK)
    learned, model = learn(confirmed_pages(ctx, book_id, _MOST_PAGES))
    kept = _kept(book_id, model, learned)
    with ctx.write() as work:
        keep_hand(work.connection, kept)
        reason = f"{learned.lines} {kept.errors_before:.4f} {kept.errors_after:.4f}"
        work.note("learn_hand", book_id=book_id, new=kept.model if kept.content else "", reason=reason)
    return _told(kept)


def _kept(book_id: int, model: str, learned: LearnedHands) -> StoredHand:
    letters = max(1, learned.letters)
    return StoredHand(
        book_id=book_id,
        model=model,
        lines=learned.lines,
        errors_before=learned.errors_before / letters,
        errors_after=learned.errors_after / letters,
        content=learned.hands.to_bytes(),
    )


@requires(Role.CLERK)
def read_waiting_again(ctx: Context, book_id: int, *, reader: Reader | None = None, workers: int = 1) -> int:
    """Read the pages again of which nobody has touched or holds an entry; returns how many were read."""
    with ctx.read() as connection:
        pages = {page.id: page for page in book_pages(connection, book_id)}
        pages = {key: page for key, page in pages.items() if page.state is PageState.READ and page.has_picture}
        versions = reading_versions(connection)
    outcomes = local_engine.run_pages(
        _tasks(ctx, pages), reader=reader or quiet_reader(), workers=workers, timeout=ctx.settings.page_timeout
    )
    done = 0
    for page_id, outcome in outcomes:
        if isinstance(outcome, PageReading) and _nobody_works_on(ctx, page_id):
            save_outcome(ctx, pages[page_id], outcome, versions)
            done += 1
    if done:
        reweigh_book(ctx, book_id)
    return done


def _tasks(ctx: Context, pages: dict[int, PageRow]) -> Iterator[tuple[int, PageTask]]:
    for page in pages.values():
        if _nobody_works_on(ctx, page.id):
            yield page.id, page_task(ctx, page)


def _nobody_works_on(ctx: Context, page_id: int) -> bool:
    """Whether the page has entries, and all of them wait untouched and free."""
    at = stamp(steady_now())
    with ctx.read() as connection:
        entries = entries_of_page(connection, page_id)
    return bool(entries) and all(waits(entry, at) for entry in entries)
