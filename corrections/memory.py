"""What confirmations teach: which letters the machine confuses in this hand, and corrections that recur.

Learned at once, proposed with their provenance, never applied silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from corrections.letters import fold_spaces

__all__ = ["Confusion", "confusions", "learned_repairs", "letter_confusions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """A stretch the machine wrote for another, and how often people put it right."""

    read: str
    """May be empty: a letter the machine missed."""
    right: str
    """May be empty: a letter that is not there."""
    count: int


def letter_confusions(read: str, right: str) -> Iterator[tuple[str, str]]:
    """The stretches in which a misreading and its correction differ, with a letter of context for what was missed."""
    first, second = fold_spaces(read), fold_spaces(right)
    for operation in Levenshtein.opcodes(first, second):
        if operation.tag != "equal":
            yield first[operation.src_start : operation.src_end], second[operation.dest_start : operation.dest_end]


def confusions(corrections: Iterable[tuple[str, str]], at_least: int = 2) -> tuple[Confusion, ...]:
    """The confusions of many (read, right) pairs, most often first; readings mostly wrong teach nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    for read, right in corrections:
        if read and Levenshtein.normalized_similarity(read, right) >= 0.6:
            counts.update(letter_confusions(read, right))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(read=r, right=c, count=n) for (r, c), n in ordered if n >= at_least)


def learned_repairs(
    text: str, learned: Iterable[Confusion], known: Mapping[str, int], most: int = 3
) -> tuple[tuple[str, int], ...]:
    """Repairs of a reading by learned confusions that make a value confirmed before.

    Args:
        text: as read now.
        learned: confusions of this hand.
        known: values confirmed before in this column, with counts.
        most: how many at most.

    Returns:
        (value, how often it was confirmed), likeliest first.
    """
    shown = fold_spaces(text)
    wanted = {fold_spaces(value).casefold(): (value, count) for value, count in known.items()}
    found: dict[str, int] = {}
    for confusion in learned:
        if not confusion.read:
            continue
        start = shown.find(confusion.read)
        while start >= 0:
            repaired = shown[:start] + confusion.right + shown[start + len(confusion.read) :]
            hit = wanted.get(repaired.casefold())
            if hit and hit[0] != text:
                found[hit[0]] = hit[1]
            start = shown.find(confusion.read, start + 1)
    return tuple(sorted(found.items(), key=lambda item: -item[1])[:most])
