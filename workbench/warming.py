"""What nobody at a screen need wait for: loaded beside the server's start, and then left alone by Python's collector.

Streamlit looks through every living object after each run of a screen, which took 164 ms of processor time with some
300,000 of them (measured); those that stand for good are set aside here, and the same look takes nothing.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading
from collections.abc import Collection

from storage.errors import StorageError
from vietnamese.unit_tree import provinces
from workbench.services.context import Context
from workbench.services.reading_versions import reading_versions

__all__ = ["begin_warming", "warm_up"]

log = logging.getLogger(__name__)


def begin_warming(ctx: Context, modules: Collection[str]) -> threading.Thread:
    """Begin `warm_up` in a thread of its own, as the server goes on to start."""
    thread = threading.Thread(target=warm_up, args=(ctx, modules), name="warming", daemon=True)
    thread.start()
    return thread


def warm_up(ctx: Context, modules: Collection[str]) -> None:
    """Load what the first screens need: modules, the printed forms, the tree of places.

    Args:
        ctx: The system's.
        modules: Names of the screens' modules.
    """
    for name in modules:
        importlib.import_module(name)
    provinces()
    try:
        with ctx.read() as connection:
            reading_versions(connection)
    except StorageError as error:  # the screens tell it, and load then what they need
        log.warning("not warmed up: %s", error)
    gc.collect()
    gc.freeze()
