"""What stands in the doubtful fields of one entry: the candidate with the most nats by ink and factors together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections.book_evidence.around import Around, Question
from corrections.book_evidence.changes import Changes, Wanted
from corrections.book_evidence.entry_factors import HANG_TOGETHER, likeness_wanted, options_of
from corrections.book_evidence.factors import Gain, total
from corrections.book_evidence.facts import BookFacts, book_facts, group_of, recurs
from corrections.book_evidence.ink import EntryInk, FieldInk, Option
from corrections.book_evidence.person_factors import PERSONS
from corrections.book_evidence.sequence import Choice
from corrections.confidence import combine
from corrections.entries import Book, FieldValue
from layouts.columns import Column, FieldKind, columns_by_name
from layouts.register_types import RegisterType
from vietnamese.letters import tone_key

__all__ = ["Before", "Chosen", "Look", "choices_of", "chosen_values"]

_MOST_SURE_CHANGED = 0.85
"""Most that a value decided against the first reading may claim."""
_MOST_AGREEMENT = 1.5
"""Nats of agreement that count for a first reading: evidence repeats itself."""
_OUT_OF_PLACE = 0.6
"""Most that a legible value may claim that the book speaks against."""
_CAPPED = 6.0
"""Nats at most between two values, whatever speaks for one. No measurement is on record."""
_LEAST_LEAD = 0.7
"""Nats by which another value must stand before the first reading to replace it."""
_SWEEPS = 2
"""Times the fields of an entry are weighed: the second time those that hang together, by what the first time chose."""
_IN_SEQUENCE = ("so", "ngayDangKy")
"""Columns that are weighed along the book."""
_SHARED_TEXT = frozenset({"nguoiKy", "chucVuNguoiKy"})
"""Columns that share one run of text: only the standard value is decided."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice for one field, and the field's value as it stands after it."""

    choice: Choice
    value: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One field as it was weighed, and all that this rests on besides the entry's ink.

    Attributes:
        asked: questions put to the book's facts.
        looked_at: values chosen for other columns.
        wanted: which values of the book its ink may mean.
    """

    chosen: Chosen
    asked: frozenset[Question]
    looked_at: Mapping[str, FieldValue | None]
    wanted: tuple[Wanted, ...]

    def stands(self, values: Mapping[str, FieldValue], changes: Changes) -> bool:
        """Whether weighing the field again would choose the same."""
        same = all(values.get(name) == value for name, value in self.looked_at.items())
        return same and not changes.concern(self.asked, self.wanted)


Looks = Mapping[tuple[str, int], Look]
"""By column and sweep."""


@dataclass(frozen=True, slots=True)
class Before:
    """The same entry as it was weighed before, and what of the book's facts is otherwise since."""

    looks: Looks
    changes: Changes


def choices_of(
    entries: Sequence[EntryInk],
    register_type: RegisterType,
    book: Book | None,
    *,
    first: Sequence[EntryInk],
    at: int,
) -> dict[str, list[tuple[Option, tuple[Gain, ...]]]]:
    """What there is to choose from in the doubtful fields of one entry: to learn the factors' weights from."""
    known = columns_by_name(register_type)
    entry = entries[at]
    around = Around(
        kind=register_type,
        values={name: ink.first for name, ink in entry.fields.items()},
        facts=book_facts(entries, known, book, first),
        readings=_readings_of_persons(entry),
    )
    return {
        name: options_of(known[name], ink, around)
        for name, ink in entry.fields.items()
        if name in known and name not in _IN_SEQUENCE and _is_open(known[name], ink)
    }


def chosen_values(
    entry: EntryInk,
    kind: RegisterType,
    known: Mapping[str, Column],
    facts: BookFacts,
    sequence: tuple[Choice | None, Choice | None],
    before: Before | None = None,
) -> tuple[dict[str, Chosen], Looks]:
    """What stands in the doubtful fields of an entry, and how each was weighed.

    Args:
        entry: the evidence.
        kind: type of the register.
        known: its columns by name.
        facts: what the book shows.
        sequence: number and registration date as the book's sequences have them.
        before: the entry as it was weighed last; the result is the same without.
    """
    chosen = {
        name: Chosen(choice, _as_chosen(entry.fields[name].first, choice))
        for name, choice in zip(_IN_SEQUENCE, sequence, strict=True)
        if choice and (choice.doubted or not entry.fields[name].clear)
    }
    values = {name: ink.first for name, ink in entry.fields.items()}
    values |= {name: found.value for name, found in chosen.items()}
    weighed = [name for name in entry.fields if name in known and name not in _IN_SEQUENCE]
    open_fields = {name for name in weighed if _is_open(known[name], entry.fields[name])}
    readings = _readings_of_persons(entry)
    looks: dict[tuple[str, int], Look] = {}
    for sweep in range(_SWEEPS):
        for name in weighed:
            legible = name not in open_fields
            if entry.fields[name].first.confirmed or (sweep and (legible or known[name].kind not in HANG_TOGETHER)):
                continue
            look = before.looks.get((name, sweep)) if before else None
            if look is None or before is None or not look.stands(values, before.changes):
                around = Around(kind=kind, values=values, facts=facts, readings=readings)
                look = (_legible if legible else _look)(known[name], entry.fields[name], around)
            looks[name, sweep] = look
            if not legible or look.chosen.choice.doubted:
                chosen[name] = look.chosen
                values[name] = look.chosen.value
        if not any(chosen[name].choice.changed for name in open_fields):
            break
    return chosen, looks


