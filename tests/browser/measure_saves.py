"""Many clerks saving at once over the real routes: nothing lost, doubled or crossed, counted in the database.

    python -m tests.browser.measure_saves --clerks 50 --entries 5000 --postgres [--out docs/figures]

Each clerk does what the form does: asks for the next entries, saves with a token, and sends the same save again until
the answer repeats the token. `--drops` is the share of answers thrown away as if the line had dropped; `--kills` is how
often the server is killed and started again on the way, spread over the work. The name each clerk types says clerk and
entry, so a crossed save shows. Without `--postgres` the database is SQLite; with it, a PostgreSQL server of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2 as httpx

from tests.browser.figures import counted, hire, keep, machine, times
from tests.browser.server import Server
from tests.databases import own_postgres
from tests.screens.office import Office, make_office
from workbench.routes.guard import ACCOUNT_HEADER, COOKIE

T = TypeVar("T")
_GIVE_UP = 300
"""Seconds without an answer after which a clerk's work counts as failed."""


@dataclass
class Clerk:
    """One scripted clerk and what happened to it."""

    name: str
    token: str
    drops: float
    typed: dict[int, str] = field(default_factory=dict)
    """Name typed, by entry, of each save that was acknowledged."""
    milliseconds: list[float] = field(default_factory=list)
    dropped: int = 0
    screen: str = field(default_factory=lambda: secrets.token_hex(16))
    turn: int = 0

    def work(self, url: str) -> None:
        """Entry after entry until none is left."""
        chance = random.Random(self.name)
        headers = {"Origin": url, ACCOUNT_HEADER: self.name}
        with httpx.Client(base_url=url, cookies={COOKIE: self.token}, headers=headers, timeout=60) as line:
            while entries := _patiently(lambda: line.get("/api/review/next?n=5").json()["entries"]):
                for entry in entries:
                    self._save(line, entry, chance)

    def _turn(self) -> int:
        self.turn += 1
        return self.turn

    def _shown(self, line: httpx.Client, body: dict[str, Any]) -> bool:
        answer = line.post("/api/review/shown", json=body)
        if answer.status_code >= 500:
            raise httpx.ReadError(str(answer.status_code))
        return answer.status_code == 200

    def _save(self, line: httpx.Client, entry: dict[str, Any], chance: random.Random) -> None:
        text = f"{self.name} {entry['id']}"
        fields = [{k: f[k] for k in ("column", "text", "state", "source")} for f in entry["fields"]]
        for one in fields:
            if one["column"] == "nksHoTen":
                one.update(text=text, source="person")
        body = {"entry": entry["id"], "revision": entry["revision"], "token": secrets.token_hex(16)}
        body |= {"decision": "confirm", "reason": "", "fields": fields, "screen": self.screen, "turn": self._turn()}
        if not _patiently(lambda: self._shown(line, body)):
            return

        def send() -> bool:
            started = time.monotonic()
            answer = line.post("/api/review/save", json=body)
            if chance.random() < self.drops:
                self.dropped += 1
                raise httpx.ReadError("dropped on purpose")
            if answer.status_code >= 500:
                raise httpx.ReadError(str(answer.status_code))
            if answer.status_code == 409:
                return False  # the lease ran out and somebody else has it: the form would show both
            assert answer.json()["token"] == body["token"], answer.text
            self.milliseconds.append(1000 * (time.monotonic() - started))
            return True

        if _patiently(send):
            self.typed[entry["id"]] = text


def _patiently(call: Callable[[], T]) -> T:
    """Until the call succeeds, as the form's outbox tries again."""
    deadline = time.monotonic() + _GIVE_UP
    while True:
        try:
            return call()
        except (httpx.TransportError, KeyError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    """Measure, count, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--drops", type=float, default=0.1)
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL server instead of SQLite")
    parser.add_argument("--out", type=Path, help="folder to keep the figures in, docs/figures for those that ship")
    wanted = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="measure-saves-")))
        url = stack.enter_context(own_postgres(durable=True)) if wanted.postgres else ""
        measured = _run(make_office(folder, entry_count=wanted.entries, database_url=url), Server(folder, url), wanted)
    database = "PostgreSQL" if wanted.postgres else "SQLite"
    what = (
        f"`python -m tests.browser.measure_saves --clerks {wanted.clerks} --entries {wanted.entries}"
        f" --kills {wanted.kills} --drops {wanted.drops}{' --postgres' if wanted.postgres else ''}`: clerks over HTTP"
        f" on {database}, each saving as fast as it is answered."
    )
    keep(f"{wanted.clerks} clerks over HTTP, {database}", {"what": what} | measured, wanted.out)


def _run(office: Office, server: Server, wanted: argparse.Namespace) -> dict[str, Any]:
    before = machine()
    clerks = [Clerk(name=name, token=token, drops=wanted.drops) for name, token in hire(office, wanted.clerks).items()]
    server.start()
    started = time.monotonic()
    threads = [threading.Thread(target=clerk.work, args=(server.url,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for kill in range(wanted.kills):
        _wait_for(clerks, wanted.entries * (kill + 1) // (wanted.kills + 1), threads)
        server.kill()
        time.sleep(1)
        server.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    server.kill()
    typed: dict[int, list[tuple[str, str]]] = {}
    for clerk in clerks:
        for entry, text in clerk.typed.items():
            typed.setdefault(entry, []).append((clerk.name, text))
    return {
        "clerks": wanted.clerks,
        "server_killed": wanted.kills,
        "answers_dropped": sum(clerk.dropped for clerk in clerks),
        "seconds": round(seconds, 1),
        "save": times(t for clerk in clerks for t in clerk.milliseconds),
        "machine": before,
    } | counted(office, typed)


def _wait_for(clerks: list[Clerk], saved: int, threads: list[threading.Thread]) -> None:
    while sum(len(clerk.typed) for clerk in clerks) < saved and any(thread.is_alive() for thread in threads):
        time.sleep(0.1)


if __name__ == "__main__":
    main()
