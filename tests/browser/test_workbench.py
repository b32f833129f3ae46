"""A clerk's and a supervisor's day on the real server: sign in, type, confirm, reload, restart, approve."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from corrections.entries import EntryState, Role
from tests.browser.server import Server
from tests.screens.office import PASSWORD, Office, add_book, draw_page, make_office
from workbench.routes.guard import COOKIE
from workbench.services import reading_queue, review
from workbench.services.books import book_pages
from workbench.services.entries_by_hand import add_case_without_scan
from workbench.services.importing import import_scans
from workbench.services.sessions import context_of_session
from workbench.services.sessions import sign_in as accounts_sign_in

pytestmark = pytest.mark.browser
PATIENT = 60_000
"""Milliseconds for a screen of a machine that runs other tests at the same time."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("browser-office"), entry_count=16)


def sign_in(page: Page, server: Server, name: str) -> None:
    page.set_default_timeout(PATIENT)
    page.goto(server.url)
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    with page.expect_response("**/api/session/keep", timeout=PATIENT) as kept:
        page.keyboard.press("Enter")
    assert kept.value.status == 200


def come_in(page: Page, server: Server, office: Office, role: Role) -> None:
    """As somebody who signed in before: with the session's cookie."""
    page.set_default_timeout(PATIENT)
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens[role], "url": server.url, "httpOnly": True}])


def open_form(page: Page, server: Server, path: str = "review") -> None:
    page.goto(f"{server.url}/{path}")
    expect(page.locator(".rv-title")).to_contain_text("Khai sinh", timeout=PATIENT)


def shown_number(page: Page) -> str:
    return page.locator("#rv-so").input_value()


def confirm(page: Page) -> None:
    """Once the page of the entry is on the screen: before, nothing is taken."""
    expect(page.locator('.rv[data-shown]:not([data-shown=""])')).to_be_attached(timeout=PATIENT)
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")


def saved(page: Page) -> None:
    expect(page.locator(".rv-line")).to_have_text("Đã lưu hết", timeout=PATIENT)


def by_number(office: Office, number: str) -> int:
    return next(i for i in office.entry_ids if office.entry(i).fields["so"].text == number)


def test_typed_and_confirmed_work_is_kept(page: Page, server: Server, office: Office) -> None:
    outside: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            outside.append(request.url)

    page.on("request", watch)
    sign_in(page, server, "nhaplieu")
    open_form(page, server)
    number = shown_number(page)
    page.locator("#rv-nksHoTen").fill("Nguyễn Thị Thử")
    page.locator("#rv-nksDanToc").fill("Tày")
    confirm(page)
    expect(page.locator("#rv-so")).not_to_have_value(number)
    saved(page)
    entry = office.entry(by_number(office, number))
    assert entry.state is EntryState.CONFIRMED
    assert (entry.fields["nksHoTen"].text, entry.fields["nksDanToc"].text) == ("Nguyễn Thị Thử", "Tày")
    page.locator("#rv-nksHoTen").fill("Chưa Xác Nhận")
    page.reload()
    expect(page.locator("#rv-nksHoTen")).to_have_value("Chưa Xác Nhận", timeout=PATIENT)
    assert outside == [], "nothing may be fetched from or sent to anywhere else"


def test_work_outlives_the_server(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.CLERK)
    open_form(page, server)
    number = shown_number(page)
    expect(page.locator('.rv[data-shown]:not([data-shown=""])')).to_be_attached(timeout=PATIENT)
    server.kill()
    # The page around the form has noticed, and must neither cover the form nor take the focus away.
    expect(page.locator('[data-testid="stSelectbox"] input').first).to_be_disabled(timeout=PATIENT)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#rv-nksHoTen")).to_be_focused()
    page.keyboard.type("Trần Thị Mất Điện")
    confirm(page)
    expect(page.locator(".rv-line")).to_contain_text("Mất kết nối")
    assert office.entry(by_number(office, number)).state is EntryState.TO_REVIEW
    expect(page.locator("#rv-so")).not_to_have_value(number)
    under_way = shown_number(page)
    page.keyboard.type("Đang gõ dở")
    server.start()
    saved(page)
    entry = office.entry(by_number(office, number))
    assert (entry.state, entry.revision) == (EntryState.CONFIRMED, 1)
    assert entry.fields["nksHoTen"].text == "Trần Thị Mất Điện"
    # The page has been built anew around the form; the entry under way is still there, and still this clerk's.
    expect(page.locator('[data-testid="stSelectbox"] input').first).to_be_enabled(timeout=PATIENT)
    expect(page.locator("#rv-so")).to_have_value(under_way)
    expect(page.locator("#rv-nksHoTen")).to_have_value("Đang gõ dở")
    expect(page.locator("#rv-nksHoTen")).to_be_focused()
    held = review.get_entry(office.context(Role.CLERK), by_number(office, under_way))
    assert held.holder == "Vũ Thị Nhập"


