"""Invented entries for a pen that cannot write everything: of many drawn, those of which it can write the most."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmark.invented.clerks import Value, empty
from benchmark.invented.entries import BookPlan, invent_entry, plan_book
from layouts.forms import FormTemplate

__all__ = ["entry_within", "plan_book_within"]

_TRIES = 60
"""Entries and plans drawn to choose from, when not everything can be written."""
_PEOPLE = re.compile(
    "(nks|me|cha|nyc|chong|vo|nkt|cm|nc|nxn|ngh|ndgh|ntd|conNuoi|chaNuoi|meNuoi|ongGiao|baGiao)(?=[A-Z])"
)


def plan_book_within(template: FormTemplate, rng: random.Random, can_write: Callable[[str], bool]) -> BookPlan:
    """A book whose office, signers and habits can be written as far as possible.

    Args:
        template: the form.
        rng: source of chance.
        can_write: whether a text can be written.
    """
    plans = [plan_book(template, rng) for _ in range(_TRIES)]

    def missing(plan: BookPlan) -> int:
        clerk, office = plan.clerk, plan.office
        texts = (clerk.registrar, clerk.chairman, clerk.deputy, clerk.nationality, office.commune, office.district,
                 office.province, f"0{clerk.date_separator}1")  # fmt: skip
        return sum(not can_write(text) for text in texts)

    return min(plans, key=missing)


def entry_within(plan: BookPlan, index: int, rng: random.Random, can_write: Callable[[str], bool]) -> dict[str, Value]:
    """An entry of which as much as possible can be written; the clerk left the rest empty.

    What belongs to one person comes from one drawn entry; persons may come from several.

    Args:
        plan: the book.
        index: place of the entry in the book from 0.
        rng: source of chance.
        can_write: whether a text can be written.
    """
    drawn = [invent_entry(plan, index, rng) for _ in range(_TRIES)]
    found: dict[str, Value] = {}
    groups: dict[str, list[str]] = {}
    for name in drawn[0]:
        person = _PEOPLE.match(name)
        groups.setdefault(person.group() if person else "", []).append(name)

    def writable(value: Value) -> bool:
        return all(can_write(text) for text in (value.written, *value.parts))

    for names in groups.values():
        best = max(
            drawn, key=lambda entry: sum(bool(entry[n].written) and writable(entry[n]) for n in names if n in entry)
        )
        found |= {n: best[n] if writable(best[n]) else empty() for n in names if n in best}
    return {name: found.get(name, empty()) for name in drawn[0]}
