"""Units that an address names to the letter, each inside the next, and stops that cannot stand where they are read.

A speck over a comma, a dot of the form or a fold of the paper is read as a colon, surely; language has nothing to say
about it: the units have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vietnamese.addresses import KIND_WORDS, SHORT_KINDS, WORD
from vietnamese.unit_tree import Unit, provinces

__all__ = ["LONGEST_NAME", "is_kind_word", "units_named", "with_usual_stops"]

LONGEST_NAME = 5
"""Words of the longest unit's name."""
_MOST_KIND_WORDS = 2
"""Words before a unit's name that may tell its kind (`thị xã`)."""
_KIND_WORDS = frozenset(" ".join((*KIND_WORDS, *SHORT_KINDS)).split()) | {"tp", "tx", "tt"}
"""Words that tell the kind of the unit behind them, or stand within one that does (`thị` of `thị xã`)."""
_COLON = re.compile(r"(\w+)\s*[:;]\s*(?=[^\W\d])")
"""A word, and a colon or semicolon before another one; `10:30` is an hour."""
_STOPS = frozenset(",;")
"""Signs of which none stands within a unit's name; a hyphen does, and a full stop behind a short form."""
_SAYS_WHAT_FOLLOWS = frozenset(("trú", "ở", "tại", "quán", "sinh", "chỉ", "nay", "quê", "gốc", "chết", "mất"))
"""Words a colon stands behind in an address (`Thường trú: ...`)."""

_Chain = tuple[tuple[int, int], ...]
"""Of units, each inside the next, the words they take: the first, and the one behind the last."""


def is_kind_word(word: str) -> bool:
    """Whether a word tells the kind of the unit behind it, or stands within one that does."""
    return word.casefold() in _KIND_WORDS


def units_named(address: str) -> int:
    """How many units an address names to the letter, each inside the next: 3 with province, district and commune."""
    return len(_chain_of_units(*_words_and_gaps(address)))


def with_usual_stops(address: str) -> str:
    """An address without stops in the names of its units, and with a comma where no colon can be.

    Nothing changes unless all of a unit's name stands to the letter around the stop, within the unit that follows it,
    or the stop is a colon or semicolon between words of which the first does not say what follows.
    """
    text = _COLON.sub(lambda found: found[0] if found[1].casefold() in _SAYS_WHAT_FOLLOWS else f"{found[1]}, ", address)
    words, behind = _words_and_gaps(text)
    within = {gap for first, end in _chain_of_units(words, behind) for gap in range(first, end - 1)}
    stops = [number for number in within if set(behind[number].strip()) & _STOPS]
    if not stops:
        return text
    mended = [" " if number in stops else gap for number, gap in enumerate(behind)]
    return "".join(word + gap for word, gap in zip(words, mended, strict=True))


def _words_and_gaps(address: str) -> tuple[list[str], list[str]]:
    """Words of an address, and what stands behind each of them."""
    found = list(WORD.finditer(address))
    ends = [match.start() for match in found[1:]] + [len(address)]
    return [match[0] for match in found], [address[m.end() : end] for m, end in zip(found, ends, strict=False)]


def _chain_of_units(words: Sequence[str], behind: Sequence[str]) -> _Chain:
    """The units named at the end, the province first: of several chains the one of most units; of equally many, the
    one with the fewest stops within names."""

    def rank(chain: _Chain) -> tuple[int, int]:
        return len(chain), -sum(bool(gap.strip()) for first, end in chain for gap in behind[first : end - 1])

    return max(_chains(words, behind, len(words), provinces()), key=rank)


def _chains(words: Sequence[str], behind: Sequence[str], end: int, units: Sequence[Unit]) -> Iterator[_Chain]:
    yield ()
    for first, unit in _named(words, behind, end, units):
        yield from (((first, end), *inner) for inner in _chains(words, behind, first, unit.children))


def _named(words: Sequence[str], behind: Sequence[str], end: int, units: Sequence[Unit]) -> Iterator[tuple[int, Unit]]:
    """Units that the words before `end` name, with the first word of each, the word for its kind before it."""
    for count in range(1, min(LONGEST_NAME, end) + 1):
        first = end - count
        name = " ".join(words[first:end]).casefold()
        for unit in units:
            if unit.spelt != name:
                continue
            start = first
            # before a comma such a word ends the unit before (`Châu Thành,`)
            while start > 0 and first - start < _MOST_KIND_WORDS and _says_kind(words[start - 1], behind[start - 1]):
                start -= 1
            yield start, unit


def _says_kind(word: str, gap: str) -> bool:
    return is_kind_word(word) and not gap.strip()
