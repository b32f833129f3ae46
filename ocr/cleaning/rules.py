"""Printed rules: found, traced through what crosses them, and marked for erasing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning.printed_lines import DottedLine, PrintedRule
from ocr.images import PIXELS_PER_MM, GreyImage, Mask

__all__ = ["erase_remnants", "find_rules", "is_table"]

_LEVEL_RULE_MM = 9
"""Shortest level rule: longer than any stroke of print or type."""
_UPRIGHT_RULE_MM = 11
"""Shortest upright rule: the height of two tightly written lines."""
_OVERPRINT = 24
"""A stroke over a rule is darker than the rule by so many grey levels."""
_WIDER = 1.3
"""And by the darkness of more pixels than so many of the rule's own."""
_TABLE_RULES = 6
"""Upright rules over a good part of the page: a form has the two of its frame and one before the notes."""
_BESIDE = 9
"""Width in pixels of the strip around a rule in which slivers of it are looked for."""
# In pixels at 300 dpi, or shares; set by eye on drawn forms and tables, none measured by itself.
_THICKEST, _MOST_SLANTED = 8, 0.06
"""A rule is not thicker than this on the half-size picture, and leaves its line by not more of its length besides."""
_SLIVER = 2.5
"""Remnants of rules are so many times longer than thick."""
_SPANS = 0.75
"""A level rule over so much of the width is a frame's or table's."""
_MEETS_ABOVE, _MEETS_BESIDE = 12, 14
"""An upright rule ends so near a level one that it meets, and so near its end."""
_LEAST_FREE = 20
"""Rows in which an upright rule must stand free to be followed."""
_BLACK = 255.0
"""Darkness of black."""
_SHADE_REACH = 90
"""Rows to either side over which the usual shade of a rule is told."""
_PALEST_CORE = 55
"""Darkness of a rule, of 255, below which strokes over it cannot be told."""
_OF_A_COLUMN = 4
"""A rule between columns of a table is longer than a quarter of the page, broken ones included."""
_TRACED = 9
"""Pixels to either side of a rule's middle in which its strokes are followed."""


def find_rules(
    ink: Mask, grey: GreyImage, least_mm: float = 0.0
) -> tuple[list[PrintedRule], Mask, Mask, list[DottedLine]]:
    """Long straight strokes: frame and table rules, the masks of their pixels (upright, level), lines to write on.

    Strokes that cross a rule stay out of the mask. A level rule that stands by itself is what some printers give to
    write on instead of dots.

    Args:
        ink: 1 where there is ink.
        grey: the page, paper near 255.
        least_mm: shorter ones are none, where longer ones than usual are asked for.
    """
    found: list[PrintedRule] = []
    writing: list[DottedLine] = []
    upright, level = np.zeros_like(ink), np.zeros_like(ink)
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = cv2.threshold(half, 0, 1, cv2.THRESH_BINARY)[1]
    for vertical in (True, False):
        length = round(max(least_mm, _UPRIGHT_RULE_MM if vertical else _LEVEL_RULE_MM) * PIXELS_PER_MM / 2)
        # a slightly bent or slanted rule steps from column to column: join the steps first
        joined = cv2.dilate(half, np.ones((1, 3) if vertical else (3, 1), np.uint8))
        kernel = np.ones((length, 1) if vertical else (1, length), np.uint8)
        long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
        for index in range(1, count):
            x, y, w, h, area = (int(v) for v in stats[index])
            across, along = (w, h) if vertical else (h, w)
            if area > _THICKEST * along or across > _MOST_SLANTED * along + _THICKEST:
                continue
            part = labels[y : y + h, x : x + w] == index
            rule = PrintedRule(left=2 * x, top=2 * y, right=2 * (x + w), bottom=2 * (y + h))
            if vertical:
                trace = _trace_rule(ink, part, (2 * x, 2 * y))
                _mark_rule(ink, grey, upright, trace)
            else:
                trace = _trace_rule(ink.T, part.T, (2 * y, 2 * x))
                if not _is_framed(rule, found, ink.shape[1]):
                    writing.extend(_line_to_write_on(trace))
                    continue
                _mark_rule(ink.T, grey.T, level.T, trace)
            found.append(rule)
    return found, upright, level, writing


