"""The recognisers of this installation as one short text: a page read under another text counts as unread."""

from __future__ import annotations

from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.types import HandwritingModelError
from ocr.tesseract import tesseract_version

__all__ = ["recogniser_version"]

PIPELINE = 1
"""Raised when the steps change so much that books under way should be read again."""


def recogniser_version() -> str:
    """Versions of the pipeline, of Tesseract and of the handwriting model.

    Raises:
        MissingProgramError: Tesseract is not installed.
    """
    try:
        handwriting = HandwritingRecogniser().version
    except HandwritingModelError:
        handwriting = "none"
    return f"pipeline {PIPELINE}; tesseract {tesseract_version()}; handwriting {handwriting}"[:200]
