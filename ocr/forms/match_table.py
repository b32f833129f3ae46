"""Registers kept as tables across two facing pages: the ruled grid, which table it is, and a field for each cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from layouts.forms import FormTemplate, PageLayout
from ocr.cleaning.clean import CleanPage
from ocr.cleaning.printed_lines import PrintedRule
from ocr.forms.match_form import FormMatch, FoundLabel, LabelKey
from ocr.images import PAPER, PIXELS_PER_MM, WORK_DPI
from ocr.tesseract import TesseractError, Word, read_strips
from vietnamese.letters import letters_only

__all__ = ["TableMatch", "find_tables", "table_letters"]

_FEWEST_COLUMNS = 4
"""Half a table may carry no more; a form has a frame and a divider."""
_SAME_RULE = 14
"""Pieces of one rule lie within so many pixels of each other."""
_BEYOND = 10 * PIXELS_PER_MM
"""How far the upright rules of one table may reach beyond each other."""
_LIKE_ENOUGH = 0.5
"""Likeness of a read and a printed head (0 to 1) from which they may be one. No measurement is on record."""
_FEWEST_LETTERS = 4
"""Of a head: fewer are specks and pieces of rules."""
_HEADS_READ = 0.9
"""Less of a table's printed heads read, and they are read once more, each by itself."""
_INSIDE = 8
"""Pixels from the middle of a rule to where nothing of it is left."""
# In pixels at 300 dpi, or shares; set by eye on drawn tables, none measured by itself.
_HIGHEST_HEAD, _USUAL_HEAD = 45 * PIXELS_PER_MM, 220
"""A head is not higher; where no rule ends it, it is so high."""
_UPRIGHT_PIECE, _LEVEL_PIECE, _WHOLE_RULE = 0.12, 0.04, 0.35
"""Pieces of rules count from this share of the page's height or width on; together they make up so much of a rule."""
_OVER_FRAME, _HEAD_ROW, _PAD = 10, 28, 20
"""Words of a head rise so far over the frame; words nearer than a row are on one; paper around a head read alone."""
_FEWEST_FOR_A_LINE = 3
"""Columns found that tell where all lie: a line through two fits anything."""
_AT_HEAD, _BEGINS_AT_HEAD = 5, 40
"""A rule so little above the head's foot is still it; the first row begins at the head, not at a rule farther below."""
_LAST_ROW, _LOWEST_ROW = 8 * PIXELS_PER_MM, 7 * PIXELS_PER_MM
"""Room below the last rule that is one more row; lower spaces between rules are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMatch:
    """A table and how its columns fit one template."""

    form: FormMatch
    columns: dict[int, tuple[float, float]]
    """Left and right edge of each item's column, pixels."""
    rows: tuple[tuple[float, float], ...]
    """Top and bottom of each row below the head."""
    strange: int = 0
    """Columns with a printed head that the form does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    top: float
    bottom: float


def find_tables(page: CleanPage, words: Sequence[Word], templates: Sequence[FormTemplate]) -> list[TableMatch]:
    """Tables that the page may be, the best first; empty when no grid of rules is on it."""
    grid = _grid(page)
    spreads = [t for t in templates if t.layout is PageLayout.SPREAD_ROWS]
    if grid is None or not spreads:
        return []
    head = grid.ys[1] if len(grid.ys) > 1 and grid.ys[1] - grid.top < _HIGHEST_HEAD else grid.top + _USUAL_HEAD
    texts, boxes = _head_texts(grid, head, words)
    matches = _ranked([_match(template, grid, head, texts, boxes) for template in spreads])
    if matches[0].form.recall >= _HEADS_READ:
        return matches
    texts = _heads_alone(page, grid, head)
    return _ranked([*matches, *(_match(template, grid, head, texts, boxes) for template in spreads)])


def _ranked(matches: Sequence[TableMatch]) -> list[TableMatch]:
    """The best match of each template, the best first."""
    best: dict[str, TableMatch] = {}
    for match in sorted(matches, key=lambda m: m.form.evidence, reverse=True):
        best.setdefault(match.form.template.form, match)
    return list(best.values())


def _grid(page: CleanPage) -> _Grid | None:
    height, width = page.ink.shape
    tall = [r for r in page.rules if r.vertical and r.bottom - r.top > _UPRIGHT_PIECE * height]
    tall = _within_the_table(tall)
    xs = _clustered(tall, vertical=True, least=_WHOLE_RULE * height)
    if len(xs) <= _FEWEST_COLUMNS:
        return None
    top, bottom = min(r.top for r in tall), max(r.bottom for r in tall)
    level = [r for r in page.rules if not r.vertical and r.right - r.left > _LEVEL_PIECE * width]
    level = [r for r in level if top - _SAME_RULE < r.top and r.bottom < bottom + _SAME_RULE]
    ys = _clustered(level, vertical=False, least=_WHOLE_RULE * (xs[-1] - xs[0]))
    return _Grid(xs=tuple(xs), ys=tuple(ys), top=float(top), bottom=float(bottom))


def _within_the_table(upright: Sequence[PrintedRule]) -> list[PrintedRule]:
    """Upright rules without those that reach beyond the others: edges of the paper, shadows beside it."""
    if not upright:
        return []
    top, bottom = np.median([r.top for r in upright]), np.median([r.bottom for r in upright])
    top, bottom = (
        np.median([r.top for r in upright if r.top <= top]),
        np.median([r.bottom for r in upright if r.bottom >= bottom]),
    )
    return [r for r in upright if r.top > top - _BEYOND and r.bottom < bottom + _BEYOND]


def _clustered(rules: Sequence[PrintedRule], *, vertical: bool, least: float) -> list[float]:
    """Places of rules whose pieces together are long enough."""
    found: list[list[tuple[float, float]]] = []
    for rule in sorted(rules, key=lambda r: r.left + r.right if vertical else r.top + r.bottom):
        place = (rule.left + rule.right) / 2 if vertical else (rule.top + rule.bottom) / 2
        length = float(rule.bottom - rule.top if vertical else rule.right - rule.left)
        if found and place - found[-1][-1][0] < _SAME_RULE:
            found[-1].append((place, length))
        else:
            found.append([(place, length)])
    return [float(np.mean([p for p, _ in group])) for group in found if sum(size for _, size in group) >= least]


def _head_texts(
    grid: _Grid, head: float, words: Sequence[Word]
) -> tuple[list[str], list[list[tuple[float, float, float, float]]]]:
    """The printed words of each column's head, top to bottom."""
    inside = [w for w in words if grid.top - _OVER_FRAME < (w.top + w.bottom) / 2 < head]
    texts, boxes = [], []
    for left, right in pairwise(grid.xs):
        own = [w for w in inside if left < (w.left + w.right) / 2 < right]
        own.sort(key=lambda w: (round((w.top + w.bottom) / 2 / _HEAD_ROW), w.left))
        texts.append(letters_only(" ".join(w.text for w in own)))
        boxes.append([(w.left, w.top, w.right, w.bottom) for w in own])
    return texts, boxes


