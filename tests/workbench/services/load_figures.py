"""Many clerks at once: how long a save and the next entries take, and whether any confirmation was lost or doubled.

Not a test (minutes of work): `python -m tests.workbench.services.load_figures --clerks 20 --saves 5000 [--url ...]`.
Threads of one process stand for the clerks, as in the server, which is one process too.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from PIL import Image

from corrections.entries import DecisionKind, Role
from ocr.readings import PageTask
from storage.accounts import Account, add_account
from storage.audit_log import stream_events
from storage.database import Database, sqlite_url
from storage.entries import all_entries
from tests.fakes.readers import birth_reading
from workbench.config import Settings
from workbench.services import audit, books, importing, review
from workbench.services.context import Context
from workbench.services.reading_versions import ReadingVersions
from workbench.services.saving_readings import save_outcome

PER_PAGE = 10
VERSIONS = ReadingVersions(layouts="1", recogniser="fake")


def _fill(system: Context, folder: Path, count: int) -> None:
    book = books.create_book(system, register_type="birth", volume_number="01/1998", office="UBND xã A")
    sheets = [Image.new("1", (8, 8)) for _ in range(count // PER_PAGE)]
    path = folder / "book.tif"
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    importing.import_scans(system, book.id, [path])
    for page in books.book_pages(system, book.id):
        save_outcome(
            system, page, birth_reading(PageTask(source="a", page=page.scan_index), entries=PER_PAGE), VERSIONS
        )


class Clerk(threading.Thread):
    """Confirms entries until none is left, as fast as the answers come."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.saves: list[float] = []
        self.batches: list[float] = []
        self.acknowledged: list[int] = []

    def run(self) -> None:
        while True:
            start = time.perf_counter()
            batch = review.next_entries(self.context, 5)
            self.batches.append(time.perf_counter() - start)
            if not batch:
                return
            for one in batch:
                start = time.perf_counter()
                review.save_entry(
                    self.context,
                    entry_id=one.entry.id,
                    revision=one.entry.revision,
                    token=f"load-token-{one.entry.id}",
                    decision=DecisionKind.CONFIRM,
                )
                self.saves.append(time.perf_counter() - start)
                self.acknowledged.append(one.entry.id)


def _percentiles(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    median, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{name:34s} median {median * 1000:7.1f} ms   p95 {late * 1000:7.1f} ms   worst {ordered[-1] * 1000:7.1f} ms")


def main() -> None:
    """Fill, let the clerks work, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--saves", type=int, default=5000)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    database = Database(options.url or sqlite_url(folder / "load.sqlite3"))
    settings = Settings(data_dir=folder, database_url=database.url)
    system = Context(database=database, settings=settings)
    system = system.as_account(Account(id=0, name="system", role=Role.ADMINISTRATOR))
    _fill(system, folder, options.saves)
    clerks = []
    for number in range(options.clerks):
        account = Account(id=0, name=f"clerk{number}", role=Role.CLERK)
        with database.write() as connection:
            key = add_account(connection, account, "-")
        clerks.append(Clerk(system.as_account(Account(id=key, name=account.name, role=Role.CLERK))))
    start, processor = time.perf_counter(), time.process_time()
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    spent, used = time.perf_counter() - start, time.process_time() - processor
    print(f"{options.saves} confirmations by {options.clerks} clerks in {spent:.1f} s ({used:.1f} s of processor)")
    _percentiles("save", [s for c in clerks for s in c.saves])
    _percentiles("next five entries", [s for c in clerks for s in c.batches])
    _count(database, [i for c in clerks for i in c.acknowledged], options.saves)
    print(audit.verify(system))


def _count(database: Database, acknowledged: list[int], expected: int) -> None:
    with database.read() as connection:
        saved = Counter(e.revision for e in all_entries(connection))
        events = Counter(e.entry_id for e in stream_events(connection) if e.action == "confirm" and not e.column)
    doubled = sum(count > 1 for count in events.values())
    lost = expected - len(set(acknowledged) & set(events))
    print(f"revisions: {dict(saved)}; lost: {lost}; doubled: {doubled + len(acknowledged) - len(set(acknowledged))}")


if __name__ == "__main__":
    main()
