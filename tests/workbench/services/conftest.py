"""One office for the services' tests: contexts of every role, a book with scans, and pages read by a fake."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image

from corrections.entries import Book, Role
from layouts.register_types import RegisterType
from ocr.readings import PageTask
from storage.accounts import SYSTEM_NAME, Account, add_account
from storage.opening.database import Database
from tests.databases import database, database_url, postgres_server, sealed_template, sqlite_template
from tests.fakes.readers import birth_reading
from tests.workbench.services.made_once import MadeOnce, Standing, standing
from workbench.config import Settings
from workbench.services import books, importing
from workbench.services.context import Context
from workbench.services.reading_versions import ReadingVersions
from workbench.services.saving_readings import save_outcome

__all__ = ["database", "database_url", "postgres_server", "sealed_template", "sqlite_template"]

_T = TypeVar("_T")
VERSIONS = ReadingVersions(layouts="layouts-1", recogniser="fake-1")


@dataclass(frozen=True)
class Office:
    """Contexts of one database."""

    nobody: Context
    clerk: Context
    other_clerk: Context
    supervisor: Context
    administrator: Context
    police: Context
    inspector: Context
    folder: Path
    once: MadeOnce | None = None
    """Where offices brought to the same state are kept; None where each test brings its own there."""
    made: Standing = frozenset()
    """Of its data folder when it was made."""

    @property
    def system(self) -> Context:
        """The program itself, as the command line and the desks work."""
        return self.nobody.as_account(Account(id=0, name=SYSTEM_NAME, role=Role.ADMINISTRATOR))

    def book(self, **details: object) -> Book:
        values = {
            "register_type": RegisterType.BIRTH,
            "volume_number": "01/1998",
            "office": "UBND xã Tân Lập",
        } | details
        return books.create_book(self.supervisor, **values)  # type: ignore[arg-type]

    def scan(self, pages: int = 1, name: str = "quyen.tif", shade: int = 200) -> Path:
        """A multi-page TIFF; `shade` makes its bytes differ."""
        path = self.folder / name
        sheets = [Image.new("L", (60, 80), (shade + i) % 256) for i in range(pages)]
        sheets[0].save(path, save_all=True, append_images=sheets[1:])
        return path

    def read_book(self, pages: int = 2, entries: int = 2, **details: object) -> Book:
        """A book with scans imported and read by the fake."""
        way = (self.supervisor.who, self.clerk.who, pages, entries, sorted(details.items()))
        return self.brought(way, lambda: self._read_book(pages, entries, **details))

    def brought(self, way: object, make: Callable[[], _T]) -> _T:
        """This office as `make` changes it, done once in a test process where nothing was done in it yet."""
        data = self.folder / "data"
        if self.once is None or standing(data) != self.made:
            return make()
        return self.once.after(way, self.nobody.database, data, make)

    def _read_book(self, pages: int, entries: int, **details: object) -> Book:
        book = self.book(**details)
        shade = 10 + 7 * book.id
        importing.import_scans(self.clerk, book.id, [self.scan(pages, f"quyen-{book.id}.tif", shade)])
        for page in books.book_pages(self.clerk, book.id):
            task = PageTask(source="scan.tif", page=page.scan_index)
            save_outcome(self.clerk, page, birth_reading(task, entries=entries), VERSIONS)
        return book


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    return MadeOnce(tmp_path_factory.mktemp("made-once"))


@pytest.fixture
def office(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Office:
    """A test that changes the program (`monkeypatch`) does all of it itself, as does one on a server's database."""
    once = None
    if database.is_sqlite and "monkeypatch" not in request.fixturenames:
        once = request.getfixturevalue("made_once")
    made = _make_office(database, tmp_path)
    return replace(made, once=once, made=standing(tmp_path / "data"))


def _make_office(database: Database, tmp_path: Path) -> Office:
    settings = Settings(data_dir=tmp_path / "data", database_url=database.url)
    nobody = Context(database=database, settings=settings)

    with database.write() as connection:

        def account(name: str, role: Role) -> Context:
            known = Account(id=0, name=name, role=role, team="tổ 1", shift="sáng")
            return nobody.as_account(replace(known, id=add_account(connection, known, "no-password")))

        return Office(
            nobody=nobody,
            clerk=account("clerk", Role.CLERK),
            other_clerk=account("clerk2", Role.CLERK),
            supervisor=account("supervisor", Role.SUPERVISOR),
            administrator=account("admin", Role.ADMINISTRATOR),
            police=account("congan", Role.POLICE),
            inspector=account("thanhtra", Role.INSPECTOR),
            folder=tmp_path,
        )


@pytest.fixture
def token() -> Callable[[], str]:
    """A new save token each time."""
    count = iter(range(10_000))
    return lambda: f"token-{next(count):06d}"
