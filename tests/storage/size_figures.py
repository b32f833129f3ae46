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
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, insert, select, text

from corrections.dates import PartialDate
from corrections.entries import Entry, EntryState, Role
from corrections.search_keys import name_tails, search_key
from exports.manifest import CaseFile, Manifest
from layouts.register_types import RegisterType
from storage.accounts import Account, add_account
from storage.clock import now, stamp
from storage.codec import fields_from_text
from storage.opening.database import Database, sqlite_url
from storage.opening.migrate import upgrade
from storage.schema import acceptance_books, acceptances, books, entries, exports, pages, scans
from storage.search_index import index_words
from tests.figures_out import write_figures
from workbench.config import Settings
from workbench.services import books as book_service
from workbench.services import lookup_tokens, lookups, planning, reporting, review, searching
from workbench.services.context import Context

PER_BOOK = 100
BATCH = 20_000
STATES = [EntryState.APPROVED] * 5 + [EntryState.CONFIRMED] * 2 + [EntryState.TO_REVIEW] * 12 + [EntryState.ESCALATED]


def _names(kind: str) -> list[str]:
    path = resources.files("vietnamese.lexicons").joinpath(f"data/names_{kind}.tsv")
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


_STATIC = {
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Tân Lập, huyện Yên Bình, tỉnh Bình Nguyên",
    "nksGioiTinh": "1",
    "nksNgaySinhBangChu": "ngày năm tháng ba năm một nghìn chín trăm chín mươi tám",
    "nksNoiSinh": "Trạm y tế xã Tân Lập, huyện Yên Bình",
    "nksDanToc": "Kinh",
    "nksQuocTich": "Việt Nam",
    "meDanToc": "Kinh",
    "meNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
    "chaNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
    "nguoiKy": "Lê Văn Ký",
}
_TAIL = ',null,"written","reading",0.93,1,1,0]'
_STATIC_TEXT = ",".join(f'"{name}":["{value}"{_TAIL}' for name, value in _STATIC.items())


def _values(people: People, number: int, year: int) -> dict[str, str]:
    return {
        "so": str(number),
        "quyenSo": f"01/{year}",
        "trangSo": str(number),
        "ngayDangKy": people.date(year),
        "nksHoTen": people.name(),
        "nksNgaySinh": people.date(year),
        "meHoTen": people.name(),
        "meNgaySinh": str(year - 25),
        "chaHoTen": people.name(),
        "chaNgaySinh": str(year - 27),
        "nycHoTen": people.name(),
    }


def _fields(values: dict[str, str]) -> str:
    return "{" + ",".join(f'"{n}":["{v}"{_TAIL}' for n, v in values.items()) + "," + _STATIC_TEXT + "}"


def _words(values: dict[str, str]) -> set[str]:
    """What `index_words` gives for such an entry, without building it; `_rows` compares now and then."""
    words = {f"#{values['so']}"}
    for name, value in values.items():
        if name.endswith("HoTen"):
            words.update(name_tails(value))
        elif name.startswith("ngay") or "NgaySinh" in name:
            words.update((f"@{value}", f"@{value[-4:]}"))
    return words


ENTRY_COLUMNS = (
    "id, book_id, page_id, region, register_type, state, revision, fields, findings, layout, slot, escalation_reason,"
    " priority, box, more_pages, touched, confirmed_by, confirmed_at,"
    " confirmed_team, confirmed_shift"
)


def _rows(count: int) -> Iterator[tuple[tuple[object, ...], list[tuple[str, int]]]]:
    people = People(7)
    start = now()
    for number in range(count):
        book_id = number // PER_BOOK + 1
        year = 1990 + book_id % 30
        values = _values(people, number % PER_BOOK + 1, year)
        fields, words = _fields(values), _words(values)
        if number % 50_000 == 0:
            assert words == index_words(_entry(number + 1, book_id, fields))
        state = people.random.choice(STATES)
        done = state in (EntryState.APPROVED, EntryState.CONFIRMED)
        at = stamp(start - timedelta(minutes=people.random.randint(0, 60 * 24 * 200))) if done else None
        row = (
            *(number + 1, book_id, book_id, number % PER_BOOK, "birth", state.value, 0, fields, "[]", ""),
            *("entries", "", people.random.random() * 90, "", "[]"),
            *(int(done), 1 if done else None, at, "", ""),
        )
        yield row, [(word, number + 1) for word in words]


def _entry(entry_id: int, book_id: int, fields: str) -> Entry:
    return Entry(
        id=entry_id,
        book_id=book_id,
        page_id=book_id,
        region=0,
        register_type=RegisterType.BIRTH,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields=fields_from_text(fields),
    )


