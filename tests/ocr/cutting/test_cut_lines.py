"""Every stroke goes to the line it stands on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layouts.forms import Area, Item, ItemKind
from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.cutting.cut_lines import cut_lines
from ocr.forms.match_form import FoundLabel
from ocr.forms.page_fit import PageFit
from ocr.placing.placed_page import FieldPlace, PlacedPage, WritingLine

PITCH = 90


def _item(label: str) -> Item:
    return Item(label=(label,), kind=ItemKind.LINE, area=Area.ENTRY, columns=("nksHoTen",), x_mm=(6.0,), y_mm=20.0)


def _placed(baselines: tuple[int, ...], labels: dict[tuple[int, int, int], FoundLabel] | None = None) -> PlacedPage:
    fields = tuple(
        FieldPlace(
            slot=0,
            item=_item(f"Dòng {y}:"),
            lines=(WritingLine(left=100, right=900, baseline_left=y, baseline_right=y, height=PITCH),),
            piece_of_line=(0,),
            certain=True,
        )
        for y in baselines
    )
    fit = PageFit(y_mm=(0.0,), y_px=(0.0,), y_scale=11.8, x_origin=0.0, x_scale=11.8)
    template = shipped_templates()["birth-2006"]
    return PlacedPage(template=template, fit=fit, fields=fields, labels=labels or {}, pitch=PITCH, divider=None)


def _page(*boxes: tuple[int, int, int, int]) -> CleanPage:
    """A page with filled rectangles (left, top, right, bottom) as strokes."""
    ink: NDArray[np.uint8] = np.zeros((500, 1000), np.uint8)
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 1
    grey = np.where(ink > 0, 40, 255).astype(np.uint8)
    return CleanPage(grey=grey, ink=ink, dotted_lines=(), rules=())


def _row(baseline: int) -> list[tuple[int, int, int, int]]:
    return [(x, baseline - 40, x + 24, baseline) for x in range(200, 500, 60)]


def test_words_of_two_lines_joined_by_a_tail_are_cut_apart() -> None:
    tail = (260, 160, 266, 260)  # of the upper word, through the top of a letter of the lower
    crops = cut_lines(_page(*_row(200), *_row(290), tail), _placed((200, 290)))

    assert crops[0, 0].box[:3] == (200, 160, 464)
    assert crops[1, 0].box[0] == 200 and crops[1, 0].box[2:] == (464, 290)
    assert crops[0, 0].box[3] <= crops[1, 0].box[1] + 1


def test_a_tail_that_reaches_into_the_next_line_stays_with_its_word() -> None:
    tail = (340, 160, 346, 236)
    crops = cut_lines(_page(*_row(200), tail), _placed((200, 290)))

    assert set(crops) == {(0, 0)}
    assert crops[0, 0].box[3] == 236


def test_a_tone_mark_goes_to_the_letter_under_it() -> None:
    mark = (262, 226, 282, 234)  # nearer to the upper line's feet by height, over a tall letter of the lower
    tall = (260, 238, 284, 290)
    crops = cut_lines(_page(*_row(200), *_row(290), tall, mark), _placed((200, 290)))

    assert crops[1, 0].box[1] == 226
    assert crops[0, 0].box[3] == 200


def test_a_comma_stays_on_its_line() -> None:
    comma = (490, 196, 498, 212)
    crops = cut_lines(_page(*_row(200), *_row(290), comma), _placed((200, 290)))

    assert crops[0, 0].box[2:] == (498, 212)


def test_letters_of_a_label_are_no_value() -> None:
    label = FoundLabel(
        left=100, right=230, baseline=200, top_baseline=200, similarity=1.0, boxes=((100, 150, 230, 210),)
    )
    placed = _placed((200,), {(0, 0, 0): label})
    line = replace(placed.fields[0].lines[0], left=235)
    placed = replace(placed, fields=(replace(placed.fields[0], lines=(line,)),))

    assert cut_lines(_page(*_row(200)), placed)[0, 0].box[0] == 260


def test_strokes_of_three_lines_that_only_touch_part_in_the_seams() -> None:
    feet = [(260, 160, 300, 200), (260, 201, 300, 290), (260, 291, 300, 380)]  # the tall ones hang from the row above
    page = _page(*feet)
    page.ink[160:380, 260:300] = 1
    page.grey[[200, 290], 260:300] = 150  # two strokes' edges, lighter than either
    crops = cut_lines(page, _placed((200, 290, 380)))

    edges = [(crop.box[1], crop.box[3]) for _, crop in sorted(crops.items())]
    assert [abs(top - expected) <= 1 for (top, _), expected in zip(edges, (160, 200, 290), strict=True)] == [True] * 3


def test_the_colon_of_a_label_is_no_value() -> None:
    crops = cut_lines(_page((104, 170, 111, 177), (104, 190, 111, 197)), _placed((200,)))
    assert crops == {}


def test_a_letter_with_a_tail_longer_than_itself_stays_on_its_line() -> None:
    letter, tail = (340, 164, 366, 200), (340, 200, 346, 300)  # its middle lies on the line below
    crops = cut_lines(_page(*_row(200)[:1], letter, tail), _placed((200, 290)))

    assert set(crops) == {(0, 0)}
    assert crops[0, 0].box[2] == 366


def test_an_empty_space_with_a_piece_of_a_tail_from_above_is_empty() -> None:
    piece = (340, 226, 346, 262)
    assert set(cut_lines(_page(*_row(200), piece), _placed((200, 290)))) == {(0, 0)}


def test_a_flourish_over_no_letter_leaves_the_line() -> None:
    flourish = (640, 222, 690, 238)
    crops = cut_lines(_page(*_row(290), flourish), _placed((290,)))

    assert crops[0, 0].box == (200, 250, 464, 290)


def test_a_tone_mark_over_a_letter_stays() -> None:
    mark = (262, 222, 290, 236)
    assert cut_lines(_page(*_row(290), mark), _placed((290,)))[0, 0].box[1] == 222


def test_what_stands_before_a_labels_colon_is_no_value() -> None:
    accent, colon = (98, 150, 108, 158), ((110, 168, 118, 176), (110, 192, 118, 200))
    crops = cut_lines(_page(accent, *colon, (132, 160, 156, 200)), _placed((200,)))

    assert crops[0, 0].box == (132, 160, 156, 200)
