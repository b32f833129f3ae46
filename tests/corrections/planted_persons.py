"""Invented persons of books and of a population extract, with planted slips."""

import random
from collections.abc import Iterator
from dataclasses import replace

from corrections.same_person import Person
from vietnamese import lexicons
from vietnamese.letters import fold_tones

SLIPS = ("exact", "tones", "day and month swapped", "year only", "missing", "twin beside", "maiden name")


class Planted:
    """`count` persons of books, each with one slip in turn, among the `people` of an extract."""

    def __init__(self, count: int, people: int, seed: int = 11) -> None:
        self._random = random.Random(seed)
        pools = [part() for part in (lexicons.surnames, lexicons.middle_names, lexicons.given_names)]
        self._pools = [(list(pool), list(pool.values())) for pool in pools]
        self.truth: dict[str, str | None] = {}
        """Key of the right person for each of the book; None where there is none."""
        self.slips: dict[str, str] = {}
        self.extract: list[Person] = [self._person(f"x{i}") for i in range(people)]
        self.book = [person for i in range(count) for person in self._plant(i, i * (people // count))]

    def _name(self) -> str:
        return " ".join(self._random.choices(names, weights)[0] for names, weights in self._pools)

    def _person(self, key: str) -> Person:
        day, month, year = self._random.randint(1, 28), self._random.randint(1, 12), self._random.randint(1940, 2015)
        born = f"{day:02d}.{month:02d}.{year}"
        sex = self._random.choice("12")
        return Person(key=key, name=self._name(), born=born, sex=sex, mother=self._name(), father=self._name())

    def _plant(self, i: int, place: int) -> Iterator[Person]:
        right = self.extract[place]
        slip = SLIPS[i % len(SLIPS)]
        entry = replace(right, key=f"b{i}")
        words = right.name.split()
        if slip == "tones":
            entry = replace(entry, name=fold_tones(right.name).title())
        elif slip == "day and month swapped":
            day, month, year = right.born.split(".")
            entry = replace(entry, born=f"{month}.{day}.{year}" if int(day) <= 12 else right.born)
        elif slip == "year only":
            entry = replace(entry, born=right.born[-4:])
        elif slip == "missing":
            entry = replace(self._person("-"), key=f"b{i}")
        elif slip == "twin beside":
            twin = next(g for g in self._pools[2][0] if fold_tones(g) != fold_tones(words[-1]))
            self.extract.append(replace(right, key=f"t{i}", name=" ".join((*words[:-1], twin))))
        elif slip == "maiden name":
            married = next(s for s in self._pools[0][0] if s != words[0])
            self.extract[place] = replace(right, name=" ".join((married, *words[1:])), former_names=(right.name,))
        self.truth[entry.key] = None if slip == "missing" else right.key
        self.slips[entry.key] = slip
        yield entry
