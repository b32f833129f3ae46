"""Where a form lies on the page, by labels: line pitch and width are the printer's own."""

from __future__ import annotations

import pytest

from ocr.forms.page_fit import fit_page
from ocr.images import PIXELS_PER_MM


@pytest.mark.parametrize("down", [0.72, 1.0, 1.3, 1.65])
@pytest.mark.parametrize("across", [0.95, 1.07])
def test_line_pitch_and_width_are_told_apart(down: float, across: float) -> None:
    points = [
        (x, y, 90 + x * across * PIXELS_PER_MM, 200 + y * down * PIXELS_PER_MM)
        for y in range(10, 120, 8)
        for x in ((7.0, 74.0) if y % 3 == 0 else (7.0,))
    ]
    fit = fit_page(points)
    assert fit is not None
    assert len(fit.y_mm) == len({point[1] for point in points})
    assert fit.y_scale == pytest.approx(down * PIXELS_PER_MM, rel=0.01)
    assert fit.x(137.0) == pytest.approx(90 + 137 * across * PIXELS_PER_MM, abs=5)
