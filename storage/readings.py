"""What the machine returned for pages: written once, never edited (a trigger refuses)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ocr.readings import PageFailure, PageReading
from storage.clock import moment, now, stamp
from storage.codec import outcome_from_bytes, outcome_to_bytes
from storage.rows import inserted_id
from storage.schema import readings
from storage.states import ReadingOutcome

__all__ = ["add_outcome", "get_reading", "last_reading_times", "latest_reading"]


def add_outcome(
    connection: Connection,
    *,
    page_id: int,
    scan_sha256: str,
    layouts_version: str,
    recogniser_version: str,
    outcome: PageReading | PageFailure,
) -> int:
    """Keep a page's outcome and return its id."""
    return inserted_id(
        connection,
        readings.insert().values(
            page_id=page_id,
            scan_sha256=scan_sha256,
            layouts_version=layouts_version,
            recogniser_version=recogniser_version,
            outcome=ReadingOutcome.READ if isinstance(outcome, PageReading) else ReadingOutcome.FAILED,
            created_at=stamp(now()),
            content=outcome_to_bytes(outcome),
        ),
    )


def get_reading(connection: Connection, reading_id: int) -> PageReading | None:
    """The reading of that id; None when there is none or the page failed."""
    row = connection.execute(select(readings.c.content, readings.c.outcome).where(readings.c.id == reading_id)).first()
    return _reading(row.content, ReadingOutcome(row.outcome)) if row else None


def latest_reading(connection: Connection, page_id: int) -> PageReading | None:
    """The newest successful reading of a page."""
    row = connection.execute(
        select(readings.c.content, readings.c.outcome)
        .where(readings.c.page_id == page_id, readings.c.outcome == ReadingOutcome.READ)
        .order_by(readings.c.id.desc())
        .limit(1)
    ).first()
    return _reading(row.content, ReadingOutcome(row.outcome)) if row else None


def last_reading_times(connection: Connection, limit: int) -> tuple[datetime, ...]:
    """When the last pages were read, newest first."""
    query = select(readings.c.created_at).order_by(readings.c.id.desc()).limit(limit)
    return tuple(moment(at) for at in connection.execute(query).scalars())


def _reading(content: bytes, outcome: ReadingOutcome) -> PageReading | None:
    found = outcome_from_bytes(content, failed=outcome is ReadingOutcome.FAILED)
    return found if isinstance(found, PageReading) else None
