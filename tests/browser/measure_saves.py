"""Many clerks saving at once over the real routes: nothing lost, doubled or crossed, counted in the database.

    python -m tests.browser.measure_saves --clerks 20 --entries 1000 --kills 3 --drops 0.1

Each clerk does what the form does: asks for the next entries, saves with a token, and sends the same save again until
the answer repeats the token. `--drops` is the share of answers thrown away as if the line had dropped; `--kills` is how
often the server is killed and started again on the way. The value each clerk types names the clerk and the entry, so a
crossed save shows.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from corrections.entries import EntryState, Role
from tests.browser.server import Server
from tests.screens.office import PASSWORD, Office, make_office
from workbench.routes.guard import ACCOUNT_HEADER, COOKIE
from workbench.services import accounts
from workbench.services.context import open_context


@dataclass
class Clerk:
    """One scripted clerk and what happened to it."""

    name: str
    token: str
    drops: float
    typed: dict[int, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    repeats: int = 0

    def work(self, url: str) -> None:
        chance = random.Random(self.name)
        headers = {"Origin": url, ACCOUNT_HEADER: self.name}
        with httpx.Client(base_url=url, cookies={COOKIE: self.token}, headers=headers, timeout=60) as line:
            while entries := self._patiently(lambda: line.get("/api/review/next?n=5").json()["entries"]):
                for entry in entries:
                    self._save(line, entry, chance)

    def _save(self, line: httpx.Client, entry: dict[str, Any], chance: random.Random) -> None:
        text = f"{self.name} {entry['id']}"
        fields = [{k: f[k] for k in ("column", "text", "state", "source")} for f in entry["fields"]]
        for one in fields:
            if one["column"] == "nksHoTen":
                one.update(text=text, source="person")
        body = {"entry": entry["id"], "revision": entry["revision"], "token": secrets.token_hex(16)}
        body |= {"decision": "confirm", "reason": "", "fields": fields}

        def send() -> bool:
            started = time.monotonic()
            answer = line.post("/api/review/save", json=body)
            if chance.random() < self.drops:
                self.repeats += 1
                raise httpx.ReadError("dropped on purpose")
            if answer.status_code >= 500:
                raise httpx.ReadError(str(answer.status_code))
            if answer.status_code == 409:
                return False  # the lease ran out and somebody else has it: the form would show both
            assert answer.json()["token"] == body["token"], answer.text
            self.seconds.append(time.monotonic() - started)
            return True

        if self._patiently(send):
            self.typed[entry["id"]] = text

    @staticmethod
    def _patiently(call: Any) -> Any:
        deadline = time.monotonic() + 300
        while True:
            try:
                return call()
            except (httpx.TransportError, KeyError, ValueError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--drops", type=float, default=0.1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-saves-") as folder:
        office = make_office(Path(folder), entry_count=arguments.entries)
        clerks = [_clerk(office, number, arguments.drops) for number in range(arguments.clerks)]
        server = Server(Path(folder))
        server.start()
        started = time.monotonic()
        threads = [threading.Thread(target=clerk.work, args=(server.url,)) for clerk in clerks]
        for thread in threads:
            thread.start()
        for _ in range(arguments.kills):
            time.sleep(5)
            server.kill()
            time.sleep(1)
            server.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - started
        server.kill()
        print(json.dumps(_counted(office, clerks, seconds), indent=1))


def _clerk(office: Office, number: int, drops: float) -> Clerk:
    name = f"may{number + 1}"
    accounts.create_account(office.context(Role.ADMINISTRATOR), name=name, password=PASSWORD, role=Role.CLERK)
    token = accounts.sign_in(open_context(office.settings), name=name, password=PASSWORD).token
    return Clerk(name=name, token=token, drops=drops)


def _counted(office: Office, clerks: list[Clerk], seconds: float) -> dict[str, object]:
    entries = [office.entry(i) for i in office.entry_ids]
    typed: dict[int, list[str]] = {}
    for clerk in clerks:
        for entry_id, text in clerk.typed.items():
            typed.setdefault(entry_id, []).append(text)
    times = sorted(s * 1000 for clerk in clerks for s in clerk.seconds)
    return {
        "clerks": len(clerks),
        "entries": len(entries),
        "acknowledged": sum(map(len, typed.values())),
        "confirmed_in_database": sum(e.state is EntryState.CONFIRMED for e in entries),
        "lost": sum(e.state is EntryState.TO_REVIEW for e in entries if e.id in typed),
        "doubled": sum(e.revision != 1 for e in entries) + sum(len(t) != 1 for t in typed.values()),
        "crossed": sum(e.fields["nksHoTen"].text not in typed.get(e.id, ()) for e in entries),
        "answers_dropped": sum(clerk.repeats for clerk in clerks),
        "seconds": round(seconds, 1),
        "save_ms_median": round(statistics.median(times), 1),
        "save_ms_p95": round(times[int(len(times) * 0.95)], 1),
    }


if __name__ == "__main__":
    main()
