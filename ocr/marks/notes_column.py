"""Marks and free writing: ticked boxes, boxed stamps, and the notes written over the years."""

from __future__ import annotations

from collections import defaultdict

import cv2
import numpy as np
from numpy.typing import NDArray

from layouts.forms import Area, Item, ItemKind
from ocr.cleaning.clean import CleanPage, with_pale_strokes
from ocr.forms.geometry import AT_LEFT, INTO_NOTES_PX
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import SLOT_STEP
from ocr.images import PIXELS_PER_MM, BgrImage, GreyImage, PixelBox
from ocr.marks.checkboxes import CheckBox, LabelRows, Tick, find_boxes, read_checkbox
from ocr.marks.stamps import StampReading, read_stamps, stamp_in_text
from ocr.placing.placed_page import FieldPlace, PlacedPage
from ocr.placing.text_rows import lines_in_area
from ocr.readings import Engine, FieldReading

__all__ = ["mark_readings", "notes_area", "notes_places"]


_RULE = 6
"""Pixels kept clear of a printed rule and its rough edge."""
_LEAST_WIDTH, _LEAST_HEIGHT = 12 * PIXELS_PER_MM, 6 * PIXELS_PER_MM
"""Less of the space for notes, and it was cropped off."""
_HALF_LETTER = 12
"""Pixels from a label's baseline to the middle of its letters."""
_UNSEEN = 0.6
"""Trust in the boxes of a column when one of them, or its label, was not seen, or two of them are ticked."""
_UNCERTAIN_CODES = 0.5
"""A tick that stands for two codes: the rest of the entry must tell which."""
_AROUND_BOXES = 60
"""Rows above the first label and below the last in which boxes are looked for (5 mm)."""
_NO_STAMP = 0.95
"""How sure a space without a stamp is one. By judgement."""
_AFTER_DIVIDER, _UNDER_HEADING = 0.8 * PIXELS_PER_MM, 3 * PIXELS_PER_MM
"""Where notes begin: right of the divider's own thickness, below the tails of the heading."""
_LETTER, _LETTER_INK = 1.2 * PIXELS_PER_MM, 110
"""Size in pixels from which a mark may be a letter, and pixels of such marks from which a space is not surely bare."""
_OVER_LINE = 0.8
"""Line distances above a heading's baseline from which the notes that go on beside it begin."""


def mark_readings(
    placed: PlacedPage, grey: GreyImage, image: BgrImage
) -> dict[str, tuple[FieldReading, PixelBox | None]]:
    """Columns filled by ticks and stamps, each with the mark's box.

    Args:
        placed: the page with its labels.
        grey: flattened page, rules still on it.
        image: the straightened page in colour.
    """
    readings = _ticks(placed, grey)
    readings |= _stamps(placed, image)
    return readings


def _ticks(placed: PlacedPage, grey: GreyImage) -> dict[str, tuple[FieldReading, PixelBox | None]]:
    items = [(n, item) for n, item in enumerate(placed.template.items) if item.kind is ItemKind.CHECKBOX]
    if not items:
        return {}
    height, width = grey.shape
    left = int(placed.divider or placed.fit.x(min(item.x_mm[0] for _, item in items)))
    right = min(width, int(placed.fit.x(placed.template.frame_mm.width)) + round(2 * PIXELS_PER_MM))
    rows = [_label_rows(placed, number, item) for number, item in items]
    top = max(0, int(min(first for first, _ in rows)) - _AROUND_BOXES)
    bottom = min(height, int(max(last for _, last in rows)) + _AROUND_BOXES)
    boxes = find_boxes(grey, (left, top, right, bottom), rows)
    by_column: dict[str, list[tuple[Item, CheckBox, Tick]]] = defaultdict(list)
    unsure: set[str] = set()
    for (number, item), box in zip(items, boxes, strict=True):
        if box is None or (0, number, 0) not in placed.labels:
            unsure.update(item.columns)
        if box is not None:
            for name in item.columns:
                by_column[name].append((item, box, read_checkbox(grey, box)))
    return {name: _choice(name, ticks, _UNSEEN if name in unsure else 1.0) for name, ticks in by_column.items()}


def _label_rows(placed: PlacedPage, number: int, item: Item) -> LabelRows:
    """Middles of the first and last row of an item's label, beside which its box stands."""
    label = placed.labels.get((0, number, 0))
    if label is None:
        return placed.fit.y(item.y_mm) - _HALF_LETTER, placed.fit.y(item.y_mm) - _HALF_LETTER
    return label.top_baseline - _HALF_LETTER, label.baseline - _HALF_LETTER


def _choice(name: str, ticks: list[tuple[Item, CheckBox, Tick]], trust: float) -> tuple[FieldReading, PixelBox | None]:
    """The ticked box of a column; none ticked is a reading too.

    Args:
        name: the column.
        ticks: its boxes and what stands in them.
        trust: less than 1 where one of its boxes, or the label of one, was not seen.
    """
    ticked = [entry for entry in ticks if entry[2].ticked]
    if not ticked:
        sure = trust * min(tick.confidence for _, _, tick in ticks)
        return FieldReading(column=name, text="", confidence=sure, engine=Engine.CHECKBOX), None
    item, _, tick = max(ticked, key=lambda entry: entry[2].ink)
    sure = trust * tick.confidence * (_UNCERTAIN_CODES if len(item.codes) > 1 else 1.0)
    sure *= _UNSEEN if len(ticked) > 1 else 1.0
    reading = FieldReading(
        column=name, text="X", confidence=sure, engine=Engine.CHECKBOX, decoded=item.codes[0] if item.codes else "X"
    )
    return reading, tick.extent


