"""Stops within the names of units, and colons no address has."""

from dataclasses import replace

import pytest

from ocr.handwriting.decoding import Decoding
from ocr.handwriting.place_stops import in_usual_stops


def read(text: str) -> Decoding:
    return Decoding(
        text=text, characters=(), decoded=text, posterior=0.99, strokes=-0.1, weakest=0.99, prior=-3.0, alternatives=()
    )


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Quỳnh: Hội, Quỳnh Phụ, Thái Bình", "Quỳnh Hội, Quỳnh Phụ, Thái Bình"),
        ("Tổ 5: Việt Hồng, Bắc Quang, Hà Giang", "Tổ 5, Việt Hồng, Bắc Quang, Hà Giang"),
    ],
)
def test_stops_that_no_address_has_are_put_right_and_looked_at(seen: str, meant: str) -> None:
    mended = in_usual_stops(read(seen))
    assert mended.decoded == meant
    assert mended.text == seen
    assert mended.posterior <= 0.5
    assert mended.alternatives[0][0] == seen


def test_other_addresses_stay_as_they_are() -> None:
    decoding = read("Thường trú: Quỳnh Hội, Quỳnh Phụ, Thái Bình")
    assert in_usual_stops(decoding) == replace(decoding)
