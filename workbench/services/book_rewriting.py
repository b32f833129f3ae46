"""A book put right puts its entries right: values from the book's record follow it, and their checks run anew."""

from __future__ import annotations

from dataclasses import replace

from corrections.checks import check_fields, kept_remarks
from corrections.checks_book import book_remarks
from corrections.entries import Book, Entry, EntryState, FieldValue, ValueSource
from storage.audit_log import seal_of
from storage.entries import SaveMarks, save_entry, stream_entries
from workbench.services.context import Work

__all__ = ["rewrite_entries", "values_of_book"]

_FROM_BOOK = {
    "volume_number": ("quyenSo",),
    "office": ("noiDangKy", "noiCap"),
    "signer": ("nguoiKy",),
    "signer_title": ("chucVuNguoiKy",),
}
"""Field of the book -> the entries' columns that repeat it."""


def rewrite_entries(work: Work, before: Book, after: Book, account_id: int | None) -> int:
    """Give the entries of a corrected book its values; returns how many changed.

    Only what came from the book's record, or says the same as the old record, follows: what ink says otherwise stays.
    """
    if not _moved(before, after):
        return 0
    entries = [stored.entry for stored in stream_entries(work.connection, after.id)]
    return sum(_rewrite(work, entry, values_of_book(entry, before, after), account_id) for entry in entries)


def values_of_book(entry: Entry, before: Book, after: Book) -> dict[str, FieldValue]:
    """What an entry has from the record of one book, as the record of another says it; without columns that stay."""
    moved = _moved(before, after)
    return {n: _with(entry.fields[n], new) for n, (old, new) in moved.items() if _follows(entry, n, old, new)}


def _moved(before: Book, after: Book) -> dict[str, tuple[str, str]]:
    """Columns in which two records differ, each with its old and new value."""
    return {
        name: (getattr(before, what), getattr(after, what))
        for what, names in _FROM_BOOK.items()
        for name in names
        if getattr(before, what) != getattr(after, what) and getattr(after, what)
    }


def _rewrite(work: Work, entry: Entry, changed: dict[str, FieldValue], account_id: int | None) -> bool:
    if not changed or entry.state is EntryState.SET_ASIDE:
        return False
    fields = {**entry.fields, **changed}
    of_book = book_remarks(entry.findings, changed)
    findings = (*kept_remarks(entry.findings), *check_fields(entry.register_type, fields), *of_book)
    after = replace(entry, fields=fields, findings=findings, revision=entry.revision + 1)
    saved = save_entry(work.connection, entry, after, SaveMarks(account_id=account_id))
    where = {"entry_id": entry.id, "book_id": entry.book_id}
    for name, value in changed.items():
        old = entry.fields[name].normalized
        work.note("book_corrected", **where, column=name, source=value.source.value, old=old, new=value.normalized)
    work.note("book_corrected", **where, source=seal_of(saved), old=entry.state.value, new=saved.state.value)
    return True


def _follows(entry: Entry, name: str, old: str, new: str) -> bool:
    value = entry.fields.get(name)
    if value is None or value.normalized == new:
        return False
    return value.source is ValueSource.BOOK or (bool(old) and value.normalized == old)


def _with(value: FieldValue, new: str) -> FieldValue:
    return replace(value, text=new, normalized=new, source=ValueSource.BOOK, needs_review=False)
