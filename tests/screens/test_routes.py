"""Routes of our own: each tried with each role, without a session, from another origin, with a stale revision."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from corrections.entries import EntryState, FieldState, Role, ValueSource
from storage import entries
from tests.screens.office import DOUBTFUL, STRUCK, Office
from workbench.letters import FONT_FILES, FONT_PATH
from workbench.routes import api_routes
from workbench.routes.guard import ACCOUNT_HEADER, COOKIE
from workbench.routes.unknown_pages import MISSING, UnknownPages

SCREEN = "screen-of-the-test"
HOST = "http://localhost:8501"
POSTS = (
    "session/keep",
    "session/end",
    "review/shown",
    "review/save",
    "review/undo",
    "review/check",
    "review/hold",
    "review/release",
    "review/column-save",
)
GETS = (
    "review/next",
    "review/entry/1",
    "review/column?book=1&column=nksDanToc",
    "review/page/1",
    "review/crop/1/so",
    "review/suggest/1?column=nksDanToc",
)

REVIEWING = [role for role in Role if role.includes(Role.CLERK)]


def client(office: Office, role: Role | None) -> TestClient:
    cookies = {COOKIE: office.tokens[role]} if role else {}
    return TestClient(Starlette(routes=api_routes()), base_url=HOST, headers={"Origin": HOST}, cookies=cookies)


def test_no_route_is_left_untried() -> None:
    """Each route of the server stands in one of the lists above, in the place of its parameters a value."""
    tried = [f"/api/{path.split('?')[0]}" for path in (*GETS, *POSTS)]
    patterns = [re.sub(r"\{[^}]+\}", r"[^/]+", route.path) for route in api_routes() if isinstance(route, Route)]
    assert len(patterns) == len(api_routes())
    patterns.remove(f"{FONT_PATH}/[^/]+")  # the letters are anybody's
    for pattern in patterns:
        assert any(re.fullmatch(pattern, path) for path in tried), pattern


def test_the_letters_are_there_for_everybody_and_nothing_else_is(office: Office) -> None:
    for name, file in FONT_FILES.items():
        answer = client(office, None).get(f"{FONT_PATH}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "font/woff2")
        assert answer.content == file.read_bytes() and answer.content[:4] == b"wOF2"
    for name in ("ORIGIN.md", "..%2F..%2Fletters.py"):
        assert client(office, None).get(f"{FONT_PATH}/{name}").status_code == 404


def body_of(office: Office, entry_id: int, **changes: Any) -> dict[str, Any]:
    entry = office.entry(entry_id)
    fields = [
        {"column": f.column, "text": f.text, "state": f.state.value, "source": f.source.value, "normalized": None}
        for f in entry.fields.values()
    ]
    return {
        "entry": entry_id,
        "revision": entry.revision,
        "token": f"token-{entry_id:08d}",
        "decision": "confirm",
        "reason": "",
        "fields": fields,
        "screen": SCREEN,
        "turn": entry_id * 10 + entry.revision + 1,
        **changes,
    }


def save(caller: TestClient, body: dict[str, Any], **options: Any) -> Response:
    """Show the entry, then save it, as the form does."""
    caller.post("/api/review/shown", json=body, **options)
    return caller.post("/api/review/save", json=body, **options)


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("role", list(Role))
def test_reading_needs_a_session_and_the_role(office: Office, path: str, role: Role) -> None:
    assert client(office, None).get(f"/api/{path}").status_code == 401
    pictures = path.startswith(("review/page", "review/crop"))
    allowed = role.includes(Role.CLERK) or (role is Role.INSPECTOR and pictures)
    assert client(office, role).get(f"/api/{path}").status_code == (200 if allowed else 403)


@pytest.mark.parametrize("role", [Role.POLICE, Role.INSPECTOR], ids=str)
def test_whoever_does_not_review_writes_by_no_route(office: Office, role: Role) -> None:
    body = {**body_of(office, office.entry_ids[0]), "entries": [office.entry_ids[0]], "book": office.book_id}
    body |= {"column": "nksDanToc", "items": [{"entry": office.entry_ids[0], "revision": 0, "text": "Kinh"}]}
    for path in POSTS:
        if path.startswith("review/"):
            assert client(office, role).post(f"/api/{path}", json=body).status_code == 403, path
    assert office.entry(office.entry_ids[0]).revision == 0


def test_an_entry_in_other_hands_is_named(office: Office) -> None:
    client(office, Role.CLERK).get("/api/review/entry/1")
    answer = client(office, Role.ADMINISTRATOR).get("/api/review/entry/1")
    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
    assert "Vũ Thị Nhập" in answer.json()["message"]


@pytest.mark.parametrize("path", [*GETS, *POSTS])
def test_other_origins_are_refused(office: Office, path: str) -> None:
    caller = client(office, Role.ADMINISTRATOR)
    method = "POST" if path in POSTS else "GET"
    body = body_of(office, 1) if method == "POST" else None
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert caller.request(method, f"/api/{path}", json=body, headers=headers).status_code == 403, headers
    assert office.entry(1).revision == 0


@pytest.mark.parametrize("path", POSTS)
def test_changes_need_origin_and_json(office: Office, path: str) -> None:
    bare = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: office.tokens[Role.CLERK]})
    assert bare.post(f"/api/{path}", json={}).status_code == 403
    as_form = client(office, Role.CLERK).post(f"/api/{path}", content="{}", headers={"Content-Type": "text/plain"})
    assert as_form.status_code == 400
    assert client(office, Role.CLERK).post(f"/api/{path}", json=[1]).status_code == 400


@pytest.mark.parametrize("role", REVIEWING)
def test_saving_is_acknowledged_once(office: Office, role: Role) -> None:
    caller, body = client(office, role), body_of(office, 2)
    first = save(caller, body).json()
    again = caller.post("/api/review/save", json=body).json()
    assert (first["token"], first["revision"]) == (body["token"], 1)
    assert (again["revision"], again["replayed"]) == (1, True)
    assert office.entry(2).revision == 1


def test_a_decision_is_taken_only_on_what_the_screen_shows(office: Office) -> None:
    caller, held = client(office, Role.CLERK), [e["id"] for e in _next(office, Role.CLERK)]
    first, second = (body_of(office, entry_id) for entry_id in held[:2])
    for body in (first, second):  # reserved, but never shown
        answer = caller.post("/api/review/save", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_shown")
    for body in (first, second):
        assert caller.post("/api/review/shown", json=body).json() == {"token": body["token"]}
    caller.post("/api/review/shown", json=first)  # late word of an earlier turn
    assert caller.post("/api/review/save", json=first).json()["code"] == "not_shown", "another entry has come since"
    elsewhere = {**second, "screen": "another-tab"}
    assert caller.post("/api/review/save", json=elsewhere).json()["code"] == "not_shown"
    assert caller.post("/api/review/save", json={**second, "turn": second["turn"] + 1}).json()["code"] == "not_shown"
    assert caller.post("/api/review/save", json=second).status_code == 200
    assert [office.entry(entry_id).revision for entry_id in held[:2]] == [0, 1]


def test_what_a_colleague_holds_is_not_shown_to_be_decided(office: Office) -> None:
    held = _next(office, Role.CLERK)[0]["id"]
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        answer = client(office, role).post("/api/review/shown", json=body_of(office, held))
        assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
        assert client(office, role).post("/api/review/save", json=body_of(office, held)).json()["code"] == "not_shown"
    assert (
        client(office, Role.CLERK).post("/api/review/shown", json={**body_of(office, 1), "entry": 99_999}).status_code
        == 404
    )
    assert office.entry(held).revision == 0


def _next(office: Office, role: Role) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client(office, role).get("/api/review/next?n=5").json()["entries"]
    return found


def test_saving_without_a_session_writes_nothing(office: Office) -> None:
    assert client(office, None).post("/api/review/save", json=body_of(office, 2)).status_code == 401
    assert office.entry(2).revision == 0


def changing_calls(office: Office, entry_id: int, revision: int) -> dict[str, dict[str, Any]]:
    """Each route that changes an entry, with a body that fits the entry's first revision."""
    item = {"entry": entry_id, "revision": revision, "text": "Kinh", "changed": True}
    return {
        "review/save": body_of(office, entry_id, revision=revision, token="save-token"),
        "review/undo": {"entry": entry_id, "revision": revision, "token": "undo-token"},
        "review/column-save": {"token": "grid-token", "book": 1, "column": "nksDanToc", "items": [item]},
    }


