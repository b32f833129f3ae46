"""Cases of reconciliation: what is to be done about a person not found as the book has it, and who may decide what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from corrections.entries import EntryState
from corrections.reconciliation import MatchOutcome, MatchResult

__all__ = [
    "STATE_LABELS",
    "CaseState",
    "Consequence",
    "consequence_of",
    "over",
    "sentence_of",
    "states_for",
    "still_over",
]


class CaseState(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    CALLED = "called"
    """The person or the family was invited; nothing is decided."""
    BOOK_RIGHT = "book_right"
    """The book is right; the population database needs correction."""
    DATABASE_RIGHT = "database_right"
    """The transcription is wrong; the entry is opened again and looked at beside its picture."""
    BOTH_KEPT = "both_kept"
    """Both stand as they are (a later change of civil status, for instance)."""
    ENTERED = "entered"
    """Not found before, and entered into the population database since."""
    NO_TRACE = "no_trace"
    """Nobody could tell: moved away, died, no papers."""

    @property
    def decided(self) -> bool:
        """Whether nothing more is to be done by those who verify."""
        return self not in (CaseState.OPEN, CaseState.CALLED)


STATE_LABELS: Mapping[CaseState, str] = {
    CaseState.OPEN: "Chưa xử lý",
    CaseState.CALLED: "Đã mời, đang xác minh",
    CaseState.BOOK_RIGHT: "Sổ đúng, đề nghị sửa dữ liệu dân cư",
    CaseState.DATABASE_RIGHT: "Dữ liệu dân cư đúng, xem lại trường hợp",
    CaseState.BOTH_KEPT: "Giữ nguyên cả hai",
    CaseState.ENTERED: "Đã thu thập vào dữ liệu dân cư",
    CaseState.NO_TRACE: "Không xác minh được",
}


class Consequence(StrEnum):
    """What a decision does to the entry."""

    NONE = ""
    NOTE = "noted"
    """A note in the entry's history; its values stay."""
    REOPEN = "reopened"
    """The entry is opened again or sent back, with the differences as the reason."""


@dataclass(frozen=True, slots=True)
class _Rule:
    outcomes: tuple[MatchOutcome, ...]
    """Outcomes for which the state makes sense."""
    consequence: Consequence


_FOUND, _MISSING = (MatchOutcome.DIFFERS, MatchOutcome.MATCHES), (MatchOutcome.NOT_FOUND,)
_RULES: Mapping[CaseState, _Rule] = {
    CaseState.OPEN: _Rule((*_FOUND, *_MISSING), Consequence.NONE),
    CaseState.CALLED: _Rule((*_FOUND, *_MISSING), Consequence.NONE),
    CaseState.BOOK_RIGHT: _Rule((*_FOUND, *_MISSING), Consequence.NOTE),
    CaseState.DATABASE_RIGHT: _Rule((*_FOUND, *_MISSING), Consequence.REOPEN),
    CaseState.BOTH_KEPT: _Rule(_FOUND, Consequence.NOTE),
    CaseState.ENTERED: _Rule((*_MISSING, MatchOutcome.MATCHES), Consequence.NOTE),
    CaseState.NO_TRACE: _Rule((*_FOUND, *_MISSING), Consequence.NOTE),
}
REOPENABLE = frozenset({EntryState.CONFIRMED, EntryState.ESCALATED, EntryState.APPROVED})
"""States of an entry from which a decision leads back to review; in the others it waits there already."""


def states_for(outcome: MatchOutcome) -> tuple[CaseState, ...]:
    """States a case with this newest outcome may be put in."""
    return tuple(state for state, rule in _RULES.items() if outcome in rule.outcomes)


def consequence_of(state: CaseState) -> Consequence:
    """What follows for the entry."""
    return _RULES[state].consequence


def over(result: MatchResult) -> str:
    """What a decision is taken over, as one text: when a later run gives another, the decision is shown as older."""
    parts = [f"{d.field}={d.book}|{d.extract}" for d in result.differences]
    return "; ".join((result.outcome.value, result.matched, *parts))


def still_over(decided_over: str, result: MatchResult) -> bool:
    """Whether a result says what a decision was taken over, or nothing is left to decide because all agrees now.

    The extract's row does not count: it moves between runs.
    """
    if result.outcome is MatchOutcome.MATCHES:
        return True
    outcome, _, differences = decided_over.partition("; ")
    today = over(result).split("; ", 1)
    return outcome == today[0] and _without_row(differences) == _without_row(today[1])


def _without_row(text: str) -> str:
    return text.partition("; ")[2]


def sentence_of(state: CaseState, person: str, differences: str, words: str) -> str:
    """What the entry's history and its reason for being opened again say."""
    parts = (f"Đối soát dữ liệu dân cư ({person}): {STATE_LABELS[state].lower()}", differences, words)
    return ". ".join(part.strip(" .") for part in parts if part.strip(" .")) + "."
