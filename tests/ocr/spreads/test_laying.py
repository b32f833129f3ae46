"""Two pages laid beside each other: their rows, what stands on them, and the way back to the scans."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.readings import Engine, EntryReading, FieldReading, SignatureReading
from ocr.spreads.laying import from_sheet, laid_entry, rows_beside

LEFT_HALF = np.diag([0.5, 1.0, 1.0])


def rows(first: float, pitch: float, count: int) -> list[tuple[float, float]]:
    return [(first + number * pitch, first + (number + 1) * pitch) for number in range(count)]


@pytest.mark.parametrize("count", [4, 5])
def test_rows_of_a_page_scanned_coarser_come_beside_the_others(count: int) -> None:
    scale, shift = rows_beside(rows(300, 100, 5), rows(250, 90, count))
    for (top, bottom), (mine, own_end) in zip(rows(250, 90, count), rows(300, 100, 5), strict=False):
        assert (scale * top + shift, scale * bottom + shift) == pytest.approx((mine, own_end))


def test_rows_counted_wrong_do_not_shrink_a_page() -> None:
    scale, shift = rows_beside(rows(300, 100, 4), rows(300, 200, 4))
    assert scale == 0.8 and scale * 300 + shift == 300


def test_all_that_has_a_place_on_an_entry_moves_to_the_sheet() -> None:
    space = SignatureReading(title="Người ký", columns=(), signed=True, confidence=0.9, box=(0.6, 0.8, 1.0, 0.9))
    field = FieldReading(column="so", text="1", confidence=0.9, engine=Engine.TESSERACT, box=(0.2, 0.1, 0.4, 0.2))
    entry = EntryReading(region=0, box=(0.0, 0.0, 1.0, 1.0), fields={"so": field}, signatures=(space,))
    laid = laid_entry(entry, LEFT_HALF, facing=True)
    assert laid.box == pytest.approx((0.0, 0.0, 0.5, 1.0))
    assert laid.fields["so"].box == pytest.approx((0.1, 0.1, 0.2, 0.2)) and laid.fields["so"].facing
    assert laid.signatures[0].box == pytest.approx((0.3, 0.8, 0.5, 0.9))


def test_the_sheet_leads_back_to_the_scan() -> None:
    to_scan = np.array([[0.9, 0.02, 0.05], [-0.01, 0.95, 0.03], [0.001, 0.0, 1.0]])
    way = np.array(from_sheet(tuple(to_scan.ravel()), LEFT_HALF)).reshape(3, 3)
    on_sheet, on_page = np.array([0.25, 0.4, 1.0]), np.array([0.5, 0.4, 1.0])
    found, expected = way @ on_sheet, to_scan @ on_page
    assert found[:2] / found[2] == pytest.approx(expected[:2] / expected[2])
