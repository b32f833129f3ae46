"""Columns that take their values from one run of text (`Lê Văn An, Ấp 6, Vĩnh Trung, CMND 012345678`).

Each of them keeps the whole run as its text and its own part as its standard value. Which part that is depends on the
columns it shares with, so `normalise` is told of them, for what the machine read and for what a person mends in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz.distance import Levenshtein

from corrections.entries import FieldValue
from vietnamese.letters import fold_spaces

__all__ = ["sharing"]

_MENDED = 0.6
"""Likeness of a new text to the run from which it is the run put right, and not one column's part of it; the review
form carries it to the other columns from the same (`mended` in `entry_values.js`)."""


def sharing(fields: Mapping[str, FieldValue], name: str, text: str) -> str:
    """The columns that share a run with one, itself among them, as `normalise` takes them; empty when it has its own.

    Args:
        fields: values of the entry, before the text was changed.
        name: the column.
        text: that is to stand in it: the run, mended or not. Another text is the column's alone.
    """
    before = fields.get(name)
    if before is None or not before.text:
        return ""
    names = [other for other, value in fields.items() if value.text == before.text]
    old, new = fold_spaces(before.text), fold_spaces(text)
    is_run = len(names) > 1 and Levenshtein.normalized_similarity(old, new) >= _MENDED
    return ",".join(names) if is_run else ""
