"""Draws the pictures of the user guide from the real program, on the sample books, at 1366x768.

    python -m tests.browser.draw_guide --out docs/images [--only kiem-tra,xuat] [--every FOLDER]

The sample books are read by the machine; a clerk has confirmed some entries, a supervisor has approved one book and
exported it. With `--every` each screen of the menu is drawn into a second folder, to be looked at.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
from collections.abc import Callable, Set
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from corrections.entries import Book, DecisionKind, EntryState, Role
from layouts.register_types import RegisterType
from tests.browser.conftest import FLAGS, chromium
from tests.browser.reading_load import queue_two_books
from tests.browser.server import ROOT, Server
from tests.screens.office import PASSWORD, Office
from workbench.config import Settings
from workbench.routes.guard import COOKIE
from workbench.sample_books import add_sample_books
from workbench.screens.screen_list import PAGES
from workbench.services import accounts, books, exporting, reading_queue, review, sessions
from workbench.services.context import open_context, system_context
from workbench.services.review_types import ValueInput

_PATIENT = 600_000
"""Milliseconds: on a machine that trains or measures at the same time a screen may take minutes."""
_READY = '[data-testid="stMainBlockContainer"] h2, [data-testid="stMetric"], .rv[data-shown]:not([data-shown=""])'
_SHOWN = '.rv[data-shown]:not([data-shown=""])'
_PEOPLE = {
    Role.ADMINISTRATOR: ("quantri", "Lê Quản Trị"),
    Role.SUPERVISOR: ("kiemtra", "Phạm Kiểm Tra"),
    Role.CLERK: ("nhaplieu", "Vũ Thị Nhập"),
}


def main() -> None:
    """Prepare, serve, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the guide's pictures")
    parser.add_argument("--only", default="", help="names of pictures, parted by commas; all without it")
    parser.add_argument("--every", type=Path, help="folder for a picture of each screen")
    wanted = parser.parse_args()
    expect.set_options(timeout=_PATIENT)
    with tempfile.TemporaryDirectory(prefix="draw-guide-") as folder:
        office, typed, handwritten = _office(Path(folder))
        server = Server(Path(folder))
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
                only = {name for name in wanted.only.split(",") if name}
                _guide(browser, server, office, typed, handwritten, wanted.out, only)
                if wanted.every:
                    _every(browser, server, office, handwritten, wanted.every)
                browser.close()
        finally:
            server.kill()


def _office(folder: Path) -> tuple[Office, Book, Book]:
    """Accounts, the sample books as far as people have come with them, and two more that wait for reading."""
    settings = Settings(data_dir=folder)
    base, system = open_context(settings), system_context(settings)
    name, full_name = _PEOPLE[Role.ADMINISTRATOR]
    boss = base.as_account(
        accounts.create_first_administrator(system, name=name, password=PASSWORD, full_name=full_name)
    )
    for role in (Role.SUPERVISOR, Role.CLERK):
        name, full_name = _PEOPLE[role]
        accounts.create_account(boss, name=name, password=PASSWORD, role=role, full_name=full_name, own_password=True)
    add_sample_books(system, ROOT / "sample_books")
    tokens = {role: sessions.sign_in(base, name=_PEOPLE[role][0], password=PASSWORD).token for role in _PEOPLE}
    office = Office(settings=settings, tokens=tokens, book_id=0, entry_ids=())
    by_type = {one.book.register_type: one.book for one in books.list_books(boss, samples=True)}
    typed, handwritten = by_type[RegisterType.BIRTH], by_type[RegisterType.MARRIAGE]
    _work(office, typed, approve=5)
    exporting.export_book(office.context(Role.SUPERVISOR), typed.id)
    _work(office, handwritten, approve=0, leave=3)
    queue_two_books(office, 12)
    reading_queue.rest_reading(office.context(Role.SUPERVISOR), rests=True)  # the picture stands still
    return office, typed, handwritten


