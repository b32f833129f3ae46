"""Commune A's people try what commune B delivered, over HTTP on PostgreSQL: files, packages, screens, look-ups, backup.

What is refused is given to B's own people, so it was refused for who asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corrections.acceptance import AcceptanceLevel
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import BookState, DecisionKind, Role
from layouts.register_types import RegisterType
from tests.browser.server import Server
from tests.browser.test_workbench import PATIENT
from tests.databases import new_postgres_database, postgres_server
from tests.screens import office as drawn
from tests.screens.office import PASSWORD, Office, make_office
from tests.workbench.test_lookup_server import serving
from vietnamese.shown_time import LOCAL
from workbench.config import load_settings
from workbench.routes.guard import COOKIE
from workbench.services import acceptance, accounts, books, exporting, lookup_tokens, offices, review, sessions
from workbench.services.acceptance import BookVerdict
from workbench.services.context import Context
from workbench.services.errors import NotFound
from workbench.services.export_jobs import last_export, start_export
from workbench.services.review_types import ValueInput

__all__ = ["postgres_server"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECRET, VOLUME, WRITER = "Bí Mật Xã Kín", "77/1998", "Chị Kín Tiếng"
_VALUES = {"nksHoTen": SECRET, "quyenSo": VOLUME, "so": "1", "trangSo": "1"}
_READY = '[data-testid="stMainBlockContainer"] h2, [data-testid="stMetric"], [data-testid="stAlert"]'
_STILL = "() => !document.querySelector('[data-test-script-state=\"running\"]')"


@dataclass(frozen=True)
class Communes:
    """Commune A with everybody it can have; commune B with a book that was exported and accepted."""

    office: Office
    server: Server
    url: str
    tokens: dict[Role, str]
    mine: str
    """Session of B's supervisor."""
    book: int
    entry: int
    lookups: dict[str, str]
    """Secret of each commune's system."""
    contexts: dict[Role, Context]


@pytest.fixture(scope="module")
def communes(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Communes]:
    folder = tmp_path_factory.mktemp("communes") / "data"
    server_url = request.getfixturevalue("postgres_server")
    with new_postgres_database(server_url) as url, pytest.MonkeyPatch.context() as patched:
        patched.setenv("WORKBENCH_DATA_DIR", str(folder))
        patched.setenv("WORKBENCH_DATABASE_URL", url)
        load_settings.cache_clear()
        office = make_office(folder, entry_count=1, database_url=url)
        server = Server(folder, url)
        made = _filled(office, server, url)
        server.start()
        yield made
        server.kill()
        office.system.database.close()
    load_settings.cache_clear()


def _filled(office: Office, server: Server, url: str) -> Communes:
    boss = office.context(Role.ADMINISTRATOR)
    units = {
        name: offices.save_office(boss, Unit(code=code, name=name, level=OfficeLevel.COMMUNE))
        for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín"))
    }
    people = {role: _person(boss, f"mo{role}", role, units["Xã Mở"]) for role in Role}
    clerk = _person(boss, "kin", Role.CLERK, units["Xã Kín"])
    supervisor = _person(boss, "kin.kiemtra", Role.SUPERVISOR, units["Xã Kín"])
    book = books.create_book(
        boss, register_type=RegisterType.BIRTH, volume_number=VOLUME, office="UBND Xã Kín", state=BookState.READ
    )
    assert book.office_id == units["Xã Kín"].id
    entry = drawn._add_entry(boss, book.id, 77, office.settings.data_dir, 0)
    for who, decision in ((clerk, DecisionKind.CONFIRM), (supervisor, DecisionKind.APPROVE)):
        review.save_entry(
            who,
            entry_id=entry,
            revision=review.get_entry(who, entry).entry.revision,
            token=f"token-cua-xa-kin-{decision}",
            decision=decision,
            values={name: ValueInput(text=text) for name, text in _VALUES.items()},
        )
    exporting.export_book(supervisor, book.id)
    verdict = BookVerdict(book_id=book.id, accepted=True, reason="")
    today = datetime.now(LOCAL).date()
    acceptance.hold_acceptance(supervisor, AcceptanceLevel.COMMUNE, on_day=today, verdicts=[verdict])
    soon = datetime.now(UTC).date() + timedelta(days=3)
    secrets = {
        name: lookup_tokens.make_token(boss, f"Hệ {name}", office_id=unit.id, last_day=soon).secret
        for name, unit in units.items()
    }
    return Communes(
        office=office,
        server=server,
        url=url,
        tokens={role: _token(office, context) for role, context in people.items()},
        mine=_token(office, supervisor),
        book=book.id,
        entry=entry,
        lookups=secrets,
        contexts=people,
    )


def _person(boss: Context, name: str, role: Role, unit: Unit) -> Context:
    account = accounts.create_account(
        boss,
        name=name.lower(),
        password=PASSWORD,
        role=role,
        full_name=f"{WRITER} {name}",
        office_id=unit.id,
        own_password=True,
    )
    return boss.as_account(account)


