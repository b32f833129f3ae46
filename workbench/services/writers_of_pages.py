"""Who wrote each page of a book: the registrar whom people confirmed on it, or on the pages around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corrections.entries import SETTLED
from storage.entries import stream_entries
from storage.opening.database import Connection
from storage.pages import book_pages

__all__ = ["nearest_agree", "writers_of_pages"]

_REGISTRAR = "nguoiThucHien"


def writers_of_pages(connection: Connection, book_id: int) -> Mapping[int, str]:
    """By page id, who wrote it; empty where the confirmed pages around it do not say so with one voice."""
    confirmed: dict[int, str] = {}
    for stored in stream_entries(connection, book_id, SETTLED):
        value = stored.entry.fields.get(_REGISTRAR)
        if value is not None and value.confirmed and value.normalized:
            confirmed.setdefault(stored.entry.page_id, value.normalized)
    pages = [page.id for page in book_pages(connection, book_id)]
    found = nearest_agree([confirmed.get(page, "") for page in pages])
    return dict(zip(pages, found, strict=True))


def nearest_agree(known: Sequence[str]) -> list[str]:
    """Gaps filled from both sides where the nearest known on either side are one, or there is only one side."""
    before, after = list(known), list(known)
    for place in range(1, len(known)):
        before[place] = before[place] or before[place - 1]
    for place in range(len(known) - 2, -1, -1):
        after[place] = after[place] or after[place + 1]
    return [
        one if one == other or not other else other if not one else "" for one, other in zip(before, after, strict=True)
    ]
