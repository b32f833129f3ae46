"""A server killed while it reads leaves no process behind that reads on, or starts others."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.browser.server import ROOT, Server
from tests.browser.test_workbench import PATIENT, come_in
from tests.screens.office import make_office
from workbench.services import books, importing
from workbench.services.reading_queue import queue_book

pytestmark = pytest.mark.browser
SCANS = sorted((ROOT / "sample_books" / "ket-hon-viet-tay").glob("*.jpg"))
START_SECONDS, END_SECONDS = 90, 120


def _of(folder: Path) -> list[psutil.Process]:
    """The program's processes that work on a data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("WORKBENCH_DATA_DIR") == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _reading(folder: Path) -> bool:
    return any("spawn_main" in " ".join(process.cmdline()) for process in _of(folder))


def test_nothing_goes_on_after_a_kill(tmp_path: Path, page: Page) -> None:
    office = make_office(tmp_path / "office", entry_count=1)
    server, folder = Server(office.settings.data_dir), office.settings.data_dir
    server.start()
    try:
        # only once a screen was shown is the screens' script the main module of the server
        come_in(page, server, office, Role.ADMINISTRATOR)
        page.goto(f"{server.url}/reading")
        expect(page.get_by_role("heading", name="Máy đọc")).to_be_visible(timeout=PATIENT)
        boss = office.context(Role.ADMINISTRATOR)
        book = books.create_book(
            boss, register_type=RegisterType.MARRIAGE, volume_number="09/2009", office="UBND xã Thử"
        )
        importing.import_scans(boss, book.id, SCANS)
        queue_book(boss, book.id)
        deadline = time.monotonic() + START_SECONDS
        while not _reading(folder) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _reading(folder)
    finally:
        server.kill()
    deadline = time.monotonic() + END_SECONDS
    while _of(folder) and time.monotonic() < deadline:
        time.sleep(0.5)
    left = [process.cmdline() for process in _of(folder)]
    for process in _of(folder):
        process.kill()
    assert not left
