"""The audit log: append-only, each event chained to the one before it by hash (`corrections.audit`).

The database refuses to change or delete events (triggers); whoever removes the triggers and edits anyway breaks the
chain. A cut-off tail leaves a whole chain, so the head (last id and hash) is noted in the settings with each append.
Every event that changes an entry carries the entry's seal in `source`: editing an entry behind the log's back shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from corrections.audit import GENESIS, chain_events
from corrections.entries import AuditEvent, Entry
from storage.accounts import SYSTEM_NAME
from storage.clock import moment, stamp
from storage.codec import fields_to_text
from storage.rows import rows_in_parts
from storage.schema import audit_events
from storage.settings_store import get_setting, put_setting

__all__ = [
    "GENESIS",
    "SEAL",
    "append_events",
    "chain_head",
    "entries_with_events",
    "events_of",
    "hash_of_event",
    "last_event_of_book",
    "last_event_of_page",
    "list_events",
    "noted_head",
    "seal_of",
    "stream_events",
]

SEAL = "seal:"
_CLOCK_SLACK = timedelta(seconds=2)
"""Transactions are put in order when they end, their events bear the moment they were made: that much is no clock set
back."""
_HEAD_KEY = "audit_head"


def seal_of(entry: Entry) -> str:
    """Digest of what stands in an entry: state, revision and every field."""
    content = f"{entry.id}\n{entry.state.value}\n{entry.revision}\n{fields_to_text(entry.fields)}"
    return SEAL + hashlib.sha256(content.encode()).hexdigest()


def _from_row(row: Row[Any]) -> AuditEvent:
    r = row._mapping
    return AuditEvent(
        id=r["id"],
        at=moment(r["at"]),
        actor=r["actor"],
        action=r["action"],
        entry_id=r["entry_id"],
        book_id=r["book_id"],
        column=r["column_name"],
        source=r["source"],
        old=r["old"],
        new=r["new"],
        reason=r["reason"],
        previous_hash=r["previous_hash"],
        hash=r["hash"],
    )


def _to_row(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": stamp(event.at),
        "actor": event.actor,
        "action": event.action,
        "entry_id": event.entry_id,
        "book_id": event.book_id,
        "column_name": event.column,
        "source": event.source,
        "old": event.old,
        "new": event.new,
        "reason": event.reason,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def chain_head(connection: Connection) -> tuple[int, str]:
    """Id and hash of the last event."""
    query = select(audit_events.c.id, audit_events.c.hash).order_by(audit_events.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.id, row.hash) if row else (0, GENESIS)


def noted_head(connection: Connection) -> tuple[int, str] | None:
    """The head as noted beside the log; None before the first event."""
    noted = get_setting(connection, _HEAD_KEY)
    return (int(noted["id"]), str(noted["hash"])) if noted else None


def append_events(connection: Connection, events: Iterable[AuditEvent]) -> tuple[AuditEvent, ...]:
    """Chain events to the log; ids and hashes are given here. Needs a writing transaction."""
    last_id, last_hash = chain_head(connection)
    chained = chain_events(_with_clock(connection, tuple(events), last_id), last_id, last_hash)
    if chained:
        connection.execute(audit_events.insert(), [_to_row(event) for event in chained])
        put_setting(connection, _HEAD_KEY, {"id": chained[-1].id, "hash": chained[-1].hash})
    return chained


def _with_clock(connection: Connection, events: tuple[AuditEvent, ...], last_id: int) -> tuple[AuditEvent, ...]:
    """The events, after one that says so when the machine's clock has gone back since the last."""
    last = connection.execute(select(audit_events.c.at).where(audit_events.c.id == last_id)).scalar()
    if not events or last is None or moment(last) - events[0].at <= _CLOCK_SLACK:
        return events
    at = events[0].at
    return (AuditEvent(id=0, at=at, actor=SYSTEM_NAME, action="clock_back", old=last, new=stamp(at)), *events)


def last_event_of_page(connection: Connection, book_id: int, page_id: int, action: str) -> AuditEvent | None:
    """The newest event of that action about a page of a book; events about pages name it in `column`."""
    c = audit_events.c
    query = select(audit_events).where(c.book_id == book_id, c.action == action, c.column_name == str(page_id))
    row = connection.execute(query.order_by(c.id.desc()).limit(1)).first()
    return _from_row(row) if row else None


def list_events(
    connection: Connection,
    *,
    entry_id: int | None = None,
    book_id: int | None = None,
    actor: str | None = None,
    since: str | None = None,
    until: str | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> tuple[AuditEvent, ...]:
    """Events, newest first; `since` and `until` are stored moments."""
    query = select(audit_events).order_by(audit_events.c.id.desc()).limit(limit)
    c = audit_events.c
    wanted = (
        (entry_id, c.entry_id == entry_id),
        (book_id, c.book_id == book_id),
        (actor, c.actor == actor),
        (since, c.at >= (since or "")),
        (until, c.at < (until or "")),
        (before_id, c.id < (before_id or 0)),
    )
    for value, condition in wanted:
        if value is not None:
            query = query.where(condition)
    return tuple(_from_row(row) for row in connection.execute(query))


def last_event_of_book(connection: Connection, book_id: int) -> tuple[int, str]:
    """Id and hash of the last event that concerns a book, exports left out: what an export says of the log.

    So the same data exported again says the same.
    """
    c = audit_events.c
    query = select(c.id, c.hash).where(c.book_id == book_id, c.action.not_like("export%"))
    row = connection.execute(query.order_by(c.id.desc()).limit(1)).first()
    return (row.id, row.hash) if row else (0, "")


def entries_with_events(
    connection: Connection, book_id: int, actions: Sequence[str], *, after_id: int, since: str
) -> frozenset[int]:
    """Entries of a book that something happened to after an event, or from a stored moment on where `after_id` is 0."""
    c = audit_events.c
    query = select(c.entry_id).where(c.book_id == book_id, c.action.in_(list(actions)), c.entry_id.is_not(None))
    query = query.where(c.id > after_id if after_id else c.at >= since)
    return frozenset(connection.execute(query.distinct()).scalars())


def hash_of_event(connection: Connection, event_id: int) -> str | None:
    """Hash of an event; None when the log has none of that id."""
    query = select(audit_events.c.hash).where(audit_events.c.id == event_id)
    found: str | None = connection.execute(query).scalar()
    return found


def events_of(
    connection: Connection, *, actions: Sequence[str], after_action: str, limit: int
) -> tuple[AuditEvent, ...]:
    """The first events of some kinds since the last one of another kind."""
    c = audit_events.c
    since = connection.execute(select(func.max(c.id)).where(c.action == after_action)).scalar() or 0
    query = select(audit_events).where(c.action.in_(list(actions)), c.id > since).order_by(c.id).limit(limit)
    return tuple(_from_row(row) for row in connection.execute(query))


def stream_events(connection: Connection) -> Iterator[AuditEvent]:
    """All events, oldest first, a thousand in memory at a time."""
    return map(_from_row, rows_in_parts(connection, audit_events))
