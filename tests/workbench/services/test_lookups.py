"""Look-ups by other systems: who may ask, what is answered, what is not, and that it is on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.unit_changes import ChangeKind, UnitChange
from corrections.entries import DecisionKind, Role
from exports.manifest import manifest_of
from storage import clock, exports_log
from storage.accounts import Account, add_account
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_office_delivery import NAME, accept, decide, finished_book
from vietnamese.shown_time import LOCAL
from workbench.lookups.app import lookup_app
from workbench.services import audit, lookup_tokens, offices
from workbench.services.context import Context
from workbench.services.entry_views import entries_of_book
from workbench.services.errors import InvalidInput, NotFound

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Token = Callable[[], str]
Ask = Callable[..., Any]
SOON = datetime.now(UTC).date() + timedelta(days=30)
PERSON = "/v1/entries/by-person"


@pytest.fixture
def accepted(office: Office, token: Token) -> Office:
    """A commune with an accepted book and one that was not."""
    accept(office, finished_book(office, token, "01/1998"))
    finished_book(office, token, "02/1998")
    return office


def secret_of(office: Office, name: str = "Dân cư", unit: Unit | None = None) -> str:
    made = lookup_tokens.make_token(office.administrator, name, office_id=unit.id if unit else None, last_day=SOON)
    return made.secret


def account_of(office: Office, name: str, unit: Unit | None) -> Context:
    """An administrator of a unit, or of all."""
    account = Account(id=0, name=name, role=Role.ADMINISTRATOR, office_id=unit.id if unit else None)
    with office.nobody.database.write() as connection:
        return office.nobody.as_account(replace(account, id=add_account(connection, account, "none")))


def asking(office: Office, secret: str) -> Ask:
    client = TestClient(lookup_app(lambda: office.nobody), base_url="http://localhost", raise_server_exceptions=False)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(path: str, body: Any = None, **more: Any) -> Any:
        if body is None:
            return client.get(path, headers=headers, **more)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(path, headers=headers | {"Content-Type": "application/json"}, content=content, **more)

    return ask


def first_entry(office: Office, book: int = 1) -> Any:
    return entries_of_book(office.clerk, book)[0].entry_id


def number_of(office: Office, ask: Ask) -> tuple[str, int]:
    entry = ask(f"/v1/entries/{first_entry(office)}").json()
    return entry["number"].split("/")[0], int(entry["registered_on"][-4:])


def test_accepted_entries_are_found_by_number_person_and_id_and_nothing_else(accepted: Office) -> None:
    ask = asking(accepted, secret_of(accepted))
    number, year = number_of(accepted, ask)
    by_number = ask(f"/v1/entries?number={number}&year={year}&type=birth").json()
    assert [e["id"] for e in by_number["entries"]] == [first_entry(accepted)], "the second book was not accepted"
    assert by_number["entries"][0]["persons"][0]["name"] == NAME and by_number["withheld"] == 0
    born = by_number["entries"][0]["persons"][0]["birth_date"]
    iso = "-".join(reversed(born.split(".")))
    for name in (NAME, "nguyen thi hoa", "NGUYỄN THỊ HÒA"):
        for day in (iso, iso[:4]):
            found = ask(PERSON, {"name": name, "birth_date": day}).json()["entries"]
            assert {e["volume"] for e in found} == {"01/1998"}, (name, day)
    assert ask(PERSON, {"name": "Thị Hòa", "birth_date": iso[:4]}).json()["entries"] == [], "the whole name is asked"
    assert ask(PERSON, {"name": NAME, "birth_date": "1950"}).json()["entries"] == []
    one = ask(f"/v1/entries/{first_entry(accepted)}").json()
    values = {v["column"]: v["value"] for v in one["values"]}
    assert values["nksHoTen"] == NAME and values["noiDangKy"] and one["accepted_by"] == "UBND cấp xã"
    assert ask(f"/v1/entries/{first_entry(accepted, 2)}").status_code == 404
    assert ask(f"/v1/entries?number={number}&year={year}&type=death").json()["entries"] == []


def test_what_is_corrected_or_sent_back_since_is_counted_and_not_shown(accepted: Office, token: Token) -> None:
    ask = asking(accepted, secret_of(accepted))
    number, year = number_of(accepted, ask)
    entry = first_entry(accepted)
    decide(accepted, token, entry, DecisionKind.REOPEN)
    assert ask(f"/v1/entries/{entry}").status_code == 404
    reopened = ask(f"/v1/entries?number={number}&year={year}").json()
    assert (reopened["entries"], reopened["withheld"]) == ([], 1)
    decide(accepted, token, entry, DecisionKind.CONFIRM, nksHoTen="Trần Thị Khác")
    decide(accepted, token, entry, DecisionKind.APPROVE)
    answer = ask(f"/v1/entries?number={number}&year={year}").json()
    assert (answer["entries"], answer["withheld"]) == ([], 1)
    assert "Khác" not in json.dumps(answer, ensure_ascii=False)
    second = entries_of_book(accepted.clerk, 1)[1].entry_id
    assert ask(f"/v1/entries/{second}").status_code == 200
    accept(accepted, 1, accepted=False)
    assert ask(f"/v1/entries/{second}").status_code == 404


def test_every_call_is_on_record_before_it_is_answered(accepted: Office) -> None:
    ask = asking(accepted, secret_of(accepted))
    entry = first_entry(accepted)
    ask(f"/v1/entries/{entry}")
    ask(PERSON, {"name": "Không Có Ai", "birth_date": "1950"})
    nothing, found = audit.list_events(accepted.inspector)[:2]
    assert (found.actor, found.action, found.entry_id, found.old) == ("tra-cuu:Dân cư", "lookup", entry, str(entry))
    assert (nothing.entry_id, nothing.old, nothing.new) == (None, "Không Có Ai, sinh 1950", "0 0")
    assert lookup_tokens.list_tokens(accepted.administrator)[0].used_at
    assert exports_unchanged(accepted), "a look-up is no change of the book: the same data exports the same"
    assert audit.verify(accepted.inspector).ok

    def full(*_: Any) -> None:
        raise clock_error

    from storage.errors import DiskFull

    clock_error = DiskFull()
    database = accepted.nobody.database
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(database), "write", full)
        refused = ask(f"/v1/entries/{entry}")
    assert refused.status_code == 503 and "entries" not in refused.json() and NAME not in refused.text


def exports_unchanged(office: Office) -> bool:
    from storage.audit_log import last_event_of_book

    with office.nobody.database.read() as connection:
        record = exports_log.exports_of(connection, 1)[0]
        manifest = manifest_of(record.manifest)
        assert manifest is not None
        last, _ = last_event_of_book(connection, 1)
    event = next(e for e in audit.list_events(office.inspector, book_id=1) if e.id == last)
    return event.action == "acceptance"


def test_tokens_end_are_revoked_and_their_secrets_are_kept_nowhere(
    accepted: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = secret_of(accepted)
    ask, path = asking(accepted, secret), f"/v1/entries/{first_entry(accepted)}"
    assert ask(path).status_code == 200
    with accepted.nobody.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM lookup_tokens").fetchone()
    assert kept is not None and secret not in map(str, kept)
    later = clock.steady_now() + timedelta(days=31)
    with monkeypatch.context() as patched:
        patched.setattr("storage.lookup_tokens.steady_now", lambda: later)
        assert ask(path).status_code == 401
    (token,) = lookup_tokens.list_tokens(accepted.administrator)
    lookup_tokens.revoke_token(accepted.administrator, token.id)
    refused = ask(path)
    assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"
    assert lookup_tokens.token_lines(accepted.administrator, lookup_tokens.list_tokens(accepted.administrator))[
        0
    ].state.startswith("đã thu hồi")
    actions = [e.action for e in audit.list_events(accepted.inspector)]
    assert actions[0] == "revoke_lookup_token" and "make_lookup_token" in actions
    with pytest.raises(NotFound):
        lookup_tokens.revoke_token(accepted.administrator, 99)
    for name, day in (
        ("", SOON),
        ("x" * 61, SOON),
        ("Dân cư", SOON),
        ("Hệ a", date(2020, 1, 1)),
        ("Hệ b", date(2099, 1, 1)),
    ):
        with pytest.raises(InvalidInput):
            lookup_tokens.make_token(accepted.administrator, name, office_id=None, last_day=day)


def test_strangers_and_those_in_a_hurry_wait(accepted: Office) -> None:
    path = f"/v1/entries/{first_entry(accepted)}"
    assert asking(accepted, "")(path).json()["code"] == "token"
    ask = asking(accepted, "sht_khong-phai")
    assert {ask(path).status_code for _ in range(10)} == {401}
    refused = ask(path)
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 300
    client = TestClient(lookup_app(lambda: accepted.nobody), base_url="http://localhost")
    said = [client.get(path, headers={"Authorization": "Bearer sht_khong-phai"}).status_code for _ in range(11)]
    assert said == [401] * 10 + [429]
    right = {"Authorization": f"Bearer {secret_of(accepted, 'Cổng')}"}
    assert client.get(path, headers=right).status_code == 200, "one that errs does not shut out its neighbours"
    slow = replace(
        accepted,
        nobody=replace(accepted.nobody, settings=accepted.nobody.settings.model_copy(update={"lookups_per_minute": 2})),
    )
    ask = asking(slow, secret_of(accepted))
    assert [ask(path).status_code for _ in range(3)] == [200, 200, 429]


BAD: dict[str, tuple[str, Any]] = {
    "no year": ("/v1/entries?number=45", None),
    "no number": ("/v1/entries?year=1998", None),
    "year of words": ("/v1/entries?number=45&year=abcd", None),
    "huge year": (f"/v1/entries?number=45&year={'9' * 300}", None),
    "huge number": (f"/v1/entries?number={'9' * 300}&year=1998", None),
    "figures of another script": ("/v1/entries?number=45&year=%D9%A1%D9%A9%D9%A9%D9%A8", None),
    "nul": ("/v1/entries?number=4%005&year=1998", None),
    "unknown type": ("/v1/entries?number=45&year=1998&type=x", None),
    "unknown parameter": ("/v1/entries?number=45&year=1998&sql=1", None),
    "twice": ("/v1/entries?number=45&number=46&year=1998", None),
    "long query": ("/v1/entries?number=45&year=1998&office=" + "a" * 20_000, None),
    "office of marks": ("/v1/entries?number=45&year=1998&office=%27%20OR%201=1", None),
    "no JSON": (PERSON, b"{"),
    "list": (PERSON, []),
    "deep": (PERSON, b'{"name":' + b"[" * 900 + b"]" * 900 + b"}"),
    "deeper than allowed": (PERSON, b"[" * 100_000),
    "number beyond all": (PERSON, b'{"name": ' + b"9" * 1000 + b', "birth_date": "1975"}'),
    "nan": (PERSON, b'{"name": NaN, "birth_date": "1975"}'),
    "nul in name": (PERSON, {"name": "An\0h", "birth_date": "1975"}),
    "half a character": (PERSON, b'{"name": "An \\ud800", "birth_date": "1975"}'),
    "no letters": (PERSON, {"name": "....", "birth_date": "1975"}),
    "a date in figures of another script": (PERSON, {"name": "Nguyễn An", "birth_date": "１９７５"}),
    "long name": (PERSON, {"name": "an " * 300, "birth_date": "1975"}),
    "no date": (PERSON, {"name": "Nguyễn An", "birth_date": "1975-13-45"}),
    "month zero": (PERSON, {"name": "Nguyễn An", "birth_date": "1975-00-05"}),
    "more fields": (PERSON, {"name": "Nguyễn An", "birth_date": "1975", "limit": 9}),
    "large": (PERSON, b" " * 5000),
    "a name twice": (PERSON, b'{"name": "An Binh", "name": "Le An", "birth_date": "1975"}'),
    "date of another script": (PERSON, {"name": "Nguyễn An", "birth_date": "١٩٧٥"}),
    "date of wide figures": (PERSON, {"name": "Nguyễn An", "birth_date": "１９７５-03-05"}),
    "no UTF-8": (PERSON, b'{"name": "\xff"}'),
}


def test_malformed_questions_are_refused_in_json_and_never_a_fault(accepted: Office) -> None:
    ask = asking(accepted, secret_of(accepted))
    for name, (path, body) in BAD.items():
        answer = ask(path, body)
        assert answer.status_code == 400 and answer.json()["code"] == "bad_request", (name, answer.text)
        assert answer.json()["message"] and answer.headers["cache-control"] == "no-store"
    ids = ("1/", "?number=45&year=1998", "\u0661", "0", "x", "9" * 400, "-1")
    for path in (*(f"/v1/entries/{one}" for one in ids), "/", "/v1", "/%00"):
        answer = ask(path)
        assert answer.status_code == 404 and answer.json()["code"] == "not_found", path
        assert not answer.history, "no address is led on to another"
    assert ask("/v1/entries", {}).status_code == 405
    client = TestClient(lookup_app(lambda: accepted.nobody), base_url="http://evil.example")
    assert client.get("/v1/entries/1").json()["code"] == "host"
    plain = TestClient(lookup_app(lambda: accepted.nobody), base_url="http://localhost")
    sent = plain.post(PERSON, content=b"{}", headers={"Authorization": f"Bearer {secret_of(accepted, 'Khác')}"})
    assert sent.status_code == 400, "a form of another site cannot ask"


def test_whoever_comes_when_all_places_are_taken_is_told_to_come_again_in_json(
    accepted: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.lookups.app._AT_ONCE", 0)
    answer = asking(accepted, secret_of(accepted))("/v1/entries/1")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")


def test_the_description_is_openapi_and_true(accepted: Office) -> None:
    ask = asking(accepted, "")
    told = ask("/openapi.json").json()
    validate(told)
    assert set(told["paths"]) == {"/v1/entries", PERSON, "/v1/entries/{entry_id}"}
    ask = asking(accepted, secret_of(accepted))
    number, year = number_of(accepted, ask)
    names = {p["name"]: p for p in told["paths"]["/v1/entries"]["get"]["parameters"]}
    assert set(names) == {"number", "year", "type", "office"} and names["year"]["required"]
    answer = ask(f"/v1/entries?number={number}&year={year}").json()
    schemas = told["components"]["schemas"]
    assert set(schemas["Answer"]["properties"]) == set(answer)
    assert set(schemas["Found"]["properties"]) == set(answer["entries"][0])
    assert set(schemas["Entry"]["properties"]) == set(ask(f"/v1/entries/{first_entry(accepted)}").json())


def test_a_communes_token_never_sees_another_communes_entries(office: Office, token: Token) -> None:
    district = offices.save_office(office.administrator, Unit(code="691", name="Huyện Yên", level=OfficeLevel.DISTRICT))
    own, other = (
        offices.save_office(
            office.administrator, Unit(code=code, name=name, level=OfficeLevel.COMMUNE, parent_id=district.id)
        )
        for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín"))
    )
    system = replace(office, supervisor=office.administrator, clerk=account_of(office, "admin2", None))
    books = [
        finished_book(system, token, "01/1998", authority=f"UBND xã {unit.name.split()[-1]}") for unit in (own, other)
    ]
    accept(system, *books)
    entries = [first_entry(system, book) for book in books]
    mine, theirs, both = (
        asking(office, secret_of(office, name, unit))
        for name, unit in (("Của mở", own), ("Của kín", other), ("Huyện", district))
    )
    seen = {who: [e for e in entries if ask(f"/v1/entries/{e}").status_code == 200]
            for who, ask in (("mine", mine), ("theirs", theirs), ("both", both))}  # fmt: skip
    assert seen == {"mine": [entries[0]], "theirs": [entries[1]], "both": entries}
    number, year = number_of(system, both) if first_entry(system) == entries[0] else ("1", 1998)
    for question in (
        f"/v1/entries?number={number}&year={year}",
        f"/v1/entries?number={number}&year={year}&office=25002",
    ):
        assert "Kín" not in mine(question).text and "25002" not in mine(question).text
    assert len(both(f"/v1/entries?number={number}&year={year}").json()["entries"]) == 2
    assert [e["office"] for e in both(f"/v1/entries?number={number}&year={year}&office=25002").json()["entries"]] == [
        "25002"
    ]
    person = {"name": NAME, "birth_date": both(f"/v1/entries/{entries[0]}").json()["persons"][0]["birth_date"][-4:]}
    assert {e["office"] for e in mine(PERSON, person).json()["entries"]} == {"25001"}
    with pytest.raises(InvalidInput, match="chọn đơn vị"):
        lookup_tokens.make_token(office.administrator, "Không đơn vị", office_id=None, last_day=SOON)
    boss = account_of(office, "boss", own)
    assert [t.name for t in lookup_tokens.list_tokens(boss)] == ["tra-cuu:Của mở"]
    with pytest.raises(InvalidInput, match="phụ trách"):
        lookup_tokens.make_token(boss, "Ngoài", office_id=other.id, last_day=SOON)
    with pytest.raises(NotFound):
        lookup_tokens.revoke_token(
            boss, next(t.id for t in lookup_tokens.list_tokens(office.administrator) if "kín" in t.name)
        )
    mine(PERSON, {"name": "Không Ai Cả", "birth_date": "1950"})
    theirs(PERSON, {"name": "Bí Mật Kín", "birth_date": "1950"})
    logged = [e.old for e in audit.list_events(boss) if e.action == "lookup"]
    assert any("Không Ai Cả" in asked for asked in logged) and not any("Bí Mật" in asked for asked in logged)
    today = datetime.now(LOCAL).date().isoformat()
    join = UnitChange(kind=ChangeKind.JOIN, code="25002", on=today, new_code="25001")
    offices.change_units(office.administrator, [join])
    assert mine(f"/v1/entries/{entries[1]}").json()["office"] == "25001", "who keeps the register now is told"
