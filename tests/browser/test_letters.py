"""Every mark of every letter is seen in every box that shows a value, at 100, 125 and 150 %."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from corrections.entries import Role
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, come_in, open_form
from tests.screens.office import Office, make_office
from workbench.letters import FAMILY

pytestmark = pytest.mark.browser
LETTERS = "ỄẶỘỰỵ"
STILL_TRIES = 12  # looks at a box until two in a row are alike: a form that still opens or scrolls shows half of it
# The same letters with the same font beside the box, with so much room that nothing can cut them.
FREE = """(box, letters) => {
  const style = getComputedStyle(box), free = document.createElement('div');
  free.textContent = letters; free.id = 'free-letters';
  Object.assign(free.style, { position: 'fixed', left: '0', top: '0', zIndex: '99999', padding: '60px 30px',
    background: '#fff', color: '#000', font: style.font, lineHeight: '2', fontStyle: style.fontStyle });
  document.querySelector('#root').style.visibility = 'hidden';
  document.body.append(free);
}"""


BARE = """(box) => {
  const bare = { outline: 'none', borderColor: 'transparent', background: '#fff', boxShadow: 'none' };
  for (const node of [box, box.parentElement]) Object.assign(node.style, bare);
  Object.assign(box.style, { color: '#000', caretColor: 'transparent' });
  box.setSelectionRange(0, 0); box.scrollTop = 0; box.scrollLeft = 0;
}"""


INK_SHARE = 0.43  # of the way from the darkest dot to white: a mark's smoothed edges count as ink, the ground does not


def ink_height(shot: bytes) -> int:
    """Rows between the highest and the lowest dot of ink, borders aside: what is as wide as the box is no letter.

    What is ink follows from the darkest dot: while the server answers, the page is shown pale as a whole.
    """
    grey = np.asarray(Image.open(io.BytesIO(shot)).convert("L")).astype(float)
    dots = grey < grey.min() + INK_SHARE * (255 - grey.min())
    dots = dots[:, dots.mean(axis=0) < 0.5]
    rows = np.flatnonzero(dots.any(axis=1) & (dots.mean(axis=1) < 0.6))
    return int(rows[-1] - rows[0] + 1) if len(rows) else 0


def letters_in(box: Locator) -> int:
    """Height of the letters' ink in a box, its borders, ring and colours taken off, once the page stands still."""
    heights: list[int] = []
    while len(heights) < 2 or (heights[-1] != heights[-2] and len(heights) < STILL_TRIES):
        box.evaluate(BARE)
        heights.append(ink_height(box.screenshot()))
        box.page.wait_for_timeout(300)
    assert box.input_value() == LETTERS
    return heights[-1]


def free_letters(page: Page, box: Locator) -> int:
    box.evaluate(FREE, LETTERS)
    shot = page.locator("#free-letters").screenshot()
    page.evaluate(
        "document.querySelector('#free-letters').remove(); document.querySelector('#root').style.visibility = ''"
    )
    return ink_height(shot)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("letters-office"), entry_count=4)


@pytest.mark.parametrize("percent", [100, 125, 150])
def test_no_mark_is_cut(browser: Browser, server: Server, office: Office, percent: int) -> None:
    size = {"width": round(1366 * 100 / percent), "height": round(768 * 100 / percent)}
    context = browser.new_context(viewport=size, device_scale_factor=percent / 100, locale="vi-VN")
    page = context.new_page()
    come_in(page, server, office, Role.ADMINISTRATOR)
    open_form(page, server)
    assert page.evaluate(f"document.fonts.ready.then(() => document.fonts.check('16px \"{FAMILY}\"', 'Ễ'))")
    for box in (page.locator("#rv-nksHoTen"), page.locator("#rv-meHoTen")):  # in focus, and not
        box.fill(LETTERS)
    same_height(page, page.locator("#rv-nksHoTen"))
    same_height(page, page.locator("#rv-meHoTen"))
    page.get_by_test_id("stButtonGroup").get_by_text("Một ô, nhiều trường hợp", exact=True).click()
    page.get_by_role("combobox", name="Sổ").click()
    page.get_by_role("option", name="01/1998").click()
    cell = page.locator(".gr-tile textarea").first
    cell.fill(LETTERS, timeout=PATIENT)
    same_height(page, cell)
    page.goto(f"{server.url}/search")
    for box in (page.get_by_label("Tìm", exact=True), page.get_by_role("combobox").first):
        expect(box).to_be_visible(timeout=PATIENT)
        box.fill(LETTERS)
        same_height(page, box)
    context.close()


def same_height(page: Page, box: Locator) -> None:
    seen, whole = letters_in(box), free_letters(page, box)
    assert whole > 10
    assert abs(seen - whole) <= 1, (box, seen, whole)


def test_a_long_address_is_seen_whole(page: Page, server: Server, office: Office) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    open_form(page, server)
    box = page.locator("#rv-chaHoTen")
    box.fill(
        "Số nhà 12, ngõ 34, đường Nguyễn Văn Ngọc, tổ dân phố số 5, phường Thử Nghiệm, quận Ví Dụ, thành phố Mẫu " * 2
    )
    assert box.evaluate("b => b.scrollHeight <= b.clientHeight + 1 && b.scrollWidth <= b.clientWidth + 1")
    box.press("Enter")
    assert "\n" not in box.input_value()
