"""Measures the review form in a real browser: how soon the next field and the next entry stand there, and what stays.

    python -m tests.browser.measure_review --clerks 20 --entries 400 [--restarts 3] [--reading 20] [--out docs/figures]

Each clerk is a browser page of its own (one Chromium, a context a clerk), signed in to the real server on a temporary
office. All clerks work at the same time: each types a name of its own into the first doubtful field, accepts the other
doubtful ones with Enter, confirms with Ctrl+Enter, and goes on when the next entry stands there. A time runs from the
key press, as the browser stamped it, to the frame that shows the answer. `--restarts` kills and starts the server on
the way. With `--reading` the server reads two books of so many pages meanwhile; with `--visits` somebody else signs in
and opens the review so many times. Afterwards the database is asked whether any confirmation was lost, doubled or
crossed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Response, async_playwright, expect

from corrections.entries import Role
from tests.browser.conftest import FLAGS, chromium
from tests.browser.figures import counted, hire, keep, machine, times
from tests.browser.reading_load import pages_unread, queue_two_books
from tests.browser.server import Server
from tests.browser.visits import waits_of
from tests.screens.office import Office, make_office
from workbench.routes.guard import COOKIE

_PATIENT = 180_000
_TRIES = 8
_FINISHED = "Đã hết trường hợp"


@dataclass
class PageClerk:
    """One scripted clerk at a browser page of its own."""

    name: str
    page: Page
    pause: float
    """Seconds between two keys, on average."""
    typed: dict[int, str] = field(default_factory=dict)
    """Name typed, by entry."""
    told: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Entry and name of each save that the server acknowledged to this page, by the save's token."""

    def listen(self) -> None:
        """Note every acknowledgement that reaches the page."""
        self.page.on("response", self._answered)

    async def _answered(self, answer: Response) -> None:
        if answer.request.method == "POST" and answer.url.endswith("/api/review/save") and answer.ok:
            sent: Any = answer.request.post_data_json
            name = next(f["text"] for f in sent["fields"] if f["column"] == "nksHoTen")
            self.told[sent["token"]] = (sent["entry"], name)

    async def work(self) -> None:
        """Entry after entry until none of the book is left, then until everything is saved."""
        chance = random.Random(self.name)
        while await self._one_entry(chance):
            pass
        await expect(self.page.locator(".rv-line")).to_have_text("Đã lưu hết", timeout=_PATIENT)

    async def _one_entry(self, chance: random.Random) -> bool:
        title = await self.page.locator(".rv-title").inner_text()
        if title == _FINISHED:
            return False
        entry = int(await self.page.locator(".rv").get_attribute("data-entry") or 0)
        self.typed[entry] = f"{self.name} {entry}"
        await self.page.keyboard.type(self.typed[entry], delay=1000 * self.pause / 4)
        for key in ("Enter", "Enter", "Enter"):
            await self._key(key, chance)
        for _ in range(_TRIES):
            # A key pressed in the moment the page around the form took the focus is lost: a clerk presses it again.
            await self._key("Control+Enter", chance)
            try:
                await expect(self.page.locator(".rv-title")).not_to_have_text(title, timeout=8_000)
                return True
            except AssertionError:
                continue
        raise TimeoutError(f"{self.name}: {title}")

    async def _key(self, key: str, chance: random.Random) -> None:
        await asyncio.sleep(chance.expovariate(1 / self.pause) if self.pause else 0)
        await self.page.keyboard.press(key)

    async def durations(self, name: str) -> list[float]:
        """Times the form noted under a name."""
        found = await self.page.evaluate("n => performance.getEntriesByName(n).map(m => m.duration)", name)
        return [float(one) for one in found]


def main() -> None:
    """Measure, count, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clerks", type=int, default=1, help="pages working at once (default 1)")
    parser.add_argument("--entries", type=int, default=40, help="entries in all (default 40)")
    parser.add_argument("--restarts", type=int, default=0, help="how often the server is killed on the way")
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two keys (default 0.25)")
    parser.add_argument("--reading", type=int, default=0, help="pages of each of two books being read meanwhile")
    parser.add_argument("--visits", type=int, default=0, help="how often somebody else signs in and opens the review")
    parser.add_argument("--out", type=Path, help="folder to keep the figures in, docs/figures for those that ship")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-review-") as folder:
        office = make_office(Path(folder), entry_count=wanted.entries)
        if wanted.reading:
            queue_two_books(office, wanted.reading)
        server = Server(Path(folder))
        measured = asyncio.run(_run(office, server, wanted))
    what = (
        f"`python -m tests.browser.measure_review --clerks {wanted.clerks} --entries {wanted.entries}"
        f" --restarts {wanted.restarts} --pause {wanted.pause} --reading {wanted.reading} --visits {wanted.visits}`:"
        f" {wanted.clerks} pages of one headless Chromium at once, SQLite; asked for are 50 ms a field and 100 ms an"
        f" entry (medians, 95 % within twice that). The entries are put into the record behind the log's back and stand"
        " in it from their confirmation on: the chain holds when all were confirmed, and nothing else happened."
    )
    meanwhile = ", two books being read" if wanted.reading else ""
    keep(f"{wanted.clerks} browser pages, {wanted.restarts} restarts{meanwhile}", {"what": what} | measured, wanted.out)


async def _run(office: Office, server: Server, wanted: argparse.Namespace) -> dict[str, Any]:
    before = machine()
    sessions = hire(office, wanted.clerks)
    unread = pages_unread(office)
    server.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
            clerks = [
                PageClerk(name=name, page=await _page(browser, server, token, office.book_id), pause=wanted.pause)
                for name, token in sessions.items()
            ]
            for clerk in clerks:
                clerk.listen()
            started = time.monotonic()
            await asyncio.gather(*(clerk.work() for clerk in clerks), _restart(server, wanted.restarts))
            seconds = time.monotonic() - started
            waits = await waits_of(browser, server, name="may1", token=office.tokens[Role.CLERK], visits=wanted.visits)
            still_unread = pages_unread(office)
            fields = [t for clerk in clerks for t in await clerk.durations("review-accept")]
            confirmed = [t for clerk in clerks for t in await clerk.durations("review-confirm")]
            await browser.close()
    finally:
        server.kill()
    told: dict[int, list[tuple[str, str]]] = {}
    for clerk in clerks:
        for entry, text in clerk.told.values():
            told.setdefault(entry, []).append((clerk.name, text))
    return {
        "clerks": wanted.clerks,
        "restarts": wanted.restarts,
        "seconds": round(seconds, 1),
        "next_doubtful_field": times(fields),
        "next_entry": times(confirmed),
        **(waits if wanted.visits else {}),
        "pages_read_meanwhile": unread - still_unread,
        "pages_left_to_read": still_unread,
        "machine": before,
        "names_sent_otherwise_than_typed": sum(
            clerk.typed.get(entry) != text for clerk in clerks for entry, text in clerk.told.values()
        ),
    } | counted(office, told)


async def _page(browser: Browser, server: Server, token: str, book: int) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    await context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
    page = await context.new_page()
    page.set_default_timeout(_PATIENT)
    await page.goto(f"{server.url}/review?book={book}")  # as a person does: books read meanwhile are left alone
    await expect(page.locator(".rv-title")).not_to_have_text("", timeout=_PATIENT)
    return page


async def _restart(server: Server, times_: int) -> None:
    for _ in range(times_):
        await asyncio.sleep(4)
        server.kill()
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)


if __name__ == "__main__":
    main()