@pytest.mark.parametrize("role", [None, *REVIEWING])
@pytest.mark.parametrize("path", ["review/save", "review/column-save", "review/check", "review/hold", "review/release"])
def test_changing_routes_with_each_role(office: Office, path: str, role: Role | None) -> None:
    body = changing_calls(office, 5, 0).get(path) or {"entry": 5, "entries": [5], "fields": []}
    client(office, role).post("/api/review/shown", json=body_of(office, 5))
    answer = client(office, role).post(f"/api/{path}", json=body)
    assert answer.status_code == (401 if role is None else 200), answer.text
    changed = path in ("review/save", "review/column-save") and role is not None
    assert office.entry(5).revision == int(changed)


@pytest.mark.parametrize("path", ["review/save", "review/undo", "review/column-save"])
def test_no_changing_route_takes_a_stale_revision(office: Office, path: str) -> None:
    first = body_of(office, 6)
    assert save(client(office, Role.SUPERVISOR), first).status_code == 200
    stale = changing_calls(office, 6, 0)[path]
    client(office, Role.SUPERVISOR).post("/api/review/shown", json=body_of(office, 6))
    answer = client(office, Role.SUPERVISOR).post(f"/api/{path}", json=stale)
    if path == "review/column-save":  # many at once: the stale one is left out and counted
        assert (answer.json()["saved"], answer.json()["refused"]) == ([], 1)
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")
    assert office.entry(6).revision == 1


