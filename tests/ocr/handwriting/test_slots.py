"""The slots of a printed date hold days, months and years."""

from __future__ import annotations

import pytest

from layouts.columns import FieldKind
from ocr.handwriting.figure_decoding import figure_prior


@pytest.mark.parametrize(
    ("kind", "possible", "impossible"),
    [
        (FieldKind.DAY, "06", "45"),
        (FieldKind.DAY, "31", "1.3"),
        (FieldKind.MONTH, "9", "19"),
        (FieldKind.MONTH, "12", "m2"),
        (FieldKind.YEAR, "2013", "2073"),
        (FieldKind.YEAR, "2009", "209"),
        (FieldKind.YEAR, "2009", "09"),
    ],
)
def test_what_no_calendar_has_needs_clearer_strokes(kind: FieldKind, possible: str, impossible: str) -> None:
    assert figure_prior(possible, kind) == 0.0
    assert figure_prior(impossible, kind) <= -3.0
