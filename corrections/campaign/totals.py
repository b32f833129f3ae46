"""Counts as plans print them, and sums in which some parts may be unknown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["UNKNOWN", "Total", "dotted"]

UNKNOWN = "Chưa rõ"
"""What stands in place of a count that nobody knows: on screens, in reports and in the lists people send."""


def dotted(number: int) -> str:
    """A count as plans print it: `1.373.508`."""
    return f"{number:,}".replace(",", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum in which some parts may be unknown."""

    known: int = 0
    unknown: int = 0
    """How many parts nobody has counted."""

    def __add__(self, other: Total) -> Total:
        return Total(known=self.known + other.known, unknown=self.unknown + other.unknown)

    def left_after(self, done: int) -> Total:
        """What is left of it; unknown as long as a part of it is. More done than counted leaves nothing."""
        return Total(unknown=self.unknown) if self.unknown else Total(known=max(0, self.known - done))

    @property
    def label(self) -> str:
        """For people: `1.234`, `1.234 + 2 chưa rõ`, `Chưa rõ`."""
        number = dotted(self.known)
        if not self.unknown:
            return number
        return f"{number} + {self.unknown} chưa rõ" if self.known else UNKNOWN
