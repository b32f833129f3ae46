"""How alike two persons of registers are: names, dates, numbers, parents and sex, weighed to one score."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from corrections.dates import PartialDate, parse_date
from corrections.search_keys import spelling_key
from vietnamese import lexicons
from vietnamese.addresses import place_key
from vietnamese.letters import fold_spaces, fold_tones, tone_key
from vietnamese.units import same_area, split_place

__all__ = ["Person", "Prepared", "dates_fit", "parent_known", "person_score", "prepare", "same_name", "same_place"]


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
    other_parents: tuple[str, ...] = ()
    """Further parents of the book's person: those who gave a child for adoption, beside those who took it."""
    unread: tuple[tuple[str, str], ...] = ()
    """Fields whose value nobody can read surely, with the value as it stands there."""


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
    plain = spelling_key(_SECOND_NAME.sub(" ", person.name)) or spelling_key(person.name)
    parsed = parse_date(person.born) if person.born else None
    names = (plain, *(spelling_key(other) for other in person.former_names if other))
    return Prepared(person, plain, tuple(plain.split()), parsed.date if parsed else None, names)


_SECOND_NAME = re.compile(r"\([^()]*\)|(?<=\s)(?:tức|bí danh|còn gọi là|tên khác là)\s+\S.*")
"""What a register or an extract adds to a name, `Nguyễn Thị Nhung (Bé)`, `Lê Văn An tức Út`: the same person is looked
for without it, and the names still differ. In small letters only: somebody may be called Tức."""

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

_WITHOUT_DATE, _SIGN_SHARE, _SIGNS_LEAST = 0.80, 0.02, 2
"""Where the dates of birth say two persons: the score that one name, in every tone, with one parent gives; what each
sign more adds (the other parent, a place); and how many signs there must be. The same where nobody can read the name
and the whole birthday is one."""

_RENAMED = 0.85
"""An adopted child that took another surname."""

_DATE_MISSING, _DATE_FITS, _DATE_FITS_NOT = 0.6, 0.85, 0.4
"""Likeness of two dates of birth: one is missing, they do not contradict each other, they do. By judgement."""

_DAY_AND_MONTH_CHANGED, _DATE_ONE_SLIP, _DATE_TWO_SLIPS = 0.9, 0.75, 0.55
"""Dates: not told; in part, and fitting or not; day and month in each other's place; figures misread."""


def person_score(first: Prepared, second: Prepared) -> float:
    """How surely two records are one person: name and date carry it to 1, parents and numbers add or take away."""
    same_number = bool(first.person.id_number) and first.person.id_number == second.person.id_number
    name = _name_score(first, second)
    date = _date_score(first.born, second.born)
    if same_number:
        return max(_NUMBER_LEAST, _NUMBER_BASE + _NUMBER_NAME * name + _NUMBER_DATE * date)
    if "name" in dict(first.person.unread):
        return _score_without_name(first, second)
    if name < _NAME_LEAST:
        return _RENAMED if _renamed_by_adoption(first, second) else 0.0
    if date < _DATE_LEAST:
        return _score_without_date(first.person, second.person)
    score = _NAME_SHARE * name + _DATE_SHARE * date
    for likeness in _parents_alike(first.person, second.person):
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


def _renamed_by_adoption(first: Prepared, second: Prepared) -> bool:
    """Whether an adopted child of the book has only another surname in the extract: birthday and parents agree."""
    born, given = first.born, first.words[1:]
    if not (first.person.other_parents and born is not None and born.complete and born == second.born):
        return False
    if not given or all(tuple(name.split())[1:] != given for name in second.names):
        return False
    parents = _parents_alike(first.person, second.person)
    return bool(parents) and min(parents) >= _PARENT_SAME_FROM


def _score_without_date(first: Person, second: Person) -> float:
    """Two records whose birthdays differ by more than a slip: one person only by name, parents and places together.

    The name must be the same with its tones, a parent the same, another parent or a place too, and nothing else may
    speak against it: a brother of the same parents has another name or another sex.
    """
    if not same_name(first, second) or (first.sex and second.sex and first.sex != second.sex):
        return 0.0
    return _score_of_signs(first, second)


def _score_without_name(first: Prepared, second: Prepared) -> float:
    """A record whose name nobody can read: one person only by the whole birthday, parents and places together."""
    ours, theirs = first.person, second.person
    if first.born is None or not first.born.complete or first.born != second.born:
        return 0.0
    if ours.sex and theirs.sex and ours.sex != theirs.sex:
        return 0.0
    return _score_of_signs(ours, theirs)


def _score_of_signs(first: Person, second: Person) -> float:
    """Parents and places where the name or the birthday tells nothing: all known parents the same, and two signs."""
    numbers = (first.id_number, second.id_number)
    if all(numbers) and len(numbers[0]) == len(numbers[1]) and Levenshtein.distance(*numbers) > _NUMBER_SLIPS:
        return 0.0
    parents = _parents_alike(first, second)
    if not parents or min(parents) < _PARENT_SAME_FROM:
        return 0.0
    places = ((first.birthplace, second.birthplace), (first.native_place, second.native_place))
    signs = len(parents) + sum(1 for ours, theirs in places if ours and theirs and same_place(ours, theirs))
    return 0.0 if signs < _SIGNS_LEAST else _WITHOUT_DATE + _SIGN_SHARE * (signs - 1)


def same_name(first: Person, second: Person) -> bool:
    """Whether two persons have one name with its tones; a name typed without any tones fits those that have them."""
    bare = fold_tones(first.name) == fold_spaces(first.name).casefold()
    key = fold_tones if bare else tone_key
    return any(key(first.name) == key(name) for name in (second.name, *second.former_names))


def _parents_alike(first: Person, second: Person) -> tuple[float, ...]:
    """Likeness of each parent whom both records name; of parents whose places were exchanged, each with its own."""
    direct = tuple(
        max(_likeness(parent, theirs) for parent in (ours, *first.other_parents) if parent)
        for ours, theirs in ((first.mother, second.mother), (first.father, second.father))
        if theirs and (ours or first.other_parents)
    )
    if not all((first.mother, first.father, second.mother, second.father)) or min(direct) >= _PARENT_SAME_FROM:
        return direct
    exchanged = (_likeness(first.mother, second.father), _likeness(first.father, second.mother))
    return exchanged if min(exchanged) >= _PARENT_SAME_FROM else direct


def _likeness(one: str, other: str) -> float:
    return JaroWinkler.similarity(spelling_key(one), spelling_key(other))


def parent_known(person: Person, name: str) -> bool:
    """Whether a name is that of one of the book's further parents."""
    return any(tone_key(name) == tone_key(parent) for parent in person.other_parents)


def same_place(first: str, second: str) -> bool:
    """Whether two written places are one: same commune or district in the same province, old and new names alike."""
    ours, theirs = split_place(first), split_place(second)
    if not ours.province or not theirs.province:
        return place_key(first) == place_key(second)
    if not same_area(ours.province, theirs.province):
        return False
    pairs = [(a, b) for a, b in ((ours.district, theirs.district), (ours.commune, theirs.commune)) if a and b]
    return not pairs or any(place_key(a) == place_key(b) for a, b in pairs)


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
