"""Tone marks of names that the machine lost or doubled, put back where the lists leave one possibility.

Surnames are nearly a closed list, and a few middle names make up most: `Nguyên Vãn An` was `Nguyễn Văn An` on the
paper. A given name may be anything, so the last syllable is never touched, nor is any syllable that a list knows. The
result is always shown for review.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from vietnamese import lexicons
from vietnamese.letters import fold_tones, tone_key

__all__ = ["repair_name"]

_STANDS_OUT = 8
"""How much oftener than the next a syllable must be."""
_FREQUENT = 40
"""Count from which a middle name is one of the usual ones (Văn 952, Thị 624)."""


@lru_cache(maxsize=1)
def _surnames() -> tuple[frozenset[str], dict[str, str]]:
    known = frozenset(tone_key(n) for n in (*lexicons.surnames(), *lexicons.minority_surnames()))
    return known, _by_letters(lexicons.surnames())


@lru_cache(maxsize=1)
def _middle() -> tuple[frozenset[str], dict[str, str]]:
    listed = (*lexicons.middle_names(), *lexicons.given_names(), *lexicons.surnames())
    minority = (*lexicons.minority_given_names(), *lexicons.minority_surnames())
    frequent = {name: count for name, count in lexicons.middle_names().items() if count >= _FREQUENT}
    return frozenset(tone_key(n) for n in (*listed, *minority)), _by_letters(frequent)


def _by_letters(counts: Mapping[str, int]) -> dict[str, str]:
    """Letters without marks -> the one syllable that stands out among those with these letters."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for name, count in counts.items():
        groups.setdefault(fold_tones(name), []).append((count, name))
    found = {}
    for letters, members in groups.items():
        members.sort(reverse=True)
        if len(members) == 1 or members[0][0] >= _STANDS_OUT * members[1][0]:
            found[letters] = members[0][1]
    return found


def repair_name(name: str) -> str:
    """The name with lost marks put back; the same name when nothing is to be done."""
    words = name.split()
    if len(words) < 2:
        return name
    is_mans = tone_key(words[1]) == tone_key("văn")  # whose middle name is no `Thị`
    middle = [_repaired(word if is_mans else _with_dot_below(word), *_middle()) for word in words[1:-1]]
    repaired = [_repaired(words[0], *_surnames()), *middle, words[-1]]
    return " ".join(repaired) if repaired != words else name


def _repaired(word: str, known: frozenset[str], by_letters: Mapping[str, str]) -> str:
    if not word.isalpha() or tone_key(word) in known:
        return word
    return _in_case_of(word, by_letters.get(fold_tones(word)))


def _with_dot_below(word: str) -> str:
    """`Thi` between surname and given name was `Thị`: the dot below stands among the dots of the line."""
    return _in_case_of(word, "Thị") if tone_key(word) == "thi" else word


def _in_case_of(word: str, right: str | None) -> str:
    if right is None:
        return word
    return right.upper() if word.isupper() else right.lower() if word.islower() else right
