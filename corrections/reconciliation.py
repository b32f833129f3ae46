"""Reconciliation of a book's persons with an extract of the population database.

Exactly three outcomes: the person is found and agrees, is found but differs (field by field, residence left out as
the plans order), or is not found. The book's values are never changed by it; the second outcome is a list to follow
up. Matching tolerates lost tone marks, `y`/`i`, swapped day and month, dates with the year only, a letter or two
misread, maiden names and old place names, finds a person by name, parents and places where the birthday is another
one, and keeps twins apart by their given names. A value that nobody can read, in the book or in the extract, and a
birthday that one of them lacks, never count as agreement.

Blocking keeps the work small: persons are looked up by identity number, by date of birth and by name, never all
with all (10,000 entries against 50,000 persons take seconds, against a million a minute or two).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from corrections.dates import PartialDate
from corrections.extract_values import birth_date, id_number, sex
from corrections.same_person import (
    Person,
    Prepared,
    dates_fit,
    parent_known,
    person_score,
    prepare,
    same_name,
    same_place,
)
from vietnamese.letters import fold_tones, tone_key

__all__ = [
    "Candidate",
    "Difference",
    "MatchOutcome",
    "MatchResult",
    "profile_columns",
    "reconcile",
    "result_of",
]


class MatchOutcome(StrEnum):
    """What became of a person of the book."""

    MATCHES = "matches"
    DIFFERS = "differs"
    """Found, but at least one field says something else."""
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that says something else."""

    field: str
    book: str
    extract: str
    kind: str
    """`tones` (only marks differ), `swapped` (day and month), `partial` (one has the year only), `spelling`
    (a letter or two), `unread` (a value is not understood), `missing` (one lacks the birthday), `taken` (another
    name, and the one found agrees with another person of the book), `other`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person of the extract who may be the one of the book."""

    person: Person
    score: float
    other_tones: bool = False
    """Of two that are as near, the one whose name has the book's tones comes first: twins are called An and Ân."""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResult:
    """The outcome for one person of the book."""

    key: str
    outcome: MatchOutcome
    matched: str = ""
    """Key of the extract's person."""
    differences: tuple[Difference, ...] = ()
    others: tuple[str, ...] = ()
    """Further candidates nearly as good: a person must choose."""
    candidates: tuple[Candidate, ...] = ()
    """Persons of the extract that come into question, the best first, with those who are clearly less near."""


_ACCEPT = 0.80
"""Least score of a match; between this and certainty lie the differences."""
_CLEARLY_BETTER = 0.04
"""Lead in score by which a match needs no person to choose between it and the next. No measurement is on record."""
_BEST_KEPT = 4
"""The match and as many others as a person can be asked to choose from."""


def reconcile(book: Sequence[Person], extract: Iterable[Person]) -> tuple[MatchResult, ...]:
    """The outcome for each person of the book, in the book's order.

    The book is kept and the extract passes by, each person of it once, so an extract of a million rows takes no more
    memory than the book.

    Args:
        book: persons of approved entries.
        extract: persons of the population database.
    """
    wanted = tuple(_Wanted(prepare(person)) for person in book)
    index = _Index(wanted)
    for person in extract:
        candidate = prepare(person)
        for one in index.who_may_be(candidate):
            one.consider(candidate)
    return _with_taken_rows(book, [one.outcome() for one in wanted])


def _with_taken_rows(book: Sequence[Person], results: Sequence[MatchResult]) -> tuple[MatchResult, ...]:
    """Results that tell where the person found is somebody else of the book, who agrees: a twin, a brother."""
    by_key = {person.key: person for person in book}
    owners = {one.matched: by_key[one.key] for one in results if one.outcome is MatchOutcome.MATCHES}

    def told(one: MatchResult, difference: Difference) -> Difference:
        owner = owners.get(one.matched)
        taken = difference.field == "name" and owner is not None and not same_name(by_key[one.key], owner)
        return replace(difference, kind="taken") if taken else difference

    return tuple(
        replace(one, differences=tuple(told(one, difference) for difference in one.differences)) for one in results
    )


