"""What screens open at a key or a click: the checker axe finds nothing serious there, and nothing scrolls sideways.

Tabs, folded parts, dialogs, messages and the second steps of what takes several; first views are tried in
`test_every_screen.py`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from corrections.entries import Role
from layouts.register_types import RegisterType
from storage.pages import mark_page
from storage.states import PageState
from tests.browser.screen_faults import LAPTOP, READY, SMALL, faults, settled
from tests.browser.server import Server
from tests.screens.office import OFFICE, PASSWORD, Office, add_book, draw_page, make_office
from workbench.routes.guard import COOKIE
from workbench.screens.screen_list import PAGES
from workbench.screens.wrong_scans import OTHER_REGISTER
from workbench.services import accounts, books, moving_pages, reading_queue
from workbench.services.book_requests import ask_for_book

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_PATIENT = 60_000
_MAIN = '[data-testid="stMainBlockContainer"]'
"""What stands beside the menu, which first views have shown already."""
_FOLDED = f"{_MAIN} details:not([open]) > summary"
_TABS = f'{_MAIN} [role="tab"]'
_CHOICES = f'{_MAIN} [data-testid="stButtonGroup"]'


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """With a strange page that is asked about, one that was taken out, a book wanted, and a password to be chosen."""
    made = make_office(tmp_path_factory.mktemp("opened-states"), entry_count=8)
    boss = made.context(Role.ADMINISTRATOR)
    other, _ = add_book(made, "02/1998", 40, 2)
    aside = books.book_pages(boss, other)[0]
    moving_pages.take_pages_out(boss, [aside.id], reason="quét nhầm")
    with made.system.write() as work:
        strange = books.book_pages(boss, made.book_id)[-1]
        words = "Trang in mẫu khác."
        mark_page(
            work.connection, strange.id, state=PageState.FAILED, failure_code=OTHER_REGISTER, failure_message=words
        )
    ask_for_book(made.context(Role.CLERK), register_type=RegisterType.BIRTH, volume_number="09/2001", office=OFFICE)
    accounts.create_account(boss, name="moidat", password=PASSWORD, role=Role.CLERK, full_name="Hồ Mới Đặt")
    reading_queue.queue_book(boss, made.book_id)
    reading_queue.rest_reading(boss, rests=True)  # the queue stands still while it is looked at
    return made


@pytest.fixture()
def page(browser: Browser) -> Iterator[Page]:
    # The checker is put into the page by hand, which the server's own policy would refuse.
    context = browser.new_context(locale="vi-VN", bypass_csp=True, viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(_PATIENT)
    yield opened
    context.close()


def come_in(page: Page, server: Server, office: Office, role: Role) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens[role], "url": server.url, "httpOnly": True}])


def visit(page: Page, server: Server, office: Office, path: str) -> None:
    page.goto(f"{server.url}/{path}?book={office.book_id}")
    page.wait_for_selector(READY)
    settled(page)


def folded(page: Page) -> Locator:
    return page.locator(_FOLDED).locator("visible=true")


def unfold(page: Page) -> None:
    """Open every folded part in sight, also those within others."""
    while folded(page).count():
        folded(page).first.click()
    settled(page)


def test_tabs_choices_and_folded_parts(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    context, found = office.context(Role.ADMINISTRATOR), list[str]()
    for screen in (screen for _, group in PAGES for screen in group if context.may(*screen.roles)):
        visit(page, server, office, screen.path)
        ways = page.locator(_TABS).locator("visible=true").all()
        if not ways:
            ways = page.locator(_CHOICES).locator("visible=true").first.locator("button").all()
        if folded(page).count():
            unfold(page)
            found += faults(page, screen.path, SMALL[:1], within=_MAIN)
        for way in ways[1:]:
            name = way.inner_text()
            way.click()
            settled(page)
            unfold(page)
            found += faults(page, f"{screen.path} {name}", SMALL[:1], within=_MAIN)
            page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    assert not found


def test_dialogs_and_messages_of_the_review(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.CLERK)
    visit(page, server, office, "review")
    found = list[str]()
    for key, dialog in (("F1", ".rv-help"), ("F9", ".rv-reason"), ("Control+F9", ".rv-reason")):
        page.keyboard.press(key)
        expect(page.locator(dialog)).to_be_visible()
        found += faults(page, f"dialog of {key}", SMALL)
        page.keyboard.press("Escape")
    page.locator("#rv-nksNgaySinh").fill("32/13/1996")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_be_visible()
    found += faults(page, "a value that cannot be, and what was said of it", SMALL)
    page.keyboard.press("F10")
    found += faults(page, "standard values")
    page.locator(_CHOICES).get_by_text("Một ô, nhiều trường hợp").click()
    expect(page.locator(".gr [role=listitem]").first).to_be_visible()
    found += faults(page, "one field of many entries", SMALL)
    assert not found


def test_steps_of_signing_in(page: Page, server: Server) -> None:
    found = list[str]()
    page.goto(server.url)
    sign_in(page, "moidat", "mat-khau-khac-1")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page, "a wrong password", SMALL)
    sign_in(page, "moidat", PASSWORD)
    expect(page.get_by_role("heading", name="Đặt mật khẩu của bạn")).to_be_visible()
    found += faults(page, "choosing a password", SMALL)
    page.get_by_label("Mật khẩu mới (ít nhất 8 ký tự)").fill("mat-khau-moi-1")
    page.get_by_label("Nhập lại mật khẩu mới").fill("mat-khau-moi-2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page, "two passwords that differ", SMALL)
    assert not found


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.keyboard.press("Enter")


def test_a_second_factor_set_up_on_ones_own_account(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.CLERK)
    visit(page, server, office, "my-account")
    page.get_by_role("button", name="Bật đăng nhập hai bước").click()
    page.get_by_label("Mã sáu số đang hiện trên điện thoại").fill("000000")
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert not faults(page, "a second factor", SMALL)


def test_steps_of_an_import(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.SUPERVISOR)
    visit(page, server, office, "import-scans")
    chooser = page.locator('input[type="file"]').first
    chooser.set_input_files({"name": "hai quyen.zip", "mimeType": "application/zip", "buffer": two_books()})
    expect(page.get_by_text("Tên tệp cho thấy 2 quyển sổ")).to_be_visible()
    settled(page)
    found = faults(page, "an archive of two books", SMALL)
    page.get_by_role("button", name="Nhập các tệp đã chọn").click()
    expect(page.get_by_text("1 tệp không nhập được")).to_be_visible()
    settled(page)
    found += faults(page, "what came of each file", SMALL)
    page.get_by_text("Thêm sổ mới").click()
    expect(page.get_by_label("Quyển số / năm")).to_be_visible()
    settled(page)
    found += faults(page, "a new book", SMALL)
    assert not found


def two_books() -> bytes:
    """An archive of two books, and a file that is no picture in the second."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("KS.2008.01/trang 1.png", draw_page(77))
        packed.writestr("KH.2009.02/trang 1.png", b"not a picture")
    return out.getvalue()


def test_small_windows_over_a_screen(page: Page, server: Server, office: Office) -> None:
    """What hangs over a screen until it is answered."""
    come_in(page, server, office, Role.SUPERVISOR)
    visit(page, server, office, "home")
    page.get_by_role("button", name="Không thêm").click()
    expect(page.get_by_label("Lý do")).to_be_visible()
    found = faults(page, "a book refused", SMALL)
    visit(page, server, office, "books")
    for name in ("Chuyển sang quyển khác", "Vẫn là của quyển này", "Lấy ra khỏi quyển"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator('[data-testid="stPopoverBody"]')).to_be_visible()
        found += faults(page, f"a strange page: {name}", SMALL)
        page.keyboard.press("Escape")
        expect(page.locator('[data-testid="stPopoverBody"]')).to_have_count(0)
    assert not found


def test_an_account_that_is_changed(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    visit(page, server, office, "accounts")
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.get_by_text("Chưa ghi họ và tên")).to_be_visible()
    page.get_by_role("combobox", name="Tài khoản", exact=True).click()
    page.get_by_role("option", name="Hồ Mới Đặt").click()
    expect(page.get_by_role("button", name="Lưu thay đổi")).to_be_visible()
    settled(page)
    assert not faults(page, "an account", SMALL)
