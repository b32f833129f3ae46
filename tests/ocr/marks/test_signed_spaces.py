"""Which titles are signed below: a name in type or a seal is no signature."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest

from benchmark.drawing.canvas import Canvas
from benchmark.drawing.fonts import bundled_fonts
from benchmark.drawing.marks import signature
from layouts.forms import ItemKind
from layouts.loader import shipped_templates
from ocr.forms.match_form import FoundLabel, LabelKey
from ocr.forms.page_fit import PageFit
from ocr.images import PIXELS_PER_MM, GreyImage
from ocr.marks.signed_spaces import signed_spaces
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine
from ocr.tesseract import Word

TEMPLATE = shipped_templates()["marriage-2015"]
SPACES = [(n, i) for n, i in enumerate(TEMPLATE.items) if i.kind is ItemKind.SIGNATURE]
FIT = PageFit(
    y_mm=(0.0, 250.0), y_px=(200.0, 200 + 250 * PIXELS_PER_MM), y_scale=PIXELS_PER_MM, x_origin=120,
    x_scale=PIXELS_PER_MM,
)  # fmt: skip


def _placed(*, seen: bool = True) -> PlacedPage:
    labels: dict[LabelKey, FoundLabel] = {}
    for number, item in SPACES:
        middle, y = FIT.x(item.x_mm[0]), FIT.y(item.y_mm)
        labels[0, number, 0] = FoundLabel(
            left=middle - 150, right=middle + 150, baseline=y, top_baseline=y, similarity=1.0,
            boxes=((middle - 150, y - 40, middle + 150, y + 12),),
        )  # fmt: skip
    item = SPACES[0][1]
    line = WritingLine(left=0, right=10, baseline_left=10, baseline_right=10, height=90)
    place = FieldPlace(slot=0, item=item, lines=(line,), piece_of_line=(0,), certain=True)
    return PlacedPage(
        template=TEMPLATE, fit=FIT, fields=(place,), labels=labels if seen else {}, pitch=90,
        divider=FIT.x(TEMPLATE.divider_mm or 0),
    )  # fmt: skip


def _page(*, signed: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> tuple[GreyImage, list[Word]]:
    canvas = Canvas(210, 297, 300)
    words = []
    for _, item in SPACES:
        x, y = FIT.x(item.x_mm[0]) / PIXELS_PER_MM, FIT.y(item.y_mm) / PIXELS_PER_MM
        canvas.text(item.label[0], x - 12, y, bundled_fonts().print_fonts[0], 4.2, (40, 40, 40))
        if item.label[0] in signed:
            signature(canvas, x, y + 13, (120, 60, 40), random.Random(3))
        if item.label[0] in names:
            rect = canvas.text("Phạm Thị Lan", x - 12, y + 26, bundled_fonts().print_fonts[0], 4.2, (40, 40, 40))
            assert rect is not None
            words.append(
                Word(text="Phạm", left=rect[0], top=rect[1], right=rect[2], bottom=rect[3], confidence=0.95, line=1)
            )
    return np.asarray(cv2.cvtColor(canvas.light, cv2.COLOR_BGR2GRAY), np.uint8), words


@pytest.mark.parametrize("signed", [(), ("Vợ",), ("Vợ", "Chồng"), ("Người thực hiện",)])
def test_each_title_is_signed_or_not(signed: tuple[str, ...]) -> None:
    grey, words = _page(signed=signed, names=("Chồng", "Người thực hiện"))

    spaces = signed_spaces(_placed(), grey, words)[0]

    assert {space.title: space.signed for space in spaces} == {
        item.label[0]: item.label[0] in signed for _, item in SPACES
    }
    assert all(space.confidence > 0.7 for space in spaces)
    assert [space.columns for space in spaces] == [item.columns for _, item in SPACES]


def test_below_a_title_that_was_not_read_nothing_is_sure() -> None:
    grey, words = _page(signed=("Vợ",))
    assert all(space.confidence <= 0.6 for space in signed_spaces(_placed(seen=False), grey, words)[0])
