"""A commune never sees another's records: every service is called with the other's ids, every table is asked."""

import inspect
import io
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, delete, exists, func, select, update

from corrections.campaign.figures import Period
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.targets import Step, Target
from corrections.entries import Book, DecisionKind, Role
from exports.extract_profile import ExtractProfile
from exports.inventory import PriorityRule
from exports.profile import ExportProfile
from layouts.register_types import RegisterType
from ocr.readings import PageKind
from storage.accounts import Account, add_account
from storage.memory import frequent_values, remember_values
from storage.opening.database import Database
from storage.pages import book_pages
from storage.plan import Stay
from storage.schema import books, entries, metadata, pages
from storage.separation import SCOPED, SHARED, Scope
from storage.teams import Team
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_campaign import _package
from tests.workbench.services.test_roles import INSIDE, OPEN, SERVICES
from workbench.services import accounts, offices, review
from workbench.services.books import books_to_choose, create_book
from workbench.services.context import Context
from workbench.services.errors import NotAllowed, ServiceError
from workbench.services.plan_settings import PlanSettings
from workbench.services.review_types import GridItem, ValueInput
from workbench.services.showing import Showing

MARK = "Bí Mật Xã Kín"


@dataclass(frozen=True)
class Province:
    """A district with two communes; each has a book of two entries, and an account of each role."""

    office: Office
    own: Unit
    other: Unit
    district: Unit
    clerk: Context
    boss: Context
    own_book: Book
    other_book: Book


def _account(office: Office, name: str, role: Role, unit: Unit | None) -> Account:
    account = Account(id=0, name=name, role=role, office_id=unit.id if unit else None)
    with office.nobody.database.write() as connection:
        return replace(account, id=add_account(connection, account, "none"))


@pytest.fixture
def province(office: Office) -> Province:
    made, (clerk, boss) = office.brought("two communes", lambda: _two_communes(office))
    return Province(office=office, clerk=office.nobody.as_account(clerk), boss=office.nobody.as_account(boss), **made)


def _two_communes(office: Office) -> tuple[dict[str, Any], tuple[Account, Account]]:
    """Units and books by their names in `Province`, and the accounts of the first commune's clerk and administrator."""
    top = offices.save_office(office.administrator, Unit(code="70", name="Tỉnh Bình An", level=OfficeLevel.PROVINCE))
    district = offices.save_office(
        office.administrator, Unit(code="691", name="Huyện Yên", level=OfficeLevel.DISTRICT, parent_id=top.id)
    )
    own, other = (
        offices.save_office(
            office.administrator, Unit(code=code, name=name, level=OfficeLevel.COMMUNE, parent_id=district.id)
        )
        for code, name in (("25001", "Xã Mở"), ("25002", "Xã Kín"))
    )
    writers = {unit.id: _account(office, f"c{unit.code}", Role.CLERK, unit) for unit in (own, other)}
    system = replace(office, supervisor=office.administrator, clerk=office.administrator)
    own_book = system.read_book(pages=1, entries=2, office="UBND xã Mở", volume_number="01/1998")
    other_book = system.read_book(pages=1, entries=2, office="UBND xã Kín", volume_number="02/1998")
    assert (own_book.office_id, other_book.office_id) == (own.id, other.id)
    others_clerk = office.nobody.as_account(writers[other.id])
    for entry in review.next_entries(others_clerk, n=2):
        review.save_entry(
            others_clerk,
            entry_id=entry.entry.id,
            revision=0,
            token=f"secret-{entry.entry.id}",
            decision=DecisionKind.CONFIRM,
            values={"nksHoTen": ValueInput(text=MARK)},
        )
    boss = _account(office, "boss", Role.ADMINISTRATOR, own)
    made = {"own": own, "other": other, "district": district, "own_book": own_book, "other_book": other_book}
    return made, (writers[own.id], boss)


def _everything(database: Database, book_id: int) -> list[Any]:
    """What the record has of a book."""
    with database.read() as connection:
        inside = select(entries.c.id).where(entries.c.book_id == book_id)
        found: list[Any] = []
        for table in metadata.sorted_tables:
            by = {"book_id": book_id} if "book_id" in table.c else {}
            query = select(table)
            if table is books:
                query = query.where(books.c.id == book_id)
            elif by:
                query = query.where(table.c.book_id == book_id)
            elif "entry_id" in table.c:
                query = query.where(table.c.entry_id.in_(inside))
            else:
                continue
            found.append((table.name, sorted(map(repr, connection.execute(query)))))
        return found


