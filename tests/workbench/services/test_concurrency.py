"""Many clerks at once: no confirmation lost, doubled or crossed; nor when the process is killed in their midst."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from corrections.entries import DecisionKind, EntryState, Role
from storage.accounts import Account, add_account
from storage.audit_log import stream_events
from storage.opening.database import Database
from tests.databases import every_entry
from tests.workbench.services.conftest import Office
from workbench.services import audit, review
from workbench.services.context import Context
from workbench.services.errors import ServiceError, StaleRevision
from workbench.services.review_types import ValueInput

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
CLERKS = 20


def _clerks(office: Office, count: int) -> list[Context]:
    made = []
    for number in range(count):
        account = Account(id=0, name=f"c{number:02d}", role=Role.CLERK)
        with office.nobody.database.write() as connection:
            key = add_account(connection, account, "-")
        made.append(office.nobody.as_account(Account(id=key, name=account.name, role=Role.CLERK)))
    return made


def _work(clerk: Context, saved: list[tuple[int, str, str]], faults: list[str]) -> None:
    """Confirm entries until none is left; each save is sent twice, as after a dropped line."""
    try:
        while batch := review.next_entries(clerk, 3):
            for one in batch:
                name = f"Trần Thị {clerk.who.name} {one.entry.id}"
                sent = {
                    "entry_id": one.entry.id,
                    "revision": one.entry.revision,
                    "token": f"token-{clerk.who.name}-{one.entry.id}",
                    "decision": DecisionKind.CONFIRM,
                    "values": {"meHoTen": ValueInput(text=name)},
                }
                first = review.save_entry(clerk, **sent)  # type: ignore[arg-type]
                again = review.save_entry(clerk, **sent)  # type: ignore[arg-type]
                if (again.revision, again.replayed) != (first.revision, True):
                    faults.append(f"second answer differs: {again}")
                saved.append((one.entry.id, clerk.who.name, name))
    except ServiceError as error:
        faults.append(repr(error))


def test_twenty_clerks_lose_double_and_cross_nothing(office: Office) -> None:
    pages = 20
    office.read_book(pages=pages, entries=2)
    saved: list[tuple[int, str, str]] = []
    faults: list[str] = []
    threads = [threading.Thread(target=_work, args=(c, saved, faults)) for c in _clerks(office, CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Counter(entry_id for entry_id, _, _ in saved) == Counter(range(1, 2 * pages + 1))
    with office.nobody.database.read() as connection:
        stands = {e.id: e for e in every_entry(connection)}
        confirmed = Counter(
            (e.entry_id, e.actor) for e in stream_events(connection) if e.action == "confirm" and not e.column
        )
    for entry_id, actor, name in saved:
        assert (stands[entry_id].fields["meHoTen"].text, stands[entry_id].revision) == (name, 1)
        assert confirmed[(entry_id, actor)] == 1
    assert audit.verify(office.supervisor).ok


def test_of_many_saves_of_one_revision_one_is_taken(office: Office) -> None:
    office.read_book(pages=1, entries=1)
    taken: list[str] = []
    refused: list[str] = []

    def save(clerk: Context) -> None:
        try:
            review.save_entry(
                clerk, entry_id=1, revision=0, token=f"token-{clerk.who.name}", decision=DecisionKind.CONFIRM
            )
            taken.append(clerk.who.name)
        except StaleRevision:
            refused.append(clerk.who.name)

    threads = [threading.Thread(target=save, args=(c,)) for c in _clerks(office, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (1, 7)


KILLED = """
import sys
from pathlib import Path
from corrections.entries import DecisionKind, Role
from storage.accounts import Account
from workbench.config import Settings
from workbench.services import review
from workbench.services.context import open_context

settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
clerk = open_context(settings).as_account(Account(id=int(sys.argv[3]), name="clerk", role=Role.CLERK))
print("ready", flush=True)
while batch := review.next_entries(clerk, 1):
    one = batch[0].entry
    token = f"token-{one.id}-{one.revision}"
    review.save_entry(clerk, entry_id=one.id, revision=one.revision, token=token, decision=DecisionKind.CONFIRM)
    print(one.id, flush=True)
print("done", flush=True)
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_acknowledged_outlives_a_kill(office: Office, tmp_path: Path) -> None:
    office.read_book(pages=15, entries=2)
    script = tmp_path / "clerk.py"
    script.write_text(KILLED, encoding="utf-8")
    settings = office.nobody.settings
    acknowledged: list[int] = []
    chance = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, str(script), str(settings.data_dir), settings.database, str(office.clerk.who.id)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(chance.randint(2, 5)):
            line = process.stdout.readline()
            acknowledged += [int(line)] if line.strip().isdigit() else []
        time.sleep(chance.random() * 0.05)
        process.kill()
        acknowledged += [int(line) for line in process.stdout.read().split() if line.isdigit()]
        process.wait()
    database = Database(settings.database)
    with database.read() as connection:
        stands = {e.id: e for e in every_entry(connection)}
    database.close()
    assert len(acknowledged) == len(set(acknowledged)) >= 6
    finished = (EntryState.CONFIRMED, EntryState.ESCALATED)
    assert all(stands[i].state in finished and stands[i].revision == 1 for i in acknowledged)
    # At most the save under way at each kill was kept without its answer having arrived.
    assert sum(e.state in finished for e in stands.values()) <= len(acknowledged) + 3
    assert audit.verify(office.supervisor).ok
