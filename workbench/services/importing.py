"""Scans into a book: files, folders and archives; the same scan twice adds nothing; a bad file stops nobody else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from corrections.entries import Book, BookState, Role
from ocr.errors import OcrError
from ocr.scans.opening import expand_sources, list_pages
from ocr.scans.sources import safe_name
from storage import pages as page_store
from storage.books import READABLE, get_book, save_book
from storage.opening.database import Connection
from storage.scan_files import add_scan
from storage.separation import everything
from vietnamese.letters import shown_name
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, NotAllowed, found
from workbench.services.naming import book_title

__all__ = [
    "ImportResult",
    "ImportStatus",
    "ImportedFile",
    "Progress",
    "files_on_server",
    "import_scans",
    "uploaded",
]

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and the name of the file at hand."""


class ImportStatus(StrEnum):
    """What became of a file."""

    ADDED = "added"
    KNOWN = "known"
    """Imported before."""
    FAILED = "failed"
    LEFT_OUT = "left_out"
    """No scan."""


_ELSEWHERE = "known_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What became of one file."""

    name: str
    status: ImportStatus
    pages: int = 0
    code: str = ""
    message: str = ""
    """Vietnamese, for people; empty when added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of all files."""

    files: tuple[ImportedFile, ...]

    @property
    def pages_added(self) -> int:
        """Pages the book has gained."""
        return sum(f.pages for f in self.files if f.status is ImportStatus.ADDED)

    @property
    def failed(self) -> tuple[ImportedFile, ...]:
        """Files that gave nothing."""
        return tuple(f for f in self.files if f.status is ImportStatus.FAILED)

    @property
    def elsewhere(self) -> tuple[ImportedFile, ...]:
        """Files that another book has already."""
        return tuple(f for f in self.files if f.code == _ELSEWHERE)


@requires(Role.CLERK)
def import_scans(
    ctx: Context, book_id: int, paths: Sequence[Path | str], *, progress: Progress | None = None
) -> ImportResult:
    """Add scan files, folders or .zip archives to a book; each file is one transaction.

    Raises:
        NotFound: no such book.
        StorageError: the disk is full or cannot be written; files before it are kept.
    """
    _refuse_drawer(ctx, book_id)
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as unpacked:
        left_out: list[str] = []
        files = expand_sources(paths, unpack_to=Path(unpacked), left_out=left_out)
        if not files:
            raise InvalidInput("Không tìm thấy tệp quét nào. Hãy chọn tệp PDF, JPEG, PNG, TIFF, thư mục hoặc tệp .zip.")
        results = []
        for number, file in enumerate(files):
            if progress:
                progress(number, len(files), shown_name(file.name))
            results.append(_import_file(ctx, book_id, file))
        if progress:
            progress(len(files), len(files), "")
    message = "Không phải bản quét nên không nạp. Nếu tệp này có trang sổ, hãy lưu thành PDF rồi nạp lại."
    results += [ImportedFile(name=n, status=ImportStatus.LEFT_OUT, code="left_out", message=message) for n in left_out]
    return ImportResult(files=tuple(results))


def _refuse_drawer(ctx: Context, book_id: int) -> None:
    with ctx.read() as connection:
        book = found(get_book(connection, book_id), Missing.BOOK)
    if book.kind not in READABLE:
        raise InvalidInput("Đây không phải quyển sổ của cơ quan nên không nạp bản quét vào. Hãy chọn quyển khác.")


@requires(Role.ADMINISTRATOR, whole=True)
def files_on_server(ctx: Context, path: str) -> list[Path]:
    """Files at a path on the server, below one of the folders an administrator has named.

    Raises:
        NotAllowed: the path, its links followed, lies elsewhere.
    """
    roots = ctx.settings.import_roots

    def allowed(place: Path) -> bool:
        return any(place.resolve().is_relative_to(root) for root in roots)

    place = Path(path.strip()).expanduser()
    if not allowed(place):
        named = ", ".join(map(str, roots)) or "chưa có thư mục nào"
        raise NotAllowed(
            f"Chỉ nhập được từ các thư mục đã cho phép ({named}). "
            "Quản trị đặt chúng bằng WORKBENCH_IMPORT_FOLDERS trước khi mở chương trình."
        )
    inside = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [p for p in inside if p.is_file() and allowed(p)]  # a link inside may lead out again


@contextmanager
def uploaded(files: Iterable[tuple[str, bytes]]) -> Iterator[dict[Path, str]]:
    """Files that came from a browser, put into a folder for a while: where each lies, and its name as it was sent."""
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as folder:
        paths: dict[Path, str] = {}
        for number, (name, content) in enumerate(files):
            # A folder each: two uploads may have one name, and the name itself is not trusted as a path.
            place = Path(folder) / f"{number:06d}"
            place.mkdir()
            path = place / safe_name(name)
            path.write_bytes(content)
            paths[path] = name
        yield paths


def _import_file(ctx: Context, book_id: int, path: Path) -> ImportedFile:
    name = shown_name(path.name)
    try:
        found = list_pages(path)
        scan = ctx.scans.keep(path)
    except OcrError as error:
        return ImportedFile(name=name, status=ImportStatus.FAILED, code=error.code, message=error.message)
    with ctx.write() as work:
        with everything(work.connection):  # a scan belongs to one book, whichever office keeps it
            known = page_store.find_pages_of_scan(work.connection, scan.sha256)
        if known:
            return _known(name, None if known[0].book_id == book_id else get_book(work.connection, known[0].book_id))
        add_scan(work.connection, scan)
        position = page_store.next_position(work.connection, book_id)
        for ref in found:
            page_store.add_page(
                work.connection,
                book_id=book_id,
                scan_sha256=scan.sha256,
                scan_index=ref.page,
                position=position + ref.page,
            )
        _mark_scanned(work.connection, book_id)
        work.note("import", book_id=book_id, new=f"{scan.sha256} {len(found)}")
    return ImportedFile(name=name, status=ImportStatus.ADDED, pages=len(found))


def _known(name: str, elsewhere: Book | None) -> ImportedFile:
    """A file that was imported before, here or into the book named."""
    if elsewhere is None:
        message = "Tệp đã có trong quyển này, không nạp lại."
        return ImportedFile(name=name, status=ImportStatus.KNOWN, code="known", message=message)
    message = (
        f"Tệp đã có trong {book_title(elsewhere)}, không nạp lại. Nếu nhầm quyển, hãy chuyển trang ở màn hình "
        "«Sổ hộ tịch», thẻ «Các trang»."
    )
    return ImportedFile(name=name, status=ImportStatus.KNOWN, code=_ELSEWHERE, message=message)


def _mark_scanned(connection: Connection, book_id: int) -> None:
    book = get_book(connection, book_id)
    if book is not None and book.state is BookState.TO_COLLECT:
        save_book(connection, replace(book, state=BookState.SCANNED))
