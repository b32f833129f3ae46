"""The halves of tables over two facing pages: which columns a page alone may carry."""

from __future__ import annotations

from collections.abc import Sequence

from layouts.forms import FormTemplate, PageLayout

__all__ = ["LEFT", "RIGHT", "facing_side", "half_tables"]

LEFT, RIGHT = 0, 1
"""The halves of an open book, as `PageTask.half` counts them."""

_FEWEST_COLUMNS = 4
"""Of a half; where the fold runs is not known, so every cut that leaves so many columns on both pages is tried."""


def half_tables(templates: Sequence[FormTemplate]) -> list[FormTemplate]:
    """Left and right halves of the tables over two pages among some forms, cut at every column near the middle."""
    halves = []
    for template in templates:
        if template.layout is PageLayout.SPREAD_ROWS:
            items = sorted(template.items, key=lambda item: item.x_mm[0])
            for cut in range(_FEWEST_COLUMNS, len(items) - _FEWEST_COLUMNS + 1):
                halves += [_half(template, items[:cut]), _half(template, items[cut:])]
    return halves


def _half(template: FormTemplate, items: Sequence[object]) -> FormTemplate:
    return template.model_copy(update={"items": tuple(items)})


def facing_side(half: FormTemplate, whole: FormTemplate) -> int | None:
    """`LEFT` or `RIGHT` for a half of a table, None for the whole."""
    if half.layout is not PageLayout.SPREAD_ROWS or len(half.items) == len(whole.items):
        return None
    first = min(whole.items, key=lambda item: item.x_mm[0])
    return LEFT if first in half.items else RIGHT
