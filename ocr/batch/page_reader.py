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


def read_task(task: PageTask) -> PageOutcome:
    """Read a page with the installed recognisers. Made for worker processes, which live no longer than their run."""
    return read_page(task, _readers_of_book(task.book_hand))


def read_task_quietly(task: PageTask) -> PageOutcome:
    """The same in a process that lets the people at their screens go first."""
    step_back()
    return read_task(task)


@lru_cache(maxsize=4)
def _readers_of_book(hand: bytes) -> Readers:
    """A book's hand comes with each of its pages: unpacked once."""
    recogniser = _recogniser_of_this_process()
    return Readers(hand=recogniser.with_hand(BookHand.from_bytes(hand)) if hand else recogniser)


@lru_cache(maxsize=1)
def _recogniser_of_this_process() -> HandwritingRecogniser:
    """A worker reads all its pages with the same network: it is opened once, not for every page or book."""
    return HandwritingRecogniser()
