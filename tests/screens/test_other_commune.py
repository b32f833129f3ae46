"""Commune A's people call every route with the ids of commune B's records: told as what does not exist, and no data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.entries import BookState, DecisionKind, Role
from layouts.register_types import RegisterType
from tests.databases import database_url, postgres_server, sqlite_template
from tests.screens import office as drawn
from tests.screens.office import PASSWORD, Office, make_office
from tests.screens.test_routes import GETS, POSTS
from workbench.config import load_settings
from workbench.routes import api_routes
from workbench.routes.guard import COOKIE
from workbench.services import accounts, books, offices, review, sessions
from workbench.services.review_types import ValueInput

__all__ = ["database_url", "postgres_server", "sqlite_template"]

pytestmark = pytest.mark.slow

SECRET = "Bí Mật Xã Kín"
HOST = "http://localhost:8501"
NONE = 9_999_999
"""An id that nothing has."""
QUIET = {"review/next", "review/hold", "review/release", "review/column-save"}
"""Routes that answer with a list: of others' records it holds nothing."""


@dataclass(frozen=True)
class Communes:
    """Two communes in one database; the second one has a book, an entry that was confirmed, and its page."""

    office: Office
    tokens: dict[Role, str]
    book: int
    entry: int
    page: int

    def client(self, role: Role) -> TestClient:
        """Somebody of the first commune."""
        cookies = {COOKIE: self.tokens[role]}
        return TestClient(Starlette(routes=api_routes()), base_url=HOST, headers={"Origin": HOST}, cookies=cookies)

    def record(self) -> list[Any]:
        """What is kept of the second commune's book."""
        with self.office.system.read() as connection:
            rows = connection.execute(text(f"SELECT * FROM entries WHERE book_id = {self.book}")).all()
            log = connection.execute(text(f"SELECT count(*) FROM audit_events WHERE entry_id = {self.entry}")).all()
        return [rows, log]


@pytest.fixture
def communes(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Communes]:
    url = "" if database_url.startswith("sqlite") else database_url
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
    load_settings.cache_clear()
    office = make_office(tmp_path / "data", entry_count=1, database_url=url)
    boss = office.context(Role.ADMINISTRATOR)
    units = {}
    for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín")):
        units[name] = offices.save_office(boss, Unit(code=code, name=name, level=OfficeLevel.COMMUNE))
    tokens = {}
    for role in Role:
        accounts.create_account(
            boss,
            name=f"mo{role}",
            password=PASSWORD,
            role=role,
            full_name="Người Mở",
            office_id=units["Xã Mở"].id,
            own_password=True,
        )
        tokens[role] = sessions.sign_in(office.system, name=f"mo{role}", password=PASSWORD).token
    writer = accounts.create_account(
        boss,
        name="kin",
        password=PASSWORD,
        role=Role.CLERK,
        full_name="Người Kín",
        office_id=units["Xã Kín"].id,
        own_password=True,
    )
    kind, state = RegisterType.BIRTH, BookState.READ
    book = books.create_book(boss, register_type=kind, volume_number="06/1998", office="UBND Xã Kín", state=state)
    assert book.office_id == units["Xã Kín"].id
    entry = drawn._add_entry(boss, book.id, 77, tmp_path / "data", 0)
    review.save_entry(
        boss.as_account(writer),
        entry_id=entry,
        revision=0,
        token="token-cua-xa-kin",
        decision=DecisionKind.CONFIRM,
        values={"nksHoTen": ValueInput(text=SECRET)},
    )
    yield Communes(office=office, tokens=tokens, book=book.id, entry=entry, page=office.entry(entry).page_id)
    office.system.database.close()
    load_settings.cache_clear()


def _ask(client: TestClient, path: str, *, entry: int, page: int, book: int) -> Response:
    if path in POSTS:
        field = {"column": "nksHoTen", "text": "Kẻ Khác", "state": "written", "source": "person", "normalized": None}
        item = {"entry": entry, "revision": 1, "text": "Kẻ Khác", "changed": True}
        told = {"entry": entry, "entries": [entry], "revision": 1, "fields": [field], "items": [item], "odd": [entry]}
        place = {"screen": "man-hinh-cua-xa-mo", "turn": 5, "column": "nksHoTen", "book": book}
        token = f"token-{path[-9:]}-{entry}"
        return client.post(f"/api/{path}", json={**told, **place, "token": token, "decision": "confirm", "reason": "x"})
    path = path.replace("page/1", f"page/{page}").replace("book=1", f"book={book}")
    path = (
        path.replace("entry/1", f"entry/{entry}")
        .replace("crop/1", f"crop/{entry}")
        .replace("suggest/1", f"suggest/{entry}")
    )
    return client.get(f"/api/{path}{'&' if '?' in path else '?'}book={book}&n=20")


def test_no_route_tells_or_changes_anything_of_another_commune(communes: Communes) -> None:
    before = communes.record()
    for role in Role:
        client = communes.client(role)
        for path in (*GETS, *(path for path in POSTS if path.startswith("review/"))):
            answer = _ask(client, path, entry=communes.entry, page=communes.page, book=communes.book)
            none = _ask(client, path, entry=NONE, page=NONE, book=NONE)
            assert SECRET not in answer.text and "Kín" not in answer.text, (role, path)
            assert not answer.headers["content-type"].startswith("image/"), (role, path)
            # whether it exists is not told either
            assert answer.status_code == none.status_code, (role, path, answer.text, none.text)
            assert answer.status_code in (403, 404, 409, 422) or path in QUIET, (role, path, answer.text)
            if answer.status_code != 200:
                assert answer.json() == none.json(), (role, path)
    assert communes.record() == before


def test_a_person_of_the_commune_itself_gets_it(communes: Communes) -> None:
    """What was refused above was refused for where it was asked from."""
    token = sessions.sign_in(communes.office.system, name="kin", password=PASSWORD).token
    client = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: token})
    assert SECRET in client.get(f"/api/review/entry/{communes.entry}").text
    assert client.get(f"/api/review/page/{communes.page}").headers["content-type"] == "image/jpeg"
