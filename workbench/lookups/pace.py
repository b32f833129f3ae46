"""How fast may be asked: calls of a token in a minute, and wrong tokens from one address."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

_SWEEP_ABOVE = 1000
"""Callers in memory above which those who have gone are forgotten."""


class Pace:
    """So many calls of each caller in a span of time, in the memory of the one process that answers.

    Args:
        most: calls in the span.
        seconds: the span.
        clock: seconds that never go back.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, caller: str) -> int:
        """Whole seconds until the caller may call again; 0: now."""
        with self._lock:
            calls = self._recent(caller)
            return math.ceil(calls[0] + self._seconds - self._clock()) if len(calls) >= self._most else 0

    def count(self, caller: str) -> None:
        """Note a call."""
        with self._lock:
            if len(self._calls) > _SWEEP_ABOVE:
                for known in list(self._calls):
                    self._recent(known)
            self._recent(caller)
            self._calls.setdefault(caller, deque()).append(self._clock())

    def _recent(self, caller: str) -> deque[float]:
        """The caller's calls within the span; whoever has none left takes up no memory."""
        calls = self._calls.get(caller, deque())
        while calls and calls[0] <= self._clock() - self._seconds:
            calls.popleft()
        if not calls:
            self._calls.pop(caller, None)
        return calls
