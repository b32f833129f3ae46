"""Dots leave from under a pen's strokes, which stay whole."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.cleaning.clean import CleanPage, clean_page
from ocr.cleaning.dots_under_pen import stands_apart
from ocr.cleaning.dotted_lines import dot_pitch
from ocr.cleaning.printed_lines import DottedLine

PEN = 200.0
"""Threshold of the pen: given for pages filled in by hand alone."""
LINE, PITCH = 150, 13


def _page(*, dots: tuple[int, int] | None = (60, 1100)) -> np.ndarray:
    page = np.full((300, 1200), 255, np.uint8)
    for x in range(*dots, PITCH) if dots else ():
        cv2.circle(page, (x, LINE), 3, 40, -1, cv2.LINE_AA)
    return page


def _stroke(page: np.ndarray, *points: tuple[int, int], thick: int = 5) -> np.ndarray:
    cv2.polylines(page, [np.array(points, np.int32)], False, 30, thick, cv2.LINE_AA)
    return page


def _share(page: CleanPage, other: CleanPage) -> float:
    """Pixels that one page has and the other lacks, as a share of the other's."""
    return float((page.ink != other.ink).sum() / other.ink.sum())


def _pieces(page: CleanPage) -> int:
    return cv2.connectedComponents(page.ink, connectivity=8)[0] - 1


def test_a_tail_through_the_dots_stays_in_one_piece() -> None:
    tail = ((300, 100), (318, 150), (310, 210), (280, 230))
    clean, alone = clean_page(_stroke(_page(), *tail), PEN), clean_page(_stroke(_page(dots=None), *tail), PEN)
    assert _pieces(clean) == 1
    assert _share(clean, alone) < 0.06


def test_a_figure_that_rests_on_the_dots_loses_them_and_keeps_its_foot() -> None:
    four = ((420, 90), (372, 148), (430, 154), (424, 100), (424, 166))
    clean, alone = clean_page(_stroke(_page(), *four), PEN), clean_page(_stroke(_page(dots=None), *four), PEN)
    assert _pieces(clean) == 1
    assert _share(clean, alone) < 0.08


def test_dots_beside_a_stroke_that_only_comes_near_leave() -> None:
    bow = ((300, 120), (330, 143), (370, 143), (400, 120))
    clean, alone = clean_page(_stroke(_page(), *bow), PEN), clean_page(_stroke(_page(dots=None), *bow), PEN)
    assert _share(clean, alone) < 0.05


def test_dots_under_writing_at_the_end_of_a_line_leave_too() -> None:
    wave = ((60, 120), (80, 156), (110, 150), (140, 156), (170, 110))
    on_dots = clean_page(_stroke(_page(), *wave), PEN)
    assert _share(on_dots, clean_page(_stroke(_page(dots=None), *wave), PEN)) < 0.1


def test_a_few_marks_in_no_step_are_no_dots_under_a_pen() -> None:
    xs = (100.0, 100.0, 113.0, 129.0, 137.0, 156.0, 160.0)
    line = DottedLine(xs=xs, ys=(150.0,) * len(xs), thickness=5.0, dot_width=5.0)
    in_step = DottedLine(xs=(100.0, 100.0, 113.0, 126.0, 165.0, 178.0, 180.0), ys=line.ys, thickness=5.0, dot_width=5.0)
    assert not stands_apart(line)
    assert stands_apart(in_step)


def test_the_colon_before_a_short_line_says_nothing_of_the_step_of_its_dots() -> None:
    assert dot_pitch(np.array([0.0, 16.0, 29.0, 42.0, 55.0, 133.0, 146.0, 159.0])) == 13.0


def test_the_full_stops_of_a_date_stay() -> None:
    page = _page()
    for x in (333, 398):
        cv2.circle(page, (x, LINE + 1), 5, 30, -1, cv2.LINE_AA)  # heavier than a printed dot, and on one
    clean = clean_page(page, PEN)
    assert clean.ink[140:160, 320:345].sum() > 30 and clean.ink[140:160, 385:410].sum() > 30
    assert clean.ink[:, 60:320].sum() == 0


def test_a_rule_to_write_on_leaves_from_under_a_pen_as_dots_do() -> None:
    tail = ((300, 100), (318, 150), (310, 210), (280, 230))
    ruled = _page(dots=None)
    cv2.line(ruled, (60, LINE), (800, LINE), 70, 3)
    clean, alone = clean_page(_stroke(ruled, *tail), PEN), clean_page(_stroke(_page(dots=None), *tail), PEN)
    assert [round(line.y_at(600)) for line in clean.dotted_lines] == [LINE]
    assert _share(clean, alone) < 0.1


def test_rings_need_room_between_the_dots() -> None:
    xs = tuple(float(x) for x in range(100, 300, 7))
    line = DottedLine(xs=xs, ys=(150.0,) * len(xs), thickness=5.0, dot_width=5.0)
    apart = DottedLine(xs=tuple(2 * x for x in xs), ys=line.ys, thickness=5.0, dot_width=5.0)
    assert not stands_apart(line)
    assert stands_apart(apart)
