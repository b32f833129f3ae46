"""What is not writing leaves the page: dotted lines and rules are found, traced and erased without breaking strokes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["CleanPage", "DottedLine", "Rule", "clean_page", "ink_threshold", "with_pale_strokes"]

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]

PIXELS_PER_MM = 300 / 25.4
"""Pages are read at 300 dpi; `ocr.pipeline` brings every page to it."""
_DOT = 9
"""Largest height of a dot of a dotted line, in pixels (0.75 mm)."""
_DOT_GAP = 27
"""Largest distance between neighbouring dots (2.3 mm)."""
_LEVEL_RULE_MM = 9
"""Shortest level rule: longer than any stroke of print or type."""
_FEWEST_DOTS = 7
"""So many dots of a line must show between the letters that fill it."""
_SHORTEST_LINE = 55
"""A row of dots shorter than this is punctuation (4.7 mm)."""


_HIDDEN = 50 * PIXELS_PER_MM
"""A line's dots may hide under writing so long as this, when they go on in step behind it."""
_TALL = 9
"""Ink that stands higher above a dotted line belongs to a letter, lower ink is a tone mark of its own."""
_OVERPRINT = 24
"""A stroke over a rule is darker than the rule by so many grey levels."""
_BESIDE = 9
"""Width in pixels of the strip around a rule in which slivers of it are looked for."""
_LONGEST_GAP = 70
"""Between dots farther apart than this stands a printed label, not a letter (6 mm)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DottedLine:
    """A dotted (or thin ruled) line for writing on, traced dot by dot."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    thickness: float
    dot_width: float

    @property
    def left(self) -> float:
        """Left end in pixels."""
        return self.xs[0]

    @property
    def right(self) -> float:
        """Right end in pixels."""
        return self.xs[-1]

    def y_at(self, x: float) -> float:
        """Height of the line at x; beyond its ends it goes on level."""
        return float(np.interp(x, self.xs, self.ys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A printed straight rule: frame, divider, table line."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def vertical(self) -> bool:
        """Whether it runs down the page."""
        return self.bottom - self.top > self.right - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """A straightened page with its writing and print alone."""

    grey: Grey
    """Even light, paper near 255, dots and rules painted over with paper."""
    ink: Mask
    """1 where there is writing or print."""
    dotted_lines: tuple[DottedLine, ...]
    rules: tuple[Rule, ...]


def ink_threshold(grey: Grey) -> float:
    """Grey level between paper (255) and ink on an evenly lit page."""
    dark = grey[::3, ::3]
    dark = dark[dark < 200]
    ink = float(np.percentile(dark, 30)) if dark.size > 50 else 110.0
    return (min(ink, 150.0) + 255.0) / 2


def clean_page(grey: Grey) -> CleanPage:
    """Find and erase dotted lines and rules.

    Args:
        grey: straightened page at 300 dpi, even light, paper near 255.
    """
    ink = (grey < ink_threshold(grey)).astype(np.uint8)
    rules, upright, level, written_on = _find_rules(ink, grey)
    without_rules = ink & ~upright & ~level
    _erase_remnants(without_rules, upright, level, rules)
    dotted = [line for line in _find_dotted_lines(without_rules) if not any(_same_line(line, r) for r in written_on)]
    lines = [*dotted, *written_on]
    kept = without_rules.copy()
    for line in lines:
        _erase_line(kept, grey, line)
    cleaned = grey.copy()
    gone = cv2.dilate(ink & ~kept, np.ones((5, 5), np.uint8)) & ~cv2.dilate(kept, np.ones((3, 3), np.uint8))
    cleaned[gone > 0] = 255
    return CleanPage(grey=cleaned, ink=kept, dotted_lines=tuple(lines), rules=tuple(rules))


def with_pale_strokes(page: CleanPage) -> CleanPage:
    """The page with the pale parts of strokes too.

    Writing much paler than the print falls apart at the print's threshold. Only for pages without dotted lines, whose
    remains would come back with it.
    """
    pale = (page.grey < (ink_threshold(page.grey) + 255.0) / 2).astype(np.uint8)
    count, labels = cv2.connectedComponents(pale, connectivity=8)
    inked = np.zeros(count, np.uint8)
    inked[labels[page.ink > 0]] = 1
    inked[0] = 0
    return replace(page, ink=inked[labels])


def _find_rules(ink: Mask, grey: Grey) -> tuple[list[Rule], Mask, Mask, list[DottedLine]]:
    """Long straight strokes: frame and table rules, the masks of their pixels (upright, level), lines to write on.

    Strokes that cross a rule stay out of the mask. A level rule that stands by itself is what some printers give to
    write on instead of dots.
    """
    found: list[Rule] = []
    writing: list[DottedLine] = []
    upright, level = np.zeros_like(ink), np.zeros_like(ink)
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = cv2.threshold(half, 0, 1, cv2.THRESH_BINARY)[1]
    for vertical in (True, False):
        length = round((11 if vertical else _LEVEL_RULE_MM) * PIXELS_PER_MM / 2)
        # a slightly bent or slanted rule steps from column to column: join the steps first
        joined = cv2.dilate(half, np.ones((1, 3) if vertical else (3, 1), np.uint8))
        kernel = np.ones((length, 1) if vertical else (1, length), np.uint8)
        long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
        for index in range(1, count):
            x, y, w, h, area = (int(v) for v in stats[index])
            across, along = (w, h) if vertical else (h, w)
            if area > 8 * along or across > 0.06 * along + 8:
                continue
            part = labels[y : y + h, x : x + w] == index
            rule = Rule(left=2 * x, top=2 * y, right=2 * (x + w), bottom=2 * (y + h))
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


def _erase_remnants(ink: Mask, upright: Mask, level: Mask, rules: list[Rule]) -> None:
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
    gone = ~touching & ((longer >= 2.5 * shorter) | (crossed & (longer <= 2 * _BESIDE)))
    gone[0] = False
    return np.asarray(gone.astype(np.uint8)[labels], np.uint8)


def _same_line(line: DottedLine, rule: DottedLine) -> bool:
    """Whether a traced line lies along a rule that was found already."""
    middle = (line.left + line.right) / 2
    return rule.left - 30 < middle < rule.right + 30 and abs(line.y_at(middle) - rule.y_at(middle)) < 5


def _is_framed(rule: Rule, rules: list[Rule], width: int) -> bool:
    """Whether a level rule belongs to a frame or table: it spans the page, or an upright rule meets its end."""
    return rule.right - rule.left >= 0.75 * width or any(
        u.top - 12 <= rule.bottom and rule.top <= u.bottom + 12 and abs((u.left + u.right) / 2 - end) < 14
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
    offsets = np.arange(-9, 10)
    window = ink[ys[:, None], np.clip(np.round(xs)[:, None].astype(int) + offsets, 0, width - 1)] > 0
    size, centre = window.sum(axis=1), (window * offsets).sum(axis=1) / np.maximum(window.sum(axis=1), 1)
    thickness = float(np.median(size[size > 0])) if (size > 0).any() else 0.0
    alone = (size > 0) & (size <= thickness + 1)
    if alone.sum() < 20:
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


def _mark_rule(ink: Mask, grey: Grey, erase: Mask, trace: _RuleTrace | None) -> None:
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
    for step in range(int((right - left).max()) + 1):
        columns = np.clip(np.minimum(left + step, right), 0, width - 1)
        shade = grey[ys, columns].astype(np.float64)
        usual = _running_median(shade, reach=90)
        through = (shade < usual - _OVERPRINT) & (usual > 2 * _OVERPRINT) & (usual < 200)
        through |= (ink[ys, np.clip(left - 2, 0, width - 1)] & ink[ys, np.clip(right + 2, 0, width - 1)]) > 0
        erase[ys[~through], columns[~through]] = ink[ys[~through], columns[~through]]


def _running_median(values: NDArray[np.float64], reach: int = 40) -> NDArray[np.float64]:
    """Median over windows of values, interpolated between them: follows a bent rule, ignores what touches it."""
    knots = np.arange(0, len(values), reach)
    medians = [float(np.median(values[max(0, k - reach) : k + reach])) for k in knots]
    return np.interp(np.arange(len(values)), knots, medians)


def _find_dotted_lines(ink: Mask) -> list[DottedLine]:
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    flat = (height <= _DOT) & ((width <= _DOT + 3) | (width > 2.2 * height)) & (area >= 3)
    flat[0] = False
    dots = flat.astype(np.uint8)[labels]
    rows = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, _DOT_GAP), np.uint8))
    rows = cv2.morphologyEx(rows, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_LINE), np.uint8))
    rows = cv2.dilate(rows, np.ones((3, 1), np.uint8))
    _, runs = cv2.connectedComponents(rows, connectivity=8)
    indices = np.flatnonzero(flat)
    stats, centres = stats[indices], centres[indices]
    at = np.round(centres).astype(int)
    run_of = runs[at[:, 1], at[:, 0]]
    pieces = [np.flatnonzero(run_of == run) for run in np.unique(run_of[run_of > 0])]
    groups = _join([piece for piece in pieces if _is_line(stats[piece])], centres)
    groups += _covered_lines(stats, centres, groups)
    lines = [_trace(stats, centres, _stragglers(group, centres)) for group in groups]
    return sorted(lines, key=lambda line: (line.ys[0], line.left))


