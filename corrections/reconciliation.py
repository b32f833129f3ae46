"""Reconciliation of a book's persons with an extract of the population database.

Exactly three outcomes: the person is found and agrees, is found but differs (field by field, residence left out as
the plans order), or is not found. The book's values are never changed by it; the second outcome is a list to follow
up. Matching tolerates lost tone marks, `y`/`i`, swapped day and month, dates with the year only, a letter or two
misread, maiden names and old place names, and keeps twins apart by their given names.

Blocking keeps the work small: persons are looked up by identity number, by date of birth and by name, never all
with all (10,000 entries against 50,000 persons take seconds, against a million a minute or two).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from corrections.dates import PartialDate, parse_date
from corrections.extract_values import birth_date, id_number, sex
from corrections.search_keys import spelling_key
from vietnamese import lexicons
from vietnamese.letters import fold_tones, tone_key
from vietnamese.units import place_key, same_area, split_place

__all__ = ["Difference", "MatchOutcome", "MatchResult", "Person", "profile_columns", "reconcile"]


class MatchOutcome(str, Enum):
    """What became of a person of the book."""

    MATCHES = "matches"
    DIFFERS = "differs"
    """Found, but at least one field says something else."""
    NOT_FOUND = "not_found"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the book or of the extract; empty fields are not known."""

    key: str
    """Entry and column group of the book, or the extract's row."""
    name: str
    born: str = ""
    """Any written form; read by `corrections.dates`."""
    sex: str = ""
    """1 or 2."""
    id_number: str = ""
    mother: str = ""
    father: str = ""
    birthplace: str = ""
    native_place: str = ""
    ethnic_group: str = ""
    nationality: str = ""
    former_names: tuple[str, ...] = ()
    """Maiden name or other names the extract knows."""
    unread: tuple[tuple[str, str], ...] = ()
    """Fields whose value in the extract nobody can read surely, with the value as it stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that says something else."""

    field: str
    book: str
    extract: str
    kind: str
    """`tones` (only marks differ), `swapped` (day and month), `partial` (one has the year only), `spelling`
    (a letter or two), `unread` (the extract's value is not understood), `other`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResult:
    """The outcome for one person of the book."""

    key: str
    outcome: MatchOutcome
    matched: str = ""
    """Key of the extract's person."""
    score: float = 0.0
    differences: tuple[Difference, ...] = ()
    others: tuple[str, ...] = ()
    """Further candidates nearly as good: a person must choose."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    person: Person
    plain: str
    """Name without tone marks, i for y."""
    words: tuple[str, ...]
    born: PartialDate | None
    names: tuple[str, ...] = field(default=())
    """All names it may be found under, plain."""


_ACCEPT = 0.80
"""Least score of a match; between this and certainty lie the differences."""
_CLEARLY_BETTER = 0.04
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
    wanted = tuple(_Wanted(_prepare(person)) for person in book)
    index = _Index(wanted)
    for person in extract:
        candidate = _prepare(person)
        for one in index.who_may_be(candidate):
            one.consider(candidate)
    return tuple(one.outcome() for one in wanted)


def _prepare(person: Person) -> _Prepared:
    plain = spelling_key(person.name)
    parsed = parse_date(person.born) if person.born else None
    names = (plain, *(spelling_key(other) for other in person.former_names if other))
    return _Prepared(person, plain, tuple(plain.split()), parsed.date if parsed else None, names)


class _Wanted:
    """A person of the book with the best candidates so far."""

    def __init__(self, prepared: _Prepared) -> None:
        self.prepared = prepared
        self._best: list[tuple[float, str, _Prepared]] = []

    def consider(self, candidate: _Prepared) -> None:
        """Keep a candidate that is good enough, the best few in order."""
        score = _score(self.prepared, candidate)
        if score >= _ACCEPT:
            self._best.append((-score, candidate.person.key, candidate))
            self._best.sort(key=lambda one: one[:2])
            del self._best[_BEST_KEPT:]

    def outcome(self) -> MatchResult:
        """What became of the person."""
        key = self.prepared.person.key
        if not self._best:
            return MatchResult(key=key, outcome=MatchOutcome.NOT_FOUND)
        (negative, matched, best), *rest = self._best
        others = tuple(other for score, other, _ in rest if score - negative < _CLEARLY_BETTER)
        differences = _differences(self.prepared, best)
        outcome = MatchOutcome.DIFFERS if differences or others else MatchOutcome.MATCHES
        score = round(min(1.0, -negative), 4)
        return MatchResult(
            key=key, outcome=outcome, matched=matched, score=score, differences=differences, others=others
        )


class _Index:
    """Persons of the book by what a candidate may share with them."""

    def __init__(self, book: Iterable[_Wanted]) -> None:
        self._by: dict[str, list[_Wanted]] = defaultdict(list)
        for one in book:
            for key in _keys(one.prepared, (one.prepared.plain,)):
                self._by[key].append(one)

    def who_may_be(self, candidate: _Prepared) -> Iterator[_Wanted]:
        """Persons of the book worth comparing with a candidate, each once."""
        seen: set[int] = set()
        for key in _keys(candidate, candidate.names):
            for one in self._by.get(key, ()):
                if id(one) not in seen:
                    seen.add(id(one))
                    yield one


def _keys(prepared: _Prepared, names: Iterable[str]) -> Iterator[str]:
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
_NAME_SHARE, _DATE_SHARE, _NAME_LEAST, _DATE_LEAST = 0.6, 0.4, 0.82, 0.5
"""Below either of the last two it is another person, whatever the rest says."""
_NUMBER_BASE, _NUMBER_NAME, _NUMBER_DATE, _NUMBER_LEAST = 0.5, 0.25, 0.25, 0.85
"""With one identity number: name and date still count, because numbers are copied wrongly too."""
_PARENT_SAME, _PARENT_SAME_FROM, _PARENT_OTHER, _PARENT_OTHER_BELOW = 0.05, 0.92, -0.15, 0.75
"""What a parent adds or takes, and the Jaro-Winkler likeness from which and below which."""
_OTHER_SEX, _OTHER_NUMBER, _NUMBER_SLIPS = -0.12, -0.06, 2
"""The last: two numbers of one length that differ in more figures than slips explain."""
_GIVEN_LEAST, _GIVEN_SHARE, _SURNAME_SHARE, _MIDDLE_SHARE, _SPACED_OTHERWISE = 0.7, 0.4, 0.3, 0.3, 0.95
"""Of names; the last for the same letters parted into other words."""
_GIVEN_ONE_SLIP, _GIVEN_TWO_SLIPS, _LONG_GIVEN = 0.85, 0.7, 5
"""Likeness of given names one or two letters apart; two slips only in names of so many letters at least."""
_DATE_MISSING, _DATE_FITS, _DATE_FITS_NOT = 0.6, 0.85, 0.4
_DAY_AND_MONTH_CHANGED, _DATE_ONE_SLIP, _DATE_TWO_SLIPS = 0.9, 0.75, 0.55
"""Dates: not told; in part, and fitting or not; day and month in each other's place; figures misread."""