def _heads_alone(page: CleanPage, grid: _Grid, head: float) -> list[str]:
    """The heads read cell by cell: narrow columns of close lines run into each other on the whole page."""
    rows = slice(int(grid.top) + _INSIDE, int(head) - _INSIDE)
    cells = [page.grey[rows, int(left) + _INSIDE : int(right) - _INSIDE] for left, right in pairwise(grid.xs)]
    pictures = [cv2.copyMakeBorder(cell, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=PAPER) for cell in cells]
    try:
        read = read_strips([np.asarray(p, np.uint8) for p in pictures], dpi=WORK_DPI, block=True)
    except TesseractError:  # a cell that crashes it: the first look must do
        return [""] * len(cells)
    return [letters_only(" ".join(word.text for word in words)) for words in read]


def _match(
    template: FormTemplate,
    grid: _Grid,
    head: float,
    texts: Sequence[str],
    boxes: Sequence[Sequence[tuple[float, float, float, float]]],
) -> TableMatch:
    items = sorted(range(len(template.items)), key=lambda i: template.items[i].x_mm[0])
    labels = [letters_only(" ".join(template.items[i].label)) for i in items]
    pairs = _aligned(labels, texts)
    found: dict[LabelKey, FoundLabel] = {}
    columns: dict[int, tuple[float, float]] = {}
    weight = 0.0
    for position, column, similarity in pairs:
        number = items[position]
        columns[number] = (grid.xs[column], grid.xs[column + 1])
        weight += (len(labels[position]) + 1) * similarity
        found[0, number, 0] = FoundLabel(
            left=grid.xs[column],
            right=grid.xs[column + 1],
            baseline=head,
            top_baseline=head,
            similarity=similarity,
            boxes=tuple(boxes[column]),
        )
    total = table_letters(template)
    return TableMatch(
        form=FormMatch(template=template, labels=found, found=weight, total=total),
        columns=_all_columns(template, _counted_columns(items, columns, grid)),
        rows=_rows(template, grid, head),
        strange=_strange(texts, {column for _, column, _ in pairs}),
    )


