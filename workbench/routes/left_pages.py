"""Entries that were on their way to a page when it was left.

A page gives back what it holds as it goes; of what the server is still handing to it, it knows nothing but its own name
for the question. The question and the word that the page is gone may arrive in either order.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

__all__ = ["LEFT", "LeftPages"]

_REMEMBERED = 2000
"""Questions: those of a few minutes in an office of fifty people. What is forgotten stays reserved for a while."""

Question = tuple[int, str]
"""Account and the page's name for it, which no other page uses."""


class LeftPages:
    """What was handed to which question, and which questions nobody waits for any more; kept in memory alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handed: OrderedDict[Question, tuple[int, ...]] = OrderedDict()
        self._left: OrderedDict[Question, None] = OrderedDict()

    def handed(self, question: Question, entry_ids: Sequence[int]) -> bool:
        """Note what was reserved for a question; False where nobody waits for it, so that it must be given back."""
        with self._lock:
            if question in self._left:
                return False
            self._handed[question] = tuple(entry_ids)
            _keep_newest(self._handed)
            return True

    def leave(self, question: Question) -> tuple[int, ...]:
        """Nobody waits for the answer: the entries that were reserved for it already."""
        with self._lock:
            self._left[question] = None
            _keep_newest(self._left)
            return self._handed.pop(question, ())

    def is_left(self, question: Question) -> bool:
        """Whether nobody waits for it any more."""
        with self._lock:
            return question in self._left


def _keep_newest(kept: OrderedDict[Question, tuple[int, ...]] | OrderedDict[Question, None]) -> None:
    while len(kept) > _REMEMBERED:
        kept.popitem(last=False)


LEFT = LeftPages()
"""Of this server's process: it is the only one that hands out entries to pages."""
