"""Check-boxes of a column are trusted only when every one of them was seen with its label."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layouts.forms import ItemKind
from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import SLOT_STEP
from ocr.marks.notes_column import mark_readings, notes_places
from ocr.placing.placed_page import FieldPlace, PlacedPage
from tests.ocr.drawn import LEVEL_FIT

TEMPLATE = shipped_templates()["parent-child-recognition-2015"]
BOXES = [(number, item) for number, item in enumerate(TEMPLATE.items) if item.kind is ItemKind.CHECKBOX]


def _page() -> np.ndarray:
    grey = np.full((3200, 2480), 255, np.uint8)
    for _, item in BOXES:
        middle = round(LEVEL_FIT.y(item.y_mm)) - 12
        cv2.rectangle(grey, (2150, middle - 28), (2206, middle + 28), 40, 3)
    return grey


def _placed(unseen: set[int]) -> PlacedPage:
    labels = {}
    for number, item in BOXES:
        y = LEVEL_FIT.y(item.y_mm)
        if number not in unseen:
            labels[0, number, 0] = FoundLabel(
                left=1700, right=2100, baseline=y, top_baseline=y, similarity=1.0, boxes=()
            )
    return PlacedPage(
        template=TEMPLATE,
        fit=LEVEL_FIT,
        fields=(),
        labels=labels,
        pitch=90,
        divider=LEVEL_FIT.x(TEMPLATE.divider_mm or 130),
    )


@pytest.mark.parametrize("column", ["loaiXacNhan", "loaiDangKy"])
def test_boxes_without_a_tick_are_a_sure_reading_only_with_all_labels_seen(column: str) -> None:
    grey = _page()
    image = np.repeat(grey[:, :, None], 3, axis=2)
    own = {number for number, item in BOXES if column in item.columns}

    seen, _ = mark_readings(_placed(set()), grey, image)[column]
    unseen, _ = mark_readings(_placed({min(own)}), grey, image)[column]

    assert seen.text == unseen.text == ""
    assert seen.confidence > 0.9
    assert unseen.confidence < 0.65


TWO_ENTRIES = shipped_templates()["marriage-1998"]
NOTES = next(number for number, item in enumerate(TWO_ENTRIES.items) if item.kind is ItemKind.NOTES)
STEP = SLOT_STEP * TWO_ENTRIES.frame_mm.height


def _two_entries(heading_x_mm: float, heading_y_mm: float, divider_mm: float) -> PlacedPage:
    """A page of two entries whose headings of the notes stand at a place of each entry."""
    fields = tuple(
        FieldPlace(slot=slot, item=TWO_ENTRIES.items[1], lines=(), piece_of_line=(), certain=True) for slot in (0, 1)
    )
    labels = {}
    for slot in (0, 1):
        x, y = LEVEL_FIT.x(heading_x_mm), LEVEL_FIT.y(heading_y_mm + slot * STEP)
        labels[slot, NOTES, 0] = FoundLabel(left=x, right=x + 150, baseline=y, top_baseline=y, similarity=1.0, boxes=())
    boxes = {slot: (0.0, LEVEL_FIT.y(slot * STEP), 2480.0, LEVEL_FIT.y((slot + 1) * STEP - 2)) for slot in (0, 1)}
    return PlacedPage(
        template=TWO_ENTRIES,
        fit=LEVEL_FIT,
        fields=fields,
        labels=labels,
        pitch=80,
        divider=LEVEL_FIT.x(divider_mm),
        entry_boxes=boxes,
    )


@pytest.mark.parametrize(
    ("heading", "divider_mm", "writing_mm"),
    [((158.0, 15.0), 150.0, (163.0, 40.0)), ((6.0, 125.0), 184.0, (40.0, 125.0))],
    ids=["column", "foot"],
)
@pytest.mark.parametrize("entry", [0, 1])
def test_notes_belong_to_the_entry_they_stand_beside_or_below(
    heading: tuple[float, float], divider_mm: float, writing_mm: tuple[float, float], entry: int
) -> None:
    ink = np.zeros((3700, 2480), np.uint8)
    at = (round(LEVEL_FIT.x(writing_mm[0])), round(LEVEL_FIT.y(writing_mm[1] + entry * STEP)))
    cv2.putText(ink, "ly hon", at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, 1, 5)
    places = notes_places(_two_entries(*heading, divider_mm), _clean(ink))
    assert [place.slot for place in places if place.lines] == [entry]
    (line,) = places[entry].lines
    assert abs(line.baseline(at[0]) - at[1]) < 25


def _clean(ink: np.ndarray) -> CleanPage:
    grey = np.where(ink > 0, 60, 255).astype(np.uint8)
    return CleanPage(grey=grey, ink=ink, dotted_lines=(), rules=())


def test_a_space_for_notes_is_surely_bare_only_without_a_letters_ink() -> None:
    heading, divider_mm = (158.0, 15.0), 150.0
    ink = np.zeros((3700, 2480), np.uint8)
    bare = notes_places(_two_entries(*heading, divider_mm), _clean(ink))
    assert [(place.slot, place.lines, place.certain) for place in bare] == [(0, (), True), (1, (), True)]
    assert all(place.space is not None for place in bare)
    x, y = round(LEVEL_FIT.x(170.0)), round(LEVEL_FIT.y(40.0))
    ink[y : y + 12, x : x + 16] = 1  # too little for a row of writing, and no dust
    assert [place.slot for place in notes_places(_two_entries(*heading, divider_mm), _clean(ink))] == [1]


def test_notes_in_a_pale_pen_are_not_taken_for_a_bare_space() -> None:
    ink = np.zeros((3700, 2480), np.uint8)
    at = (round(LEVEL_FIT.x(163.0)), round(LEVEL_FIT.y(40.0)))
    cv2.putText(ink, "ly hon", at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, 1, 5)
    grey = np.where(ink > 0, 190, 255).astype(np.uint8)
    dots = np.zeros_like(ink)  # all that the print's threshold leaves of the pen
    dots[::24, ::24] = ink[::24, ::24]
    places = notes_places(_two_entries(158.0, 15.0, 150.0), CleanPage(grey=grey, ink=dots, dotted_lines=(), rules=()))
    assert [place.slot for place in places] == [1]
