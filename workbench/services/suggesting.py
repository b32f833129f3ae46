"""Gathers suggestions for a field from the machine's alternatives and from what the office has confirmed before."""

from __future__ import annotations

from collections.abc import Iterator

from corrections.entries import Book, Entry, FieldValue
from corrections.letters import tone_key
from corrections.normalise import normalise
from layouts.columns import Column, FieldKind
from ocr.readings import FieldReading
from storage import memory
from storage.database import Connection
from workbench.services.review_types import Suggestion

__all__ = ["MOST", "entry_context", "suggest_for"]

MOST = 5
"""One key each: Ctrl+1 to Ctrl+5."""
_RECURRING = frozenset(
    {
        FieldKind.PLACE,
        FieldKind.SIGNER,
        FieldKind.TITLE,
        FieldKind.ETHNIC_GROUP,
        FieldKind.NATIONALITY,
        FieldKind.RELATION,
    }
)
"""Kinds whose values recur in a book; the name of another child is no suggestion for a child's name."""


def entry_context(entry: Entry, book: Book) -> dict[str, str]:
    """What normalisation may know of the entry: the year of registration, the year of the volume."""
    date = entry.fields["ngayDangKy"].normalized if "ngayDangKy" in entry.fields else ""
    volume_year = book.volume_number.rpartition("/")[2]
    context = {"volume_year": volume_year}
    near = date[-4:] or volume_year
    return context | ({"near_year": near} if near.isdigit() else {})


def suggest_for(
    connection: Connection, entry: Entry, book: Book, column: Column, value: FieldValue, read: FieldReading | None
) -> tuple[Suggestion, ...]:
    """At most five values to take with one key, best first, none equal to what stands."""
    context = entry_context(entry, book)
    seen = {tone_key(value.text)}
    found: list[Suggestion] = []
    for text, source, note in _candidates(connection, book, column, value, read):
        key = tone_key(text)
        if not key or key in seen:
            continue
        seen.add(key)
        normalized = normalise(column, text, context=context).value
        found.append(Suggestion(text=text, normalized=normalized, source=source, note=note))
        if len(found) == MOST:
            break
    return tuple(found)


def _candidates(
    connection: Connection, book: Book, column: Column, value: FieldValue, read: FieldReading | None
) -> Iterator[tuple[str, str, str]]:
    misreading = read.text if read else value.text
    for learned in memory.corrections_of(connection, kind=column.kind.value, misreading=misreading):
        yield learned.text, "correction", f"Đã sửa như vậy {learned.count} lần"
    if read is not None:
        if read.decoded:
            yield read.decoded, "reading", "Máy đọc, ghép theo loại trường"
        for alternative in read.alternatives[:3]:
            yield alternative.text, "reading", f"Máy đọc khác ({alternative.probability:.0%})"
    if column.kind in _RECURRING:
        for known in memory.frequent_values(connection, column.name, book_id=book.id, limit=5):
            yield known.text, "book", f"Trong quyển này: {known.count} lần"
        for known in memory.frequent_values(connection, column.name, limit=3, at_least=3):
            yield known.text, "office", f"Trong các sổ đã nhập: {known.count} lần"
