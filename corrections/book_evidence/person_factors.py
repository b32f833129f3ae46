"""What the dates and the people of one entry say of each other: events, ages, surnames, one person named twice, sex."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from corrections.book_evidence.around import Around
from corrections.book_evidence.factors import Gain
from corrections.checks_dates import BIRTHS, LATER_EVENTS, PARENT_AGES
from corrections.dates import parse_standard
from layouts.columns import Column
from layouts.register_types import RegisterType
from vietnamese.letters import fold_tones, same_text, tone_key

__all__ = ["PERSONS", "ages", "event_dates", "same_person", "sex", "surnames", "twins"]

_RELATIVES = {"me": "meHoTen", "cha": "chaHoTen", "bo": "chaHoTen"}
_INFORMANT, _PARENTS = "nycHoTen", ("chaHoTen", "meHoTen")
PERSONS = (_INFORMANT, *_PARENTS)
"""Columns of which two may name one person."""
_LIKE_PERSON = 0.75
"""Share of letters from which the informant and a parent are one person, whatever the relation is read as."""
_ANY_SHARE = 0.8
"""Share of its weight with which even a doubtful reading of the same name elsewhere speaks."""
_SAME_PERSON_NATS = 3.5
"""Scale on which a less likely reading of the same ink loses its say: nought at 2.8 nats. By judgement."""
_CHILD_NAMES = {"nksHoTen": ("chaHoTen", "meHoTen")}
_NEAR_DAYS = 370
"""Days within which a date is of now: a year and a few. No measurement is on record."""
_SEX_TOLD = {"thi": "2", "van": "1"}
"""Middle names that tell the sex, weakly."""
_IN_ORDER, _USUAL_AGE = 0.3, 0.3
"""Share of its weight with which a date speaks for itself where it is merely in order with the registration, or merely
makes a parent of a usual age: most misread dates do that too. Set by hand."""


def event_dates(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """An event does not lie after its registration, and that of a birth or a death not long before."""
    births = BIRTHS.get(around.kind, ())
    if column.name == "ngayDangKy" or column.name not in (*births, *LATER_EVENTS, *_parents(around.kind)):
        return
    date, registered = parse_standard(standard), around.date("ngayDangKy")
    if date is None or registered is None or not registered.complete:
        return
    share = around.share("ngayDangKy")
    days = (registered.earliest - date.earliest).days
    if days < 0:
        yield Gain("event_before", -share)
        return
    yield Gain("event_before", _IN_ORDER * share, registered.standard)
    of_now = (around.kind is RegisterType.BIRTH and column.name in births) or column.name == "nktNgayChet"
    if of_now and date.complete and days <= _NEAR_DAYS:
        yield Gain("event_near", share, registered.standard)


def _parents(kind: RegisterType) -> tuple[str, ...]:
    return tuple(parent for parent, _, _, _ in PARENT_AGES.get(kind, ()))


def ages(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """Parents are of an age to have the child."""
    for parent, child, least, most in PARENT_AGES.get(around.kind, ()):
        if column.name not in (parent, child):
            continue
        other = child if column.name == parent else parent
        mine, theirs = parse_standard(standard), around.date(other)
        if mine is None or theirs is None:
            continue
        age = (theirs.year - mine.year) if column.name == parent else (mine.year - theirs.year)
        yield Gain("parent_age", (_USUAL_AGE if least <= age <= most else -1.0) * around.share(other))


def surnames(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """A child bears the surname of its father, or of its mother."""
    for child, parents in _CHILD_NAMES.items():
        relatives = parents if column.name == child else (child,) if column.name == parents[0] else ()
        for name in relatives:
            other = around.value(name)
            if other and other.normalized and same_text(_surname(standard), _surname(other.normalized)):
                yield Gain("surname", other.confidence, other.normalized)
                return


def _surname(name: str) -> str:
    return name.split(" ", 1)[0]


def same_person(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """A name that the ink of the same person's other field bears out, wholly or as one of its readings."""
    for name in twins(column.name, around):
        other = around.value(name)
        if other is None:
            continue
        if same_text(other.normalized, standard):
            share = max(_ANY_SHARE, other.confidence)
        else:
            nats = around.readings.get(name, {}).get(tone_key(standard))
            share = 0.0 if nats is None else _ANY_SHARE + nats / _SAME_PERSON_NATS
        if share > 0.0:
            yield Gain("same_person", share, standard)


def twins(name: str, around: Around) -> tuple[str, ...]:
    """Columns that hold the same person's name: the informant who says to be a parent or is read like one."""
    if name == _INFORMANT:
        return tuple(parent for parent in _PARENTS if _are_one(parent, around))[:1]
    return (_INFORMANT,) if name in _PARENTS and _are_one(name, around) else ()


def _are_one(parent: str, around: Around) -> bool:
    one, other = around.value(parent), around.value(_INFORMANT)
    if one is None or other is None or not one.normalized or not other.normalized:
        return False
    relation = around.value("nycQuanHe")
    said = fold_tones(relation.normalized).split() if relation else []
    if any(_RELATIVES.get(word) == parent for word in said):
        return True
    return Levenshtein.normalized_similarity(tone_key(one.normalized), tone_key(other.normalized)) >= _LIKE_PERSON


def sex(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """A middle name tells the sex, weakly."""
    name = around.value(column.name.replace("GioiTinh", "HoTen"))
    middle = [fold_tones(word) for word in name.normalized.split()[1:-1]] if name else []
    for word in middle:
        if word in _SEX_TOLD and name is not None:
            yield Gain("sex_middle", (1.0 if _SEX_TOLD[word] == standard else -1.0) * name.confidence, word.title())
