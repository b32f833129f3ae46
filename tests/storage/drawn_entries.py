"""A database of invented entries at a province's size, in bulk: past the services and without seals."""

import random
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from typing import Any

from sqlalchemy import Engine, create_engine, insert, select, text

from corrections.entries import Entry, EntryState, Role
from corrections.search_keys import name_tails
from exports.manifest import CaseFile, Manifest
from layouts.register_types import RegisterType
from storage.accounts import Account, add_account
from storage.clock import now, stamp
from storage.codec import fields_from_text
from storage.opening.migrate import upgrade
from storage.schema import acceptance_books, acceptances, books, exports, pages, scans
from storage.search_index import index_words

PER_BOOK = 100
BATCH = 20_000
STATES = [EntryState.APPROVED] * 5 + [EntryState.CONFIRMED] * 2 + [EntryState.TO_REVIEW] * 12 + [EntryState.ESCALATED]


def _names(kind: str) -> list[str]:
    path = resources.files("vietnamese.lexicons").joinpath(f"data/names_{kind}.tsv")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]


class People:
    """Invented names, common ones common."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.surnames, self.middles, self.givens = (_names(k) for k in ("surname", "middle", "given"))

    def _skewed(self, names: list[str]) -> str:
        return names[min(int(self.random.expovariate(1.0) * len(names) / 8), len(names) - 1)]

    def name(self) -> str:
        return " ".join(self._skewed(names) for names in (self.surnames, self.middles, self.givens))

    def date(self, year: int) -> str:
        return f"{self.random.randint(1, 28):02d}.{self.random.randint(1, 12):02d}.{year}"


_STATIC = {
    "loaiDangKy": "1",
    "noiDangKy": "UBND xã Tân Lập, huyện Yên Bình, tỉnh Bình Nguyên",
    "nksGioiTinh": "1",
    "nksNgaySinhBangChu": "ngày năm tháng ba năm một nghìn chín trăm chín mươi tám",
    "nksNoiSinh": "Trạm y tế xã Tân Lập, huyện Yên Bình",
    "nksDanToc": "Kinh",
    "nksQuocTich": "Việt Nam",
    "meDanToc": "Kinh",
    "meNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
    "chaNoiCuTru": "thôn Trung, xã Tân Lập, huyện Yên Bình",
    "nguoiKy": "Lê Văn Ký",
}
_TAIL = ',null,"written","reading",0.93,1,1,0]'
_STATIC_TEXT = ",".join(f'"{name}":["{value}"{_TAIL}' for name, value in _STATIC.items())


def _values(people: People, number: int, year: int) -> dict[str, str]:
    return {
        "so": str(number),
        "quyenSo": f"01/{year}",
        "trangSo": str(number),
        "ngayDangKy": people.date(year),
        "nksHoTen": people.name(),
        "nksNgaySinh": people.date(year),
        "meHoTen": people.name(),
        "meNgaySinh": str(year - 25),
        "chaHoTen": people.name(),
        "chaNgaySinh": str(year - 27),
        "nycHoTen": people.name(),
    }


def _fields(values: dict[str, str]) -> str:
    return "{" + ",".join(f'"{n}":["{v}"{_TAIL}' for n, v in values.items()) + "," + _STATIC_TEXT + "}"


def _words(values: dict[str, str]) -> set[str]:
    """What `index_words` gives for such an entry, without building it; `_rows` compares now and then."""
    words = {f"#{values['so']}"}
    for name, value in values.items():
        if name.endswith("HoTen"):
            words.update(name_tails(value))
        elif name.startswith("ngay") or "NgaySinh" in name:
            words.update((f"@{value}", f"@{value[-4:]}"))
    return words


ENTRY_COLUMNS = (
    "id, book_id, page_id, region, register_type, state, revision, fields, findings, layout, slot, escalation_reason,"
    " priority, box, more_pages, touched, confirmed_by, confirmed_at,"
    " confirmed_team, confirmed_shift"
)


def _rows(count: int) -> Iterator[tuple[tuple[object, ...], list[tuple[str, int]]]]:
    people = People(7)
    start = now()
    for number in range(count):
        book_id = number // PER_BOOK + 1
        year = 1990 + book_id % 30
        values = _values(people, number % PER_BOOK + 1, year)
        fields, words = _fields(values), _words(values)
        if number % 50_000 == 0:
            assert words == index_words(_entry(number + 1, book_id, fields))
        state = people.random.choice(STATES)
        done = state in (EntryState.APPROVED, EntryState.CONFIRMED)
        at = stamp(start - timedelta(minutes=people.random.randint(0, 60 * 24 * 200))) if done else None
        row = (
            *(number + 1, book_id, book_id, number % PER_BOOK, "birth", state.value, 0, fields, "[]", ""),
            *("entries", "", people.random.random() * 90, "", "[]"),
            *(int(done), 1 if done else None, at, "", ""),
        )
        yield row, [(word, number + 1) for word in words]


def _entry(entry_id: int, book_id: int, fields: str) -> Entry:
    return Entry(
        id=entry_id,
        book_id=book_id,
        page_id=book_id,
        region=0,
        register_type=RegisterType.BIRTH,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields=fields_from_text(fields),
    )


def fill(engine: Engine, count: int) -> None:
    """Books, pages, entries and their index; the index last and sorted, as a bulk load does."""
    at = stamp(now())
    with engine.begin() as connection:
        add_account(connection, Account(id=0, name="clerk", role=Role.CLERK), "-")
        add_account(connection, Account(id=0, name="supervisor", role=Role.SUPERVISOR), "-")
    for first in range(0, count, BATCH * 5):
        last = min(count, first + BATCH * 5)
        with engine.begin() as connection:
            ids = range(first // PER_BOOK + 1, (last - 1) // PER_BOOK + 2)
            connection.execute(insert(scans), [_scan(i, at) for i in ids])
            connection.execute(insert(books), [_book(i, at) for i in ids])
            connection.execute(insert(pages), [_page(i) for i in ids])
    words: list[tuple[str, int]] = []
    block: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE loose_words (word VARCHAR(200), entry_id INTEGER)"))
    for row, found in _rows(count):
        block.append(row)
        words += found
        if len(block) == BATCH:
            _flush(engine, block, words)
            block, words = [], []
    _flush(engine, block, words)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO entry_words (word, entry_id) SELECT word, entry_id FROM loose_words ORDER BY 1, 2")
        )
        connection.execute(text("DROP TABLE loose_words"))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def draw(url: str, count: int) -> None:
    """A new database of that many entries, all books accepted; past the services and without seals."""
    upgrade(url)
    engine = create_engine(url)
    fill(engine, count)
    accept(engine)
    engine.dispose()


def accept(engine: Engine) -> None:
    """Every book delivered whole and accepted by the province, after all work on it: what look-ups may answer from."""
    at, day = stamp(now()), now().date().isoformat()
    with engine.begin() as connection:
        ids = connection.execute(select(books.c.id).order_by(books.c.id)).scalars().all()
        minutes = {"id": 1, "level": "province", "round": 1, "on_day": day, "created_at": at}
        connection.execute(insert(acceptances), [minutes])
        for first in range(0, len(ids), BATCH // PER_BOOK):
            some = ids[first : first + BATCH // PER_BOOK]
            connection.execute(insert(exports), [_delivery(i, at) for i in some])
            verdict = {"acceptance_id": 1, "result": "accepted", "delivery": "a" * 64}
            connection.execute(insert(acceptance_books), [{**verdict, "book_id": i, "export_id": i} for i in some])


def _delivery(book_id: int, at: str) -> dict[str, object]:
    first = (book_id - 1) * PER_BOOK + 1
    cases = tuple(
        CaseFile(
            entry_id=first + n,
            row=n + 2,
            name=f"KS.{n + 1:04d}.pdf",
            sha256=f"{first + n:064d}",
            size=97_000,
            pages=1,
            scans=(f"{book_id:064d}",),
            picture_key=f"{first + n:064d}",
            quality={"dpi": 200, "grey": True, "share": 0.98},
        )
        for n in range(PER_BOOK)
    )
    manifest = Manifest(
        stem=f"KS.{book_id}",
        register_type=RegisterType.BIRTH,
        volume=f"{book_id}",
        profile="standard",
        rows=PER_BOOK,
        pdfs=PER_BOOK,
        workbook=f"KS.{book_id}.xlsx",
        workbook_sha256="a" * 64,
        zip=f"KS.{book_id}.zip",
        zip_sha256="b" * 64,
        scans=(f"{book_id:064d}",),
        cases=cases,
    )
    return {
        "id": book_id,
        "book_id": book_id,
        "at": at,
        "folder": "",
        "entries": PER_BOOK,
        "manifest": manifest.to_json(),
        "state": "accepted",
    }


def _flush(engine: Engine, block: list[tuple[object, ...]], words: list[tuple[str, int]]) -> None:
    if not block:
        return
    with engine.begin() as connection:
        for table, columns, rows in (("entries", ENTRY_COLUMNS, block), ("loose_words", "word, entry_id", words)):
            if engine.dialect.name == "sqlite":
                marks = ", ".join("?" * len(columns.split(",")))
                connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
                continue
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def _scan(number: int, at: str) -> dict[str, object]:
    return {"sha256": f"{number:064d}", "file_name": "a.pdf", "bytes": 1, "suffix": ".pdf", "added_at": at}


def _book(number: int, at: str) -> dict[str, object]:
    office = f"UBND xã thứ {number // 70 + 1}"
    values = {"id": number, "register_type": "birth", "office": office, "state": "in_review", "created_at": at}
    return {**values, "volume_number": f"{number}/{1990 + number % 30}", "priority": number % 50}


def _page(number: int) -> dict[str, object]:
    return {"id": number, "book_id": number, "scan_sha256": f"{number:064d}", "scan_index": 0, "position": 0}
