"""Minutes of acceptance: which delivery of which book was accepted or returned at which level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from corrections.acceptance import AcceptanceLevel, changed_columns, levels_above
from corrections.entries import EntryState
from storage.clock import now, stamp
from storage.entries import StoredEntry, get_entries, version_after
from storage.rows import inserted_id, newest_rows, row_of
from storage.schema import acceptance_books, acceptance_returns, acceptances, entries, exports
from storage.states import VerdictResult

__all__ = [
    "Acceptance",
    "LastWord",
    "LevelOfBook",
    "Verdict",
    "add_acceptance",
    "changed_since_delivery",
    "fell_with",
    "get_acceptance",
    "last_words",
    "list_acceptances",
    "opened_again",
    "rounds_so_far",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A book of the minutes."""

    book_id: int
    result: VerdictResult
    export_id: int | None = None
    delivery: str = ""
    """Digests of the delivery that was looked at."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Minutes of one acceptance."""

    id: int = 0
    level: AcceptanceLevel
    round: int
    on_day: str
    """`yyyy-mm-dd`."""
    place: str = ""
    members: str = ""
    """Who took part, one a line."""
    contractor: str = ""
    note: str = ""
    account_id: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    returns: tuple[tuple[int, str], ...] = ()
    """(entry, reason) sent back with the minutes."""
    made_at: str = ""
    """Stored moment at which they were kept; empty: they are not yet."""


