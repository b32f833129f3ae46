"""The fields of one entry, each weighed by the others and by what the book shows.

Every function says for one candidate what speaks for it, `()` where nothing does. Evidence are the values chosen
so far; a value that is itself doubtful speaks with the share of its confidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corrections.book_evidence.around import Around
from corrections.book_evidence.factors import Gain, about
from corrections.book_evidence.facts import FULLY_KNOWN, OFFICIALS, group_of, recurs
from corrections.book_evidence.ink import FieldInk, Option, unread_nats
from corrections.book_evidence.person_factors import ages, event_dates, same_person, sex, surnames, twins
from layouts.columns import Column, FieldKind
from vietnamese.addresses import bare_name, parted, pieces, place_key
from vietnamese.letters import tone_key
from vietnamese.unit_tree import provinces
from vietnamese.units import BookPlace, communes_of, districts_of, places_of_its_year, province_named

__all__ = ["HANG_TOGETHER", "HARDLY_READ", "LIKE", "likeness_wanted", "near_enough", "options_of"]

_FIGURES = re.compile(r"\d+")
"""Neighbouring hamlets and houses differ in a figure alone: those are never taken for each other."""
LIKE, _LIKE_OFFICIAL, _LIKE_UNIT = 0.75, 0.55, 0.6
"""Share of letters from which a known value may be what the ink means, one of the few who sign a book, a unit of its
own place."""
_CORRECTED_FULLY = 2.0
"""Times from which what people put in place of a reading speaks with its whole weight."""
_MISSED = -1.0
"""Nats of nothing where something was read (a flourish), and of a title where none was told from the name beside it."""
_NOTHING = Option(text="", standard="", nats=_MISSED)
_ADDRESS = 3
"""Parts from which a place is an address that ends with its province."""
_TWO_UNITS = 3
"""Two units and what stands between them: a single one says nothing of where it lies."""
HARDLY_READ = 0.3
"""Confidence below which the usual values of a column are weighed however little the strokes are like them."""
_MOST_PROPOSALS = 4
"""Values of like ink that are weighed beside the readings, the likeliest alone: each costs a pass over the factors."""


HANG_TOGETHER = frozenset({FieldKind.DATE, FieldKind.TIME_OF_DEATH, FieldKind.NAME, FieldKind.SEX, FieldKind.TITLE})
"""Kinds that are weighed by what stands in other fields of the entry."""


def options_of(column: Column, ink: FieldInk, around: Around) -> list[tuple[Option, tuple[Gain, ...]]]:
    """What may stand in a field, the first reading first, and what speaks for each besides the ink."""
    own = Option(text=ink.first.text, standard=ink.first.normalized, nats=0.0)
    by_lessons = _gains_by_lessons(column, ink, around)
    candidates = (own, *ink.others, *_put_right(column, ink, around, by_lessons), *_known_values(column, ink, around))
    return [(candidate, _gains_of(column, candidate.standard, around, by_lessons)) for candidate in candidates]


def _gains_by_lessons(column: Column, ink: FieldInk, around: Around) -> dict[str, Gain]:
    """By value, what speaks for it because people put it in place of such readings or their words."""
    swapped, times = around.swapped(column, ink.first.normalized)
    found = {swapped: Gain("corrected_words", min(1.0, times / FULLY_KNOWN))} if times else {}
    put = around.put_right(column, ink)
    return found | {standard: Gain("corrected", min(1.0, often / _CORRECTED_FULLY)) for standard, often in put.items()}


def _gains_of(column: Column, standard: str, around: Around, by_lessons: Mapping[str, Gain]) -> tuple[Gain, ...]:
    if not standard:
        empty = around.left_empty(column)
        return (Gain("left_empty", seen=about(empty)),) if empty else ()
    found: list[Gain] = []
    for rule in _RULES.get(column.kind, ()):
        found += rule(column, standard, around)
    return (*found, by_lessons[standard]) if standard in by_lessons else tuple(found)


def _recurring(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    known = around.known(column, standard) if recurs(column) else None
    if known is None:
        return
    signs = column.kind in (FieldKind.SIGNER, FieldKind.TITLE)
    yield Gain("signer" if signs else "frequent", min(1.0, known.weight / FULLY_KNOWN), about(known.weight))


def _told_as_usual(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    """A place that ends as places of the book do, told by the clerk's own signs."""
    met, share = around.met(standard)
    if met:
        yield Gain("known_end", share**2 * min(1.0, met / FULLY_KNOWN), about(met))
    if around.told_as_usual(standard):
        yield Gain("usual_signs")


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
    parts, _ = parted(standard)
    keys = {tone_key(bare_name(part)) for part in parts}
    held = max(
        sum(tone_key(unit) in keys for unit in (own.province, own.district, own.commune) if unit)
        for own in places_of_its_year(place)
    )
    return held, len(parts) >= _ADDRESS and province_named(parts[-1]) is None


def _title_of_signer(column: Column, standard: str, around: Around) -> Iterator[Gain]:
    times = around.titles().get(standard, 0)
    if times:
        yield Gain("signer_title", min(1.0, times / FULLY_KNOWN), around.signer)


