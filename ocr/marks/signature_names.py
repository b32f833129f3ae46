"""Names under signatures: which writing or red stamp below a printed title is the name, what is still the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from layouts.forms import Item, ItemKind
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.forms.match_form import FoundLabel, LabelKey
from ocr.forms.page_fit import SLOT_STEP
from ocr.images import PIXELS_PER_MM, BgrImage, PixelBox
from ocr.marks.red_names import find_red_name
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.placing.text_rows import lines_in_area
from ocr.tesseract import Word
from vietnamese.letters import letters_only

__all__ = ["NAME_BELOW_MM", "name_space", "names_below", "says_title"]

_TITLE_MM = 14.0
"""A title printed over several rows ends at most so far below its first."""
_LIKE_TITLE, _FEWEST_LETTERS = 85, 5
"""Likeness (0..100) of a text to a part of a title, and its letters at least. Set by eye, as the other numbers here."""
_AT_THE_CUT = 3
"""Pixels on either side of a line's end within which ink means that it cuts a letter. By eye, as others here."""
_ASIDE = round(15 * PIXELS_PER_MM)
"""How far from the middle between two titles the gap between the names below them is looked for."""
_OVER_TITLE_MM = 6
"""How far up into its title a stamped name may stand, and how far over its place a title's first row."""
NAME_BELOW_MM = 25
"""A name stands so far below its title where the form does not say: as the printed forms leave room."""
_OVER_NAME = 0.8
"""Line heights above a name's baseline in which its letters stand."""
_UNDER_TITLE, _BELOW_NAME, _CLEAR = 5 * PIXELS_PER_MM, 20 * PIXELS_PER_MM, 6
"""A name begins so far below its title's place, ends so far below its own, and is clear of print by so many pixels."""


def names_below(
    placed: PlacedPage, ink: NDArray[np.uint8], words: Sequence[Word], image: BgrImage
) -> tuple[PlacedPage, dict[LineKey, LineCrop]]:
    """The page with the places of names brought to the red stamps, or else to the last writing, below the titles.

    A stamp may stand right below its title or over it: its colour tells them apart.

    Args:
        placed: the page with its fields.
        ink: 1 where there is writing or print, rules erased and red ink lifted off.
        words: of the whole page, in its pixels: the further rows of titles are known by them.
        image: the straightened page in colour.

    Returns:
        The page, and the names stamped in red cut out: their ink is not on the cleaned page.
    """
    fields, labels = list(placed.fields), dict(placed.labels)
    stamps: dict[LineKey, LineCrop] = {}
    for number, place in enumerate(placed.fields):
        if place.item.kind is not ItemKind.SIGNATURE or len(place.lines) != 1:
            continue
        labels |= _title_rows(place, placed, words)
        space = name_space(place, placed, words, ink.shape)
        left, top, right, bottom = space
        stamp = find_red_name(image, (left, max(top - round(_OVER_TITLE_MM * PIXELS_PER_MM), 0), right, bottom))
        if stamp is not None:
            stamps[number, 0] = stamp
            foot = float(stamp.box[3])
            fields[number] = replace(place, lines=(replace(place.lines[0], baseline_left=foot, baseline_right=foot),))
        elif rows := lines_in_area(ink, space):
            fields[number] = replace(place, lines=(_with_whole_names(rows[-1], ink),))
    return replace(placed, fields=tuple(fields), labels=labels), stamps


def says_title(text: str, item: Item) -> bool:
    """Whether a text is a part of a signature's printed title."""
    return (
        len(letters_only(text)) >= _FEWEST_LETTERS
        and fuzz.partial_ratio(letters_only(text), letters_only(" ".join(item.label))) >= _LIKE_TITLE
    )


def _title_rows(place: FieldPlace, placed: PlacedPage, words: Sequence[Word]) -> dict[LabelKey, FoundLabel]:
    """Rows of words above a name that say a part of the title."""
    line, item = place.lines[0], place.item
    below = ((item.name_y_mm or item.y_mm + NAME_BELOW_MM) - item.y_mm) * placed.fit.y_scale
    first = line.baseline_left - below
    near = [
        word
        for word in words
        if line.left < (word.left + word.right) / 2 < line.right
        and first - _OVER_TITLE_MM * PIXELS_PER_MM < word.bottom < first + _TITLE_MM * PIXELS_PER_MM
    ]
    number = placed.template.items.index(item)
    found: dict[LabelKey, FoundLabel] = {}
    for row in _rows(near):
        text = " ".join(word.text for word in row)
        if says_title(text, item):
            found[place.slot, number, len(item.label) + len(found)] = _printed(row)
    return found


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped to rows, each from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.top + w.bottom):
        middle = (word.top + word.bottom) / 2
        if rows and rows[-1][-1].top < middle < rows[-1][-1].bottom:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _printed(row: Sequence[Word]) -> FoundLabel:
    baseline = float(np.median([word.bottom for word in row]))
    return FoundLabel(
        left=row[0].left,
        right=row[-1].right,
        baseline=baseline,
        top_baseline=baseline,
        similarity=1.0,
        boxes=tuple((word.left, word.top, word.right, word.bottom) for word in row),
    )


def _with_whole_names(line: WritingLine, ink: NDArray[np.uint8]) -> WritingLine:
    """The line with its ends in the widest gaps near them: a name that stands off its title's middle is not cut."""
    top = max(int(line.baseline_left - _OVER_NAME * line.height), 0)
    columns = ink[top : int(line.baseline_left) + 2].max(axis=0, initial=0)
    return replace(line, left=_in_widest_gap(line.left, columns), right=_in_widest_gap(line.right, columns))


def _in_widest_gap(end: float, columns: NDArray[np.uint8]) -> float:
    """The end of a line, moved out of the ink it cuts."""
    start, stop = max(int(end) - _ASIDE, 0), min(int(end) + _ASIDE, len(columns))
    if not columns[max(int(end) - _AT_THE_CUT, 0) : int(end) + _AT_THE_CUT + 1].any():
        return end
    edges = np.flatnonzero(np.diff(np.concatenate([[1], columns[start:stop], [1]]).astype(np.int8))) + start
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    if not gaps:
        return end
    first, last = max(gaps, key=lambda gap: gap[1] - gap[0])
    return float((first + last) / 2)


def name_space(place: FieldPlace, placed: PlacedPage, words: Sequence[Word], shape: tuple[int, ...]) -> PixelBox:
    """Left, top, right and bottom in pixels of where a name may stand below the title of a signature.

    Args:
        place: the signature's, with one line.
        placed: the page with its fields.
        words: of the whole page, in its pixels.
        shape: height and width of the page.
    """
    titles = _title_rows(place, placed, words)
    printed = max((label.baseline for label in titles.values()), default=0.0)
    line = place.lines[0]
    below = ((place.item.name_y_mm or place.item.y_mm + NAME_BELOW_MM) - place.item.y_mm) * placed.fit.y_scale
    top = max(int(line.baseline_left - below + _UNDER_TITLE), int(printed) + _CLEAR, 0)
    frame = placed.frame_foot or placed.fit.y(placed.template.frame_mm.height * (1 + place.slot * SLOT_STEP))
    bottom = min(int(line.baseline_left + _BELOW_NAME), int(frame) - _CLEAR, shape[0])
    return int(line.left), top, int(line.right), bottom