def fill(engine: Engine, count: int) -> None:
    """Books, pages, entries and their index; the index last and sorted, as a bulk load does."""
    at = stamp(now())
    with engine.begin() as connection:
        add_account(connection, Account(id=0, name="clerk", role=Role.CLERK), "-")
        add_account(connection, Account(id=0, name="supervisor", role=Role.SUPERVISOR), "-")
    for first in range(0, count, BATCH * 5):
        last = min(count, first + BATCH * 5)
        with engine.begin() as connection:
            ids = range(first // PER_BOOK + 1, (last - 1) // PER_BOOK + 2)
            connection.execute(insert(scans), [_scan(i, at) for i in ids])
            connection.execute(insert(books), [_book(i, at) for i in ids])
            connection.execute(insert(pages), [_page(i) for i in ids])
    words: list[tuple[str, int]] = []
    block: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE loose_words (word VARCHAR(200), entry_id INTEGER)"))
    for row, found in _rows(count):
        block.append(row)
        words += found
        if len(block) == BATCH:
            _flush(engine, block, words)
            block, words = [], []
    _flush(engine, block, words)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO entry_words (word, entry_id) SELECT word, entry_id FROM loose_words ORDER BY 1, 2")
        )
        connection.execute(text("DROP TABLE loose_words"))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def draw(url: str, count: int) -> None:
    """A new database of that many entries, all books accepted; past the services and without seals."""
    upgrade(url)
    engine = create_engine(url)
    fill(engine, count)
    accept(engine)
    engine.dispose()


