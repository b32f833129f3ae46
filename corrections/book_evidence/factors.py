"""The factors that weigh a reading besides its ink: their names, weights in nats and Vietnamese reasons, as data.

Weights of fields were learned from drawn books (`workbench/measuring/learning_factors.py`), those of numbers and dates
along the book are set by hand; `number_page_alone` is what one page without neighbours may claim (register forms of
2006 and 2015: one entry a page, numbers from 01 each January).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Factor", "Gain", "about", "factors", "total"]

_COUNTED = 5
"""Times up to which a reason names the number: more say no more to a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A kind of evidence.

    Attributes:
        name: stable identifier.
        nats: its weight for a value; negative against it.
        reason: Vietnamese, with places for what it was seen by.
    """

    name: str
    nats: float
    reason: str


@dataclass(frozen=True, slots=True)
class Gain:
    """What a factor says of one value: its name, the share of its weight, and what it was seen by."""

    name: str
    share: float = 1.0
    seen: object = ""

    @property
    def nats(self) -> float:
        """For the value; negative against it."""
        return factors()[self.name].nats * self.share

    @property
    def reason(self) -> str:
        """Vietnamese, of one that speaks for the value."""
        return factors()[self.name].reason.format(self.seen)


@cache
def factors() -> dict[str, Factor]:
    """The table, by name."""
    text = resources.files("corrections.book_evidence").joinpath("data/factors.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {r["name"]: Factor(name=r["name"], nats=float(r["nats"]), reason=r["reason"]) for r in rows}


def about(times: float) -> str:
    """How often, in words that stay the same while a book is worked on: entries are not written anew for a count."""
    count = max(1, round(times))
    return str(count) if count < _COUNTED else f"từ {_COUNTED}"


def total(gains: Iterable[Gain]) -> float:
    """Nats of several factors together."""
    return sum(found.nats for found in gains)
