"""An entry that nobody has touched, as its book decides it now: values, remarks and what changed, for the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from corrections.book_evidence.decide import BOOK_DECIDED, Decided
from corrections.book_evidence.ink import EntryInk
from corrections.checks import check_entry, kept_remarks
from corrections.checks_book import BOOK_CHECKS, book_remarks
from corrections.entries import Entry, FieldValue, Finding
from corrections.queues import predict_effort
from layouts.register_types import RegisterType

__all__ = ["Reweighed", "findings_after", "reweighed"]

_FELT = 0.05
"""Difference of confidence from which an entry is written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweighed:
    """An entry after it was weighed again.

    Attributes:
        entry: as it stands now.
        changed: columns whose standard value is another than before.
        reasons: by column, why its value is not the first reading.
    """

    entry: Entry
    changed: tuple[str, ...]
    reasons: Mapping[str, str]


def reweighed(entry: Entry, ink: EntryInk, decided: Decided) -> Reweighed | None:
    """The entry by the first readings of its ink and its book's decision; None where it stands as it stood.

    What an earlier weighing had changed and this one does not, goes back to the first reading.
    """
    fields = dict(entry.fields)
    for name, field in ink.fields.items():
        before = fields.get(name)
        if before is None or before.confirmed:
            continue
        after = decided.values.get(name, field.first)
        same = (after.text, after.normalized) == (before.text, before.normalized)
        if same and before.needs_review and not after.needs_review and _doubted(entry, name):
            after = replace(after, needs_review=True)
        fields[name] = after
    changed = tuple(n for n, v in fields.items() if n in entry.fields and v.normalized != entry.fields[n].normalized)
    findings = findings_after(entry.register_type, entry.findings, fields, changed, decided)
    if not changed and findings == entry.findings and not any(_felt(entry.fields[n], v) for n, v in fields.items()):
        return None
    done = replace(entry, fields=fields, findings=findings)
    return Reweighed(
        entry=replace(done, priority=round(predict_effort(done), 2)), changed=changed, reasons=decided.reasons
    )


def findings_after(
    register_type: RegisterType,
    before: tuple[Finding, ...],
    fields: Mapping[str, FieldValue],
    changed: tuple[str, ...],
    decided: Decided,
) -> tuple[Finding, ...]:
    """Remarks on values as they stand now: of the page, of the checks, of the book where its columns stayed."""
    of_book = book_remarks(before, changed)
    if changed or any(f.check == BOOK_DECIDED for f in before):
        checked = _checked(register_type, tuple((name, v.normalized, v.text) for name, v in fields.items()))
    else:
        kept = (*kept_remarks(before), *of_book)
        checked = tuple(f for f in before if f not in kept)
    return (*kept_remarks(before), *checked, *of_book, *decided.findings)


@lru_cache(maxsize=2048)
def _checked(register_type: RegisterType, values: tuple[tuple[str, str, str], ...]) -> tuple[Finding, ...]:
    """What the checks remark on values (column, standard, as written): asked for the same values at each weighing."""
    standard, written = {n: value for n, value, _ in values}, {n: text for n, _, text in values}
    return check_entry(register_type, standard, written)


def _doubted(entry: Entry, name: str) -> bool:
    return any(f.check in BOOK_CHECKS and name in f.columns for f in entry.findings)


def _felt(before: FieldValue, after: FieldValue) -> bool:
    return before.needs_review != after.needs_review or abs(before.confidence - after.confidence) > _FELT
