"""Measuring the quality of work: blind samples of unflagged and approved fields, and seeded known errors.

A blind sample is keyed again by somebody who sees only the ink. A seeded error is a wrong value put before a clerk
on purpose; it lives in a copy and is never exported. Rates come with their bounds: three mistakes in forty fields
say less than thirty in four hundred.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from corrections.entries import Entry, FieldState, FieldValue
from corrections.thresholds import upper_bound
from layouts.columns import FieldKind, columns
from vietnamese.calendar_limits import DATE_PARTS, MONTHS
from vietnamese.letters import tone_key

__all__ = ["BlindField", "ErrorRate", "SeededError", "draw_blind", "error_rate", "right_value", "seed_error"]
_FIGURES, _NEIGHBOURS = 10, (1, 9)
"""A figure one higher or, around ten, one lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindField:
    """A field to be keyed again without seeing its value."""

    column: str
    expected: str
    """The value that stands; never shown before the second keying is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """Wrong fields among those looked at, with the exact 95 % upper bound."""

    group: str
    """Clerk, column, field kind ..."""
    wrong: int
    total: int

    @property
    def share(self) -> float:
        """Share wrong; 0.0 when nothing was looked at."""
        return self.wrong / self.total if self.total else 0.0

    @property
    def bound(self) -> float:
        """The share is below this with 95 % confidence."""
        return upper_bound(self.wrong, self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededError:
    """A known wrong value for one field, to see whether it is noticed; `shown` is right where none was planted."""

    column: str
    shown: str
    """The value put before the clerk."""
    right: str


def draw_blind(
    entries: Iterable[Entry], share: float, seed: str, eligible: Callable[[FieldValue], bool] | None = None
) -> tuple[BlindField, ...]:
    """A random sample of fields to key again; the same for the same seed.

    Args:
        entries: where to draw from.
        share: chance of each field, 0 to 1.
        seed: changes with each round, so nobody can learn which fields are looked at.
        eligible: which fields count; by default those the machine passed unflagged and a value stands in.
    """
    wanted = eligible or _passed_by_machine
    drawn: list[BlindField] = []
    for entry in entries:
        for name, value in sorted(entry.fields.items()):
            if wanted(value) and _chance(f"{seed}/{entry.id}/{name}") < share:
                drawn.append(BlindField(column=name, expected=value.normalized))
    return tuple(drawn)


def _passed_by_machine(value: FieldValue) -> bool:
    return not value.needs_review and value.state is FieldState.WRITTEN and bool(value.normalized)


def _chance(key: str) -> float:
    return random.Random(sha256(key.encode()).digest()).random()


def error_rate(group: str, results: Iterable[tuple[str, str]]) -> ErrorRate:
    """Rate of a group from (value that stands, value keyed again); case and tone mark placement do not count."""
    wrong = total = 0
    for stands, again in results:
        total += 1
        wrong += tone_key(stands) != tone_key(again)
    return ErrorRate(group=group, wrong=wrong, total=total)


def seed_error(entry: Entry, seed: str) -> SeededError | None:
    """A plausible misreading for one field of an entry: swapped figures, a lost tone, a confused letter.

    None when the entry has no field that lends itself to it.
    """
    kinds = {c.name: c.kind for c in columns(entry.register_type)}
    source = random.Random(sha256(f"{seed}/{entry.id}".encode()).digest())
    names = sorted(n for n, v in entry.fields.items() if v.normalized and kinds.get(n) in _SPOILERS)
    source.shuffle(names)
    for name in names:
        right = entry.fields[name].normalized
        shown = _SPOILERS[kinds[name]](right, source)
        if shown != right:
            return SeededError(column=name, shown=shown, right=right)
    return None


def right_value(entry: Entry, seed: str, *, besides: str) -> SeededError | None:
    """A field of an entry shown as it is, to go with a planted error; None when there is no other field for it."""
    kinds = {c.name: c.kind for c in columns(entry.register_type)}
    names = sorted(n for n, v in entry.fields.items() if v.normalized and kinds.get(n) in _SPOILERS and n != besides)
    if not names:
        return None
    name = random.Random(sha256(f"{seed}/{entry.id}/right".encode()).digest()).choice(names)
    right = entry.fields[name].normalized
    return SeededError(column=name, shown=right, right=right)


def _spoil_date(value: str, source: random.Random) -> str:
    parts = value.split(".")
    if len(parts) == DATE_PARTS and parts[0] != parts[1] and int(parts[0]) <= MONTHS[-1]:
        return ".".join((parts[1], parts[0], parts[2]))
    return value[:-1] + str((int(value[-1]) + source.choice(_NEIGHBOURS)) % _FIGURES)


def _spoil_figures(value: str, source: random.Random) -> str:
    places = [i for i, character in enumerate(value) if character.isdecimal()]
    if not places:
        return value
    place = source.choice(places)
    confused = {"0": "6", "1": "7", "2": "3", "3": "8", "4": "9", "5": "6", "6": "0", "7": "1", "8": "3", "9": "4"}
    return value[:place] + confused[value[place]] + value[place + 1 :]


_CONFUSED = {
    "ấ": "ầ",
    "ầ": "ấ",
    "á": "à",
    "à": "á",
    "ạ": "a",
    "ễ": "ế",
    "ị": "i",
    "ư": "u",
    "ơ": "o",
    "n": "u",
    "ả": "ã",
}


def _spoil_letters(value: str, source: random.Random) -> str:
    places = [i for i, character in enumerate(value) if character in _CONFUSED]
    if not places:
        return value
    place = source.choice(places)
    return value[:place] + _CONFUSED[value[place]] + value[place + 1 :]


_SPOILERS: dict[FieldKind, Callable[[str, random.Random], str]] = {
    FieldKind.DATE: _spoil_date,
    FieldKind.ID_NUMBER: _spoil_figures,
    FieldKind.REGISTRATION_NUMBER: _spoil_figures,
    FieldKind.NAME: _spoil_letters,
    FieldKind.PLACE: _spoil_letters,
}
