"""Every shortcut of the review form, and typing by Telex."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmark.mending import presses
from tests.browser.fake_server import ORIGIN, FakeServer
from tests.browser.telex import type_telex, word_states

pytestmark = pytest.mark.browser
PAPER = "CMND 190992552 06/04/2010, CA Ví Dụ"


@pytest.fixture()
def server(page: Page, component_folder: Path) -> Iterator[FakeServer]:
    made = FakeServer(page, component_folder)
    first = made.entries[1]["fields"]
    for column, label in (("nycSoGiayToTuyThan", "Số giấy tờ"), ("nycNoiCapGiayToTuyThan", "Nơi cấp")):
        first.append(first[1] | {"column": column, "label": label, "text": PAPER, "normalized": "", "suggestions": []})
    first[3]["suggestions"] = [{"text": t, "why": "danh mục"} for t in ("Kinh", "Tày", "Thái", "Mường", "Nùng")]
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(ORIGIN + "/")
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    yield made
    assert faults == []


def value(page: Page, column: str, text: str) -> None:
    expect(page.locator(f"#rv-{column}")).to_have_value(text)


def at(page: Page, column: str) -> None:
    expect(page.locator(f"#rv-{column}")).to_be_focused()


def saved_fields(page: Page, server: FakeServer) -> dict[str, dict[str, object]]:
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    return {f["column"]: f for f in server.saved[0]["fields"]}


def test_why_the_machine_doubts_its_reading_stands_below_the_field(page: Page, server: FakeServer) -> None:
    server.entries[1]["fields"][1]["doubts"] = ["Có chữ bị gạch bỏ, máy không đọc chữ đó."]
    page.reload()
    page.locator(f"#rv-{server.entries[1]['fields'][1]['column']}").focus()
    expect(page.locator(".rv-row.now .note").first).to_have_text("⚠ Có chữ bị gạch bỏ, máy không đọc chữ đó.")


def test_a_value_a_rule_gave_is_shown_and_accepted_as_it_stands(page: Page, server: FakeServer) -> None:
    codes = {"1": "Đăng ký đúng hạn", "2": "Đăng ký lại"}
    ruled = {"text": "", "normalized": "1", "source": "rule", "box": None, "codes": codes}
    server.entries[1]["fields"][3] |= ruled | {"suggestions": []}
    page.reload()
    page.locator("#rv-nksDanToc").focus()
    expect(page.locator(".rv-row.now .rv-hint")).to_have_text("→ Đăng ký đúng hạn")
    page.keyboard.press("Enter")
    kept = saved_fields(page, server)["nksDanToc"]
    assert (kept["state"], kept["text"], kept["seen"]) == ("written", "", True)


@pytest.mark.parametrize(
    ("key", "state", "shown"),
    [
        ("F3", "blank", "(trong sổ để trống)"),
        ("F4", "illegible", "(không đọc được)"),
        ("F7", "struck_out", "(bị gạch bỏ)"),
        ("F8", "torn", "(bị rách)"),
        ("Shift+F8", "erased", "(bị tẩy xóa)"),
    ],
)
def test_each_mark_has_its_key_and_goes_on(page: Page, server: FakeServer, key: str, state: str, shown: str) -> None:
    at(page, "nksHoTen")
    page.keyboard.press(key)
    at(page, "nksDanToc")
    expect(page.locator("#rv-nksHoTen")).to_have_attribute("placeholder", shown)
    marked = saved_fields(page, server)["nksHoTen"]
    assert (marked["state"], marked["text"]) == (state, "")


def test_each_suggestion_has_its_key(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksDanToc").focus()
    for number, text in enumerate(("Kinh", "Tày", "Thái", "Mường", "Nùng"), start=1):
        page.keyboard.press(f"Alt+{number}")
        value(page, "nksDanToc", text)
        at(page, "chaHoTen")
        page.keyboard.press("Shift+Enter")
    for text in ("Mường", "Thái", "Tày", "Kinh", ""):
        page.keyboard.press("Control+z")
        value(page, "nksDanToc", text)


def test_moving_between_fields_and_entries(page: Page, server: FakeServer) -> None:
    at(page, "nksHoTen")
    page.keyboard.press("Enter")
    at(page, "nksDanToc")
    page.keyboard.press("Shift+Enter")
    at(page, "nksHoTen")
    page.keyboard.press("F2")
    page.keyboard.press("Enter")
    at(page, "nksNgaySinh")  # a sure field: all are visited now
    page.keyboard.press("PageDown")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    page.keyboard.press("PageUp")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 1")
    assert server.saved == []


def test_standard_value_is_shown_and_changed_apart_from_the_text(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksNgaySinh").focus()
    page.keyboard.press("F10")
    value(page, "nksNgaySinh", "03.04.1998")
    page.locator("#rv-nksNgaySinh").fill("04.04.1998")
    page.keyboard.press("F10")
    value(page, "nksNgaySinh", "03/04/1998")
    sent = saved_fields(page, server)["nksNgaySinh"]
    assert (sent["text"], sent["normalized"]) == ("03/04/1998", "04.04.1998")


def test_swap_ditto_and_escape(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksNgaySinh").focus()
    page.keyboard.press("Control+m")
    value(page, "nksNgaySinh", "04/03/1998")
    page.keyboard.press("Escape")
    value(page, "nksNgaySinh", "03/04/1998")
    page.locator("#rv-nksDanToc").focus()
    page.keyboard.press("Control+d")
    value(page, "nksDanToc", "Tày")
    page.locator("#rv-so").focus()
    page.keyboard.press("Control+m")
    expect(page.locator(".rv-notice")).to_contain_text("không có ngày và tháng")


def test_one_undo_takes_back_exactly_one_change(page: Page, server: FakeServer) -> None:
    at(page, "nksHoTen")
    page.keyboard.press("End")
    page.keyboard.type(" Anh")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+4")  # a suggestion in the next field
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("F4")  # and a mark over it
    at(page, "chaHoTen")
    page.keyboard.press("Control+z")
    value(page, "nksDanToc", "Mường")
    page.keyboard.press("Control+z")
    value(page, "nksDanToc", "")
    value(page, "nksHoTen", "Nguyễn Thị Hòa Anh")
    page.keyboard.press("Control+z")
    value(page, "nksHoTen", "Nguyễn Thị Hòa")
    page.keyboard.press("Control+z")  # nothing is left to take back
    value(page, "nksHoTen", "Nguyễn Thị Hòa")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    value(page, "nksHoTen", "Nguyễn Thị Hòa")


def test_undo_leaves_alone_what_was_looked_at_since(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nycSoGiayToTuyThan").fill(PAPER.replace("552 ", "552, "))
    page.keyboard.press("Enter")
    at(page, "nycNoiCapGiayToTuyThan")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    value(page, "nycSoGiayToTuyThan", PAPER)
    value(page, "nycNoiCapGiayToTuyThan", PAPER)
    assert page.locator(".rv-row.done #rv-nycNoiCapGiayToTuyThan").count() == 1, "it had been looked at"


def test_enter_stays_at_a_date_that_cannot_be(page: Page, server: FakeServer) -> None:
    box, says = page.locator("#rv-nksNgaySinh"), page.locator(".rv-row.now .rv-says")
    for wrong in ("32/13/1996", "29/02/1997", "31.4.1998", "ngày 00 tháng 5 năm 1998"):
        box.fill(wrong)
        page.keyboard.press("Enter")
        at(page, "nksNgaySinh")
        expect(says).to_contain_text("không phải là một ngày có thật")
        assert says.evaluate("s => s.scrollHeight <= s.clientHeight + 1"), "the message is not cut"
    box.fill("29/02/1996")
    page.keyboard.press("Enter")
    at(page, "nksDanToc")
    expect(page.locator(".rv-says p")).to_have_count(0)
    for fine in ("1998", "mùng 3 tháng Giêng năm Mậu Dần", "../04/1998", "30/02/1998 âm lịch"):
        box.fill(fine)
        page.keyboard.press("Enter")
        at(page, "nksDanToc")


def test_enter_comes_back_to_a_value_the_checks_call_impossible(page: Page, server: FakeServer) -> None:
    message = "Số định danh có 12 chữ số."
    server.findings = [{"severity": "error", "message": message, "columns": ["meHoTen"], "source": ""}]
    page.locator("#rv-meHoTen").fill("123")
    page.keyboard.press("Enter")
    expect(page.locator(".rv-row.bad #rv-meHoTen, .rv-row.done #rv-meHoTen")).to_have_count(1)
    expect(page.locator(".rv-finding")).to_contain_text(message)
    page.locator(".rv-finding").click()
    at(page, "meHoTen")
    page.keyboard.press("Enter")
    at(page, "meHoTen")
    expect(page.locator(".rv-row.now .rv-says")).to_contain_text(message)


def test_a_supervisor_says_why_before_approving_over_an_error(page: Page, server: FakeServer) -> None:
    server.mode = "supervise"
    error = {"severity": "error", "message": "Ngày này không có trên lịch.", "columns": ["nksNgaySinh"], "source": ""}
    server.entries[1]["findings"] = [error]
    page.reload()
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    for _ in range(3):
        page.keyboard.press("Control+Enter")
    dialog = page.locator(".rv-reason")
    expect(dialog).to_contain_text("Ngày này không có trên lịch.")
    page.keyboard.press("Enter")  # no reason is none
    assert server.saved == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+Enter")
    dialog.get_by_role("button", name="Sổ ghi đúng như vậy").click()
    page.keyboard.press("Enter")
    expect(page.locator('.rv[data-shown="2"]')).to_be_attached()
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert (server.saved[0]["decision"], server.saved[0]["reason"]) == ("approve", "Sổ ghi đúng như vậy")


def test_why_an_entry_was_passed_on_is_said_beside_that_entry_alone(page: Page, server: FakeServer) -> None:
    server.mode = "supervise"
    server.entries[1]["reason"] = "Chữ khó đọc"
    page.reload()
    notice = page.locator(".rv-notice")
    expect(notice).to_contain_text("Lý do chuyển lên: Chữ khó đọc")
    page.keyboard.press("PageDown")
    expect(page.locator('.rv[data-shown="2"]')).to_be_attached()
    expect(notice).to_be_hidden()


def test_typing_is_taken_back_by_the_form(page: Page, server: FakeServer) -> None:
    at(page, "nksHoTen")
    page.keyboard.press("End")
    page.keyboard.type(" Anh")
    for _ in range(8):
        page.keyboard.press("Control+z")
    value(page, "nksHoTen", "Nguyễn Thị Hòa")


@pytest.mark.parametrize(
    ("key", "decision", "reason"),
    [("F9", "escalate", "Chữ khó đọc"), ("Control+F9", "set_aside", "Trường hợp bị hủy")],
)
def test_a_reason_is_asked_for(page: Page, server: FakeServer, key: str, decision: str, reason: str) -> None:
    page.keyboard.press(key)
    dialog = page.locator(".rv-reason")
    page.keyboard.press("Enter")  # an empty reason is none
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=reason).click()
    page.keyboard.press("Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    assert (server.saved[0]["decision"], server.saved[0]["reason"]) == (decision, reason)


def test_an_approved_entry_is_opened_again_with_a_reason_and_stays_on_the_screen(
    page: Page, server: FakeServer
) -> None:
    server.mode = "supervise"
    server.entries[1]["state"] = "approved"
    page.reload()
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    expect(page.locator('[data-act="confirm"]')).to_contain_text("Mở lại")
    page.locator("#rv-meHoTen").focus()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Phát hiện sai sau khi duyệt").click()
    page.keyboard.press("Enter")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 1")
    expect(page.locator('[data-act="confirm"]')).to_contain_text("Duyệt")
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    page.locator("#rv-meHoTen").fill("Trần Thị Mại")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-title")).to_have_text("Khai sinh, trường hợp 2")
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết")
    sent = [(s["decision"], s["revision"], s["reason"]) for s in server.saved]
    assert sent == [("reopen", 1, "Phát hiện sai sau khi duyệt"), ("approve", 2, "")]


def test_leaving_a_dialog_leads_back_to_the_field(page: Page, server: FakeServer) -> None:
    for key in ("F9", "F1", "Control+/"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        at(page, "nksHoTen")
    assert server.saved == []


def test_picture_keys(page: Page, server: FakeServer) -> None:
    sheet = page.locator(".rv-sheet")
    scales = []
    for key in ("Alt+PageUp", "Alt+PageDown", "Alt+PageDown", "Alt+Home"):
        page.keyboard.press(key)
        scales.append(sheet.evaluate("s => new DOMMatrix(getComputedStyle(s).transform).a"))
    assert scales[0] > scales[1] > scales[2]
    assert scales[3] == pytest.approx(
        min(
            page.locator(".rv-page").evaluate("p => p.clientHeight") / 1270,
            page.locator(".rv-page").evaluate("p => p.clientWidth") / 900,
        ),
        rel=0.02,
    )


def test_an_entry_over_two_pages_is_leafed_through(page: Page, server: FakeServer) -> None:
    turn, picture = page.locator('[data-act="turnPage"]'), page.locator(".rv-sheet img")
    expect(turn).to_be_hidden()
    page.keyboard.press("Alt+End")
    expect(picture).to_have_attribute("src", "/page/1.jpg")
    server.entries[3]["more_pages"] = [{"image": "/page/33.jpg", "size": [900, 1270]}]
    page.goto(ORIGIN + "/")
    expect(page.locator('.rv[data-shown="1"]')).to_be_attached()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(page.locator(".rv")).to_have_attribute("data-shown", "3")
    expect(turn).to_have_text("Trang 1/2")
    field = page.evaluate("document.activeElement.id")
    page.keyboard.press("Alt+End")
    expect(picture).to_have_attribute("src", "/page/33.jpg")
    expect(turn).to_have_text("Trang 2/2")
    assert page.evaluate("document.activeElement.id") == field, "what goes on there is typed where one was"
    page.keyboard.press("Enter")
    expect(picture).to_have_attribute("src", "/page/3.jpg")
    expect(turn).to_have_text("Trang 1/2")
    turn.click()
    expect(picture).to_have_attribute("src", "/page/33.jpg")
    turn.click()
    expect(picture).to_have_attribute("src", "/page/3.jpg")
    page.keyboard.press("PageDown")
    expect(turn).to_be_hidden()


def test_every_default_shortcut_is_on_the_sheet_and_none_is_a_bare_letter(page: Page, server: FakeServer) -> None:
    page.keyboard.press("F1")
    keys = page.locator(".rv-help kbd").all_inner_texts()
    assert len(keys) == len(set(keys)) == 31
    assert not [key for key in keys if len(key.removeprefix("Shift+")) == 1]


@pytest.mark.parametrize("text", ["Nguyễn Thị Đào", "ĐẶNG THỊ HƯỜNG", "Ấp Ướt Mưa"])
def test_telex_through_an_input_method(page: Page, server: FakeServer, text: str) -> None:
    at(page, "nksHoTen")
    keys = type_telex(page, page.context.new_cdp_session(page), text)
    value(page, "nksHoTen", text)
    at(page, "nksHoTen")
    page.keyboard.press("Enter")
    at(page, "nksDanToc")
    assert saved_fields(page, server)["nksHoTen"]["text"] == text
    effort = server.saved[0]["effort"]["fields"]["nksHoTen"]
    assert effort["keys"] == keys + 1 and effort["corrections"] == 1
    assert effort["blank"] == keys + 1, "what typing from blank takes is counted as the keys are"


def test_unikey_takes_letters_back_and_sends_others(page: Page, server: FakeServer) -> None:
    at(page, "nksHoTen")
    page.keyboard.type("Ho")
    page.keyboard.type("a")
    for _ in range(2):
        page.keyboard.press("Backspace")
    page.keyboard.insert_text("òa")
    value(page, "nksHoTen", "Hòa")
    at(page, "nksHoTen")


def test_telex_keys_are_counted_as_people_press_them() -> None:
    assert list(word_states("ễ")) == ["e", "ê", "ễ"]
    assert list(word_states("Đi")) == ["D", "Đ", "Đi"]
    assert (presses("Hoa"), presses("Hòa"), presses("Đặng"), presses("Nguyễn")) == (3, 4, 7, 8)


def test_a_suggestion_is_brought_into_the_field_to_be_mended(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nksDanToc").focus()
    page.keyboard.press("Alt+ArrowDown")
    value(page, "nksDanToc", "Kinh")
    at(page, "nksDanToc")  # it stays
    page.keyboard.press("Alt+ArrowDown")
    value(page, "nksDanToc", "Tày")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("s")
    value(page, "nksDanToc", "Tàys")
    page.keyboard.press("Alt+ArrowDown")  # from the first one again
    value(page, "nksDanToc", "Kinh")
    page.keyboard.press("Control+z")
    value(page, "nksDanToc", "Tàys")
    page.keyboard.press("Enter")
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".rv-notice")).to_contain_text("Ô này không có gợi ý.")
    value(page, "nycSoGiayToTuyThan", PAPER)
