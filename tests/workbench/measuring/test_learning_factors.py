"""Weights of the book's factors from books with known truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from corrections.book_evidence.factors import factors
from tests.workbench.measuring.test_books_measured import _folder, _run
from workbench.measuring import books as measured
from workbench.measuring.learning_factors import Example, fitted, main


def _example(shares: list[float], true: int) -> Example:
    return Example(np.zeros(len(shares)), np.array([[share, 0.0] for share in shares]), true)


@pytest.mark.slow
def test_a_factor_that_speaks_for_the_truth_gains_and_one_that_misleads_falls_to_nothing_at_most() -> None:
    before = np.array([1.0, 2.0])
    helped = fitted([_example([0.0, 1.0], 1)] * 50, before)
    assert helped[0] > 2.0
    assert helped[1] == 2.0, "what never spoke keeps its weight"
    misled = fitted([_example([0.0, 1.0], 0)] * 200, before)
    assert misled[0] == 0.0


def test_few_examples_move_little() -> None:
    assert abs(fitted([_example([0.0, 1.0], 1)], np.array([1.0, 2.0]))[0] - 1.0) < 0.5


def test_the_table_is_written_with_its_names_and_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "run_pages", _run)
    out = tmp_path / "factors.csv"
    assert main([str(_folder(tmp_path, 20)), "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(factors())
    assert all(rows[name]["reason"] == factor.reason for name, factor in factors().items())
    assert float(rows["signer"]["nats"]) != factors()["signer"].nats
