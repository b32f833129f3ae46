"""Entries under review: every save checks the revision it began from and keeps what stood before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from corrections.entries import Entry, EntryState, FieldValue
from layouts.geometry import PageBox
from layouts.register_types import RegisterType
from ocr.readings import PageKind
from storage.clock import now, stamp
from storage.codec import fields_from_text, fields_to_text, findings_from_text, findings_to_text, to_json
from storage.errors import StaleRevisionError
from storage.rows import inserted_id, row_of, rows_in_parts
from storage.schema import entries, entry_versions, pages
from storage.search_index import index_entry

__all__ = [
    "EntryVersion",
    "SaveMarks",
    "StoredEntry",
    "add_entry",
    "entries_of_page",
    "entries_over_pages",
    "entry_ids",
    "get_entries",
    "get_entry",
    "last_version",
    "move_entry",
    "move_to_reading",
    "next_region",
    "readable_entries",
    "replace_reading",
    "save_entry",
    "set_more_pages",
    "stream_entries",
    "values_before_people",
    "version_after",
    "versions_of",
    "withdraw_entry",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry with what only the record knows of it."""

    entry: Entry
    box: PageBox | None
    """Region on the straightened page; None when a person added the entry."""
    more_pages: tuple[int, ...]
    """Further pages the entry runs over."""
    reading_id: int | None
    touched: bool
    """Whether a person has saved it: a machine never writes it again."""
    confirmed_by: int | None
    approved_at: str | None
    lease_account: int | None
    """Whoever has, or last had, the entry before him."""
    lease_until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveMarks:
    """What else a save changes beside the entry."""

    account_id: int | None = None
    confirmed: bool = False
    approved: bool = False
    reopened: bool = False
    undone: bool = False
    """An undo: who confirmed and approved goes back to what the state says."""
    untouched: bool = False
    """What changed is the book, not what a person says of the entry: the machine may go on reading it."""
    team: str = ""
    shift: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryVersion:
    """What stood before a save."""

    entry_id: int
    revision: int
    state: EntryState
    fields: dict[str, FieldValue]
    escalation_reason: str
    account_id: int | None
    """Who made the save that replaced it."""
    saved_at: str


def _entry(r: Any) -> Entry:
    return Entry(
        id=r["id"],
        book_id=r["book_id"],
        page_id=r["page_id"],
        region=r["region"],
        register_type=RegisterType(r["register_type"]),
        state=EntryState(r["state"]),
        revision=r["revision"],
        fields=fields_from_text(r["fields"]),
        findings=findings_from_text(r["findings"]),
        layout=r["layout"] or None,
        slot=PageKind(r["slot"]),
        escalation_reason=r["escalation_reason"],
        priority=r["priority"],
    )


def _from_row(row: Row[Any]) -> StoredEntry:
    r = row._mapping
    left_top_right_bottom = json.loads(r["box"]) if r["box"] else None
    return StoredEntry(
        entry=_entry(r),
        box=tuple(left_top_right_bottom) if left_top_right_bottom else None,
        more_pages=tuple(json.loads(r["more_pages"])),
        reading_id=r["reading_id"],
        touched=bool(r["touched"]),
        confirmed_by=r["confirmed_by"],
        approved_at=r["approved_at"],
        lease_account=r["lease_account"],
        lease_until=r["lease_until"],
    )


def _to_row(entry: Entry) -> dict[str, Any]:
    return {
        "state": entry.state.value,
        "revision": entry.revision,
        "fields": fields_to_text(entry.fields),
        "findings": findings_to_text(entry.findings),
        "layout": entry.layout or "",
        "slot": entry.slot.value,
        "escalation_reason": entry.escalation_reason,
        "priority": entry.priority,
    }


def add_entry(connection: Connection, entry: Entry, *, box: PageBox | None, reading_id: int | None) -> Entry:
    """Note a new entry; its `id` is given by the database."""
    values = {
        **_to_row(entry),
        "book_id": entry.book_id,
        "page_id": entry.page_id,
        "region": entry.region,
        "register_type": entry.register_type,
        "box": to_json(box) if box else "",
        "reading_id": reading_id,
    }
    key = inserted_id(connection, entries.insert().values(**values))
    added = replace(entry, id=key)
    index_entry(connection, added, before=None)
    return added