def _strange(texts: Sequence[str], known: Collection[int]) -> int:
    return sum(1 for column, text in enumerate(texts) if len(text) >= _FEWEST_LETTERS and column not in known)


def table_letters(template: FormTemplate) -> float:
    """Weight of all the heads of a table, in letters."""
    return float(sum(len(letters_only(" ".join(item.label))) + 1 for item in template.items))


def _aligned(labels: Sequence[str], texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Labels and column heads matched in order: (label, column, similarity)."""
    score = np.zeros((len(labels) + 1, len(texts) + 1))
    alike = np.zeros((len(labels), len(texts)))
    for i, label in enumerate(labels):
        for j, text in enumerate(texts):
            similarity = Levenshtein.normalized_similarity(label, text)
            alike[i, j] = similarity if similarity >= _LIKE_ENOUGH else 0.0
            gain = score[i, j] + alike[i, j] * (len(label) + 1)
            score[i + 1, j + 1] = max(score[i, j + 1], score[i + 1, j], gain)
    pairs = []
    i, j = len(labels), len(texts)
    while i and j:
        if score[i, j] == score[i - 1, j]:
            i -= 1
        elif score[i, j] == score[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j, float(alike[i, j])))
    return pairs[::-1]


def _counted_columns(
    items: Sequence[int], found: dict[int, tuple[float, float]], grid: _Grid
) -> dict[int, tuple[float, float]]:
    """Columns found, and those between them (or before and after) where just as many are missing as have no head."""
    edges = list(pairwise(grid.xs))
    known = [(items.index(number), edges.index(place)) for number, place in found.items()]
    columns = dict(found)
    for (item, column), (next_item, next_column) in pairwise([(-1, -1), *sorted(known), (len(items), len(edges))]):
        if known and next_item - item == next_column - column:
            columns |= {items[item + n]: edges[column + n] for n in range(1, next_item - item)}
    return columns


def _all_columns(template: FormTemplate, found: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Columns whose heads were not read lie between those that were, by the template's widths."""
    mm = [template.items[n].x_mm[0] for n in found]
    if len(mm) < _FEWEST_FOR_A_LINE:
        return found
    scale, origin = np.polyfit(mm, [edge[0] for edge in found.values()], 1)
    columns = dict(found)
    for number, item in enumerate(template.items):
        if number not in columns and item.end_x_mm is not None:
            columns[number] = (float(origin + scale * item.x_mm[0]), float(origin + scale * item.end_x_mm))
    return columns


def _rows(template: FormTemplate, grid: _Grid, head: float) -> tuple[tuple[float, float], ...]:
    """Rows below the head: between the level rules, or at the template's pitch where none are printed."""
    below = [y for y in grid.ys if y >= head - _AT_HEAD]
    edges = below if below and below[0] < head + _BEGINS_AT_HEAD else [head, *below]
    if grid.bottom - edges[-1] > _LAST_ROW:
        edges.append(grid.bottom)
    rows = [(a, b) for a, b in pairwise(edges) if b - a > _LOWEST_ROW]
    if len(rows) >= 2 or template.table is None:
        return tuple(rows)
    pitch = (grid.bottom - head) / template.table.rows
    return tuple((head + i * pitch, head + (i + 1) * pitch) for i in range(template.table.rows))