_Rule = Callable[[Column, str, Around], Iterator[Gain]]
_RULES: Mapping[FieldKind, tuple[_Rule, ...]] = {
    FieldKind.DATE: (event_dates, ages),
    FieldKind.TIME_OF_DEATH: (event_dates,),
    FieldKind.NAME: (surnames, same_person, _recurring),
    FieldKind.SEX: (sex,),
    FieldKind.SIGNER: (_recurring,),
    FieldKind.TITLE: (_recurring, _title_of_signer),
    FieldKind.PLACE: (_home, _recurring, _told_as_usual),
    FieldKind.ETHNIC_GROUP: (_recurring,),
    FieldKind.NATIONALITY: (_recurring,),
    FieldKind.RELATION: (_recurring,),
    FieldKind.TEXT: (_recurring,),
}


def _known_values(column: Column, ink: FieldInk, around: Around) -> list[Option]:
    """Values among no reading that the book knows and the ink may mean, a few letters away."""
    if not ink.first.normalized:
        return []
    wanted: dict[str, str] = {}
    for name in twins(column.name, around) if column.kind is FieldKind.NAME else ():
        if other := around.value(name):
            wanted[_in_capitals_of(ink.first.normalized, other.normalized)] = other.text
    if column.kind is FieldKind.PLACE:
        own = _own_units(ink.first.normalized, around.facts.place)
        wanted |= {own: own} if own else {}
    like = likeness_wanted(column)
    if recurs(column):
        met = around.facts.values_met(group_of(column))
        alike = process.extract_iter(
            ink.first.normalized, met, scorer=Levenshtein.normalized_similarity, score_cutoff=like
        )
        wanted |= {standard: met[standard] for _, _, standard in alike}
    return _near(wanted, ink, like) + _usual_values(column, ink, around, {*wanted})


def _usual_values(column: Column, ink: FieldInk, around: Around, known: set[str]) -> list[Option]:
    """What many entries of the book have in a column, where the strokes say next to nothing."""
    if ink.first.confidence >= HARDLY_READ:
        return []
    read, sure = ink.first.normalized, ink.first.confidence
    return [
        Option(text=text, standard=standard, nats=unread_nats(sure, _letters_apart(read, standard)))
        for standard, text in around.usual(column).items()
        if standard != read and standard not in known and _figures(standard) in (_figures(read), ())
    ]


def likeness_wanted(column: Column) -> float:
    """Share of letters from which a value that the book knows may be what the ink of a column means."""
    return _LIKE_OFFICIAL if column.kind is FieldKind.SIGNER or column.name in OFFICIALS else LIKE


def near_enough(standard: str, read: str, like: float) -> bool:
    """Whether a known value may be what was read."""
    alike = Levenshtein.normalized_similarity(standard, read, score_cutoff=like)
    return alike >= like and standard != read and _figures(standard) == _figures(read)


def _put_right(column: Column, ink: FieldInk, around: Around, by_lessons: Mapping[str, Gain]) -> list[Option]:
    """What people put in place of this reading or of its words in this book, and places told as the book tells them."""
    read = ink.first.normalized
    wanted = list(by_lessons)
    nothing = [_NOTHING] if read and around.left_empty(column) else []
    if column.kind is FieldKind.PLACE:
        wanted += [told for text in (*by_lessons, read) for told in around.versions(text)]
    if column.kind is FieldKind.TITLE and not read:
        titles = around.titles()
        nothing += [Option(text=title, standard=title, nats=_MISSED) for title in titles]
    known = {read, ""}
    return nothing + [
        Option(text=standard, standard=standard, nats=unread_nats(ink.first.confidence, _letters_apart(read, standard)))
        for standard in dict.fromkeys(wanted)
        if standard not in known and (not read or _figures(standard) == _figures(read))
    ]


def _letters_apart(read: str, standard: str) -> int:
    """Letters that a value would have to be misread by, as `unread_nats` takes them: neighbours go wrong together."""
    return (Levenshtein.distance(_letters(read), _letters(standard)) + 1) // 2


@lru_cache(maxsize=8192)
def _letters(text: str) -> str:
    """Letters and figures of a value, without the signs between its parts."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _near(wanted: Mapping[str, str], ink: FieldInk, like: float) -> list[Option]:
    first, read = ink.first, {other.standard: other.nats for other in ink.others}
    found = []
    for standard, text in wanted.items():
        if not near_enough(standard, first.normalized, like):
            continue
        letters = Levenshtein.distance(standard, first.normalized)
        nats = unread_nats(first.confidence, (letters + 1) // 2)
        # a value of the book may be misread in ways that the reader thinks unlikely
        if nats > read.get(standard, nats - 1.0):
            found.append(Option(text=text, standard=standard, nats=nats))
    return sorted(found, key=lambda candidate: (-candidate.nats, candidate.standard))[:_MOST_PROPOSALS]


@lru_cache(maxsize=8192)
def _figures(text: str) -> tuple[str, ...]:
    return tuple(_FIGURES.findall(text))


def _in_capitals_of(read: str, name: str) -> str:
    return name.upper() if read.isupper() else name.title() if name.isupper() else name


@lru_cache(maxsize=8192)
def _own_units(standard: str, place: BookPlace) -> str | None:
    """A place with units nobody knows put right to those of the book's own place; None where nothing is near."""
    parts = list(pieces(standard))
    if not place.province or len(parts) < _TWO_UNITS:
        return None
    names = parts[::2]
    listed: tuple[frozenset[str], ...] = (
        frozenset(tone_key(unit.name) for unit in provinces() if unit.first_year <= (place.year or unit.first_year)),
        frozenset(tone_key(name) for name in districts_of(place.province, place.year).values()),
        frozenset(tone_key(name) for name in communes_of(place.province, place.district, place.year).values()),
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
