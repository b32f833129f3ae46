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

_SPOKEN = """() => [...document.querySelectorAll('[aria-label],[title],[placeholder],[aria-valuetext]')]
  .filter((node) => node.getClientRects().length)
  .flatMap((node) => ['aria-label', 'title', 'placeholder', 'aria-valuetext'].map((name) => node.getAttribute(name)))
  .filter(Boolean)"""
_ENGLISH = re.compile(
    r"\b(open|close|clear|choose|option|sidebar|show|hide|help|upload|increment|decrement|remove|empty|december|date)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return make_office(tmp_path_factory.mktemp("frame-office"), entry_count=2)


@pytest.mark.parametrize("path", ["", "accounts", "import-scans", "audit", "plan", "settings", "reports"])
def test_what_the_framework_says_to_those_who_hear_it_is_vietnamese(
    page: Page, server: Server, office: Office, path: str
) -> None:
    come_in(page, server, office, Role.ADMINISTRATOR)
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=running]')")
    assert [said for said in page.evaluate(_SPOKEN) if _ENGLISH.search(said)] == []


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
