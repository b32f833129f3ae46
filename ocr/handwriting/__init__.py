"""Reading handwritten lines on an ordinary processor, offline."""

from __future__ import annotations

from ocr.handwriting.types import CharacterReading, HandwritingModelError, LineReading

__all__ = ["CharacterReading", "HandwritingModelError", "LineReading"]
