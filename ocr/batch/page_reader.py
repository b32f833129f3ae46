"""The reader of pages that batch engines run: this installation's recognisers, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from ocr.batch.local_engine import PageOutcome
from ocr.batch.priority import step_back
from ocr.handwriting.book_hand import BookHand
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.pipeline import read_page
from ocr.reading.readers import Readers
from ocr.readings import PageTask

__all__ = ["installed_readers", "read_task", "read_task_quietly"]


def installed_readers() -> Readers:
    """Tesseract, and the handwriting model that is in use now; its network is opened at the first reading."""
    return Readers(hand=HandwritingRecogniser())


@lru_cache(maxsize=1)
def _recogniser_of_this_process() -> tuple[HandwritingRecogniser, Readers]:
    """A worker reads all its pages with the same recogniser: its network is opened once, not for every page."""
    recogniser = HandwritingRecogniser()
    return recogniser, Readers(hand=recogniser)


def read_task(task: PageTask) -> PageOutcome:
    """Read a page with the installed recognisers. Made for worker processes, which live no longer than their run."""
    recogniser, readers = _recogniser_of_this_process()
    recogniser.hand = _hand(task.book_hand) if task.book_hand else None
    return read_page(task, readers)


def read_task_quietly(task: PageTask) -> PageOutcome:
    """The same in a process that lets the people at their screens go first."""
    step_back()
    return read_task(task)


@lru_cache(maxsize=4)
def _hand(content: bytes) -> BookHand:
    """A book's hand comes with each of its pages: unpacked once."""
    return BookHand.from_bytes(content)