def _token(office: Office, context: Context) -> str:
    return sessions.sign_in(office.system, name=context.who.name, password=PASSWORD).token


def _come_in(browser: Browser, communes: Communes, token: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.add_cookies(
        [{"name": COOKIE, "value": token, "url": communes.server.url, "httpOnly": True, "sameSite": "Strict"}]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    return context, page


def _refused_to_others(communes: Communes, page: Page, label: str) -> None:
    """Fetches a file as B's supervisor, and asks at its address as everybody of A, while the server still holds it."""
    with page.expect_download() as given:
        page.get_by_role("button", name=label, exact=True).click()
    address = given.value.url
    assert "/media/" in address, label
    for role, token in communes.tokens.items():
        refused = httpx2.get(address, cookies={COOKIE: token})
        assert refused.status_code == 404 and SECRET not in refused.text, (label, role)
    assert httpx2.get(address).status_code == 401, label
    assert httpx2.get(address, cookies={COOKIE: communes.mine}).status_code == 200, "refused for who asked"


def test_files_and_packages_of_b_are_given_to_nobody_of_a(communes: Communes, browser: Browser) -> None:
    context, page = _come_in(browser, communes, communes.mine)
    page.goto(f"{communes.server.url}/export?book={communes.book}")
    page.get_by_role("tab", name="Các lần xuất").click()
    for ending in ("xlsx", "zip", "manifest.json"):
        _refused_to_others(communes, page, f"Tải KS.1998.77.{ending}")
    page.goto(f"{communes.server.url}/campaign")
    page.get_by_text("Gửi, nhận số liệu").first.click()
    page.get_by_role("button", name="Tạo gói số liệu").click()
    package = page.get_by_role("button", name="Tải goi-25002")
    _refused_to_others(communes, page, package.inner_text())
    expect(package).to_be_visible()
    context.close()


def test_screens_of_books_tell_nothing_of_bs_book(communes: Communes, browser: Browser) -> None:
    context, page = _come_in(browser, communes, communes.tokens[Role.SUPERVISOR])
    for path in ("books", "review", "export"):
        page.goto(f"{communes.server.url}/{path}?book={communes.book}&entry={communes.entry}")
        page.wait_for_selector(_READY)
        page.wait_for_function(_STILL)
        told = page.content()
        assert SECRET not in told and VOLUME not in told, path
    context.close()


def test_a_backup_of_all_is_made_by_nobody_of_a(communes: Communes, browser: Browser) -> None:
    context, page = _come_in(browser, communes, communes.tokens[Role.ADMINISTRATOR])
    page.goto(f"{communes.server.url}/settings")
    page.get_by_role("tab", name="Sao lưu").click()
    page.get_by_role("button", name="Tạo bản sao lưu").click()
    expect(page.get_by_text("quản trị chung").first).to_be_visible(timeout=PATIENT)
    assert not list(communes.office.settings.data_dir.rglob("backups/*.zip"))
    context.close()


def test_exports_under_way_and_made_are_no_business_of_others(communes: Communes) -> None:
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        for call in (last_export, lambda ctx, book: start_export(ctx, book, include_unapproved=True)):
            with pytest.raises(NotFound):
                call(communes.contexts[role], communes.book)
        assert exporting.exports_of(communes.contexts[role], communes.book) == ()


def test_look_ups_with_the_token_of_a_find_nothing_of_b(communes: Communes) -> None:
    number, year = 1, 1998
    with serving(communes.office.settings.data_dir) as port:
        base = f"http://127.0.0.1:{port}/v1/entries"

        def ask(commune: str, path: str, body: Any = None) -> tuple[int, Any]:
            headers = {"Authorization": f"Bearer {communes.lookups[commune]}", "Content-Type": "application/json"}
            answer = (
                httpx2.get(base + path, headers=headers)
                if body is None
                else httpx2.post(base + path, headers=headers, content=json.dumps(body))
            )
            return answer.status_code, answer.json()

        own = ask("Xã Kín", f"/{communes.entry}")
        assert own[0] == 200 and SECRET in json.dumps(own[1], ensure_ascii=False)
        asked: list[tuple[str, Any]] = [
            (f"/{communes.entry}", None),
            (f"?number={number}&year={year}", None),
            (f"?number={number}&year={year}&type=birth", None),
            ("/by-person", {"name": SECRET, "birth_date": str(year)}),
        ]
        for path, body in asked:
            status, told = ask("Xã Mở", path, body)
            assert status == (404 if path.startswith("/") and body is None else 200), path
            assert SECRET not in json.dumps(told, ensure_ascii=False)
            assert status == 404 or told == {"entries": [], "withheld": 0, "cut": False}, path
        nowhere = ask("Xã Mở", "/9999999")
        there = ask("Xã Mở", f"/{communes.entry}")
        assert nowhere == there, "whether it exists is not told either"
