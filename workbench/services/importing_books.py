"""Scans of several books at once: the names of files and folders tell which page belongs where."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corrections.entries import Book, Role
from exports.names import book_in_name
from layouts.register_types import RegisterType
from ocr.scans.formats import Taken, taken_as
from ocr.scans.opening import expand_sources
from ocr.scans.sources import member_name
from storage.books import list_books
from workbench.services.books import create_book
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.importing import ImportResult, Progress, import_scans

__all__ = ["ToldBook", "books_told", "import_told", "names_within"]

_Told = tuple[RegisterType, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBook:
    """A book that names of files tell of."""

    register_type: RegisterType
    volume_number: str
    files: int
    book: Book | None
    """The book there is; None when it has to be added first."""


def names_within(files: Iterable[tuple[str, Path | BinaryIO]]) -> tuple[str, ...]:
    """Names of files, in place of archives those of their members; paths as they were sent, with folders.

    What an operating system leaves in folders (Thumbs.db) is no file of anybody's and has no name here.
    """
    names: list[str] = []
    for name, content in files:
        members: list[str] = []
        if name.lower().endswith(".zip"):
            with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(content) as archive:
                members = [f"{name}/{member_name(member)}" for member in archive.infolist() if not member.is_dir()]
        names += members or [name]
    return tuple(name for name in names if taken_as(name) != Taken.HIDDEN)


@requires(Role.CLERK)
def books_told(ctx: Context, names: Iterable[str], *, office: str = "") -> tuple[ToldBook, ...]:
    """Books that names tell of, in the order they first occur; names that tell of none are left out.

    Args:
        ctx: A clerk's.
        names: As `names_within` gives them.
        office: Authority of books to come; of several books of one volume the one of this authority is meant.
    """
    counts: dict[_Told, int] = {}
    for told in map(book_in_name, names):
        if told is not None:
            counts[told] = counts.get(told, 0) + 1
    with ctx.read() as connection:
        books = list_books(connection)
    return tuple(
        ToldBook(register_type=kind, volume_number=volume, files=n, book=_known(books, kind, volume, office))
        for (kind, volume), n in counts.items()
    )


def _known(books: Sequence[Book], kind: RegisterType, volume: str, office: str) -> Book | None:
    same = [book for book in books if book.register_type is kind and book.volume_number == volume]
    if len(same) == 1 and office in ("", same[0].office):
        return same[0]
    return next((book for book in same if book.office == office), None)


@requires(Role.CLERK)
def import_told(
    ctx: Context,
    files: Mapping[Path, str],
    *,
    office: str = "",
    rest: int | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[Book, ImportResult], ...]:
    """Import files into the books that their names tell of; books that are missing are added first.

    Args:
        ctx: A clerk's who may add books, when one is missing.
        files: Where each file lies, and its name as it was sent, with its folders.
        office: Authority of books that are added.
        rest: The book for files whose names tell of none; without it such files are refused.
        progress: Called with files done, files in all, and the name of the file at hand.

    Raises:
        InvalidInput: a file tells of no book, or an added book lacks its authority; nothing was imported.
        NotAllowed: a book is missing and the caller may add none.
    """
    with tempfile.TemporaryDirectory(prefix="so-ho-tich-") as unpacked:
        groups, homeless = _grouped(files, Path(unpacked))
        if homeless and rest is None:
            names = ", ".join(path.name for path in homeless[:3])
            raise InvalidInput(
                f"{len(homeless)} tệp không cho biết thuộc quyển nào ({names}). Hãy chọn quyển cho chúng."
            )
        told = {
            (t.register_type, t.volume_number): t.book
            for t in books_told(ctx, names_within((name, path) for path, name in files.items()), office=office)
        }
        books = {key: told.get(key) or _added(ctx, key, office) for key in groups}
        by_book: dict[int, list[Path]] = {books[key].id: paths for key, paths in groups.items()}
        if homeless and rest is not None:
            by_book.setdefault(rest, []).extend(homeless)
        results = {book_id: import_scans(ctx, book_id, paths, progress=progress) for book_id, paths in by_book.items()}
    with ctx.read() as connection:
        by_id = {book.id: book for book in list_books(connection)}
    return tuple((by_id[book_id], result) for book_id, result in results.items() if book_id in by_id)


def _grouped(files: Mapping[Path, str], unpack_to: Path) -> tuple[dict[_Told, list[Path]], list[Path]]:
    """Files by the book that their names tell of, and those that tell of none; members of archives each by its own."""
    groups: dict[_Told, list[Path]] = {}
    homeless: list[Path] = []
    for number, (path, name) in enumerate(files.items()):
        place = unpack_to / f"{number:06d}"
        for file in expand_sources([path], unpack_to=place):
            inside = f"{name}/{file.relative_to(place).as_posix()}" if file.is_relative_to(place) else name
            told = book_in_name(inside)
            (homeless if told is None else groups.setdefault(told, [])).append(file)
    return groups, homeless


def _added(ctx: Context, told: _Told, office: str) -> Book:
    kind, volume = told
    return create_book(ctx, register_type=kind, volume_number=volume, office=office)