def test_supervisor_sees_both_readings_and_approves(page: Page, server: Server, office: Office) -> None:
    done = next(i for i in office.entry_ids if office.entry(i).state is EntryState.CONFIRMED)
    come_in(page, server, office, Role.SUPERVISOR)
    open_form(page, server, f"queue?entry={done}")
    expect(page.locator(".rv-compare").first).to_contain_text("Máy đọc")
    confirm(page)
    saved(page)
    assert office.entry(done).state is EntryState.APPROVED


def test_one_field_over_many_entries(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.CLERK)
    page.goto(f"{server.url}/review?book={office.book_id}")
    page.get_by_text("Một ô, nhiều trường hợp").click()
    expect(page.locator(".gr-tile").first).to_be_visible(timeout=PATIENT)
    first = page.locator(".gr-tile textarea").first
    first.fill("Mường")
    for tile in page.locator(".gr-tile").all():  # only what was scrolled into sight is confirmed
        tile.scroll_into_view_if_needed()
    expect(page.locator(".rv-sure")).not_to_contain_text("chưa cuộn tới", timeout=PATIENT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".gr-tile")).to_have_count(0, timeout=PATIENT)
    fields = [office.entry(i).fields["nksDanToc"] for i in office.entry_ids]
    assert all(f.confirmed for f in fields) and "Mường" in {f.text for f in fields}


@pytest.mark.parametrize(
    ("name", "heading", "path"), [("congan", "Đối soát", "reconciliation"), ("thanhtra", "Tìm kiếm", "search")]
)
def test_who_sees_few_screens_comes_to_the_first_of_them(
    page: Page, server: Server, name: str, heading: str, path: str
) -> None:
    sign_in(page, server, name)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("không có quyền")).to_have_count(0)
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENT)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_sign_out_ends_the_session(page: Page, context: BrowserContext, server: Server) -> None:
    sign_in(page, server, "nhaplieu")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("Phiên làm việc đã hết")).to_have_count(0)  # nobody else ended it
    answer = context.request.get(f"{server.url}/api/review/next")
    assert answer.status == 401


def test_a_session_that_somebody_planted_never_becomes_the_victims(
    page: Page, context: BrowserContext, server: Server, office: Office
) -> None:
    """Session fixation: an invented secret, then that of a living session of the attacker, in the victim's browser."""
    living = str(accounts_sign_in(office.system, name="kiemtra", password=PASSWORD).token)
    for planted in ("A" * 43, living):
        context.clear_cookies()
        context.add_cookies([{"name": COOKIE, "value": planted, "url": server.url, "httpOnly": True}])
        page.goto(server.url)
        if planted == living:  # the victim sees whose session it is, and leaves it
            expect(page.get_by_text("Phạm Kiểm Tra").first).to_be_visible(timeout=PATIENT)
            page.get_by_role("button", name="Đăng xuất").click()
            expect(page.get_by_label("Tên đăng nhập")).to_be_visible(timeout=PATIENT)
        sign_in(page, server, "nhaplieu")
        (kept,) = (cookie for cookie in context.cookies() if cookie.get("name") == COOKIE)
        assert kept.get("value") != planted and kept.get("path") == "/" and kept.get("httpOnly")
        assert kept.get("sameSite") == "Strict"
        assert context_of_session(office.system, planted) is None


def test_scans_are_brought_in_by_upload(page: Page, server: Server, office: Office, tmp_path: Path) -> None:
    (tmp_path / "trang-moi.png").write_bytes(draw_page(99))
    (tmp_path / "hong.png").write_bytes(b"not a picture")
    come_in(page, server, office, Role.CLERK)
    page.goto(f"{server.url}/import-scans?book={office.book_id}")
    other, _ = add_book(office, "09/1998", 900, 0)
    (tmp_path / "so-khac.png").write_bytes(draw_page(98))
    import_scans(office.context(Role.CLERK), other, [tmp_path / "so-khac.png"])
    scans = [tmp_path / name for name in ("trang-moi.png", "hong.png", "so-khac.png")]
    page.locator('input[type="file"]').first.set_input_files(scans)
    button = page.get_by_role("button", name="Nhập các tệp đã chọn")
    expect(button).to_be_enabled(timeout=PATIENT)
    button.click()
    said = page.get_by_text("1 tệp không nhập được. 1 tệp không nạp lại vì đã có ở quyển khác.")
    expect(said).to_be_visible(timeout=PATIENT)
    pages = book_pages(office.context(Role.CLERK), office.book_id)
    assert [p.file_name for p in pages][-1] == "trang-moi.png"


def test_every_file_of_one_choice_arrives(page: Page, server: Server, office: Office, tmp_path: Path) -> None:
    """A browser sends six files at a time: none of them may be refused for that."""
    scans = [tmp_path / f"mot-lan-{number:02}.png" for number in range(14)]
    for number, scan in enumerate(scans):
        scan.write_bytes(draw_page(200 + number) + bytes(3_000_000))  # large, so that several are under way
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/upload_file/" in answer.url else None)
    come_in(page, server, office, Role.CLERK)
    page.goto(f"{server.url}/import-scans?book={office.book_id}")
    page.locator('input[type="file"]').first.set_input_files(scans)
    button = page.get_by_role("button", name="Nhập các tệp đã chọn")
    expect(button).to_be_enabled(timeout=PATIENT)
    assert len(answers) >= len(scans) and all(status < 300 for status in answers), answers
    button.click()
    expect(page.get_by_text(f"Đã nhập {len(scans)} trang")).to_be_visible(timeout=PATIENT)