def test_only_ones_own_save_is_taken_back(office: Office) -> None:
    assert save(client(office, Role.CLERK), body_of(office, 7)).status_code == 200
    undo = {"entry": 7, "revision": 1, "token": "undo-token-1"}
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        assert client(office, role).post("/api/review/undo", json=undo).status_code == 403
    assert client(office, None).post("/api/review/undo", json=undo).status_code == 401
    assert client(office, Role.CLERK).post("/api/review/undo", json=undo).json()["state"] == "to_review"


def test_a_stale_save_is_refused(office: Office) -> None:
    assert save(client(office, Role.CLERK), body_of(office, 3)).status_code == 200
    stale = body_of(office, 3, revision=0, token="another-token")
    answer = save(client(office, Role.SUPERVISOR), stale)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")
    assert office.entry(3).revision == 1


@pytest.mark.parametrize("decision", ["approve", "send_back", "reopen"])
def test_a_clerk_cannot_take_a_supervisors_decision(office: Office, decision: str) -> None:
    save(client(office, Role.CLERK), body_of(office, 4))
    body = body_of(office, 4, decision=decision, reason="thử", token="second-token")
    assert save(client(office, Role.CLERK), body).status_code in (403, 409, 422)
    assert office.entry(4).state is EntryState.CONFIRMED


def test_work_is_not_booked_under_another_account(office: Office) -> None:
    caller = client(office, Role.CLERK)
    answer = save(caller, body_of(office, 5), headers={ACCOUNT_HEADER: "quantri"})
    assert (answer.status_code, answer.json()["code"]) == (401, "other_account")
    assert office.entry(5).revision == 0


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "burn"},
        {"entry": "1"},
        {"revision": True},
        {"fields": [{"column": "khongCo", "text": "x", "state": "written", "source": "person"}]},
        {"fields": [{"column": "so"}]},
        {"fields": "so"},
        {"token": "x"},
    ],
)
def test_broken_bodies_are_refused(office: Office, change: dict[str, Any]) -> None:
    answer = save(client(office, Role.CLERK), body_of(office, 6, **change))
    assert answer.status_code in (400, 422)
    assert office.entry(6).revision == 0


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=HYPERLINK(1)", "../../etc/passwd", "'; DROP"])
def test_text_goes_through_unharmed(office: Office, text: str) -> None:
    body = body_of(office, 7)
    for field in body["fields"]:
        if field["column"] == "nksHoTen":
            field.update(text=text, source="person")
    save(client(office, Role.CLERK), body)
    entry = client(office, Role.CLERK).get("/api/review/entry/7").json()["entry"]
    shown = next(f["text"] for f in entry["fields"] if f["column"] == "nksHoTen")
    assert shown == text


def test_two_clerks_never_get_one_entry(office: Office) -> None:
    mine = {e["id"] for e in client(office, Role.CLERK).get("/api/review/next?n=5").json()["entries"]}
    theirs = {e["id"] for e in client(office, Role.SUPERVISOR).get("/api/review/next?n=5").json()["entries"]}
    assert len(mine) == 5 and len(theirs) == 5 and not mine & theirs
    released = client(office, Role.CLERK).post("/api/review/release", json={"entries": sorted(mine)})
    assert released.status_code == 200
    again = {e["id"] for e in client(office, Role.SUPERVISOR).get("/api/review/next?n=12").json()["entries"]}
    assert mine <= again


def test_an_entry_tells_the_form_all_it_needs(office: Office) -> None:
    entry = client(office, Role.CLERK).get("/api/review/entry/2").json()["entry"]
    doubtful = {f["column"] for f in entry["fields"] if f["needs_review"]}
    assert doubtful == DOUBTFUL
    assert entry["page_size"][0] == 1700 and "số 2" in entry["title"]
    reasons = {f["column"]: f["doubts"] for f in entry["fields"] if f["doubts"]}
    assert list(reasons) == [STRUCK] and "bị gạch bỏ" in reasons[STRUCK][0]
    previous = {f["column"]: f["previous"] for f in entry["fields"]}
    assert previous["chaHoTen"] == "Lê Văn Nam"
    picture = client(office, Role.CLERK).get(entry["page_image"])
    assert picture.headers["content-type"] == "image/jpeg" and picture.content[:2] == b"\xff\xd8"


