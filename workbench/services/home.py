"""What the first screen says to somebody: where to go on, what waits, and what comes first on a new installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.entries import Book, BookState, DecisionKind, EntryState, Role
from corrections.titles import entry_title
from storage import queues
from storage.accounts import list_accounts
from storage.audit_log import list_events
from storage.books import get_book, list_books, progress_of
from storage.clock import stamp, steady_now
from storage.entries import get_entries
from storage.opening.database import Connection
from storage.pages import failed_by_book
from workbench.services.book_requests import AskedBook, my_requests, open_requests
from workbench.services.books import makers_of_books, may_add_books
from workbench.services.context import Context, requires
from workbench.services.naming import book_title
from workbench.services.reading_queue import unread_books
from workbench.services.sampling import blind_tasks
from workbench.services.trial_books import sample_count

__all__ = ["MOST_BLIND", "BookToOpen", "Home", "home_of"]

_LOOKED_BACK = 50
"""Events of the person among which the last decision is looked for."""
MOST_BLIND = 50
"""Fields to be keyed blind are counted up to here."""
_NAMED = 5
"""Books named one by one."""
_DECISIONS = frozenset(kind.value for kind in DecisionKind)
"""Moving pages or an export touches entries too: it is no place to go on at."""
_OPEN = (EntryState.SENT_BACK, EntryState.TO_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookToOpen:
    """A book, and the entry that comes next there when one does."""

    book_id: int
    title: str
    entry: str = ""
    pages: int = 0
    """How many of its pages wait for a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Figures and places for one person."""

    go_on: BookToOpen | None
    """Where the person worked last, when something is left for them there."""
    to_review: int
    sent_back: int
    escalated: int
    confirmed: int
    unread: int
    """Pages that nobody has let the machine read yet."""
    to_explain: tuple[BookToOpen, ...]
    """Books with pages that the machine could not read or that are another register's; five at most."""
    blind: int
    """Fields to key again without seeing the first value; counted up to 50."""
    books: int
    ready: tuple[BookToOpen, ...]
    """Books whose pages are all read and whose entries all approved, not exported since; five at most."""
    accounts: int
    who_adds_books: tuple[str, ...]
    """Names of those who may add books and give them out."""
    may_add_books: bool
    samples: int
    """Sample books there are to try things out on."""
    asked: tuple[AskedBook, ...]
    """Books that clerks ask for, for those who may grant them."""
    mine: tuple[AskedBook, ...]
    """What the caller asked for lately, with the answers; granted books leave once their scans are in."""


@requires(Role.CLERK)
def home_of(ctx: Context) -> Home:
    """What waits for the caller."""
    with ctx.read() as connection:
        counts = queues.state_counts(connection)
        people = [account for account in list_accounts(connection) if account.active]
        every = list_books(connection)
        go_on = _go_on(ctx, connection)
        ready = _ready(connection, every) if ctx.may(Role.SUPERVISOR) else ()
        failed = failed_by_book(connection)
    idle = unread_books(ctx)
    return Home(
        go_on=go_on,
        to_review=counts[EntryState.TO_REVIEW],
        sent_back=counts[EntryState.SENT_BACK],
        escalated=counts[EntryState.ESCALATED],
        confirmed=counts[EntryState.CONFIRMED],
        unread=sum(idle.get(book.id, 0) for book in every),
        to_explain=_to_explain(every, failed),
        blind=len(blind_tasks(ctx, MOST_BLIND)),
        books=len(every),
        ready=ready,
        accounts=len(people),
        who_adds_books=makers_of_books(ctx),
        may_add_books=may_add_books(ctx),
        samples=sample_count(ctx),
        asked=open_requests(ctx) if ctx.may(Role.SUPERVISOR) else (),
        mine=_waiting_requests(ctx, every),
    )


def _go_on(ctx: Context, connection: Connection) -> BookToOpen | None:
    """The book of the caller's last decision, with the entry that comes next there."""
    events = list_events(connection, actor=ctx.actor, limit=_LOOKED_BACK)
    book_id = next((e.book_id for e in events if e.action in _DECISIONS and e.book_id is not None), None)
    book = get_book(connection, book_id) if book_id is not None else None
    if book is None:
        return None
    ids = queues.free_entry_ids(
        connection, account_id=ctx.who.id, states=_OPEN, at=stamp(steady_now()), limit=1, book_id=book.id
    )
    following = get_entries(connection, ids)
    if not following:
        return None
    return BookToOpen(book_id=book.id, title=book_title(book), entry=entry_title(following[0].entry))


def _ready(connection: Connection, every: tuple[Book, ...]) -> tuple[BookToOpen, ...]:
    out = (BookState.EXPORTED, BookState.ACCEPTED)
    open_books = [book for book in every if book.state not in out]
    done = [
        p
        for p in progress_of(connection, open_books)
        if p.approved and p.approved == p.entries and p.pages_read == p.pages
    ]
    return tuple(BookToOpen(book_id=p.book.id, title=book_title(p.book)) for p in done[:_NAMED])


def _to_explain(every: tuple[Book, ...], failed: Mapping[int, int]) -> tuple[BookToOpen, ...]:
    waiting = [book for book in every if book.id in failed][:_NAMED]
    return tuple(BookToOpen(book_id=book.id, title=book_title(book), pages=failed[book.id]) for book in waiting)


def _waiting_requests(ctx: Context, every: tuple[Book, ...]) -> tuple[AskedBook, ...]:
    """The caller's requests but those whose book has its scans."""
    mine = my_requests(ctx)
    granted = [book for book in every if book.id in {asked.request.book_id for asked in mine}]
    if not granted:
        return mine
    with ctx.read() as connection:
        begun = {progress.book.id for progress in progress_of(connection, granted) if progress.pages}
    return tuple(asked for asked in mine if asked.request.book_id not in begun)
