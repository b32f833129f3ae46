"""What the services of acceptance take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.acceptance import AcceptanceLevel
from corrections.entries import Book
from storage.states import ExportState

__all__ = ["BoardRow", "BookVerdict", "ChangeLine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """How far a book has come with acceptance."""

    book: Book
    delivered_on: str
    """Local day of its newest delivery, `dd/mm/yyyy`; empty without one."""
    delivery_state: ExportState | None
    accepted_on: Mapping[AcceptanceLevel, str]
    """Day on which a level accepted the newest delivery."""
    accepted_before: Mapping[AcceptanceLevel, str]
    """Day on which a level accepted an older delivery that no longer stands."""
    returned_on: Mapping[AcceptanceLevel, str]
    """Day on which a level returned the book, as its last word."""
    taken_back: Mapping[AcceptanceLevel, str]
    """Which level below returned the book after a level had accepted it, and when: that level must accept it anew."""
    opened: int
    """Entries that are not finished (any more), of a book that some level has accepted or returned."""
    changed: int
    """Entries of an accepted book that were approved with other values since its newest delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookVerdict:
    """What the minutes say of a book."""

    book_id: int
    accepted: bool
    reason: str = ""
    """Why it goes back, or is accepted although the level has returned it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """An entry that is no longer as it was delivered, in words."""

    entry_id: int
    title: str
    why: str
    columns: str
