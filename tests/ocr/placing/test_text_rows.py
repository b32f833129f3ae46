"""Rows of writing in a space without printed lines: letters make rows, tails do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.placing.text_rows import lines_in_area

WIDTH, HEIGHT = 700, 240
FOOT = 120


def _name(tail: int) -> np.ndarray:
    """Five short words on one row, the fourth with a tail that reaches so many pixels under it and curls back."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    for left in range(80, 600, 110):
        for stroke in range(left, left + 70, 16):
            cv2.line(ink, (stroke, FOOT - 40), (stroke + 6, FOOT), 1, 6)
    if tail:
        cv2.ellipse(ink, (430, FOOT), (30, tail), 0, 0, 180, 1, 6)
    return ink


@pytest.mark.parametrize("tail", [0, 30, 60, 80])
def test_a_row_ends_where_its_letters_end_however_long_a_tail_is(tail: int) -> None:
    lines = lines_in_area(_name(tail), (0, 0, WIDTH, HEIGHT))
    assert len(lines) == 1
    assert lines[0].baseline_left == pytest.approx(FOOT, abs=10)


def test_two_rows_stay_two_when_a_tail_joins_them() -> None:
    ink = _name(0)
    ink[90:] |= ink[:-90]
    cv2.ellipse(ink, (430, FOOT), (30, 45), 0, 0, 180, 1, 6)
    feet = [line.baseline_left for line in lines_in_area(ink, (0, 0, WIDTH, HEIGHT))]
    assert feet == pytest.approx([FOOT, FOOT + 90], abs=10)
