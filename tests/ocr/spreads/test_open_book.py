"""Readings of both pages of an open book become one, with boxes on the whole scan."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.register_types import RegisterType
from ocr.readings import Engine, EntryReading, FieldReading, PageKind, PageReading
from ocr.spreads.open_book import joined_readings


def half(left: float, index: int, kind: PageKind = PageKind.ENTRIES) -> PageReading:
    """A page that takes half of the scan, from `left` on."""
    field = FieldReading(
        column="so", text=str(index), confidence=0.9, engine=Engine.TESSERACT, box=(0.2, 0.1, 0.4, 0.2)
    )
    entry = EntryReading(region=0, box=(0.0, 0.0, 1.0, 1.0), fields={"so": field})
    return PageReading(
        source="a3.jpg",
        page=0,
        half=index,
        kind=kind,
        register_type=RegisterType.BIRTH,
        layout="birth-2006",
        entries=(entry,),
        homography=(0.5, 0.0, left, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    )


def test_entries_are_numbered_on_and_boxes_move_to_their_half() -> None:
    joined = joined_readings([half(0.0, 0), half(0.5, 1)], rotation=0)
    assert [entry.region for entry in joined.entries] == [0, 1]
    assert joined.half is None
    assert joined.entries[1].box == pytest.approx((0.5, 0.0, 1.0, 1.0))
    assert joined.entries[0].fields["so"].box == pytest.approx((0.1, 0.1, 0.2, 0.2))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_homography_of_the_whole_maps_the_page_onto_the_scan(rotation: int) -> None:
    joined = joined_readings([half(0.0, 0), half(0.5, 1)], rotation=rotation)
    matrix = np.array(joined.homography).reshape(3, 3)
    for entry, left in zip(joined.entries, (0.0, 0.5), strict=True):
        x0, y0, x1, y1 = entry.box
        corners = np.array([(x0, y0, 1.0), (x1, y1, 1.0)]) @ matrix.T
        low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
        assert tuple(low) == pytest.approx((left, 0.0), abs=1e-9)
        assert tuple(high) == pytest.approx((left + 0.5, 1.0), abs=1e-9)
