"""Measures the review form in a real browser: how soon the next field and the next entry stand there, and what stays.

    python -m tests.browser.measure_review --clerks 1 --entries 40

Each clerk is a browser page of its own, signed in to the real server on a temporary office; scripted clerks accept the
doubtful fields with Enter and confirm with Ctrl+Enter. `--restarts` kills and starts the server on the way. Afterwards
the database is asked how many entries were confirmed, and whether any was saved twice.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from corrections.entries import EntryState, Role
from tests.browser.conftest import FLAGS, chromium
from tests.browser.server import Server
from tests.screens.office import PASSWORD, Office, make_office
from workbench.routes.guard import COOKIE
from workbench.services import accounts
from workbench.services.context import open_context

_PATIENT = 180_000
_TRIES = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clerks", type=int, default=1, help="pages working at once (default 1)")
    parser.add_argument("--entries", type=int, default=40, help="entries in all (default 40)")
    parser.add_argument("--restarts", type=int, default=0, help="how often the server is killed on the way")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-review-") as folder:
        office = make_office(Path(folder), entry_count=arguments.entries)
        server = Server(Path(folder))
        server.start()
        try:
            measured = _run(office, server, arguments.clerks, arguments.restarts)
        finally:
            server.kill()
        print(json.dumps(measured | _kept(office), ensure_ascii=False, indent=1))


def _run(office: Office, server: Server, clerks: int, restarts: int) -> dict[str, object]:
    killer = threading.Thread(target=_restart, args=(server, restarts), daemon=True)
    started = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        pages = []
        for number in range(clerks):
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            token = _token(office, number)
            context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
            page = context.new_page()
            page.set_default_timeout(_PATIENT)
            page.goto(f"{server.url}/review")
            pages.append(page)
        for page in pages:
            expect(page.locator(".rv-title")).not_to_have_text("", timeout=_PATIENT)
        killer.start()
        open_pages = list(pages)
        while open_pages:
            open_pages = [page for page in open_pages if _one_entry(page)]
        for page in pages:
            expect(page.locator(".rv-line")).to_have_text("Đã lưu hết", timeout=_PATIENT)
        killer.join()
        times = {name: _times(pages, name) for name in ("review-accept", "review-confirm")}
        browser.close()
    return {
        "clerks": clerks,
        "restarts": restarts,
        "seconds": round(time.monotonic() - started, 1),
        "next_field_ms": _summary(times["review-accept"]),
        "next_entry_ms": _summary(times["review-confirm"]),
    }


def _token(office: Office, number: int) -> str:
    base = open_context(office.settings)
    boss = office.context(Role.ADMINISTRATOR)
    name = f"may{number + 1}"
    accounts.create_account(boss, name=name, password=PASSWORD, role=Role.CLERK)
    return accounts.sign_in(base, name=name, password=PASSWORD).token


def _one_entry(page: Page) -> bool:
    """Work through the entry on the screen; False when there is none left."""
    title = page.locator(".rv-title").inner_text()
    if title == "Đã hết trường hợp":
        return False
    for _ in range(3):
        page.keyboard.press("Enter")
    for _ in range(_TRIES):
        # A key pressed in the moment the page around the form took the focus is lost: a clerk presses it again.
        page.keyboard.press("Control+Enter")
        try:
            expect(page.locator(".rv-title")).not_to_have_text(title, timeout=8_000)
            return True
        except AssertionError:
            continue
    raise TimeoutError(title)


def _times(pages: list[Page], name: str) -> list[float]:
    found: list[float] = []
    for page in pages:
        found += page.evaluate("n => performance.getEntriesByName(n).map(m => m.duration)", name)
    return found


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 1) if ordered else 0.0,
        "p95": round(ordered[int(len(ordered) * 0.95)], 1) if ordered else 0.0,
    }


def _restart(server: Server, times: int) -> None:
    for _ in range(times):
        time.sleep(4)
        server.kill()
        time.sleep(1)
        server.start()


def _kept(office: Office) -> dict[str, int]:
    entries = [office.entry(i) for i in office.entry_ids]
    return {
        "entries": len(entries),
        "confirmed": sum(e.state is EntryState.CONFIRMED for e in entries),
        "saved_twice": sum(e.revision > 1 for e in entries),
    }


if __name__ == "__main__":
    main()
