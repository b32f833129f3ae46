"""Figures at a province's size: fill a database with invented entries and time search, queue, progress and reports.

Not a test (it takes minutes and gigabytes): `python -m tests.storage.size_figures --entries 1400000 [--url ...]`.
The rows go in past the services, in bulk; what is timed afterwards are the services' own calls.
"""

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path

from sqlalchemy import insert, text

from corrections.entries import Entry, EntryState, Role
from storage.accounts import Account, add_account
from storage.clock import now, stamp
from storage.codec import fields_from_text
from storage.database import Database, sqlite_url
from storage.schema import books, entries, pages, scans
from storage.search_index import index_words
from workbench.config import Settings
from workbench.services import books as book_service
from workbench.services import reporting, review, searching
from workbench.services.context import Context

PER_BOOK = 100
BATCH = 20_000
STATES = [EntryState.APPROVED] * 5 + [EntryState.CONFIRMED] * 2 + [EntryState.TO_REVIEW] * 12 + [EntryState.ESCALATED]


def _names(kind: str) -> list[str]:
    path = resources.files("ocr.lexicons").joinpath(f"data/names_{kind}.tsv")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]


class People:
    """Invented names, common ones common."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.surnames, self.middles, self.givens = (_names(k) for k in ("surname", "middle", "given"))

    def _skewed(self, names: list[str]) -> str:
        return names[min(int(self.random.expovariate(1.0) * len(names) / 8), len(names) - 1)]

    def name(self) -> str:
        return " ".join(self._skewed(names) for names in (self.surnames, self.middles, self.givens))

    def date(self, year: int) -> str:
        return f"{self.random.randint(1, 28):02d}.{self.random.randint(1, 12):02d}.{year}"


def _fields(people: People, number: int, year: int) -> str:
    values = {
        "so": str(number),
        "quyenSo": f"01/{year}",
        "trangSo": str(number),
        "ngayDangKy": people.date(year),
        "loaiDangKy": "1",
        "noiDangKy": "UBND xã Tân Lập, huyện Yên Bình, tỉnh Bình Nguyên",
        "nksHoTen": people.name(),
        "nksGioiTinh": "1",
        "nksNgaySinh": people.date(year),
        "nksNgaySinhBangChu": "ngày năm tháng ba năm một nghìn chín trăm chín mươi tám",
        "nksNoiSinh": "Trạm y tế xã Tân Lập, huyện Yên Bình",
        "nksDanToc": "Kinh",
        "nksQuocTich": "Việt Nam",
        "meHoTen": people.name(),
        "meNgaySinh": str(year - 25),
        "meDanToc": "Kinh",
        "meNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
        "chaHoTen": people.name(),
        "chaNgaySinh": str(year - 27),
        "chaNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
        "nycHoTen": people.name(),
        "nguoiKy": "Lê Văn Ký",
    }
    return json.dumps(
        {name: [value, None, "written", "reading", 0.93, 1, 1, 0] for name, value in values.items()},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _rows(count: int) -> Iterator[tuple[dict[str, object], list[dict[str, object]]]]:
    people = People(7)
    start = now()
    for number in range(count):
        book_id = number // PER_BOOK + 1
        year = 1990 + book_id % 30
        fields = _fields(people, number % PER_BOOK + 1, year)
        state = people.random.choice(STATES)
        done = state in (EntryState.APPROVED, EntryState.CONFIRMED)
        at = stamp(start - timedelta(minutes=people.random.randint(0, 60 * 24 * 200))) if done else None
        entry = Entry(
            id=number + 1,
            book_id=book_id,
            page_id=book_id,
            region=number % PER_BOOK,
            register_type="birth",
            state=state,
            revision=0,
            fields=fields_from_text(fields),
        )
        row = {
            "id": entry.id,
            "book_id": book_id,
            "page_id": book_id,
            "region": entry.region,
            "register_type": "birth",
            "state": state.value,
            "fields": fields,
            "priority": people.random.random() * 90,
            "registration_number": entry.fields["so"].normalized,
            "registration_date": entry.fields["ngayDangKy"].normalized,
            "confirmed_at": at,
            "confirmed_by": 1 if done else None,
        }
        yield row, [{"word": word, "entry_id": entry.id} for word in index_words(entry)]


def fill(database: Database, count: int) -> None:
    """Books, pages, entries and their index; the index last and sorted, as a bulk load does."""
    at = stamp(now())
    with database.write() as connection:
        add_account(connection, Account(id=0, name="clerk", role=Role.CLERK), "-")
        add_account(connection, Account(id=0, name="supervisor", role=Role.SUPERVISOR), "-")
    for first in range(0, count, BATCH * 5):
        last = min(count, first + BATCH * 5)
        with database.write() as connection:
            ids = range(first // PER_BOOK + 1, (last - 1) // PER_BOOK + 2)
            connection.execute(insert(scans), [_scan(i, at) for i in ids])
            connection.execute(insert(books), [_book(i, at) for i in ids])
            connection.execute(insert(pages), [_page(i) for i in ids])
    words: list[dict[str, object]] = []
    block: list[dict[str, object]] = []
    with database.write() as connection:
        connection.execute(text("CREATE TABLE loose_words (word VARCHAR(200), entry_id INTEGER)"))
    for row, found in _rows(count):
        block.append(row)
        words += found
        if len(block) == BATCH:
            _flush(database, block, words)
            block, words = [], []
    _flush(database, block, words)
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO entry_words (word, entry_id) SELECT word, entry_id FROM loose_words ORDER BY 1, 2")
        )
        connection.execute(text("DROP TABLE loose_words"))
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


def _flush(database: Database, block: list[dict[str, object]], words: list[dict[str, object]]) -> None:
    if not block:
        return
    with database.write() as connection:
        connection.execute(insert(entries), block)
        connection.execute(text("INSERT INTO loose_words VALUES (:word, :entry_id)"), words)


def _scan(number: int, at: str) -> dict[str, object]:
    return {"sha256": f"{number:064d}", "file_name": "a.pdf", "bytes": 1, "suffix": ".pdf", "added_at": at}


def _book(number: int, at: str) -> dict[str, object]:
    office = f"UBND xã thứ {number // 70 + 1}"
    values = {"id": number, "register_type": "birth", "office": office, "state": "in_review", "created_at": at}
    return {**values, "volume_number": f"{number}/{1990 + number % 30}", "priority": number % 50}


def _page(number: int) -> dict[str, object]:
    return {"id": number, "book_id": number, "scan_sha256": f"{number:064d}", "scan_index": 0, "position": 0}


def _timed(name: str, call: Callable[[], object], times: int = 7) -> None:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    print(
        f"{name:60s} median {statistics.median(spent) * 1000:8.1f} ms   worst {max(spent) * 1000:8.1f} ms", flush=True
    )


def measure(database: Database) -> None:
    """Time the services' own calls."""
    settings = Settings(data_dir=Path(tempfile.gettempdir()) / "size", database_url=database.url)
    nobody = Context(database=database, settings=settings)
    clerk = nobody.as_account(Account(id=1, name="clerk", role=Role.CLERK))
    supervisor = nobody.as_account(Account(id=2, name="supervisor", role=Role.SUPERVISOR))
    people = People(7)
    known = people.name()
    queries = {
        "a full name": known,
        "without tone marks, first words": " ".join(known.split()[:2]).lower(),
        "a given name alone": known.split()[-1],
        "the commonest surname": people.surnames[0],
        "a name and a year": f"{known}, 1997",
        "two names": f"{known}, {people.name()}",
        "two common names": f"{people.surnames[0]}, {people.givens[0]}",
        "number and year": "45/1997",
        "a full date": "05/03/1998",
        "nothing there": "Xyz Abc Quw",
    }
    for what, query in queries.items():
        hits = len(searching.search(clerk, query))
        _timed(f"search: {what} ({hits} hits)", lambda query=query: searching.search(clerk, query))  # type: ignore[misc]
    _timed("queue: next 5 entries of a clerk", lambda: review.next_entries(clerk, 5))
    _timed("queue: next 5 of one book", lambda: review.next_entries(clerk, 5, book_id=77))
    _timed("queue: next 5 of a supervisor", lambda: review.next_entries(supervisor, 5, queue="supervisor"))
    _timed("queue: counts", lambda: review.queue_counts(clerk), 3)
    _timed("progress of one book", lambda: book_service.book_progress(clerk, 50))
    _timed("progress of all books", lambda: book_service.list_books(clerk), 3)
    day = now()
    _timed("daily table of all units", lambda: reporting.unit_counts(clerk, day - timedelta(days=1), day), 3)
    _timed("entries a day, 20 days", lambda: reporting.days_worked(clerk, day - timedelta(days=20), day), 3)
    print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if database.path is not None:
        print(f"size of the database: {database.path.stat().st_size / 1024**3:.2f} GiB")


def main() -> None:
    """Fill (unless told to reuse) and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_400_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--reuse", action="store_true")
    options = parser.parse_args()
    database = Database(options.url or sqlite_url(Path(tempfile.mkdtemp(prefix="size-")) / "size.sqlite3"))
    print(database.url.rsplit("@")[-1], flush=True)
    if not options.reuse:
        start = time.perf_counter()
        fill(database, options.entries)
        print(f"filled with {options.entries} entries in {time.perf_counter() - start:.0f} s", flush=True)
    measure(database)


if __name__ == "__main__":
    main()
