"""Figures at a province's size: fill a database with invented entries and time search, queue, progress and reports.

Not a test (it takes minutes and gigabytes): `python -m tests.storage.size_figures --entries 1400000 [--url ...]`.
The rows go in past the services, in bulk; what is timed afterwards are the services' own calls.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, select, text

from corrections.dates import PartialDate
from corrections.entries import EntryState, Role
from corrections.search_keys import search_key
from storage.accounts import Account
from storage.clock import now
from storage.opening.database import Database, sqlite_url
from storage.schema import entries
from tests.figures_out import write_figures
from tests.storage.drawn_entries import PER_BOOK, People, draw
from workbench.config import Settings
from workbench.services import books as book_service
from workbench.services import campaign, lookup_tokens, lookups, planning, reporting, review, searching
from workbench.services.context import Context

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
    token = lookup_tokens.make_token(administrator, f"size {time.time():.0f}", office_id=None, last_day=last_day).secret
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
    _timed("daily table of all units", lambda: campaign.campaign_report(clerk), 3)
    _timed("entries a day, 20 days", lambda: reporting.days_worked(clerk, day - timedelta(days=20), day), 3)
    _timed("forecast of every unit", lambda: planning.unit_plan(clerk, quota=200), 3)
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
