"""Comparing Vietnamese texts: letters as a reader sees them, degrees of strictness, keystrokes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from rapidfuzz.distance import Levenshtein

__all__ = ["edits", "folded", "graphemes", "keystrokes", "same_standard", "substitutions", "without_tones"]

_TONES = "̣̀́̉̃"
_OLD_PLACE = re.compile(f"([oOuU])([{_TONES}])([aAeEyY])(?![a-zA-Z])")
"""A tone mark on the first of two closing vowels ("hòa"); the newer place is on the second ("hoà")."""


def folded(text: str) -> str:
    """NFC, runs of spaces as one, no leading or trailing spaces or closing marks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(" .,-/:")


def graphemes(text: str) -> list[str]:
    """The letters a reader sees: a Vietnamese letter with its marks is one."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if found and unicodedata.combining(letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def without_tones(text: str) -> str:
    """The text without any mark over or under its letters, d for đ."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def edits(reference: str, reading: str) -> int:
    """Letters to insert, delete or replace."""
    return Levenshtein.distance(graphemes(reference), graphemes(reading))


def substitutions(reference: str, reading: str) -> Counter[tuple[str, str]]:
    """The confusions of a reading: (letter in the book, letter read); an empty string for a missing letter."""
    ref, hyp = graphemes(reference), graphemes(reading)
    found: Counter[tuple[str, str]] = Counter()
    for step in Levenshtein.editops(ref, hyp):
        before = ref[step.src_pos] if step.tag != "insert" else ""
        after = hyp[step.dest_pos] if step.tag != "delete" else ""
        found[before, after] += 1
    return found


def _one_tone_place(text: str) -> str:
    moved = _OLD_PLACE.sub(r"\1\3\2", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", moved)


_TITLES = {"ct": "chủ tịch", "pct": "phó chủ tịch"}


def same_standard(expected: str, found: str, *, title: bool = False) -> bool:
    """Whether two standard values are the same: case and the place of a tone mark do not count.

    Args:
        expected: the true value.
        found: the machine's.
        title: a signer's title, where the abbreviation is as right as the full words.
    """
    first, second = (_one_tone_place(folded(text)).casefold() for text in (expected, found))
    if title:
        first, second = (" ".join(_TITLES.get(word, word) for word in text.split(" ")) for text in (first, second))
    return first == second


def keystrokes(expected: str, shown: str) -> int:
    """Keys a clerk presses to get from the value shown to the right one: mend it, or type it anew."""
    if shown == expected:
        return 0
    return min(len(expected), Levenshtein.distance(expected, shown) + 2) if expected else 1
