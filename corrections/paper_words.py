"""The few words around the number of an identity paper, put right where a letter of them was misread.

Clerks write `CMND số 123456789 CA Hà Nội cấp 01/02/2010` or `CCCD 123456789012, 01/02/2010, CA Hà Nội`: what stands
before the number, before the date and before the police's place is always one of the same words. Figures stay.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from vietnamese.letters import fold_tones, letters_only
from vietnamese.unit_tree import provinces
from vietnamese.units import province_named

__all__ = ["with_known_issuer", "with_paper_words"]

_KINDS = ("CMND", "CCCD")
_IS_PAPER = re.compile(r"(?:CMND|CCCD)[\s.-]")
_BEFORE_NUMBER = re.compile(r"(?<!\S)(\S{3,6})(?=(?:\s+s\w\.?)?\s+\d{9}(?:\d{3})?(?!\d))")
_NUMBER_WORD = re.compile(r"(?<=CMND |CCCD )s[oôóòồốổ0]\.?(?=\s+\d{9})")
_ISSUED_WORD = re.compile(r"(?<=\s)([a-zà-ỹ]{2,4})[.,]?(?=\s+(?:ngày\s+)?\d{1,2}[./-]\d)")
_POLICE = re.compile(r"(?<=\d |, )[CGO€]A\.?(?=\s+[^\W\d_]{2})")
_SIGNS = "().,:;-€ŒƠ"
_STRAY = (
    (re.compile(r"\s*_+\s*"), " "),
    (re.compile(r"\s+,"), ","),
    (re.compile(r"(?<=[^\W\d_]{2}),(?=\S)|(?<=\d{4}),(?=\S)"), ", "),
    (re.compile(r"(?<!\w)(CMND|CCCD)\s?[-.]\s?(?=số|\d)"), r"\1 "),
    (re.compile(r"(?<=\d)\s?,\s?[-.]\s?(?=CA(?!\w))"), ", "),
    (re.compile(r"(?<=\d{9})\s?[-.]\s?(?=\d{1,2}[./-]\d{1,2}[./-])"), ", "),
    (re.compile(r"(?<=\d{9})[-.]\s?(?=CA(?!\w))"), " "),
    (re.compile(r"(?<=số )(\d{9}(?:\d{3})?)\s?,\s?(?=CA(?!\w))"), r"\1 "),
    (re.compile(r"(?<!\w)CA\s?[-.]\s?(?=[^\W\d_])"), "CA "),
    (re.compile(r"(?<=\s)(cấp)\s?[-.]\s?(?=\d)"), r"\1 "),
    (re.compile(r"[-_.,\s]+$"), ""),
)
"""Strokes and dots of the line beside the words and numbers of a paper, and what stands there without them."""
_ISSUER = re.compile(r"(?<=(?<!\w)CA )(?:(?:tỉnh|thành phố|tp)\.?\s+)?([^\d,]+?)(?=\s+cấp(?!\w)|,|$)")
_LIKE = 0.8
"""Likeness of the letters of a misread province to the one that is meant; no other may be as near. By judgement."""


def with_paper_words(text: str) -> str:
    """The text with the words around a paper's number as they are written; a text without such a number as it is."""
    named = _BEFORE_NUMBER.sub(_kind_word, text)
    if not _IS_PAPER.search(named):
        return text
    put_right = _POLICE.sub("CA", _ISSUED_WORD.sub(_issued_word, _NUMBER_WORD.sub("số", named)))
    for stray, right in _STRAY:
        put_right = stray.sub(right, put_right)
    return put_right


def with_known_issuer(text: str) -> str:
    """A text with a paper's number, the province whose police issued it spelt as it is (`CA Bắc Kan`, `CA I.ạng Sơn`);
    a person looks at it, because a district may be meant."""
    return _ISSUER.sub(_province, text) if _IS_PAPER.search(text) else text


def _province(found: re.Match[str]) -> str:
    written = found.group(1)
    known = province_named(written)
    if known is None:
        read = letters_only(written)
        near = sorted((-Levenshtein.normalized_similarity(read, letters), name) for letters, name in _provinces())[:2]
        if len(near) < 2 or near[0][0] > -_LIKE or near[0][0] == near[1][0]:
            return found.group()
        name = near[0][1]
    else:
        name = known.name
    same = letters_only(name) == letters_only(written) or known is None
    return found.group().replace(written, name) if same else found.group()


@lru_cache(maxsize=1)
def _provinces() -> tuple[tuple[str, str], ...]:
    return tuple({letters_only(unit.name): unit.name for unit in provinces()}.items())


def _issued_word(found: re.Match[str]) -> str:
    """`cấp` for a short word with its letters but one; other words end the name of the place."""
    return "cấp" if Levenshtein.distance(fold_tones(found.group(1)), "cap") <= 1 else found.group()


def _kind_word(found: re.Match[str]) -> str:
    """CMND or CCCD for a word of their letters but one; a sign in the place of a letter counts as it."""
    word = found.group(1)
    bare = word.replace(".", "").strip(_SIGNS).upper()
    near = [kind for kind in _KINDS if Levenshtein.distance(bare, kind) <= 1]
    return near[0] if near and not any(letter.isdigit() for letter in bare) else word
