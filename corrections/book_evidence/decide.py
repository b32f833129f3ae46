"""The joint decision: every field of a book's entries by its ink and by all the other evidence, with the reason.

A clear reading stays. Elsewhere the candidate with the most nats stands; one that is not the first reading is always
shown to a person, with a remark that says why and what was read. Agreement makes a first reading surer, never sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections.book_evidence.around import Question
from corrections.book_evidence.changes import Changes, Wanted, changes_of
from corrections.book_evidence.choosing import Before, Chosen, Looks, chosen_values
from corrections.book_evidence.entry_factors import HARDLY_READ, LIKE, near_enough
from corrections.book_evidence.facts import BookFacts, book_facts
from corrections.book_evidence.ink import EntryInk, FieldInk, Seen
from corrections.book_evidence.sequence import Choice, date_choices, number_choices
from corrections.book_evidence.trust import Trust
from corrections.entries import Book, FieldValue, Finding, Severity
from corrections.thresholds import Thresholds
from layouts.columns import Column, columns_by_name
from layouts.register_types import RegisterType
from ocr.readings import Script

__all__ = ["BOOK_DECIDED", "Decided", "Survey", "Weighing", "decide_book", "survey_book", "weigh_book", "weigh_parts"]

BOOK_DECIDED = "book_decided"
"""Check name of the remark on a value that was decided against the first reading."""
_LOOK = "Hãy nhìn lại trên sổ."
_MISSED = "các trường hợp trước trong sổ đều có ghi, ở đây máy không thấy chữ."
_BY_RECORD = 0.97
"""How sure a value is that the book's record lets pass."""
_NUMBER, _IN_PLACE, _READ_AT_ALL = "so", 8.0, 0.5
"""Nats by which a running number as read must stand before every other for its place alone to let it pass, and how sure
it must be then."""
_SPOT_CHECK = 10
"""Of so many values that the book's record lets pass one is looked at all the same, so that the record stays true."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A book as it was weighed: what it showed, and of each entry wanted what was chosen and what that hangs on."""

    thresholds: Thresholds
    facts: BookFacts
    weighed: Mapping[int, _Weighed]
    """By place of the entry."""

    def decided(self, at: int) -> Decided:
        """An entry as the book decides it; nothing for one that was not wanted."""
        return self.weighed[at].decided if at in self.weighed else _NOTHING_DECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a book shows as a whole: on this its entries are weighed, all at once or the most urgent first.

    Attributes:
        entries: the evidence of each, in page order.
        sequences: of each, its number and its registration date along the book.
    """

    register_type: RegisterType
    thresholds: Thresholds
    entries: Sequence[EntryInk]
    facts: BookFacts
    sequences: Sequence[tuple[Choice | None, Choice | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """One entry: its evidence, what numbers and dates along the book say, what it asked of the facts."""

    entry: EntryInk
    sequence: tuple[Choice | None, Choice | None]
    chosen: Mapping[str, Chosen]
    looks: Looks
    asked: frozenset[Question]
    wanted: frozenset[Wanted]
    """What all looks together rest on."""
    passed: frozenset[str]
    """Columns that the book's record lets pass."""
    missed: frozenset[str]
    """Columns that were read as empty and that the book nearly always fills."""
    decided: Decided

    def stands(self, sequence: tuple[Choice | None, Choice | None], changes: Changes) -> bool:
        """Whether weighing the entry again would choose the same."""
        return self.sequence == sequence and not changes.concern(self.asked, self.wanted)


_NOTHING_DECIDED = Decided(values={}, findings=(), reasons={})


def decide_book(
    entries: Sequence[EntryInk],
    register_type: RegisterType,
    book: Book | None,
    *,
    thresholds: Thresholds,
    first: Sequence[EntryInk] = (),
    offered: Sequence[Mapping[str, str]] = (),
    only: Iterable[int] | None = None,
) -> list[Decided]:
    """Decide the entries of one book, in page order.

    Args:
        entries: the evidence of each; confirmed fields hold the person's values.
        register_type: of the book.
        book: its record; the years and places the office declared.
        thresholds: which confidence needs no review.
        first: the entries as the machine first read them: what people put in place of what is learned from.
        offered: of the same entries the standard values by column that people found before they confirmed them.
        only: places of entries wanted; the others are only evidence and come back empty.
    """
    weighing = weigh_book(entries, register_type, book, thresholds=thresholds, first=first, offered=offered, only=only)
    return [weighing.decided(at) for at in range(len(entries))]


