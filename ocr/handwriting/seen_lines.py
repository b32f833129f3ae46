"""What the network saw in a line, in one picture of it or in several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from layouts.columns import FieldKind
from ocr.handwriting.candidates import Alphabet
from ocr.handwriting.ctc import Lattice
from ocr.handwriting.decoding import Decoding
from ocr.handwriting.strikes import Span
from vietnamese.units import BookPlace

__all__ = ["SeenLine", "behind_each_other", "space_between"]

_SPACE_SHARE = 0.98
"""A space between the last word of a row and the first of the next."""
_NO_LETTER = 1e-6
"""Share of any letter there: hardly any, but none is impossible."""

_Known = dict[tuple[FieldKind | None, BookPlace], Decoding]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """What the network saw in a line, from which readings are told.

    Attributes:
        lattice: log-probabilities (frames, letters) of all that is written.
        struck: spans of frames that are crossed out.
        others: the same line seen in other pictures of it.
        alone: what this view by itself was decoded to, by kind and book; kept, for a line is asked several times.
        together: the same of all views.
    """

    lattice: Lattice
    struck: tuple[Span, ...] = ()
    others: tuple[SeenLine, ...] = ()
    alone: _Known = field(default_factory=dict, compare=False, repr=False)
    together: _Known = field(default_factory=dict, init=False, compare=False, repr=False)

    def also(self, other: SeenLine) -> SeenLine:
        """The line with one more view of it."""
        return replace(self, others=(*self.others, other))

    @property
    def views(self) -> tuple[SeenLine, ...]:
        """All views, the first one first."""
        return (self, *self.others)


def space_between(alphabet: Alphabet) -> Lattice:
    """The frame that stands between two rows of one value: nearly surely a space."""
    space = np.full((1, len(alphabet.letters)), np.log(_NO_LETTER), np.float32)
    space[0, 0], space[0, alphabet.index[" "]] = np.log(1.0 - _SPACE_SHARE), np.log(_SPACE_SHARE)
    return space


def behind_each_other(rows: Sequence[SeenLine], alphabet: Alphabet) -> SeenLine | None:
    """Rows of one value as one line, each seen in one view; None of none."""
    if len(rows) < 2:
        return rows[0] if rows else None
    lattices, struck = list[Lattice](), list[Span]()
    for row in rows:
        before = sum(len(lattice) for lattice in lattices)
        struck += [(first + before, behind + before) for first, behind in row.struck]
        lattices += [row.lattice, space_between(alphabet)]
    return SeenLine(np.concatenate(lattices[:-1]), tuple(struck))
