"""How long people wait for a screen: the first one after signing in, the review of a book, pictures of its pages."""

from __future__ import annotations

import time
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.figures import times
from tests.browser.server import Server
from tests.screens.office import PASSWORD
from workbench.routes.guard import COOKIE

__all__ = ["waits_of"]

_PATIENT = 180_000
_LOOKED_MS = 1000
"""Milliseconds that somebody looks at the first screen before going on."""
_SIZE = {"width": 1366, "height": 768}
_PICTURES = """() => performance.getEntriesByType('resource')
  .filter((one) => one.name.includes('/api/review/page/')).map((one) => one.duration)"""


async def waits_of(browser: Browser, server: Server, *, name: str, token: str, visits: int) -> dict[str, Any]:
    """Visit each screen so many times; milliseconds of each kind of wait.

    Args:
        browser: a running one.
        server: where to.
        name: a clerk who signs in with the office's password.
        token: another clerk's session, for opening the review.
        visits: how many times.
    """
    first, opened, pictures = [], [], []
    for _ in range(visits):
        first.append(await _first_screen(browser, server, name))
        wait, drawn = await _open_book(browser, server, token)
        opened.append(wait)
        pictures += drawn
    return {
        "first_screen_after_sign_in": times(first),
        "book_opened": times(opened),
        "page_picture": times(pictures),
    }


async def _first_screen(browser: Browser, server: Server, name: str) -> float:
    """From the key that signs in to the greeting."""
    context, page = await _page(browser)
    await page.goto(server.url)
    await page.get_by_label("Tên đăng nhập").fill(name)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    started = time.monotonic()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Chào")).to_be_visible(timeout=_PATIENT)
    wait = 1000 * (time.monotonic() - started)
    await context.close()
    return wait


async def _open_book(browser: Browser, server: Server, token: str) -> tuple[float, list[float]]:
    """From the key on the first screen, looked at for a second, to the first entry with its page.

    The browser is a new one each time: it has nothing of the program but what the first screen brought.
    """
    context, page = await _page(browser)
    await context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])
    await page.goto(server.url)
    await expect(page.get_by_role("heading", name="Chào")).to_be_visible(timeout=_PATIENT)
    await page.wait_for_timeout(_LOOKED_MS)
    started = time.monotonic()
    await page.get_by_role("button", name="Đối chiếu").first.click()
    shown = page.locator('.rv[data-shown]:not([data-shown=""])')
    await expect(shown).to_be_attached(timeout=_PATIENT)
    wait = 1000 * (time.monotonic() - started)
    pictures: list[float] = await page.evaluate(_PICTURES)
    await context.close()
    return wait, pictures


async def _page(browser: Browser) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport=_SIZE, locale="vi-VN")  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(_PATIENT)
    return context, page
