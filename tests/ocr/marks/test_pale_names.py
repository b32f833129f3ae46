"""Names in ink too pale for the page's threshold are found where Tesseract reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ocr.cleaning.clean import CleanPage
from ocr.marks.pale_names import with_pale_names
from ocr.marks.signature_names import names_below
from ocr.tesseract import Word
from tests.ocr.marks.test_signature_names import PAPER, TITLE, _ink, _placed

_SIGNATURE, _NAME = TITLE + 110, TITLE + 220


def _page(level: int, *, inked: bool = False) -> CleanPage:
    """A signature as dark as print, and a name below it as pale as asked."""
    signature, name = _ink(_SIGNATURE), _ink(_NAME)
    grey = np.full(signature.shape, 255, np.uint8)
    grey[signature > 0] = 40
    grey[name > 0] = level
    return CleanPage(grey=grey, ink=signature | name if inked else signature, dotted_lines=(), rules=())


def _read(text: str, confidence: float) -> Word:
    return Word(text=text, left=1400, top=_NAME - 36, right=1700, bottom=_NAME, confidence=confidence, line=1)


def test_a_pale_name_gets_its_ink_and_is_the_name() -> None:
    page = with_pale_names(_page(170), _placed(), [_read("Thái", 0.96)])

    placed, _ = names_below(_placed(), page.ink, [], PAPER)
    assert abs(placed.fields[0].lines[0].baseline_left - _NAME) < 6
    assert page.ink[_NAME - 20, 1400:1700].all()


def test_grain_and_what_is_inked_already_stay_as_they_are() -> None:
    for page, word in (
        (_page(240), _read("Thái", 0.96)),
        (_page(170), _read("Thái", 0.5)),
        (_page(170), _read("Bí"[:1], 0.96)),
        (_page(170, inked=True), _read("Thái", 0.96)),
        (_page(170), replace(_read("Thái", 0.96), left=100, right=300)),
    ):
        assert with_pale_names(page, _placed(), [word]) is page
