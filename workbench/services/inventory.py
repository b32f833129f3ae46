"""The inventory of books as an Excel file, in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from corrections.entries import ELSEWHERE, YES, Book, BookState, Role
from exports.inventory import InventoryBook, read_inventory, write_inventory
from storage import books as store
from storage.offices import office_tree
from workbench.services.book_order import placed
from workbench.services.context import Context, requires
from workbench.services.days import today_kept

__all__ = ["InventoryResult", "export_inventory", "import_inventory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryResult:
    """What an import of an inventory did."""

    added: int
    updated: int


@requires(Role.CLERK, Role.INSPECTOR)
def export_inventory(ctx: Context) -> bytes:
    """All books as an Excel file."""
    with ctx.read() as connection:
        return write_inventory([InventoryBook.of_book(book) for book in store.list_books(connection)])


@requires(Role.SUPERVISOR)
def import_inventory(ctx: Context, path: Path, sheet: str = "") -> InventoryResult:
    """Take in an inventory: new books are added, known ones get its counts; all of it or nothing.

    A book that has come further than the file says keeps its state. The office's rule gives each its place.

    Raises:
        WorkbookError: the file cannot be taken; every problem is named and nothing was changed.
    """
    listed = read_inventory(path, sheet)
    added = updated = 0
    mine = ctx.office_ids()
    with ctx.write() as work:
        tree = office_tree(work.connection)
        for item in listed:
            kind = item.register_type
            known = store.find_book(work.connection, kind, item.volume_number, item.office)
            book = placed(work.connection, _merged(known, item))
            if book.office_id is None and (named := tree.of_words(book.office, today_kept(), mine)) is not None:
                book = replace(book, office_id=named.id)
            if known is None:
                store.add_book(work.connection, book)
                added += 1
            elif book != known:
                store.save_book(work.connection, book)
                updated += 1
        work.note("import_inventory", new=f"{added} {updated}")
    return InventoryResult(added=added, updated=updated)


def _merged(known: Book | None, item: InventoryBook) -> Book:
    settings = dict(known.settings) if known else {}
    if item.clear is not None:
        settings["clear"] = "yes" if item.clear else "no"
    if item.elsewhere is not None:
        settings[ELSEWHERE] = YES if item.elsewhere else ""
    # The record knows better than a list how far a book has come, once work on it has begun.
    state = known.state if known and known.state is not BookState.TO_COLLECT else item.state
    return Book(
        id=known.id if known else 0,
        register_type=item.register_type,
        volume_number=item.volume_number,
        office=item.office,
        state=state,
        priority=known.priority if known else 0,
        pages=item.pages if item.pages is not None else (known.pages if known else None),
        expected_entries=_first(item.expected_entries, known.expected_entries if known else None),
        opened_on=known.opened_on if known else "",
        closed_on=known.closed_on if known else "",
        signer=known.signer if known else "",
        signer_title=known.signer_title if known else "",
        remarks=item.remarks or (known.remarks if known else ""),
        settings=settings,
        office_id=known.office_id if known else None,
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
