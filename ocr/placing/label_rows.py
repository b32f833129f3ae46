"""The printed lines of a form on a page: which labels stand on each, found or not, and the dots that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from layouts.forms import Area, ItemKind
from ocr.cleaning.printed_lines import DottedLine
from ocr.forms.geometry import FormGeometry, height_mm
from ocr.forms.match_form import FoundLabel, LabelKey
from ocr.images import PIXELS_PER_MM
from ocr.placing.placed_page import label_key_text
from ocr.placing.word_pictures import find_printed_word

__all__ = ["MARGIN", "LabelRow", "label_rows"]

MARGIN = round(0.4 * PIXELS_PER_MM)
"""Between a label's last letter and the value space."""
# Set by eye on drawn pages, none measured by itself.
_SAME_ROW = 0.5
"""Pixels: baselines that the search told for one row of words differ by nothing."""
_ONE_ROW = 0.5
"""Line distances within which labels stand on the row of most: the word `năm` of a value above was taken for one."""
_ON_LINE, _ON_LINE_MAYBE = 0.3, 0.45
"""Line distances from a row of labels to the dotted line it stands on, where a label was found and where none was."""
_WORD_WIDE, _PAUSE = (0.7, 2.5), 2 * PIXELS_PER_MM
"""A pause of the dots holds a printed word when it is so many times as wide as the word; shorter gaps are none."""
_LETTER_EM, _WORD_BOX = 0.46, (0.8, 0.3)
"""Mean width of a printed letter in em; how far a word reaches above and below its baseline, in em."""


_Piece = tuple[LabelKey, FoundLabel, bool]
"""A label where it stands, and whether it was found there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """A printed line of the form on this page."""

    baseline: float
    top: float
    """Baseline of the row where its first label begins."""
    pieces: tuple[_Piece, ...]
    """From left to right, with whether the label was found here."""
    dots: tuple[DottedLine, ...] = ()


def label_rows(form: FormGeometry) -> tuple[list[LabelRow], dict[LabelKey, FoundLabel]]:
    """The lines that carry values or bound them, from the top of the page.

    Returns:
        The lines, and the printed words between slots that were not read but must be there: no ink of a value.
    """
    settled = sorted((_settled(form, row) for row in _joined(_printed_rows(form))), key=lambda row: row.baseline)
    found = [_words_to_gaps(form, _with_dots(form, row)) for row in settled]
    return [row for row, _ in found], {key: word for _, words in found for key, word in words.items()}


def _printed_rows(form: FormGeometry) -> list[LabelRow]:
    """The labels of each line of the form, at the height of the line's first."""
    rows: dict[tuple[str, float], list[_Piece]] = {}
    slots = 1 + max((key[0] for key in form.match.labels), default=0)
    for slot in range(slots):
        for number, item in enumerate(form.template.items):
            once_a_page = item.kind is ItemKind.PRINTED and slot > 0  # looked for again it would take other ink
            if once_a_page or item.area in (Area.RIGHT, Area.TABLE):
                continue
            for piece in range(len(item.label)):
                key = (slot, number, piece)
                mm = height_mm(form.template, item, slot, piece)
                found = form.match.labels.get(key)
                line = rows.setdefault((item.area.value, round(mm, 1)), [])
                line.append((key, found or _expected(form, key, mm), found is not None))
    return [
        LabelRow(baseline=pieces[0][1].baseline, top=pieces[0][1].top_baseline, pieces=tuple(pieces))
        for pieces in rows.values()
    ]


def _joined(rows: Sequence[LabelRow]) -> list[LabelRow]:
    """Lines of the form that this printer set beside each other become one row."""
    joined: list[LabelRow] = []
    for row in rows:
        level = next((number for number, other in enumerate(joined) if _on_one_row(other, row)), None)
        if level is None:
            joined.append(row)
        else:
            joined[level] = replace(joined[level], pieces=(*joined[level].pieces, *row.pieces))
    return joined


def _on_one_row(one: LabelRow, other: LabelRow) -> bool:
    """Whether labels found for two lines of the form stand on one row of the page, none over another."""
    first, second = ([label for _, label, was_found in row.pieces if was_found] for row in (one, other))
    return any(_apart(a, b) for a in first for b in second)


def _apart(one: FoundLabel, other: FoundLabel) -> bool:
    apart = one.right <= other.left or other.right <= one.left
    return apart and abs(one.baseline - other.baseline) < _SAME_ROW


def _expected(form: FormGeometry, key: LabelKey, mm: float) -> FoundLabel:
    """Where a label that was not found must stand: by the book's other pages, or between its neighbours."""
    _, number, piece = key
    item = form.template.items[number]
    text = item.label[piece]
    width = form.letter * len(text)
    left, baseline = form.fit.x(item.x_mm[piece]), form.fit.y(mm)
    known = form.book.get(label_key_text(key))
    if known is not None:
        left, baseline = known[0] * form.width, known[1] * form.height
    if item.kind is ItemKind.SIGNATURE:
        left -= width / 2
    return FoundLabel(left=left, right=left + width, baseline=baseline, top_baseline=baseline, similarity=0.0, boxes=())