def _work(office: Office, book: Book, *, approve: int, leave: int = 0) -> None:
    """The clerk confirms all entries but the last few; the supervisor approves so many."""
    clerk, supervisor = office.context(Role.CLERK), office.context(Role.SUPERVISOR)
    waiting = review.next_entries(clerk, 20, book_id=book.id)
    for one in waiting[: len(waiting) - leave]:
        values = {name: ValueInput(text=value.text) for name, value in one.entry.fields.items() if value.needs_review}
        saved = review.save_entry(
            clerk,
            entry_id=one.entry.id,
            revision=one.entry.revision,
            token=secrets.token_hex(16),
            decision=DecisionKind.CONFIRM,
            values=values,
        )
        if approve and saved.state is EntryState.CONFIRMED:
            approve -= 1
            review.save_entry(
                supervisor,
                entry_id=one.entry.id,
                revision=saved.revision,
                token=secrets.token_hex(16),
                decision=DecisionKind.APPROVE,
            )


def _page(browser: Browser, server: Server, office: Office, role: Role) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.add_cookies([{"name": COOKIE, "value": office.tokens[role], "url": server.url, "httpOnly": True}])
    page = context.new_page()
    page.set_default_timeout(_PATIENT)
    return page


def _guide(
    browser: Browser, server: Server, office: Office, typed: Book, handwritten: Book, out: Path, only: Set[str]
) -> None:
    """Draw the pictures named; all where none is."""
    clerk = _page(browser, server, office, Role.CLERK)
    boss = _page(browser, server, office, Role.SUPERVISOR)
    work = f"review?book={handwritten.id}"
    pictures: tuple[tuple[Page, str, str, Callable[[Page], None]], ...] = (
        (clerk, "viec-cua-toi", "home", lambda _: None),
        (clerk, "nhap-ban-quet", f"import-scans?book={handwritten.id}", lambda _: None),
        (clerk, "review", work, _shown),
        (clerk, "phim-tat", work, _keys),
        (clerk, "mot-o-nhieu-truong-hop", work, _grid),
        (boss, "may-doc", "reading", lambda _: None),
        (boss, "so-ho-tich", f"books?book={handwritten.id}", _book_open),
        (boss, "kiem-tra", f"queue?book={handwritten.id}", _first_to_check),
        (boss, "xuat", f"export?book={typed.id}", _rehearsed),
        (boss, "mau-so", f"templates?book={handwritten.id}", lambda page: page.wait_for_timeout(4000)),
    )
    if unknown := only - {name for _, name, _, _ in pictures}:
        raise SystemExit(f"No such picture: {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    for page, name, path, prepare in pictures:
        if only and name not in only:
            continue
        _open(page, f"{server.url}/{path}")
        prepare(page)
        page.wait_for_timeout(1500)
        page.screenshot(path=out / f"{name}.png")
        print(name, flush=True)


def _every(browser: Browser, server: Server, office: Office, book: Book, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    page = _page(browser, server, office, Role.ADMINISTRATOR)
    context = office.context(Role.ADMINISTRATOR)
    for screen in (screen for _, screens in PAGES for screen in screens if context.may(*screen.roles)):
        _open(page, f"{server.url}/{screen.path}?book={book.id}")
        page.wait_for_timeout(2500)
        page.screenshot(path=out / f"{screen.path}.png")
        print(screen.path, flush=True)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(_READY, timeout=_PATIENT)
    page.wait_for_timeout(1000)


def _shown(page: Page) -> None:
    expect(page.locator(_SHOWN)).to_be_attached()
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)


def _keys(page: Page) -> None:
    expect(page.locator(_SHOWN)).to_be_attached()
    page.keyboard.press("F1")


def _grid(page: Page) -> None:
    page.get_by_text("Một ô, nhiều trường hợp").click()
    expect(page.locator(".gr-tile").first).to_be_visible()


def _book_open(page: Page) -> None:
    expect(page.get_by_role("tab").first).to_be_visible()


def _first_to_check(page: Page) -> None:
    page.get_by_text("Duyệt từng trường hợp").click()
    expect(page.locator(_SHOWN)).to_be_attached()


def _rehearsed(page: Page) -> None:
    page.get_by_role("button", name="Diễn tập").click()
    expect(page.get_by_text("cảnh báo.")).to_be_visible()


if __name__ == "__main__":
    main()
