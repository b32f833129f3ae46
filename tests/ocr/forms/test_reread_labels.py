"""Lines with missing labels are read again; what fails there costs nothing."""

from __future__ import annotations

import numpy as np
import pytest

from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.forms import reread_labels as second_look
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import find_forms
from ocr.forms.reread_labels import look_again
from ocr.tesseract import TesseractError
from tests.ocr.forms.test_match_form import printed_words


def test_a_strip_that_tesseract_cannot_read_leaves_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    template = shipped_templates()["birth-2015"]
    words = [word for word in printed_words(template) if word.text != "tộc:"]
    match = find_forms(token_rows(words), [template])[0]
    blank = np.full((3508, 2480), 255, np.uint8)
    page = CleanPage(grey=blank, ink=np.zeros_like(blank), dotted_lines=(), rules=())
    asked: list[int] = []

    def crash(strips: list[np.ndarray], *, dpi: int) -> None:
        asked.append(len(strips))
        raise TesseractError("tesseract_failed", "Tesseract không đọc được ảnh này.")

    monkeypatch.setattr(second_look, "read_strips", crash)

    assert look_again(page, words, match) == (words, match)
    assert asked and asked[0] > 0
