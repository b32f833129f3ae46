"""Search: names with and without tone marks, runs of words, dates, numbers; the index follows every save."""

from dataclasses import replace

import pytest

from corrections.entries import Book, Entry, EntryState, FieldValue
from layouts.register_types import RegisterType
from storage import search
from storage.books import add_book
from storage.entries import SaveMarks, add_entry, save_entry
from storage.opening.database import Connection, Database
from storage.pages import add_page
from storage.scan_files import ScanFile, add_scan
from storage.search import SearchTerm, find_entry_ids, terms_of

PEOPLE = [
    ("Nguyễn Văn An", "Trần Thị Bình", "45", "05.03.1998"),
    ("Nguyễn Văn Ân", "Trần Thị Cúc", "46", "06.03.1998"),
    ("Nguyễn Văn Anh", "Lê Thị Bình", "45", "05.03.1999"),
    ("Đỗ Hòa", "Nguyễn Thị Văn An", "47", "07.03.1999"),
]


def _entry(page_id: int, region: int, child: str, mother: str, number: str, date: str) -> Entry:
    texts = {"nksHoTen": child, "meHoTen": mother, "so": number, "ngayDangKy": date}
    return Entry(
        id=0,
        book_id=1,
        page_id=page_id,
        region=region,
        register_type=RegisterType.BIRTH,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields={name: FieldValue(column=name, text=text, normalized=text) for name, text in texts.items()},
    )


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        add_book(connection, Book(id=0, register_type=RegisterType.BIRTH, volume_number="01/1998", office="UBND xã A"))
        add_scan(connection, ScanFile(sha256="a" * 64, file_name="a.pdf", bytes=1, suffix=".pdf"))
        page = add_page(connection, book_id=1, scan_sha256="a" * 64, scan_index=0, position=0)
        for region, person in enumerate(PEOPLE):
            add_entry(connection, _entry(page, region, *person), box=None, reading_id=None)
    return database


def _found(connection: Connection, query: str) -> list[int]:
    return list(find_entry_ids(connection, terms_of(query)).ids)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Nguyễn Văn An", [1, 2, 3]),
        ("nguyen van an", [1, 2, 3]),
        ("NGUYEN VAN AN", [1, 2, 3]),
        ("văn an", [1, 2, 4, 3]),
        ("do hoa", [4]),
        ("Đỗ Hoà", [4]),
        ("Nguyễn, Bình", [1, 3]),
        ("Nguyễn Văn An, Lê Thị Bình", [3]),
        ("45/1998", [1]),
        ("số 45", [1, 3]),
        ("045/1999", [3]),
        ("05/03/1998", [1]),
        ("5.3.1999", [3]),
        ("an 1999", [4, 3]),
        ("không có ai", []),
        ("", []),
        ("%'; DROP TABLE entries; --", []),
    ],
)
def test_what_a_query_finds(filled: Database, query: str, found: list[int]) -> None:
    with filled.read() as connection:
        assert _found(connection, query) == found


@pytest.mark.parametrize(
    ("query", "limit", "candidates", "cut"),
    [
        ("nguyen van an", 3, 4000, False),
        ("nguyen van an", 2, 4000, True),
        ("nguyen, 1998", 50, 4000, False),
        ("an 1999", 1, 4000, True),
        ("nguyen, an", 50, 2, True),
    ],
)
def test_a_search_that_did_not_see_everything_says_so(
    filled: Database, monkeypatch: pytest.MonkeyPatch, query: str, limit: int, candidates: int, cut: bool
) -> None:
    monkeypatch.setattr(search, "_CANDIDATES", candidates)
    with filled.read() as connection:
        found = find_entry_ids(connection, terms_of(query), limit=limit)
    assert found.cut is cut and len(found.ids) <= limit


def test_whole_names_come_before_beginnings(filled: Database) -> None:
    with filled.read() as connection:
        assert _found(connection, "nguyen van an")[-1] == 3


def test_the_index_follows_a_save(filled: Database) -> None:
    with filled.write() as connection:
        before = replace(_entry(1, 0, *PEOPLE[0]), id=1)
        value = FieldValue(column="nksHoTen", text="Phạm Thị Mơ", normalized="Phạm Thị Mơ")
        save_entry(connection, before, replace(before, fields={**before.fields, "nksHoTen": value}), SaveMarks())
    with filled.read() as connection:
        assert _found(connection, "pham thi mo") == [1]
        assert 1 not in _found(connection, "Nguyễn Văn An")


def test_terms_are_told_apart() -> None:
    assert terms_of("Trần Văn B, 001199012345, 05/03/1998") == (
        SearchTerm("@05.03.1998", False),
        SearchTerm("#001199012345", True),
        SearchTerm("tran van b", True),
    )
