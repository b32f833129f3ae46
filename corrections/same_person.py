"""How alike two persons of registers are: names, dates, numbers, parents and sex, weighed to one score."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from corrections.dates import PartialDate, parse_date
from corrections.search_keys import spelling_key
from vietnamese import lexicons

__all__ = ["Person", "Prepared", "dates_fit", "person_score", "prepare"]


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A person with what comparing asks for again and again, worked out once."""

    person: Person
    plain: str
    """Name without tone marks, i for y."""
    words: tuple[str, ...]
    born: PartialDate | None
    names: tuple[str, ...] = field(default=())
    """All names it may be found under, plain."""


def prepare(person: Person) -> Prepared:
    """Fold the name and parse the dates of a person, before many comparisons."""
    plain = spelling_key(person.name)
    parsed = parse_date(person.born) if person.born else None
    names = (plain, *(spelling_key(other) for other in person.former_names if other))
    return Prepared(person, plain, tuple(plain.split()), parsed.date if parsed else None, names)


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


def person_score(first: Prepared, second: Prepared) -> float:
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


def _name_score(first: Prepared, second: Prepared) -> float:
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
        return _DATE_FITS if dates_fit(first, second) else _DATE_FITS_NOT
    if first.year == second.year and (first.day, first.month) == (second.month, second.day):
        return _DAY_AND_MONTH_CHANGED
    differing = Levenshtein.distance(first.standard, second.standard)
    two_slips = _DATE_TWO_SLIPS if differing == 2 and first.year == second.year else 0.0
    return _DATE_ONE_SLIP if differing == 1 else two_slips


def dates_fit(first: PartialDate, second: PartialDate) -> bool:
    """Whether two dates, of which one may lack day or month, can be the same."""
    return (
        first.year == second.year
        and (not first.month or not second.month or first.month == second.month)
        and (not first.day or not second.day or first.day == second.day)
    )
