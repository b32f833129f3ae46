"""The threshold of the pen: writing paler than the print is ink too."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.cleaning.clean import clean_page, ink_threshold, pen_threshold
from tests.ocr.cleaning.test_clean import blank, ink_of, with_text

WRITING = (390, 40, 1100, 160)


@pytest.mark.parametrize(("pen", "pale"), [(30, False), (165, True)])
def test_the_threshold_follows_a_pen_paler_than_the_print(pen: int, pale: bool) -> None:
    page = with_text(blank(), "Họ và tên", 60, 120)
    printed = [(55.0, 70.0, 340.0, 140.0)]
    written = with_text(blank(), "Nguyễn Thị Hoa", 400, 120)
    page = np.where(written < 128, pen, page).astype(np.uint8)
    clean = clean_page(page)
    threshold = pen_threshold(clean, printed)
    assert (threshold > ink_threshold(page) + 30) is pale
    strokes = int((written < 128).sum())
    assert ink_of(clean_page(page, threshold), WRITING) > 0.95 * strokes
    assert (ink_of(clean, WRITING) > 0.95 * strokes) is not pale


def test_a_page_without_writing_keeps_the_threshold_of_its_print() -> None:
    page = with_text(blank(), "Họ và tên", 60, 120)
    assert pen_threshold(clean_page(page), [(50.0, 60.0, 360.0, 150.0)]) == ink_threshold(page)
