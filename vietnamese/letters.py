"""Vietnamese text: NFC, spaces, tone marks in old and new places, and keys for comparing.

`hòa` and `hoà` are the same word written by two typographic habits; a register, a clerk and a population database
may each use another. Everything that compares text goes through here; a test holds that no other package takes
letters apart by itself. From strict to loose:

    nfc, fold_spaces    the same text            (the only forms that are stored)
    tone_key            case and place of the tone do not matter, the tone does
    fold_tones          what somebody types without any mark
    letters_only        what a printed label and its reading share: no marks, spaces or signs
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import lru_cache

__all__ = [
    "composed",
    "decomposed",
    "first_large",
    "first_small",
    "fold_spaces",
    "fold_tones",
    "graphemes",
    "has_lookalikes",
    "in_capitals_of",
    "is_control",
    "is_figures",
    "is_mark",
    "is_nfc",
    "is_punctuation",
    "letters_only",
    "nfc",
    "plain_signs",
    "same_text",
    "shown_name",
    "spaceless",
    "strange_signs",
    "strip_ending",
    "tone_key",
    "tones_behind",
    "without_dot_below",
    "without_marks",
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
_STROKED = str.maketrans("đĐ", "dD")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_ENDING = re.compile(r"[\s.,;:/\-–—_…·]+$")
_START = re.compile(r"^[\s.,;:/\-–—_…·]+")


def nfc(text: str) -> str:
    """The text in NFC with the look-alikes of Đ and đ put right: the only form that is stored."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _HALVES.sub("\ufffd", text)).translate(_LOOKALIKES)


def is_nfc(text: str) -> bool:
    """Whether the text is already in the form that is stored."""
    return unicodedata.is_normalized("NFC", text)


def composed(text: str) -> str:
    """NFC and no more, where every sign must stay what it is (a password): the look-alikes of Đ are not put right."""
    return unicodedata.normalize("NFC", text)


def plain_signs(text: str) -> str:
    """NFKC: wide, circled and raised letters and figures as the plain ones they mean."""
    return unicodedata.normalize("NFKC", text)


def decomposed(text: str) -> str:
    """NFD: each letter followed by its marks, as signs of their own."""
    return unicodedata.normalize("NFD", text)


def is_mark(sign: str) -> bool:
    """Whether a sign of a decomposed text is a mark of the letter before it."""
    return unicodedata.combining(sign) != 0


def is_punctuation(sign: str) -> bool:
    """Whether a sign (with marks behind it, if any) is punctuation: comma, dot, dash, bracket, quote."""
    return unicodedata.category(sign[0]).startswith("P")


def is_control(sign: str) -> bool:
    """Whether a sign is a control character: a tab, a line break and others without a picture."""
    return unicodedata.category(sign) == "Cc"


def graphemes(text: str) -> list[str]:
    """The letters a reader sees: a Vietnamese letter with its marks is one."""
    found: list[str] = []
    for sign in nfc(text):
        if found and is_mark(sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def fold_spaces(text: str) -> str:
    """NFC with runs of white space and control characters as one space, none at the ends, and no unseen signs."""
    composed = nfc(text) if text.isascii() else nfc(_UNSEEN.sub("", text))
    return _SPACES.sub(" ", composed).strip()


def shown_name(name: str) -> str:
    """The name of a file as it can be kept and shown; bytes of an old charset that make no letters become signs."""
    return os.fsencode(name).decode("utf-8", "replace")


def has_lookalikes(text: str) -> bool:
    """Whether signs that only look like Đ and đ stand in the text."""
    return unicodedata.normalize("NFC", text) != nfc(text)


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
    return tones_behind(fold_spaces(text).translate(_APOSTROPHES).casefold())


def tones_behind(text: str) -> str:
    """Each word's tone mark as a figure behind the word, wherever the mark stood; nothing else is changed."""
    return _WORD.sub(_tone_behind, text)


def _tone_behind(match: re.Match[str]) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for character in decomposed(match.group()):
        tone = _TONES.get(character)
        (tones if tone else letters).append(tone or character)
    return nfc("".join(letters)) + "".join(tones)


def same_text(first: str, second: str) -> bool:
    """Whether two texts say the same, whatever their case, spaces and tone mark habit."""
    return tone_key(first) == tone_key(second)


@lru_cache(maxsize=65536)
def fold_tones(text: str) -> str:
    """Plain small letters without any mark (`Đặng Thị Hoà` -> `dang thi hoa`); what people type in a search box."""
    folded = fold_spaces(text).translate(_APOSTROPHES).casefold()
    return without_marks(nfc(folded))  # some small letters come apart in casefold


def without_marks(text: str) -> str:
    """The bare letters in their case and with their spaces, d for đ."""
    return _MARKS.sub("", decomposed(text)).translate(_STROKED)


@lru_cache(maxsize=65536)
def letters_only(text: str) -> str:
    """Small bare letters and figures alone: what slips of recognition touch least."""
    return "".join(sign for sign in decomposed(text.lower().replace("đ", "d")) if sign.isalnum())


def spaceless(text: str) -> str:
    """Small letters without spaces, marks kept: two readings that part the same words elsewhere are one."""
    return "".join(text.split()).casefold()


def in_capitals_of(read: str, text: str) -> str:
    """A word or a phrase in the capitals of what it stands for: all of them, or the first; else as it is."""
    if read.isupper() and len(read) > 1:
        return text.upper()
    return first_large(text) if read[:1].isupper() else text


def first_large(text: str) -> str:
    """The text with a capital to begin with, the rest as it is."""
    return text[:1].upper() + text[1:]


def first_small(text: str) -> str:
    """The text with a small letter to begin with, the rest as it is: a label or a name within a sentence."""
    return text[:1].lower() + text[1:]


def without_dot_below(text: str) -> str:
    """The text with the dots below its letters (nặng, and no other mark) taken away."""
    return nfc(decomposed(text).replace("\u0323", ""))