def _settled(form: FormGeometry, row: LabelRow) -> LabelRow:
    """The row from left to right, labels that were not found at the height of those found on the same line."""
    found = [label for _, label, was_found in row.pieces if was_found]
    if found:
        baseline = float(np.median([label.baseline for label in found]))
        level = [label for label in found if abs(label.baseline - baseline) < _ONE_ROW * form.pitch]
        row = replace(row, baseline=baseline, top=min(label.top_baseline for label in level or found))
    pieces = [
        (key, label if was_found or not found else _beside(form, key, label, row), was_found)
        for key, label, was_found in row.pieces
    ]
    return replace(row, pieces=tuple(sorted(pieces, key=lambda piece: piece[1].left)))


def _beside(form: FormGeometry, key: LabelKey, label: FoundLabel, row: LabelRow) -> FoundLabel:
    """A label not found, placed by the nearest label found on its line."""
    item = form.template.items[key[1]]
    mates = [
        (abs(form.template.items[other[1]].x_mm[other[2]] - item.x_mm[key[2]]), other, found)
        for other, found, was_found in row.pieces
        if was_found and form.template.items[other[1]].kind is not ItemKind.SIGNATURE
    ]
    left = label.left
    if mates and item.kind is not ItemKind.SIGNATURE:
        _, other, found = min(mates, key=lambda mate: mate[0])
        step = item.x_mm[key[2]] - form.template.items[other[1]].x_mm[other[2]]
        left = found.left + step * form.fit.x_scale
    right = left + label.right - label.left
    return replace(label, left=left, right=right, baseline=row.baseline, top_baseline=row.baseline)


def _with_dots(form: FormGeometry, row: LabelRow) -> LabelRow:
    """The row with the dotted lines on which its letters stand."""
    left = min(label.left for _, label, _ in row.pieces)
    certain = any(was_found for _, _, was_found in row.pieces)
    reach = (_ON_LINE if certain else _ON_LINE_MAYBE) * form.pitch
    dots = tuple(
        line
        for line in form.page.dotted_lines
        if line.right > left and abs(line.y_at(max(line.left, left)) - row.baseline) < reach
    )
    if certain or not dots:
        return replace(row, dots=dots)
    level = float(np.median([line.ys[0] for line in dots]))
    return replace(row, baseline=level, top=level, dots=dots)


def _words_to_gaps(form: FormGeometry, row: LabelRow) -> tuple[LabelRow, dict[LabelKey, FoundLabel]]:
    """Printed words between slots that were not read stand where they are seen, or else where the dots pause."""
    words: dict[LabelKey, FoundLabel] = {}
    moved, shift = list(row.pieces), 0.0
    for index, (key, label, was_found) in enumerate(row.pieces):
        item = form.template.items[key[1]]
        if not item.slots or key[2] == 0 or not item.label[key[2]]:
            continue
        if was_found:
            words[key] = _with_its_end(form, label, item.label[key[2]])
            moved[index] = (key, words[key], was_found)
            continue
        before = moved[index - 1][1].right if index else 0.0
        after = min((other.left for _, other, found in row.pieces[index + 1 :] if found), default=form.width)
        width = label.right - label.left
        seen = find_printed_word(form, item.label[key[2]], row.baseline, (before, after))
        pauses = [
            (start, end)
            for start, end in _pauses(row.dots)
            if before < end and end <= after + MARGIN and _WORD_WIDE[0] * width < end - start < _WORD_WIDE[1] * width
        ]
        if seen is not None:
            shift = seen[0] - label.left
            label = replace(label, left=seen[0], right=seen[1])
            moved[index] = (key, label, was_found)
        elif pauses:
            start, end = min(pauses, key=lambda pause: abs(pause[0] - label.left - shift))
            shift = start - label.left
            label = replace(label, left=max(start, before), right=end)
            moved[index] = (key, label, was_found)
        em = form.letter / _LETTER_EM
        box = (label.left, row.baseline - _WORD_BOX[0] * em, label.right, row.baseline + _WORD_BOX[1] * em)
        words[key] = replace(label, boxes=(box,))
    return replace(row, pieces=tuple(moved)), words


def _with_its_end(form: FormGeometry, label: FoundLabel, text: str) -> FoundLabel:
    """A word between slots with the right end that its look tells: figures that touch it were read as its letters."""
    seen = find_printed_word(
        form, text, label.baseline, (label.left - MARGIN, label.right + 2 * form.letter * len(text))
    )
    if seen is None or abs(seen[0] - label.left) > MARGIN:
        return label
    boxes = tuple((x0, y0, seen[1] if x1 == label.right else x1, y1) for x0, y0, x1, y1 in label.boxes)
    return replace(label, right=seen[1], boxes=boxes)


def _pauses(lines: Sequence[DottedLine]) -> list[tuple[float, float]]:
    """Ends of the stretches without dots on a row."""
    dots = sorted(x for line in lines for x in line.xs)
    return [(a, b) for a, b in pairwise(dots) if b - a > _PAUSE]
