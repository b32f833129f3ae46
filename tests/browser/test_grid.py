"""One field over many entries: what was typed and marked in the grid outlives whatever is saved meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from corrections.entries import EntryState, Role
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, come_in, confirm, open_form
from tests.screens.office import Office, make_office
from workbench.services.effort import effort_summary

pytestmark = pytest.mark.browser


_OVERLAPS = """() => {
  const parts = [...document.querySelectorAll('.st-key-topline > *')].map((node) => node.firstElementChild || node);
  const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width);
  return boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) => one.left < other.right - 1 &&
    other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)); }"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("grid-office"), entry_count=9)


def test_what_is_typed_and_marked_outlives_a_save_that_comes_late(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.CLERK)
    open_form(page, server, f"review?book={office.book_id}")
    page.route("**/api/review/save", lambda route: route.abort())  # the line is down while the first entry is confirmed
    confirm(page)
    expect(page.locator(".rv-line")).to_contain_text("Mất kết nối", timeout=PATIENT)
    page.get_by_text("Một ô, nhiều trường hợp").click()
    expect(page.locator(".gr-tile").first).to_be_visible(timeout=PATIENT)
    page.locator(".gr-tile textarea").nth(1).fill("Tày")
    page.locator(".gr-tile textarea").nth(2).focus()
    page.keyboard.press("F9")
    titles = page.locator(".gr-top span:first-child").all_inner_texts()
    with page.expect_response("**/api/review/save") as late:
        page.unroute("**/api/review/save")
    assert late.value.ok
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết", timeout=PATIENT)
    page.wait_for_timeout(500)
    expect(page.locator(".gr-tile textarea").nth(1)).to_have_value("Tày")
    expect(page.locator(".gr-tile").nth(2)).to_have_class("gr-tile odd")
    for tile in page.locator(".gr-tile").all():
        tile.scroll_into_view_if_needed()
    expect(page.locator(".rv-sure")).not_to_contain_text("chưa cuộn tới", timeout=PATIENT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".gr-tile.odd")).to_have_count(1, timeout=PATIENT)
    expect(page.locator(".gr-tile:not(.odd)")).to_have_count(0, timeout=PATIENT)
    by_title = {
        f"Số {office.entry(i).fields['so'].text}": office.entry(i).fields["nksDanToc"] for i in office.entry_ids
    }
    assert (by_title[titles[1]].text, by_title[titles[1]].confirmed) == ("Tày", True)
    assert not by_title[titles[2]].confirmed and by_title[titles[2]].needs_review, "it was marked as odd"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("Chỉ còn các ô lạ")
    assert sum(office.entry(i).state is EntryState.CONFIRMED for i in office.entry_ids) == 1


def test_the_button_and_what_it_will_do_are_in_sight_in_every_window(
    page: Page, server: Server, office: Office
) -> None:
    come_in(page, server, office, Role.CLERK)
    open_form(page, server, f"review?book={office.book_id}")
    page.get_by_text("Một ô, nhiều trường hợp").click()
    for width, height in ((1366, 768), (1280, 720), (911, 512), (700, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        for part in (page.get_by_role("button", name="Xác nhận các ô còn lại"), page.locator(".rv-foot .rv-sure")):
            expect(part).to_be_in_viewport(ratio=1, timeout=PATIENT)
        assert page.evaluate(_OVERLAPS) == [], f"the choice of the book and the ways of working at {width}"


def test_work_in_the_grid_is_measured_and_a_finished_column_has_no_live_button(
    page: Page, server: Server, office: Office
) -> None:
    come_in(page, server, office, Role.CLERK)
    open_form(page, server, f"review?book={office.book_id}")
    page.get_by_text("Một ô, nhiều trường hợp").click()
    expect(page.locator(".gr-tile").first).to_be_visible(timeout=PATIENT)
    for tile in page.locator(".gr-tile").all():
        tile.scroll_into_view_if_needed()
    expect(page.locator(".rv-sure")).not_to_contain_text("chưa cuộn tới", timeout=PATIENT)
    page.locator(".gr-tile textarea").first.press("Enter")
    before = _worked(office)
    with page.expect_response("**/api/review/column-save"):
        page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-empty")).to_contain_text("Hãy chọn cột khác ở trên", timeout=PATIENT)
    expect(page.get_by_role("button", name="Xác nhận các ô còn lại")).to_be_hidden()
    keys, worked_ms = (after - old for after, old in zip(_worked(office), before, strict=True))
    assert keys == 2 and worked_ms > 0, "Enter and Ctrl+Enter; the time of looking is work too"


def _worked(office: Office) -> tuple[int, int]:
    totals = effort_summary(office.context(Role.SUPERVISOR), by="account", book_id=office.book_id)
    return sum(t.key_presses for t in totals), sum(t.active_ms for t in totals)
