"""PDFs made before an export: the same bytes as made in it, never an old one, nothing lost half-way."""

import errno
from pathlib import Path
from typing import Any

import pytest

from exports.bundle import ExportEntry, export_book
from exports.case_pdfs import PdfKitchen, cooks
from exports.entry_pdf import EntryPdf
from exports.pdf_shelf import PdfRefusal, PdfShelf
from exports.profile import ExportProfile
from exports.readability import PdfQuality
from tests.exports.books import book, export_entries, page_of

QUALITY = PdfQuality(
    way="grey", dpi=200, jpeg_quality=37, contrast=0.61, ink_kept=0.987, words_kept=0.9731, words_read=41
)


def _files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def _stock(shelf: PdfShelf, items: list[ExportEntry]) -> int:
    kitchen = PdfKitchen(shelf.folder, ExportProfile(), shelf=shelf)
    with cooks(0) as cook:
        missing = list(kitchen.missing(item.pages for item in items))
        for pages in missing:
            kitchen.stock(pages, cook)
    return len(missing)


def test_what_was_put_there_comes_back_the_same(tmp_path: Path) -> None:
    shelf = PdfShelf(tmp_path / "1")
    made = EntryPdf(data=b"%PDF-1.4 one", pages=2, quality=QUALITY)
    refused = PdfRefusal(code="unreadable_in_limit", reason="Không thể nén ảnh.")
    shelf.put("a", made)
    shelf.put("b", refused)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (made, refused, None)
    assert shelf.has("a") and not shelf.has("c")
    shelf.keep_only(["b"])
    assert shelf.get("a") is None and shelf.get("b") == refused and len(_files(shelf.folder)) == 1
    shelf.clear()
    assert not shelf.folder.exists()


@pytest.mark.parametrize("damage", ["pdf cut", "note cut", "pdf gone", "another note"])
def test_damage_counts_as_missing(tmp_path: Path, damage: str) -> None:
    shelf = PdfShelf(tmp_path)
    shelf.put("a", EntryPdf(data=b"%PDF-1.4 one", pages=1, quality=QUALITY))
    if damage == "pdf cut":
        (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    elif damage == "note cut":
        (tmp_path / "a.json").write_text((tmp_path / "a.json").read_text(encoding="utf-8")[:-20], encoding="utf-8")
    elif damage == "pdf gone":
        (tmp_path / "a.pdf").unlink()
    else:
        (tmp_path / "a.json").write_text('{"sha256": "0", "pages": 1, "quality": {}}', encoding="utf-8")
    assert shelf.get("a") is None


def test_a_full_disk_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = PdfShelf(tmp_path)
    made = EntryPdf(data=b"%PDF-1.4 one", pages=1, quality=QUALITY)
    shelf.put("a", made)
    write = Path.write_bytes

    def full(path: Path, data: Any) -> int:
        write(path, data[:4])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    for key in ("a", "b"):
        with pytest.raises(OSError, match="No space"):
            shelf.put(key, EntryPdf(data=b"%PDF-1.4 two", pages=1, quality=QUALITY))
    monkeypatch.undo()
    assert shelf.get("a") == made and shelf.get("b") is None
    assert set(_files(tmp_path)) == {"a.pdf", "a.json"}


@pytest.mark.slow
def test_an_export_from_the_shelf_makes_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    calls: list[int] = []
    shelf = PdfShelf(tmp_path / "shelf")
    assert _stock(shelf, export_entries(4, calls)) == 4 and calls == [1, 2, 3, 4]
    assert _stock(shelf, export_entries(4, calls)) == 0
    calls.clear()
    ready = export_book(book(), export_entries(4, calls), ExportProfile(), tmp_path / "a", shelf=shelf)
    assert calls == [] and (ready.pdfs_ready, ready.pdfs_made, ready.pdfs_reused) == (4, 0, 0)
    export_book(book(), export_entries(4), ExportProfile(), tmp_path / "b")
    assert _files(tmp_path / "a") == _files(tmp_path / "b")


@pytest.mark.slow
def test_a_changed_page_is_made_anew(tmp_path: Path) -> None:
    calls: list[int] = []
    shelf = PdfShelf(tmp_path / "shelf")
    _stock(shelf, export_entries(3))
    items = export_entries(3, calls)
    items[1] = ExportEntry(entry=items[1].entry, pages=(page_of(77, calls),))
    summary = export_book(book(), items, ExportProfile(), tmp_path / "out", shelf=shelf)
    assert calls == [77] and (summary.pdfs_ready, summary.pdfs_made) == (2, 1)
    calls.clear()
    other = export_book(book(), export_entries(3, calls), ExportProfile(pdf_dpi=150), tmp_path / "b", shelf=shelf)
    assert calls == [1, 2, 3] and other.pdfs_made == 3, "other settings give other PDFs"


@pytest.mark.slow
def test_an_export_broken_off_keeps_what_it_made(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Enough

    shelf = PdfShelf(tmp_path / "shelf")
    with pytest.raises(Enough):
        export_book(book(), export_entries(3), ExportProfile(), tmp_path / "out", shelf=shelf, progress=stop)
    assert not list((tmp_path / "out").iterdir()), "neither a delivery nor a temporary folder is left"
    calls: list[int] = []
    summary = export_book(book(), export_entries(3, calls), ExportProfile(), tmp_path / "out", shelf=shelf)
    assert calls == [3] and (summary.pdfs_ready, summary.pdfs_made) == (2, 1)


@pytest.mark.slow
def test_the_cover_waits_on_the_shelf_too(tmp_path: Path) -> None:
    calls: list[int] = []
    shelf, profile = PdfShelf(tmp_path / "shelf"), ExportProfile(cover_in_zip=True)
    kitchen = PdfKitchen(shelf.folder, profile, shelf=shelf)
    with cooks(0) as cook:
        kitchen.stock((page_of(9, calls),), cook)
    calls.clear()
    with_shelf = export_book(book(), export_entries(1), profile, tmp_path / "a", shelf=shelf, cover=page_of(9, calls))
    assert calls == []
    without = export_book(book(), export_entries(1), profile, tmp_path / "b", cover=page_of(9))
    assert with_shelf.zip.read_bytes() == without.zip.read_bytes()
