"""Blind double entry: two clerks and the machine read the same field; only letters that differ are shown.

Neither clerk sees the other's value, nor the machine's, before both are in. Where the two clerks agree the value
stands; where they differ the supervisor decides, with the differing letters marked.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from rapidfuzz.distance import Levenshtein

from vietnamese.letters import fold_spaces

__all__ = ["DoubleEntryPlan", "Piece", "ThreeReadings", "compare_readers", "letter_pieces", "needs_second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text; `differs` is what a screen marks."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeReadings:
    """One field as clerk A, clerk B and the machine have it."""

    column: str
    clerk_a: tuple[Piece, ...]
    clerk_b: tuple[Piece, ...]
    machine: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleEntryPlan:
    """Which fields a second clerk enters blind."""

    columns: frozenset[str] = frozenset()
    """Always these."""
    share: float = 0.0
    """And this share of entries whole, drawn at random but always the same for the same entry."""
    seed: str = ""


def needs_second(plan: DoubleEntryPlan, entry_id: int, columns: Iterable[str]) -> tuple[str, ...]:
    """Columns of an entry that a second clerk must enter; none for most entries.

    The draw depends on the entry and the seed alone: asking again gives the same answer, on every machine.
    """
    names = tuple(columns)
    digest = sha256(f"{plan.seed}/{entry_id}".encode()).digest()
    drawn = random.Random(digest).random() < plan.share
    return names if drawn else tuple(name for name in names if name in plan.columns)


def compare_readers(
    columns: Sequence[str], clerk_a: Mapping[str, str], clerk_b: Mapping[str, str], machine: Mapping[str, str]
) -> tuple[ThreeReadings, ...]:
    """Three readers side by side, column by column, each letter marked for which another reader has something else."""
    return tuple(
        _compare(name, clerk_a.get(name, ""), clerk_b.get(name, ""), machine.get(name, "")) for name in columns
    )


def _compare(column: str, first: str, second: str, machine: str) -> ThreeReadings:
    return ThreeReadings(
        column=column,
        clerk_a=letter_pieces(first, (second, machine)),
        clerk_b=letter_pieces(second, (first, machine)),
        machine=letter_pieces(machine, (first, second)),
    )


def letter_pieces(text: str, others: Sequence[str]) -> tuple[Piece, ...]:
    """A text cut into stretches; a letter is marked when any other reader has something else in its place."""
    shown = fold_spaces(text)
    marked = [False] * len(shown)
    letters = [letter.casefold() for letter in shown]  # letter by letter: a whole text may grow when its case goes
    for other in others:
        for operation in Levenshtein.opcodes(letters, [letter.casefold() for letter in fold_spaces(other)]):
            if operation.tag != "equal":
                for place in range(operation.src_start, operation.src_end):
                    marked[place] = True
                if operation.tag == "insert" and shown:
                    marked[min(operation.src_start, len(shown) - 1)] = True
    pieces: list[Piece] = []
    for letter, differs in zip(shown, marked, strict=True):
        if pieces and pieces[-1].differs == differs:
            pieces[-1] = Piece(text=pieces[-1].text + letter, differs=differs)
        else:
            pieces.append(Piece(text=letter, differs=differs))
    return tuple(pieces)
