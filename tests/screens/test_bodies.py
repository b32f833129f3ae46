"""Bodies beyond what the program can store are refused as a whole: 400, never a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corrections.entries import Role
from tests.screens.office import Office
from workbench.routes import api_routes
from workbench.routes.bodies import BadBody, amount, parse_object, whole
from workbench.routes.guard import COOKIE

HOST = "http://localhost:8501"
BAD = (
    b"",
    b"[]",
    b"null",
    b'"x"',
    b"{",
    b'{"a": 1e999}',
    b'{"a": -1e999}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 2147483648}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a": "\\ud800"}',
    b'{"\\ud800": 1}',
    b'{"a": "b\\u0000"}',
    b'{"a": "\xff"}',
    b'{"a": 1, "a": 1}',
    b'{"a": [{"b": "1", "b": "2"}]}',
)
ROUTES = ("save", "undo", "check", "hold", "release", "column-save")


@pytest.mark.parametrize("content", BAD)
def test_such_a_body_is_none(content: bytes) -> None:
    with pytest.raises(BadBody):
        parse_object(content)


def test_text_that_only_looks_like_an_escape_is_text() -> None:
    assert parse_object(b'{"a": "\\\\u0000 \\u1ecb"}') == {"a": "\\u0000 ị"}


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.booleans()))))
def test_any_object_is_taken_or_refused(body: dict[str, object]) -> None:
    try:
        parsed = parse_object(json.dumps(body).encode("utf-8", "surrogatepass"))
    except BadBody:
        return
    assert parsed == body


@pytest.mark.parametrize("value", [True, "1", 1.5, None, 2**31, -(2**40), [1]])
def test_no_whole_number(value: object) -> None:
    with pytest.raises(BadBody):
        whole(value)


@pytest.mark.parametrize("value", [True, "1", None, -1, 2**31, float("nan"), float("inf")])
def test_no_amount(value: object) -> None:
    with pytest.raises(BadBody):
        amount(value)


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_answers_400_to_every_one_of_them(office: Office, route: str) -> None:
    client = TestClient(
        Starlette(routes=api_routes()),
        base_url=HOST,
        headers={"Origin": HOST, "Content-Type": "application/json"},
        cookies={COOKIE: office.tokens[Role.CLERK]},
    )
    shapes = (b'{"entry": [], "entries": 5, "items": 3}', b'{"entries": [{}], "items": [[]], "entry": "1"}', b"{}")
    for content in (*BAD, *shapes):
        assert client.post(f"/api/review/{route}", content=content).status_code == 400, content[:60]


@pytest.mark.parametrize(
    ("route", "place"),
    [
        *(("save", place) for place in ("token", "reason", "screen", "decision", "fields")),
        *(("save", f"fields.{key}") for key in ("column", "text", "state", "source")),
        *(("check", f"fields.{key}") for key in ("column", "text", "state", "source")),
        *(("column-save", place) for place in ("token", "column", "items", "items.text")),
        *(("shown", place) for place in ("token", "screen")),
    ],
)
def test_what_is_no_text_is_never_written_out_as_one(office: Office, route: str, place: str) -> None:
    """`null` was taken for the text `None`, a list for its source in Python: values of a register that nobody wrote."""
    before = office.entry(1)
    client = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: office.tokens[Role.CLERK]})
    for value in (None, True, 0, 1.5, [], {}, ["a"], {"a": 1}):
        if value == [] and place in ("fields", "items"):
            continue  # no values at all are a save of none
        answer = client.post(f"/api/review/{route}", json=_with(place, value), headers={"Origin": HOST})
        assert answer.status_code == 400 or (place == "decision" and answer.status_code == 422), (value, answer.text)
        assert office.entry(1) == before, value


def _with(place: str, value: object) -> dict[str, Any]:
    """A body that any of the routes would take, but for one value."""
    field = {"column": "so", "text": "1", "state": "written", "source": "person", "normalized": None}
    item = {"entry": 1, "revision": 0, "text": "1", "changed": True}
    body: dict[str, Any] = {
        **{"entry": 1, "revision": 0, "token": "token-0001", "screen": "screen-0001", "turn": 1, "reason": ""},
        **{"decision": "correct", "fields": [field], "items": [item], "column": "so"},
    }
    name, _, inner = place.partition(".")
    if inner:
        body[name][0][inner] = value
    else:
        body[name] = value
    return body


def test_a_column_said_twice_is_refused(office: Office) -> None:
    client = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: office.tokens[Role.CLERK]})
    field = {"column": "so", "text": "1", "state": "written", "source": "person", "normalized": None}
    for fields, status in (([field], 200), ([field, {**field, "text": "2"}], 400)):
        body = {"entry": 1, "fields": fields}
        assert client.post("/api/review/check", json=body, headers={"Origin": HOST}).status_code == status


def test_odd_effort_is_a_bad_request(office: Office) -> None:
    client = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: office.tokens[Role.CLERK]})
    good = {"entry": 1, "revision": 0, "token": "t-00000001", "fields": [], "decision": "correct"}
    for effort in ([1], {"active_ms": -5}, {"active_ms": True}, {"fields": {"so": 5}}, {"fields": {"so": {"ms": "1"}}}):
        answer = client.post("/api/review/save", json={**good, "effort": effort}, headers={"Origin": HOST})
        assert answer.status_code == 400, effort


@pytest.mark.parametrize(
    "path",
    [
        "review/entry/" + "9" * 5000,
        "review/entry/99999999999",
        "review/entry/-1",
        "review/page/2147483648",
        "review/crop/99999999999/so",
        "review/next?n=99999999999999&book=99999999999",
        "review/next?held=99999999999",
        "review/suggest/99999999999?column=so",
        "review/column?book=99999999999&column=so",
    ],
)
def test_numbers_in_addresses_are_bounded(office: Office, path: str) -> None:
    client = TestClient(Starlette(routes=api_routes()), base_url=HOST, cookies={COOKIE: office.tokens[Role.CLERK]})
    assert client.get(f"/api/{path}").status_code == 400
