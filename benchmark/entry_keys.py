"""Keys a clerk presses for an entry: where the review form stops, what is mended there, and one to confirm.

Counted as the form works: fields of one run of ink that are to be looked at are one stop while they are right; a wrong
one among them has a stop of its own, reached over the right ones before it by a key each. A wrong value is mended or
typed anew, whichever takes fewer keys; suggestions are not reckoned with. Wrong values that are not shown cost nothing
here: they are the silent ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.outcomes import FieldOutcome

__all__ = ["EntryKeys", "entry_keys", "stops"]

_CONFIRM = 1
"""The key that confirms an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKeys:
    """Keys of a group of entries, the means of one."""

    group: str
    entries: int
    stops: float
    """Keys to go on from one field to be looked at to the next."""
    mending: float
    keys: float
    """All of them, with the one that confirms."""


def entry_keys(outcomes: Iterable[FieldOutcome], group: Callable[[FieldOutcome], str]) -> tuple[EntryKeys, ...]:
    """Keys an entry by group, in the order of their names.

    Args:
        outcomes: judged fields; those of one entry are of one group.
        group: name of a field's group.
    """
    entries: defaultdict[str, set[tuple[Path, int]]] = defaultdict(set)
    stopping: Counter[str] = Counter()
    mending: Counter[str] = Counter()
    runs: defaultdict[tuple[str, Path, int, object], list[FieldOutcome]] = defaultdict(list)
    for outcome in outcomes:
        name = group(outcome)
        entries[name].add((outcome.path, outcome.entry))
        if outcome.flagged:
            ink = (outcome.text, outcome.quads) if outcome.text and outcome.quads else outcome.column
            runs[name, outcome.path, outcome.entry, ink].append(outcome)
            mending[name] += outcome.keys
    for (name, *_), fields in runs.items():
        stopping[name] += stops([field.exact for field in fields])
    return tuple(
        EntryKeys(
            group=name,
            entries=len(members),
            stops=stopping[name] / len(members),
            mending=mending[name] / len(members),
            keys=_CONFIRM + (stopping[name] + mending[name]) / len(members),
        )
        for name, members in sorted(entries.items())
    )


def stops(right: Sequence[bool]) -> int:
    """Keys to go through the fields of one run of ink: Enter for all, or Tab to each wrong one and Enter there.

    Args:
        right: of each field to be looked at, in the form's order, whether it is right as it stands.
    """
    wrong = [place for place, is_right in enumerate(right) if not is_right]
    passed_over = sum(right[: wrong[-1]]) if wrong else 0
    return len(wrong) + passed_over + any(right)
