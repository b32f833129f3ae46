"""What was not on the screen is never confirmed, whatever order books, modes, screens, tabs and back buttons take."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from corrections.entries import EntryState, Role
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT, come_in, saved
from tests.screens.office import Office, add_book, make_office
from workbench.services import audit

pytestmark = pytest.mark.browser
# At each Ctrl+Enter, before the form hears it: which entry stands on the screen ("" for none).
NOTE_PRESSES = """addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.ctrlKey) return;
  const deep = (node) => node.querySelector('.rv[data-shown]') ||
    [...node.querySelectorAll('*')].filter((n) => n.shadowRoot).map((n) => deep(n.shadowRoot)).find(Boolean);
  const form = deep(document);
  window.pressed(form ? form.dataset.shown : '');
}, true)"""
VOLUMES = ("01/1998", "07/1999", "12/2001")
MODES = ("Cả trường hợp", "Chỉ ô cần xem")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = make_office(tmp_path_factory.mktemp("seen-office"), entry_count=14)
    add_book(made, VOLUMES[1], 201, 14)
    add_book(made, VOLUMES[2], 401, 14)
    return made


def entries_of(office: Office, state: EntryState) -> set[int]:
    with office.system.read() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM entries WHERE state = ?", (state.value,))
        return {row[0] for row in rows}


def confirmed_by(office: Office, name: str) -> list[int]:
    """Entries whose confirmation stands in the audit log under a name, a line each."""
    events = audit.list_events(office.context(Role.SUPERVISOR), actor=name, limit=1000)
    return [e.entry_id for e in events if e.action == "confirm" and e.entry_id is not None and not e.column]


@dataclass
class Seer:
    """Somebody at the review screen; what stood there at each press, and what the server was made to save."""

    page: Page
    server: Server
    chance: random.Random
    pressed: Counter[str] = field(default_factory=Counter)
    saved: list[int] = field(default_factory=list)

    def watch(self) -> None:
        self.page.expose_function("pressed", lambda entry: self.pressed.update([entry]))
        self.page.add_init_script(NOTE_PRESSES)
        self.page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if answer.url.endswith("/api/review/save") and answer.ok:
            self.saved.append(answer.request.post_data_json["entry"])

    def choose(self, volume: str) -> None:
        self.page.get_by_role("combobox", name="Sổ").click()
        self.page.get_by_role("option", name=volume).click()
        expect(self.page.locator(".rv-title")).to_contain_text(f"quyển {volume}", timeout=PATIENT)

    def mode(self) -> None:
        self.page.get_by_test_id("stButtonGroup").get_by_text(self.chance.choice(MODES), exact=True).click()

    def away_and_back(self) -> None:
        self.page.get_by_test_id("stExpandSidebarButton").click()
        self.page.get_by_role("link", name="Tìm kiếm").click()
        expect(self.page.get_by_label("Tìm", exact=True)).to_be_visible(timeout=PATIENT)
        self.page.evaluate("document.activeElement.blur()")
        for _ in range(2):
            self.page.keyboard.press("Control+Enter")  # on a screen without the form these keys do nothing
        self.page.go_back()

    def grid_and_back(self) -> None:
        group = self.page.get_by_test_id("stButtonGroup")
        group.get_by_text("Một ô, nhiều trường hợp", exact=True).click()
        expect(self.page.locator(".gr-tile").first).to_be_visible(timeout=PATIENT)
        group.get_by_text(MODES[0], exact=True).click()

    def leaf(self) -> None:
        self.page.keyboard.press(self.chance.choice(["PageDown", "PageUp"]))

    def reload(self) -> None:
        self.page.reload()

    def confirm(self) -> None:
        form = self.page.locator('.rv[data-shown]:not([data-shown=""])')
        expect(form).to_be_attached(timeout=PATIENT)
        entry = form.get_attribute("data-shown")
        for _ in range(6):  # as people do: once more when nothing came of it
            self.page.keyboard.press("Control+Enter")
            self.page.wait_for_timeout(500)
            if self.page.locator(f'.rv[data-shown="{entry}"]').count() == 0:
                break

    def check(self) -> None:
        """Each confirmation is of an entry that stood on the screen at both presses it takes."""
        saved(self.page)
        for entry in self.saved:
            assert self.pressed[str(entry)] >= 2, (entry, self.pressed)


def at_review(page: Page, server: Server, office: Office, role: Role, seed: int) -> Seer:
    seer = Seer(page=page, server=server, chance=random.Random(seed))
    seer.watch()
    come_in(page, server, office, role)
    page.goto(f"{server.url}/review")
    expect(page.locator('.rv[data-shown]:not([data-shown=""])')).to_be_attached(timeout=PATIENT)
    return seer


def test_choosing_one_book_after_another_confirms_only_what_is_shown(
    page: Page, server: Server, office: Office
) -> None:
    """The way it went wrong: a book, another book, Ctrl+Enter twice."""
    before = entries_of(office, EntryState.CONFIRMED)
    seer = at_review(page, server, office, Role.CLERK, 1)
    for volume in (VOLUMES[0], VOLUMES[1], VOLUMES[2], VOLUMES[0]):
        seer.choose(volume)
        expect(page.get_by_role("combobox", name="Sổ")).to_have_value(re.compile(volume))
    expect(page.locator(".rv-dim")).to_have_count(4)
    seer.confirm()
    seer.confirm()
    seer.check()
    assert entries_of(office, EntryState.CONFIRMED) - before == set(seer.saved)
    assert len(seer.saved) == 2 and set(seer.saved) <= set(office.entry_ids)


def test_any_order_of_steps_confirms_what_was_seen(page: Page, server: Server, office: Office) -> None:
    before, audited = entries_of(office, EntryState.CONFIRMED), len(confirmed_by(office, "nhaplieu"))
    seer = at_review(page, server, office, Role.CLERK, 3)
    steps = [seer.mode, seer.away_and_back, seer.grid_and_back, seer.leaf, seer.reload]
    seer.chance.shuffle(steps)
    for place, step in enumerate(steps):
        seer.choose(VOLUMES[place % 3])
        step()
        seer.confirm()
    seer.check()
    assert entries_of(office, EntryState.CONFIRMED) - before == set(seer.saved)
    assert confirmed_by(office, "nhaplieu")[: -audited or None] == seer.saved[::-1]
    assert len(seer.saved) >= 3


def test_two_clerks_and_two_tabs_confirm_only_what_each_had_before_them(
    browser: Browser, context: BrowserContext, server: Server, office: Office
) -> None:
    before = entries_of(office, EntryState.CONFIRMED)
    other = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    one = at_review(context.new_page(), server, office, Role.CLERK, 5)
    tab = at_review(context.new_page(), server, office, Role.CLERK, 6)
    two = at_review(other.new_page(), server, office, Role.SUPERVISOR, 7)
    one.choose(VOLUMES[1])
    tab.choose(VOLUMES[2])
    two.choose(VOLUMES[1])
    for _ in range(2):
        for seer in (one, two, tab):
            seer.confirm()
    # The tabs of one browser share what waits to be sent: whichever sends it, it was seen in one of them.
    both = one.pressed + tab.pressed
    one.pressed = tab.pressed = both
    for seer in (one, two, tab):
        seer.check()
    other.close()
    done = [*one.saved, *two.saved, *tab.saved]
    assert len(set(done)) == 6
    assert entries_of(office, EntryState.CONFIRMED) - before == set(done)