LevelOfBook = tuple[int, AcceptanceLevel]
_UNFINISHED = tuple(state.value for state in EntryState if state not in (EntryState.APPROVED, EntryState.SET_ASIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWord:
    """What a level said last of a book."""

    acceptance_id: int
    level: AcceptanceLevel
    verdict: Verdict
    on_day: str
    """`yyyy-mm-dd`."""
    taken_back: LastWord | None = None
    """With which a level below returned the book afterwards: what it had accepted no longer stands."""

    @property
    def stands(self) -> bool:
        """Whether it is an acceptance, and nobody below has taken back what it rests on."""
        return self.verdict.result is VerdictResult.ACCEPTED and self.taken_back is None


_RESULTS = {result.value: result for result in VerdictResult}
_OWN = ("round", "on_day", "place", "members", "contractor", "note", "account_id")


def add_acceptance(connection: Connection, acceptance: Acceptance) -> int:
    """Keep the minutes with their books and returned entries; returns their id."""
    values = {name: getattr(acceptance, name) for name in _OWN}
    number = inserted_id(
        connection, acceptances.insert().values(level=acceptance.level.value, created_at=stamp(now()), **values)
    )
    rows = [
        {
            "acceptance_id": number,
            "book_id": one.book_id,
            "result": one.result.value,
            "export_id": one.export_id,
            "delivery": one.delivery,
            "reason": one.reason,
        }
        for one in acceptance.verdicts
    ]
    connection.execute(acceptance_books.insert(), rows)
    if acceptance.returns:
        back = [{"acceptance_id": number, "entry_id": entry, "reason": why} for entry, why in acceptance.returns]
        connection.execute(acceptance_returns.insert(), back)
    return number


def list_acceptances(connection: Connection, limit: int | None = None) -> tuple[Acceptance, ...]:
    """Minutes, newest first."""
    return _with_parts(connection, newest_rows(connection, acceptances, limit))


def get_acceptance(connection: Connection, acceptance_id: int) -> Acceptance | None:
    """The minutes of that id."""
    row = row_of(connection, acceptances, acceptance_id)
    return _with_parts(connection, [row])[0] if row else None


def last_words(
    connection: Connection, book_ids: Collection[int] | None = None, *, until: int | None = None
) -> dict[LevelOfBook, LastWord]:
    """The last word of each level on each book; an acceptance is taken back by any level below that returns the book.

    Args:
        connection: a connection.
        book_ids: of these books; None: of all.
        until: as it stood with these minutes; None: as it stands.
    """
    # Minutes are few and their books tens of thousands: laid side by side here instead of a joined row for each.
    a, b = acceptances.c, acceptance_books.c
    minutes = {
        row.id: (AcceptanceLevel(row.level), row.on_day) for row in connection.execute(select(a.id, a.level, a.on_day))
    }
    query = select(b.acceptance_id, b.book_id, b.result, b.export_id, b.delivery, b.reason)
    if book_ids is not None:
        query = query.where(b.book_id.in_(list(book_ids)))
    if until is not None:
        query = query.where(b.acceptance_id <= until)
    words: dict[LevelOfBook, LastWord] = {}
    for number, book_id, result, export_id, delivery, reason in connection.execute(
        query.order_by(b.acceptance_id, b.book_id)
    ).all():
        level, on_day = minutes[number]
        verdict = Verdict(
            book_id=book_id, result=_RESULTS[result], export_id=export_id, delivery=delivery, reason=reason
        )
        said = LastWord(acceptance_id=number, level=level, verdict=verdict, on_day=on_day)
        words[book_id, level] = said
        for above in levels_above(level) if verdict.result is VerdictResult.RETURNED else ():
            word = words.get((book_id, above))
            if word is not None and word.stands:
                words[book_id, above] = replace(word, taken_back=said)
    return words


def fell_with(connection: Connection, acceptance_id: int) -> dict[LevelOfBook, LastWord]:
    """Acceptances of levels above that stood until these minutes returned the book."""
    b = acceptance_books.c
    query = select(b.book_id).where(b.acceptance_id == acceptance_id, b.result == VerdictResult.RETURNED.value)
    returned = connection.execute(query).scalars().all()
    words = last_words(connection, returned, until=acceptance_id)
    return {
        key: word
        for key, word in words.items()
        if word.taken_back is not None and word.taken_back.acceptance_id == acceptance_id
    }


def opened_again(connection: Connection) -> dict[int, int]:
    """Of books that some level has accepted or returned, how many entries are not finished now; none: left out."""
    e = entries.c
    looked_at = select(acceptance_books.c.book_id)
    query = (
        select(e.book_id, func.count()).where(e.book_id.in_(looked_at), e.state.in_(_UNFINISHED)).group_by(e.book_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def changed_since_delivery(connection: Connection, words: Mapping[LevelOfBook, LastWord]) -> dict[int, int]:
    """Of books with a standing acceptance, how many entries were approved with other values after the newest delivery.

    What was approved last in each book is one look into an index; entries are read only where that came later.

    Args:
        connection: a connection.
        words: the last words on the books that are asked about.

    Returns:
        By book id; none: left out.
    """
    x, e, b = exports.c, entries.c, acceptance_books.c
    accepted = select(b.book_id).where(b.result == VerdictResult.ACCEPTED.value)
    newest = select(func.max(x.id)).where(x.book_id.in_(accepted)).group_by(x.book_id)
    last_approval = select(func.max(e.approved_at)).where(e.book_id == x.book_id).scalar_subquery()
    later = connection.execute(select(x.book_id, x.at).where(x.id.in_(newest), last_approval > x.at)).all()
    standing = {book_id for (book_id, _), word in words.items() if word.stands}
    counts = {}
    for book_id, at in later:
        if book_id in standing:
            anew = select(e.id).where(e.book_id == book_id, e.approved_at > at, e.state == EntryState.APPROVED.value)
            stored = get_entries(connection, connection.execute(anew).scalars().all())
            counts[book_id] = _how_many_differ(connection, stored, at)
    return {book_id: count for book_id, count in counts.items() if count}


def _how_many_differ(connection: Connection, approved: Iterable[StoredEntry], at: str) -> int:
    """How many of these approved entries were not approved at a moment, or had other values."""
    count = 0
    for entry in (stored.entry for stored in approved):
        then = version_after(connection, entry.id, at)
        before = {name: value.normalized for name, value in then.fields.items()} if then else {}
        was_approved = then is not None and then.state is EntryState.APPROVED
        count += not was_approved or bool(
            changed_columns(before, {name: value.normalized for name, value in entry.fields.items()})
        )
    return count


def rounds_so_far(connection: Connection, level: AcceptanceLevel, book_ids: Sequence[int]) -> int:
    """How many minutes of a level held the most often seen of these books."""
    b = acceptance_books.c
    query = (
        select(func.count())
        .join(acceptances, acceptances.c.id == b.acceptance_id)
        .where(acceptances.c.level == level.value, b.book_id.in_(list(book_ids)))
        .group_by(b.book_id)
    )
    return max(connection.execute(query).scalars(), default=0)


def _with_parts(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Acceptance, ...]:
    ids = [row.id for row in rows]
    b, r = acceptance_books.c, acceptance_returns.c
    verdicts: dict[int, list[Verdict]] = {}
    for row in connection.execute(
        select(acceptance_books).where(b.acceptance_id.in_(ids)).order_by(b.acceptance_id, b.book_id)
    ):
        verdicts.setdefault(row.acceptance_id, []).append(_verdict(row))
    back: dict[int, list[tuple[int, str]]] = {}
    for row in connection.execute(select(acceptance_returns).where(r.acceptance_id.in_(ids)).order_by(r.entry_id)):
        back.setdefault(row.acceptance_id, []).append((row.entry_id, row.reason))
    return tuple(
        Acceptance(
            id=row.id,
            level=AcceptanceLevel(row.level),
            verdicts=tuple(verdicts.get(row.id, ())),
            returns=tuple(back.get(row.id, ())),
            made_at=row.created_at,
            **{name: row._mapping[name] for name in _OWN},
        )
        for row in rows
    )


def _verdict(row: Row[Any]) -> Verdict:
    r = row._mapping
    return Verdict(
        book_id=r["book_id"],
        result=VerdictResult(r["result"]),
        export_id=r["export_id"],
        delivery=r["delivery"],
        reason=r["reason"],
    )
