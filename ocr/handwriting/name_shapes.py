"""How a name is set down: all in capitals or in small letters, and its words without gaps in them.

The network tells `C` from `c` and `S` from `s` by their height alone, and a hand that writes capitals apart leaves gaps
within words; neither is a matter of which letters stand there.
"""

from __future__ import annotations

from functools import lru_cache

import vietnamese.lexicons as lexicons
from vietnamese.letters import without_marks

__all__ = ["name_in_one_shape"]

_MOSTLY = 0.5
"""Share of capitals behind the first letters of words from which a name is written in capitals alone."""
_VOWELS = frozenset("aeiouy")
"""Without marks; no syllable is without one."""
_ENDINGS = frozenset("cghmnpt")
"""Letters that end syllables and are none by themselves."""


def name_in_one_shape(text: str) -> str:
    """A name in capitals throughout where most of it is (`NGUYễN CHí MinH`), its words whole (`QUAN G`, `Ng uyên`)."""
    words: list[str] = []
    for word in text.split(" "):
        if words and _begins(words[-1], word):
            words[-1] += word
        elif words and _ends(words[-1], word):
            words[-1] += word if words[-1].isupper() else word.lower()
        else:
            words.append(word)
    inner = [letter for word in words for letter in word[1:] if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in inner)
    whole = " ".join(words)
    return whole.upper() if inner and capitals >= _MOSTLY * len(inner) else whole


def _begins(letters: str, word: str) -> bool:
    """Whether letters no syllable is made of are the beginning of the small letters behind them.

    `H` and `K` before a capital are what names of some peoples begin with, and stay by themselves.
    """
    bare = letters.isalpha() and not set(without_marks(letters).lower()) & _VOWELS
    return bare and word.islower() and (letters + word).lower() in _listed()


def _ends(word: str, letter: str) -> bool:
    """Whether a letter that stands alone is the end of the word before it."""
    return len(word) > 1 and letter.lower() in _ENDINGS and len(letter) == 1 and (word + letter).lower() in _listed()


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    """Parts of names in small letters."""
    tables = (lexicons.surnames(), lexicons.middle_names(), lexicons.given_names())
    return frozenset(part.lower() for table in tables for part in table)