class _Wanted:
    """A person of the book with the best candidates so far."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self._best: list[tuple[float, bool, str, Prepared]] = []

    def consider(self, candidate: Prepared) -> None:
        """Keep a candidate that is good enough, the best few in order."""
        score = person_score(self.prepared, candidate)
        if score >= _ACCEPT:
            other_tones = not same_name(self.prepared.person, candidate.person)
            self._best.append((-score, other_tones, candidate.person.key, candidate))
            self._best.sort(key=lambda one: one[:3])
            del self._best[_BEST_KEPT:]

    def outcome(self) -> MatchResult:
        """What became of the person."""
        candidates = [
            Candidate(
                person=found.person,
                score=-negative,
                other_tones=other_tones,
                differences=_differences(self.prepared, found),
            )
            for negative, other_tones, _, found in self._best
        ]
        return result_of(self.prepared.person.key, candidates)


def result_of(key: str, candidates: Sequence[Candidate]) -> MatchResult:
    """What becomes of a person of the book who may be one of these.

    Args:
        key: of the person.
        candidates: the best first.
    """
    if not candidates:
        return MatchResult(key=key, outcome=MatchOutcome.NOT_FOUND)
    best, *rest = candidates
    others = tuple(
        one.person.key
        for one in rest
        if best.score - one.score < _CLEARLY_BETTER and one.other_tones == best.other_tones
    )
    return MatchResult(
        key=key,
        outcome=MatchOutcome.DIFFERS if best.differences or others else MatchOutcome.MATCHES,
        matched=best.person.key,
        differences=best.differences,
        others=others,
        candidates=tuple(candidates),
    )


class _Index:
    """Persons of the book by what a candidate may share with them."""

    def __init__(self, book: Iterable[_Wanted]) -> None:
        self._by: dict[str, list[_Wanted]] = defaultdict(list)
        for one in book:
            for key in _keys(one.prepared, (one.prepared.plain,)):
                self._by[key].append(one)

    def who_may_be(self, candidate: Prepared) -> Iterator[_Wanted]:
        """Persons of the book worth comparing with a candidate, each once."""
        seen: set[int] = set()
        for key in _keys(candidate, candidate.names):
            for one in self._by.get(key, ()):
                if id(one) not in seen:
                    seen.add(id(one))
                    yield one


def _keys(prepared: Prepared, names: Iterable[str]) -> Iterator[str]:
    """Identity number, name, day of birth, and given name with the year: two records that share none differ."""
    if prepared.person.id_number:
        yield f"#{prepared.person.id_number}"
    yield from _day_keys(prepared.born)
    for name in names:
        yield name
        yield from _given_keys(name, prepared.born)


def _day_keys(born: PartialDate | None) -> tuple[str, ...]:
    """Full dates find each other also with day and month exchanged."""
    if born is None or not born.complete:
        return ()
    low, high = sorted((born.day, born.month))
    return (f"{born.year}-{low}-{high}",)


def _given_keys(name: str, born: PartialDate | None) -> tuple[str, ...]:
    """Given name with surname's first letter and the year."""
    words = name.split()
    if not words or born is None:
        return ()
    return (f"{words[-1]}/{words[0][:1]}/{born.year}",)


# How surely two records are one person, from 0 to 1. Shares and limits were set by hand until the planted persons of
# tests/corrections/test_reconciliation.py (misread letters and dates, twins, siblings, namesakes) came out right; they
# were not fitted to a real extract.


