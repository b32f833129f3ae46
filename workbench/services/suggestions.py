"""Suggestions for one field, also for what is being typed."""

from __future__ import annotations

from corrections.entries import FieldValue, Role
from layouts.columns import columns_by_name
from storage.books import get_book
from storage.entries import get_entry
from storage.memory import Recollection
from storage.readings import get_reading
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotFound
from workbench.services.review_types import Suggestion
from workbench.services.review_view import region_of
from workbench.services.suggestion_sources import suggest_for

__all__ = ["suggest"]


@requires(Role.CLERK)
def suggest(ctx: Context, entry_id: int, column: str, *, text: str | None = None) -> tuple[Suggestion, ...]:
    """At most five values for a field.

    Args:
        ctx: A clerk's.
        entry_id: Which entry.
        column: Official column name.
        text: What is being typed; None for what stands.

    Raises:
        NotFound: no such entry.
        InvalidInput: the register type has no such column.
    """
    with ctx.read() as connection:
        stored = get_entry(connection, entry_id)
        book = get_book(connection, stored.entry.book_id) if stored else None
        if stored is None or book is None:
            raise NotFound(Missing.ENTRY)
        known = columns_by_name(stored.entry.register_type)
        if column not in known:
            raise InvalidInput(f"Loại sổ này không có cột {column}. Hãy tải lại trang.")
        reading = get_reading(connection, stored.reading_id) if stored.reading_id else None
        region = region_of(reading, stored.entry.region)
        value = stored.entry.fields.get(column) or FieldValue(column=column, text="", normalized="")
        read = region.fields.get(column) if region else None
        return suggest_for(Recollection(connection), stored.entry, book, known[column], value, read, text=text)
