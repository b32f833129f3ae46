"""Columns that share one line of ink in the review form: one stop for all, put right together or by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_server import FakeServer
from tests.browser.test_review_keys import PAPER, at, saved_fields, server, value

__all__ = ["server"]

pytestmark = pytest.mark.browser


def test_what_is_put_right_in_one_column_is_right_in_all_that_share_its_ink(page: Page, server: FakeServer) -> None:
    right = PAPER.replace("552 ", "552, ")
    page.locator("#rv-nycSoGiayToTuyThan").fill(right)
    page.keyboard.press("Enter")
    at(page, "nycNoiCapGiayToTuyThan")
    value(page, "nycNoiCapGiayToTuyThan", right)
    expect(page.locator(".rv-row.now .rv-sign")).to_have_text("?")  # carried over, still to be looked at
    page.keyboard.press("Shift+Enter")
    at(page, "nycSoGiayToTuyThan")
    page.keyboard.press("Control+z")
    value(page, "nycSoGiayToTuyThan", PAPER)
    value(page, "nycNoiCapGiayToTuyThan", PAPER)


def test_one_enter_takes_all_columns_of_a_line_of_ink(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    expect(page.locator(".rv-row.along #rv-nycNoiCapGiayToTuyThan")).to_be_in_viewport()
    expect(page.locator(".rv-row.now .rv-along")).to_contain_text("Enter nhận cả 2 ô")
    page.keyboard.press("Enter")
    expect(page.locator(".rv-row:has(#rv-nycNoiCapGiayToTuyThan) .rv-sign")).to_have_text("●")
    at(page, "nksHoTen")
    fields = saved_fields(page, server)
    assert fields["nycSoGiayToTuyThan"]["seen"] and fields["nycNoiCapGiayToTuyThan"]["seen"]


def test_a_column_of_the_line_is_put_right_by_itself(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    page.keyboard.press("Tab")
    at(page, "nycNoiCapGiayToTuyThan")
    expect(page.locator(".rv-row.along #rv-nycSoGiayToTuyThan")).to_be_visible()
    page.keyboard.type("CA")
    expect(page.locator(".rv-row.along")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".rv-row:has(#rv-nycSoGiayToTuyThan) .rv-sign")).to_have_text("?")


def test_a_column_of_the_line_out_of_sight_or_with_an_error_is_not_taken(page: Page, server: FakeServer) -> None:
    error = {
        "check": "x",
        "severity": "error",
        "message": "Nơi cấp không có trong danh mục.",
        "columns": ["nycNoiCapGiayToTuyThan"],
    }
    server.entries[1]["findings"] = [error]
    page.reload()
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    page.keyboard.press("Enter")
    at(page, "nycNoiCapGiayToTuyThan")
    server.entries[1]["findings"] = []
    page.reload()
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    page.locator(".rv-row.along").evaluate("(row) => { row.style.marginTop = '2000px'; }")
    page.keyboard.press("Enter")
    at(page, "nycNoiCapGiayToTuyThan")


def test_visiting_every_field_stops_at_each_column_of_a_line(page: Page, server: FakeServer) -> None:
    page.keyboard.press("F2")
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    page.keyboard.press("Enter")
    at(page, "nycNoiCapGiayToTuyThan")


def test_a_column_already_changed_is_not_overwritten_by_its_neighbour(page: Page, server: FakeServer) -> None:
    page.locator("#rv-nycNoiCapGiayToTuyThan").fill("CA Ví Dụ")
    page.locator("#rv-nycSoGiayToTuyThan").fill("190992552")
    fields = saved_fields(page, server)
    assert fields["nycNoiCapGiayToTuyThan"]["text"] == "CA Ví Dụ"
    assert fields["nycSoGiayToTuyThan"]["text"] == "190992552"


def test_one_enter_takes_the_fields_of_one_place_in_which_nothing_was_read(page: Page, server: FakeServer) -> None:
    for field in server.entries[1]["fields"]:
        if field["column"].endswith("GiayToTuyThan"):
            field |= {"text": "", "normalized": ""}
    page.reload()
    page.locator("#rv-nycSoGiayToTuyThan").focus()
    expect(page.locator(".rv-row.now .rv-along")).to_contain_text("máy không thấy chữ: Enter nhận trống cả 2 ô")
    page.keyboard.press("Enter")
    at(page, "nksHoTen")
    page.locator("#rv-nycSoGiayToTuyThan").fill("190992552")  # what one of them turns out to say is not the others'
    page.keyboard.press("Enter")
    value(page, "nycNoiCapGiayToTuyThan", "")


def test_a_name_read_alike_elsewhere_is_looked_at_once_it_was_put_right(page: Page, server: FakeServer) -> None:
    for field in server.entries[1]["fields"]:
        if field["column"] in ("nksHoTen", "meHoTen"):
            read = "NGUYỄN TRƯỜNG ANH" if field["column"] == "nksHoTen" else "Nguyễn Trường Anh"
            field |= {"kind": "name", "text": read, "normalized": read}
    page.reload()
    sure = page.locator(".rv-row:has(#rv-meHoTen)")
    expect(sure.locator(".rv-sign")).to_have_text("✓")
    page.locator("#rv-nksHoTen").fill("NGUYỄN TRƯỜNG ÁNH")
    page.keyboard.press("Enter")
    expect(sure.locator(".rv-sign")).to_have_text("?")
    page.locator("#rv-meHoTen").focus()
    expect(sure.locator(".rv-chip").first).to_contain_text("Nguyễn Trường Ánh")
    page.keyboard.press("Alt+1")
    value(page, "meHoTen", "Nguyễn Trường Ánh")
