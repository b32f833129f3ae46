"""The template editor in a real browser: a supervisor draws, corrects, tries, saves and hands on a form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from benchmark.drawing.book import draw_pages
from benchmark.drawing.faults import Faults
from benchmark.drawing.saved_book import save_page
from corrections.entries import Role
from layouts.register_types import RegisterType
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, come_in
from tests.layouts.office_forms import NOWHERE, of_labels
from tests.screens.office import Office, make_office
from workbench.services import importing, templates
from workbench.services.books import create_book

pytestmark = pytest.mark.browser
READING = 180_000
"""Milliseconds for reading two pages on a machine that runs other tests at the same time."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("editor-office")
    made = make_office(folder / "data", entry_count=1)
    boss = made.context(Role.SUPERVISOR)
    book = create_book(boss, register_type=RegisterType.DEATH, volume_number="03/2008", office="UBND xã Thử Nghiệm")
    scans = []
    for number, page in enumerate(draw_pages("death-2006", ink="typed", pages=2, seed=6, faults=Faults.clean())):
        scans.append(folder / f"trang-{number + 1}.jpg")
        save_page(page, scans[-1])
    importing.import_scans(boss, book.id, scans)
    return made


@pytest.fixture()
def editor(page: Page, server: Server, office: Office) -> Page:
    come_in(page, server, office, Role.SUPERVISOR)
    page.goto(f"{server.url}/templates")
    expect(page.get_by_role("heading", name="Mẫu sổ")).to_be_visible(timeout=PATIENT)
    choose(page, "Lấy trang mẫu từ sổ", re.compile("03.2008"))
    expect(page.locator(".te-word").first).to_be_attached(timeout=READING)
    return page


def choose(page: Page, label: str, option: re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=option).first.click()


def status(page: Page) -> Locator:
    return page.locator(".te-status")


