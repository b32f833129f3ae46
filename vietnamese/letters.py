"""Vietnamese text: NFC, spaces, tone marks in old and new places, and keys for comparing.

`hòa` and `hoà` are the same word written by two typographic habits; a register, a clerk and a population database
may each use another. Everything that compares text goes through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "fold_spaces",
    "fold_tones",
    "is_figures",
    "nfc",
    "same_text",
    "strange_signs",
    "strip_ending",
    "tone_key",
    "without_dot_below",
]

_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
"""Signs without a picture: soft hyphens, joiners, marks of direction; they come in with text copied from elsewhere."""
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters: no database and no file takes them."""
_LOOKALIKES = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"})
"""Icelandic Ð, ð and African Ɖ, ɖ look like Đ, đ in every font; old keyboards and converters put them in its place."""
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
"""A control character as Excel files write it (`_x000D_`)."""
_USUAL_SIGNS = frozenset("°´`¨~^|<>=+$€₫©®™¬¦•·")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_ENDING = re.compile(r"[\s.,;:/\-–—_…·]+$")
_START = re.compile(r"^[\s.,;:/\-–—_…·]+")


def nfc(text: str) -> str:
    """The text in NFC with the look-alikes of Đ and đ put right: the only form that is stored."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _HALVES.sub("\ufffd", text)).translate(_LOOKALIKES)


def fold_spaces(text: str) -> str:
    """NFC with runs of white space and control characters as one space, none at the ends, and no unseen signs."""
    composed = nfc(text) if text.isascii() else nfc(_UNSEEN.sub("", text))
    return _SPACES.sub(" ", composed).strip()


def is_figures(text: str) -> bool:
    """Whether a text is a number of plain figures: `²` and `①` are figures to Python's `isdigit`, but no number."""
    return text.isascii() and text.isdigit()


def strange_signs(text: str) -> str:
    """Signs that no register of civil status holds, in the order found, each once; "" for a usual text.

    Usual are ASCII, Latin letters with any marks, punctuation and the strokes a scan leaves. Strange are figures of
    other kinds (`²`, `½`, `①`, `٣`, `１`), letters of other scripts (a Cyrillic `а` looks Latin), signs of damaged text
    and control characters that Excel wrote out (`_x000D_`).
    """
    found = [match.group() for match in _ESCAPED.finditer(text)]
    found += [sign for sign in text if not sign.isascii() and not _usual(sign)]
    return "".join(dict.fromkeys(found))


def _usual(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category[0] in "PZ":
        return True
    if category[0] == "L":
        return "\u00c0" <= sign <= "\u024f" or "\u1e00" <= sign <= "\u1eff" or sign in "ʼʹʺ"
    if category[0] == "M":
        return sign <= "\u036f"
    return sign in _USUAL_SIGNS or bool(_UNSEEN.match(sign) and sign != "\u00ad")


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
    folded = nfc(fold_spaces(text).translate(_APOSTROPHES).casefold())  # some small letters come apart in casefold
    return _MARKS.sub("", unicodedata.normalize("NFD", folded)).replace("đ", "d")


def without_dot_below(text: str) -> str:
    """The text with the dots below its letters (nặng, and no other mark) taken away."""
    return nfc(unicodedata.normalize("NFD", text).replace("\u0323", ""))