def test_supervisors_queue_is_closed_to_clerks(office: Office) -> None:
    save(client(office, Role.CLERK), body_of(office, 8))
    assert client(office, Role.CLERK).get("/api/review/next?mode=supervise").status_code == 403
    found = client(office, Role.SUPERVISOR).get("/api/review/next?mode=supervise").json()["entries"]
    assert [e["id"] for e in found] == [8]


def test_checks_answer_while_typing(office: Office) -> None:
    body = {
        "entry": 9,
        "fields": [{"column": "nksNgaySinh", "text": "5/3/1998", "state": "written", "source": "person"}],
    }
    answer = client(office, Role.CLERK).post("/api/review/check", json=body).json()
    assert answer["normalized"]["nksNgaySinh"] == "05.03.1998"
    assert office.entry(9).revision == 0


def test_suggestions_follow_what_is_typed(office: Office) -> None:
    caller = client(office, Role.CLERK)
    first = caller.get("/api/review/suggest/1?column=nksDanToc&text=Muong").json()["suggestions"]
    assert "Mường" in [s["text"] for s in first]
    assert caller.get("/api/review/suggest/1?column=khongCo").status_code == 422
    assert caller.get("/api/review/suggest/9999?column=so").status_code == 404


def test_one_field_over_many_entries(office: Office) -> None:
    caller = client(office, Role.CLERK)
    grid = caller.get("/api/review/column?book=1&column=nksDanToc&n=6").json()
    assert (grid["remaining"], len(grid["items"])) == (12, 6)
    items = [{"entry": i["entry"], "revision": i["revision"], "text": "Kinh", "changed": True} for i in grid["items"]]
    items[0]["revision"] = 99
    body = {"token": "grid-token-1", "book": 1, "column": "nksDanToc", "items": items}
    answer = caller.post("/api/review/column-save", json=body).json()
    assert (len(answer["saved"]), answer["refused"]) == (5, 1)
    assert caller.post("/api/review/column-save", json=body).json() == answer
    assert client(office, Role.SUPERVISOR).post("/api/review/column-save", json=body).status_code == 422  # not theirs
    assert office.entry(items[1]["entry"]).fields["nksDanToc"].text == "Kinh"
    assert caller.get("/api/review/column?book=1&column=nksDanToc").json()["remaining"] == 7


def test_the_grid_names_entries_by_their_number_and_keeps_what_a_rule_gave(office: Office) -> None:
    with office.system.write() as work:
        stored = entries.get_entry(work.connection, 3)
        assert stored is not None
        ruled = replace(stored.entry.fields["loaiDangKy"], text="", normalized="1", source=ValueSource.RULE)
        after = replace(stored.entry, revision=1, fields={**stored.entry.fields, "loaiDangKy": ruled})
        entries.save_entry(work.connection, stored.entry, after, entries.SaveMarks(account_id=None))
    caller = client(office, Role.CLERK)
    grid = caller.get("/api/review/column?book=1&column=loaiDangKy").json()["items"]
    (item,) = [i for i in grid if i["entry"] == 3]
    assert (item["title"], item["text"], item["standard"]) == ("Số 3", "", "Đăng ký đúng hạn")
    one = {"entry": 3, "revision": item["revision"], "text": "", "changed": False}
    body = {"token": "grid-token-2", "book": 1, "column": "loaiDangKy", "items": [one]}
    assert caller.post("/api/review/column-save", json=body).json()["saved"] == [3]
    kept = office.entry(3).fields["loaiDangKy"]
    assert (kept.normalized, kept.confirmed, kept.state) == ("1", True, FieldState.WRITTEN)


def test_an_unknown_address_leads_to_the_first_screen_and_says_so() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("inner")(scope, receive, send)

    caller = TestClient(UnknownPages(inner, known={"books", "review"}, first="books"), follow_redirects=False)
    opened = {"Sec-Fetch-Dest": "document"}
    away = caller.get("/không-có", headers=opened)
    assert away.status_code == 303 and away.headers["location"].startswith(f"/?{MISSING}=kh%C3%B4ng")
    assert caller.get("/books", headers=opened).headers["location"] == "/"
    assert caller.get("/books?book=3", headers=opened).headers["location"] == "/?book=3"
    for path in ("/", "/review", "/api/review/next", "/_stcore/health", "/favicon.png"):
        assert caller.get(path, headers=opened).text == "inner", path
    assert caller.get("/x").text == "inner", "what a script fetches is not for us to judge"


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    caller = client(office, None)
    assert caller.post("/api/session/keep", json={"token": "wrong"}).status_code == 401
    kept = caller.post("/api/session/keep", json={"token": office.tokens[Role.CLERK]})
    flags = kept.headers["set-cookie"].lower()
    assert "httponly" in flags and "samesite=strict" in flags and "path=/" in flags
    assert caller.get("/api/review/next").status_code == 200
    caller.post("/api/session/end", json={})
    assert caller.get("/api/review/next").status_code == 401