def box_of(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Ô {name}", exact=True)


def edges(node: Locator) -> dict[str, float]:
    found = node.evaluate("n => ({l: n.style.left, t: n.style.top, w: n.style.width, h: n.style.height})")
    return {key: float(value.rstrip("%")) for key, value in found.items()}


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From and to, as shares of the page's picture."""
    sheet = page.locator(".te-page")
    sheet.scroll_into_view_if_needed()
    around = sheet.bounding_box()
    assert around is not None
    places = [(around["x"] + x * around["width"], around["y"] + y * around["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=6)
    page.mouse.up()


def from_the_shipped_form(page: Page) -> int:
    choose(page, "Bắt đầu từ", re.compile("^Khai tử, mẫu 2006$"))
    one_editor(page)
    return page.locator(".te-box").count()


def one_editor(page: Page) -> None:
    """The editor of the page or form before has gone, and this one has boxes."""
    expect(page.locator(".te-box").first).to_be_visible(timeout=PATIENT)
    expect(page.locator(".te-page")).to_have_count(1, timeout=PATIENT)


def test_a_box_is_moved_resized_and_deleted_by_keyboard(editor: Page) -> None:
    before = from_the_shipped_form(editor)
    first = editor.locator(".te-box").first
    first.focus()
    was = edges(first)
    editor.keyboard.press("ArrowRight")
    editor.keyboard.press("Control+ArrowDown")
    editor.keyboard.press("Shift+ArrowRight")
    now = edges(first)
    assert (round(now["l"] - was["l"], 2), round(now["t"] - was["t"], 2)) == (0.1, 1.0)
    assert round(now["w"] - was["w"], 2) == 0.1
    editor.keyboard.press("Delete")
    expect(editor.locator(".te-box")).to_have_count(before - 1)
    editor.get_by_role("button", name="Thêm ô").press("Enter")
    expect(editor.locator(".te-box")).to_have_count(before)
    assert editor.locator(".te-box:focus").count() == 1


def test_a_box_drawn_over_another_is_named_and_not_saved(editor: Page, office: Office) -> None:
    from_the_shipped_form(editor)
    other = edges(editor.locator(".te-box").nth(2))
    left, top = other["l"] / 100, other["t"] / 100
    # begun on bare paper above the box and pulled over it
    drag(editor, (left + 0.01, top - 0.006), (left + 0.2, top + other["h"] / 100))
    expect(status(editor)).to_contain_text("Ô chồng nhau")
    name = editor.locator(".te-box").nth(2).locator("span").inner_text()
    expect(status(editor)).to_contain_text(name)
    expect(editor.get_by_text(re.compile("chồng lên ô")).first).to_be_visible(timeout=PATIENT)
    expect(editor.get_by_role("button", name="Lưu mẫu")).to_have_count(0)
    assert templates.list_templates(office.context(Role.SUPERVISOR)) == ()


def test_a_form_is_tried_on_other_pages_saved_twice_and_handed_on(editor: Page, office: Office, tmp_path: Path) -> None:
    from_the_shipped_form(editor)
    editor.get_by_role("button", name="Thử đọc").click()
    expect(editor.get_by_text(re.compile(r"Khớp \d+/\d+ nhãn in")).first).to_be_visible(timeout=READING)
    expect(editor.get_by_role("heading", name="Trang 2")).to_be_visible(timeout=READING)
    # the copy and the form it was copied from both match: both are named before anything is saved
    expect(editor.get_by_text(re.compile("giống mẫu «Khai tử, mẫu 2006» .chắc khoảng")).first).to_be_visible()
    placed = editor.get_by_test_id("stImage").first
    expect(placed.get_by_role("img")).to_be_visible()
    assert (placed.bounding_box() or {"width": 0})["width"] > 400, "the page with its boxes, beside the values"
    editor.get_by_role("button", name="Lưu mẫu").click()
    expect(editor.get_by_text("khai-tu-2006-don-vi/1")).to_be_visible(timeout=PATIENT)
    one_editor(editor)
    expect(editor.get_by_label("Tên mẫu", exact=False)).to_have_value("khai-tu-2006-don-vi")
    first = editor.locator(".te-box").first
    first.focus()
    editor.keyboard.press("ArrowRight")
    editor.get_by_role("button", name="Lưu mẫu").click()
    expect(editor.get_by_text("khai-tu-2006-don-vi/2")).to_be_visible(timeout=PATIENT)
    boss = office.context(Role.SUPERVISOR)
    assert [(t.form, t.version, t.active) for t in templates.list_templates(boss)] == [
        ("khai-tu-2006-don-vi", 2, True),
        ("khai-tu-2006-don-vi", 1, False),
    ]
    editor.get_by_role("tab", name=re.compile("trao đổi mẫu")).click()
    with editor.expect_download() as given:
        editor.get_by_role("button", name="Xuất tệp mẫu").click()
    file = tmp_path / "mau.yaml"
    given.value.save_as(file)
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert (data["form"], data["version"]) == ("khai-tu-2006-don-vi", 2)
    other = make_office(tmp_path / "other-office", entry_count=1).context(Role.SUPERVISOR)
    assert templates.import_template(other, file.read_text(encoding="utf-8")).layout_version == "khai-tu-2006-don-vi/2"


def test_a_form_that_matches_nothing_is_told_so_when_it_is_tried(editor: Page, tmp_path: Path) -> None:
    file = tmp_path / "la-lam.yaml"
    file.write_text(of_labels("la-lam", *NOWHERE, register_type=RegisterType.DEATH), encoding="utf-8")
    editor.get_by_role("tab", name=re.compile("trao đổi mẫu")).click()
    editor.locator("input[type=file]").set_input_files(str(file))
    editor.get_by_role("button", name="Nhập mẫu").click()
    expect(editor.get_by_text(re.compile("Đã nhập mẫu «la-lam/1»"))).to_be_visible(timeout=PATIENT)
    editor.get_by_role("tab", name=re.compile("Lập hoặc sửa mẫu")).click()
    choose(editor, "Bắt đầu từ", re.compile("^la-lam$"))
    one_editor(editor)
    editor.get_by_role("button", name="Thử đọc").click()
    missed = editor.get_by_text(re.compile("không khớp mẫu «la-lam»: tìm thấy 0/6 nhãn in")).first
    expect(missed).to_be_visible(timeout=READING)
    expect(editor.get_by_text(re.compile("Nhãn không thấy trên trang .6.: «Số hiệu tàu:»")).first).to_be_visible()
