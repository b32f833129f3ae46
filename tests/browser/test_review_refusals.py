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


def test_an_error_that_was_put_right_is_no_longer_told(page: Page, server: FakeServer) -> None:
    begin(page)
    wrong = {
        "code": "x",
        "severity": "error",
        "message": "Sinh sau ngày đăng ký.",
        "columns": ["nksNgaySinh"],
        "source": "",
    }
    server.findings = [wrong]
    page.locator("#rv-nksNgaySinh").fill("03/04/2098")
    page.locator("#rv-nksHoTen").focus()
    expect(page.locator(".rv-says p")).to_contain_text("Sinh sau ngày đăng ký.")
    confirm(page)
    notice = page.locator(".rv-notice")
    expect(notice).to_contain_text("Sinh sau ngày đăng ký. Bấm Ctrl+Enter lần nữa")
    server.findings = []
    page.locator("#rv-nksNgaySinh").press_sequentially("1", delay=20)
    expect(notice).to_be_hidden()
    expect(page.locator(".rv-says p")).to_have_count(0)
    expect(page.locator("#rv-nksNgaySinh")).to_be_focused()


def test_another_error_than_the_one_told_is_told_before_it_is_sent(page: Page, server: FakeServer) -> None:
    begin(page)
    server.findings = [{"code": "x", "severity": "error", "message": "Một.", "columns": ["meHoTen"], "source": ""}]
    page.locator("#rv-meHoTen").fill("Trần Thị Mận")
    page.locator("#rv-so").focus()
    expect(page.locator(".rv-says p")).to_contain_text("Một.")
    confirm(page)
    expect(page.locator(".rv-notice")).to_contain_text("Một.")
    server.findings = [{"code": "y", "severity": "error", "message": "Hai.", "columns": ["so"], "source": ""}]
    page.locator("#rv-so").fill("13")
    page.locator("#rv-meHoTen").focus()
    expect(page.locator(".rv-says p")).to_contain_text("Hai.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("Hai.")
    assert server.saved == []


def test_what_was_told_of_an_entry_does_not_stay_for_the_next_one(page: Page, server: FakeServer) -> None:
    begin(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("Còn 3 ô cần xem chưa xem tới")
    page.keyboard.press("PageDown")
    shown(page, 2)
    expect(page.locator(".rv-notice")).to_be_hidden()


def test_what_was_put_off_is_free_for_others_and_comes_again_at_the_end(page: Page, server: FakeServer) -> None:
    begin(page)
    page.keyboard.press("PageDown")
    shown(page, 2)
    page.wait_for_timeout(200)
    assert server.given_back == [1]
    for entry in range(2, 7):
        shown(page, entry)
        confirm(page)
    shown(page, 7)
    page.keyboard.press("PageDown")
    expect(page.locator(".rv-empty")).to_contain_text("Còn 2 trường hợp anh chị để sau.")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    expect(page.get_by_role("button", name="Làm các trường hợp để sau")).to_be_focused()
    page.keyboard.press("Enter")
    shown(page, 1)


def test_an_entry_opened_again_is_reserved_no_longer_than_it_is_worked_on(page: Page, server: FakeServer) -> None:
    begin(page)
    confirm(page)
    shown(page, 2)
    page.keyboard.press("PageUp")
    shown(page, 1)
    page.keyboard.press("PageDown")
    shown(page, 2)
    page.wait_for_timeout(200)
    assert server.given_back == [1]
    page.keyboard.press("PageUp")
    shown(page, 1)
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Hoài")
    page.keyboard.press("PageDown")
    shown(page, 2)
    page.wait_for_timeout(200)
    assert server.given_back == [1], "what was typed there is not saved yet"
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)
    assert sorted(server.given_back[1:]) == [1, 2, 3, 4, 5, 6, 7]


def test_entries_on_their_way_to_a_page_that_is_left_are_given_back_with_the_others(
    page: Page, server: FakeServer
) -> None:
    server.broken = "slow"
    page.goto(ORIGIN + "/")
    for _ in range(100):
        page.wait_for_timeout(50)
        if server.waiting:
            break
    (asked,) = server.waiting
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)
    name, screen = server.asks_left
    assert f"ask={name}" in asked.request.url and server.given_back == []
    server.broken = ""
    server.json(asked, server.next(asked.request.url))
    shown(page, 1)
    assert [one[0] for one in server.shown] == [screen]


def test_leaving_the_screen_and_the_page_soon_after_gives_back_at_once(page: Page, server: FakeServer) -> None:
    begin(page)
    page.evaluate("document.querySelector('#host').remove(); leave()")
    page.wait_for_timeout(200)
    assert server.given_back == [], "it may go on in a moment"
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)
    assert sorted(server.given_back) == [1, 2, 3, 4, 5]


def test_a_case_without_a_scan_has_nothing_that_the_machine_has_read(page: Page, server: FakeServer) -> None:
    server.entries[2]["page_image"] = ""
    begin(page)
    expect(page.locator(".rv-sure")).to_contain_text("3 ô máy đọc chắc")
    confirm(page)
    shown(page, 2)
    expect(page.locator(".rv-sure")).to_contain_text("3 ô điền sẵn theo sổ")
