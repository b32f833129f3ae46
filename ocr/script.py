"""Typed or written by hand: decided line by line, with the page as the first guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocr.cut_lines import LineCrop, LineKey
from ocr.readings import Script
from ocr.tesseract import TypedLine, Word

__all__ = ["decide_scripts"]


def decide_scripts(
    crops: Mapping[LineKey, LineCrop], typed: Mapping[LineKey, TypedLine], seen: Mapping[LineKey, Sequence[Word]]
) -> dict[LineKey, Script]:
    """The script of every line.

    Args:
        crops: the lines.
        typed: Tesseract's reading of the crops it was given.
        seen: Tesseract's words of the whole page that fall on each line.
    """
    weights = {key: max(len(typed[key].text), 1) if key in typed else 6 for key in crops}
    belief = {key: _typed_belief(typed.get(key), seen.get(key, ())) for key in crops}
    total = sum(weights.values())
    page = sum(belief[key] * weights[key] for key in crops) / total if total else 0.0
    return {
        key: Script.TYPED if key in typed and 0.6 * belief[key] + 0.4 * page > 0.62 else Script.HANDWRITTEN
        for key in crops
    }


def _typed_belief(line: TypedLine | None, seen: Sequence[Word]) -> float:
    """How much a line looks typed, 0..1: type is what Tesseract is sure of, twice."""
    if line is None or not line.text:
        return 0.0
    letters = sum(len(w.text) for w in seen)
    page = sum(w.confidence * len(w.text) for w in seen) / letters if letters else 0.0
    return 0.75 * line.confidence + 0.25 * page
