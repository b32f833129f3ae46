"""Reading handwritten lines on an ordinary processor, offline."""

from __future__ import annotations

from ocr.handwriting.types import CharacterReading, HandwritingModelError, LineReading, LineRecogniser

__all__ = ["CharacterReading", "HandwritingModelError", "LineReading", "LineRecogniser"]