def _covered_lines(
    stats: NDArray[np.int32], centres: NDArray[np.float64], groups: list[NDArray[np.intp]]
) -> list[NDArray[np.intp]]:
    """Lines that writing fills from end to end: the few dots still to be seen keep the step of the page's lines."""
    pitches = [_pitch(np.sort(centres[group, 0])) for group in groups if len(group) >= 15]
    if len(pitches) < 3:
        return []
    pitch, seen = float(np.median(pitches)), np.concatenate(groups)
    size = np.median(stats[seen, 2:4], axis=0)
    free = np.ones(len(stats), np.bool_)
    free[seen] = False
    free &= (np.abs(stats[:, 2:4] - size) <= 2).all(axis=1)
    for group in groups:
        order = group[np.argsort(centres[group, 0])]
        level = np.interp(centres[:, 0], centres[order, 0], centres[order, 1])
        free &= np.abs(centres[:, 1] - level) > 5
    found = []
    rest = np.flatnonzero(free)
    for y in np.sort(centres[rest, 1]):
        row = rest[np.abs(centres[rest, 1] - y) <= 2.0]
        phase = np.exp(2j * np.pi * centres[row, 0] / pitch)
        if len(row) >= _FEWEST_DOTS and abs(phase.mean()) > 0.7 and np.ptp(centres[row, 0]) > 2 * _SHORTEST_LINE:
            found.append(row)
            rest = np.setdiff1d(rest, rest[np.abs(centres[rest, 1] - y) <= 5.0])
    return found