def _arguments(province: Province, tmp_path: Path, service: str, parameter: inspect.Parameter) -> Any:
    book, entry = province.other_book.id, _entry_ids(province, province.other_book)[0]
    with province.office.nobody.database.read() as connection:
        page = book_pages(connection, book)[0]
    nothing = tmp_path / "khong-co.xlsx"
    at = datetime.now(UTC)
    values: dict[str, Any] = {
        "book_id": book,
        "entry_id": entry,
        "page_id": page.id,
        "page": page,
        "entry_ids": [entry],
        "entry_ids_wanted": (entry,),
        "page_ids": (page.id,),
        "books": [book],
        "entries": [entry],
        "book_ids": [book],
        "items": [(entry, 1)],
        "account_id": province.office.clerk.who.id,
        "from_account_id": province.office.clerk.who.id,
        "export_id": 1,
        "run_id": 1,
        "result_id": 1,
        "sample_id": 1,
        "since": at - timedelta(days=9),
        "until": at + timedelta(days=1),
        "query": MARK,
        "register_type": RegisterType.BIRTH,
        "kind": PageKind.COVER,
        "volume_number": province.other_book.volume_number,
        "office": province.other_book.office,
        "column": "nksHoTen",
        "text": MARK.split()[0],
        "values": {"nksHoTen": ValueInput(text="Đổi")},
        "revision": 1,
        "period": Period.DAY,
        "day": at.date(),
        "files": [("goi.json", b"{}")],
        "decision": DecisionKind.SEND_BACK,
        "shown": Showing(screen="a" * 20, turn=1, entry_id=entry),
        "profile": ExportProfile(),
        "rule": PriorityRule(),
        "role": Role.CLERK,
        "path": nothing,
        "paths": [nothing],
        "out": tmp_path,
        "workbook": nothing,
        "archive": nothing,
        "token": "t" * 30,
        "reason": "thử",
        "password": "mot-mat-khau-dai-9",
        "old": "x",
        "new": "mot-mat-khau-dai-9",
    }
    own = _of_service(province, entry)
    values |= _of_plan(province, at.date())
    return own.get((service, parameter.name), values.get(parameter.name, _plain(parameter)))


def _of_plan(province: Province, today: date) -> dict[str, Any]:
    return {
        "first": today - timedelta(days=9),
        "last": today,
        "assignment_ids": [1],
        "member_ids": [1],
        "shifts": ["06:00-12:00"],
        "chosen": PlanSettings(),
        "team": Team(office_id=province.other.id, name="Tổ lạ"),
        "stay": Stay(office_id=None, team_id=1, place="hội trường", starts_on=today, ends_on=today),
        "target": Target(
            office_id=province.other.id, register_type=None, step=Step.READ, starts_on=today, target_on=today
        ),
    }


def _of_service(province: Province, entry: int) -> dict[tuple[str, str], Any]:
    """Arguments that mean something else in one service."""
    return {
        ("confirm_field_many", "items"): [GridItem(entry_id=entry, revision=1, text="Đổi")],
        ("save_machines", "machines"): {},
        ("ask_for_book", "office"): "UBND xã Mở",
        ("volume_rows", "number"): "02",
        ("sealed_package", "package"): _package(),
        ("save_office", "office"): province.other,
        ("make_token", "last_day"): datetime.now(UTC).date() + timedelta(days=9),
        ("kept_delivery", "root"): province.clerk.settings.delivery_roots[0],
        ("deliver_office", "out"): province.clerk.settings.delivery_roots[0] / "thu",
        ("drop_target", "seen"): _of_plan(province, date.today())["target"],
        ("run_reconciliation", "profile"): ExtractProfile(columns={"name": "Họ tên"}),
        ("save_extract_profile", "profile"): ExtractProfile(columns={"name": "Họ tên"}),
    }