def weigh_book(
    entries: Sequence[EntryInk],
    register_type: RegisterType,
    book: Book | None,
    *,
    thresholds: Thresholds,
    first: Sequence[EntryInk] = (),
    offered: Sequence[Mapping[str, str]] = (),
    only: Iterable[int] | None = None,
    before: Weighing | None = None,
) -> Weighing:
    """As `decide_book`, with what a later weighing needs to weigh anew only what has changed.

    Args:
        entries, register_type, book, thresholds, first, offered, only: as for `decide_book`.
        before: the same book as it was weighed last; its result is the same without.
    """
    survey = survey_book(entries, register_type, book, thresholds=thresholds, first=first, offered=offered)
    return next(weigh_parts(survey, [range(len(entries)) if only is None else only], before))


def survey_book(
    entries: Sequence[EntryInk],
    register_type: RegisterType,
    book: Book | None,
    *,
    thresholds: Thresholds,
    first: Sequence[EntryInk] = (),
    offered: Sequence[Mapping[str, str]] = (),
) -> Survey:
    """What the entries of a book say together; arguments as for `decide_book`."""
    facts = book_facts(entries, columns_by_name(register_type), book, first, offered)
    return Survey(
        register_type=register_type,
        thresholds=thresholds,
        entries=entries,
        facts=facts,
        sequences=list(zip(number_choices(entries), date_choices(entries, facts), strict=True)),
    )


def weigh_parts(survey: Survey, parts: Iterable[Iterable[int]], before: Weighing | None = None) -> Iterator[Weighing]:
    """Weigh a surveyed book part by part; after each, all that is weighed so far.

    Args:
        survey: of the book.
        parts: places of entries, the most urgent first.
        before: the book as it was weighed last; entries that stand as then cost little.
    """
    known = columns_by_name(survey.register_type)
    same = before is not None and before.thresholds == survey.thresholds
    changes = changes_of(before.facts, survey.facts) if before is not None and same else None
    weighed: dict[int, _Weighed] = {}
    for part in parts:
        for at in sorted(part):
            passing = _Passing(survey.register_type, survey.thresholds, at)
            entry, sequence = survey.entries[at], survey.sequences[at]
            old = before.weighed.get(at) if before is not None and changes is not None else None
            if old is None or changes is None or old.entry != entry:
                weighed[at] = _weigh_entry(entry, passing, known, survey.facts, sequence)
            elif old.stands(sequence, changes):
                weighed[at] = _told_again(old, passing, known, survey.facts)
            else:
                kept = Before(old.looks, changes)
                weighed[at] = _weigh_entry(entry, passing, known, survey.facts, sequence, kept)
        yield Weighing(thresholds=survey.thresholds, facts=survey.facts, weighed=dict(weighed))


@dataclass(frozen=True, slots=True)
class _Passing:
    """When a value of an entry needs no look."""

    kind: RegisterType
    thresholds: Thresholds
    at: int

    def doubted(self, value: FieldValue, column: Column) -> bool:
        """By its confidence alone."""
        return self.thresholds.needs_review(value.confidence, self.kind, column.kind, Script.HANDWRITTEN.value)

    def passed(self, entry: EntryInk, chosen: Mapping[str, Chosen], trust: Trust) -> frozenset[str]:
        """Columns that the book's record lets pass; now and then one is looked at all the same."""
        return frozenset(
            name
            for name, ink in entry.fields.items()
            if not ink.first.confirmed
            and (self.at + len(name)) % _SPOT_CHECK
            and _lets_pass(ink, chosen.get(name), trust)
        )

    def missed(self, entry: EntryInk, trust: Trust) -> frozenset[str]:
        """Columns that were read as empty and that the book nearly always fills."""
        return frozenset(
            name for name, ink in entry.fields.items() if not ink.first.confirmed and trust.misses(ink.first)
        )


def _lets_pass(ink: FieldInk, chosen: Chosen | None, trust: Trust) -> bool:
    """Whether a doubtful value needs no look in this book; what the book speaks against is looked at all the same."""
    if chosen is not None and chosen.choice.changed:
        put, read = chosen.value.normalized, ink.first.normalized
        legible = ink.first.confidence >= HARDLY_READ
        # hardly legible ink may pass as a value that is like it or as nothing; legible ink never as nothing
        borne_out = legible or near_enough(put, read, LIKE) if put else not legible
        return ink.look is not Seen.ON_INK and borne_out and trust.let_stand(chosen.value)
    value = ink.first if chosen is None else chosen.value
    if not ink.first.needs_review or ink.look is Seen.ON_INK or value.confidence < ink.first.confidence:
        return False
    if trust.leaves_empty(ink.first):
        # what the checks remark is that a value is missing: the remark stays, and people have read it a dozen times
        return True
    usual = trust.read_right(ink.first) and trust.read_before(ink.first)
    return ink.look is Seen.NOTHING and (usual or trust.earned(ink.first) or _in_its_place(ink, chosen))


