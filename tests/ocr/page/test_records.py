"""The clock of a page's steps."""

from __future__ import annotations

from ocr.page.records import Clock
from ocr.readings import StepTime


def test_a_step_done_twice_counts_both_times() -> None:
    clock = Clock([StepTime(step="clean", seconds=2.0), StepTime(step="words", seconds=1.0)])
    steps = {step.step: step.seconds for step in clock.lap("clean")}
    assert list(steps) == ["clean", "words"] and steps["words"] == 1.0
    assert 2.0 <= steps["clean"] < 3.0


def test_pages_laid_together_bring_the_times_of_both() -> None:
    halves = (StepTime(step="words", seconds=1.0), StepTime(step="words", seconds=1.5))
    assert StepTime(step="words", seconds=2.5) in Clock(halves).lap("straighten")
