"""The weights of the book's factors, learned from books whose truth is known; runs as a module (`python -m`).

Every doubtful field of a book is a choice between its readings and what the book proposes; the entries before it are
taken as confirmed. Weights are moved so that the true one becomes likelier beside the others (conditional logit), under
a pull to the weights in use: a few books must not overthrow them. Numbers and dates are weighed along the book and
keep the weights set by hand.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.letters import same_standard
from corrections.book_evidence.choosing import choices_of
from corrections.book_evidence.factors import Factor, factors
from layouts.columns import FieldKind
from workbench.measuring.books import MeasuredClerk

__all__ = ["Example", "examples_of", "fitted", "main"]

_FIRST_TAUGHT = 5
"""Entries confirmed before the first that is learned from."""
_PULL = 0.5
"""Of a weight to the one in use, in nats for one nat squared."""
_STEPS, _RATE = 400, 0.02
"""Steps uphill, and nats a step for a slope of one."""


@dataclass(frozen=True, slots=True)
class Example:
    """One field: what its readings have by the ink (readings,), by each factor (readings, factors), which is true."""

    nats: NDArray[np.float64]
    shares: NDArray[np.float64]
    true: int


def examples_of(clerk: MeasuredClerk, names: Sequence[str]) -> Iterator[Example]:
    """The doubtful fields of a book among whose readings the true one is."""
    index = {name: place for place, name in enumerate(names)}
    inks = clerk.read()
    right = [clerk.confirmed(at, inks[at]) for at in range(len(clerk.entries))]
    first = [inks[at] for at in range(len(clerk.entries))]
    for at in range(_FIRST_TAUGHT, len(clerk.entries)):
        weighed = choices_of([*right[:at], *first[at:]], clerk.book.register_type, clerk.book, first=first, at=at)
        for name, options in weighed.items():
            truth = clerk.entries[at].truth.get(name)
            title = clerk.columns[name].kind is FieldKind.TITLE
            true = [n for n, (option, _) in enumerate(options)
                    if truth is not None and same_standard(truth.standard, option.standard, title=title)]  # fmt: skip
            if not true or len(options) < 2:
                continue
            shares = np.zeros((len(options), len(names)))
            for row, (_, gains) in enumerate(options):
                for gain in gains:
                    shares[row, index[gain.name]] += gain.share
            yield Example(np.array([option.nats for option, _ in options]), shares, true[0])


def fitted(examples: Sequence[Example], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights under which the true readings are likeliest, near to those before; a factor keeps its sign."""
    weights = before.copy()
    for _ in range(_STEPS):
        slope = -_PULL * (weights - before)
        for example in examples:
            scores = example.nats + example.shares @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            slope += example.shares[example.true] - likely @ example.shares
        weights += _RATE * slope / (1.0 + len(examples) / 100.0)
    return np.asarray(np.where(np.sign(weights) == np.sign(before), weights, 0.0))


def _written(path: Path, table: Mapping[str, Factor], weights: Mapping[str, float]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        rows.writerow(("name", "nats", "reason"))
        for name, factor in table.items():
            rows.writerow((name, round(weights.get(name, factor.nats), 2), factor.reason))


def main(arguments: list[str] | None = None) -> int:
    """Learn and write the table; 0 done."""
    parser = argparse.ArgumentParser(prog="python -m workbench.measuring.learning_factors", description=main.__doc__)
    parser.add_argument("books", type=Path, nargs="+", help="thư mục các quyển sổ có truth.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="bảng trọng số sẽ ghi")
    args = parser.parse_args(arguments)
    table = factors()
    names = list(table)
    examples = [found for folder in args.books for found in examples_of(MeasuredClerk.of(folder), names)]
    before = np.array([table[name].nats for name in names])
    seen = np.array([sum(np.ptp(example.shares[:, place]) > 0 for example in examples) for place in range(len(names))])
    weights = fitted(examples, before)
    _written(args.out, table, {n: float(w) for n, w, times in zip(names, weights, seen, strict=True) if times})
    for name, old, new, times in zip(names, before, weights, seen, strict=True):
        print(f"{name:20s} {old:6.2f} -> {new:6.2f}  ({times} lần)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
