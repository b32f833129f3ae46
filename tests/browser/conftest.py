"""A real browser (system Chromium) and pages that hold the review form."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.server import Server
from tests.screens.office import Office

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # a machine that runs other tests at the same time is slow, not wrong


def chromium() -> str | None:
    """The system's browser, whatever the distribution calls it."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.fail("Chromium is missing: ./test installs it, or set it up by hand (docs/).")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[Server]:
    """The real server on the office of the module's tests."""
    running = Server(office.settings.data_dir)
    running.start()
    yield running
    running.kill()


@pytest.fixture()
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    yield made
    made.close()


@pytest.fixture()
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    return opened


@pytest.fixture(scope="session")
def component_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "workbench" / "screens" / "review_component"
