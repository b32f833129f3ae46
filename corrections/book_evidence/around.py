"""What a field is weighed by: the other values of its entry, and the book's facts, each question to either noted.

What a field asked tells later whether a change concerns it (`changes`), so that a confirmation does not weigh the
whole book anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corrections.book_evidence.facts import BookFacts, KnownValue, group_of
from corrections.book_evidence.ink import FieldInk
from corrections.book_evidence.lessons import read_as, sort_of_words
from corrections.book_evidence.place_parts import end_keys
from corrections.dates import PartialDate, parse_standard
from corrections.entries import FieldValue
from layouts.columns import Column
from layouts.register_types import RegisterType
from vietnamese.letters import tone_key

__all__ = ["Around", "Question"]

Question = tuple[object, ...]
"""What was asked of the facts: its kind (`known`, `usual`, `whole`, `word`, `empty`, `signed`, `end`, `places`), and of
what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a field is weighed by.

    Attributes:
        kind: type of the register.
        values: what is chosen for the other fields so far.
        facts: what the book shows.
        readings: of columns that may name one person, each reading's `tone_key` with its nats by the ink.
        asked: questions put to the facts so far.
        looked_at: values of other columns that were looked at so far; None for one that the entry lacks.
    """

    kind: RegisterType
    values: Mapping[str, FieldValue]
    facts: BookFacts
    readings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    asked: set[Question] = field(default_factory=set)
    looked_at: dict[str, FieldValue | None] = field(default_factory=dict)

    def value(self, name: str) -> FieldValue | None:
        """What is chosen for another column so far."""
        self.looked_at[name] = found = self.values.get(name)
        return found

    def date(self, name: str) -> PartialDate | None:
        """A date chosen for a column."""
        value = self.value(name)
        return parse_standard(value.normalized) if value else None

    @property
    def signer(self) -> str:
        """Who signed, as chosen so far."""
        value = self.value("nguoiKy")
        return value.normalized if value else ""

    def share(self, name: str) -> float:
        """How much a column's value may be trusted as evidence."""
        value = self.value(name)
        return value.confidence if value and value.normalized else 0.0

    def known(self, column: Column, standard: str) -> KnownValue | None:
        """A value among those that the book shows in a column or its like."""
        group, key = group_of(column), tone_key(standard)
        self.asked.add(("known", group, key))
        return self.facts.known.get(group, {}).get(key)

    def usual(self, column: Column) -> Mapping[str, str]:
        """The few values that many entries of the book have in a column, as the standard takes them to as written."""
        self.asked.add(("usual", column.name))
        return self.facts.usual.get(column.name, {})

    def put_right(self, column: Column, ink: FieldInk) -> Mapping[str, int]:
        """What people put in place of a reading in this book."""
        self.asked.add(("whole", column.kind, read_as(ink)))
        return self.facts.lessons.put_right(column, ink)

    def swapped(self, column: Column, standard: str) -> tuple[str, int]:
        """A reading with its misread words put right."""
        sort = sort_of_words(column)
        if sort is None or not standard:
            return "", 0
        self.asked.update(("word", sort, word) for word in standard.split(" "))
        return self.facts.lessons.swapped(column, standard)

    def left_empty(self, column: Column) -> int:
        """In how many entries what was read in a column was nothing."""
        self.asked.add(("empty", column.name))
        return self.facts.lessons.left_empty(column)

    def titles(self) -> Mapping[str, int]:
        """The title with which who signed this entry always signs."""
        self.asked.add(("signed", self.signer))
        return self.facts.lessons.titles_of(self.signer)

    def met(self, place: str) -> tuple[int, float]:
        """How often the longest known end of a place was met."""
        self.asked.update(("end", key) for key in end_keys(place))
        return self.facts.places.met(place)

    def told_as_usual(self, place: str) -> bool:
        """Whether a place is told by the clerk's usual sign throughout."""
        self.asked.add(("places",))
        return self.facts.places.told_as_usual(place)

    def versions(self, place: str) -> list[str]:
        """A place as the book would tell it."""
        self.asked.add(("places",))
        return self.facts.places.versions(place)
