"""Comparing Vietnamese texts: letters as a reader sees them, degrees of strictness, keystrokes."""

from __future__ import annotations

import re
from collections import Counter

from rapidfuzz.distance import Levenshtein

from vietnamese.letters import graphemes, nfc, tones_behind

__all__ = ["edits", "folded", "keystrokes", "same_standard", "substitutions"]


def folded(text: str) -> str:
    """NFC, runs of spaces as one, no leading or trailing spaces or closing marks."""
    return re.sub(r"\s+", " ", nfc(text)).strip(" .,-/:")


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


_TITLES = {"ct": "chủ tịch", "pct": "phó chủ tịch"}


def same_standard(expected: str, found: str, *, title: bool = False) -> bool:
    """Whether two standard values are the same: case and the place of a tone mark do not count.

    Args:
        expected: the true value.
        found: the machine's.
        title: a signer's title, where the abbreviation is as right as the full words.
    """
    first, second = (folded(text).casefold() for text in (expected, found))
    if title:
        first, second = (" ".join(_TITLES.get(word, word) for word in text.split(" ")) for text in (first, second))
    return tones_behind(first) == tones_behind(second)


def keystrokes(expected: str, shown: str) -> int:
    """Keys a clerk presses to get from the value shown to the right one: mend it, or type it anew."""
    if shown == expected:
        return 0
    return min(len(expected), Levenshtein.distance(expected, shown) + 2) if expected else 1
