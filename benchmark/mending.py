"""What a clerk presses to put a text right in a field of the review form: mend it in its places, or type it anew.

Counted as a browser takes them: an arrow is a key, with Ctrl it goes a word on, and Vietnamese is typed by Telex. The
text is selected when its field comes, so typing takes its place and an arrow leads to one of its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from vietnamese.letters import decomposed

__all__ = ["BRING", "Mending", "Step", "mending", "mending_with", "presses"]

BRING = "Alt+ArrowDown"
"""The form's key that brings the next suggestion into the field, to be mended there."""

_NEAR = 1
"""Letters between two places to mend up to which they are one."""
_WORD = re.compile(r"(?:\w|(?<=\d)[.,;'’](?=\d)|(?<=[^\W\d_])[.:'’](?=[^\W\d_]))+|[^\w\s]+")
"""What one key with Ctrl goes over, with the blanks beside it: a word, or the signs between two (Unicode's annex 29, as
Chromium on Linux goes; tried in it on 85 texts)."""


@dataclass(frozen=True, slots=True)
class Step:
    """Keys pressed one after the other: one key so many times, or a text typed."""

    key: str = ""
    times: int = 1
    text: str = ""
    caret: int | None = None
    """Where the caret stands after a move; a browser that parts words otherwise needs an arrow more."""

    @property
    def keys(self) -> int:
        """How many there are."""
        return presses(self.text) if self.text else self.times


@dataclass(frozen=True, slots=True)
class Mending:
    """How a text is put right."""

    steps: tuple[Step, ...]
    text: str
    """What stands there then."""

    @property
    def keys(self) -> int:
        """All keys of all steps."""
        return sum(step.keys for step in self.steps)


def presses(text: str) -> int:
    """Keys to type a text by Telex: one a letter, one more a mark, two for đ; a capital is one press with Shift."""
    plain = decomposed(text)
    return len(plain) + sum(letter in "đĐ" for letter in plain)


def mending(shown: str, wanted: Sequence[str]) -> Mending:
    """The fewest keys from a text to one of those that are right.

    Args:
        shown: what stands in the field, selected.
        wanted: texts that are as right: the line as written, and this column's own part of it; none empty.
    """
    ways = [way for text in wanted for way in (_typed(text), *_mended(shown, text))]
    return min(ways, key=lambda way: way.keys)


def mending_with(shown: str, offered: Sequence[str], wanted: Sequence[str]) -> Mending:
    """The fewest keys from what stands, or from a suggestion brought into the field, to a text that is right.

    Args:
        shown: what stands in the field, selected.
        offered: suggestions in their order, each one key further.
        wanted: as for `mending`.
    """
    ways = [mending(shown, wanted)]
    for times, text in enumerate(offered, start=1):
        way = mending(text, wanted)
        ways.append(Mending((Step(BRING, times), *way.steps), way.text))
    return min(ways, key=lambda way: way.keys)


def _typed(text: str) -> Mending:
    return Mending((Step(text=text),), text)


def _mended(old: str, new: str) -> Iterator[Mending]:
    """From the beginning through all places, and from the end where there is one."""
    places = _places(old, new)
    if not old or not places:
        return
    steps = [Step("ArrowLeft", caret=0)]
    at = longer = 0
    for start, end, text in places:
        steps += [*_further_on(_forward(old, at, start), longer), *_put("Delete", end - start, text)]
        at, longer = end, longer + len(text) - (end - start)
    yield Mending(tuple(steps), new)
    if len(places) == 1:
        start, end, text = places[0]
        back = [Step("ArrowRight", caret=len(old)), *_backward(old, end)]
        yield Mending((*back, *_put("Backspace", end - start, text)), new)


def _places(old: str, new: str) -> list[tuple[int, int, str]]:
    """Where two texts differ: from and to in the old one, and what stands there in the new one."""
    found: list[list[int]] = []
    for step in Levenshtein.opcodes(old, new):
        if step.tag == "equal":
            continue
        if found and step.src_start - found[-1][1] <= _NEAR:
            found[-1][1], found[-1][3] = step.src_end, step.dest_end
        else:
            found.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
    return [(start, end, new[first:last]) for start, end, first, last in found]


def _put(key: str, surplus: int, text: str) -> list[Step]:
    return [*([Step(key, surplus)] if surplus else []), *([Step(text=text)] if text else [])]


def _forward(text: str, at: int, to: int) -> list[Step]:
    return _moves(at, to, [word.end() for word in _WORD.finditer(text) if word.end() > at], "Right", "Left")


def _backward(text: str, to: int) -> list[Step]:
    starts = [word.start() for word in _WORD.finditer(text)]
    return _moves(len(text), to, starts[::-1], "Left", "Right")


def _further_on(steps: Sequence[Step], by: int) -> list[Step]:
    """Moves in a text that became longer before them."""
    return [replace(step, caret=None if step.caret is None else step.caret + by) for step in steps]


def _moves(at: int, to: int, words: Sequence[int], on: str, back: str) -> list[Step]:
    """Word by word and letter by letter from one place to another, whichever takes fewer keys."""
    ways = [(abs(to - at), 0, at), *((n + abs(to - place), n, place) for n, place in enumerate(words, start=1))]
    _, jumps, place = min(ways)
    letters = to - place if on == "Right" else place - to
    steps = [Step(f"Control+Arrow{on}", jumps, caret=place)] if jumps else []
    return [*steps, *([Step(f"Arrow{on if letters > 0 else back}", abs(letters), caret=to)] if letters else [])]
