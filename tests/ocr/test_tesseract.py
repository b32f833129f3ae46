"""What people are told when Tesseract does not answer."""

from __future__ import annotations

import numpy as np
import pytest

from ocr import tesseract


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (RuntimeError("Tesseract process timeout"), "tesseract_too_slow", "Hãy chờ máy rảnh"),
        (RuntimeError("something else"), "tesseract_failed", "Hãy quét lại trang"),
    ],
)
def test_a_busy_machine_is_no_bad_scan(monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, told: str) -> None:
    def fails(*_args: object, **_options: object) -> str:
        raise error

    monkeypatch.setattr(tesseract.pytesseract, "image_to_data", fails)
    with pytest.raises(tesseract.TesseractError, match=told) as caught:
        tesseract.read_words(np.full((40, 60), 255, dtype=np.uint8), dpi=200)
    assert caught.value.code == code
