"""A book's hand from its confirmed pages: cut again, seen by the network, learned. Made for a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context

from ocr.errors import OcrError
from ocr.handwriting.book_hand import HandLine
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.hands_by_writer import LearnedHands, learn_hands
from ocr.page.confirmed_lines import confirmed_lines
from ocr.readings import PageTask

__all__ = ["ConfirmedPage", "learn_from_pages", "learn_in_own_process", "lines_of_pages"]

ConfirmedPage = tuple[PageTask, Mapping[int, Mapping[str, str]], str]
"""A page as it was read, by entry slot the confirmed handwritten values as written, and who wrote it ("": unknown)."""


def learn_from_pages(pages: Sequence[ConfirmedPage]) -> tuple[LearnedHands, str]:
    """What the pages teach, and the version of the network it belongs to; a page that cannot be cut is passed over.

    Raises:
        HandwritingModelError: there is no usable model.
    """
    recogniser = HandwritingRecogniser()
    lines = lines_of_pages(pages, recogniser)
    return learn_hands(lines, recogniser.letters, recogniser.version), recogniser.version


def lines_of_pages(
    pages: Sequence[ConfirmedPage], recogniser: HandwritingRecogniser
) -> list[tuple[HandLine, str, str]]:
    """The confirmed lines of pages as the network sees them; a page that cannot be cut is passed over.

    Raises:
        HandwritingModelError: there is no usable model.
    """
    lines: list[tuple[HandLine, str, str]] = []
    for task, texts, writer in pages:
        with suppress(OcrError):
            pairs = list(confirmed_lines(task, texts))
            seen = recogniser.lines_of_hand([pair.crop for pair in pairs])
            lines += [(line, pair.text, writer) for line, pair in zip(seen, pairs, strict=True) if line is not None]
    return lines


def learn_in_own_process(pages: Sequence[ConfirmedPage]) -> tuple[LearnedHands, str]:
    """The same beside a server: half a minute of work that answers to nobody would hold up those who wait for it.

    Raises:
        HandwritingModelError: there is no usable model.
        BrokenProcessPool: the process was killed.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(learn_from_pages, list(pages)).result()
