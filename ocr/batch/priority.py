"""Work in the background steps back: whoever waits at a screen gets processor and disk first."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import lru_cache

import psutil

__all__ = ["step_back"]

_NICE = 10
"""A process of ordinary priority gets about nine times the processor of one at 10, when both want it; at 19 reading
would stand still beside any other program."""
_LAST_FOR_DISK = 7
"""Of the eight levels of Linux's usual class for disks: served last."""


@lru_cache(maxsize=1)
def step_back() -> None:
    """Lower the priority of this process, once: processor everywhere, disk where the system knows such a thing.

    What it starts (Tesseract) inherits that. A system that refuses leaves the process as it is.
    """
    me = psutil.Process()
    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            me.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
            me.ionice(psutil.IOPRIO_LOW)
            return
        me.nice(max(int(me.nice() or 0), _NICE))
        if sys.platform == "linux":
            me.ionice(psutil.IOPRIO_CLASS_BE, _LAST_FOR_DISK)
