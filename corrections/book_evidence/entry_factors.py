"""The fields of one entry, each weighed by the others and by what the book shows.

Every function says for one candidate what speaks for it, `()` where nothing does. Witnesses are the values chosen so
far; a witness that is itself doubtful speaks with the share of its confidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from corrections.book_evidence.factors import Gain
from corrections.book_evidence.facts import BookFacts, group_of, recurs
from corrections.book_evidence.ink import FieldInk, Option, unread_nats
from corrections.checks_dates import BIRTHS, LATER_EVENTS, PARENT_AGES
from corrections.dates import PartialDate, parse_standard
from corrections.entries import FieldValue
from layouts.columns import Column, FieldKind
from layouts.register_types import RegisterType
from vietnamese.letters import fold_tones, same_text, tone_key
from vietnamese.units import BookPlace, bare_name, districts_of, place_key, province_named, provinces

__all__ = ["Around", "gains_of", "proposals_of"]

_SEPARATOR = re.compile(r"(\s*[,;]\s*|\s+[-–]\s+)")
_FIGURES = re.compile(r"\d+")
"""Neighbouring hamlets and houses differ in a figure alone: those are never taken for each other."""
_RELATIVES = {"me": "meHoTen", "cha": "chaHoTen", "bo": "chaHoTen"}
_CHILD_NAMES = {"nksHoTen": ("chaHoTen", "meHoTen")}
_LIKE, _LIKE_UNIT = 0.75, 0.6
"""Share of letters from which a known value, and a unit of the book's own place, may be what the ink means."""
_RECURS_FULLY = 4.0
"""Times from which a value that recurs speaks with its whole weight."""
_ADDRESS = 3
"""Parts from which a place is an address that ends with its province."""
_TWO_UNITS = 3
"""Two units and what stands between them: a single one says nothing of where it lies."""
_NEAR_DAYS = 370
_MOST_PROPOSALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a field is weighed by.

    Attributes:
        kind: type of the register.
        values: what is chosen for the other fields so far.
        facts: what the book shows.
    """

    kind: RegisterType
    values: Mapping[str, FieldValue]
    facts: BookFacts

    def date(self, name: str) -> PartialDate | None:
        """A date chosen for a column."""
        value = self.values.get(name)
        return parse_standard(value.normalized) if value else None

    def share(self, name: str) -> float:
        """How much a column's value may be trusted as a witness."""
        value = self.values.get(name)
        return value.confidence if value and value.normalized else 0.0


def gains_of(column: Column, candidate: Option, first: FieldValue, around: Around) -> tuple[Gain, ...]:
    """All that speaks for or against a value of a column, besides its ink."""
    found: list[Gain] = []
    for rule in _RULES.get(column.kind, ()):
        found += rule(column, candidate.standard, around)
    corrected = around.facts.put_right(column, first.normalized).get(candidate.standard, 0)
    if corrected:
        found.append(Gain("corrected", min(1.0, corrected / 2)))
    return tuple(found)


def _event_dates(column: Column, standard: str, around: Around) -> Iterator[Gain]:
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
    yield Gain("event_before", 0.3 * share, registered.standard)
    of_now = (around.kind is RegisterType.BIRTH and column.name in births) or column.name == "nktNgayChet"
    if of_now and date.complete and days <= _NEAR_DAYS:
        yield Gain("event_near", share, registered.standard)


def _parents(kind: RegisterType) -> tuple[str, ...]:
    return tuple(parent for parent, _, _, _ in PARENT_AGES.get(kind, ()))


