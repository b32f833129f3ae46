"""Which books come first: the office's rule, and the places it gives."""

from __future__ import annotations

from dataclasses import replace

from corrections.entries import Book, Role
from exports.inventory import InventoryBook, PriorityRule, book_priority
from layouts.register_types import RegisterType
from storage import books as store
from storage.opening.database import Connection
from storage.settings_store import get_setting, put_setting
from workbench.services.context import Context, requires

__all__ = ["FIXED", "placed", "priority_rule", "save_priority_rule"]

FIXED = "priority_fixed"
"""Setting of a book whose place a person has chosen; the rule leaves it alone."""
_RULE = "book_priority"


@requires(Role.CLERK)
def priority_rule(ctx: Context) -> PriorityRule:
    """The office's rule; the usual one where none was chosen."""
    with ctx.read() as connection:
        return _rule(connection)


@requires(Role.SUPERVISOR, whole=True)
def save_priority_rule(ctx: Context, rule: PriorityRule) -> int:
    """Keep a rule and give every book its place by it, those a person placed apart; returns how many moved."""
    kept = {
        "types": [kind.value for kind in rule.type_order],
        "clear_first": rule.clear_first,
        "newest_first": rule.newest_first,
    }
    with ctx.write() as work:
        put_setting(work.connection, _RULE, kept)
        moved = 0
        for book in store.list_books(work.connection):
            after = _by_rule(book, rule)
            if after != book:
                store.save_book(work.connection, after)
                moved += 1
        work.note("book_priority", new=f"{kept} {moved}")
        return moved


def placed(connection: Connection, book: Book) -> Book:
    """The book with the place the office's rule gives it, or the one a person chose."""
    return _by_rule(book, _rule(connection))


def _by_rule(book: Book, rule: PriorityRule) -> Book:
    if book.settings.get(FIXED):
        return book
    return replace(book, priority=book_priority(InventoryBook.of_book(book), rule))


def _rule(connection: Connection) -> PriorityRule:
    kept = get_setting(connection, _RULE)
    if not kept:
        return PriorityRule()
    return PriorityRule(
        type_order=tuple(RegisterType(kind) for kind in kept["types"]),
        clear_first=kept["clear_first"],
        newest_first=kept["newest_first"],
    )
