"""Who signed, in one run of text: the name, and the title before or behind it, as far as they can be told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from vietnamese.letters import fold_tones, strip_ending

__all__ = ["Signer", "full_title", "signer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, and as what."""

    name: str
    title: str
    certain: bool


_TITLES = {
    "ct": "Chủ tịch", "chu tich": "Chủ tịch",
    "pct": "Phó Chủ tịch", "p ct": "Phó Chủ tịch", "pho ct": "Phó Chủ tịch", "p chu tich": "Phó Chủ tịch",
    "pho chu tich": "Phó Chủ tịch",
}  # fmt: skip
_TITLE_WORDS = (
    r"(?:q\.\s*|quyen\s+)?(?:pho\s+|p\.?\s*)?(?:chu\s+tich|ct|truong\s+ban|truong\s+phong|giam\s+doc|bi\s+thu|"
    r"truong\s+thon|can\s+bo\s+tu\s+phap)"
)
_OF_OFFICE = r"(?:\s+(?:ubnd|uy\s+ban\s+nhan\s+dan)(?:\s+(?:xa|phuong|thi\s+tran|huyen|quan))?)?"
_SPACED_SHORT = re.compile(r"(?<!\w)(p\s?\.?\s?)?c\s?\.\s?t(?!\w)\.?")
"""C.T, P.C.T and P. C. T for CT and PCT."""
_RUN_TOGETHER = re.compile(r"(?<!\w)((?:p\.?)?ct|chu\s?tich)[.\s]*(?=ubnd\b)|(?<!\w)(chu)(?=tich\b)")
_TITLE_BEHIND = re.compile(r"[\s.,;:\-–/(]+(?:kt|tm|tuq)\.?\s*(?:chu\s+tich|ubnd|ct)?(?=[\s.,;:\-–/(]+\S)")
"""`Nguyễn Văn An KT. Chủ tịch PCT`: in whose stead one signs is no part of the name nor of the title."""
_NAME_AND_TITLE = 3
"""A title of two syllables misread stands beside a name when there are more syllables than a name has alone."""
_STANDING_IN = re.compile(r"^(?:kt|tm|tuq)\.?\s*(?:chu\s+tich|ubnd|ct)?\s*[.,;:\-–/]*\s+(?=\S)")
_BEFORE = re.compile(rf"^({_TITLE_WORDS}{_OF_OFFICE})(?:\s*[.:,;\-–]+\s*|\s+)(?=\w)")
_AFTER = re.compile(rf"(?:[\s.:,;\-–(/]+)({_TITLE_WORDS}(?:\s+.*)?)\)?$")

_MISREAD_DEPUTY = re.compile(r"(?<!\w)pha(?=\s+chu\s+tich(?!\w))")
_LEFT_OF_TITLE = re.compile(r"[,;]|\s[-–]\s")
"""A comma or a stroke within a name: what stands behind it is the beginning of a title misread (`An, Phá Chủ tịch`)."""


def signer(text: str) -> Signer:
    """Name and title of `Phó Chủ tịch Lương An Tâm`, `Đặng Văn An - CT UBND xã`, `PCT Phan An Trung`.

    CT and PCT alone are written out; a longer title (`CT UBND xã`) stays as written. Titles are found without tone
    marks, so a misread tone does not hide them.
    """
    cleaned = strip_ending(text)
    plain = fold_tones(cleaned)
    if not cleaned or len(plain) != len(cleaned):  # letters whose small form is longer: no positions to go by
        return Signer(name=cleaned, title="", certain=not cleaned)
    if deputy := _MISREAD_DEPUTY.search(plain):
        return replace(signer(cleaned[: deputy.start()] + "Phó" + cleaned[deputy.end() :]), certain=False)
    spelt = _with_clear_title(cleaned, plain)
    if spelt != cleaned:
        return replace(signer(spelt), certain=_misread(plain) is None)
    standing_in = _STANDING_IN.match(plain)
    if standing_in:
        cleaned, plain = cleaned[standing_in.end() :], plain[standing_in.end() :]
    before = _BEFORE.match(plain)
    if before:
        return _signer(cleaned[before.end() :], cleaned[: before.end(1)])
    if re.fullmatch(rf"{_TITLE_WORDS}{_OF_OFFICE}", plain):
        return _signer("", cleaned)
    after = _AFTER.search(plain)
    if after and after.start():
        told = _signer(cleaned[: after.start()], cleaned[after.start(1) :])
        return replace(told, certain=not _LEFT_OF_TITLE.search(told.name))
    parts = re.split(r"\s+[-–]\s+|\s*[,;]\s*", cleaned, maxsplit=1)
    if len(parts) == 2 and all(parts):
        return Signer(name=strip_ending(parts[0]), title=strip_ending(parts[1]), certain=False)
    return Signer(name=cleaned, title="", certain=True)


def _with_clear_title(text: str, plain: str) -> str:
    """The text with its title's usual spelling: CT for C.T, a space before UBND, `Chủ tịch` for a near misreading."""
    for pattern, written in ((_TITLE_BEHIND, " -"), (_SPACED_SHORT, None), (_RUN_TOGETHER, None)):
        found = pattern.search(plain)
        if found is None or (pattern is _TITLE_BEHIND and found.start() == 0):
            continue
        if written is None:
            short = re.sub(r"[\s.]", "", text[found.start() : found.end()])
            written = short if pattern is _SPACED_SHORT else f"{text[found.start() : found.end()].rstrip(' .')} "
        if text[found.start() : found.end()] != written:
            return text[: found.start()] + written + text[found.end() :]
    place = _misread(plain)
    return text if place is None else text[: place[0]] + "Chủ tịch" + text[place[1] :]


def _misread(plain: str) -> tuple[int, int] | None:
    """Where `chu tich` stands with a letter wrong in either word, at the beginning or the end of a text without it."""
    if re.search(r"chu\s*tich", plain):
        return None
    words = list(re.finditer(r"[^\W\d_]+", plain))
    near = [
        (first.start(), second.end())
        for first, second in pairwise(words)
        if first[0][0] == "c" and Levenshtein.distance(first[0], "chu") <= 1
        and second[0][0] == "t" and Levenshtein.distance(second[0], "tich") <= 1
    ]  # fmt: skip
    at_an_end = [
        place for place in near if place[1] == words[-1].end() or place[0] in [word.start() for word in words[:2]]
    ]
    return at_an_end[0] if len(words) > _NAME_AND_TITLE and at_an_end else None


def _signer(name: str, title: str) -> Signer:
    return Signer(name=strip_ending(name), title=full_title(title), certain=True)


def full_title(text: str) -> str:
    """A title written out when it is CT or PCT alone; any other as written."""
    cleaned = strip_ending(text).rstrip(")")
    return _TITLES.get(re.sub(r"[\s.]+", " ", fold_tones(cleaned)).strip(), cleaned)
