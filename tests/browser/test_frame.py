"""What goes on in the page around the screens: the framework's own words in Vietnamese, scripts fetched in advance."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from corrections.entries import Role
from tests.browser.server import Server
from tests.browser.test_workbench import come_in
from tests.screens.office import Office, make_office
from workbench.screens.framework_scripts import scripts_of, scripts_of_review

pytestmark = pytest.mark.browser

_SPOKEN = """() => {
  const names = ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'aria-roledescription'];
  return [...document.querySelectorAll(names.map((name) => `[${name}]`))].filter((node) => node.getClientRects().length)
    .flatMap((node) => names.map((name) => node.getAttribute(name))).filter(Boolean); }"""
_ENGLISH = re.compile(
    r"\b(open|close|clear|choose|option|sidebar|show|hide|help|upload|increment|decrement|remove|empty|december|date|sort|pin|column|autosize|statistics"
    r"|axis|scale|values|legend|mark|container|progress|titled|data|spec|ending|add|files?)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("frame-office"), entry_count=2)


@pytest.mark.parametrize("path", ["", "accounts", "import-scans", "audit", "plan", "settings", "reports", "benchmark"])
def test_what_the_framework_says_to_those_who_hear_it_is_vietnamese(
    page: Page, server: Server, office: Office, path: str
) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=running]')")
    if path == "benchmark":
        expect(page.locator("g.role-axis").first).to_be_attached()
        expect(page.locator('[aria-label^="Trục ngang «Tỷ lệ»: giá trị từ 0%"]').first).to_be_attached()
        expect(page.locator("svg text", has_text=re.compile(r"^1\.000$")).first).to_be_attached()
        expect(page.locator("svg text", has_text=re.compile(r"\d,\d{3}"))).to_have_count(0)
    assert [said for said in page.evaluate(_SPOKEN) if _ENGLISH.search(said)] == []


def test_a_file_that_was_chosen_is_told_in_vietnamese(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/import-scans")
    page.locator("input[type=file]").first.set_input_files({"name": "so.zip", "mimeType": "", "buffer": b"PK"})
    expect(page.get_by_label("Thêm tệp")).to_be_visible()
    assert [said for said in page.evaluate(_SPOKEN) if _ENGLISH.search(said)] == []


def test_what_the_framework_shows_is_vietnamese(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/audit")
    table = page.get_by_test_id("stDataFrame").locator("canvas").first
    expect(table).to_be_visible()
    box = table.bounding_box()
    assert box is not None
    page.wait_for_timeout(500)  # the table finds its width
    menu = page.get_by_test_id("stDataFrameColumnMenu")
    for along in range(20, 400, 8):  # until the dots at the end of a column's head are met, wherever that ends
        page.mouse.move(box["x"] + along - 4, box["y"] + 17)
        page.mouse.click(box["x"] + along, box["y"] + 17)
        if menu.count():
            break
    expect(menu).to_contain_text("Xếp tăng dần")
    seen = [item for item in menu.get_by_role("menuitem").all_inner_texts() if item]
    assert not _ENGLISH.search(" ".join(seen)) and "Ẩn cột" in " ".join(seen)
    page.keyboard.press("Escape")
    content = "(node) => getComputedStyle(node, '::after').content + getComputedStyle(node).fontSize"
    day = page.get_by_test_id("stDateInput").locator('[data-type="day"]').first
    assert day.evaluate(content) == '"ngày"0px'
    assert page.get_by_test_id("stSkipToContent").evaluate(content) == '"Tới nội dung chính"0px'


def test_the_menu_is_closed_while_reviewing_and_a_book_outlives_a_reload(
    page: Page, server: Server, office: Office
) -> None:
    come_in(page, server, office, Role.CLERK)
    page.goto(f"{server.url}/review")
    menu, form = page.get_by_test_id("stSidebarCollapseButton"), page.locator('.rv[data-shown]:not([data-shown=""])')
    expect(form).to_be_attached()
    page.get_by_test_id("stExpandSidebarButton").click()  # kept by the framework for all screens to come
    expect(menu).to_be_attached()
    page.get_by_role("link", name="Tìm kiếm").click()
    expect(page.get_by_label("Tìm", exact=True)).to_be_visible()
    expect(menu).to_be_attached()
    page.get_by_role("link", name="Đối chiếu").click()
    expect(form).to_be_attached()
    expect(menu).not_to_be_attached()
    page.get_by_role("combobox", name="Sổ").click()
    page.get_by_role("option", name="01/1998").click()
    expect(page).to_have_url(re.compile("book="))
    page.reload()
    expect(form).to_be_attached()
    expect(page.get_by_role("combobox", name="Sổ")).to_have_value(re.compile("01/1998"))
    page.goto(server.url)
    expect(menu).to_be_attached()


def test_what_the_review_needs_is_there_before_it_is_opened(page: Page, server: Server, office: Office) -> None:
    assert len(scripts_of_review()) > len(scripts_of("Selectbox")) > 1 and scripts_of("NoSuchPart") == ()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    come_in(page, server, office, Role.CLERK)
    with page.expect_request(lambda request: "/BidiComponent." in request.url):
        page.goto(server.url)
    expect(page.get_by_role("heading", name="Chào")).to_be_visible()
    page.wait_for_load_state("networkidle")
    before = len(asked)
    page.get_by_role("button", name="Đối chiếu").first.click()
    expect(page.locator(".rv-title")).to_contain_text("Khai sinh")
    assert [url for url in asked[before:] if "/static/js/" in url] == []


def test_a_double_click_is_one_click(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/accounts")
    page.get_by_role("textbox", name="Tên đăng nhập", exact=True).fill("nhapdoi")
    page.get_by_role("textbox", name="Họ và tên", exact=True).first.fill("Lê Nhấp Đôi")
    page.get_by_role("textbox", name="Mật khẩu ban đầu").fill("con mèo đen ngủ")
    page.get_by_role("button", name="Thêm", exact=True).dblclick()
    expect(page.get_by_text("Đã thêm tài khoản «nhapdoi»")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=running]')")
    expect(page.get_by_text("đã có. Hãy chọn tên khác")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Tên đăng nhập", exact=True)).to_have_value("")
