"""Lessons of a book: what people put in place of what the machine read; whole values, words misread again, titles.

One hand's `Phạm` is read `Phan` time after time, whoever bears the name; where the machine was right about a word as
often, nothing follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from corrections.book_evidence.ink import EntryInk, FieldInk
from layouts.columns import Column, FieldKind

__all__ = ["Lessons", "lessons_of", "read_as", "sort_of_words"]

_WHOLE = frozenset(
    {FieldKind.SIGNER, FieldKind.TITLE, FieldKind.PLACE, FieldKind.ETHNIC_GROUP, FieldKind.NATIONALITY,
     FieldKind.RELATION, FieldKind.TEXT, FieldKind.SEX}
)  # fmt: skip
"""Kinds whose values recur, so that a whole reading tells what it stands for."""
_GROUPS: Mapping[FieldKind, str] = {
    FieldKind.NAME: "name", FieldKind.SIGNER: "name", FieldKind.PLACE: "place", FieldKind.TEXT: "text",
    FieldKind.RELATION: "text",
}  # fmt: skip
"""Kinds whose words are of one sort."""
_AGAIN = 3
"""Entries in which a word must have been misread in one way before it is put right elsewhere."""
_EMPTIED, _NEARLY_ALL = 5, 0.9
"""Entries in which a column was nothing though something was read, and their share, from which that is the rule."""
_SIGNED = 3
"""Entries after which a signer's title is known."""
_MOST_WORDS = 3
"""Words of a value put right at once."""

_Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a book's confirmed entries leave behind about its misreadings.

    Attributes:
        whole: by kind and what was read, what people put there; the reading itself where it was right.
        words: by sort of words and word read, in how many entries people put what there; the word itself where it was
            right.
        emptied: by column, in how many entries the machine read something where people left nothing (a signature's
            flourish, a stamp), and in how many it read something at all.
        signed_as: by signer, the titles that people confirmed.
    """

    whole: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict)
    words: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict)
    emptied: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    signed_as: Mapping[str, Counter[str]] = field(default_factory=dict)

    def put_right(self, column: Column, ink: FieldInk) -> Mapping[str, int]:
        """What people put in place of this reading in this book, with how much oftener than they let it stand."""
        return self.put_right_of(column.kind, read_as(ink))

    def put_right_of(self, kind: str, read: str) -> Mapping[str, int]:
        """The same by the kind of a column and what was read."""
        put = self.whole.get((kind, read), Counter())
        stood = put[read]
        return {right: times - stood for right, times in put.items() if times > stood and right != read}

    def left_empty(self, column: Column) -> int:
        """In how many entries what was read in a column was nothing, where that is nearly all; else 0."""
        return self.left_empty_in(column.name)

    def left_empty_in(self, name: str) -> int:
        """The same by the column's name."""
        empty, read = self.emptied.get(name, (0, 0))
        return empty if empty >= _EMPTIED and empty >= _NEARLY_ALL * read else 0

    def titles_of(self, signer: str) -> Mapping[str, int]:
        """The title with which somebody always signed in this book, with how often; none where it changed."""
        titles = self.signed_as.get(signer, Counter())
        return titles if len(titles) == 1 and titles.total() >= _SIGNED else {}

    def swapped(self, column: Column, standard: str) -> tuple[str, int]:
        """A reading with its misread words put right, and the least times that any of them was; ("", 0) for none."""
        group = _GROUPS.get(column.kind)
        if group is None:
            return "", 0
        words, seen = standard.split(" "), []
        for place, word in enumerate(words):
            right, times = self.word(group, word)
            if times:
                words[place] = right
                seen.append(times)
        return (" ".join(words), min(seen)) if 0 < len(seen) <= _MOST_WORDS else ("", 0)

    def word(self, sort: str, word: str) -> tuple[str, int]:
        """What a misread word stands for, and how much oftener than for itself; ("", 0) where that is not known."""
        put = self.words.get((sort, word))
        if put is None:
            return "", 0
        right = max(put, key=lambda other: (put[other], other))
        times = put[right]
        return (right, times - put[word]) if right != word and times >= _AGAIN and times > 2 * put[word] else ("", 0)


def lessons_of(entries: Sequence[EntryInk], first: Sequence[EntryInk], columns: Mapping[str, Column]) -> Lessons:
    """Compare what people confirmed with what the machine had read.

    Args:
        entries: fields of the book's entries; those a person confirmed carry the person's values.
        first: the same entries as the machine first read them.
        columns: of the register type.
    """
    whole: dict[tuple[str, str], Counter[str]] = {}
    words: dict[tuple[str, str], Counter[str]] = {}
    emptied: dict[str, tuple[int, int]] = {}
    signed_as: dict[str, Counter[str]] = {}
    for entry, read in zip(entries, first, strict=False):
        seen: set[tuple[str, str, str]] = set()
        for name, ink in entry.fields.items():
            before = read.fields.get(name)
            if not ink.first.confirmed or before is None or name not in columns or not read_as(before):
                continue
            kind, right = columns[name].kind, ink.first.normalized
            empty, times = emptied.get(name, (0, 0))
            emptied[name] = (empty + (not right), times + 1)
            if kind in _WHOLE:
                whole.setdefault((kind, read_as(before)), Counter())[right] += 1
            if kind in _GROUPS:
                seen |= {(_GROUPS[kind], *pair) for pair in _words_of(before.first.normalized, right)}
        for group, one, other in seen:
            words.setdefault((group, one), Counter())[other] += 1
        signer, title = (entry.fields.get(name) for name in ("nguoiKy", "chucVuNguoiKy"))
        if signer and title and signer.first.confirmed and signer.first.normalized and title.first.normalized:
            signed_as.setdefault(signer.first.normalized, Counter())[title.first.normalized] += 1
    return Lessons(whole, words, emptied, signed_as)


def sort_of_words(column: Column) -> str | None:
    """Which words a column's are learned with; None where words say nothing."""
    return _GROUPS.get(column.kind)


def read_as(ink: FieldInk) -> str:
    """What the machine made of the ink: the standard value, or the letters where it could make none of them."""
    return ink.first.normalized or ink.first.text.casefold()


@lru_cache(maxsize=8192)
def _words_of(read: str, right: str) -> _Words:
    """Words of a reading with what a person put there, where they stand one for one."""
    if not read or not right:
        return ()
    one, other = read.split(" "), right.split(" ")
    if len(one) == len(other):
        return tuple(zip(one, other, strict=True))
    pairs: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag in ("equal", "replace") and b - a == d - c:
            pairs += zip(one[a:b], other[c:d], strict=True)
    return tuple(pairs)
