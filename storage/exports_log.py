"""What was handed over: every export of a book with its digests, and what the import tool said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal, select

from storage.clock import now, stamp
from storage.codec import to_json
from storage.rows import inserted_id, row_of
from storage.schema import exports
from storage.states import ExportState

__all__ = [
    "ExportRecord",
    "add_export",
    "all_manifests",
    "exports_of",
    "get_export",
    "newest_deliveries",
    "record_answer",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecord:
    """One delivery of a book."""

    id: int
    book_id: int
    at: str
    account_id: int | None
    folder: str
    entries: int
    workbook_sha256: str
    zip_sha256: str
    manifest: str
    """The manifest's JSON text."""
    state: ExportState
    note: str = ""
    rejections: tuple[tuple[int, str], ...] = ()
    """(entry, what the import tool said)."""


def _from_row(row: Row[Any]) -> ExportRecord:
    r = row._mapping
    return ExportRecord(
        id=r["id"],
        book_id=r["book_id"],
        at=r["at"],
        account_id=r["account_id"],
        folder=r["folder"],
        entries=r["entries"],
        workbook_sha256=r["workbook_sha256"],
        zip_sha256=r["zip_sha256"],
        manifest=r["manifest"],
        state=ExportState(r["state"]),
        note=r["note"],
        rejections=tuple((entry_id, message) for entry_id, message in json.loads(r["rejections"])),
    )


def add_export(
    connection: Connection,
    *,
    book_id: int,
    account_id: int | None,
    folder: str,
    entries: int,
    workbook_sha256: str,
    zip_sha256: str,
    manifest: str,
) -> int:
    """Note a delivery and return its id."""
    return inserted_id(
        connection,
        exports.insert().values(
            book_id=book_id,
            at=stamp(now()),
            account_id=account_id,
            folder=folder,
            entries=entries,
            workbook_sha256=workbook_sha256,
            zip_sha256=zip_sha256,
            manifest=manifest,
            state=ExportState.EXPORTED.value,
        ),
    )


def get_export(connection: Connection, export_id: int) -> ExportRecord | None:
    """The delivery of that id."""
    row = row_of(connection, exports, export_id)
    return _from_row(row) if row else None


def exports_of(connection: Connection, book_id: int) -> tuple[ExportRecord, ...]:
    """Deliveries of a book, newest first."""
    query = select(exports).where(exports.c.book_id == book_id).order_by(exports.c.id.desc())
    return tuple(_from_row(row) for row in connection.execute(query))


def all_manifests(connection: Connection) -> tuple[str, ...]:
    """The manifest of every delivery as it is kept, oldest first: somebody may have made it unreadable."""
    return tuple(str(text) for text in connection.execute(select(exports.c.manifest).order_by(exports.c.id)).scalars())


def newest_deliveries(connection: Connection) -> dict[int, ExportRecord]:
    """The newest delivery of each book that has one, without its manifest: thousands of them would fill the memory."""
    last = select(func.max(exports.c.id)).group_by(exports.c.book_id)
    wanted: list[Any] = [column for column in exports.c if column.name != "manifest"]
    query: Select[Any] = select(*wanted, literal("").label("manifest")).where(exports.c.id.in_(last))
    return {row.book_id: _from_row(row) for row in connection.execute(query)}


def record_answer(
    connection: Connection,
    export_id: int,
    *,
    state: ExportState,
    note: str,
    rejections: tuple[tuple[int, str], ...] = (),
) -> None:
    """Note what the import tool said."""
    connection.execute(
        exports.update()
        .where(exports.c.id == export_id)
        .values(state=state.value, note=note, rejections=to_json([list(r) for r in rejections]))
    )
