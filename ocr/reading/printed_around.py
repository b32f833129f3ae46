"""What is printed around a writing line: words that are sometimes cut with its value, and never belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from layouts.forms import Area, ItemKind
from ocr.cutting.line_bands import LineKey
from ocr.cutting.line_crops import LineCrop
from ocr.forms.page_fit import SLOT_STEP
from ocr.placing.placed_page import PlacedPage
from vietnamese.letters import letters_only

__all__ = ["PrintedAround", "printed_around", "without_neighbours"]

_OTHER_ROW = (0.35, 1.6)
"""Line distances between which a label stands on the row below or above."""
_LEAST_LETTERS = 7
"""Of a label by which it can be told: shorter ones are words of values too."""
_ALIKE = 0.75
"""Likeness of what was read to a label. Set by eye, as the following."""
_SHORT, _ALIKE_IF_SHORT = 10, 0.9
"""Letters of a label below which it must be liker: `Nam Định` is no `Năm sinh`."""
_SAME_ROW = 0.4
"""Line distances by which lines of one row may lie at different heights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAround:
    """Labels beside, above and below the lines."""

    before: Mapping[LineKey, str]
    after: Mapping[LineKey, str]
    near: Mapping[LineKey, tuple[str, ...]] = field(default_factory=dict)
    """Of the rows above and below, and of the own row where they were not found."""

    def around(self, key: LineKey, crop: LineCrop) -> tuple[str, str]:
        """The label before a line and, where its ink runs past its space, the one after it."""
        return self.before.get(key, ""), self.after.get(key, "") if crop.overflows else ""


def printed_around(placed: PlacedPage) -> PrintedAround:
    """The labels around every line of a page."""
    return PrintedAround(before=_label_ends(placed), after=_labels_after(placed), near=_labels_near(placed))


def without_neighbours(text: str, labels: Sequence[str]) -> str:
    """A line without the words from a neighbouring row's label on: they and what follows them stand on that row.

    Args:
        text: what was read.
        labels: printed near the line.
    """
    words = text.split()
    for start in range(len(words)):
        if any(_begins_label(words[start:], letters_only(label)) for label in labels):
            return " ".join(words[:start]).rstrip(" ,;-")
    return text


def _begins_label(words: Sequence[str], label: str) -> bool:
    """Whether words begin with a whole label, or are together the beginning of one."""
    read = ""
    for count, word in enumerate(words, start=1):
        read += letters_only(word)
        if len(read) < _LEAST_LETTERS or not label.startswith(read[:1]):
            continue
        needed = _ALIKE if len(label) >= _SHORT else _ALIKE_IF_SHORT
        whole = abs(len(read) - len(label)) <= 2
        rest = count == len(words) and count > 1 and len(read) < len(label)
        if (whole or rest) and Levenshtein.normalized_similarity(read, label[: len(read)] if rest else label) >= needed:
            return True
    return False


def _label_ends(placed: PlacedPage) -> dict[LineKey, str]:
    """The printed label right before a line: its last words are sometimes cut with the value."""
    ends: dict[LineKey, str] = {}
    for number, place in enumerate(placed.fields):
        seen: set[int] = set()
        for index, piece in enumerate(place.piece_of_line):
            if piece not in seen and piece < len(place.item.label) and place.space is None:
                ends[number, index] = place.item.label[piece]
            seen.add(piece)
    return ends


def _labels_after(placed: PlacedPage) -> dict[LineKey, str]:
    """The printed label that follows a line on its row: its first word is sometimes cut with the value."""
    lines = [
        (number, index, line, place.item.label[place.piece_of_line[index]])
        for number, place in enumerate(placed.fields)
        for index, line in enumerate(place.lines)
        if place.space is None and place.piece_of_line[index] < len(place.item.label)
    ]
    found: dict[LineKey, str] = {}
    for number, index, line, _ in lines:
        beside = [
            (other.left, label)
            for _, _, other, label in lines
            if other.left > line.right and abs(other.baseline_left - line.baseline_right) < _SAME_ROW * line.height
        ]
        if beside:
            found[number, index] = min(beside)[1]
    return found


def _labels_near(placed: PlacedPage) -> dict[LineKey, tuple[str, ...]]:
    """Labels of neighbouring rows by line: where they were found, else where they must be."""
    rows = _printed_rows(placed)
    found: dict[LineKey, tuple[str, ...]] = {}
    for number, place in enumerate(placed.fields):
        own = placed.template.items.index(place.item) if place.item in placed.template.items else -1
        for index, line in enumerate(place.lines):
            baseline, least, most = line.baseline_left, *(share * line.height for share in _OTHER_ROW)
            found[number, index] = tuple(
                text
                for item, text, y, was_found in rows
                if item != own and (least if was_found else 0.0) <= abs(y - baseline) <= most
            )
    return found


def _printed_rows(placed: PlacedPage) -> list[tuple[int, str, float, bool]]:
    """Item, text and height of every label by which a row can be told, and whether it was found."""
    rows = []
    frame = placed.template.frame_mm.height
    for slot in {place.slot for place in placed.fields}:
        for number, item in enumerate(placed.template.items):
            if item.area is not Area.ENTRY or item.kind is ItemKind.COLUMN_HEADS:
                continue
            for piece, text in enumerate(item.label):
                label = placed.labels.get((slot, number, piece))
                y = placed.fit.y(item.y_mm + slot * SLOT_STEP * frame) if label is None else label.top_baseline
                if len(letters_only(text)) >= _LEAST_LETTERS:
                    rows.append((number, text, y, label is not None))
    return rows
