"""Books given to a team, a person or the people of a shift: whose turn comes first in the queue. Nothing is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corrections.campaign.shifts import parse_shifts, shift_in_force, shift_label, shift_of
from corrections.entries import Role
from storage import plan as store
from storage.accounts import get_account, list_accounts
from storage.books import BookProgress, get_books, progress_of
from storage.opening.database import Connection
from storage.plan import Assignment
from storage.queues import BookTurns
from storage.teams import get_team, list_teams, teams_of_account
from vietnamese.shown_time import LOCAL
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.plan_settings import kept_settings

__all__ = ["AssignedBook", "assign_books_to", "assigned_books", "book_turns", "my_books", "take_books_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedBook:
    """A book with whom it was given to."""

    id: int
    """Of the line."""
    progress: BookProgress
    to: str
    """Team, person or shift in words."""


@requires(Role.SUPERVISOR)
def assign_books_to(
    ctx: Context,
    book_ids: Sequence[int],
    *,
    team_id: int | None = None,
    account_id: int | None = None,
    shift: str = "",
) -> int:
    """Give books to a team, a person or a shift (one of the three); returns how many were not given there yet.

    Raises:
        InvalidInput: none or more than one of the three was named, or no book.
        NotFound: no such book, team or account among the caller's.
    """
    if sum((team_id is not None, account_id is not None, bool(shift))) != 1 or not book_ids:
        raise InvalidInput("Hãy chọn các quyển, và giao cho một tổ, một người hoặc một ca.")
    shift = _shift(shift) if shift else ""
    with ctx.write() as work:
        books = get_books(work.connection, book_ids)
        if team_id is not None:
            to = found(get_team(work.connection, team_id), Missing.TEAM).name
        elif account_id is not None:
            to = found(_colleagues(work.connection).get(account_id), Missing.ACCOUNT)
        else:
            to = shift_label(shift)
        given = 0
        for book_id in dict.fromkeys(book_ids):
            found(books.get(book_id), Missing.BOOK)
            line = Assignment(book_id=book_id, team_id=team_id, account_id=account_id, shift=shift)
            if store.add_assignment(work.connection, line, ctx.account_id):
                work.note("assign_book", book_id=book_id, new=to)
                given += 1
    return given


def _shift(key: str) -> str:
    try:
        return parse_shifts(key)[0].key
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def _colleagues(connection: Connection) -> dict[int, str]:
    return {account.id: account.full_name or account.name for account in list_accounts(connection)}


@requires(Role.SUPERVISOR)
def take_books_back(ctx: Context, assignment_ids: Sequence[int]) -> int:
    """Take books back from whom they were given to; returns how many lines."""
    with ctx.write() as work:
        lines = store.list_assignments(work.connection, assignment_ids)
        words = _words(work.connection, lines)
        store.drop_assignments(work.connection, [line.id for line in lines])
        for line in lines:
            work.note("assign_book", book_id=line.book_id, old=words[line.id])
    return len(lines)


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def assigned_books(ctx: Context) -> tuple[AssignedBook, ...]:
    """Every book given to somebody, with how far it has come."""
    with ctx.read() as connection:
        return _assigned(connection, store.list_assignments(connection))


@requires(Role.CLERK)
def my_books(ctx: Context) -> tuple[AssignedBook, ...]:
    """Books given to the caller, to the caller's team, or to the shift the clock shows: as the queue offers them."""
    if ctx.account_id is None:
        return ()
    with ctx.read() as connection:
        every = store.list_assignments(connection)
        return _assigned(connection, _mine(connection, every, ctx.account_id, dt.datetime.now(LOCAL)))


def book_turns(connection: Connection, account_id: int, at: dt.datetime) -> BookTurns:
    """In which order books come up for somebody at a local moment.

    First what was given to the person, then to a team of theirs, then to the shift; what was given to others comes
    last, and nothing is withheld.
    """
    every = store.list_assignments(connection)
    if not every:
        return BookTurns()
    mine = _mine(connection, every, account_id, at)
    groups = [
        {line.book_id for line in mine if line.account_id is not None},
        {line.book_id for line in mine if line.team_id is not None},
        {line.book_id for line in mine if line.shift},
    ]
    first, seen = [], set[int]()
    for group in groups:
        if fresh := tuple(sorted(group - seen)):
            first.append(fresh)
        seen |= group
    return BookTurns(first=tuple(first), last=tuple(sorted({line.book_id for line in every} - seen)))


def _mine(
    connection: Connection, every: Sequence[Assignment], account_id: int, at: dt.datetime
) -> tuple[Assignment, ...]:
    """Lines of a person, their teams and the shift of the moment, with what was given to it under former hours."""
    teams = teams_of_account(connection, account_id)
    shifts = kept_settings(connection).shifts
    _, shift = shift_of(shifts, at)
    keys = sorted({line.shift for line in every if line.shift and shift_in_force(shifts, line.shift) == shift})
    return store.assignments_for(connection, account_id=account_id, team_ids=teams, shifts=keys)


def _assigned(connection: Connection, lines: Sequence[Assignment]) -> tuple[AssignedBook, ...]:
    books = get_books(connection, {line.book_id for line in lines})
    progress = {one.book.id: one for one in progress_of(connection, list(books.values()))}
    words = _words(connection, lines)
    return tuple(
        AssignedBook(id=line.id, progress=progress[line.book_id], to=words[line.id])
        for line in lines
        if line.book_id in progress
    )


def _words(connection: Connection, lines: Collection[Assignment]) -> Mapping[int, str]:
    """Whom each line gives its book to."""
    teams = {team.id: team.name for team in list_teams(connection, {x.team_id for x in lines if x.team_id is not None})}
    shifts = kept_settings(connection).shifts
    words = {}
    for line in lines:
        if line.team_id is not None:
            words[line.id] = teams.get(line.team_id, "tổ khác")
        elif line.account_id is not None:
            account = get_account(connection, line.account_id)
            words[line.id] = (account.full_name or account.name) if account else "(tài khoản đã bỏ)"
        else:
            words[line.id] = f"Ca {shift_label(shift_in_force(shifts, line.shift))}"
    return words
