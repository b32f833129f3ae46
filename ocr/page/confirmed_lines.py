"""The handwritten lines of a page beside what people confirmed: what the recogniser learns from.

A line is taken only when its text is known without a guess: the item's value stands on one line, or each written
line of the item holds one part of a value that is joined by `/` (a date in slots).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ocr.handwriting.training.office_tuning import CorrectionPair
from ocr.page.records import Cut
from ocr.page.scan_pages import cut_page
from ocr.placing.placed_page import FieldPlace
from ocr.readings import PageTask

__all__ = ["confirmed_lines"]


def confirmed_lines(task: PageTask, texts: Mapping[int, Mapping[str, str]]) -> Iterator[CorrectionPair]:
    """Cuts a page again and pairs its lines with their texts.

    Args:
        task: the page, with the form it was read as.
        texts: by entry slot, the confirmed handwritten values as written: column to text.

    Yields:
        One pair a line: the crop as the recogniser is given it, and its text; none when the page fits no form any more.

    Raises:
        OcrError: the page cannot be opened.
    """
    page = cut_page(task)
    if not isinstance(page, Cut):
        return
    for number, place in enumerate(page.placed.places.fields):
        known = texts.get(place.slot, {})
        for name in place.item.columns:
            if known.get(name):
                yield from _pairs(page, number, place, name, known[name])
                break  # columns that share a run of text share its lines too


def _pairs(page: Cut, number: int, place: FieldPlace, name: str, text: str) -> Iterator[CorrectionPair]:
    keys = [(number, line) for line in place.lines_of(name) if (number, line) in page.crops]
    parts = [text] if len(keys) == 1 else [part.strip() for part in text.split("/")]
    if len(keys) != len(parts):
        return
    for key, part in zip(keys, parts, strict=True):
        if part:
            yield CorrectionPair(crop=page.crops[key].picture, text=part)
