"""What the grid of one column over many entries calls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from starlette.responses import JSONResponse, Response

from layouts.codes import label_of
from layouts.columns import Column
from layouts.columns import column as column_of
from workbench.routes.bodies import flag, items, text, whole
from workbench.routes.guard import Call
from workbench.routes.measured import effort_of_all
from workbench.services.books import book_pages, book_progress
from workbench.services.bulk import confirm_field_many, field_grid
from workbench.services.errors import InvalidInput
from workbench.services.page_source import scanned_source
from workbench.services.review_types import GridCell, GridItem

__all__ = ["next_fields", "save"]

_MOST_ODD = 200
"""Cells of one save that may be marked; the grid shows fewer."""

_MOST = 120
"""Cells of a grid at once."""
_AT_ONCE = 1000
"""Entries fetched in one go while a whole book is looked through."""


def next_fields(call: Call) -> Response:
    """Cells of a column that nobody has confirmed, equal values side by side so that an odd one stands out; those of
    entries that somebody else has before him are counted only."""
    book_id, name = call.number("book"), call.request.query_params.get("column", "")
    if book_id is None:
        raise InvalidInput("Chưa chọn sổ. Hãy chọn một sổ rồi thử lại.")
    unconfirmed = [c for c in _all_cells(call, book_id, name) if not c.confirmed]
    cells = [c for c in unconfirmed if not c.held]
    cells.sort(key=lambda c: (c.needs_review, c.normalized or c.text, -c.confidence))
    kind = book_progress(call.context, book_id).book.register_type
    column = column_of(kind, name)
    positions = {page.id: page.position for page in book_pages(call.context, book_id)}
    shown = cells[: min(_MOST, call.number("n", 60) or 60)]
    return JSONResponse(
        {
            "label": column.label,
            "remaining": len(cells),
            "held": len(unconfirmed) - len(cells),
            "items": [_item(call, cell, column, positions[cell.page_id]) for cell in shown],
        }
    )


def _all_cells(call: Call, book_id: int, column: str) -> Iterator[GridCell]:
    """Every cell of the column in the book, however many entries it has."""
    for offset in count(0, _AT_ONCE):
        cells = field_grid(call.context, book_id, column, limit=_AT_ONCE, offset=offset)
        if cells is None:
            return
        yield from cells


def _item(call: Call, cell: GridCell, column: Column, position: int) -> dict[str, Any]:
    source = scanned_source(call.context, cell.page_id)
    words = label_of(column.code_list, cell.normalized) if column.code_list else None
    return {
        "entry": cell.entry_id,
        "revision": cell.revision,
        "title": f"Số {cell.number}" if cell.number else f"Trang quét {position + 1}",
        "text": cell.text,
        "standard": words or ("" if cell.text else cell.normalized),
        "needs_review": cell.needs_review,
        "crop": f"/api/review/crop/{cell.entry_id}/{column.name}?v={source.key}" if source else "",
    }


def save(call: Call) -> Response:
    """Confirm the cells that were not picked out as odd, and keep in mind those that were."""
    body = call.body
    cells = tuple(
        GridItem(
            entry_id=whole(item["entry"]),
            revision=whole(item["revision"]),
            text=text(item["text"]) if flag(item.get("changed", False)) else None,
        )
        for item in items(body["items"])
    )
    token = text(body["token"])
    odd = tuple(whole(entry) for entry in items(body.get("odd", [])))[:_MOST_ODD]
    effort = effort_of_all(body.get("effort") or {})
    result = confirm_field_many(call.context, text(body["column"]), cells, token=token, odd=odd, effort=effort)
    return JSONResponse({"token": token, "saved": list(result.saved), "refused": len(result.refused), "revision": 0})
