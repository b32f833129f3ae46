"""States and kinds of rows: the tables hold them by CHECK constraints, the modules of `storage/` hand them out.

Those that rules of work depend on (of books, entries, fields, accounts) stand in `corrections/entries.py`.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "ExportState",
    "HandoverKind",
    "PageState",
    "ReadingOutcome",
    "RequestState",
    "SampleKind",
    "TypingState",
    "VerdictResult",
]


class PageState(StrEnum):
    """How far a page has come."""

    UNREAD = "unread"
    READ = "read"
    FAILED = "failed"


class ReadingOutcome(StrEnum):
    """What a reading that is kept gave."""

    READ = "read"
    FAILED = "failed"


class SampleKind(StrEnum):
    """Why a field is keyed again."""

    BLIND = "blind"
    """Random sample of fields the machine did not flag."""
    SEEDED = "seeded"
    """A known wrong value is shown to see whether it is noticed; never exported."""
    DOUBLE = "double"
    """Double entry of chosen fields."""


class ExportState(StrEnum):
    """What became of a delivery."""

    EXPORTED = "exported"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class HandoverKind(StrEnum):
    """Which way the books go."""

    HANDED_OUT = "handed_out"
    RETURNED = "returned"


class VerdictResult(StrEnum):
    """What became of a book at an acceptance."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class RequestState(StrEnum):
    """What became of a book that somebody asked for."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class TypingState(StrEnum):
    """How far an entry has come in the other program."""

    TYPED = "typed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
