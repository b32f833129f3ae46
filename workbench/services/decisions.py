"""Which decision leads from which state to which, and who may take it: the one table of the review's rules."""

from __future__ import annotations

from dataclasses import dataclass

from corrections.entries import DecisionKind, EntryState, Role

__all__ = ["NEEDS_REASON", "Transition", "transition"]

_OPEN = frozenset({EntryState.TO_REVIEW, EntryState.SENT_BACK})
_NOT_FINAL = _OPEN | {EntryState.CONFIRMED, EntryState.ESCALATED}

NEEDS_REASON = frozenset({DecisionKind.ESCALATE, DecisionKind.SEND_BACK, DecisionKind.REOPEN, DecisionKind.SET_ASIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One allowed decision."""

    role: Role
    """Least role that may take it."""
    origins: frozenset[EntryState]
    target: EntryState
    confirms: bool = False
    """Whether the person vouches for every field."""


_TABLE = {
    DecisionKind.CONFIRM: (
        Transition(role=Role.CLERK, origins=_OPEN | {EntryState.CONFIRMED}, target=EntryState.CONFIRMED, confirms=True),
    ),
    DecisionKind.CORRECT: (
        Transition(role=Role.CLERK, origins=_OPEN | {EntryState.CONFIRMED}, target=EntryState.CONFIRMED, confirms=True),
        Transition(
            role=Role.SUPERVISOR,
            origins=frozenset({EntryState.ESCALATED}),
            target=EntryState.CONFIRMED,
            confirms=True,
        ),
    ),
    DecisionKind.ESCALATE: (
        Transition(role=Role.CLERK, origins=_OPEN | {EntryState.CONFIRMED}, target=EntryState.ESCALATED),
    ),
    DecisionKind.APPROVE: (
        Transition(role=Role.SUPERVISOR, origins=_NOT_FINAL, target=EntryState.APPROVED, confirms=True),
    ),
    DecisionKind.SEND_BACK: (
        Transition(
            role=Role.SUPERVISOR,
            origins=frozenset({EntryState.CONFIRMED, EntryState.ESCALATED}),
            target=EntryState.SENT_BACK,
        ),
    ),
    DecisionKind.REOPEN: (
        Transition(
            role=Role.SUPERVISOR,
            origins=frozenset({EntryState.APPROVED, EntryState.SET_ASIDE}),
            target=EntryState.TO_REVIEW,
        ),
    ),
    DecisionKind.SET_ASIDE: (Transition(role=Role.CLERK, origins=_NOT_FINAL, target=EntryState.SET_ASIDE),),
}


def transition(decision: DecisionKind, state: EntryState) -> Transition | None:
    """The rule for a decision on an entry in a state; None when the decision makes no sense there."""
    return next((rule for rule in _TABLE[decision] if state in rule.origins), None)
