"""Boxes of fields: roomy, clear of neighbours, one a printed row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.forms import Area, Item, ItemKind
from ocr.placing.placed_page import FieldPlace, WritingLine
from ocr.reading.field_boxes import boxes_on_rows, roomy_boxes


def test_a_box_alone_gets_room_on_every_side() -> None:
    (box,) = roomy_boxes({(0, 0): (100, 100, 200, 140)}).values()

    left, top, right, bottom = box
    assert 100 - left == 100 - top == right - 200 == bottom - 140
    assert 10 <= 100 - left <= 14


def test_room_ends_half_way_to_the_neighbour() -> None:
    boxes = roomy_boxes({(0, 0): (100, 100, 200, 140), (1, 0): (100, 152, 200, 190), (2, 0): (212, 100, 300, 140)})

    assert boxes[0, 0][3] <= 146 <= boxes[1, 0][1]
    assert boxes[0, 0][2] <= 206 <= boxes[2, 0][0]


def test_lines_of_one_field_do_not_hold_each_other_back() -> None:
    boxes = roomy_boxes({(0, 0): (100, 100, 200, 140), (0, 1): (100, 142, 200, 190)})

    assert boxes[0, 0][3] > 145


@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 2000), st.integers(8, 600), st.integers(8, 80)),
        min_size=1,
        max_size=12,
    )
)
def test_no_box_shrinks_or_grows_beyond_its_room(spans: list[tuple[int, int, int, int]]) -> None:
    ink = {(n, 0): (x, y, x + w, y + h) for n, (x, y, w, h) in enumerate(spans)}

    for key, (left, top, right, bottom) in roomy_boxes(ink).items():
        x0, y0, x1, y1 = ink[key]
        assert x0 - 13 <= left < x0 and y0 - 13 <= top < y0
        assert x1 < right <= x1 + 13 and y1 < bottom <= y1 + 13


def _date(lefts: tuple[float, ...], baselines: tuple[float, ...], pieces: tuple[int, ...]) -> FieldPlace:
    item = Item(
        label=("ngày", "tháng", "năm"),
        kind=ItemKind.LINE,
        area=Area.ENTRY,
        columns=("ngayDangKy",),
        slots={"ngayDangKy": (0, 1, 2)},
        x_mm=(6.0, 40.0, 80.0),
        y_mm=20.0,
    )
    lines = tuple(
        WritingLine(left=x, right=x + 80, baseline_left=y, baseline_right=y, height=90)
        for x, y in zip(lefts, baselines, strict=True)
    )
    return FieldPlace(slot=0, item=item, lines=lines, piece_of_line=pieces, certain=True)


def test_slots_of_a_date_on_one_row_become_one_box() -> None:
    place = _date((100, 300, 500), (200, 200, 202), (0, 1, 2))

    found = boxes_on_rows(place, {0: (100, 150, 180, 205), 1: (290, 160, 400, 210), 2: (500, 150, 590, 200)})

    assert found == ((100, 150, 590, 210),)


@pytest.mark.parametrize(("pieces", "baselines"), [((0, 0), (200, 200)), ((0, 2), (200, 200)), ((0, 1), (200, 290))])
def test_other_lines_keep_their_own_boxes(pieces: tuple[int, int], baselines: tuple[int, int]) -> None:
    place = _date((100, 300), baselines, pieces)
    boxes = {0: (100, 150, 180, 205), 1: (290, 160, 400, 210)}

    assert boxes_on_rows(place, boxes) == (boxes[0], boxes[1])
