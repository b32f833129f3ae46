"""Find entries by name, date or number over all books in a fraction of a second at a million entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, select

from corrections.search_keys import search_key
from layouts.register_types import RegisterType
from storage.books import REAL_WORK, book_of_kinds
from storage.entries import get_entries
from storage.schema import entries, entry_words
from storage.search_index import DATE_SIGN, NUMBER_SIGN, index_words

__all__ = ["FoundEntries", "SearchTerm", "find_entry_ids", "terms_of"]

_CANDIDATES = 4000
"""How many entries of the rarest term are looked at."""
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing looked for: an exact word, or everything that begins with it."""

    word: str
    prefix: bool


class FoundEntries(NamedTuple):
    """What a search found."""

    ids: tuple[int, ...]
    cut: bool
    """There are more, or may be: the limit was reached, or the rarest term has more entries than are looked at."""


def terms_of(query: str) -> tuple[SearchTerm, ...]:
    """What a person's query asks for.

    Dates (`05/03/1998`, `1998`), registration numbers (`45/1998`, `số 45`) and ID numbers are told apart from names;
    several names are parted by commas or semicolons.
    """
    terms: list[SearchTerm] = []
    rest = query
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(rest):
            terms.extend(build(match))
        rest = pattern.sub(",", rest)
    names = (search_key(piece) for piece in re.split(r"[,;]", rest))
    terms.extend(SearchTerm(name, True) for name in names if name)
    return tuple(dict.fromkeys(terms))


def _full_date(match: re.Match[str]) -> list[SearchTerm]:
    day, month, year = match.groups()
    return [SearchTerm(f"{DATE_SIGN}{int(day):02d}.{int(month):02d}.{year}", False)]


def _number_and_year(match: re.Match[str]) -> list[SearchTerm]:
    number, year = match.groups()
    return [SearchTerm(f"{NUMBER_SIGN}{number.lstrip('0')}", False), SearchTerm(f"{DATE_SIGN}{year}", False)]


def _id_number(match: re.Match[str]) -> list[SearchTerm]:
    return [SearchTerm(f"{NUMBER_SIGN}{match.group(0)}", True)]


def _year(match: re.Match[str]) -> list[SearchTerm]:
    return [SearchTerm(f"{DATE_SIGN}{match.group(0)}", False)]


def _bare_number(match: re.Match[str]) -> list[SearchTerm]:
    return [SearchTerm(f"{NUMBER_SIGN}{match.group(1).lstrip('0')}", False)]


_PATTERNS = (
    (re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b"), _full_date),
    (re.compile(r"\b(\d{1,5})/(\d{4})\b"), _number_and_year),
    (re.compile(r"\b\d{9,12}\b"), _id_number),
    (re.compile(r"\b(?:19|20)\d\d\b"), _year),
    (re.compile(r"\b(?:[sS]ố\s*)?(\d{1,8})\b"), _bare_number),
)


def _matching(term: SearchTerm) -> Any:
    if not term.prefix:
        return entry_words.c.word == term.word
    return and_(entry_words.c.word >= term.word, entry_words.c.word < term.word + _LAST)


def find_entry_ids(
    connection: Connection,
    terms: Sequence[SearchTerm],
    *,
    book_id: int | None = None,
    register_type: RegisterType | None = None,
    limit: int = 50,
) -> FoundEntries:
    """Entries in which every term occurs, exact names first; of real work, unless a book is named.

    The rarest term gives the candidates; the others are tried on those entries alone.
    """
    if not terms:
        return FoundEntries((), cut=False)
    if len(terms) == 1:
        found = _candidates(connection, terms[0], book_id, register_type, limit + 1)
        return FoundEntries(tuple(found[:limit]), cut=len(found) > limit)
    ranked = sorted(((_rarity(connection, term), term) for term in terms), key=lambda pair: pair[0])
    found = _candidates(connection, ranked[0][1], book_id, register_type, _CANDIDATES)
    looked_at_all = len(found) < _CANDIDATES
    for count, term in ranked[1:]:
        found = _keeping(
            connection, found, term, rare=count < _CANDIDATES, enough=limit + 1 if term == ranked[-1][1] else None
        )
    ids = tuple(_whole_first(connection, found, terms)[:limit])
    return FoundEntries(ids, cut=len(found) > limit or not looked_at_all)


def _whole_first(connection: Connection, ids: list[int], terms: Sequence[SearchTerm]) -> list[int]:
    """Entries in which what was typed is a whole name or its end before those in which it only begins a word."""
    names = [term.word for term in terms if term.prefix]
    some = ids[:1000]
    query = select(entry_words.c.entry_id).where(entry_words.c.word.in_(names), entry_words.c.entry_id.in_(some))
    whole = set(connection.execute(query).scalars()) if names and some else set()
    return sorted(ids, key=lambda entry_id: entry_id not in whole)


def _rarity(connection: Connection, term: SearchTerm) -> int:
    few = select(entry_words.c.entry_id).where(_matching(term)).limit(_CANDIDATES).subquery()
    return int(connection.execute(select(func.count()).select_from(few)).scalar_one())


def _candidates(
    connection: Connection, term: SearchTerm, book_id: int | None, register_type: RegisterType | None, most: int
) -> list[int]:
    """Entries that hold the term, those that hold it as a whole first."""
    exact = _within(select(entry_words.c.entry_id).where(entry_words.c.word == term.word), book_id, register_type)
    found = list(connection.execute(exact.limit(most)).scalars())
    if term.prefix and len(found) < most:
        query = _within(select(entry_words.c.entry_id).where(_matching(term)), book_id, register_type)
        found += connection.execute(query.order_by(entry_words.c.word).limit(most)).scalars()
    return list(dict.fromkeys(found))


def _within(query: Select[Any], book_id: int | None, register_type: RegisterType | None) -> Select[Any]:
    query = query.join(entries, entries.c.id == entry_words.c.entry_id)
    query = query.where(
        book_of_kinds(entries.c.book_id, REAL_WORK) if book_id is None else entries.c.book_id == book_id
    )
    return query if register_type is None else query.where(entries.c.register_type == register_type)


def _keeping(connection: Connection, ids: list[int], term: SearchTerm, *, rare: bool, enough: int | None) -> list[int]:
    """Those of the ids whose entry holds the term; `enough` of them when the rest is not wanted.

    A rare term's entries are fetched and compared; a common whole word is looked up by (word, entry); for a common
    beginning the words of the entries are made anew, a few at a time.
    """
    if rare:
        holding = set(connection.execute(select(entry_words.c.entry_id).where(_matching(term))).scalars())
        return [i for i in ids if i in holding]
    kept: list[int] = []
    step = 60 if term.prefix else 500
    for start in range(0, len(ids), step):
        some = ids[start : start + step]
        holding = _holding(connection, some, term)
        kept += [i for i in some if i in holding]
        if enough is not None and len(kept) >= enough:
            break
    return kept


def _holding(connection: Connection, ids: list[int], term: SearchTerm) -> set[int]:
    if not term.prefix:
        query = select(entry_words.c.entry_id).where(entry_words.c.word == term.word)
        return set(connection.execute(query.where(entry_words.c.entry_id.in_(ids))).scalars())
    stored = get_entries(connection, ids)
    return {s.entry.id for s in stored if any(word.startswith(term.word) for word in index_words(s.entry))}
