"""Gathers what suggestions may draw on from the record and lets the rules propose."""

from __future__ import annotations

from corrections.entries import Book, Entry, FieldValue
from corrections.shared_runs import sharing
from corrections.suggestions import MOST, Remembered, Surroundings, propose
from layouts.columns import Column
from ocr.readings import FieldReading
from storage.memory import Recollection, corrections_of
from vietnamese.letters import is_figures
from vietnamese.units import split_place
from workbench.services.review_types import Suggestion

__all__ = ["entry_context", "readings_told", "suggest_for"]

_BOOK_VALUES = 60
"""Most frequent values of a column in its book that are offered from."""
_OFFICE_VALUES = 20
"""And in the whole office."""
_OFTEN = 3
"""Times a value must have been confirmed in the office to be offered in another book."""
_PUT_RIGHT = 0.99
"""Most a reading is said to be likely of which the lists made another value."""


def entry_context(entry: Entry, book: Book) -> dict[str, str]:
    """What normalisation may know of the entry: the year of registration, the year of the volume."""
    date = entry.fields["ngayDangKy"].normalized if "ngayDangKy" in entry.fields else ""
    volume_year = book.volume_number.rpartition("/")[2]
    near = date[-4:] or volume_year
    return {"volume_year": volume_year} | ({"near_year": near} if is_figures(near) else {})


def suggest_for(
    memories: Recollection,
    entry: Entry,
    book: Book,
    column: Column,
    value: FieldValue,
    read: FieldReading | None,
    *,
    text: str | None = None,
) -> tuple[Suggestion, ...]:
    """At most five values to take with one key, best first, none equal to what stands.

    Args:
        memories: what people have confirmed.
        entry: whose field it is.
        book: its book.
        column: the field's column.
        value: what stands.
        read: what the machine read.
        text: what is being typed instead of what stands.
    """
    stands = value.text if text is None else text
    misreading = read.text if read else value.text
    learned = corrections_of(memories.connection, kind=column.kind, misreading=misreading) if misreading else ()
    own = memories.frequent(column.name, book_id=book.id, limit=_BOOK_VALUES)
    office = memories.frequent(column.name, limit=_OFFICE_VALUES, at_least=_OFTEN)
    around = Surroundings(
        values={name: field.normalized for name, field in entry.fields.items()},
        alternatives=readings_told(read),
        corrections=[Remembered(text=m.text, count=m.count) for m in learned],
        book=[Remembered(text=m.text, count=m.count) for m in own],
        office=[Remembered(text=m.text, count=m.count) for m in office],
        province=split_place(book.office).province,
        context=entry_context(entry, book) | {"shared": sharing(entry.fields, column.name, stands)},
    )
    proposals = propose(column, stands, around, MOST)
    return tuple(Suggestion(text=p.text, source=p.source, note=p.note) for p in proposals)


def readings_told(read: FieldReading | None) -> list[tuple[str, float]]:
    """All readings of a line with their probabilities, what stands among them."""
    if read is None:
        return []
    decoded = [(read.decoded, read.confidence)] if read.decoded else []
    # what was read may have been put right: however sure its letters were, they are another value then
    return [(read.text, min(read.confidence, _PUT_RIGHT)), *decoded] + [
        (a.text, a.probability) for a in read.alternatives
    ]
