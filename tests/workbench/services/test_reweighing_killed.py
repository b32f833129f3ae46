"""A process killed in the midst of a re-weighing, two clerks confirming at once: nothing lost, doubled or touched."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.entries import EntryState
from storage.audit_log import stream_events
from storage.entries import StoredEntry, stream_entries
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_reweighing import _book, _confirm, _entries
from workbench.services import audit
from workbench.services.context import Context
from workbench.services.reweighing import reweigh_book

ROOT = Path(__file__).resolve().parents[3]
RIGHT = "Lê Văn Ký"

KILLED = """
import sys, threading, time
from pathlib import Path
from corrections.entries import DecisionKind, Role
from storage.accounts import Account
from workbench.config import Settings
from workbench.services import review, reweighing
from workbench.services.context import open_context
from workbench.services.review_types import ValueInput

data, url, book, halt = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
clerks = [(int(a), n) for a, n in zip(sys.argv[5::2], sys.argv[6::2])]
context = open_context(Settings(data_dir=data, database_url=url))
written, calls, lock = reweighing._written, [0], threading.Lock()

def slow(*given):
    done = written(*given)
    with lock:
        calls[0] += 1
        stop = calls[0] == halt
    if stop:  # in the midst of the transaction that writes a weighing, some entries written and others not
        print("weighing\\n", end="", flush=True)
        time.sleep(60)
    return done

reweighing._written = slow

def work(clerk):
    while batch := review.next_entries(clerk, 1):
        one = batch[0].entry
        review.save_entry(
            clerk, entry_id=one.id, revision=one.revision, token=f"token-{one.id}-{one.revision}",
            decision=DecisionKind.CONFIRM, values={"nguoiKy": ValueInput(text="Lê Văn Ký")},
        )
        print(f"{one.id}\\n", end="", flush=True)
        reweighing.reweigh_book(clerk, book)

for key, name in clerks:
    who = context.as_account(Account(id=key, name=name, role=Role.CLERK))
    threading.Thread(target=work, args=(who,), daemon=True).start()
time.sleep(60)
"""


def _stored(office: Office, book_id: int) -> dict[int, StoredEntry]:
    with office.clerk.read() as connection:
        return {one.entry.id: one for one in stream_entries(connection, book_id)}


def _killed_while_weighing(office: Office, book_id: int, halt: int, script: Path) -> list[int]:
    """Two clerks confirm in a process that is killed after so many entries of weighings; what was acknowledged."""
    settings = office.nobody.settings
    clerks = [part for who in (office.clerk, office.other_clerk) for part in (str(who.who.id), who.who.name)]
    process = subprocess.Popen(
        [sys.executable, str(script), str(settings.data_dir), settings.database, str(book_id), str(halt), *clerks],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acknowledged: list[int] = []
    for line in process.stdout:
        if line == "weighing\n":
            break
        acknowledged.append(int(line))
    process.kill()
    acknowledged += [int(line) for line in process.stdout.read().split() if line.isdigit()]
    process.wait()
    return acknowledged


@pytest.mark.slow
def test_a_kill_in_the_midst_of_a_weighing_leaves_all_as_it_stood(
    office: Office, token: Callable[[], str], tmp_path: Path
) -> None:
    book_id = _book(office, 14)
    script = tmp_path / "clerks.py"
    script.write_text(KILLED, encoding="utf-8")
    touched = _entries(office, book_id)[-1]
    _confirm(office.clerk, touched, token(), nguoiKy="Lê Vãn Kỳ")  # a person wants what all others speak against
    acknowledged: list[int] = []
    for halt in (1, 3):
        before = _stored(office, book_id)
        acknowledged += _killed_while_weighing(office, book_id, halt, script)
        after = _stored(office, book_id)
        waiting = [one for one in after.values() if one.entry.state is EntryState.TO_REVIEW]
        assert waiting
        assert {one.entry.fields["nguoiKy"].normalized for one in waiting} <= {"Lê Vãn Kỳ", "Lê Văn Kỳ", RIGHT}
        assert after.keys() == before.keys()
        assert audit.verify(office.supervisor).ok
    assert len(acknowledged) == len(set(acknowledged)) >= 2
    after = _stored(office, book_id)
    assert all(after[key].entry.state is EntryState.CONFIRMED for key in acknowledged)
    assert all(after[key].entry.fields["nguoiKy"].normalized == RIGHT for key in acknowledged)
    assert after[touched.id].entry.fields["nguoiKy"].normalized == "Lê Vãn Kỳ"
    _weighed_to_the_end(office.clerk, office, book_id)


def _weighed_to_the_end(who: Context, office: Office, book_id: int) -> None:
    """The next weighing puts all right, and a second finds nothing more; the log tells each change once."""
    reweigh_book(who, book_id)
    assert reweigh_book(who, book_id) == 0
    stands = _stored(office, book_id)
    waiting = {key: one for key, one in stands.items() if one.entry.state is EntryState.TO_REVIEW}
    assert {one.entry.fields["nguoiKy"].normalized for one in waiting.values()} == {RIGHT}
    with who.read() as connection:
        told = [e for e in stream_events(connection) if e.action == "reweigh" and e.column == "nguoiKy"]
    for key in waiting:
        changes = [(e.old, e.new) for e in told if e.entry_id == key]
        assert changes, "what stands otherwise than read is in the log"
        assert all(one[1] == other[0] for one, other in itertools.pairwise(changes))
    assert audit.verify(office.supervisor).ok