def _plain(parameter: inspect.Parameter) -> Any:
    kind = str(parameter.annotation).strip("'")
    if kind.startswith(("int", "float")):
        return 1
    if kind.startswith("bool"):
        return False
    if kind.startswith("str"):
        return "x"
    return ()


def _entry_ids(province: Province, book: Book) -> list[int]:
    with province.office.nobody.database.read() as connection:
        return list(connection.execute(select(entries.c.id).where(entries.c.book_id == book.id)).scalars())


def _words(result: Any) -> str:
    """All that a result says, workbooks unpacked."""
    if isinstance(result, (Generator, Iterator)):
        result = list(result)
    if isinstance(result, bytes) and result.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(result)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return repr(result)


LEFT_OUT = {
    "audit.verify": "looks at the chain of all offices; its answer names rows by number only",
    "saving_readings.save_outcome": "a step of reading with a page from a narrowed query",
    "accounts.list_accounts": "has tests of its own below",
}


@pytest.mark.slow
def test_no_service_shows_or_changes_another_communes_records(province: Province, tmp_path: Path) -> None:
    database = province.office.nobody.database
    before = _everything(database, province.other_book.id)
    called, seen, broken = 0, [], []
    for name, service in sorted(SERVICES.items()):
        if name in OPEN or name in LEFT_OUT or name.split(".")[1] in INSIDE:
            continue
        wanted = list(inspect.signature(service).parameters.values())[1:]
        given = {
            p.name: _arguments(province, tmp_path, name.split(".")[1], p)
            for p in wanted
            if p.kind is not inspect.Parameter.VAR_KEYWORD
            and (
                p.default is inspect.Parameter.empty
                or p.name in ("book_id", "entry_id", "book_ids", "entries", "books")
            )
        }
        for who in (province.boss, province.clerk):
            try:
                result = service(who, **given)
            except (TypeError, AttributeError) as error:
                broken.append(f"{name}: {error}")
                continue
            except Exception as error:  # whatever it says, it must not say what the other commune keeps
                result = str(error)
            words = _words(result)
            called += 1
            if MARK in words or "xã Kín" in words.replace("«xã Kín»", ""):
                seen.append(name)
    assert len(broken) < called / 20, broken  # a call with a wrong argument has said nothing
    assert called > 200
    assert sorted(set(seen)) == []
    assert _everything(database, province.other_book.id) == before


def _scope(province: Province) -> Scope:
    scope = province.clerk.scope()
    assert scope is not None and (scope.own, scope.offices) == (province.own.id, frozenset({province.own.id}))
    return scope


def test_every_table_is_scoped_or_shared_with_a_reason() -> None:
    assert {t.name for t in SCOPED} | set(SHARED) == set(metadata.tables)
    assert {t.name for t in SCOPED} & set(SHARED) == set()


def test_each_table_shows_only_the_scopes_rows(province: Province) -> None:
    database = province.office.nobody.database
    others = {name: set(rows) for name, rows in _everything(database, province.other_book.id)}
    for table in SCOPED:
        with database.read() as connection:
            everything = {repr(row) for row in connection.execute(select(table))}
        with database.read(_scope(province)) as connection:
            seen = {repr(row) for row in connection.execute(select(table))}
        assert seen <= everything, table.name
        assert not seen & others.get(table.name, set()), table.name


def test_queries_within_queries_joins_and_aliases_are_narrowed(province: Province) -> None:
    own, other = province.own_book.id, province.other_book.id
    twin = entries.alias("twin")
    counted = select(entries.c.book_id, func.count().label("n")).group_by(entries.c.book_id).subquery()
    rows = select(entries.c.id).where(entries.c.book_id == books.c.id).limit(1).correlate(books).scalar_subquery()
    queries: dict[str, Select[Any]] = {
        "join": select(entries.c.book_id).join(books, books.c.id == entries.c.book_id),
        "alias": select(twin.c.book_id),
        "subquery": select(counted.c.book_id).where(counted.c.n > 0),
        "in": select(pages.c.book_id).where(pages.c.id.in_(select(entries.c.page_id))),
        "cte": select((cte := select(books.c.id.label("b")).cte()).c.b),
        "outer join": select(books.c.id).outerjoin(entries, entries.c.book_id == books.c.id),
        "exists": select(books.c.id).where(exists(select(entries.c.id).where(entries.c.book_id == books.c.id))),
        "scalar": select(books.c.id).where(rows.is_not(None)),
    }
    assert cte is not None
    union = select(books.c.id).union_all(select(entries.c.book_id))
    database = province.office.nobody.database
    for name, query in [*queries.items(), ("union", union)]:
        with database.read() as connection:
            assert set(connection.execute(query).scalars()) == {own, other}, name
        with database.read(_scope(province)) as connection:
            assert set(connection.execute(query).scalars()) == {own}, name


