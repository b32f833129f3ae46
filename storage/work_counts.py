"""How much of each book is done: two walks over indexes, whatever the number of entries kept.

Done is what a clerk confirmed or a supervisor approved; what was sent back, or waits for a supervisor, is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, func, select

from corrections.campaign.figures import Figures, FiguresKey, year_of_volume
from corrections.campaign.totals import Total
from corrections.entries import ELSEWHERE as BOOK_SETTING
from corrections.entries import SETTLED, YES, EntryState
from layouts.register_types import RegisterType
from storage.books import REAL_WORK
from storage.schema import books, entries

__all__ = ["DONE_STATES", "ELSEWHERE", "BookWork", "OfficeKey", "figures_by_office", "work_by_book"]

DONE_STATES = tuple(state.value for state in SETTLED)
ELSEWHERE = f'%"{BOOK_SETTING}":"{YES}"%'
"""Setting of a book that was entered elsewhere in an earlier phase, as `storage.codec.to_json` writes it."""
OfficeKey = tuple[int | None, str]
"""Unit of the tree, and for books of none the words of their office."""


@dataclass(slots=True)
class BookWork:
    """Entries of a book."""

    done: int = 0
    today: int = 0
    approved: int = 0
    sent_back: int = 0


def work_by_book(connection: Connection, since: str, until: str) -> dict[int, BookWork]:
    """For each book with entries: done before `until`, done from `since` on, approved, sent back.

    Args:
        connection: a connection.
        since: start of the span, a stored moment.
        until: its end, not included.
    """
    c = entries.c
    # Counted by state within an index, then laid side by side: a row a book to fetch, not one for each of its states.
    number = cast(func.count(), Integer).label("number")
    states = select(c.book_id, c.state, number).group_by(c.book_id, c.state).subquery().c

    def among(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, states.number), else_=0))

    books_done = select(
        states.book_id,
        among(states.state.in_(DONE_STATES)),
        among(states.state == EntryState.APPROVED.value),
        among(states.state == EntryState.SENT_BACK.value),
    ).group_by(states.book_id)
    counts = {
        book_id: BookWork(done=done, approved=approved, sent_back=back)
        for book_id, done, approved, back in connection.execute(books_done).all()
    }
    # What was done later than the span is taken off again: of today's report that is nothing.
    later = func.sum(cast(c.confirmed_at >= until, Integer))
    recent = (
        select(c.book_id, func.count(), later)
        .where(c.confirmed_at >= since, c.state.in_(DONE_STATES))
        .group_by(c.book_id)
    )
    for book_id, count, after in connection.execute(recent).all():
        work = counts[book_id]
        work.done -= int(after)
        work.today = count - int(after)
    return counts


def figures_by_office(connection: Connection, since: str, until: str) -> dict[OfficeKey, dict[FiguresKey, Figures]]:
    """Figures of each unit by register type and year, from its books and their entries."""
    works = work_by_book(connection, since, until)
    c = books.c
    elsewhere = c.settings.like(ELSEWHERE).label("elsewhere")
    query = select(c.id, c.office_id, c.office, c.register_type, c.volume_number, c.expected_entries, elsewhere)
    query = query.where(c.kind.in_([kind.value for kind in REAL_WORK]))
    sums: dict[tuple[OfficeKey, str, int], _Sums] = {}
    for book_id, office_id, words, kind, volume, expected, away in connection.execute(query).all():
        key = ((office_id, "" if office_id is not None else words), kind, year_of_volume(volume))
        if key not in sums:
            sums[key] = _Sums()
        sums[key].add(expected, bool(away), works.get(book_id))
    found: dict[OfficeKey, dict[FiguresKey, Figures]] = {}
    for (office, kind, year), of in sums.items():
        found.setdefault(office, {})[RegisterType(kind), year] = of.figures()
    return found


@dataclass(slots=True)
class _Sums:
    """Figures under way: numbers that grow, since a record a book is a third of the time at 27,000 of them."""

    books: int = 0
    known: int = 0
    unknown: int = 0
    away_books: int = 0
    away_cases: int = 0
    work: BookWork = field(default_factory=BookWork)

    def add(self, expected: int | None, away: bool, work: BookWork | None) -> None:
        """One more book."""
        if away:
            self.away_books += 1
            self.away_cases += expected or 0
            return
        self.books += 1
        self.known += expected or 0
        self.unknown += expected is None
        if work is not None:
            self.work.done += work.done
            self.work.today += work.today
            self.work.approved += work.approved
            self.work.sent_back += work.sent_back

    def figures(self) -> Figures:
        """As a record."""
        return Figures(
            books=self.books,
            total=Total(known=self.known, unknown=self.unknown),
            today=self.work.today,
            done=self.work.done,
            approved=self.work.approved,
            sent_back=self.work.sent_back,
            elsewhere_books=self.away_books,
            elsewhere_cases=self.away_cases,
        )
