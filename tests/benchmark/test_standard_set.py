"""The set that figures are quoted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.standard_set import main, standard_batches
from benchmark.truth import read_truth
from layouts.loader import shipped_templates


def test_the_set_has_every_form_in_both_inks_and_never_the_same_book_twice() -> None:
    batches = list(standard_batches(2, 1))
    assert {(b.form, b.ink) for b in batches} >= {(f, i) for f in shipped_templates() for i in ("typed", "hand")}
    keys = [(b.form, b.ink, b.seed, b.sort, b.photo, b.a3) for b in batches]
    assert len(keys) == len(set(keys))


@pytest.mark.slow
def test_the_command_draws_a_form_of_the_set(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--pages", "1", "--form", "marital-status-2006"]) == 0
    pages = read_truth(tmp_path)
    assert sum(page.photo for page in pages) == 2
    assert {page.page_kind for page in pages} == {"entries", "cover", "closing", "blank", "cancelled"}
    assert max(len(page.entries) for page in pages) == 2