def accept(engine: Engine) -> None:
    """Every book delivered whole and accepted by the province, after all work on it: what look-ups may answer from."""
    at, day = stamp(now()), now().date().isoformat()
    with engine.begin() as connection:
        ids = connection.execute(select(books.c.id).order_by(books.c.id)).scalars().all()
        minutes = {"id": 1, "level": "province", "round": 1, "on_day": day, "created_at": at}
        connection.execute(insert(acceptances), [minutes])
        for first in range(0, len(ids), BATCH // PER_BOOK):
            some = ids[first : first + BATCH // PER_BOOK]
            connection.execute(insert(exports), [_delivery(i, at) for i in some])
            verdict = {"acceptance_id": 1, "result": "accepted", "delivery": "a" * 64}
            connection.execute(insert(acceptance_books), [{**verdict, "book_id": i, "export_id": i} for i in some])


def _delivery(book_id: int, at: str) -> dict[str, object]:
    first = (book_id - 1) * PER_BOOK + 1
    cases = tuple(
        CaseFile(
            entry_id=first + n,
            row=n + 2,
            name=f"KS.{n + 1:04d}.pdf",
            sha256=f"{first + n:064d}",
            size=97_000,
            pages=1,
            scans=(f"{book_id:064d}",),
            picture_key=f"{first + n:064d}",
            quality={"dpi": 200, "grey": True, "share": 0.98},
        )
        for n in range(PER_BOOK)
    )
    manifest = Manifest(
        stem=f"KS.{book_id}",
        register_type=RegisterType.BIRTH,
        volume=f"{book_id}",
        profile="standard",
        rows=PER_BOOK,
        pdfs=PER_BOOK,
        workbook=f"KS.{book_id}.xlsx",
        workbook_sha256="a" * 64,
        zip=f"KS.{book_id}.zip",
        zip_sha256="b" * 64,
        scans=(f"{book_id:064d}",),
        cases=cases,
    )
    return {
        "id": book_id,
        "book_id": book_id,
        "at": at,
        "folder": "",
        "entries": PER_BOOK,
        "manifest": manifest.to_json(),
        "state": "accepted",
    }


def _commonest(connection: Connection) -> tuple[str, int]:
    """The name and year of birth of most approved entries."""
    query = select(entries.c.fields).where(entries.c.state == EntryState.APPROVED.value)
    found: Counter[tuple[str, int]] = Counter()
    for (fields,) in connection.execution_options(stream_results=True).execute(query):
        known = json.loads(fields)
        found[search_key(known["nksHoTen"][0]), int(known["nksNgaySinh"][0][-4:])] += 1
    return found.most_common(1)[0][0]


def _look_ups(nobody: Context) -> None:
    """By person and by number, as the server for other systems asks."""
    administrator = nobody.as_account(Account(id=0, name="admin", role=Role.ADMINISTRATOR))
    last_day = now().date() + timedelta(days=30)
    token = lookup_tokens.make_token(administrator, "size", office_id=None, last_day=last_day).secret
    with nobody.read() as connection:
        name, year = _commonest(connection)
    questions: dict[str, lookups.Question] = {
        "by person, the commonest name of a year": lookups.PersonQuestion(name=name, born=PartialDate(year=year)),
        "by person, nobody of that name": lookups.PersonQuestion(name="Xyz Abc Quw", born=PartialDate(year=1997)),
        "by number and year": lookups.NumberQuestion(number="45", year=1997),
    }
    for what, question in questions.items():
        found = lookups.look_up(nobody, token, question).entries
        _timed(f"look-up: {what} ({len(found)} answered)", lambda q=question: lookups.look_up(nobody, token, q))  # type: ignore[misc]


def _flush(engine: Engine, block: list[tuple[object, ...]], words: list[tuple[str, int]]) -> None:
    if not block:
        return
    with engine.begin() as connection:
        for table, columns, rows in (("entries", ENTRY_COLUMNS, block), ("loose_words", "word, entry_id", words)):
            if engine.dialect.name == "sqlite":
                marks = ", ".join("?" * len(columns.split(",")))
                connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
                continue
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def _scan(number: int, at: str) -> dict[str, object]:
    return {"sha256": f"{number:064d}", "file_name": "a.pdf", "bytes": 1, "suffix": ".pdf", "added_at": at}


def _book(number: int, at: str) -> dict[str, object]:
    office = f"UBND xã thứ {number // 70 + 1}"
    values = {"id": number, "register_type": "birth", "office": office, "state": "in_review", "created_at": at}
    return {**values, "volume_number": f"{number}/{1990 + number % 30}", "priority": number % 50}


def _page(number: int) -> dict[str, object]:
    return {"id": number, "book_id": number, "scan_sha256": f"{number:064d}", "scan_index": 0, "position": 0}


FIGURES: list[dict[str, object]] = []


def _timed(name: str, call: Callable[[], object], times: int = 7) -> None:
    """Wall time, and the processor time of this process beside it: on a busy machine only the latter is comparable."""
    wall, processor = [], []
    for _ in range(times):
        start, start_processor = time.perf_counter(), time.process_time()
        call()
        wall.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - start_processor) * 1000)
    row = {
        "what": name,
        "median ms": round(statistics.median(wall), 1),
        "worst ms": round(max(wall), 1),
        "processor ms of the caller": round(statistics.median(processor), 1),
    }
    FIGURES.append(row)
    print(row, flush=True)


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
        hits = len(searching.search(clerk, query).hits)
        _timed(f"search: {what} ({hits} hits)", lambda query=query: searching.search(clerk, query))  # type: ignore[misc]
    _look_ups(nobody)
    _timed("queue: next 5 entries of a clerk", lambda: review.next_entries(clerk, 5))
    _timed("queue: next 5 of one book", lambda: review.next_entries(clerk, 5, book_id=77))
    _timed("queue: next 5 of a supervisor", lambda: review.next_entries(supervisor, 5, queue="supervisor"))
    _timed("queue: counts", lambda: review.queue_counts(clerk), 3)
    _timed("progress of one book", lambda: book_service.book_progress(clerk, 50))
    _timed("progress of all books", lambda: book_service.list_books(clerk), 3)
    day = now()
    _timed("daily table of all units", lambda: reporting.unit_counts(clerk, day - timedelta(days=1), day), 3)
    _timed("entries a day, 20 days", lambda: reporting.days_worked(clerk, day - timedelta(days=20), day), 3)
    _timed("forecast of every unit", lambda: planning.unit_forecasts(clerk, quota=200), 3)
    _write(database)


def _write(database: Database) -> None:
    """Keep the figures in `docs/figures`, a file a database."""
    with database.read() as connection:
        entries = connection.execute(text("SELECT count(*) FROM entries")).scalar_one()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    note = (
        f"{entries:,} invented entries in {entries // PER_BOOK:,} books; services called as the screens call them, each"
        f" several times. The process took at most {memory:.0f} MiB. On a busy machine wall times grow with its load;"
        " the caller's processor time does not."
    )
    write_figures(f"size-{kind.lower()}", f"At a province's size: {kind}", note, FIGURES)


def main() -> None:
    """Fill (unless told to reuse) and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_400_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--reuse", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="size-"))
    url = options.url or sqlite_url(folder / "size.sqlite3")
    print(url.rsplit("@")[-1], flush=True)
    if not options.reuse:
        start = time.perf_counter()
        draw(url, options.entries)
        print(f"filled with {options.entries} entries in {time.perf_counter() - start:.0f} s", flush=True)
    # Without seals: the rows have none, and what is measured here only reads, or adds lines to the log.
    measure(Database(url, trail=folder / "trail", migrate=False))


if __name__ == "__main__":
    main()
