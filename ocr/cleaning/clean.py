"""What is not writing leaves the page: dotted lines and rules are found, traced and erased without breaking strokes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.cleaning.dots_under_pen import erase_under_pen, stands_apart
from ocr.cleaning.dotted_lines import find_dotted_lines
from ocr.cleaning.erase_dots import erase_line
from ocr.cleaning.printed_lines import DottedLine, PrintedRule
from ocr.cleaning.rules import erase_remnants, find_rules, is_table
from ocr.images import PAPER, GreyImage, Mask

__all__ = ["CleanPage", "clean_page", "ink_threshold", "pen_threshold", "with_pale_strokes"]

_PALEST_STROKE = 225
"""Paler middles of strokes are the paper's grain or show through from the reverse."""

_PALE_RULE_MM = 25
"""In a mask that keeps the palest, strokes of lines above each other run together over less than this."""
# Grey levels of 255; set by eye, none measured by itself.
_SURELY_DARK, _INK_PERCENTILE, _ENOUGH = 200, 30, 50
"""The ink of a page is the darkest third of what is darker than this, when there are so many pixels of it."""
_USUAL_INK, _PALEST_INK, _PALEST_PEN = 110.0, 150.0, 160.0
"""Ink where there is too little to tell, and the palest that counts, of print and of pens."""
_AROUND_PRINT = 4
"""Pixels around a printed word in which its own edge may lie; nobody noted why so many."""
_PEN_PERCENTILE = 75
"""Three in four middles of strokes are darker than what is taken for the pen."""
_FIVE = np.ones((5, 5), np.uint8)
"""Surroundings of a pixel: the darkest of them is the middle of a stroke, and ink has a grey edge of two pixels."""
_BESIDE, _SAME_LEVEL = 30, 5
"""Pixels by which a line may begin before a rule that it lies along, and how near its level it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """A straightened page with its writing and print alone."""

    grey: GreyImage
    """Even light, paper near 255, dots and rules painted over with paper."""
    ink: Mask
    """1 where there is writing or print."""
    dotted_lines: tuple[DottedLine, ...]
    rules: tuple[PrintedRule, ...]
    uncleaned: GreyImage | None = None
    """The page with its dots and rules; None where they were never looked for."""


def ink_threshold(grey: GreyImage) -> float:
    """Grey level between paper (255) and ink on an evenly lit page."""
    dark = grey[::3, ::3]
    dark = dark[dark < _SURELY_DARK]
    ink = float(np.percentile(dark, _INK_PERCENTILE)) if dark.size > _ENOUGH else _USUAL_INK
    return (min(ink, _PALEST_INK) + 255.0) / 2


def pen_threshold(page: CleanPage, printed: Iterable[tuple[float, float, float, float]]) -> float:
    """Grey level between paper and the writing of a page, which may be much paler than its print.

    The darkest pixel of each place is the middle of a stroke; three in four are darker than what is taken for the pen.

    Args:
        page: cleaned, so that no dots count as strokes.
        printed: left, top, right, bottom of printed words.
    """
    strokes = (cv2.erode(page.grey, _FIVE) == page.grey) & (page.grey < _PALEST_STROKE)
    for left, top, right, bottom in printed:
        rows = slice(max(int(top) - _AROUND_PRINT, 0), int(bottom) + _AROUND_PRINT)
        strokes[rows, max(int(left) - _AROUND_PRINT, 0) : int(right) + _AROUND_PRINT] = False
    middles = page.grey[strokes]
    pen = float(np.percentile(middles, _PEN_PERCENTILE)) if middles.size > _ENOUGH else 0.0
    return max((min(pen, _PALEST_PEN) + PAPER) / 2, ink_threshold(page.grey))


def clean_page(grey: GreyImage, threshold: float | None = None) -> CleanPage:
    """Find and erase dotted lines and rules.

    Args:
        grey: straightened page at 300 dpi, even light, paper near 255.
        threshold: what is darker is ink, of a page filled in with a pen: its strokes go on through the dots under them;
            of print and type, the print's own, unless given.
    """
    level_of_ink = threshold or ink_threshold(grey)
    ink = (grey < level_of_ink).astype(np.uint8)
    # the rules of a table are its only print below the head, often paler than that
    pale = (grey < (level_of_ink + PAPER) / 2).astype(np.uint8)
    rules, upright, level, written_on = (
        find_rules(pale, grey, _PALE_RULE_MM) if is_table(pale) else find_rules(ink, grey)
    )
    without_rules = ink & ~upright & ~level
    erase_remnants(without_rules, upright, level, rules)
    dotted = [line for line in find_dotted_lines(without_rules) if not any(_same_line(line, r) for r in written_on)]
    kept, cleaned = without_rules.copy(), grey.copy()
    for line in written_on:
        erase_line(kept, grey, line)
    for line in dotted:
        if threshold is not None and stands_apart(line):
            erase_under_pen(kept, cleaned, line)
        else:
            erase_line(kept, grey, line)
    erased = (ink & ~kept) | upright | level
    gone = cv2.dilate(erased, _FIVE) & ~cv2.dilate(kept, np.ones((3, 3), np.uint8))
    cleaned[gone > 0] = PAPER
    return CleanPage(grey=cleaned, ink=kept, dotted_lines=(*dotted, *written_on), rules=tuple(rules), uncleaned=grey)


def with_pale_strokes(page: CleanPage) -> CleanPage:
    """The page with the pale parts of strokes too.

    Writing much paler than the print falls apart at the print's threshold. Only for pages without dotted lines, whose
    remains would come back with it.
    """
    pale = (page.grey < (ink_threshold(page.grey) + PAPER) / 2).astype(np.uint8)
    count, labels = cv2.connectedComponents(pale, connectivity=8)
    inked = np.zeros(count, np.uint8)
    inked[labels[page.ink > 0]] = 1
    inked[0] = 0
    return replace(page, ink=inked[labels])


def _same_line(line: DottedLine, rule: DottedLine) -> bool:
    """Whether a traced line lies along a rule that was found already."""
    middle = (line.left + line.right) / 2
    return (
        rule.left - _BESIDE < middle < rule.right + _BESIDE and abs(line.y_at(middle) - rule.y_at(middle)) < _SAME_LEVEL
    )
