"""The joint decision: every field of a book's entries by its ink and by all the other evidence, with the reason.

A clear reading stays. Elsewhere the candidate with the most nats stands; one that is not the first reading is always
shown to a person, with a remark that says why and what was read. Agreement makes a first reading surer, never sure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections.book_evidence.entry_factors import Around, gains_of, proposals_of
from corrections.book_evidence.factors import Gain, total
from corrections.book_evidence.facts import BookFacts, book_facts
from corrections.book_evidence.ink import EntryInk, FieldInk, Option
from corrections.book_evidence.sequence import Choice, date_choices, number_choices
from corrections.confidence import combine
from corrections.entries import Book, FieldValue, Finding, Severity
from corrections.thresholds import Thresholds
from layouts.columns import Column, columns
from layouts.register_types import RegisterType
from ocr.readings import Script

__all__ = ["BOOK_DECIDED", "Decided", "decide_book"]

BOOK_DECIDED = "book_decided"
"""Check name of the remark on a value that was decided against the first reading."""
_MOST_SURE_CHANGED = 0.85
"""Most that a value decided against the first reading may claim."""
_MOST_AGREEMENT = 1.5
"""Nats of agreement that count for a first reading: evidence repeats itself."""
_CAPPED = 6.0
_LEAST_LEAD = 0.7
"""Nats by which another value must stand before the first reading to replace it."""
_SWEEPS = 2
_SEQUENCE = ("so", "ngayDangKy")
_SHARED_TEXT = frozenset({"nguoiKy", "chucVuNguoiKy"})
"""Columns that share one run of text: only the standard value is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An entry as the book decides it.

    Attributes:
        values: fields that the book changed or made surer.
        findings: a remark for each value that is not the first reading.
        reasons: by column, why (Vietnamese), changed values only.
    """

    values: Mapping[str, FieldValue]
    findings: tuple[Finding, ...]
    reasons: Mapping[str, str]


def decide_book(
    entries: Sequence[EntryInk],
    register_type: RegisterType,
    book: Book | None,
    *,
    thresholds: Thresholds,
    first: Sequence[EntryInk] = (),
    only: Iterable[int] | None = None,
) -> list[Decided]:
    """Decide the entries of one book, in page order.

    Args:
        entries: the evidence of each; confirmed fields hold the person's values.
        register_type: of the book.
        book: its record; the years and places the office declared.
        thresholds: which confidence needs no review.
        first: the entries as the machine first read them: what people put in place of what is learned from.
        only: places of entries wanted; the others only bear witness and come back empty.
    """
    kind = register_type
    known = {c.name: c for c in columns(kind)}
    facts = book_facts(entries, known, book, first)
    numbers, dates = number_choices(entries), date_choices(entries, facts)
    wanted = range(len(entries)) if only is None else frozenset(only)
    nothing = Decided(values={}, findings=(), reasons={})
    return [
        _decide_entry(entry, kind, known, facts, (numbers[at], dates[at]), thresholds) if at in wanted else nothing
        for at, entry in enumerate(entries)
    ]


def _decide_entry(
    entry: EntryInk,
    kind: RegisterType,
    known: Mapping[str, Column],
    facts: BookFacts,
    sequence: tuple[Choice | None, Choice | None],
    thresholds: Thresholds,
) -> Decided:
    chosen: dict[str, Choice] = {
        name: choice
        for name, choice in zip(_SEQUENCE, sequence, strict=True)
        if choice and not entry.fields[name].clear
    }
    values = {name: ink.first for name, ink in entry.fields.items()}
    values |= {name: _as_chosen(values[name], choice) for name, choice in chosen.items()}
    open_fields = [
        name
        for name, ink in entry.fields.items()
        if name in known and name not in _SEQUENCE and not ink.clear and ink.first.normalized
    ]
    around = Around(kind=kind, values=values, facts=facts)
    for _ in range(_SWEEPS):
        for name in open_fields:
            chosen[name] = _weighed(known[name], entry.fields[name], around)
            values[name] = _as_chosen(entry.fields[name].first, chosen[name])
        if not any(chosen[name].changed for name in open_fields):
            break
    return _told(entry, known, chosen, kind, thresholds)


def _weighed(column: Column, ink: FieldInk, around: Around) -> Choice:
    """The best of a field's candidates by ink and factors together."""
    own = Option(text=ink.first.text, standard=ink.first.normalized, nats=0.0)
    candidates = [own, *ink.others, *proposals_of(column, ink, around)]
    gains = [gains_of(column, candidate, ink.first, around) for candidate in candidates]
    by_factors = [total(found) for found in gains]
    scores = [c.nats + min(_CAPPED, g - by_factors[0]) for c, g in zip(candidates, by_factors, strict=True)]
    best = max(range(len(scores)), key=lambda place: (scores[place], -place))
    rest = max((score for place, score in enumerate(scores) if place != best), default=scores[best] - _CAPPED)
    margin = scores[best] - (scores[0] if best else rest)
    changed = best > 0 and margin >= _LEAST_LEAD
    if best and not changed:
        best, margin = 0, -margin
    return Choice(candidates[best], margin, _reasons(gains[best]), changed)


def _reasons(gains: Sequence[Gain]) -> tuple[str, ...]:
    return tuple(found.reason for found in gains if found.nats > 0)


def _as_chosen(first: FieldValue, choice: Choice) -> FieldValue:
    """The value as it stands after a choice, with how sure it then is."""
    if not choice.changed:
        support = (
            min(_MOST_AGREEMENT, max(-_MOST_AGREEMENT, choice.margin)) if choice.reasons or choice.margin < 0 else 0.0
        )
        return replace(first, confidence=combine(first.confidence, math.exp(support)))
    text = first.text if first.column in _SHARED_TEXT else choice.value.text
    sure = min(_MOST_SURE_CHANGED, 1.0 / (1.0 + math.exp(-choice.margin)))
    return replace(first, text=text, normalized=choice.value.standard, confidence=sure, needs_review=True)


def _told(
    entry: EntryInk,
    known: Mapping[str, Column],
    chosen: Mapping[str, Choice],
    kind: RegisterType,
    thresholds: Thresholds,
) -> Decided:
    values: dict[str, FieldValue] = {}
    findings: list[Finding] = []
    reasons: dict[str, str] = {}
    for name, choice in chosen.items():
        first = entry.fields[name].first
        value = _as_chosen(first, choice)
        if choice.changed:
            why = ", ".join(choice.reasons) or "hợp với cả quyển sổ"
            reasons[name] = why
            findings.append(_remark(known[name], choice.value.standard, first.text, why))
        elif not first.needs_review:
            # a reading that the book speaks against is looked at; one it agrees with keeps what it was
            doubted = thresholds.needs_review(value.confidence, kind, known[name].kind, Script.HANDWRITTEN.value)
            value = replace(value, needs_review=doubted and value.confidence < first.confidence)
        if value != first:
            values[name] = value
    return Decided(values=values, findings=tuple(findings), reasons=reasons)


def _remark(column: Column, standard: str, read: str, why: str) -> Finding:
    return Finding(
        check=BOOK_DECIDED,
        severity=Severity.UNUSUAL,
        message=f"{column.label} «{standard}»: {why}; riêng nét chữ đọc là «{read}». Hãy nhìn lại trên sổ.",
        columns=(column.name,),
        source="Cả quyển sổ",
    )
