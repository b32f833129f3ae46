"""The few words around the number of an identity paper, put right where a letter of them was misread.

Clerks write `CMND số 123456789 CA Hà Nội cấp 01/02/2010` or `CCCD 123456789012, 01/02/2010, CA Hà Nội`: what stands
before the number, before the date and before the police's place is always one of the same words. Figures stay.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

__all__ = ["with_paper_words"]

_KINDS = ("CMND", "CCCD")
_BEFORE_NUMBER = re.compile(r"(?<!\S)(\S{3,6})(?=(?:\s+s\w\.?)?\s+\d{9}(?:\d{3})?(?!\d))")
_NUMBER_WORD = re.compile(r"(?<=CMND |CCCD )s[oôóòồốổ0]\.?(?=\s+\d{9})")
_ISSUED_WORD = re.compile(r"(?<=\s)c[aăâấầậáàạ]p(?=\s+(?:ngày\s+)?\d{1,2}[./-]\d)")
_POLICE = re.compile(r"(?<=\d |, )[CGO€]A\.?(?=\s+[^\W\d_]{2})")
_SIGNS = "().,:;-€ŒƠ"


def with_paper_words(text: str) -> str:
    """The text with the words around a paper's number as they are written; a text without such a number as it is."""
    named = _BEFORE_NUMBER.sub(_kind_word, text)
    if not any(f"{kind} " in named for kind in _KINDS):
        return text
    return _POLICE.sub("CA", _ISSUED_WORD.sub("cấp", _NUMBER_WORD.sub("số", named)))


def _kind_word(found: re.Match[str]) -> str:
    """CMND or CCCD for a word of their letters but one; a sign in the place of a letter counts as it."""
    word = found.group(1)
    bare = word.replace(".", "").strip(_SIGNS).upper()
    near = [kind for kind in _KINDS if Levenshtein.distance(bare, kind) <= 1]
    return near[0] if near and not any(letter.isdigit() for letter in bare) else word
