"""A written address taken apart into words and separators, so that a unit of it can be exchanged alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from vietnamese.addresses import WORD

__all__ = ["Address"]

_COMMA_IN, _COMMA_OUT = 1.5, -1.5
"""Nats for a separator put in between two units (dotted lines swallow commas), and for one taken out."""

_GO_ON = frozenset(("viện", "khoa", "sản", "tế"))
"""Last words of places of care that the name of their unit follows without a separator."""


@dataclass(frozen=True, slots=True)
class Address:
    """Words of an address and what stands behind each of them (a separator or a blank)."""

    words: tuple[str, ...]
    behind: tuple[str, ...]
    separator: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Split into words; the separator is the one used most."""
        found = list(WORD.finditer(text))
        ends = [match.start() for match in found[1:]] + [len(text)]
        behind = tuple(text[match.end() : end] for match, end in zip(found, ends, strict=True))
        used = Counter(gap for gap in behind[:-1] if gap.strip())
        separator = used.most_common(1)[0][0] if used else ", "
        return cls(tuple(match[0] for match in found), behind, separator)

    def head(self, count: int, *, close: bool = True) -> str:
        """The first words with what stands behind them, closed by a separator if wanted."""
        text = self._joined(0, count)
        closed = not count or self.behind[count - 1].strip() or self._goes_on(count - 1)
        return text if closed or not close else text.rstrip() + self.separator

    def tail(self, first: int) -> str:
        """The words from `first` on."""
        return self._joined(first, len(self.words))

    def _joined(self, first: int, last: int) -> str:
        return "".join(word + gap for word, gap in zip(self.words[first:last], self.behind[first:last], strict=True))

    def gap_before(self, word: int) -> str:
        """What stands before a word: its separator, or the address's usual one where that was lost."""
        gap = self.behind[word - 1]
        return gap if gap.strip() or self._goes_on(word - 1) else self.separator

    def _goes_on(self, word: int) -> bool:
        """Whether a unit behind this word belongs to its name: `Bệnh viện đa khoa Đồng Nai`."""
        return self.words[word].casefold() in _GO_ON

    def comma_prior(self, first: int, last: int) -> float:
        """Log-prior of the separators changed when the words from `first` up to `last` are written as one unit."""
        inside = sum(1 for gap in self.behind[first : last - 1] if gap.strip())
        put_in = first > 0 and not self.behind[first - 1].strip() and not self._goes_on(first - 1)
        return _COMMA_OUT * inside + (_COMMA_IN if put_in else 0.0)
