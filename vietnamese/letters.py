"""Vietnamese text: NFC, spaces, tone marks in old and new places, and keys for comparing.

`hòa` and `hoà` are the same word written by two typographic habits; a register, a clerk and a population database
may each use another. Everything that compares text goes through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["fold_spaces", "fold_tones", "nfc", "same_text", "strip_ending", "tone_key", "without_dot_below"]

_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_ENDING = re.compile(r"[\s.,;:/\-–—_…·]+$")
_START = re.compile(r"^[\s.,;:/\-–—_…·]+")


def nfc(text: str) -> str:
    """The text in NFC, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


def fold_spaces(text: str) -> str:
    """NFC with runs of white space as one space, none at the ends."""
    return _SPACES.sub(" ", nfc(text)).strip()


def strip_ending(text: str) -> str:
    """Without the marks clerks close a line with (`./.`, rows of dots) and without stray ones before the value."""
    return _START.sub("", _ENDING.sub("", fold_spaces(text)))


@lru_cache(maxsize=65536)
def tone_key(text: str) -> str:
    """A key under which old and new tone mark placement, case and spaces compare equal; the tone still counts.

    Each word's tone mark is taken out and written behind the word: `hoà` and `hòa` both give `hoa1`.
    """
    folded = fold_spaces(text).translate(_APOSTROPHES).casefold()
    return _WORD.sub(_tone_behind, folded)


def _tone_behind(match: re.Match[str]) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for character in unicodedata.normalize("NFD", match.group()):
        tone = _TONES.get(character)
        (tones if tone else letters).append(tone or character)
    return nfc("".join(letters)) + "".join(tones)


def same_text(first: str, second: str) -> bool:
    """Whether two texts say the same, whatever their case, spaces and tone mark habit."""
    return tone_key(first) == tone_key(second)


@lru_cache(maxsize=65536)
def fold_tones(text: str) -> str:
    """Plain small letters without any mark (`Đặng Thị Hoà` -> `dang thi hoa`); what people type in a search box."""
    decomposed = unicodedata.normalize("NFD", fold_spaces(text).translate(_APOSTROPHES).casefold())
    return _MARKS.sub("", decomposed).replace("đ", "d")


def without_dot_below(text: str) -> str:
    """The text with the dots below its letters (nặng, and no other mark) taken away."""
    return nfc(unicodedata.normalize("NFD", text).replace("\u0323", ""))