def is_table(ink: Mask) -> bool:
    """Whether upright rules divide the whole page into columns."""
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = cv2.dilate(cv2.threshold(half, 0, 1, cv2.THRESH_BINARY)[1], np.ones((1, 3), np.uint8))
    long = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((len(half) // _OF_A_COLUMN, 1), np.uint8))
    _, _, _, centres = cv2.connectedComponentsWithStats(long, connectivity=8)
    xs = np.sort(centres[1:, 0])
    return int((np.diff(xs, prepend=-np.inf) > _BESIDE).sum()) >= _TABLE_RULES


def erase_remnants(ink: Mask, upright: Mask, level: Mask, rules: list[PrintedRule]) -> None:
    """Take out what is left of rules: slivers along them and the spots where two of them cross."""
    for rule in rules:
        rows = slice(max(rule.top - _BESIDE, 0), rule.bottom + _BESIDE)
        columns = slice(max(rule.left - _BESIDE, 0), rule.right + _BESIDE)
        part = ink[rows, columns]
        part &= ~_remnants(part, upright[rows, columns], level[rows, columns])


def _remnants(ink: Mask, upright: Mask, level: Mask) -> Mask:
    along, across = (cv2.dilate(mask, np.ones((_BESIDE, _BESIDE), np.uint8)) for mask in (level, upright))
    strip = ink & (along | across)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strip, connectivity=8)
    # what goes on outside the strip is a letter that touches the rule
    beyond = cv2.dilate(ink & ~strip, np.ones((3, 3), np.uint8)) & strip
    touching, crossed = (
        np.bincount(labels[mark > 0], minlength=len(stats)) > 0 for mark in (beyond, along & across & strip)
    )
    longer, shorter = np.maximum(stats[:, 2], stats[:, 3]), np.minimum(stats[:, 2], stats[:, 3])
    gone = ~touching & ((longer >= _SLIVER * shorter) | (crossed & (longer <= 2 * _BESIDE)))
    gone[0] = False
    return np.asarray(gone.astype(np.uint8)[labels], np.uint8)


def _is_framed(rule: PrintedRule, rules: list[PrintedRule], width: int) -> bool:
    """Whether a level rule belongs to a frame or table: it spans the page, or an upright rule meets its end."""
    if rule.right - rule.left >= _SPANS * width:
        return True
    return any(
        u.top - _MEETS_ABOVE <= rule.bottom
        and rule.top <= u.bottom + _MEETS_ABOVE
        and abs((u.left + u.right) / 2 - end) < _MEETS_BESIDE
        for u in rules
        if u.vertical
        for end in (rule.left, rule.right)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleTrace:
    """An upright rule, row by row."""

    rows: NDArray[np.intp]
    centre: NDArray[np.float64]
    thickness: float
    """As it is where nothing touches it."""


def _trace_rule(ink: Mask, part: NDArray[np.bool_], corner: tuple[int, int]) -> _RuleTrace | None:
    """Follow one upright rule; None when hardly any of it stands free.

    Args:
        ink: the page (turned for level rules).
        part: the rule at half size.
        corner: x and y of `part` on the page.
    """
    width = ink.shape[1]
    rows = np.arange(len(part))[part.any(axis=1)]
    middle = 2 * ((part * np.arange(part.shape[1])).sum(axis=1)[rows] / part[rows].sum(axis=1)) + 0.5
    ys = np.repeat(2 * rows, 2) + np.tile([0, 1], len(rows)) + corner[1]
    xs = np.repeat(middle, 2) + corner[0]
    keep = ys < len(ink)
    ys, xs = ys[keep], xs[keep]
    offsets = np.arange(-_TRACED, _TRACED + 1)
    window = ink[ys[:, None], np.clip(np.round(xs)[:, None].astype(int) + offsets, 0, width - 1)] > 0
    size, centre = window.sum(axis=1), (window * offsets).sum(axis=1) / np.maximum(window.sum(axis=1), 1)
    thickness = float(np.median(size[size > 0])) if (size > 0).any() else 0.0
    alone = (size > 0) & (size <= thickness + 1)
    if alone.sum() < _LEAST_FREE:
        return None
    smooth = np.interp(ys, ys[alone], _running_median((np.round(xs) + centre)[alone]))
    return _RuleTrace(rows=ys, centre=smooth, thickness=thickness)


def _line_to_write_on(trace: _RuleTrace | None) -> list[DottedLine]:
    if trace is None:
        return []
    return [
        DottedLine(
            xs=tuple(float(x) for x in (*trace.rows[:-1:12], trace.rows[-1])),
            ys=tuple(float(y) for y in (*trace.centre[:-1:12], trace.centre[-1])),
            thickness=max(trace.thickness - 1.0, 1.0),
            dot_width=trace.thickness,
        )
    ]


def _mark_rule(ink: Mask, grey: GreyImage, erase: Mask, trace: _RuleTrace | None) -> None:
    """Mark the pixels of one upright rule; a letter printed over it is darker than the rule alone and stays.

    Args:
        ink: the page (turned for level rules).
        grey: the same in grey.
        erase: where the pixels are marked.
        trace: the rule.
    """
    if trace is None:
        return
    ys, width = trace.rows, ink.shape[1]
    left = np.round(trace.centre - trace.thickness / 2).astype(int)
    right = np.round(trace.centre + trace.thickness / 2).astype(int)
    through = _overprinted(grey, ys, left, right)
    through |= (ink[ys, np.clip(left - 2, 0, width - 1)] & ink[ys, np.clip(right + 2, 0, width - 1)]) > 0
    ys, left, right = ys[~through], left[~through], right[~through]
    for step in range(int((right - left).max(initial=-1)) + 1):
        columns = np.clip(np.minimum(left + step, right), 0, width - 1)
        erase[ys, columns] = ink[ys, columns]


def _overprinted(
    grey: GreyImage, ys: NDArray[np.intp], left: NDArray[np.intp], right: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Where a stroke over a rule makes it darker, row by row.

    The darkness of the whole width is compared: a thin rule at a slant falls now on one pixel, now on two.
    """
    steps = np.arange(-1, int((right - left).max()) + 2)
    columns = np.clip(left[:, None] + steps, 0, grey.shape[1] - 1)
    darkness = _BLACK - grey[ys[:, None], columns]
    core = _running_median(darkness.max(axis=1), _SHADE_REACH)
    pale = (core < _BLACK - 2 * _OVERPRINT) & (core > _PALEST_CORE)
    total = darkness.sum(axis=1)
    # a rule a pixel wider here and there is no stroke
    more = np.maximum(_OVERPRINT * (len(steps) - 1), _WIDER * core)
    return np.asarray(pale & (total > _running_median(total, _SHADE_REACH) + more))


def _running_median(values: NDArray[np.float64], reach: int = 40) -> NDArray[np.float64]:
    """Median over windows of values, interpolated between them: follows a bent rule, ignores what touches it."""
    knots = np.arange(0, len(values), reach)
    medians = [float(np.median(values[max(0, k - reach) : k + reach])) for k in knots]
    return np.interp(np.arange(len(values)), knots, medians)
