"""The reader of pages that batch engines run: this installation's recognisers, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from ocr.batch.local_engine import PageOutcome
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.pipeline import read_page
from ocr.reading.readers import Readers
from ocr.readings import PageTask

__all__ = ["installed_readers", "read_task"]


def installed_readers() -> Readers:
    """Tesseract, and the handwriting model that is in use now; its network is opened at the first reading."""
    return Readers(hand=HandwritingRecogniser())


@lru_cache(maxsize=1)
def _readers_of_this_process() -> Readers:
    """A worker reads all its pages with the same recognisers: opening the network takes as long as reading a line."""
    return installed_readers()


def read_task(task: PageTask) -> PageOutcome:
    """Read a page with the installed recognisers. Made for worker processes, which live no longer than their run."""
    return read_page(task, _readers_of_this_process())