def test_an_outer_join_keeps_rows_without_a_partner(province: Province) -> None:
    administrator = province.office.administrator
    book = create_book(administrator, register_type=RegisterType.DEATH, volume_number="09/1999", office="UBND xã Mở")
    query = select(books.c.id).outerjoin(entries, entries.c.book_id == books.c.id)
    with province.office.nobody.database.read(_scope(province)) as connection:
        assert set(connection.execute(query).scalars()) == {province.own_book.id, book.id}


def test_changes_and_deletions_reach_only_the_scopes_rows(province: Province) -> None:
    database = province.office.nobody.database
    before = _everything(database, province.other_book.id)
    with database.write(_scope(province)) as connection:
        assert connection.execute(update(books).values(remarks="đổi")).rowcount == 1
        assert connection.execute(update(entries).values(priority=5.0)).rowcount == 2
        assert connection.execute(delete(metadata.tables["entry_words"])).rowcount >= 0
    assert _everything(database, province.other_book.id) == before


def test_what_an_office_learns_stays_there(province: Province) -> None:
    database = province.office.nobody.database
    other = Scope(own=province.other.id, offices=frozenset({province.other.id}))
    with database.read(other) as connection:
        assert MARK in [v.text for v in frequent_values(connection, "nksHoTen")]
    with database.write(_scope(province)) as connection:
        assert frequent_values(connection, "nksHoTen") == ()
        remember_values(connection, province.own_book.id, [("nksHoTen", "Tên Của Xã Mở")])
        assert [v.text for v in frequent_values(connection, "nksHoTen")] == ["Tên Của Xã Mở"]


def test_the_district_sees_both_and_an_account_without_office_nothing(province: Province) -> None:
    office = province.office
    above = office.nobody.as_account(_account(office, "huyen", Role.SUPERVISOR, province.district))
    nowhere = office.nobody.as_account(_account(office, "chua-gan", Role.SUPERVISOR, None))
    assert {b.id for b in books_to_choose(above)} == {province.own_book.id, province.other_book.id}
    assert books_to_choose(nowhere) == ()
    with pytest.raises(Exception, match="chưa được gắn với đơn vị"):
        create_book(nowhere, register_type=RegisterType.DEATH, volume_number="01/2001", office="UBND xã Mở")


def test_an_administrator_of_an_office_rules_over_that_office_only(province: Province) -> None:
    mine = accounts.create_account(province.boss, name="moi", password="mot-mat-khau-dai-9", role=Role.CLERK)
    assert mine.office_id == province.own.id
    stranger = _account(province.office, "la", Role.CLERK, province.other)
    named = {a.name for a in accounts.list_accounts(province.boss)}
    assert "moi" in named and "la" not in named and f"c{province.other.code}" not in named
    for call in (
        lambda: accounts.update_account(province.boss, stranger.id, role=Role.ADMINISTRATOR),
        lambda: accounts.reset_password(province.boss, stranger.id, "mot-mat-khau-dai-9"),
        lambda: accounts.update_account(province.boss, mine.id, office_id=province.other.id),
        lambda: accounts.create_account(
            province.boss, name="nua", password="mot-mat-khau-dai-9", role=Role.CLERK, office_id=province.other.id
        ),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(ServiceError, match="không thuộc đơn vị"):
        offices.save_office(province.boss, replace(province.other, machines=3))


def test_one_office_alone_needs_no_units(office: Office) -> None:
    office.read_book()
    assert office.clerk.scope() is None
    offices.save_office(office.administrator, Unit(code="25001", name="Xã Mở", level=OfficeLevel.COMMUNE))
    assert office.clerk.scope() is None
