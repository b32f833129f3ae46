"""The check of the trail: every row against its seal, the sums against the head, the head file against the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from corrections.audit import GENESIS
from storage.audit_log import chain_head
from storage.schema import audit_events, trail_changes, trail_seals
from storage.trail.foreign import foreign_objects
from storage.trail.head_file import Head, HeadFile, HeadFileFault
from storage.trail.seals import Sealer, Total, all_rows, state_digest, stored_totals
from storage.trail.tables import SEALED, SealedTable, name_of_seal
from storage.trail.triggers import missing_triggers

__all__ = ["TrailFault", "head_faults", "row_faults", "trail_faults"]

_AT_ONCE = 1000
"""Rows looked at together: memory stays small whatever a table holds."""


@dataclass(frozen=True, slots=True)
class TrailFault:
    """Something that is not as the program left it."""

    problem: str
    """`row` (changed, added or put back), `gone`, `sums`, `pending`, `triggers`, `foreign`, `unsealed`, `head_line`,
    `head_missing`, `head_event` (log cut or written anew), `head_state` (rows removed or put back with their seals)."""
    where: str = ""
    """Table and key, trigger, or line."""


def trail_faults(connection: Connection, heads: HeadFile) -> Iterator[TrailFault]:
    """Everything that is not as the program left it; nothing when the trail is whole."""
    for change in connection.execute(select(trail_changes.c.table_name, trail_changes.c.row_key).distinct()):
        yield TrailFault("pending", f"{change.table_name} {change.row_key}")
    for name in missing_triggers(connection):
        yield TrailFault("triggers", name)
    for thing in foreign_objects(connection):
        yield TrailFault("foreign", f"{thing.name} ({thing.table})")
    totals = stored_totals(connection)
    if not totals:
        yield TrailFault("unsealed")
        return
    counted: dict[str, Total] = {}
    yield from row_faults(connection, Sealer(heads.secret("rows")), totals, counted)
    yield from head_faults(connection, heads, state_digest(counted))


def row_faults(
    connection: Connection,
    sealer: Sealer,
    totals: dict[str, Total],
    counted: dict[str, Total] | None = None,
    tables: Mapping[str, SealedTable] = SEALED,
) -> Iterator[TrailFault]:
    """Rows that differ from their seals, seals without rows, and sums that do not add up.

    Args:
        connection: for reading.
        sealer: with the key.
        totals: the sums as kept.
        counted: filled with the sums as the rows make them.
        tables: as the database has them.
    """
    counted = counted if counted is not None else {}
    for name, sealed in tables.items():
        left = dict(_seals(connection, name))
        total = Total(0, 0)
        try:
            for batch in all_rows(connection, sealed):
                for key, row in batch:
                    seal = sealer.seal(name, key, row)
                    total = total.moved(None, seal)
                    if left.pop(name_of_seal(key), None) != seal:
                        yield TrailFault("row", f"{name} {key}")
        except OperationalError:  # bytes where text belongs: SQLite makes no JSON of them
            yield TrailFault("row", name)
        for key in left:
            yield TrailFault("gone", f"{name} {key}")
        counted[name] = total
        if totals.get(name, Total(0, 0)) != total:
            yield TrailFault("sums", name)


def _seals(connection: Connection, table: str) -> Iterator[tuple[str, str]]:
    last = ""
    while True:
        query = select(trail_seals.c.row_key, trail_seals.c.seal).where(
            trail_seals.c.table_name == table, trail_seals.c.row_key > last
        )
        rows = connection.execute(query.order_by(trail_seals.c.row_key).limit(_AT_ONCE)).all()
        if not rows:
            return
        yield from ((row.row_key, row.seal) for row in rows)
        last = rows[-1].row_key


def head_faults(connection: Connection, heads: HeadFile, state: str) -> Iterator[TrailFault]:
    """Where the head file, the log and the rows do not tell the same.

    Args:
        connection: for reading.
        heads: the file.
        state: digest of the sums as the rows make them.
    """
    batch: list[Head] = []
    for item in heads.walk():
        if isinstance(item, HeadFileFault):
            yield TrailFault("head_line", str(item.line))
            continue
        if item[1]:
            batch.append(item[0])
        if len(batch) >= _AT_ONCE:
            yield from _not_in_log(connection, batch)
            batch.clear()
    yield from _not_in_log(connection, batch)
    yield from _end_faults(connection, heads, state)


def _not_in_log(connection: Connection, heads: list[Head]) -> Iterator[TrailFault]:
    if not heads:
        return
    c = audit_events.c
    ids = [head.event_id for head in heads]
    query = select(c.id, c.hash).where(c.id >= min(ids), c.id <= max(ids))
    known = {row.id: row.hash for row in connection.execute(query)} | {0: GENESIS}
    wrong = [head for head in heads if known.get(head.event_id) != head.event_hash]
    if wrong:
        yield TrailFault("head_event", str(wrong[0].event_id))


def _end_faults(connection: Connection, heads: HeadFile, state: str) -> Iterator[TrailFault]:
    event_id, event_hash = chain_head(connection)
    standing = heads.standing()
    if not standing:
        if event_id or any(total.rows for total in stored_totals(connection).values()):
            yield TrailFault("head_missing")
        return
    if not any((head.event_id, head.event_hash) == (event_id, event_hash) for head in standing):
        yield TrailFault("head_event", str(event_id))
    if not any(head.state == state for head in standing):
        yield TrailFault("head_state")