def _is_line(stats: NDArray[np.int32]) -> bool:
    """Whether a run of flat marks is a row of dots or a thin rule, not a hyphen or two full stops."""
    return len(stats) >= 5 or int(stats[:, 2].max()) >= _SHORTEST_LINE


def _join(pieces: list[NDArray[np.intp]], centres: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Put together the pieces of one line that writing interrupts."""
    joined: list[NDArray[np.intp]] = []
    for piece in sorted(pieces, key=lambda p: float(centres[p, 0].min())):
        left, y = _end(piece, centres, first=True)
        for index, line in enumerate(joined):
            right, y_before = _end(line, centres, first=False)
            gap = left - right
            if -5 <= gap <= 90 * PIXELS_PER_MM and abs(y - y_before) <= 3.5 + 0.006 * max(gap, 0.0):
                joined[index] = np.concatenate([line, piece])
                break
        else:
            joined.append(piece)
    return joined


def _end(line: NDArray[np.intp], centres: NDArray[np.float64], *, first: bool) -> tuple[float, float]:
    """x of the first or last dot, and the height of the dots there."""
    order = line[np.argsort(centres[line, 0])]
    part = order[:9] if first else order[-9:]
    x = float(centres[part, 0].min() if first else centres[part, 0].max())
    return x, float(np.median(centres[part, 1]))


def _stragglers(line: NDArray[np.intp], centres: NDArray[np.float64]) -> NDArray[np.intp]:
    """The line's dots with those between letters and at its ends that made no run by themselves."""
    order = line[np.argsort(centres[line, 0])]
    xs, ys = centres[order, 0], _smooth(centres[order, 1])
    near = np.abs(centres[:, 1] - np.interp(centres[:, 0], xs, ys)) <= 3.5
    candidates = np.flatnonzero(near)
    candidates = candidates[np.argsort(centres[candidates, 0])]
    x = centres[candidates, 0]
    pitch = _pitch(xs)
    first, last = int(np.searchsorted(x, xs[0])), int(np.searchsorted(x, xs[-1]))
    while first > 0 and _continues(x[first] - x[first - 1], pitch):
        first -= 1
    while last + 1 < len(x) and _continues(x[last + 1] - x[last], pitch):
        last += 1
    return candidates[first : last + 1]


def _pitch(xs: NDArray[np.float64]) -> float:
    """Distance between the dots of a line, to a hundredth of a pixel, from the dots that stand close together."""
    steps = np.diff(xs)
    if len(steps) == 0:
        return 0.0
    usual = float(np.median(steps))
    counts = np.round(steps / max(usual, 1.0))
    close = (counts >= 1) & (counts <= 5)
    return float(steps[close].sum() / counts[close].sum()) if close.any() else usual


def _continues(step: float, pitch: float) -> bool:
    """Whether a dot is the next of a line: close, or farther off but in step with the line's dots."""
    if step <= 1.5 * _DOT_GAP:
        return True
    return _in_step(step, pitch) and step <= _HIDDEN


def _in_step(step: float, pitch: float) -> bool:
    if pitch < 4:
        return False
    return abs(step / pitch - round(step / pitch)) * pitch <= 1.2 + 0.008 * step


def _smooth(ys: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([np.median(ys[max(0, i - 3) : i + 4]) for i in range(len(ys))])


def _trace(stats: NDArray[np.int32], centres: NDArray[np.float64], dots: NDArray[np.intp]) -> DottedLine:
    """The line through the dots."""
    dots = dots[np.argsort(centres[dots, 0])]
    ys = _smooth(centres[dots, 1])
    left, right = float(stats[dots[0], 0]), float((stats[dots, 0] + stats[dots, 2]).max())
    # two printings of a line a hair apart count as one thick line
    spread = 2 * float(np.percentile(np.abs(centres[dots, 1] - ys), 90))
    return DottedLine(
        xs=(left, *centres[dots, 0].tolist(), right),
        ys=(float(ys[0]), *ys.tolist(), float(ys[-1])),
        thickness=float(np.median(stats[dots, 3])) + (spread if spread > 3 else 0.0),
        dot_width=float(np.median(stats[dots, 2])),
    )


def _erase_line(ink: Mask, grey: Grey, line: DottedLine) -> None:
    """Erase a line's dots; strokes through them, and tone marks among them, stay."""
    height, width = ink.shape
    columns = np.arange(max(0, int(line.left) - 2), min(width, int(line.right) + 3))
    if columns.size == 0:
        return
    centre = np.interp(columns, line.xs, line.ys)
    half = line.thickness / 2
    top = np.clip(np.floor(centre - half - 0.3).astype(int), 2, height - 3)
    bottom = np.clip(np.ceil(centre + half + 0.3).astype(int), 2, height - 3)
    band = top[:, None] + np.arange(int((bottom - top).max()) + 1)[None, :]
    band = np.minimum(band, bottom[:, None])
    in_band = ink[band, columns[:, None]] > 0
    profile = _Profile(
        darkness=((255.0 - grey[band, columns[:, None]]) * in_band).sum(axis=1),
        above=_run_above(ink, top, columns),
        below=(ink[bottom + 1, columns] & ink[bottom + 2, columns]) > 0,
        dots=_expected_dots(line) - columns[0],
        dot_width=line.dot_width,
    )
    gone = profile.columns_to_erase()
    ink[band[gone], columns[gone, None]] = 0


def _run_above(ink: Mask, top: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many rows of ink stand right on the band, column by column, up to `_TALL`."""
    reach = np.zeros(len(columns), np.intp)
    standing = np.ones(len(columns), np.bool_)
    for step in range(1, _TALL + 1):
        standing &= ink[np.maximum(top - step, 0), columns] > 0
        reach += standing
    return reach


def _expected_dots(line: DottedLine) -> NDArray[np.float64]:
    """Centres of the dots seen, and of those hidden by letters between them; none under a whole word."""
    xs = np.array(line.xs[1:-1])
    if len(xs) < 3:
        return xs
    steps = np.diff(xs)
    pitch = _pitch(xs)
    filled = [xs]
    for start, step in zip(xs[:-1], steps, strict=True):
        missing = round(step / pitch) - 1 if pitch >= 4 else 0
        if missing > 0 and (step <= _LONGEST_GAP or (step <= _HIDDEN and _in_step(step, pitch))):
            filled.append(start + step / (missing + 1) * np.arange(1, missing + 1))
    return np.sort(np.concatenate(filled))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What stands in the band of a dotted line, column by column."""

    darkness: NDArray[np.float64]
    above: NDArray[np.intp]
    """Rows of ink right above the band."""
    below: NDArray[np.bool_]
    dots: NDArray[np.float64]
    dot_width: float

    def columns_to_erase(self) -> NDArray[np.bool_]:
        """Columns whose ink is dots alone."""
        gone = np.zeros(len(self.darkness), np.bool_)
        marked = np.concatenate([[0], (self.darkness > 0).astype(np.int8), [0]])
        starts, ends = np.flatnonzero(np.diff(marked) == 1), np.flatnonzero(np.diff(marked) == -1)
        if len(starts) == 0:
            return gone
        usual = float(np.median(np.add.reduceat(self.darkness, starts)))
        merged = float(np.median(ends - starts)) > 2.5 * self.dot_width
        for start, end in zip(starts, ends, strict=True):
            gone[start:end] = ~self._kept(int(start), int(end), usual, merged)
        return gone

    def _kept(self, start: int, end: int, usual: float, merged: bool) -> NDArray[np.bool_]:
        """Which columns of one run of ink are more than dots."""
        reach, below = self.above[start:end], self.below[start:end]
        above = reach >= 2
        if above.any() and reach.max() < _TALL and not merged:
            return np.convolve(above, np.ones(3), "full")[1:-1] > 0  # a tone mark or comma, not a letter's foot
        if merged:
            return above
        if below.any() and above.any() and end - start <= self.dot_width + 3:
            return np.ones(end - start, np.bool_)
        if end - start <= self.dot_width + 3:
            off = np.abs(self.dots - (start + end - 1) / 2).min() if len(self.dots) else 0.0
            heavy = not above.any() and self.darkness[start:end].sum() > 1.75 * usual
            return np.full(end - start, heavy or (above.any() and off > 0.45 * self.dot_width))
        if above.any():
            return ~self._dots_beside_letters(start, end, above | below)
        return self._tone_mark(start, end, usual)

    def _dots_beside_letters(self, start: int, end: int, letters: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Columns of dots that touch the feet of letters; none where a stroke runs along the line."""
        columns = np.arange(start, end)
        distance = np.abs(columns[:, None] - self.dots[None, :]).min(axis=1) if len(self.dots) else columns * 0.0 + 99
        at_dot = distance <= self.dot_width / 2 + 0.6
        between = ~at_dot
        along = (between & ~letters).sum()
        if along > 0.35 * max(between.sum(), 1):
            return np.zeros(end - start, np.bool_)
        return at_dot & ~letters

    def _tone_mark(self, start: int, end: int, usual: float) -> NDArray[np.bool_]:
        """The heaviest part of a run that is too heavy for dots: a tone mark under its vowel."""
        kept = np.zeros(end - start, np.bool_)
        run = self.darkness[start:end]
        if run.sum() < 1.75 * usual or end - start > 6 * self.dot_width:
            return kept
        span = min(end - start, max(5, round(self.dot_width) + 2))
        best = int(np.convolve(run, np.ones(span), "valid").argmax())
        kept[best : best + span] = True
        return kept
