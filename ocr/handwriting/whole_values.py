"""A value written over several lines, read as one: the units of an address hang together over the end of a line.

The lattices of the lines are laid one behind the other with a space between, view by view; what is read is given back
to the lines where the strokes say that it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ocr.handwriting.candidates import Alphabet
from ocr.handwriting.ctc import Lattice, text_log_probabilities
from ocr.handwriting.decoding import Decoding
from ocr.handwriting.seen_lines import SeenLine, space_between
from ocr.handwriting.types import Candidate, LineReading

__all__ = ["read_as_one", "views_side_by_side"]

_Parts = tuple[str, ...]


def views_side_by_side(lines: Sequence[SeenLine], alphabet: Alphabet) -> list[Lattice]:
    """Views of all lines together, the usual ones first; a line that was seen less often lends its usual view."""
    space, found = space_between(alphabet), []
    for number in range(max(len(line.views) for line in lines)):
        views = [line.views[number if number < len(line.views) else 0].lattice for line in lines]
        found.append(np.concatenate([part for view in views for part in (view, space)][:-1]))
    return found


def read_as_one(
    alone: Sequence[LineReading], decoding: Decoding, sure: float, lines: Sequence[SeenLine], alphabet: Alphabet
) -> list[LineReading]:
    """What was decoded over several lines, as a reading a line.

    Args:
        alone: the lines read by themselves.
        decoding: of all of them together.
        sure: that it is right as a whole.
        lines: what was seen of each.
        alphabet: the letters.

    Returns:
        The lines' readings, of which `decoded`, confidence and other readings come from the whole; as they were alone
        where a line would be left without a word.
    """
    lattices = [line.lattice for line in lines]
    best = _divided(decoding.decoded, lattices, alphabet)
    if not best:
        return list(alone)
    others = [(_divided(text, lattices, alphabet), share) for text, share in decoding.alternatives]
    candidates = [best, *(_divided(c.text, lattices, alphabet) for c in decoding.candidates)]
    return [
        replace(
            reading,
            decoded=best[number],
            confidence=sure ** (1.0 / len(lines)),
            alternatives=tuple((p[number], s) for p, s in others if p and _differs_only_in(number, p, best)),
            candidates=_weighed((p[number] for p in candidates if p), lines[number], alphabet),
        )
        for number, reading in enumerate(alone)
    ]


def _divided(text: str, lattices: Sequence[Lattice], alphabet: Alphabet) -> _Parts:
    """The words of each line, as the strokes like them best; none where there are fewer words than lines."""
    if len(lattices) == 1:
        return (text,)
    words = text.split(" ")
    ways = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words) - len(lattices) + 2)]
    if not ways:
        return ()
    first = _strokes([way[0] for way in ways], lattices[0], alphabet)
    rest = _strokes([way[1] for way in ways], np.concatenate(lattices[1:]), alphabet)
    begin, end = ways[int(np.argmax(first + rest))]
    return (begin, *_divided(end, lattices[1:], alphabet))


def _strokes(texts: Sequence[str], lattice: Lattice, alphabet: Alphabet) -> np.ndarray:
    spelt = [[alphabet.index[letter] for letter in text if letter in alphabet.index] for text in texts]
    return text_log_probabilities(lattice, spelt)


def _differs_only_in(number: int, parts: _Parts, best: _Parts) -> bool:
    return [place for place, (one, other) in enumerate(zip(parts, best, strict=True)) if one != other] == [number]


def _weighed(texts: Iterable[str], line: SeenLine, alphabet: Alphabet) -> tuple[Candidate, ...]:
    """Texts of a line with what the strokes of all its views give them, the first text first."""
    told = list(dict.fromkeys(texts))
    strokes = np.mean([_strokes(told, view.lattice, alphabet) for view in line.views], axis=0)
    return tuple(Candidate(text=text, log_likelihood=float(s)) for text, s in zip(told, strokes, strict=True))
