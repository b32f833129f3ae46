"""What a book shows as a whole: its years, the constant between page and number, its signers, values that recur."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corrections.book_evidence.ink import EntryInk, FieldInk
from corrections.book_evidence.lessons import Lessons, lessons_of
from corrections.book_evidence.place_parts import PlacesOfBook, places_of_book
from corrections.book_evidence.trust import Trust, trust_of
from corrections.entries import Book, FieldState, ValueSource
from layouts.columns import Column, FieldKind
from vietnamese.letters import tone_key
from vietnamese.units import BookPlace, office_place

__all__ = ["FULLY_KNOWN", "MET_ENOUGH", "OFFICIALS", "BookFacts", "KnownValue", "book_facts", "group_of", "recurs"]

FULLY_KNOWN = 4.0
"""Times from which a value that recurs speaks with its whole weight."""
MET_ENOUGH = 1.0
"""Times from which a value may be what other ink of its like means."""
_DECLARED = 3.0
"""Legible dates that the office's own word on the volume's year is worth: four of another year outweigh it."""
_YEAR_SHARE, _YEAR_LEAST = 0.15, 2.0
"""A further year of the book needs this share of all dates, and so many of them."""
_MOST_YEARS = 3
"""A volume runs over no more years after its first."""
_CONFIRMED = 1.5
"""Weight of a value that a person confirmed, a sure reading being 1. No measurement is on record."""
_RECURRING = frozenset(
    {FieldKind.SIGNER, FieldKind.TITLE, FieldKind.PLACE, FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY,
     FieldKind.RELATION, FieldKind.TEXT}
)  # fmt: skip
_GROUPS_OF_LISTS = frozenset({FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY})
"""Read against their list already: what the strokes say next to nothing of is as likely one of its rare values."""
_OF_LISTS = _GROUPS_OF_LISTS | {FieldKind.RELATION}
"""Of a closed list some values are read more surely than others: unconfirmed, only those would seem to recur."""
OFFICIALS = frozenset({"nguoiThucHien"})
"""Names that recur though their kind is that of citizens' names, who seldom come twice."""
_SURELY_READ = 0.8
"""Confidence from which an unconfirmed value counts among those that recur."""
_USUAL_TIMES, _USUAL_SHARE = 4, 0.2
"""Confirmed entries, and share of those that fill a column, from which a value is one of its usual ones."""
_YEAR = re.compile(r"(?:18|19|20)\d\d")


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value of the book and how often it was met."""

    text: str
    standard: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFacts:
    """What the book shows.

    Attributes:
        years: years its registrations lie in; empty where nothing tells.
        known: by column (columns of persons' homes and of signers together with their like), values by `tone_key`.
        usual: by column, the few values that many confirmed entries have there, the standard's with what is written.
        lessons: what people put in place of what the machine read.
        places: how places of the book are told.
        trust: which readings its confirmed entries show to need no look.
        place: where the book was kept.
    """

    years: frozenset[int]
    known: Mapping[str, Mapping[str, KnownValue]]
    usual: Mapping[str, Mapping[str, str]]
    lessons: Lessons
    places: PlacesOfBook
    trust: Trust
    place: BookPlace
    _values_met: dict[str, dict[str, str]] = field(default_factory=dict, repr=False, compare=False)

    def values_met(self, group: str) -> Mapping[str, str]:
        """Values of a group that like ink may mean, as the standard takes them to as written."""
        if group not in self._values_met:
            values = self.known.get(group, {}).values()
            self._values_met[group] = {found.standard: found.text for found in values if found.weight >= MET_ENOUGH}
        return self._values_met[group]


def book_facts(
    entries: Sequence[EntryInk],
    columns: Mapping[str, Column],
    book: Book | None,
    first: Sequence[EntryInk] = (),
    offered: Sequence[Mapping[str, str]] = (),
) -> BookFacts:
    """Gather the facts.

    Args:
        entries: fields of the book's entries; those a person confirmed carry the person's values.
        columns: of the register type.
        book: its record.
        first: the same entries as the machine first read them, to learn what people put in place of what.
        offered: of the same entries the standard values by column that people found, see `trust_of`.
    """
    declared = _declared_year(book)
    years, wrong = _years(entries, declared)
    volume = book.volume_number if book else ""
    if wrong is not None and years:
        volume = f"{volume.partition('/')[0]}/{max(years)}"
    lessons = lessons_of(entries, first, columns)
    return BookFacts(
        years=years,
        known=_known(entries, columns, lessons),
        usual=_usual(entries, columns),
        lessons=lessons,
        places=places_of_book(_confirmed_places(entries, columns)),
        trust=trust_of(entries, first, offered, {name: group_of(column) for name, column in columns.items()}),
        place=office_place(book.office if book else "", volume),
    )


def group_of(column: Column) -> str:
    """Columns whose values recur together: homes of all persons, names of all officials; else each by itself."""
    if column.kind is FieldKind.PLACE:
        return "place"
    return column.kind.value if column.kind in (FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY) else column.name


def recurs(column: Column) -> bool:
    """Whether values of a column come back in a book."""
    return column.kind in _RECURRING or column.name in OFFICIALS


def _declared_year(book: Book | None) -> int | None:
    year = book.volume_number.rpartition("/")[2] if book else ""
    return int(year) if _YEAR.fullmatch(year) else None


def _years(entries: Sequence[EntryInk], declared: int | None) -> tuple[frozenset[int], int | None]:
    """Years with enough legible registration dates, and the office's own word where such dates outweigh it."""
    seen: dict[int, float] = {}
    for entry in entries:
        for name in ("ngayDangKy", "quyenSo"):
            ink = entry.fields.get(name)
            year = _year_of(ink.first.normalized) if ink else None
            if ink is not None and year is not None and ink.first.source is not ValueSource.BOOK:
                seen[year] = seen.get(year, 0.0) + _weight(ink)
    least = max(_YEAR_LEAST, _YEAR_SHARE * sum(seen.values()))
    usual, most = max(seen.items(), key=lambda item: item[1], default=(declared or 0, 0.0))
    years = {year for year, weight in seen.items() if weight >= least and abs(year - usual) <= _MOST_YEARS}
    if declared is None or declared in years:
        return frozenset(years), None
    if most > _DECLARED and usual in years:
        return frozenset(years), declared
    return frozenset({declared, *(year for year in years if abs(year - declared) <= _MOST_YEARS)}), None


def _year_of(standard: str) -> int | None:
    found = _YEAR.search(standard[-4:]) if standard else None
    return int(found.group()) if found else None


def _weight(ink: FieldInk) -> float:
    return _CONFIRMED if ink.first.confirmed else ink.first.confidence**2


def _known(
    entries: Sequence[EntryInk], columns: Mapping[str, Column], lessons: Lessons
) -> dict[str, dict[str, KnownValue]]:
    """Values met; what the machine alone reads is no evidence once people have put something else in its place."""
    found: dict[str, dict[str, KnownValue]] = {}
    for entry in entries:
        for name, ink in entry.fields.items():
            column, value = columns.get(name), ink.first
            if column is None or not recurs(column) or not value.text or not value.normalized:
                continue
            if value.state is not FieldState.WRITTEN or not (value.confirmed or value.confidence >= _SURELY_READ):
                continue
            if not value.confirmed and (column.kind in _OF_LISTS or lessons.put_right(column, ink)):
                continue
            group = found.setdefault(group_of(column), {})
            key = tone_key(value.normalized)
            before = group.get(key)
            weight = _weight(ink) + (before.weight if before else 0.0)
            group[key] = KnownValue(value.text, value.normalized, weight)
    return found


def _usual(entries: Sequence[EntryInk], columns: Mapping[str, Column]) -> dict[str, dict[str, str]]:
    """By column, values that recur in so many confirmed entries that even a hardly legible one may be one of them."""
    met: dict[str, Counter[str]] = {}
    texts: dict[tuple[str, str], str] = {}
    for entry in entries:
        for name, ink in entry.fields.items():
            value, column = ink.first, columns.get(name)
            if column is None or not recurs(column) or column.kind in _GROUPS_OF_LISTS:
                continue
            if value.confirmed and value.normalized:
                met.setdefault(name, Counter())[value.normalized] += 1
                texts[name, value.normalized] = value.text
    return {
        name: {standard: texts[name, standard] for standard, times in sorted(seen.items())
               if times >= max(_USUAL_TIMES, _USUAL_SHARE * seen.total())}
        for name, seen in met.items()
    }  # fmt: skip


def _confirmed_places(entries: Sequence[EntryInk], columns: Mapping[str, Column]) -> Iterator[str]:
    for entry in entries:
        for name, ink in entry.fields.items():
            place = name in columns and columns[name].kind is FieldKind.PLACE
            if place and ink.first.confirmed and ink.first.normalized:
                yield ink.first.normalized
