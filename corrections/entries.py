"""Entries under review: field values with their source, entry states, roles and decisions.

A machine reading is never edited: a `FieldValue` says where it came from and points at the reading it began from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from layouts.register_types import RegisterType
from ocr.readings import PageKind

__all__ = [
    "AuditEvent",
    "Book",
    "BookKind",
    "BookState",
    "DecisionKind",
    "Entry",
    "EntryState",
    "FieldState",
    "FieldValue",
    "Finding",
    "Role",
    "Severity",
    "ValueSource",
]


class Role(StrEnum):
    """What an account may do. Of the first three each includes the ones before it; the others stand beside them."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    POLICE = "police"
    """Works on reconciliation with the population database, and sees nothing else."""
    INSPECTOR = "inspector"
    """Sees everything that supervisors see, and changes nothing."""

    def includes(self, other: Role) -> bool:
        """Whether this role may do all that the other may."""
        return self is other or (self in _STEPS and other in _STEPS and _STEPS.index(self) > _STEPS.index(other))


_STEPS = (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)


class BookState(StrEnum):
    """How far a register book has come."""

    TO_COLLECT = "to_collect"
    SCANNED = "scanned"
    READ = "read"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EXPORTED = "exported"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


CLOSED_BOOKS = (BookState.APPROVED, BookState.EXPORTED, BookState.ACCEPTED)
"""States in which every entry of a book is settled: pages no longer come or go."""


class BookKind(StrEnum):
    """What a book is for; only books of work stand in queues, statistics and deliveries unless another is asked for."""

    WORK = "work"
    SAMPLE = "sample"
    """Drawn pages of invented people that come with the program, to try things out on."""
    ASIDE = "aside"
    """No book but the drawer for pages of a register type that were taken out of a book."""
    REMOVED = "removed"
    """A sample book that an administrator has taken away: its record stays, it is shown nowhere."""


class EntryState(StrEnum):
    """How far an entry has come."""

    TO_REVIEW = "to_review"
    """Read by the machine, no person has looked at it."""
    CONFIRMED = "confirmed"
    """A clerk confirmed every field; waits for approval where the office wants one."""
    ESCALATED = "escalated"
    """With the supervisor: asked by a clerk, or forced by a failed check or a disagreement."""
    SENT_BACK = "sent_back"
    """Returned by the supervisor with a reason."""
    APPROVED = "approved"
    """Final; leaves in the export."""
    SET_ASIDE = "set_aside"
    """Not an entry: blank, cancelled or torn slot, explained by a person."""


SETTLED = (EntryState.CONFIRMED, EntryState.APPROVED)
"""States in which a person has confirmed every value and nobody has questioned it since."""


class FieldState(StrEnum):
    """What stands on the paper where a value should be."""

    WRITTEN = "written"
    BLANK = "blank"
    """Nothing written: a decision, not a gap."""
    ILLEGIBLE = "illegible"
    STRUCK_OUT = "struck_out"
    ERASED = "erased"
    TORN = "torn"


class ValueSource(StrEnum):
    """Who proposed the value that stands now."""

    READING = "reading"
    SUGGESTION = "suggestion"
    PERSON = "person"
    RULE = "rule"
    BOOK = "book"
    IMPORTED = "imported"


class Severity(StrEnum):
    """How serious a check's finding is."""

    ERROR = "error"
    UNUSUAL = "unusual"


class DecisionKind(StrEnum):
    """What a person did with an entry."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    ESCALATE = "escalate"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark of a check on an entry or a book."""

    check: str
    """Stable identifier of the check (`date_words_differ`)."""
    severity: Severity
    message: str
    """Vietnamese, for people."""
    columns: tuple[str, ...] = ()
    """Columns concerned; the first is where the cursor goes."""
    source: str = ""
    """The rule's source: decree, form, plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """The value of one column of an entry as it stands now."""

    column: str
    text: str
    """As written in the book, NFC."""
    normalized: str
    """What the standard column takes (`dd.mm.yyyy`, code digits, listed names)."""
    state: FieldState = FieldState.WRITTEN
    source: ValueSource = ValueSource.READING
    confidence: float = 0.0
    """Probability that `normalized` is exactly right; 1.0 once a person confirmed it."""
    needs_review: bool = True
    reading_id: int | None = None
    """The page reading it began from."""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One registered event: one Excel row, one PDF."""

    id: int
    book_id: int
    page_id: int
    region: int
    """Entry slot on the page, from 0."""
    register_type: RegisterType
    state: EntryState
    revision: int
    """Grows by one with every save; a save with an old revision is refused."""
    fields: dict[str, FieldValue]
    findings: tuple[Finding, ...] = ()
    layout: str | None = None
    slot: PageKind = PageKind.ENTRIES
    """What the machine took the slot for: entries, blank, cancelled."""
    escalation_reason: str = ""
    """Why it waits for a supervisor or was sent back; once approved, why as it is ("the book has it so")."""
    priority: float = 0.0
    """Predicted effort: low comes first in clerks' queues."""


ELSEWHERE, YES = "elsewhere", "yes"
"""Setting of a book that an earlier phase entered elsewhere, and what it says then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One physical register book: one Excel file and one .zip."""

    id: int
    register_type: RegisterType
    volume_number: str
    """`nn/yyyy`."""
    office: str
    """Registering authority in words, as of its time (`UBND xã ..., huyện ..., tỉnh ...`)."""
    state: BookState = BookState.SCANNED
    priority: int = 0
    pages: int | None = None
    expected_entries: int | None = None
    """None when nobody has counted."""
    opened_on: str = ""
    closed_on: str = ""
    signer: str = ""
    signer_title: str = ""
    remarks: str = ""
    kind: BookKind = BookKind.WORK
    settings: dict[str, str] = field(default_factory=dict)
    office_id: int | None = None
    """Unit of the campaign's tree that keeps the book today; None: none was named."""

    @property
    def entered_elsewhere(self) -> bool:
        """Whether an earlier phase entered it elsewhere, so that nobody enters it again."""
        return self.settings.get(ELSEWHERE) == YES


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One line of the audit log: who, when, which field, from what, old, new, why; chained by hash."""

    id: int
    at: datetime
    """UTC."""
    actor: str
    """Account name, or `system`."""
    action: str
    """A `DecisionKind` value or a system action (`read`, `export`, `import` ...)."""
    entry_id: int | None = None
    book_id: int | None = None
    column: str = ""
    source: str = ""
    """`ValueSource` of the new value."""
    old: str = ""
    new: str = ""
    reason: str = ""
    previous_hash: str = ""
    hash: str = ""
