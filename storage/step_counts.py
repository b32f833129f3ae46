"""How many books of each unit have come how far, and what was finished lately: for the plan's targets.

Books of an earlier phase, entered elsewhere, are none of it. Walks over indexes, as in `work_counts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, Integer, cast, func, select

from corrections.acceptance import AcceptanceLevel
from corrections.campaign.targets import CASE_STEPS, Step
from layouts.register_types import RegisterType
from storage.acceptances import changed_since_delivery, last_words, opened_again
from storage.books import REAL_WORK
from storage.schema import books, entries, exports, pages
from storage.states import ExportState, PageState
from storage.work_counts import DONE_STATES, ELSEWHERE, OfficeKey

__all__ = ["StepKey", "books_by_step", "finished_since"]

StepKey = tuple[OfficeKey, RegisterType]
_ACCEPTED = {
    Step.ACCEPTED_COMMUNE: AcceptanceLevel.COMMUNE,
    Step.ACCEPTED_DISTRICT: AcceptanceLevel.DISTRICT,
    Step.ACCEPTED_PROVINCE: AcceptanceLevel.PROVINCE,
}


def books_by_step(connection: Connection, steps: Collection[Step]) -> dict[StepKey, dict[Step, int]]:
    """For each unit and register type how many books have taken each of these steps.

    Args:
        connection: a connection.
        steps: steps that are counted in books; others are left out.
    """
    wanted = [step for step in Step if step in steps and step not in CASE_STEPS]
    if not wanted:
        return {}
    taken = _taken(connection, wanted)
    c = books.c
    query = select(c.id, c.office_id, c.office, c.register_type, c.expected_entries)
    query = query.where(c.kind.in_([kind.value for kind in REAL_WORK]), c.settings.not_like(ELSEWHERE))
    found: dict[StepKey, dict[Step, int]] = {}
    for book_id, office_id, words, kind, expected in connection.execute(query):
        key = ((office_id, "" if office_id is not None else words), RegisterType(kind))
        counts = found.setdefault(key, dict.fromkeys(wanted, 0))
        for step in wanted:
            counts[step] += expected is not None if step is Step.COUNTED else book_id in taken[step]
    return found


def _taken(connection: Connection, steps: Collection[Step]) -> dict[Step, Collection[int]]:
    """Ids of books that have taken each of these steps; of counted ones the books themselves tell."""
    taken: dict[Step, Collection[int]] = {
        step: _with_scans(connection, read=step is Step.READ) for step in steps if step in (Step.SCANNED, Step.READ)
    }
    levels = {_ACCEPTED[step]: step for step in steps if step in _ACCEPTED}
    if not levels and Step.EXPORTED not in steps:
        return taken
    delivered = _deliveries(connection)
    taken[Step.EXPORTED] = delivered.keys()
    if levels:
        words, accepted = last_words(connection), {step: set[int]() for step in levels.values()}
        moved = opened_again(connection).keys() | changed_since_delivery(connection, words).keys()
        for (book, level), word in words.items():
            if level in levels and word.stands and delivered.get(book) == word.verdict.delivery and book not in moved:
                accepted[levels[level]].add(book)
        taken |= accepted
    return taken


def _with_scans(connection: Connection, *, read: bool) -> frozenset[int]:
    """Books that have scans; with `read` those of which no page waits for the machine."""
    unread = func.sum(cast(pages.c.state == PageState.UNREAD, Integer))
    query = select(pages.c.book_id).where(pages.c.scan_sha256.is_not(None)).group_by(pages.c.book_id)
    if read:
        query = query.having(unread == 0)
    return frozenset(connection.execute(query).scalars())


def _deliveries(connection: Connection) -> dict[int, str]:
    """Digests of the newest delivery of each book whose newest delivery the import tool did not refuse."""
    e = exports.c
    last = select(func.max(e.id)).group_by(e.book_id)
    query = select(e.book_id, e.workbook_sha256, e.zip_sha256)
    query = query.where(e.id.in_(last), e.state != ExportState.REJECTED.value)
    return {row.book_id: f"{row.workbook_sha256} {row.zip_sha256}" for row in connection.execute(query)}


def finished_since(connection: Connection, since: str) -> dict[StepKey, int]:
    """Entries of each unit and register type that were finished from a stored moment on, and stand so."""
    e, b = entries.c, books.c
    done = (
        select(e.book_id, func.count().label("n"))
        .where(e.confirmed_at >= since, e.state.in_(DONE_STATES))
        .group_by(e.book_id)
        .subquery()
    )
    query = select(b.office_id, b.office, b.register_type, done.c.n).join(done, done.c.book_id == b.id)
    query = query.where(b.kind.in_([kind.value for kind in REAL_WORK]))
    found: dict[StepKey, int] = defaultdict(int)
    for office_id, words, kind, count in connection.execute(query):
        found[(office_id, "" if office_id is not None else words), RegisterType(kind)] += count
    return dict(found)
