"""Two books that the server reads while people work: pages of the sample books, as many as are wanted."""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.browser.server import ROOT
from tests.screens.office import OFFICE, Office
from workbench.services import books, importing, reading_queue

__all__ = ["TYPED", "pages_unread", "queue_two_books", "sample_scans"]

TYPED, _BY_HAND = "khai-sinh-danh-may", "ket-hon-viet-tay"
"""Folders of `sample_books`."""


def queue_two_books(office: Office, pages: int) -> None:
    """A typed book and one by hand wait for reading; the typed one is read first."""
    boss = office.context(Role.ADMINISTRATOR)
    for register_type, sample in ((RegisterType.BIRTH, TYPED), (RegisterType.MARRIAGE, _BY_HAND)):
        book = books.create_book(boss, register_type=register_type, volume_number="09/2015", office=OFFICE)
        importing.import_scans(boss, book.id, sample_scans(office.settings.data_dir, sample, pages))
        reading_queue.queue_book(boss, book.id)


def sample_scans(folder: Path, sample: str, count: int) -> list[Path]:
    """So many scans from a sample book's pages, each a file of its own."""
    drawn = sorted((ROOT / "sample_books" / sample).glob("*.jpg"))
    return [_copy(folder, scan, number) for number, scan in enumerate(islice(cycle(drawn), count))]


def _copy(folder: Path, scan: Path, number: int) -> Path:
    """The same picture as another file: decoders stop at a JPEG's end mark, digests do not."""
    place = folder / "to-read"
    place.mkdir(exist_ok=True)
    copy = place / f"{scan.stem}-{number}.jpg"
    copy.write_bytes(scan.read_bytes() + bytes(number + 1))
    return copy


def pages_unread(office: Office) -> int:
    """Pages that still wait in the queue."""
    return sum(line.left for line in reading_queue.reading_queue(office.context(Role.ADMINISTRATOR)).lines)
