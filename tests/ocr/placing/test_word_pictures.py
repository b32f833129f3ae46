"""Printed words found by their look under the writing that runs into them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layouts.loader import shipped_templates
from ocr.cleaning.clean import CleanPage
from ocr.forms.geometry import FormGeometry, fit_labels
from ocr.forms.match_form import FormMatch, FoundLabel
from ocr.placing.word_pictures import find_printed_word

_FORM = "marital-status-2006"
_BASE, _ROW = 400, 900


def _printed(page: np.ndarray, text: str, left: int, baseline: int) -> None:
    cv2.putText(page, text, (left, baseline), cv2.FONT_HERSHEY_COMPLEX, 1.1, 0, 2, cv2.LINE_AA)


@pytest.fixture
def form() -> FormGeometry:
    """A page with `Ngay, thang, nam sinh:` read as one word, and a row of slots with figures written into its words."""
    page = np.full((3500, 2480), 255, np.uint8)
    words = ("Ngay,", "thang,", "nam", "sinh:")
    left = 200
    for word in words:
        _printed(page, word, left, _BASE)
        left += cv2.getTextSize(word, cv2.FONT_HERSHEY_COMPLEX, 1.1, 2)[0][0] + 14
    _printed(page, "thang", 1000, _ROW)
    cv2.putText(page, "17", (950, _ROW + 6), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.8, 40, 3, cv2.LINE_AA)
    template = shipped_templates()[_FORM]
    number = next(n for n, item in enumerate(template.items) if item.label[0].startswith("Ngày, tháng, năm sinh"))
    label = FoundLabel(
        left=198, right=left, baseline=_BASE, top_baseline=_BASE, similarity=1.0,
        boxes=((198.0, _BASE - 36.0, float(left), _BASE + 12.0),),
    )  # fmt: skip
    match = FormMatch(template=template, labels={(0, number, 0): label}, found=20, total=20)
    clean = CleanPage(grey=page, ink=(page < 128).astype(np.uint8), dotted_lines=(), rules=())
    fit = fit_labels(match)
    assert fit is not None
    return FormGeometry(match, clean, fit, {})


def test_a_word_that_figures_touch_is_found(form: FormGeometry) -> None:
    found = find_printed_word(form, "tháng", _ROW, (700, 1500))
    assert found is not None and abs(found[0] - 1000) < 8


def test_where_no_such_word_is_printed_none_is_found(form: FormGeometry) -> None:
    assert find_printed_word(form, "tháng", 2000, (700, 1500)) is None
    assert find_printed_word(form, "quyển", _ROW, (700, 1500)) is None


def test_a_space_narrower_than_the_word_holds_it_not(form: FormGeometry) -> None:
    assert find_printed_word(form, "tháng", _ROW, (1000, 1020)) is None
