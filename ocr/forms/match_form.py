"""Which printed form a page is: each template's labels are matched to the words found, in reading order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from layouts.forms import Area, FormTemplate, Item, ItemKind, PageLayout
from ocr.forms.label_search import Hit, LabelIndex, Token, TokenRow
from ocr.forms.page_fit import SLOT_STEP, PageFit, fit_page
from ocr.images import PIXELS_PER_MM
from vietnamese.letters import letters_only

__all__ = ["SIGNATURE_STEP_MM", "FormMatch", "FoundLabel", "LabelKey", "find_forms"]

LabelKey = tuple[int, int, int]
"""Entry slot on the page, item of the template, piece of the item."""

_MISSING_COST = 0.5
"""What a label not found takes away, against what the same label found gives."""
_MOST_JOINED = 3
"""Lines of the form that a printer may have set on one row."""
_SURELY_LEFT = 0.75
"""Printers set the rule between entry and notes at least at this share of its usual distance from the labels."""
_JOINED_COST = 2.0
"""Letters that setting two lines on one row must be better by."""
# Set by eye, none measured by itself.
_PER_PIXEL = 0.02
"""Letters that a pixel off its place costs a label."""
_SURELY_LIKE, _UNMISTAKABLE, _FEWEST_SURE = 0.8, 6, 4
"""Likeness and letters of labels that cannot be mistaken, and how many of them tell where the others are."""
_AT_EDGE_MM = 5
"""Labels that begin so near the entry's left edge in the form tell where that edge is."""
_TELLING_WORD = 3
"""Letters of a label's first word at least whose last two tell it."""
SIGNATURE_STEP_MM = 6.0
"""Between the lines of a signature's title."""
_MOST_LETTERS = 40
"""Letters of a label that count: the longest must not outweigh all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLabel:
    """A printed label piece on the page, in pixels."""

    left: float
    right: float
    """Right end of its last words, where the value space begins."""
    baseline: float
    """Of the row on which the label ends."""
    top_baseline: float
    """Of the row on which it begins; differs where the label wraps."""
    similarity: float
    boxes: tuple[tuple[float, float, float, float], ...]
    """Left, top, right, bottom of its words: printed ink, never a value."""
    rest: str = ""
    """What of a label that wraps must stand on the next line, when that line was not read clearly."""
    starts_inside: bool = False
    """Read in one word with the value before it: only its right end was seen."""
    below: int = 0
    """How many of the boxes stand on the last row of a label that wraps."""
    rows: int = 1
    """On how many rows it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMatch:
    """How well one template fits the page."""

    template: FormTemplate
    labels: dict[LabelKey, FoundLabel]
    found: float
    """Weight (letters) of the labels found."""
    total: float

    @property
    def recall(self) -> float:
        """Share of the printed letters that were found, 0..1."""
        return self.found / self.total if self.total else 0.0

    @property
    def evidence(self) -> float:
        """Found against missing letters; the form with the most wins."""
        return self.found - _MISSING_COST * (self.total - self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    key: LabelKey
    text: str
    x_mm: float

    @property
    def weight(self) -> float:
        return min(len(letters_only(self.text)), _MOST_LETTERS) + 1.0


class _Part(StrEnum):
    """A part of the page in which labels are looked for by themselves."""

    MAIN = "main"
    RIGHT = "right"
    HEAD = "head"
    NUMBER = "number"
    FOOT = "foot"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Pieces of a template that stand on one printed line."""

    y_mm: float
    pieces: tuple[_Piece, ...]


def find_forms(rows: Sequence[TokenRow], templates: Sequence[FormTemplate]) -> list[FormMatch]:
    """Fit every template to the page's words, the best first."""
    labels = [text for template in templates for item in template.items for text in item.label if text]
    index = LabelIndex(rows, labels)
    matches = [_match(index, template) for template in templates]
    return sorted(matches, key=lambda match: match.evidence, reverse=True)


def _match(index: LabelIndex, template: FormTemplate) -> FormMatch:
    """The template with as many entries on the page as its labels tell: the last page of a year may have but one."""
    stacked = template.layout is PageLayout.STACKED
    counts = range(1, template.entries_per_page + 1) if stacked else range(1, 2)
    return max((_match_entries(index, template, count) for count in counts), key=lambda match: match.evidence)


def _match_entries(index: LabelIndex, template: FormTemplate, entries: int) -> FormMatch:
    groups = _groups(template, entries)
    rows = index.rows
    main = _align(index, groups[_Part.MAIN], range(len(rows)))
    fit = _vertical_fit(main, groups[_Part.MAIN], rows)
    if fit is not None:
        main = _align(index, groups[_Part.MAIN], range(len(rows)), fit)
    taken = [hit.row for _, hit in main.values()]
    first, last = (min(taken), max(taken)) if taken else (len(rows), -1)
    placed = dict(main)
    # where several entries share a page, the notes of each may stand at its foot
    divider = 0.0 if template.layout is PageLayout.STACKED else _near_divider(main, template, rows, fit)
    placed |= _align(index, groups[_Part.RIGHT], range(len(rows)), beyond=divider)
    above, below = range(first + 1), range(max(last - 2, 0), len(rows))
    for name, area in ((_Part.HEAD, above), (_Part.NUMBER, above), (_Part.FOOT, below)):
        placed |= _align(index, groups[name], area)
    found = {key: _found(rows, hit, piece.text) for key, (piece, hit) in placed.items()}
    pieces = [piece for lines in groups.values() for line in lines for piece in line.pieces]
    return FormMatch(
        template=template,
        labels=found,
        found=sum(piece.weight * hit.similarity for piece, hit in placed.values()),
        total=sum(piece.weight for piece in pieces),
    )


def _groups(template: FormTemplate, slots: int) -> dict[_Part, list[_Line]]:
    """Printed lines of so many entries by the part of the page in which they are searched."""
    groups: dict[_Part, list[_Piece]] = {part: [] for part in _Part}
    heights: dict[LabelKey, float] = {}
    stacked = template.layout is PageLayout.STACKED
    for slot in range(slots):
        for number, item in enumerate(template.items):
            group = _group_of(item)
            if slot and group in (_Part.NUMBER, _Part.FOOT):
                continue
            for piece, (text, x) in enumerate(zip(item.label, item.x_mm, strict=True)):
                if letters_only(text):
                    key = (slot, number, piece)
                    below = SIGNATURE_STEP_MM * piece if item.kind is ItemKind.SIGNATURE else 0.0
                    heights[key] = item.y_mm + below + slot * SLOT_STEP * template.frame_mm.height
                    part = _Part.MAIN if stacked and group is _Part.HEAD else group
                    groups[part].append(_Piece(key=key, text=text, x_mm=x))
    return {name: _lines(pieces, heights) for name, pieces in groups.items()}


def _group_of(item: Item) -> _Part:
    if item.kind is ItemKind.PRINTED:
        return _Part.FOOT if item.area is Area.FOOT else _Part.NUMBER
    if item.area in (Area.HEAD, Area.PAGE_HEAD):
        return _Part.HEAD
    return {Area.RIGHT: _Part.RIGHT, Area.FOOT: _Part.FOOT}.get(item.area, _Part.MAIN)


def _lines(pieces: Sequence[_Piece], heights: dict[LabelKey, float]) -> list[_Line]:
    lines: list[_Line] = []
    for piece in sorted(pieces, key=lambda p: (heights[p.key], p.x_mm)):
        y = heights[piece.key]
        if lines and abs(lines[-1].y_mm - y) < 1.0:
            ordered = tuple(sorted((*lines[-1].pieces, piece), key=lambda p: p.x_mm))
            lines[-1] = _Line(y_mm=lines[-1].y_mm, pieces=ordered)
        else:
            lines.append(_Line(y_mm=y, pieces=(piece,)))
    return lines


_Placed = dict[LabelKey, tuple[_Piece, Hit]]


def _align(
    index: LabelIndex, lines: Sequence[_Line], area: range, fit: PageFit | None = None, beyond: float = 0.0
) -> _Placed:
    """Best assignment of printed lines to rows of the page, both in order from the top; labels right of `beyond`."""
    columns = list(area)
    if not columns or not lines:
        return {}
    best = np.zeros((len(lines) + 1, len(columns) + 1))
    position = {row: c for c, row in enumerate(columns)}
    steps: dict[tuple[int, int], list[_Step]] = {}
    for i, taken, line, choices in _lines_on_rows(index, lines, beyond):
        for row, (score, hits) in choices.items():
            if row in position:
                gain = score - _JOINED_COST * (taken - 1) - _misplaced(index.rows[row].baseline, line.y_mm, fit)
                if gain > 0:
                    steps.setdefault((i + taken, position[row] + 1), []).append(_Step(gain, taken, hits))
    for i in range(1, len(lines) + 1):
        for c in range(1, len(columns) + 1):
            best[i, c] = max(best[i - 1, c], best[i, c - 1])
            for step in steps.get((i, c), ()):
                best[i, c] = max(best[i, c], best[i - step.lines, c - 1] + step.gain)
    return _trace_back(best, steps)


@dataclass(frozen=True, slots=True)
class _Step:
    """Some of the form's lines, one after the other, laid on one row of the page."""

    gain: float
    lines: int
    hits: list[tuple[_Piece, Hit]]


_RowChoices = dict[int, tuple[float, list[tuple[_Piece, Hit]]]]


def _lines_on_rows(
    index: LabelIndex, lines: Sequence[_Line], beyond: float
) -> Iterator[tuple[int, int, _Line, _RowChoices]]:
    """Each line of the form, and two or three neighbours that a printer set on one row: first, how many, where."""
    single = [_row_choices(index, line, beyond=beyond) for line in lines]
    for i, line in enumerate(lines):
        yield i, 1, line, single[i]
        for taken in range(2, min(_MOST_JOINED, len(lines) - i) + 1):
            shared = set.intersection(*(set(choices) for choices in single[i : i + taken]))
            if not shared:
                break
            together = lines[i : i + taken]
            joined = _Line(
                y_mm=float(np.mean([one.y_mm for one in together])),
                pieces=tuple(piece for one in together for piece in one.pieces),
            )
            choices = _row_choices(index, joined, shared, beyond)
            yield i, taken, joined, {row: c for row, c in choices.items() if _has_all(c[1], together)}


def _has_all(hits: Sequence[tuple[_Piece, Hit]], lines: Sequence[_Line]) -> bool:
    found = {piece.key for piece, _ in hits}
    return all(any(piece.key in found for piece in line.pieces) for line in lines)


def _trace_back(best: np.ndarray, steps: dict[tuple[int, int], list[_Step]]) -> _Placed:
    placed: _Placed = {}
    i, c = best.shape[0] - 1, best.shape[1] - 1
    while i > 0 and c > 0:
        if best[i, c] == best[i - 1, c]:
            i -= 1
        elif best[i, c] == best[i, c - 1]:
            c -= 1
        else:
            step = max(steps[i, c], key=lambda step: best[i - step.lines, c - 1] + step.gain)
            placed |= {piece.key: (piece, hit) for piece, hit in step.hits}
            i, c = i - step.lines, c - 1
    return placed


def _row_choices(
    index: LabelIndex, line: _Line, rows: Collection[int] | None = None, beyond: float = 0.0
) -> _RowChoices:
    """For each row, or some, the best way to lay the line's pieces on it from left to right."""
    by_row: dict[int, list[list[Hit]]] = {}
    for number, piece in enumerate(line.pieces):
        for row, hits in index.hits(piece.text).items():
            if rows is not None and row not in rows:
                continue
            tokens = index.rows[row].tokens
            by_row.setdefault(row, [[] for _ in line.pieces])[number] = [
                hit for hit in hits if tokens[hit.start].left >= beyond
            ]
    choices = {}
    for row, hits_of in by_row.items():
        paths: list[tuple[float, int, list[tuple[_Piece, Hit]]]] = [(0.0, 0, [])]
        for piece, hits in zip(line.pieces, hits_of, strict=True):
            longer = [
                (score + piece.weight * (hit.similarity**2), hit.end, [*path, (piece, hit)])
                for score, end, path in paths
                for hit in hits
                if hit.start >= end
            ]
            paths = sorted(paths + longer, key=lambda p: p[0], reverse=True)[:12]
        score, _, path = paths[0]
        if path:
            choices[row] = (score, path)
    return choices


def _misplaced(baseline: float, y_mm: float, fit: PageFit | None) -> float:
    """Cost of standing far from where the other labels say; settles between repeated labels."""
    return 0.0 if fit is None else _PER_PIXEL * abs(baseline - fit.y(y_mm))


def _near_divider(placed: _Placed, template: FormTemplate, rows: Sequence[TokenRow], fit: PageFit | None) -> float:
    """A little left of the rule between entry and notes: words left of it are no labels of the right column."""
    if fit is None or template.divider_mm is None:
        return 0.0
    edge = min(item.x_mm[0] for item in template.items if item.area is Area.ENTRY)
    scale = min(fit.y_scale, PIXELS_PER_MM)  # lines set wide apart make the page no wider
    lefts = [
        rows[hit.row].tokens[hit.start].left - (piece.x_mm - edge) * scale
        for piece, hit in placed.values()
        if hit.similarity >= _SURELY_LIKE and piece.x_mm < edge + _AT_EDGE_MM
    ]
    return float(np.median(lefts)) + _SURELY_LEFT * (template.divider_mm - edge) * scale if lefts else 0.0


def _vertical_fit(placed: _Placed, lines: Sequence[_Line], rows: Sequence[TokenRow]) -> PageFit | None:
    """Heights of the lines so far: the labels that cannot be mistaken tell where the others must be."""
    height_of = {piece.key: line.y_mm for line in lines for piece in line.pieces}
    sure = [
        (float("nan"), height_of[key], float("nan"), rows[hit.row].baseline)
        for key, (piece, hit) in placed.items()
        if len(letters_only(piece.text)) >= _UNMISTAKABLE and hit.similarity >= _SURELY_LIKE
    ]
    return fit_page(sure) if len(sure) >= _FEWEST_SURE else None


def _found(rows: Sequence[TokenRow], hit: Hit, text: str) -> FoundLabel:
    tokens = rows[hit.row].tokens[hit.start : hit.end]
    further = [rows[stretch.row].tokens[stretch.start : stretch.end] for stretch in hit.below]
    last_row = rows[hit.below[-1].row] if hit.below else rows[hit.row]
    last = further[-1] if further else tokens
    words = [*tokens, *(token for stretch in further for token in stretch)]
    return FoundLabel(
        left=tokens[0].left,
        right=last[-1].right,
        baseline=last_row.baseline,
        top_baseline=rows[hit.row].baseline,
        similarity=hit.similarity,
        boxes=tuple((t.left, t.top, t.right, t.bottom) for t in words),
        starts_inside=not hit.below and _starts_inside(tokens, text),
        below=len(last) if hit.below else 0,
        rows=1 + len(hit.below),
        rest=" ".join(text.split()[hit.end - hit.start :]) if hit.prefix else "",
    )


def _starts_inside(tokens: Sequence[Token], text: str) -> bool:
    """Whether the first word of a label was read in one with the value before it (`2010đến ngày`)."""
    words = text.split()
    if len(tokens) != len(words):
        return False
    return tokens[0].starts_inside or _only_ends_like(tokens[0].text, words[0])


def _only_ends_like(read: str, text: str) -> bool:
    """Whether a word was read that has the end of a label but something else before it (`2háng` for `tháng`)."""
    word, label = letters_only(read), letters_only(text)
    return len(label) >= _TELLING_WORD and word.endswith(label[-2:]) and not word.startswith(label[0])
