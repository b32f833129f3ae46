"""What was confirmed and still waits in a browser is sent from any screen, by its owner's account and by no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from corrections.entries import EntryState, Role
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, by_number, confirm, open_form, shown_number
from tests.screens.office import PASSWORD, Office, make_office
from workbench.routes.guard import COOKIE
from workbench.services import accounts, review, sessions
from workbench.services.context import open_context

pytestmark = pytest.mark.browser
NAMES = ("nhaplieu", "nhaplieu.hai")
"""The second one's begins like the first one's, up to a dot."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = make_office(tmp_path_factory.mktemp("waiting-office"), entry_count=12)
    boss = made.context(Role.ADMINISTRATOR)
    accounts.create_account(
        boss, name=NAMES[1], password=PASSWORD, role=Role.CLERK, full_name="Ngô Thị Hai", own_password=True
    )
    return made


@pytest.fixture()
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    opened.set_default_timeout(PATIENT)
    yield opened


def come_in_as(context: BrowserContext, server: Server, office: Office, name: str) -> None:
    token = sessions.sign_in(open_context(office.settings), name=name, password=PASSWORD).token
    context.add_cookies([{"name": COOKIE, "value": token, "url": server.url, "httpOnly": True}])


def confirm_offline(page: Page, server: Server, office: Office, value: str) -> int:
    """Confirm an entry while the line is down and close the tab; which entry it was."""
    open_form(page, server)
    expect(page.locator('.rv[data-shown]:not([data-shown=""])')).to_be_attached()
    entry = by_number(office, shown_number(page))
    page.route("**/api/review/s*", lambda route: route.abort("connectionreset"))
    page.locator("#rv-nksHoTen").fill(value)
    confirm(page)
    expect(page.locator(".rv-line")).to_contain_text("Mất kết nối")
    page.close()
    return entry


def test_a_closed_tab_leaves_nothing_behind_that_must_be_looked_for(
    context: BrowserContext, page: Page, server: Server, office: Office
) -> None:
    come_in_as(context, server, office, NAMES[0])
    entry = confirm_offline(page, server, office, "Nguyễn Thị Đóng Thẻ")
    assert office.entry(entry).state is EntryState.TO_REVIEW
    home = context.new_page()
    home.goto(server.url)
    expect(home.locator(".waiting-work")).to_contain_text("Đã gửi xong 1 lượt lưu", timeout=PATIENT)
    saved = office.entry(entry)
    assert (saved.state, saved.fields["nksHoTen"].text) == (EntryState.CONFIRMED, "Nguyễn Thị Đóng Thẻ")


def test_it_is_never_sent_under_another_account(
    context: BrowserContext, page: Page, server: Server, office: Office
) -> None:
    come_in_as(context, server, office, NAMES[1])
    entry = confirm_offline(page, server, office, "Nguyễn Thị Của Hai")
    context.clear_cookies()
    other = context.new_page()
    other.set_default_timeout(PATIENT)
    other.goto(server.url)
    told = other.locator(".waiting-work")
    expect(told).to_contain_text("1 lượt lưu của tài khoản «nhaplieu.hai»")
    other.get_by_label("Tên đăng nhập").fill(NAMES[0])
    other.get_by_label("Mật khẩu").fill(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Chào")).to_be_visible()
    other.wait_for_timeout(7000)  # longer than it looks again
    expect(told).to_contain_text("1 lượt lưu của tài khoản «nhaplieu.hai»")
    open_form(other, server)
    expect(other.locator(".rv-notice")).to_contain_text("của tài khoản «nhaplieu.hai»")
    expect(told).to_be_hidden()
    expect(other.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert office.entry(entry).revision == 0
    other.close()
    come_in_as(context, server, office, NAMES[1])
    own = context.new_page()
    own.goto(f"{server.url}/search")
    expect(own.locator(".waiting-work")).to_contain_text("Đã gửi xong 1 lượt lưu", timeout=PATIENT)
    events = review.entry_history(office.context(Role.SUPERVISOR), entry)
    assert office.entry(entry).state is EntryState.CONFIRMED
    assert {event.actor for event in events if event.action == "confirm"} == {NAMES[1]}


def test_what_the_server_refuses_leads_back_to_its_entry(
    context: BrowserContext, page: Page, server: Server, office: Office
) -> None:
    come_in_as(context, server, office, NAMES[0])
    entry = confirm_offline(page, server, office, "Nguyễn Thị Muộn")
    boss = office.context(Role.ADMINISTRATOR)
    review.save_entry(boss, entry_id=entry, revision=0, token="somebody-else-saved", decision="correct")
    home = context.new_page()
    home.set_default_timeout(PATIENT)
    home.goto(server.url)
    told = home.locator(".waiting-work")
    expect(told).to_contain_text("Những gì anh chị đã gõ vẫn còn.")
    told.get_by_role("link", name="Xem lại").click()
    home.get_by_role("button", name="Mở lại trường hợp").click()
    expect(home.locator("#rv-nksHoTen")).to_have_value("Nguyễn Thị Muộn")