def _ages(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    for parent, child, least, most in PARENT_AGES.get(around.kind, ()):
        if column.name not in (parent, child):
            continue
        other = child if column.name == parent else parent
        mine, theirs = parse_standard(standard), around.date(other)
        if mine is None or theirs is None:
            continue
        age = (theirs.year - mine.year) if column.name == parent else (mine.year - theirs.year)
        yield Gain("parent_age", (0.3 if least <= age <= most else -1.0) * around.share(other))


def _surnames(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    for child, parents in _CHILD_NAMES.items():
        relatives = parents if column.name == child else (child,) if column.name == parents[0] else ()
        for name in relatives:
            other = around.values.get(name)
            if other and other.normalized and same_text(_surname(standard), _surname(other.normalized)):
                yield Gain("surname", other.confidence, other.normalized)
                return


def _surname(name: str) -> str:
    return name.split(" ", 1)[0]


def _same_person(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    for name in _twins(column.name, around):
        other = around.values[name]
        if same_text(other.normalized, standard):
            yield Gain("same_person", other.confidence, other.normalized)


def _twins(name: str, around: Around) -> tuple[str, ...]:
    """Columns that hold the same person's name: the informant who says to be a parent, and that parent."""
    relation = around.values.get("nycQuanHe")
    said = fold_tones(relation.normalized).split() if relation else []
    parent = next((_RELATIVES[word] for word in said if word in _RELATIVES), "")
    pair = ("nycHoTen", parent)
    if not parent or name not in pair:
        return ()
    other = pair[1] if name == pair[0] else pair[0]
    value = around.values.get(other)
    return (other,) if value and value.normalized else ()


def _sex(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    name = around.values.get(column.name.replace("GioiTinh", "HoTen"))
    middle = [fold_tones(word) for word in name.normalized.split()[1:-1]] if name else []
    told = {"thi": "2", "van": "1"}
    for word in middle:
        if word in told and name is not None:
            yield Gain("sex_middle", (1.0 if told[word] == standard else -1.0) * name.confidence, word.title())


def _recurring(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    known = around.facts.known.get(group_of(column), {}).get(tone_key(standard))
    if known is None or not recurs(column):
        return
    signs = column.kind in (FieldKind.SIGNER, FieldKind.TITLE)
    yield Gain("signer" if signs else "frequent", min(1.0, known.weight / _RECURS_FULLY), max(1, round(known.weight)))


def _home(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """Units of the book's own place, each with the factor's weight."""
    held, strange = _units_of(standard, around.facts.place)
    if held:
        place = around.facts.place
        named = ", ".join(unit for unit in (place.commune, place.district, place.province) if unit)
        yield Gain("home_unit", held, named)
    if strange:
        yield Gain("strange_unit")


@lru_cache(maxsize=8192)
def _units_of(standard: str, place: BookPlace) -> tuple[int, bool]:
    """How many units of a place an address names, and whether it ends with a province that nobody knows."""
    parts = _SEPARATOR.split(standard)[::2]
    keys = {tone_key(bare_name(part)) for part in parts}
    held = sum(tone_key(unit) in keys for unit in (place.province, place.district, place.commune) if unit)
    return held, len(parts) >= _ADDRESS and province_named(parts[-1]) is None


_Rule = Callable[[Column, str, Around], Iterator[Gain]]
_RULES: Mapping[FieldKind, tuple[_Rule, ...]] = {
    FieldKind.DATE: (_event_dates, _ages),
    FieldKind.TIME_OF_DEATH: (_event_dates,),
    FieldKind.NAME: (_surnames, _same_person, _recurring),
    FieldKind.SEX: (_sex,),
    FieldKind.SIGNER: (_recurring,),
    FieldKind.TITLE: (_recurring,),
    FieldKind.PLACE: (_home, _recurring),
    FieldKind.ETHNIC_GROUP: (_recurring,),
    FieldKind.NATIONALITY: (_recurring,),
    FieldKind.RELATION: (_recurring,),
    FieldKind.TEXT: (_recurring,),
}


def proposals_of(column: Column, ink: FieldInk, around: Around) -> list[Option]:
    """Values among no reading that the book knows and the ink may mean, a few letters away."""
    if not ink.first.normalized:
        return []
    wanted: dict[str, str] = {}
    for name in _twins(column.name, around) if column.kind is FieldKind.NAME else ():
        other = around.values[name]
        wanted[_in_capitals_of(ink.first.normalized, other.normalized)] = other.text
    wanted |= {standard: standard for standard in around.facts.put_right(column, ink.first.normalized)}
    if column.kind is FieldKind.PLACE:
        own = _own_units(ink.first.normalized, around.facts.place)
        wanted |= {own: own} if own else {}
    known = around.facts.known.get(group_of(column), {}) if recurs(column) else {}
    wanted |= {found.standard: found.text for found in known.values() if found.weight >= 1.0}
    return _near(wanted, ink)


def _near(wanted: Mapping[str, str], ink: FieldInk) -> list[Option]:
    read = {ink.first.normalized, *(other.standard for other in ink.others)}
    found = []
    for standard, text in wanted.items():
        like = Levenshtein.normalized_similarity(standard, ink.first.normalized, score_cutoff=_LIKE)
        if standard in read or like < _LIKE or _figures(standard) != _figures(ink.first.normalized):
            continue
        letters = Levenshtein.distance(standard, ink.first.normalized)
        nats = unread_nats(ink.first.confidence, (letters + 1) // 2)
        found.append(Option(text=text, standard=standard, nats=nats))
    return sorted(found, key=lambda candidate: -candidate.nats)[:_MOST_PROPOSALS]


@lru_cache(maxsize=8192)
def _figures(text: str) -> tuple[str, ...]:
    return tuple(_FIGURES.findall(text))


def _in_capitals_of(read: str, name: str) -> str:
    return name.upper() if read.isupper() else name.title() if name.isupper() else name


@lru_cache(maxsize=8192)
def _own_units(standard: str, place: BookPlace) -> str | None:
    """A place with units nobody knows put right to those of the book's own place; None where nothing is near."""
    parts = _SEPARATOR.split(standard)
    if not place.province or len(parts) < _TWO_UNITS:
        return None
    names = parts[::2]
    listed: tuple[frozenset[str], ...] = (
        frozenset(tone_key(unit.name) for unit in provinces() if unit.first_year <= (place.year or unit.first_year)),
        frozenset(tone_key(name) for name in districts_of(place.province).values()),
        frozenset(),
    )
    changed = False
    units = (place.province, place.district, place.commune)
    for back, (unit, known) in enumerate(zip(units, listed, strict=True), start=1):
        if len(names) < back or not unit:
            break
        bare = bare_name(names[-back])
        if tone_key(bare) == tone_key(unit):
            continue
        if tone_key(bare) in known or _likeness(bare, unit) < _LIKE_UNIT:
            break
        kind_word = names[-back][: len(names[-back]) - len(bare)]
        names[-back] = kind_word + unit
        changed = True
    if not changed:
        return None
    parts[::2] = names
    return "".join(parts)


def _likeness(first: str, second: str) -> float:
    return Levenshtein.normalized_similarity(place_key(first), place_key(second))
