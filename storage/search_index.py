"""The search index of entries: the words an entry is found by.

The index holds, for each name of an entry, every tail of it without tone marks (`nguyen van an`, `van an`, `an`), and
its dates and numbers with a sign before them. A run of words, or the beginning of one, is then one range of an
ordered index: the same statement on SQLite and PostgreSQL, and no full-text engine to differ.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, insert

from corrections.entries import Entry
from corrections.search_keys import name_tails
from layouts.columns import FieldKind, columns
from layouts.register_types import RegisterType
from storage.schema import entry_words

__all__ = ["DATE_SIGN", "NUMBER_SIGN", "index_entry", "index_words"]

DATE_SIGN = "@"
NUMBER_SIGN = "#"
_MAX_WORD = 200
"""Characters of a word of the index; a longer one is found by its beginning."""


def index_words(entry: Entry) -> frozenset[str]:
    """What the index holds for an entry."""
    kinds = _kinds(entry.register_type)
    words: set[str] = set()
    for name, value in entry.fields.items():
        kind = kinds.get(name)
        text = value.normalized or value.text
        if not text:
            continue
        if kind is FieldKind.NAME:
            words.update(tail[:_MAX_WORD] for tail in name_tails(text))
        elif kind is FieldKind.DATE:
            words.update((f"{DATE_SIGN}{text}"[:_MAX_WORD], f"{DATE_SIGN}{text[-4:]}"))
        elif kind is FieldKind.ID_NUMBER:
            words.add(f"{NUMBER_SIGN}{text}"[:_MAX_WORD])
        elif kind is FieldKind.REGISTRATION_NUMBER:
            words.add(f"{NUMBER_SIGN}{text.split('/')[0].lstrip('0')}"[:_MAX_WORD])
    return frozenset(words)


@cache
def _kinds(register_type: RegisterType) -> dict[str, FieldKind]:
    return {c.name: c.kind for c in columns(register_type)}


def index_entry(connection: Connection, entry: Entry, *, before: Entry | None) -> None:
    """Bring the index to what the entry says now."""
    new = index_words(entry)
    old = index_words(before) if before is not None else frozenset()
    gone, added = old - new, new - old
    if gone:
        connection.execute(
            entry_words.delete().where(entry_words.c.entry_id == entry.id, entry_words.c.word.in_(sorted(gone)))
        )
    if added:
        connection.execute(insert(entry_words), [{"word": word, "entry_id": entry.id} for word in sorted(added)])
