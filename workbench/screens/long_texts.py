"""Tables whose longest text is read whole: rows as high as its lines, in which it wraps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["row_height", "told_apart", "wrapping"]

_LETTER, _SIDES = 6.5, 18
"""Pixels of a letter of a table on the average, and of a cell's edges: looked at on pictures of screens."""
_LINE, _AROUND = 19, 14
"""Height in pixels of a line, and of what a row has above and below its lines."""
_WRAPS = 66
"""Pixels of a row in which the framework lets texts wrap: more than 4 rem, whatever lines there are."""
_MOST_LINES = 5
"""A longer text is cut; a double click on the cell shows it whole."""


def wrapping(columns: Mapping[str, Any], *heads: str) -> dict[str, int]:
    """Columns whose texts wrap, with the widths in pixels that the table gives them: what `row_height` takes.

    Args:
        columns: what `st.column_config` made with a width in pixels, by head.
        heads: which of them wrap.
    """
    return {head: columns[head]["width"] for head in heads}


def row_height(rows: Sequence[Mapping[str, object]], pixels: Mapping[str, int]) -> int | None:
    """Height in pixels of the rows of a table; None for the usual one, where every text has room on one line.

    Args:
        rows: the table.
        pixels: width of the columns with long texts.
    """
    texts = ((str(row.get(name) or ""), wide) for row in rows for name, wide in pixels.items())
    lines = max((math.ceil(len(text) * _LETTER / (wide - _SIDES)) for text, wide in texts), default=1)
    return None if lines <= 1 else max(_WRAPS, min(lines, _MOST_LINES) * _LINE + _AROUND)


def told_apart(places: Sequence[str]) -> tuple[str, ...]:
    """Places without the last parts that all of them share (district, province); the first part stays."""
    parts = [place.split(", ") for place in places]
    most = min(map(len, parts), default=1) - 1
    shared = next((n for n in range(most) if len({place[-1 - n] for place in parts}) > 1), most)
    return tuple(", ".join(place[: len(place) - shared]) for place in parts)
