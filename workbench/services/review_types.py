"""What review hands out and takes: plain values that a screen or a route can send as they are."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import (
    Book,
    Entry,
    EntryState,
    FieldState,
    Finding,
    ValueSource,
)
from corrections.suggestions import Source
from layouts.columns import FieldKind
from layouts.geometry import PageBox
from storage.effort_log import Effort

__all__ = [
    "BulkResult",
    "ColumnHistory",
    "EffortInput",
    "GridCell",
    "GridItem",
    "QueueCounts",
    "Refused",
    "ReviewEntry",
    "ReviewField",
    "SaveReceipt",
    "Suggestion",
    "ValueInput",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A value to take with one key."""

    text: str
    source: Source
    note: str = ""
    """Vietnamese: where it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewField:
    """One field as a clerk sees it."""

    column: str
    label: str
    kind: FieldKind
    text: str
    normalized: str
    state: FieldState
    source: ValueSource
    confidence: float
    needs_review: bool
    confirmed: bool
    code_list: str | None
    box: PageBox | None
    """Where the field stands on the straightened page; None when the machine did not place it."""
    suggestions: tuple[Suggestion, ...] = ()
    """At most five, best first."""
    flags: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Remarks that concern this field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """One entry with all that a screen needs to review it."""

    entry: Entry
    book: Book
    page_id: int
    page_position: int
    """Place of the page in the book, from 0."""
    more_pages: tuple[int, ...]
    box: PageBox | None
    """The entry's region on the straightened page."""
    fields: tuple[ReviewField, ...]
    """In page order."""
    reason: str = ""
    """Why it was escalated or sent back."""
    holder: str = ""
    """Who holds it, when somebody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueInput:
    """A field's value as a person leaves it."""

    text: str
    normalized: str | None = None
    """None: worked out from the text."""
    state: FieldState = FieldState.WRITTEN
    source: ValueSource = ValueSource.PERSON
    """SUGGESTION when one was taken; an unchanged value keeps its own source."""


EffortInput = Effort
"""Work on a field (`column`) or on the whole entry (empty `column`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReceipt:
    """The acknowledgement of a save."""

    entry_id: int
    revision: int
    """Revision that stands now."""
    state: EntryState
    token: str
    replayed: bool = False
    """The token had been saved before: nothing was written again."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How much waits in each queue."""

    to_review: int
    sent_back: int
    confirmed: int
    escalated: int
    approved: int
    set_aside: int
    mine: int
    """Entries the caller holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One entry of many that was not saved."""

    entry_id: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What became of a save of many entries."""

    saved: tuple[int, ...]
    refused: tuple[Refused, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One field of one entry, for looking over a column of a book at once."""

    entry_id: int
    revision: int
    page_id: int
    number: str
    """Registration number as written; empty when none was read."""
    box: PageBox | None
    text: str
    normalized: str
    confidence: float
    needs_review: bool
    confirmed: bool
    held: bool
    """Somebody else has the entry before him: what he types must not be overtaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridItem:
    """A person's word on one cell of the grid; `text` None leaves the value as it is and confirms it."""

    entry_id: int
    revision: int
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHistory:
    """A field side by side: the machine's reading, the clerk's value, what stands now."""

    column: str
    label: str
    reading: str
    clerk: str
    final: str
    clerk_name: str = ""

    @property
    def differs(self) -> bool:
        """Whether the three do not all agree."""
        return len({self.reading, self.clerk, self.final}) > 1
