"""Pages drawn in the hand of a writer whose words and letters are known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from benchmark.drawing.book import draw_pages
from benchmark.drawing.faults import Faults
from benchmark.drawing.real_pen import RealPen
from benchmark.invented.writable_entries import entry_within, plan_book_within
from layouts.loader import shipped_template
from ocr.handwriting.training.drawing import Ink, write_text

pytestmark = pytest.mark.slow

FONT = Path(__file__).parents[2] / "benchmark" / "fonts" / "patrick-hand-400.ttf"


@dataclass
class _Hand:
    """Writes everything but the letter q, and counts what it was asked for."""

    writer: str = "w7"
    asked: list[str] = field(default_factory=list)

    def small_letter_height(self, _rng: random.Random) -> float:
        return 20.0

    def can_write(self, text: str) -> bool:
        return "q" not in text.lower()

    def write(self, text: str, rng: random.Random) -> Ink | None:
        self.asked.append(text)
        return write_text(text, FONT, rng, 20)


@pytest.fixture
def pen() -> RealPen:
    return RealPen(_Hand(), 3)  # type: ignore[arg-type]  # a stand-in with the three methods that a pen needs


def test_a_text_is_measured_and_written_with_the_same_strokes(pen: RealPen) -> None:
    mask = pen.text_mask("Hoà Bình", 28.0)
    assert mask.mask.shape[1] == pytest.approx(pen.width("Hoà Bình", 28.0), abs=1)
    assert np.array_equal(mask.mask, pen.text_mask("Hoà Bình", 28.0).mask)
    assert pen.width("Hoà Bình", 14.0) == pytest.approx(pen.width("Hoà Bình", 28.0) / 2)
    with pytest.raises(ValueError, match="w7 cannot write"):
        pen.width("Quang", 28.0)


def test_what_cannot_be_written_is_left_empty_and_nothing_else(pen: RealPen) -> None:
    rng = random.Random(5)
    template = shipped_template("birth-2006")
    plan = plan_book_within(template, rng, pen.can_write)
    assert pen.can_write(plan.clerk.chairman) and pen.can_write(plan.office.province)
    entry = entry_within(plan, 0, rng, pen.can_write)
    written = [value.written for value in entry.values() if value.written]
    assert len(written) >= 12 and not any("q" in text.lower() for text in written)
    nothing = entry_within(plan, 0, rng, lambda text: not text)
    assert set(nothing) == set(entry) and not any(value.written for value in nothing.values())


def test_a_page_says_whose_hand_it_is_and_where_its_ink_lies(pen: RealPen) -> None:
    page = next(draw_pages("marriage-2006", ink="hand", pages=1, seed=4, faults=Faults.clean(), pen=pen))
    assert (page.truth["ink"], page.truth["font"]) == ("real", "w7")
    values = [value for entry in page.truth["entries"] for value in entry.values() if value["written"]]
    assert values and all(value["real_ink"] for value in values)
    with_ink = [value for value in values if value["ink"]]
    assert len(with_ink) > 0.8 * len(values)
