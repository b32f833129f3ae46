"""Check-boxes of a column are trusted only when every one of them was seen with its label."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layouts.forms import ItemKind
from layouts.loader import shipped_templates
from ocr.find_form import FoundLabel
from ocr.page_fit import PIXELS_PER_MM, PageFit
from ocr.placed_page import PlacedPage
from ocr.right_column import mark_readings

TEMPLATE = shipped_templates()["parent-child-recognition-2015"]
FIT = PageFit(
    y_mm=(0.0, 200.0),
    y_px=(200.0, 200 + 200 * PIXELS_PER_MM),
    y_scale=PIXELS_PER_MM,
    x_origin=120,
    x_scale=PIXELS_PER_MM,
)
BOXES = [(number, item) for number, item in enumerate(TEMPLATE.items) if item.kind is ItemKind.CHECKBOX]


def _page() -> np.ndarray:
    grey = np.full((3200, 2480), 255, np.uint8)
    for _, item in BOXES:
        middle = round(FIT.y(item.y_mm)) - 12
        cv2.rectangle(grey, (2150, middle - 28), (2206, middle + 28), 40, 3)
    return grey


def _placed(unseen: set[int]) -> PlacedPage:
    labels = {}
    for number, item in BOXES:
        y = FIT.y(item.y_mm)
        if number not in unseen:
            labels[0, number, 0] = FoundLabel(
                left=1700, right=2100, baseline=y, top_baseline=y, similarity=1.0, boxes=()
            )
    return PlacedPage(
        template=TEMPLATE, fit=FIT, fields=(), labels=labels, pitch=90, divider=FIT.x(TEMPLATE.divider_mm or 130)
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
