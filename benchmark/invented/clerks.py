"""Clerks of drawn books: how one office writes dates, places, numbers and titles, the same way for a whole book."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from benchmark.invented.people import InventedPerson, full_name

__all__ = ["Clerk", "Value", "empty", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of an entry."""

    written: str
    """As the clerk writes it; empty when the field stays empty."""
    standard: str
    """As the standard workbook takes it."""
    parts: tuple[str, ...] = ()
    """What goes into the printed slots of a line, when the value is written in pieces."""


def plain(text: str) -> Value:
    """A value whose standard form is what is written."""
    return Value(written=text, standard=text)


def empty() -> Value:
    """A field the clerk left empty."""
    return Value(written="", standard="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Habits of one clerk."""

    date_separator: str
    zero_padded: bool
    place_separator: str
    two_digit_numbers: bool
    nationality: str
    lower_case_words: bool
    capital_names: bool
    year_only: float
    """Share of parents, spouses and deceased of whom only the year of birth is known."""
    signer_style: int
    registrar: str
    chairman: str
    deputy: str
    chairman_share: float

    @classmethod
    def invented(cls, rng: random.Random) -> Clerk:
        """A clerk with random habits."""
        return cls(
            date_separator=rng.choice("///..-"),
            zero_padded=rng.random() < 0.6,
            place_separator=rng.choice((", ", ", ", ", ", " - ", " - ")),
            two_digit_numbers=rng.random() < 0.5,
            nationality=rng.choice(("Việt Nam", "Việt Nam", "Việt Nam", "Việt nam", "việt nam")),
            lower_case_words=rng.random() < 0.5,
            capital_names=rng.random() < 0.6,
            year_only=rng.choice((0.1, 0.4, 0.8)),
            signer_style=rng.randrange(6),
            registrar=full_name(rng, female=rng.random() < 0.5),
            chairman=full_name(rng, female=rng.random() < 0.15),
            deputy=full_name(rng, female=rng.random() < 0.3),
            chairman_share=rng.uniform(0.3, 0.95),
        )

    def day(self, day: date, *, precision: str = "day") -> Value:
        """A date in figures; `precision` is day, month or year."""
        two = "02d" if self.zero_padded else "d"
        numbers = [f"{day.day:{two}}", f"{day.month:{two}}", f"{day.year}"]
        keep = {"day": 0, "month": 1, "year": 2}[precision]
        return Value(
            written=self.date_separator.join(numbers[keep:]),
            standard=".".join((f"{day.day:02d}", f"{day.month:02d}", f"{day.year}")[keep:]),
            parts=tuple("" if i < keep else number for i, number in enumerate(numbers)),
        )

    def slotted_day(self, day: date) -> Value:
        """A date written into printed slots: the slots joined by "/"."""
        value = self.day(day)
        return Value(written="/".join(value.parts), standard=value.standard, parts=value.parts)

    def birthday(self, rng: random.Random, day: date) -> Value:
        """A date of birth; of many older people only the year, of a few only month and year."""
        chance = rng.random()
        precision = "year" if chance < self.year_only else "month" if chance < self.year_only + 0.03 else "day"
        return self.day(day, precision=precision)

    def number(self, number: int) -> Value:
        """A running number, "3" or "03"."""
        return Value(written=f"{number:02d}" if self.two_digit_numbers else str(number), standard=str(number))

    def name(self, person: InventedPerson | str, *, registered: bool = False) -> Value:
        """A name; that of the person registered in capitals when the clerk does so."""
        name = person if isinstance(person, str) else person.name
        return plain(name.upper() if registered and self.capital_names else name)

    def sex(self, person: InventedPerson) -> Value:
        """Sex in words, standard code 1 or 2."""
        word = "Nữ" if person.female else "Nam"
        return Value(
            written=word.lower() if self.lower_case_words and person.female else word,
            standard="2" if person.female else "1",
        )

    def ethnic_group(self, person: InventedPerson) -> Value:
        """Ethnic group; some clerks write it small."""
        word = person.ethnic_group
        return Value(written=word.lower() if self.lower_case_words and " " not in word else word, standard=word)

    def country(self) -> Value:
        """Nationality."""
        return Value(written=self.nationality, standard="Việt Nam")

    def relation(self, word: str) -> Value:
        """A relation."""
        return plain(word.lower() if self.lower_case_words else word)

    def signer(self, rng: random.Random) -> tuple[Value, Value]:
        """Signer and title, written as one text that both columns share."""
        chairman = rng.random() < self.chairman_share
        name = self.chairman if chairman else self.deputy
        full = "Chủ tịch" if chairman else "Phó Chủ tịch"
        short = "CT" if chairman else "PCT"
        written, title = {
            0: (f"{name} - {short}", full),
            1: (f"{name} - {full}", full),
            2: (f"{name}, {full}", full),
            3: (f"{short} {name}", full),
            4: (f"{name} - {short} UBND xã", f"{short} UBND xã"),
            5: (f"{full} {name}", full),
        }[self.signer_style]
        return Value(written=written, standard=name), Value(written=written, standard=title)