def replace_reading(
    connection: Connection, before: StoredEntry, entry: Entry, *, box: PageBox, reading_id: int
) -> None:
    """Put a newer machine reading in place of an older one; entries a person has touched are refused.

    Raises:
        StaleRevisionError: a person has saved the entry.
    """
    changed = connection.execute(
        entries.update()
        .where(entries.c.id == before.entry.id, entries.c.touched == 0)
        .values(**_to_row(entry), register_type=entry.register_type, box=to_json(box), reading_id=reading_id)
    ).rowcount
    if changed != 1:
        raise StaleRevisionError(before.entry.id)
    index_entry(connection, entry, before=before.entry)


def move_to_reading(connection: Connection, entry_id: int, *, box: PageBox, reading_id: int) -> None:
    """Let an entry that people worked on be shown on the picture of a newer reading; its values stay."""
    connection.execute(entries.update().where(entries.c.id == entry_id).values(box=to_json(box), reading_id=reading_id))


def save_entry(connection: Connection, before: Entry, after: Entry, outcome: SaveMarks) -> Entry:
    """Write a person's save as the next revision and keep what stood before.

    Raises:
        StaleRevisionError: the entry no longer stands at `before.revision`; nothing was written.
    """
    at = stamp(now())
    saved = replace(after, revision=before.revision + 1)
    values: dict[str, Any] = _to_row(saved)
    if not outcome.untouched:
        values["touched"] = 1
    if outcome.confirmed:
        values |= {
            "confirmed_by": outcome.account_id,
            "confirmed_at": at,
            "confirmed_team": outcome.team,
            "confirmed_shift": outcome.shift,
        }
    if outcome.approved:
        values |= {"approved_by": outcome.account_id, "approved_at": at}
    if outcome.reopened or (outcome.undone and after.state is not EntryState.APPROVED):
        values |= {"approved_by": None, "approved_at": None}
    if outcome.undone and after.state in (EntryState.TO_REVIEW, EntryState.SENT_BACK):
        values |= {"confirmed_by": None, "confirmed_at": None}
    changed = connection.execute(
        entries.update().where(entries.c.id == before.id, entries.c.revision == before.revision).values(**values)
    ).rowcount
    if changed != 1:
        raise StaleRevisionError(before.id)
    connection.execute(
        entry_versions.insert().values(
            entry_id=before.id,
            revision=before.revision,
            state=before.state.value,
            fields=fields_to_text(before.fields),
            escalation_reason=before.escalation_reason,
            account_id=outcome.account_id,
            saved_at=at,
        )
    )
    index_entry(connection, saved, before=before)
    return saved


def move_entry(connection: Connection, entry_id: int, book_id: int) -> None:
    """Let an entry follow its page into another book; whoever had it open lets go of it."""
    freed = {"lease_account": None, "lease_until": None}
    connection.execute(entries.update().where(entries.c.id == entry_id).values(book_id=book_id, **freed))


def withdraw_entry(connection: Connection, entry_id: int, register_type: RegisterType) -> None:
    """Let the machine fill an entry's slot anew, as one of another register; `save_entry` has kept what stood there."""
    nobody = dict.fromkeys(
        ("confirmed_by", "confirmed_at", "approved_by", "approved_at", "lease_account", "lease_until", "reading_id")
    )
    connection.execute(
        entries.update().where(entries.c.id == entry_id).values(touched=0, register_type=register_type, **nobody)
    )


def get_entry(connection: Connection, entry_id: int) -> StoredEntry | None:
    """The entry of that id."""
    row = row_of(connection, entries, entry_id)
    return _from_row(row) if row else None


def get_entries(connection: Connection, ids: Sequence[int]) -> tuple[StoredEntry, ...]:
    """Entries of those ids, in that order; unknown ids are left out."""
    found: dict[int, StoredEntry] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(select(entries).where(entries.c.id.in_(ids[start : start + 500])))
        found.update((row.id, _from_row(row)) for row in rows)
    return tuple(found[i] for i in ids if i in found)


