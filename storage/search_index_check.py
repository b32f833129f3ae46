"""The search index held against the entries: words that are missing or do not belong there, and putting it right.

The index has no seals: whatever it holds follows from the entries, which have. So the words are made again from every
entry and compared. A record of a province has twenty million words, so both sides are first added up in small sums;
words are laid side by side only where two sums differ.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection, and_, delete, insert, select, tuple_

from corrections.entries import Entry
from storage.entries import readable_entries
from storage.schema import entry_words
from storage.search_index import index_words

__all__ = ["IndexFault", "IndexSums", "index_faults", "mend_index"]

_SUMS = 1 << 16
"""Entries whose numbers share their last bits share a sum."""
_SUMS_AT_ONCE = 1 << 12
"""Of those that differ, whose words are in memory at a time: a sixteenth of the index at most."""
_NOWHERE = -1
"""In place of an id that is none: somebody wrote something else there."""
_AT_ONCE = 5000
"""Rows fetched together."""
_MENDED_AT_ONCE = 400
"""Entries in one statement; SQLite once took 999 values at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFault:
    """An entry that is found by other words than it has."""

    entry_id: int
    missing: frozenset[str]
    """Words of the entry that find nothing."""
    foreign: frozenset[str]
    """Words that find it and are not its own; also of an entry that is not there."""


class IndexSums:
    """Words of entries added up in small sums, while somebody walks over all entries; then held against the index.

    The digests have a key of this moment: nobody can choose words that add up to the same.
    """

    def __init__(self) -> None:
        self._digest, self._sums = _digest_of(secrets.token_bytes(16)), [0] * _SUMS

    def take(self, entry_id: int, entry: Entry | None) -> None:
        """Count an entry; one that cannot be read has no words here and is told by its seal."""
        for word in index_words(entry) if entry is not None else ():
            self._sums[entry_id % _SUMS] -= self._digest(entry_id, word)

    def faults(self, connection: Connection) -> Iterator[IndexFault]:
        """Every entry whose words in the index are not its own, once all entries were taken."""
        for entry_id, word in _indexed(connection):
            self._sums[entry_id % _SUMS] += self._digest(entry_id, word)
        differing = [number for number, left in enumerate(self._sums) if left]
        for start in range(0, len(differing), _SUMS_AT_ONCE):
            yield from _faults_among(connection, frozenset(differing[start : start + _SUMS_AT_ONCE]))


def index_faults(connection: Connection) -> Iterator[IndexFault]:
    """Every entry whose words in the index are not its own, on a walk over all entries for that alone."""
    sums = IndexSums()
    for entry_id, entry in readable_entries(connection):
        sums.take(entry_id, entry)
    yield from sums.faults(connection)


def mend_index(connection: Connection) -> int:
    """Make the index what the entries say; how many entries it was wrong for. Needs a writing transaction."""
    mended = 0
    for fault in index_faults(connection):
        foreign = sorted(fault.foreign)
        for start in range(0, len(foreign), _MENDED_AT_ONCE):
            some = foreign[start : start + _MENDED_AT_ONCE]
            here = and_(entry_words.c.entry_id == fault.entry_id, entry_words.c.word.in_(some))
            connection.execute(delete(entry_words).where(here))
        if fault.missing:
            rows = [{"word": word, "entry_id": fault.entry_id} for word in sorted(fault.missing)]
            connection.execute(insert(entry_words), rows)
        mended += 1
    return mended


def _digest_of(key: bytes) -> Callable[[int, str], int]:
    def digest(entry_id: int, word: str) -> int:
        content = f"{entry_id} {word}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(content, digest_size=16, key=key).digest())

    return digest


def _indexed(connection: Connection) -> Iterator[tuple[int, str]]:
    """Every row of the index, some thousand in memory at a time, in the order of its key."""
    c, last = entry_words.c, None
    while True:
        query = select(c.entry_id, c.word).order_by(c.word, c.entry_id).limit(_AT_ONCE)
        if last is not None:
            query = query.where(tuple_(c.word, c.entry_id) > tuple_(last.word, last.entry_id))
        rows = connection.execute(query).all()
        if not rows:
            return
        # what somebody has put there need be neither number nor text
        yield from ((row.entry_id if isinstance(row.entry_id, int) else _NOWHERE, str(row.word)) for row in rows)
        last = rows[-1]


def _faults_among(connection: Connection, sums: frozenset[int]) -> Iterator[IndexFault]:
    held: dict[int, set[str]] = {}
    for entry_id, word in _indexed(connection):
        if entry_id % _SUMS in sums:
            held.setdefault(entry_id, set()).add(word)
    for entry_id, entry in readable_entries(connection):
        if entry_id % _SUMS not in sums:
            continue
        found = frozenset(held.pop(entry_id, ()))
        wanted = index_words(entry) if entry is not None else found
        if found != wanted:
            yield IndexFault(entry_id=entry_id, missing=wanted - found, foreign=found - wanted)
    for entry_id, words in held.items():
        yield IndexFault(entry_id=entry_id, missing=frozenset(), foreign=frozenset(words))
