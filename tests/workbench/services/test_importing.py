"""Scans into books: bad files named, good ones kept, nothing twice."""

import errno
import os
import zipfile
from pathlib import Path

import pytest

from storage.errors import DiskFull
from tests.workbench.services.conftest import Office
from workbench.services import books, importing
from workbench.services.errors import InvalidInput, NotFound

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_files_folders_and_archives_become_pages_in_order(office: Office, tmp_path: Path) -> None:
    book = office.book()
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in (2, 10, 1):
        office.scan(1, f"scans/trang{number}.tif", shade=number)
    archive = tmp_path / "rest.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(office.scan(2, "two.tif", shade=60), "two.tif")
    seen: list[str] = []
    result = importing.import_scans(
        office.clerk, book.id, [folder, archive], progress=lambda _done, _all, name: seen.append(name)
    )
    assert [f.name for f in result.files] == ["trang1.tif", "trang2.tif", "trang10.tif", "two.tif"]
    assert result.pages_added == 5
    pages = books.book_pages(office.clerk, book.id)
    assert [(p.file_name, p.scan_index, p.position) for p in pages] == [
        ("trang1.tif", 0, 0),
        ("trang2.tif", 0, 1),
        ("trang10.tif", 0, 2),
        ("two.tif", 0, 3),
        ("two.tif", 1, 4),
    ]
    assert seen == ["trang1.tif", "trang2.tif", "trang10.tif", "two.tif", ""]


def test_the_same_scan_twice_adds_nothing(office: Office) -> None:
    book, other = office.book(), office.book(volume_number="02/1998")
    scan = office.scan(2)
    importing.import_scans(office.clerk, book.id, [scan])
    renamed = scan.with_name("khac.tif")
    renamed.write_bytes(scan.read_bytes())
    again = importing.import_scans(office.clerk, book.id, [scan, renamed])
    assert [f.status for f in again.files] == ["known", "known"]
    elsewhere = importing.import_scans(office.clerk, other.id, [renamed])
    assert (elsewhere.files[0].code, elsewhere.pages_added) == ("known_elsewhere", 0)
    assert len(books.book_pages(office.clerk, book.id)) == 2


@pytest.mark.skipif(os.name == "nt", reason="names are letters there")
def test_a_name_in_an_old_charset_is_kept_as_far_as_it_makes_letters(office: Office) -> None:
    """From disks of the time before Unicode; an undecodable name must not end the import of its neighbours."""
    book = office.book()
    scan = office.scan(1)
    odd = scan.with_name(os.fsdecode(b"s\xe6 1998.j\xb5"))
    scan.rename(odd)
    empty = odd.with_name(os.fsdecode(b"r\xe7ng.jpg"))
    empty.touch()
    seen: list[str] = []
    result = importing.import_scans(
        office.clerk, book.id, [odd, empty], progress=lambda _d, _a, name: seen.append(name)
    )
    assert [(f.name, f.status.value) for f in result.files] == [
        ("s\ufffd 1998.j\ufffd", "added"),
        ("r\ufffdng.jpg", "failed"),
    ]
    assert "r\ufffdng.jpg" in result.files[1].message and seen[0] == "s\ufffd 1998.j\ufffd"
    assert [page.file_name for page in books.book_pages(office.clerk, book.id)] == ["s\ufffd 1998.j\ufffd"]


def test_one_bad_file_among_good_ones(office: Office, tmp_path: Path) -> None:
    book = office.book()
    empty = tmp_path / "rong.pdf"
    empty.write_bytes(b"")
    text = tmp_path / "van-ban.pdf"
    text.write_text("not a scan", encoding="utf-8")
    result = importing.import_scans(office.clerk, book.id, [office.scan(1), empty, text])
    assert [(f.status, f.code) for f in result.files] == [
        ("added", ""),
        ("failed", "empty_file"),
        ("failed", "not_a_scan"),
    ]
    assert all(f.message for f in result.failed)


def test_uploads_of_one_name_and_of_wild_names(office: Office) -> None:
    book = office.book()
    first, second = office.scan(1, shade=30).read_bytes(), office.scan(1, shade=40).read_bytes()
    with importing.uploaded([("a.tif", first), ("../../a.tif", second)]) as paths:
        result = importing.import_scans(office.clerk, book.id, list(paths))
    assert [f.status for f in result.files] == ["added", "added"]
    assert not (office.folder.parent / "a.tif").exists()


def test_nothing_to_import_and_no_such_book(office: Office, tmp_path: Path) -> None:
    book = office.book()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput):
        importing.import_scans(office.clerk, book.id, [])
    (failed,) = importing.import_scans(office.clerk, book.id, [tmp_path / "empty"]).failed
    assert failed.name == "empty" and failed.message
    with pytest.raises(NotFound):
        importing.import_scans(office.clerk, 999, [office.scan(1)])


def test_a_full_disk_leaves_nothing_half(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    book = office.book()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="đầy"):
        importing.import_scans(office.clerk, book.id, [office.scan(1)])
    monkeypatch.undo()
    kept = [p for p in (office.clerk.settings.data_dir / "scans").rglob("*") if p.is_file()]
    assert kept == [] and books.book_pages(office.clerk, book.id) == ()
    assert importing.import_scans(office.clerk, book.id, [office.scan(1)]).pages_added == 1
