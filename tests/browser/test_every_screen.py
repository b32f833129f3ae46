"""Every screen of every role: the checker axe finds nothing serious, and no window makes the page scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from corrections.entries import Role
from tests.browser.screen_faults import LAPTOP, READY, SMALL, faults, settled
from tests.browser.server import Server
from tests.screens.office import Office, make_office
from workbench.routes.guard import COOKIE
from workbench.screens.screen_list import PAGES
from workbench.services import reading_queue

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_PATIENT = 60_000
_SIZES = (LAPTOP, (1280, 720), (1920, 1080), *SMALL)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = make_office(tmp_path_factory.mktemp("every-screen"), entry_count=6)
    boss = made.context(Role.ADMINISTRATOR)
    reading_queue.queue_book(boss, made.book_id)
    reading_queue.rest_reading(boss, rests=True)  # the queue stands still while it is looked at
    return made


@pytest.fixture()
def page(browser: Browser) -> Iterator[Page]:
    # The checker is put into the page by hand, which the server's own policy would refuse.
    context = browser.new_context(locale="vi-VN", bypass_csp=True)
    opened = context.new_page()
    opened.set_default_timeout(_PATIENT)
    yield opened
    context.close()


@pytest.mark.parametrize("role", list(Role))
def test_screens_can_be_read_by_everybody_and_fit(role: Role, page: Page, server: Server, office: Office) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens[role], "url": server.url, "httpOnly": True}])
    context, found = office.context(role), list[str]()
    screens = [screen for _, group in PAGES for screen in group if context.may(*screen.roles)]
    assert screens
    sizes = _SIZES[:1] if role in (Role.CLERK, Role.SUPERVISOR) else _SIZES  # theirs are among the administrator's
    for screen in screens:
        page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
        page.goto(f"{server.url}/{screen.path}?book={office.book_id}")
        page.wait_for_selector(READY)
        settled(page)
        if page.get_by_role("dialog").count():  # such as the framework's own, in English, at an address it lacks
            found.append(f"{screen.path}: {page.get_by_role('dialog').first.inner_text()}")
        found += faults(page, screen.path, sizes)
    assert not found
