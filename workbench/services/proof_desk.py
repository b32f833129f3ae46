"""PDFs made ready as entries are confirmed, so that the export of a finished book takes seconds.

What was approved comes first; what waits for approval is made meanwhile, because many are approved at once. Proving
that a PDF of 100 KB is still readable takes seconds of processor time an entry. One process that steps back does it
beside the people at work; what it made stands on the book's shelf (`exports.pdf_shelf`) under the digest of all
that it was made from, so a changed page is made anew and nothing old is ever exported. What is wanted follows from the
record: a server that was killed begins by looking at every book with such entries.
"""

from __future__ import annotations

import logging
import threading

from corrections.entries import EntryState
from exports.case_pdfs import CasePage, Cook, PdfKitchen, cooks
from exports.errors import ExportError
from exports.readability import read_words
from ocr.errors import OcrError
from storage.approved import WORKED_ON, books_to_hand_over, books_worked_on_since, last_event
from storage.errors import StorageError
from workbench.config import Settings
from workbench.services.context import Context, system_context
from workbench.services.errors import ServiceError
from workbench.services.exporting import KeptReadings, book_for_export, earlier_manifests, exports_under_way, shelf_of
from workbench.services.settings import export_profile

__all__ = ["ProofDesk"]

log = logging.getLogger(__name__)

_LOOK_EVERY = 10.0
"""Seconds between two looks: decisions come in bursts."""
_LINGER = 120.0
"""Seconds without work after which the process ends; a new one takes two seconds to start."""
_AFTER_TROUBLE = 60.0
"""Seconds until it is tried again."""
_REMEMBERED = 4
"""Books whose pages are remembered between two looks."""

Pages = tuple[CasePage, ...]


class ProofDesk:
    """Makes ready what will be exported, for as long as the server runs."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._seen: int | None = None
        self._books: dict[int, None] = {}
        self._readings: dict[int, KeptReadings] = {}
        self._given_up: set[str] = set()
        """Digests of pictures over which the process ended by itself."""

    def open(self, settings: Settings) -> threading.Thread:
        """Begin, in a thread."""
        thread = threading.Thread(target=self._serve, args=(settings,), name="proof-desk", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Stop after the PDF in hand."""
        self._stop.set()

    def _serve(self, settings: Settings) -> None:
        while not self._stop.wait(_LOOK_EVERY):
            try:
                context = system_context(settings)
                if self._wanted(context):
                    with cooks(1) as cook:
                        self._work(context, cook)
            except (ServiceError, StorageError, ExportError, OcrError, OSError) as error:
                log.warning("PDFs are not made ready: %s", error)
                self._stop.wait(_AFTER_TROUBLE)
            except Exception:  # the thread's last line of defence; exports make what is missing themselves
                log.exception("PDFs are not made ready")
                self._stop.wait(_AFTER_TROUBLE)

    def _work(self, context: Context, cook: Cook) -> None:
        """Until nothing was wanted for a while."""
        quiet = 0.0
        while quiet < _LINGER and not self._stop.is_set():
            quiet = 0.0 if self.make_ready(context, cook) else quiet + _LOOK_EVERY
            self._stop.wait(_LOOK_EVERY)

    def _wanted(self, context: Context) -> bool:
        """Whether something happened since the last look; notes the books concerned."""
        with context.read() as connection:
            newest = last_event(connection)
            if newest != self._seen:
                since = self._seen
                found = books_to_hand_over(connection) if since is None else books_worked_on_since(connection, since)
                self._books |= dict.fromkeys(found)
                self._seen = newest
        return bool(self._books)

    def make_ready(self, context: Context, cook: Cook) -> int:
        """Make what is missing now; returns how many PDFs were made.

        Raises:
            OSError: no room; what was made stays, the book is looked at again.
            ExportError: the process ended by itself over a picture, which is then left to the export.
        """
        made = 0
        self._wanted(context)
        while self._books and not self._stop.is_set():
            book_id = next(iter(self._books))
            made += self._book(context, book_id, cook)
            self._books.pop(book_id, None)
        return made

    def _book(self, context: Context, book_id: int, cook: Cook) -> int:
        kitchen, wanted = _kitchen(context, book_id, self._remembered(book_id))
        kitchen.keep_only(wanted)
        made = 0
        for pages in kitchen.missing(wanted):
            if kitchen.key(pages) in self._given_up:
                continue
            while exports_under_way() and not self._stop.wait(1.0):
                pass  # the export makes them itself, with every core
            if self._stop.is_set():
                break
            try:
                kitchen.stock(pages, cook)
            except ExportError:
                self._given_up.add(kitchen.key(pages))
                raise
            made += 1
        return made

    def _remembered(self, book_id: int) -> KeptReadings:
        kept = self._readings.pop(book_id, {})
        self._readings[book_id] = kept
        while len(self._readings) > _REMEMBERED:
            del self._readings[next(iter(self._readings))]
        return kept


def _kitchen(ctx: Context, book_id: int, kept: KeptReadings) -> tuple[PdfKitchen, list[Pages]]:
    """A kitchen for a book's shelf, and the pages of each PDF that its export will hold, approved entries first."""
    profile = export_profile(ctx)
    ready = book_for_export(ctx, book_id, states=WORKED_ON, kept=kept)
    shelf = shelf_of(ctx, book_id)
    kitchen = PdfKitchen(
        shelf.folder, profile, earlier=earlier_manifests(ctx, book_id), shelf=shelf, read_words=read_words
    )
    first = sorted(ready.entries, key=lambda item: item.entry.state is not EntryState.APPROVED)
    wanted = [item.pages for item in first if item.scanned]
    if profile.cover_in_zip and ready.cover is not None:
        wanted.append((ready.cover,))
    return kitchen, wanted
