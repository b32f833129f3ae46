"""Entries on their way to a page that is left are free at once, whichever word comes first."""

from __future__ import annotations

import pytest

from corrections.entries import Role
from tests.screens.office import Office
from tests.screens.test_routes import SCREEN, client
from workbench.routes import left_pages
from workbench.routes.left_pages import LeftPages
from workbench.services import review


def held(office: Office) -> int:
    """How many entries the clerk has reserved."""
    return review.queue_counts(office.context(Role.CLERK)).mine


@pytest.fixture(autouse=True)
def _free(office: Office) -> None:
    review.release_leases(office.context(Role.CLERK))


@pytest.mark.parametrize("path", ["next?mode=entry&n=3", "entry/2?mode=entry"])
def test_what_a_page_asked_for_goes_back_with_it(office: Office, path: str) -> None:
    clerk = client(office, Role.CLERK)
    assert clerk.get(f"/api/review/{path}&ask=question-{len(path)}").status_code == 200
    assert held(office) > 0
    clerk.post("/api/review/release", json={"entries": [], "asks": [f"question-{len(path)}"]})
    assert held(office) == 0


@pytest.mark.parametrize("path", ["next?mode=entry&n=3", "entry/2?mode=entry"])
def test_a_question_that_is_overtaken_reserves_nothing(office: Office, path: str) -> None:
    clerk = client(office, Role.CLERK)
    clerk.post("/api/review/release", json={"entries": [], "asks": [f"overtaken-{len(path)}"]})
    assert clerk.get(f"/api/review/{path}&ask=overtaken-{len(path)}").status_code == 200
    assert held(office) == 0


def test_word_of_what_a_left_screen_showed_reserves_nothing(office: Office) -> None:
    clerk = client(office, Role.CLERK)
    showing = {"entry": 3, "screen": SCREEN + "-left", "turn": 1, "token": "token-of-a-left-page"}
    assert clerk.post("/api/review/shown", json=showing).status_code == 200
    assert held(office) == 1
    clerk.post("/api/review/release", json={"entries": [3], "asks": [SCREEN + "-left"]})
    assert clerk.post("/api/review/shown", json={**showing, "turn": 2}).status_code == 200
    assert held(office) == 0


def test_nobody_gives_back_what_was_handed_to_somebody_else(office: Office) -> None:
    assert client(office, Role.CLERK).get("/api/review/next?mode=entry&n=3&ask=mine-alone").status_code == 200
    before = held(office)
    client(office, Role.SUPERVISOR).post("/api/review/release", json={"entries": [], "asks": ["mine-alone"]})
    assert held(office) == before > 0


def test_only_the_newest_questions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_pages, "_REMEMBERED", 2)
    pages = LeftPages()
    for number in range(4):
        assert pages.handed((1, f"q{number}"), [number])
    assert [pages.leave((1, f"q{number}")) for number in range(4)] == [(), (), (2,), (3,)]
    assert [pages.is_left((1, f"q{number}")) for number in range(4)] == [False, False, True, True]
