"""What the network saw in a line, in one picture of it or in several."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ocr.handwriting.ctc import Lattice
from ocr.handwriting.strikes import Span

__all__ = ["SeenLine"]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """What the network saw in a line, from which readings are told.

    Attributes:
        lattice: log-probabilities (frames, letters) of all that is written.
        struck: spans of frames that are crossed out.
        others: the same line seen in other pictures of it.
    """

    lattice: Lattice
    struck: tuple[Span, ...] = ()
    others: tuple[SeenLine, ...] = ()

    def also(self, other: SeenLine) -> SeenLine:
        """The line with one more view of it."""
        return replace(self, others=(*self.others, other))

    @property
    def views(self) -> tuple[SeenLine, ...]:
        """All views, the first one first."""
        return (self, *self.others)
