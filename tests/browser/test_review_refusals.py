"""What the server refused stays within reach, and nobody is left before an entry on which nothing can be decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_server import ORIGIN, FakeServer

pytestmark = pytest.mark.browser


@pytest.fixture()
def server(page: Page, component_folder: Path) -> Iterator[FakeServer]:
    made = FakeServer(page, component_folder, entries=7)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield made
    assert faults == []


def begin(page: Page) -> None:
    page.goto(ORIGIN + "/")
    shown(page, 1)


def shown(page: Page, entry: int) -> None:
    expect(page.locator(f'.rv[data-shown="{entry}"]')).to_be_attached()


def confirm(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")


def refuse_the_first(page: Page, server: FakeServer) -> None:
    """The first entry is typed in and confirmed; the server refuses it while the second one stands on the screen."""
    begin(page)
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Hoài")
    server.broken = "stale"
    confirm(page)
    expect(page.locator(".rv-line")).to_contain_text("1 trường hợp chưa lưu được")
    shown(page, 2)
    server.broken = ""


def test_a_refusal_names_its_entry_and_can_be_come_back_to(page: Page, server: FakeServer) -> None:
    refuse_the_first(page, server)
    expect(page.locator(".rv-notice")).to_contain_text("Khai sinh, trường hợp 1: Đã được người khác sửa.")
    page.get_by_role("button", name="Đóng thông báo").click()
    confirm(page)
    shown(page, 3)
    page.locator(".rv-line").get_by_role("button", name="Xem lại").click()
    shown(page, 1)
    expect(page.locator("#rv-nksHoTen")).to_have_value("Nguyễn Thị Hoài")
    confirm(page)
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert [(s["entry"], s["fields"][1]["text"]) for s in server.saved][-1] == (1, "Nguyễn Thị Hoài")


def test_what_was_refused_is_offered_when_all_else_is_done(page: Page, server: FakeServer) -> None:
    refuse_the_first(page, server)
    for entry in range(2, 8):
        shown(page, entry)
        confirm(page)
    again = page.get_by_role("button", name="Xem lại trường hợp chưa lưu được")
    expect(page.locator(".rv-empty")).to_contain_text("Khai sinh, trường hợp 1")
    again.click()
    shown(page, 1)


def test_a_finished_book_offers_the_next_one(page: Page, server: FakeServer) -> None:
    begin(page)
    for entry in range(1, 8):
        shown(page, entry)
        confirm(page)
    following = page.get_by_role("link", name="Làm tiếp Khai sinh · quyển 08/1998")
    expect(following).to_have_attribute("href", "?book=8")


def test_an_entry_of_somebody_else_says_so_at_each_try(page: Page, server: FakeServer) -> None:
    server.held = {2}
    begin(page)
    confirm(page)
    notice = page.locator(".rv-notice")
    expect(notice).to_contain_text("đang do Phạm Kiểm Tra nhập")
    page.get_by_role("button", name="Đóng thông báo").click()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    expect(notice).to_contain_text("đang do Phạm Kiểm Tra nhập")
    page.get_by_role("button", name="Đóng thông báo").click()
    confirm(page)
    expect(notice).to_contain_text("đang do Phạm Kiểm Tra nhập")
    page.get_by_role("button", name="Sang trường hợp khác").click()
    shown(page, 3)
    assert [s["entry"] for s in server.saved] == [1]


def test_shortcuts_work_when_the_page_around_the_form_has_the_focus(page: Page, server: FakeServer) -> None:
    begin(page)
    page.evaluate(
        """() => { const around = document.createElement('main'); around.tabIndex = -1;
        document.body.append(around); around.append(document.querySelector('#host')); around.focus(); }"""
    )
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    confirm(page)
    shown(page, 2)


def test_what_is_left_goes_down_by_one(page: Page, server: FakeServer) -> None:
    begin(page)
    expect(page.locator(".rv-progress")).to_have_text("còn 7 trường hợp")
    server.broken = "lost answer"  # counted there already, not known here
    confirm(page)
    shown(page, 2)
    page.wait_for_timeout(300)  # the entries asked for ahead have come, and with them the server's own count
    expect(page.locator(".rv-progress")).to_have_text("còn 6 trường hợp")


def test_a_supervisor_begins_at_the_value_that_is_wrong(page: Page, server: FakeServer) -> None:
    server.mode = "supervise"
    wrong = {"code": "x", "severity": "error", "message": "Sai.", "columns": ["meHoTen"], "source": ""}
    server.entries[1]["findings"] = [wrong]
    for field in server.entries[1]["fields"]:
        field.update(confirmed=True, needs_review=False)
    begin(page)
    expect(page.locator("#rv-meHoTen")).to_be_focused()