def _score(first: _Prepared, second: _Prepared) -> float:
    """How surely two records are one person: name and date carry it to 1, parents and numbers add or take away."""
    same_number = bool(first.person.id_number) and first.person.id_number == second.person.id_number
    name = _name_score(first, second)
    date = _date_score(first.born, second.born)
    if same_number:
        return max(_NUMBER_LEAST, _NUMBER_BASE + _NUMBER_NAME * name + _NUMBER_DATE * date)
    if name < _NAME_LEAST or date < _DATE_LEAST:
        return 0.0
    score = _NAME_SHARE * name + _DATE_SHARE * date
    for ours, theirs in ((first.person.mother, second.person.mother), (first.person.father, second.person.father)):
        if ours and theirs:
            likeness = JaroWinkler.similarity(spelling_key(ours), spelling_key(theirs))
            if likeness >= _PARENT_SAME_FROM:
                score += _PARENT_SAME
            elif likeness < _PARENT_OTHER_BELOW:
                score += _PARENT_OTHER
    if first.person.sex and second.person.sex and first.person.sex != second.person.sex:
        score += _OTHER_SEX
    numbers = (first.person.id_number, second.person.id_number)
    if all(numbers) and len(numbers[0]) == len(numbers[1]):
        score += _OTHER_NUMBER if Levenshtein.distance(*numbers) > _NUMBER_SLIPS else 0.0
    return score


def _name_score(first: _Prepared, second: _Prepared) -> float:
    return max(_names_alike(first.words, tuple(name.split())) for name in second.names)