def _stamps(placed: PlacedPage, image: BgrImage) -> dict[str, tuple[FieldReading, PixelBox | None]]:
    item = next((i for i in placed.template.items if i.kind is ItemKind.STAMP and i.columns), None)
    area = notes_area(placed, image.shape[0], image.shape[1])
    if item is None or area is None:
        return {}
    left, top, right, bottom = area
    found = [stamp for stamp in read_stamps(image[top:bottom, left:right]) if stamp.kind is not None]
    readings: dict[str, tuple[FieldReading, PixelBox | None]] = {}
    for name in item.columns:
        if not found:
            readings[name] = FieldReading(column=name, text="", confidence=_NO_STAMP, engine=Engine.STAMP), None
            continue
        best = max(found, key=lambda stamp: stamp.confidence)
        x0, y0, x1, y1 = best.box
        reading = FieldReading(
            column=name,
            text=best.text,
            confidence=best.confidence,
            engine=Engine.STAMP,
            decoded=_stamp_code(item, best),
        )
        readings[name] = reading, (left + x0, top + y0, left + x1, top + y1)
    return readings


def _stamp_code(item: Item, stamp: StampReading) -> str | None:
    """The code of the stamp's words in the template."""
    for text, code in zip(item.stamps, item.codes, strict=False):
        if stamp_in_text(text)[0] is stamp.kind:
            return code
    return None


def notes_area(placed: PlacedPage, height: int, width: int, slot: int = 0) -> PixelBox | None:
    """The space for an entry's notes: below the heading of their column, or after it at the foot of the entry.

    None where the form has none or it was cropped off.
    """
    for number, item in enumerate(placed.template.items):
        if item.kind is ItemKind.NOTES and item.area is Area.RIGHT and placed.divider is not None:
            label = placed.labels.get((slot, number, 0))
            down = slot * SLOT_STEP * placed.template.frame_mm.height
            heading = label.baseline if label is not None else placed.fit.y(item.y_mm + down)
            foot = placed.frame_foot or placed.fit.y(placed.template.frame_mm.height + down)
            bottom = min(height, int(foot))
            if label is not None and label.right < AT_LEFT * placed.divider:
                area = _after_heading(label, placed.divider, placed, slot, bottom)
            else:
                left = int(placed.divider + _AFTER_DIVIDER)
                right = min(width, int(placed.fit.x(placed.template.frame_mm.width)))
                area = left, int(heading + _UNDER_HEADING), right, bottom
            return area if _holds_writing(area) else None
    return None


def _after_heading(label: FoundLabel, divider: float, placed: PlacedPage, slot: int, bottom: int) -> PixelBox:
    """The space at the foot of an entry: on the line of the heading and below it, to the frame."""
    end = placed.entry_boxes[slot][3] if slot in placed.entry_boxes else max(bottom, label.baseline + placed.pitch)
    top = label.baseline - _OVER_LINE * placed.pitch
    return round(label.right) + _RULE, round(top), round(divider) - _RULE, round(end) - _RULE


def _holds_writing(area: PixelBox) -> bool:
    left, top, right, bottom = area
    return right - left > _LEAST_WIDTH and bottom - top > _LEAST_HEIGHT


def notes_places(placed: PlacedPage, page: CleanPage) -> tuple[FieldPlace, ...]:
    """Lines of writing where the notes of each entry stand, for which the form prints no lines; none, surely, in a bare
    space.

    Args:
        placed: the page's fields, in pixels.
        page: that page, cleaned.
    """
    item = next((i for i in placed.template.items if i.kind is ItemKind.NOTES), None)
    if item is None:
        return ()
    height, width = page.ink.shape[:2]
    pale = None
    places = []
    for slot in sorted({field.slot for field in placed.fields}):
        area = notes_area(placed, height, width, slot)
        if area is None:
            continue
        seen = _seen(area, placed.divider)
        lines = lines_in_area(page.ink, (area[0], area[1], area[2] - _RULE, area[3]), seen)
        if lines:
            places.append(FieldPlace(slot=slot, item=item, lines=lines, piece_of_line=(0,) * len(lines), certain=True))
            continue
        pale = with_pale_strokes(page).ink if pale is None else pale  # notes are often in another, paler pen
        if _is_bare(pale[area[1] : area[3], seen[0] : seen[1]]):
            headed = (slot, placed.template.items.index(item), 0) in placed.labels
            places.append(FieldPlace(slot=slot, item=item, lines=(), piece_of_line=(), certain=headed, space=area))
    return tuple(places)


def _seen(area: PixelBox, divider: float | None) -> tuple[int, int]:
    """Left and right of where notes are looked for: values of the entry may run into their column's left side."""
    left, _, right, _ = area
    in_column = divider is not None and left > divider
    return (left + INTO_NOTES_PX if in_column else left, right - _RULE)


def _is_bare(ink: NDArray[np.uint8]) -> bool:
    """Whether a space holds nothing of a letter's size: stamps and seals in red are no ink of the cleaned page."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    letters = stats[1:][np.maximum(stats[1:, 2], stats[1:, 3]) >= _LETTER]
    return int(letters[:, 4].sum()) < _LETTER_INK