def _in_its_place(ink: FieldInk, chosen: Chosen | None) -> bool:
    """Whether a number, as it was read, is the one that both the number before and the printed page ask for."""
    if chosen is None or chosen.value.column != _NUMBER:
        return False
    choice = chosen.choice
    return choice.margin >= _IN_PLACE and len(choice.reasons) > 1 and ink.first.confidence >= _READ_AT_ALL


def _told_again(old: _Weighed, passing: _Passing, known: Mapping[str, Column], facts: BookFacts) -> _Weighed:
    """An entry in which all that was chosen stands: at most another value needs no look now."""
    passed, missed = passing.passed(old.entry, old.chosen, facts.trust), passing.missed(old.entry, facts.trust)
    if (passed, missed) == (old.passed, old.missed):
        return old
    decided = _told(old.entry, known, old.chosen, passed, missed, passing)
    return replace(old, passed=passed, missed=missed, decided=decided)


def _weigh_entry(
    entry: EntryInk,
    passing: _Passing,
    known: Mapping[str, Column],
    facts: BookFacts,
    sequence: tuple[Choice | None, Choice | None],
    before: Before | None = None,
) -> _Weighed:
    """An entry weighed by the book; a field stands as it was weighed before where all stands that it rests on."""
    chosen, looks = chosen_values(entry, passing.kind, known, facts, sequence, before)
    passed, missed = passing.passed(entry, chosen, facts.trust), passing.missed(entry, facts.trust)
    return _Weighed(
        entry=entry,
        sequence=sequence,
        chosen=chosen,
        looks=looks,
        asked=frozenset().union(*(look.asked for look in looks.values())),
        wanted=frozenset().union(*(look.wanted for look in looks.values())),
        passed=passed,
        missed=missed,
        decided=_told(entry, known, chosen, passed, missed, passing),
    )


def _told(
    entry: EntryInk,
    known: Mapping[str, Column],
    chosen: Mapping[str, Chosen],
    passed: frozenset[str],
    missed: frozenset[str],
    passing: _Passing,
) -> Decided:
    values: dict[str, FieldValue] = {}
    findings: list[Finding] = []
    reasons: dict[str, str] = {}
    for name, ink in entry.fields.items():
        by_book, first = chosen.get(name), ink.first
        if first.confirmed or name not in known:
            continue
        if by_book is not None and by_book.choice.changed:
            why = ", ".join(by_book.choice.reasons) or "hợp với cả quyển sổ"
            reasons[name] = why
            findings.append(_remark(known[name], by_book.value.normalized, first.text, why, look=name not in passed))
        value = first if by_book is None else by_book.value
        if by_book is not None and by_book.choice.doubted:
            findings.append(_doubt(known[name], first.normalized, by_book.choice))
        if name in missed:
            findings.append(_unusual(known[name], _MISSED))
            value = replace(value, needs_review=True)
        elif name in passed:
            value = replace(value, confidence=max(value.confidence, _BY_RECORD), needs_review=False)
        elif not value.needs_review and by_book is not None:
            # a reading that the book speaks against is looked at; one it agrees with keeps what it was
            value = replace(
                value, needs_review=value.confidence < first.confidence and passing.doubted(value, known[name])
            )
        if value != first:
            values[name] = value
    return Decided(values=values, findings=tuple(findings), reasons=reasons)


def _remark(column: Column, standard: str, read: str, why: str, *, look: bool) -> Finding:
    end = _LOOK if look else "Quyển này đã nhiều lần được để nguyên như vậy."
    return _unusual(column, f"«{standard}»: {why}; riêng nét chữ đọc là «{read}».", end)


def _doubt(column: Column, standard: str, choice: Choice) -> Finding:
    if choice.instead:
        return _unusual(column, f"«{standard}»: chỗ đọc như vậy trong sổ này đã được sửa thành «{choice.instead}».")
    before, after = choice.between
    return _unusual(column, f"«{standard}» không nối với trường hợp trước «{before}» và sau «{after}».")


def _unusual(column: Column, what: str, end: str = _LOOK) -> Finding:
    return Finding(
        check=BOOK_DECIDED,
        severity=Severity.UNUSUAL,
        message=f"{column.label} {what} {end}",
        columns=(column.name,),
        source="Cả quyển sổ",
    )
