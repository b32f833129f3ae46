"""Which entry comes next: easy ones first for clerks, risky ones first for the supervisor.

Effort is predicted from what a person will have to look at and to type; it orders a queue and feeds the forecast, it
decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.entries import Entry, FieldState, FieldValue, Severity
from layouts.columns import FieldKind, columns
from layouts.register_types import RegisterType

__all__ = ["EffortModel", "predict_effort", "predict_typing", "risk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortModel:
    """Seconds of work: for an entry, for each field looked at, for each letter typed, for each remark.

    The defaults are guesses until an office has confirmed entries to learn from; no clerk was timed for them.
    """

    entry_seconds: float = 4.0
    field_seconds: float = 1.6
    letter_seconds: float = 0.22
    finding_seconds: float = 3.0


_TYPICAL_LENGTH = {
    FieldKind.NAME: 16,
    FieldKind.DATE: 8,
    FieldKind.DATE_WORDS: 48,
    FieldKind.PLACE: 34,
    FieldKind.ETHNIC_GROUP: 4,
    FieldKind.NATIONALITY: 8,
    FieldKind.SEX: 1,
    FieldKind.RELATION: 5,
    FieldKind.ID_NUMBER: 9,
    FieldKind.SIGNER: 16,
    FieldKind.TITLE: 10,
    FieldKind.TEXT: 12,
}
"""Letters of a value of each kind, estimated on the sample books."""
_CODE_LENGTH = 6
"""Of any other kind: numbers, codes, pages."""
_RETYPED = 1.3
"""A doubtful value is retyped in somewhat more of its letters than are wrong. A guess, measured by nobody."""
_REMARK_RISK = 0.3
"""Wrong values that a remark stands for, against one for an error. A guess, measured by nobody."""


def predict_typing(values: Mapping[str, FieldValue], register_type: RegisterType) -> float:
    """Letters a person will probably type: what is doubtful, by how doubtful it is."""
    kinds = {c.name: c.kind for c in columns(register_type)}
    letters = 0.0
    for name, value in values.items():
        if not value.needs_review or value.confirmed:
            continue
        length = len(value.normalized) or _TYPICAL_LENGTH.get(kinds.get(name, FieldKind.TEXT), _CODE_LENGTH)
        share = 1.0 if not value.text else min(1.0, _RETYPED * (1.0 - value.confidence))
        letters += length * share
    return letters


def predict_effort(entry: Entry, model: EffortModel | None = None) -> float:
    """Seconds of work an entry will probably take; low comes first in clerks' queues."""
    model = model or EffortModel()
    doubtful = sum(1 for v in entry.fields.values() if v.needs_review and not v.confirmed)
    return (
        model.entry_seconds
        + model.field_seconds * doubtful
        + model.letter_seconds * predict_typing(entry.fields, entry.register_type)
        + model.finding_seconds * len(entry.findings)
    )


def risk(entry: Entry) -> float:
    """Expected number of wrong values that nobody has looked at, plus the errors the checks see; high comes first."""
    unseen = sum(1.0 - v.confidence for v in entry.fields.values() if not v.confirmed and v.state is FieldState.WRITTEN)
    errors = sum(1.0 for finding in entry.findings if finding.severity is Severity.ERROR)
    return unseen + errors + _REMARK_RISK * (len(entry.findings) - errors)