def test_a_case_of_the_paper_book_alone_is_typed_confirmed_and_approved(
    page: Page, server: Server, office: Office
) -> None:
    """There is no page to be looked at: the screen says so, and the case goes the way of the others."""
    entry = add_case_without_scan(office.context(Role.CLERK), office.book_id, number="77", reason="trang bị mất")
    come_in(page, server, office, Role.CLERK)
    page.set_viewport_size({"width": 911, "height": 512})
    open_form(page, server, f"review?entry={entry.id}")
    expect(page.locator(f'.rv[data-shown="{entry.id}"]')).to_be_attached(timeout=PATIENT)
    expect(page.locator(".rv-noscan")).to_contain_text("không có bản quét")
    expect(page.locator(".rv-noscan")).to_be_in_viewport(ratio=1)
    expect(page.locator(".rv-zoom")).to_be_hidden()
    expect(page.locator("#rv-so")).to_have_value("77")
    page.locator("#rv-nksHoTen").fill("Lò Thị Không Ảnh")
    expect(page.locator("#rv-nksHoTen")).to_be_in_viewport(ratio=1)
    expect(page.locator('[data-act="confirm"]')).to_be_in_viewport(ratio=1)
    confirm(page)
    saved(page)
    kept = office.entry(entry.id)
    assert kept.fields["nksHoTen"].text == "Lò Thị Không Ảnh"
    assert kept.state in (EntryState.CONFIRMED, EntryState.ESCALATED)
    come_in(page, server, office, Role.SUPERVISOR)
    open_form(page, server, f"queue?entry={entry.id}")
    expect(page.locator(f'.rv[data-shown="{entry.id}"]')).to_be_attached(timeout=PATIENT)
    expect(page.locator(".rv-noscan")).to_be_visible()
    page.keyboard.press("F9")
    page.locator(".rv-reason textarea").fill("xem lại sổ giấy")
    page.keyboard.press("Enter")
    saved(page)
    assert office.entry(entry.id).state is EntryState.SENT_BACK


def test_at_twice_the_size_every_button_is_in_sight(page: Page, server: Server, office: Office) -> None:
    """A window of 1366 x 768 at 200 %, as people with weak eyes set it."""
    page.set_viewport_size({"width": 683, "height": 384})
    come_in(page, server, office, Role.SUPERVISOR)
    open_form(page, server)
    page.goto(f"{server.url}/queue")
    expect(page.get_by_text("Duyệt nhiều trường hợp")).to_be_visible(timeout=PATIENT)
    assert _beyond_the_edge(page, "[data-testid=stButtonGroup] button") == []
    open_form(page, server)
    assert _beyond_the_edge(page, ".rv-foot button, .rv-head button") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _beyond_the_edge(page: Page, selector: str) -> list[str]:
    """What of some buttons cannot be seen without scrolling sideways."""
    found: list[str] = page.locator(selector).evaluate_all(
        "nodes => nodes.filter(n => n.getBoundingClientRect().right > innerWidth + 1).map(n => n.textContent)"
    )
    assert page.locator(selector).count() > 2
    return found


def test_a_book_that_is_read_moves_nothing_and_takes_no_click(page: Page, server: Server, office: Office) -> None:
    reading_queue.queue_book(office.context(Role.CLERK), office.book_id)
    reading_queue.rest_reading(office.context(Role.SUPERVISOR), rests=True)
    come_in(page, server, office, Role.CLERK)
    page.goto(server.url)
    expect(page.get_by_text("1 sổ chờ")).to_be_visible(timeout=PATIENT)
    news, review_button = page.get_by_role("button", name="Cập nhật"), page.get_by_role("button", name="Đối chiếu")
    expect(news).to_be_disabled()
    before = review_button.bounding_box()
    reading_queue.take_out(office.context(Role.SUPERVISOR), office.book_id)  # as when its last page is read
    expect(news).to_be_enabled(timeout=PATIENT)
    expect(page.get_by_text("Máy đã đọc xong Khai sinh")).to_be_visible()
    assert review_button.bounding_box() == before
    news.click()
    expect(news).to_have_count(0, timeout=PATIENT)
    reading_queue.queue_book(office.context(Role.CLERK), office.book_id)
    page.reload()
    expect(page.get_by_text("1 sổ chờ")).to_be_visible(timeout=PATIENT)
    reading_queue.take_out(office.context(Role.SUPERVISOR), office.book_id)
    review_button.click()  # before the line has heard of it
    expect(page.locator(".rv-title")).to_be_visible(timeout=PATIENT)
