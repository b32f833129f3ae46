"""Seconds an export takes, with and without PDFs made ready as entries were approved.

Not a test (it takes minutes): `python -m tests.exports.export_figures [--entries N] [--keep]`. The pages are those of
the typed sample book, a file an entry, read by the machine and approved as read, each with a number of its own.
"""

import argparse
import secrets
import shutil
import tempfile
import time
from pathlib import Path

import psutil

from corrections.entries import Book, DecisionKind
from exports.case_pdfs import cooks
from layouts.register_types import RegisterType
from tests.browser.reading_load import TYPED, sample_scans
from tests.figures_out import write_figures
from workbench.config import Settings
from workbench.services import books, exporting, importing, reading, review
from workbench.services.context import Context, system_context
from workbench.services.proof_desk import ProofDesk
from workbench.services.review_types import ValueInput


class Clock:
    """Seconds of the clock, and of processors in this process and those that it waited for."""

    def __init__(self) -> None:
        self._begun, self._used = time.monotonic(), self._processor()

    @staticmethod
    def _processor() -> float:
        used = psutil.Process().cpu_times()
        return used.user + used.system + used.children_user + used.children_system

    def row(self, what: str, pdfs: str) -> dict[str, object]:
        """What was measured, as a row of the table."""
        return {
            "export": what,
            "seconds": round(time.monotonic() - self._begun, 1),
            "processor seconds": round(self._processor() - self._used, 1),
            "PDFs": pdfs,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10)
    parser.add_argument("--keep", action="store_true", help="write the figures to docs/figures/export.md and .json")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="export-figures-") as folder:
        context = system_context(Settings(data_dir=Path(folder)))
        rows = _measured(context, _approved_book(context, Path(folder), wanted.entries))
    for row in rows:
        print(row)
    if wanted.keep:
        note = f"`python -m tests.exports.export_figures --entries {wanted.entries}`: typed pages of the sample book."
        write_figures("export", f"Export of a book of {wanted.entries} entries", note, rows)


def _approved_book(context: Context, folder: Path, entries: int) -> Book:
    book = books.create_book(
        context, register_type=RegisterType.BIRTH, volume_number="01/2015", office="UBND xã Tân Lập"
    )
    importing.import_scans(context, book.id, sample_scans(folder, TYPED, entries))
    reading.read_pages(context)
    for number, one in enumerate(review.next_entries(context, entries), start=1):
        values = {"so": ValueInput(text=str(number))}
        for decision in (DecisionKind.CONFIRM, DecisionKind.APPROVE):
            entry = review.get_entry(context, one.entry.id).entry
            review.save_entry(
                context,
                entry_id=entry.id,
                revision=entry.revision,
                token=secrets.token_hex(16),
                decision=decision,
                values=values,
                reason="đo",
            )
            values = {}
    return book


def _measured(context: Context, book: Book) -> list[dict[str, object]]:
    clock = Clock()
    with cooks(1) as cook:
        made = ProofDesk().make_ready(context, cook)
    rows = [clock.row("made ready in the background", f"{made} made")]
    rows.append(_export(context, book, "all ready"))
    first = _delivered(context, book)
    rows.append(_export(context, book, "once more"))
    shutil.rmtree(_place(context, book))  # as if the book had never been exported
    rows.append(_export(context, book, "nothing ready, as before"))
    assert _delivered(context, book) == first, "the same bytes"
    return rows


def _export(context: Context, book: Book, what: str) -> dict[str, object]:
    clock = Clock()
    made = exporting.export_book(context, book.id)
    return clock.row(what, f"{made.pdfs_made} made, {made.pdfs_ready} ready, {made.pdfs_reused} taken over")


def _place(context: Context, book: Book) -> Path:
    return context.settings.data_dir / "exports" / f"{book.id}"


def _delivered(context: Context, book: Book) -> dict[str, bytes]:
    """Workbook and .zip; manifest and summary name the audit log's last line, which moves on."""
    return {p.name: p.read_bytes() for p in _place(context, book).iterdir() if p.suffix in (".xlsx", ".zip")}


if __name__ == "__main__":
    main()
