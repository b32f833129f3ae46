"""What else the ink of entries may say, and what was learned of a book's hands: kept beside the record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from corrections.book_evidence.ink import EntryInk
from storage.clock import now, stamp
from storage.codec import evidence_from_bytes, evidence_to_bytes
from storage.schema import book_hands, entries, entry_evidence

__all__ = ["StoredHand", "book_evidence", "forget_hand", "hand_of", "keep_evidence", "keep_hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHand:
    """What was learned of the hands of a book.

    Attributes:
        book_id: of the book.
        model: version of the recogniser it belongs to; with another it is worth nothing.
        lines: confirmed lines it was learned from.
        errors_before: share of wrong letters on lines held back, without it.
        errors_after: the same with it.
        content: what the recogniser takes; empty when nothing was gained.
        made_at: UTC.
    """

    book_id: int
    model: str
    lines: int
    errors_before: float
    errors_after: float
    content: bytes
    made_at: str = ""


def keep_evidence(connection: Connection, entry_id: int, reading_id: int, ink: EntryInk) -> None:
    """Keep the evidence of an entry, in place of that of an older reading."""
    connection.execute(delete(entry_evidence).where(entry_evidence.c.entry_id == entry_id))
    connection.execute(
        entry_evidence.insert().values(entry_id=entry_id, reading_id=reading_id, content=evidence_to_bytes(ink))
    )


def book_evidence(connection: Connection, book_id: int) -> dict[int, tuple[int, EntryInk]]:
    """By entry id, the reading and the evidence taken from it."""
    query = (
        select(entry_evidence)
        .join(entries, entries.c.id == entry_evidence.c.entry_id)
        .where(entries.c.book_id == book_id)
    )
    found: dict[int, tuple[int, EntryInk]] = {}
    for row in connection.execute(query):
        ink = evidence_from_bytes(row.content)
        if ink is not None:
            found[row.entry_id] = (row.reading_id, ink)
    return found


def hand_of(connection: Connection, book_id: int) -> StoredHand | None:
    """What was learned of a book's hands; None when nothing was tried yet."""
    row = connection.execute(select(book_hands).where(book_hands.c.book_id == book_id)).first()
    return StoredHand(**row._mapping) if row else None


def keep_hand(connection: Connection, hand: StoredHand) -> None:
    """Keep what was learned, in place of what was learned before."""
    forget_hand(connection, hand.book_id)
    connection.execute(
        book_hands.insert().values(
            book_id=hand.book_id,
            model=hand.model,
            lines=hand.lines,
            errors_before=hand.errors_before,
            errors_after=hand.errors_after,
            content=hand.content,
            made_at=stamp(now()),
        )
    )


def forget_hand(connection: Connection, book_id: int) -> None:
    """Read the book again without anything learned of it."""
    connection.execute(delete(book_hands).where(book_hands.c.book_id == book_id))