def entries_of_page(connection: Connection, page_id: int) -> tuple[StoredEntry, ...]:
    """Entries of a page by region."""
    rows = connection.execute(select(entries).where(entries.c.page_id == page_id).order_by(entries.c.region))
    return tuple(_from_row(row) for row in rows)


def entries_over_pages(connection: Connection, book_id: int) -> tuple[StoredEntry, ...]:
    """Entries of a book that run over onto further pages, by id."""
    query = select(entries).where(entries.c.book_id == book_id, entries.c.more_pages != "[]").order_by(entries.c.id)
    return tuple(_from_row(row) for row in connection.execute(query))


def entry_ids(connection: Connection, book_id: int, states: Sequence[EntryState] | None = None) -> tuple[int, ...]:
    """Ids of a book's entries in page order."""
    query = (
        select(entries.c.id)
        .join(pages, pages.c.id == entries.c.page_id)
        .where(entries.c.book_id == book_id)
        .order_by(pages.c.position, pages.c.half, entries.c.region, entries.c.id)
    )
    if states is not None:
        query = query.where(entries.c.state.in_([s.value for s in states]))
    return tuple(connection.execute(query).scalars())


def stream_entries(
    connection: Connection, book_id: int, states: Sequence[EntryState] | None = None
) -> Iterator[StoredEntry]:
    """Entries of a book in page order, a few hundred in memory at a time."""
    ids = entry_ids(connection, book_id, states)
    for start in range(0, len(ids), 300):
        yield from get_entries(connection, ids[start : start + 300])


def readable_entries(connection: Connection) -> Iterator[tuple[int, Entry | None]]:
    """Every entry by id; None for one that somebody has made unreadable."""
    for row in rows_in_parts(connection, entries):
        yield row.id, _read(row)


def _read(row: Row[Any]) -> Entry | None:
    try:
        return _entry(row._mapping)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def set_more_pages(connection: Connection, entry_id: int, page_ids: Sequence[int]) -> None:
    """Note the further pages an entry runs over."""
    connection.execute(entries.update().where(entries.c.id == entry_id).values(more_pages=to_json(list(page_ids))))


def next_region(connection: Connection, page_id: int) -> int:
    """First free entry slot of a page."""
    last = connection.execute(select(func.max(entries.c.region)).where(entries.c.page_id == page_id)).scalar()
    return 0 if last is None else last + 1


def _version(row: Row[Any]) -> EntryVersion:
    r = row._mapping
    return EntryVersion(
        entry_id=r["entry_id"],
        revision=r["revision"],
        state=EntryState(r["state"]),
        fields=fields_from_text(r["fields"]),
        escalation_reason=r["escalation_reason"],
        account_id=r["account_id"],
        saved_at=r["saved_at"],
    )


def version_after(connection: Connection, entry_id: int, at: str) -> EntryVersion | None:
    """What stood before the first save after a stored moment; None when nobody has saved since."""
    c = entry_versions.c
    query = select(entry_versions).where(c.entry_id == entry_id, c.saved_at > at).order_by(c.revision).limit(1)
    row = connection.execute(query).first()
    return _version(row) if row else None


def last_version(connection: Connection, entry_id: int) -> EntryVersion | None:
    """What stood before the last save."""
    found = versions_of(connection, entry_id)
    return found[-1] if found else None


def values_before_people(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, FieldValue]]:
    """By entry id the fields that stood before its first save; entries that were never saved are left out."""
    c = entry_versions.c
    found: dict[int, dict[str, FieldValue]] = {}
    for start in range(0, len(ids), 500):
        some = c.entry_id.in_(ids[start : start + 500])
        oldest = select(c.entry_id, func.min(c.revision).label("revision")).where(some).group_by(c.entry_id).subquery()
        same = and_(c.entry_id == oldest.c.entry_id, c.revision == oldest.c.revision)
        for row in connection.execute(select(c.entry_id, c.fields).join(oldest, same)):
            found[row.entry_id] = fields_from_text(row.fields)
    return found


def versions_of(connection: Connection, entry_id: int) -> tuple[EntryVersion, ...]:
    """What stood before each save, oldest first."""
    query = select(entry_versions).where(entry_versions.c.entry_id == entry_id).order_by(entry_versions.c.revision)
    return tuple(_version(row) for row in connection.execute(query))