def _look(column: Column, ink: FieldInk, around: Around) -> Look:
    choice = _weighed(column, ink, around)
    return Look(
        chosen=Chosen(choice, _as_chosen(ink.first, choice)),
        asked=frozenset(around.asked),
        looked_at=around.looked_at,
        wanted=tuple(_wanted(column, ink)),
    )


def _legible(column: Column, ink: FieldInk, around: Around) -> Look:
    """A legible reading stays, but where people have put such ones right in this book nobody should pass over it."""
    first = ink.first
    put = around.put_right(column, ink)
    swapped, _ = around.swapped(column, first.normalized)
    instead = max(put, key=lambda other: (put[other], other), default=swapped)
    value = Option(text=first.text, standard=first.normalized, nats=0.0)
    choice = Choice(value, 0.0, (), changed=False, instead=instead if first.normalized else "")
    return Look(
        chosen=Chosen(choice, _as_chosen(first, choice)),
        asked=frozenset(around.asked),
        looked_at=around.looked_at,
        wanted=(),
    )


def _wanted(column: Column, ink: FieldInk) -> Iterator[Wanted]:
    if recurs(column) and ink.first.normalized:
        yield group_of(column), ink.first.normalized, likeness_wanted(column)


def _is_open(column: Column, ink: FieldInk) -> bool:
    """Whether there is ink to be weighed that is not legible; a title may be missed where it stands beside the name."""
    if column.kind is FieldKind.TITLE and not ink.first.confirmed and not ink.first.normalized:
        return True
    return not ink.clear and bool(ink.first.normalized or ink.first.text)


def _readings_of_persons(entry: EntryInk) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name in PERSONS:
        ink = entry.fields.get(name)
        if ink is not None and ink.first.normalized:
            found[name] = {tone_key(other.standard): other.nats for other in reversed(ink.others)}
            found[name][tone_key(ink.first.normalized)] = 0.0
    return found


def _weighed(column: Column, ink: FieldInk, around: Around) -> Choice:
    """The best of a field's candidates by ink and factors together."""
    candidates, gains = zip(*options_of(column, ink, around), strict=True)
    by_factors = [total(found) for found in gains]
    scores = [c.nats + min(_CAPPED, g - by_factors[0]) for c, g in zip(candidates, by_factors, strict=True)]
    # the likeliest other is found by all that speaks for it: capped, one of better ink would pass for as likely
    other = max(range(1, len(scores)), key=lambda n: (candidates[n].nats + by_factors[n], -n), default=0)
    changed = other > 0 and scores[other] - scores[0] >= _LEAST_LEAD
    best = other if changed else 0
    margin = scores[other] - scores[0] if changed else scores[0] - max(scores[1:], default=-_CAPPED)
    return Choice(candidates[best], margin, _reasons(gains[best]), changed)


def _reasons(gains: Sequence[Gain]) -> tuple[str, ...]:
    return tuple(found.reason for found in gains if found.nats > 0)


def _as_chosen(first: FieldValue, choice: Choice) -> FieldValue:
    """The value as it stands after a choice, with how sure it then is."""
    if choice.doubted:
        return replace(first, confidence=min(first.confidence, _OUT_OF_PLACE), needs_review=True)
    if not choice.changed:
        support = (
            min(_MOST_AGREEMENT, max(-_MOST_AGREEMENT, choice.margin)) if choice.reasons or choice.margin < 0 else 0.0
        )
        return replace(first, confidence=combine(first.confidence, math.exp(support)))
    text = first.text if first.column in _SHARED_TEXT else choice.value.text
    sure = min(_MOST_SURE_CHANGED, 1.0 / (1.0 + math.exp(-choice.margin)))
    return replace(first, text=text, normalized=choice.value.standard, confidence=sure, needs_review=True)
