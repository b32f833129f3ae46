"""The time of a weighing is taken on a book that people confirm."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.measuring.weighing_times import measure_weighing


@pytest.mark.slow
def test_every_confirmation_is_followed_by_a_weighing_and_a_next_entry(tmp_path: Path) -> None:
    times = measure_weighing(tmp_path, entries=8, confirm=4)
    assert len(times.weighed) == len(times.next_shown) == len(times.written) == 4
    assert min(times.weighed) > 0 and min(times.next_shown) > 0
    assert sum(times.written), "what is confirmed changes entries that wait"