def _differences(first: Prepared, second: Prepared) -> tuple[Difference, ...]:
    """Fields both know and that say something else; residence is no field of a person here."""
    found: list[Difference] = []
    ours, theirs = first.person, second.person
    if ours.name and not any(tone_key(ours.name) == tone_key(name) for name in (theirs.name, *theirs.former_names)):
        found.append(_difference("name", ours.name, theirs.name))
    kind = _date_difference(first, second)
    if kind:
        found.append(Difference(field="born", book=ours.born, extract=theirs.born, kind=kind))
    for name, mine, other in (
        ("mother", ours.mother, theirs.mother),
        ("father", ours.father, theirs.father),
        ("ethnic_group", ours.ethnic_group, theirs.ethnic_group),
        ("nationality", ours.nationality, theirs.nationality),
    ):
        known = name in ("mother", "father") and parent_known(ours, other)
        if mine and other and not known and tone_key(mine) != tone_key(other):
            found.append(_difference(name, mine, other))
    for name, mine, other in (("sex", ours.sex, theirs.sex), ("id_number", ours.id_number, theirs.id_number)):
        if mine and other and mine != other and not (name == "id_number" and len(mine) != len(other)):
            found.append(Difference(field=name, book=mine, extract=other, kind="other"))
    for name, mine, other in (
        ("birthplace", ours.birthplace, theirs.birthplace),
        ("native_place", ours.native_place, theirs.native_place),
    ):
        if mine and other and not same_place(mine, other):
            found.append(_difference(name, mine, other))
    found.extend(_unread(ours, theirs))
    return tuple(found)


def _unread(ours: Person, theirs: Person) -> Iterator[Difference]:
    """Values that one of them has in a way nobody can read, where the other says anything at all."""
    in_book, in_extract = dict(ours.unread), dict(theirs.unread)
    for name in dict.fromkeys((*in_book, *in_extract)):
        mine, other = in_book.get(name) or getattr(ours, name), in_extract.get(name) or getattr(theirs, name)
        if mine and other:
            yield Difference(field=name, book=mine, extract=other, kind="unread")


def _difference(name: str, mine: str, other: str) -> Difference:
    if fold_tones(mine) == fold_tones(other):
        kind = "tones"
    elif Levenshtein.distance(fold_tones(mine), fold_tones(other)) <= 2:
        kind = "spelling"
    else:
        kind = "other"
    return Difference(field=name, book=mine, extract=other, kind=kind)


def _date_difference(first: Prepared, second: Prepared) -> str:
    """How the birthdays differ; only two that were both read can agree."""
    ours, theirs = first.born, second.born
    if ours is None or theirs is None:
        unread = [dict(one.person.unread).get("born", "") for one in (first, second)]
        if not all(text or one.person.born for text, one in zip(unread, (first, second), strict=True)):
            by_number = bool(first.person.id_number) and first.person.id_number == second.person.id_number
            return "" if by_number else "missing"
        return "" if any(unread) else "unread"  # what is in `unread` is told there
    if ours == theirs:
        return ""
    if dates_fit(ours, theirs):
        return "partial"
    swapped = ours.year == theirs.year and (ours.day, ours.month) == (theirs.month, theirs.day)
    return "swapped" if swapped else "other"


_READERS = {"born": birth_date, "sex": sex, "id_number": id_number}


def profile_columns(row: Mapping[str, str], mapping: Mapping[str, str], key: str) -> Person:
    """A person of an extract's row; dates, sex and numbers that are not understood are in `unread`.

    Args:
        row: cells by column head.
        mapping: field of `Person` -> column head; `former_names` may hold several names, comma-separated.
        key: the row's key.
    """
    cells = {name: (row.get(head) or "").strip() for name, head in mapping.items() if name != "former_names"}
    unread: list[tuple[str, str]] = []
    for name, reader in _READERS.items():
        if text := cells.get(name, ""):
            read = reader(text)
            cells[name] = read or ""
            if read is None:
                unread.append((name, text))
    former = tuple(n.strip() for n in (row.get(mapping.get("former_names", ""), "") or "").split(",") if n.strip())
    return Person(key=key, former_names=former, unread=tuple(unread), other_parents=(), **cells)
