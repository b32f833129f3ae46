"""The review form by keyboard, against a stand-in server: moving, marking, undo, drafts and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_server import ORIGIN, FakeServer

pytestmark = pytest.mark.browser


@pytest.fixture()
def server(page: Page, component_folder: Path) -> Iterator[FakeServer]:
    made = FakeServer(page, component_folder)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(ORIGIN + "/")
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    yield made
    assert faults == []


def focused(page: Page, column: str) -> None:
    expect(page.locator(f"#rv-{column}")).to_be_focused()


def accept_all(page: Page) -> None:
    for column in ("nksHoTen", "nksDanToc", "chaHoTen"):
        focused(page, column)
        page.keyboard.press("Enter")


def test_enter_visits_doubtful_fields_only_then_offers_to_confirm(page: Page, server: FakeServer) -> None:
    accept_all(page)
    expect(page.locator('[data-act="confirm"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    (saved,) = server.saved
    assert saved["decision"] == "confirm" and saved["revision"] == 1
    by_column = {f["column"]: f for f in saved["fields"]}
    assert by_column["nksDanToc"]["state"] == "blank", "an empty field that was accepted is a decision"
    assert by_column["nksHoTen"]["seen"] and not by_column["so"]["seen"]


def test_unvisited_doubts_are_named_before_confirming(page: Page, server: FakeServer) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("Còn 3 ô")
    assert server.saved == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert len(server.saved) == 1


def test_after_the_last_entry_it_is_told_what_waits_with_all_that_was_saved(page: Page, server: FakeServer) -> None:
    """The question what is left may have been answered before the last save arrived."""
    for number in server.entries:
        expect(page.locator(f'.rv[data-shown="{number}"]')).to_be_attached()
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-empty")).to_contain_text(f"{len(server.entries)} trường hợp đang chờ duyệt.")
    assert len(server.saved) == len(server.entries)


def test_the_field_in_focus_and_its_crop_are_whole_in_a_low_window(page: Page, server: FakeServer) -> None:
    page.set_viewport_size({"width": 911, "height": 512})
    for column in ("nksHoTen", "nksDanToc", "chaHoTen"):
        focused(page, column)
        row = page.locator(".rv-row.now")
        inside = row.evaluate(
            """(row) => { const list = row.parentElement.getBoundingClientRect(), own = row.getBoundingClientRect();
            return own.top >= list.top - 1 && own.bottom <= Math.min(list.bottom, innerHeight) + 1; }"""
        )
        assert inside, column
        page.keyboard.press("Enter")


def test_typing_is_saved_in_nfc_and_as_text(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksHoTen").fill("Nguyễn <b>Hòa</b> =1+1")  # decomposed
    accept_all(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert server.saved[0]["fields"][1]["text"] == "Nguyễn <b>Hòa</b> =1+1"
    assert server.saved[0]["fields"][1]["source"] == "person"


def test_marks_suggestions_ditto_swap_and_undo(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksDanToc").focus()
    page.keyboard.press("Alt+2")  # taken, and the next field comes
    expect(page.locator("#rv-nksDanToc")).to_have_value("Mường")
    focused(page, "chaHoTen")
    page.keyboard.press("Shift+Enter")
    focused(page, "nksDanToc")
    page.keyboard.press("Control+d")
    expect(page.locator("#rv-nksDanToc")).to_have_value("Tày")
    page.keyboard.press("Control+z")
    expect(page.locator("#rv-nksDanToc")).to_have_value("Mường")
    page.locator("#rv-nksNgaySinh").focus()
    page.keyboard.press("Control+m")
    expect(page.locator("#rv-nksNgaySinh")).to_have_value("04/03/1998")
    page.locator("#rv-chaHoTen").focus()
    page.keyboard.press("F4")
    expect(page.locator("#rv-chaHoTen")).to_have_value("")
    expect(page.locator("#rv-chaHoTen")).to_have_attribute("placeholder", "(không đọc được)")


def test_suggestions_follow_what_is_typed(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Ho")
    expect(page.locator(".rv-row.now .rv-chip")).to_contain_text("Nguyễn Thị Hoài")
    page.keyboard.press("Alt+1")
    expect(page.locator("#rv-nksHoTen")).to_have_value("Nguyễn Thị Hoài")


def test_no_shortcut_while_an_input_method_composes(page: Page, server: FakeServer) -> None:
    focused(page, "nksHoTen")
    page.evaluate(
        """() => { const input = document.querySelector('#host').shadowRoot.querySelector('#rv-nksHoTen');
        for (const how of [{isComposing: true}, {keyCode: 229}])
          input.dispatchEvent(new KeyboardEvent('keydown',
            {key: 'Enter', code: 'Enter', bubbles: true, composed: true, ...how})); }"""
    )
    focused(page, "nksHoTen")


def test_supervisor_is_asked_with_a_reason(page: Page, server: FakeServer) -> None:
    page.keyboard.press("F9")
    page.locator(".rv-reason textarea").fill("Tên cha bị nhòe")
    page.keyboard.press("Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert (server.saved[0]["decision"], server.saved[0]["reason"]) == ("escalate", "Tên cha bị nhòe")


def test_previous_entry_is_saved_again_on_the_new_revision(page: Page, server: FakeServer) -> None:
    accept_all(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    page.keyboard.press("PageUp")
    # nothing is confirmed before its page stands on the screen, which takes longer than the title on a busy machine
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    page.locator("#rv-meHoTen").fill("Trần Thị Mại")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert [(s["entry"], s["revision"]) for s in server.saved] == [(1, 1), (1, 2)]


def test_draft_survives_a_reload(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Hoà An")
    page.reload()
    expect(page.locator("#rv-nksHoTen")).to_have_value("Nguyễn Thị Hoà An")


def test_remarks_beside_a_draft_are_of_the_draft(page: Page, server: FakeServer) -> None:
    kept = {"severity": "error", "message": "«32.13.1996» không có thật.", "columns": ["nksNgaySinh"], "source": ""}
    page.locator("#rv-nksNgaySinh").fill("18/01/1998")
    server.entries[1]["findings"] = [kept]  # of the value that stands on the server
    page.reload()
    expect(page.locator("#rv-nksNgaySinh")).to_have_value("18/01/1998")
    expect(page.locator(".rv-says p")).to_have_count(0)
    server.findings = [{**kept, "message": "Sinh sau ngày đăng ký."}]
    page.reload()
    expect(page.locator(".rv-says p").first).to_contain_text("Sinh sau ngày đăng ký.")


def test_outbox_survives_dropped_line_and_closed_tab(page: Page, server: FakeServer) -> None:
    server.broken = "line"
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_contain_text("Mất kết nối")
    assert server.saved == []
    server.broken = ""
    page.reload()  # the tab was closed and opened again
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert [s["entry"] for s in server.saved] == [1]
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")


def test_lost_acknowledgement_saves_once(page: Page, server: FakeServer) -> None:
    server.broken = "lost answer"
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-line")).to_contain_text("Mất kết nối")
    server.broken = ""
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert [s["entry"] for s in server.saved] == [1]


def test_stale_save_is_shown_and_what_was_typed_is_kept(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Hoài")
    page.keyboard.press("Control+Enter")
    server.broken = "stale"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("người khác sửa")
    expect(page.locator(".rv-line")).to_contain_text("1 trường hợp chưa lưu được")
    server.broken = ""
    server.entries[1]["revision"] = 7
    page.get_by_role("button", name="Mở lại trường hợp").click()
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 1")
    expect(page.locator("#rv-nksHoTen")).to_have_value("Nguyễn Thị Hoài")
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    accept_all(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert server.saved[0]["revision"] == 7


def test_expired_session_keeps_the_work(page: Page, server: FakeServer) -> None:
    server.broken = "signin"
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-notice")).to_contain_text("Phiên làm việc đã hết hạn")
    assert "sohotich.outbox.lan." in page.evaluate("Object.keys(localStorage).join(' ')")
    server.broken = ""  # signed in again in another tab
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    expect(page.locator(".rv-notice")).to_be_hidden()


def test_work_of_another_account_is_not_sent(page: Page, server: FakeServer) -> None:
    item = {"token": "x1", "path": "/api/review/save", "body": {"entry": 1}, "at": 1}
    page.evaluate("item => localStorage.setItem('sohotich.outbox.minh.x1', JSON.stringify(item))", item)
    page.reload()
    expect(page.locator(".rv-notice")).to_contain_text("của tài khoản «minh»")
    assert server.saved == []


def test_shortcuts_can_be_changed_but_never_to_a_bare_letter(page: Page, server: FakeServer) -> None:
    page.keyboard.press("F1")
    dialog = page.locator(".rv-help")
    button = dialog.get_by_role("button", name="Đổi phím: Bị rách, mất chữ")
    button.click()
    page.keyboard.press("k")
    expect(button).to_have_text("Phím này dùng để gõ, chọn phím khác")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.reload()
    focused(page, "nksHoTen")
    page.keyboard.press("Control+k")
    expect(page.locator("#rv-nksHoTen")).to_have_attribute("placeholder", "(bị rách)")


def test_the_field_in_focus_is_shown_and_its_neighbours_dimmed(page: Page, server: FakeServer) -> None:
    focused(page, "nksHoTen")
    mark, bands = page.locator(".rv-focus"), page.locator(".rv-dim")
    expect(bands).to_have_count(4)
    field = mark.bounding_box()
    assert field is not None
    for i in range(4):
        band = bands.nth(i).bounding_box()
        assert band is not None
        apart = band["x"] + band["width"] <= field["x"] + 2 or band["x"] >= field["x"] + field["width"] - 2
        above = band["y"] + band["height"] <= field["y"] + 2 or band["y"] >= field["y"] + field["height"] - 2
        assert apart or above
    page.wait_for_function(
        """() => { const c = document.querySelector('#host').shadowRoot.querySelector('.rv-crop');
        const dots = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return dots.some((value, i) => i % 4 < 3 && value < 200); }"""
    )


def test_shortcuts_work_after_a_click_beside_the_fields(page: Page, server: FakeServer) -> None:
    focused(page, "nksHoTen")
    page.evaluate("document.querySelector('#host').shadowRoot.activeElement.blur()")
    page.keyboard.press("Enter")
    focused(page, "nksDanToc")


def test_page_keys_do_not_leave_the_form(page: Page, server: FakeServer) -> None:
    page.evaluate("window.heard = 0; document.addEventListener('keydown', () => { window.heard += 1; })")
    page.locator("#rv-nksHoTen").press_sequentially("rc")
    assert page.evaluate("window.heard") == 0


def test_zoomed_to_200_percent_everything_is_reachable(page: Page, server: FakeServer) -> None:
    page.set_viewport_size({"width": 683, "height": 384})
    page.reload()
    focused(page, "nksHoTen")
    expect(page.locator("#rv-nksHoTen")).to_be_in_viewport()
    expect(page.locator('[data-act="confirm"]')).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
