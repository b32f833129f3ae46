"""Numbers that the readings of one line give together: each of them may have another figure right.

Where `090997909` stands beside `096997909` and `090997969`, the number may be `096997969`, which none of them is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from corrections.id_numbers import CARD_FIGURES, PERSONAL_FIGURES

__all__ = ["near_numbers"]

_MOST_TOGETHER = 2
"""Figures put right in one number. By judgement: three wrong ones are as quickly typed."""


def near_numbers(own: str, readings: Sequence[str]) -> Iterator[str]:
    """Numbers with some figures of other readings in the place of their own, those that most readings have first.

    Args:
        own: the number as it stands.
        readings: the number as each further reading has it.
    """
    whole = [number for number in (own, *readings) if len(number) in (CARD_FIGURES, PERSONAL_FIGURES)]
    base = own if len(own) in (CARD_FIGURES, PERSONAL_FIGURES) else next(iter(whole), "")
    votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for number in whole:
        if len(number) == len(base) and number.isdecimal():
            for place, figure in enumerate(number):
                if figure != base[place]:
                    votes[place][figure] += 1
    found: dict[str, int] = {}
    for many in range(_MOST_TOGETHER + 1):
        for places in combinations(votes, many):
            for figures in product(*(votes[place] for place in places)):
                number = _with(base, dict(zip(places, figures, strict=True)))
                found[number] = sum(votes[p][f] for p, f in zip(places, figures, strict=True))
    yield from sorted(found, key=lambda number: -found[number])


def _with(number: str, figures: dict[int, str]) -> str:
    return "".join(figures.get(place, figure) for place, figure in enumerate(number))
