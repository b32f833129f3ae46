"""A page that goes on with somebody's entry has none of its own: that person's PDF would show another one's data."""

from __future__ import annotations

from corrections.titles import entry_title
from storage.entries import StoredEntry, entries_over_pages
from storage.opening.database import Connection
from storage.pages import PageRow
from workbench.services.errors import InvalidInput

__all__ = ["refuse_on_joined_page", "whose_page"]


def whose_page(connection: Connection, page: PageRow) -> StoredEntry | None:
    """The entry of another page that goes on with this one; None for a page of its own."""
    return next((one for one in entries_over_pages(connection, page.book_id) if page.id in one.more_pages), None)


def refuse_on_joined_page(connection: Connection, page: PageRow, then: str) -> None:
    """Refuse an entry on a page that goes on with another one.

    Args:
        connection: the transaction's.
        page: where the entry stands.
        then: what may be done once the page is parted, Vietnamese: `mở lại`.

    Raises:
        InvalidInput: it does; the message says with which.
    """
    other = whose_page(connection, page)
    if other is not None:
        raise InvalidInput(
            f"Trang của trường hợp này đang nối vào {entry_title(other.entry) or 'một trường hợp khác'}. Hãy bỏ nối "
            f"trang đó ở thẻ «Các trang» của quyển trước, rồi {then}."
        )