def _names_alike(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Likeness of two names; the given name must nearly agree, or twins and siblings would be one person."""
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if "".join(first) == "".join(second):
        return _SPACED_OTHERWISE
    given = _given_score(first[-1], second[-1])
    if given < _GIVEN_LEAST:
        return 0.0
    surname = 1.0 if first[0] == second[0] else OSA.normalized_similarity(first[0], second[0])
    middle = " ".join(first[1:-1]), " ".join(second[1:-1])
    between = JaroWinkler.similarity(*middle) if any(middle) else 1.0
    return _GIVEN_SHARE * given + _SURNAME_SHARE * surname + _MIDDLE_SHARE * between


def _given_score(first: str, second: str) -> float:
    """Two different names that both exist belong to two people (`Nhân`, `Nhật`); a slip makes a word that is none."""
    if first == second:
        return 1.0
    distance = OSA.distance(first, second, score_cutoff=2)
    if distance > 2 or (distance == 2 and min(len(first), len(second)) < _LONG_GIVEN):
        return 0.0
    known = _given_names()
    if first in known and second in known:
        return 0.0
    return _GIVEN_ONE_SLIP if distance == 1 else _GIVEN_TWO_SLIPS


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(spelling_key(name) for name in lexicons.given_names())


def _date_score(first: PartialDate | None, second: PartialDate | None) -> float:
    if first is None or second is None:
        return _DATE_MISSING
    if (first.year, first.month, first.day) == (second.year, second.month, second.day):
        return 1.0
    if not (first.complete and second.complete):
        return _DATE_FITS if _compatible(first, second) else _DATE_FITS_NOT
    if first.year == second.year and (first.day, first.month) == (second.month, second.day):
        return _DAY_AND_MONTH_CHANGED
    differing = Levenshtein.distance(first.standard, second.standard)
    two_slips = _DATE_TWO_SLIPS if differing == 2 and first.year == second.year else 0.0
    return _DATE_ONE_SLIP if differing == 1 else two_slips


def _compatible(first: PartialDate, second: PartialDate) -> bool:
    return (
        first.year == second.year
        and (not first.month or not second.month or first.month == second.month)
        and (not first.day or not second.day or first.day == second.day)
    )


def _differences(first: _Prepared, second: _Prepared) -> tuple[Difference, ...]:
    """Fields both know and that say something else; residence is no field of a person here."""
    found: list[Difference] = []
    ours, theirs = first.person, second.person
    if not any(tone_key(ours.name) == tone_key(name) for name in (theirs.name, *theirs.former_names)):
        found.append(_difference("name", ours.name, theirs.name))
    kind = _date_difference(first.born, second.born)
    if kind:
        found.append(Difference(field="born", book=ours.born, extract=theirs.born, kind=kind))
    for name, mine, other in (
        ("mother", ours.mother, theirs.mother),
        ("father", ours.father, theirs.father),
        ("ethnic_group", ours.ethnic_group, theirs.ethnic_group),
        ("nationality", ours.nationality, theirs.nationality),
    ):
        if mine and other and tone_key(mine) != tone_key(other):
            found.append(_difference(name, mine, other))
    for name, mine, other in (("sex", ours.sex, theirs.sex), ("id_number", ours.id_number, theirs.id_number)):
        if mine and other and mine != other and not (name == "id_number" and len(mine) != len(other)):
            found.append(Difference(field=name, book=mine, extract=other, kind="other"))
    for name, mine, other in (
        ("birthplace", ours.birthplace, theirs.birthplace),
        ("native_place", ours.native_place, theirs.native_place),
    ):
        if mine and other and not _same_place(mine, other):
            found.append(_difference(name, mine, other))
    for name, text in theirs.unread:
        if mine := getattr(ours, name):
            found.append(Difference(field=name, book=mine, extract=text, kind="unread"))
    return tuple(found)


def _difference(name: str, mine: str, other: str) -> Difference:
    if fold_tones(mine) == fold_tones(other):
        kind = "tones"
    elif Levenshtein.distance(fold_tones(mine), fold_tones(other)) <= 2:
        kind = "spelling"
    else:
        kind = "other"
    return Difference(field=name, book=mine, extract=other, kind=kind)


def _date_difference(first: PartialDate | None, second: PartialDate | None) -> str:
    if first is None or second is None or first == second:
        return ""
    if _compatible(first, second):
        return "partial"
    swapped = first.year == second.year and (first.day, first.month) == (second.month, second.day)
    return "swapped" if swapped else "other"


def _same_place(first: str, second: str) -> bool:
    """Whether two written places are one: same commune or district in the same province, old and new names alike."""
    ours, theirs = split_place(first), split_place(second)
    if not ours.province or not theirs.province:
        return place_key(first) == place_key(second)
    if not same_area(ours.province, theirs.province):
        return False
    pairs = [(a, b) for a, b in ((ours.district, theirs.district), (ours.commune, theirs.commune)) if a and b]
    return not pairs or any(place_key(a) == place_key(b) for a, b in pairs)


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
    return Person(key=key, former_names=former, unread=tuple(unread), **cells)
