"""Runs the accessibility checker axe over every screen of a small office, as administrator, and lists what is serious.

    npm pack axe-core && tar xzf axe-core-*.tgz package/axe.min.js
    python -m tests.browser.measure_axe package/axe.min.js [--width 1366 --height 768]

The checker comes from npm and is not part of this repository; nothing of it is used at run time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from corrections.entries import Role
from tests.browser.conftest import FLAGS, chromium
from tests.browser.server import Server
from tests.screens.office import make_office
from workbench.routes.guard import COOKIE
from workbench.screens.frame import PAGES
from workbench.services import reading_queue

_PATIENT = 120_000
_READY = '[data-testid="stMainBlockContainer"] h2, [data-testid="stMetric"], .rv[data-shown]:not([data-shown=""])'
_RUN = "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


def main() -> None:
    """Check, list, and end with 1 when anything is serious."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("axe", type=Path, help="axe.min.js of the npm package axe-core")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=768)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-axe-") as folder:
        office = make_office(Path(folder), entry_count=6)
        boss = office.context(Role.ADMINISTRATOR)
        reading_queue.queue_book(boss, office.book_id)
        reading_queue.rest_reading(boss, rests=True)  # so that the queue stands still while it is looked at
        server = Server(Path(folder))
        server.start()
        try:
            serious = _check(server, office.tokens[Role.ADMINISTRATOR], wanted)
        finally:
            server.kill()
    sys.exit(1 if serious else 0)


def _check(server: Server, token: str, wanted: argparse.Namespace) -> int:
    script, serious = wanted.axe.read_text(encoding="utf-8"), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        size = {"width": wanted.width, "height": wanted.height}
        # The checker is put into the page by hand, which the server's own policy would refuse.
        context = browser.new_context(viewport=size, locale="vi-VN", bypass_csp=True)  # type: ignore[arg-type]
        context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
        page = context.new_page()
        for path in (screen.path for _, screens in PAGES for screen in screens):
            found = _of_screen(page, f"{server.url}/{path}?book=1", script)
            serious += len(found)
            print(
                f"{path}: {len(found)}", *(f"  {v['impact']} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found)
            )
        browser.close()
    return serious


def _of_screen(page: Page, address: str, script: str) -> list[dict[str, Any]]:
    page.goto(address)
    page.wait_for_selector(_READY, timeout=_PATIENT)
    page.wait_for_timeout(2000)  # tables and charts are drawn after the text
    page.evaluate(script)
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [violation for violation in found if violation["impact"] in ("serious", "critical")]


if __name__ == "__main__":
    main()
