"""Labels stand where their letters stand, however loose the boxes of their words are."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.fonts import bundled_fonts
from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.forms.label_bounds import refine_labels
from ocr.forms.match_form import FormMatch, FoundLabel

TEMPLATE = shipped_templates()["birth-2015"]
NUMBER = next(n for n, item in enumerate(TEMPLATE.items) if item.label == ("Họ, chữ đệm, tên cha:",))
FOOT = 20.0
PX = 300 / 25.4


def _page() -> CleanPage:
    canvas = Canvas(100, 40, 300)
    canvas.text("Họ, chữ đệm, tên cha:", 10, FOOT, bundled_fonts().print_fonts[0], 4.2, (30, 30, 30))
    grey = canvas.light[..., 0]
    return CleanPage(grey=grey, ink=(grey < 150).astype(np.uint8), dotted_lines=(), rules=())


def _match(baseline: float) -> FormMatch:
    box = (10 * PX, baseline - 70, 51 * PX, baseline)
    label = FoundLabel(
        left=box[0], right=box[2], baseline=baseline, top_baseline=baseline, similarity=1.0, boxes=(box,)
    )
    return FormMatch(template=TEMPLATE, labels={(0, NUMBER, 0): label}, found=10, total=10)


@pytest.mark.parametrize("off", [-19, 22, 40, 58])
def test_a_baseline_drawn_off_by_large_writing_returns_to_the_letters(off: float) -> None:
    label = refine_labels(_match(FOOT * PX + off), _page()).labels[0, NUMBER, 0]
    assert label.baseline == label.top_baseline == pytest.approx(FOOT * PX, abs=4)
    top, bottom = label.boxes[-1][1], label.boxes[-1][3]
    assert top < FOOT * PX - 30 and bottom > FOOT * PX


def test_a_baseline_that_is_right_is_kept() -> None:
    label = refine_labels(_match(FOOT * PX + 3), _page()).labels[0, NUMBER, 0]
    assert label.baseline == FOOT * PX + 3
