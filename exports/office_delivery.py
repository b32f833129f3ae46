"""Write the delivery of a whole office into a folder: book by book, so that whoever was stopped goes on with the next.

A book lies under a temporary name until it is whole and its digests are those that were accepted; the manifest comes
last. Until then a file in the folder says that it is no delivery yet.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from corrections.dates import parse_standard
from exports.errors import ExportError, clear_error
from exports.manifest import Manifest
from exports.names import number_parts
from exports.office_package import (
    MANIFEST,
    README,
    REGISTER,
    SCRIPT,
    SIGNATURE,
    SUMS,
    UNFINISHED,
    FileDigest,
    OfficeBook,
    OfficeManifest,
    YearCount,
    load_office_manifest,
    signature_text,
    sums_text,
    years_of,
)
from exports.register_page import register_page
from exports.standard_workbook import read_standard_workbook
from storage.digests import sha256_hex, sha256_of
from storage.opening.copies import is_sound_sqlite
from storage.register_file import RegisterBook, RegisterBusy, RegisterCase, RegisterFile

__all__ = ["BookSource", "DeliveryFolder", "Signer", "book_files_right"]

Signer = Callable[[bytes], tuple[str, str]]
"""Public key and signature of a content, in hexadecimal digits."""
_BUILDING = REGISTER + ".dang-ghi"
_PART = ".dang-ghi"
_BOOKS = "quyen"
_BOOK_FOLDER = re.compile(r"[A-Z]{2,3}-[\w.-]+-\d+-[0-9a-f]{8}")
_KEPT = "các quyển đã ghi đủ được giữ, chạy lại sẽ làm tiếp"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSource:
    """An accepted book, and where its files come from."""

    line: OfficeBook
    manifest: Manifest
    """Of the delivery that was accepted."""
    folder: Callable[[], Path]
    """Where its workbook and .zip lie as they were accepted; raises ExportError when they are no longer to be had."""


def book_files_right(folder: Path, manifest: Manifest) -> bool:
    """Whether a folder holds the workbook and the .zip that a manifest names, byte for byte."""
    wanted = ((manifest.workbook, manifest.workbook_sha256), (manifest.zip, manifest.zip_sha256))
    try:
        return all(sha256_of(folder / name) == digest for name, digest in wanted)
    except OSError:
        return False


class DeliveryFolder:
    """A delivery being written; a context manager that holds the folder against a second writer."""

    def __init__(self, out: Path, unit_code: str, level: str) -> None:
        """Args:
        out: the folder.
        unit_code: whose delivery.
        level: whose acceptance counts.
        """
        self.out = out
        self.written = self.kept = 0
        """Books written now, and those that lay there whole."""
        self._unit_code, self._level = unit_code, level
        self._books: list[OfficeBook] = []
        self._files: list[FileDigest] = []

    def __enter__(self) -> DeliveryFolder:
        with self._telling():
            self.out.mkdir(parents=True, exist_ok=True)
            self._refuse_foreign()
            self._begin_register()
            self._register = RegisterFile(self.out / _BUILDING)
            try:
                self._in_register = self._register.books()
                told = f"Gói giao của {self._unit_code or 'cơ quan'} đang được ghi, chưa dùng được.\n"
                _write(self.out / UNFINISHED, (told + "Hãy chạy lại lệnh giao để ghi tiếp.\n").encode())
            except BaseException:
                self._register.__exit__()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._register.__exit__()

    def put(self, source: BookSource) -> None:
        """Write a book and its cases, unless they are there.

        Raises:
            ExportError: no room, no right to write, or the accepted files are not to be had.
        """
        line = source.line
        place = self.out / line.folder
        with self._telling():
            if book_files_right(place, source.manifest):
                self.kept += 1
            else:
                self._copy(source, place)
                self.written += 1
            about = (f"{source.manifest.stem}.manifest.json", source.manifest.to_json().encode())
            if not (place / about[0]).is_file() or (place / about[0]).read_bytes() != about[1]:
                _write(place / about[0], about[1])
            book = _register_book(line)
            if self._in_register.get(line.id) != book:
                self._register.put_book(book, _cases(place / line.workbook, source.manifest))
        self._books.append(line)
        for name, digest in ((line.workbook, line.workbook_sha256), (line.zip, line.zip_sha256)):
            self._note(f"{line.folder}/{name}", digest)
        self._note(f"{line.folder}/{about[0]}", sha256_hex(about[1]))

    def finish(self, *, about: OfficeManifest, sign: Signer) -> OfficeManifest:
        """Close the register, write what describes and proves the whole, and take away what is no part of it.

        Args:
            about: the manifest without books, years and files.
            sign: the office's signature.

        Raises:
            ExportError: no room or no right to write; the books stay for the next run.
        """
        with self._telling():
            self._register.keep_only({book.id for book in self._books})
            years = years_of(self._register.years())
            told = f"Lập lúc {about.made_at} bởi {about.made_by}; gồm các quyển đã được {about.level_label} nghiệm thu."
            self._register.finish({"don_vi": about.unit, "don_vi_ma": about.unit_code, "mo_ta": told})
            (self.out / _BUILDING).replace(self.out / REGISTER)
            self._note(REGISTER, sha256_of(self.out / REGISTER))
            page = register_page(about.unit, told, self._books, about.kept_back, years)
            self._add(README, page.encode())
            self._add(SCRIPT, resources.files("exports").joinpath("data/kiem_tra.py").read_bytes())
            self._prune()
            manifest = _completed(about, self._books, years, self._files)
            text = manifest.to_json().encode()
            _write(self.out / SUMS, sums_text(manifest.files).encode())
            _write(self.out / MANIFEST, text)
            _write(self.out / SIGNATURE, signature_text(sha256_hex(text), *sign(text)).encode())
            (self.out / UNFINISHED).unlink(missing_ok=True)
        return manifest

    def _refuse_foreign(self) -> None:
        """A folder with other things in it, or the delivery of another unit or level, is left alone."""
        before = load_office_manifest(self.out)
        if before is not None and before.unit_code != self._unit_code:
            raise ExportError(
                "other_unit",
                f"Thư mục {self.out} đã có gói giao của {before.unit}. Hãy chọn thư mục khác cho đơn vị này.",
            )
        if before is not None and before.level != self._level:
            raise ExportError(
                "other_level",
                f"Thư mục {self.out} đã có gói giao các quyển do {before.level_label} nghiệm thu. Hãy chọn thư mục "
                "khác cho cấp này.",
            )
        ours = {MANIFEST, UNFINISHED, _BUILDING}
        if before is None and (there := {place.name for place in self.out.iterdir()}) and not there & ours:
            raise ExportError("not_empty", f"Thư mục {self.out} đã có tệp khác. Hãy chọn một thư mục trống.")

    def _begin_register(self) -> None:
        """Go on from the register of the delivery before, where nothing was begun since."""
        building, whole = self.out / _BUILDING, self.out / REGISTER
        if not building.exists() and whole.exists() and is_sound_sqlite(whole):
            part = building.with_name(building.name + _PART)
            shutil.copyfile(whole, part)
            part.replace(building)

    def _copy(self, source: BookSource, place: Path) -> None:
        origin = source.folder()
        part = place.with_name(place.name + _PART)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name in (source.line.workbook, source.line.zip):
            shutil.copyfile(origin / name, part / name)
            _flush(part / name)
        if not book_files_right(part, source.manifest):
            raise ExportError(
                "copy_differs", f"Tệp chép vào {place} khác với bản gốc. Hãy kiểm tra ổ đĩa rồi chạy lại."
            )
        if place.exists():
            shutil.rmtree(place)
        part.replace(place)

    def _prune(self) -> None:
        """Books of earlier deliveries, and what a kill left half-written."""
        wanted = {book.folder for book in self._books}
        for place in (self.out / _BOOKS).glob("*/*"):
            ours = _BOOK_FOLDER.fullmatch(place.name.removesuffix(_PART)) and place.is_dir()
            if ours and place.relative_to(self.out).as_posix() not in wanted:
                shutil.rmtree(place)

    def _add(self, name: str, content: bytes) -> None:
        _write(self.out / name, content)
        self._note(name, sha256_hex(content))

    def _note(self, path: str, digest: str) -> None:
        self._files.append(FileDigest(path=path, size=(self.out / path).stat().st_size, sha256=digest))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except RegisterBusy as error:
            raise ExportError(
                "busy", f"Gói ở {self.out} đang được ghi ở nơi khác. Hãy chờ xong rồi chạy lại."
            ) from error
        except OSError as error:
            raise clear_error(error, self.out, _KEPT) from error


def _completed(
    about: OfficeManifest, books: list[OfficeBook], years: tuple[YearCount, ...], files: list[FileDigest]
) -> OfficeManifest:
    ordered = tuple(sorted(files, key=lambda file: file.path))
    return replace(about, books=tuple(books), years=years, files=ordered)


def _register_book(line: OfficeBook) -> RegisterBook:
    return RegisterBook(
        id=line.id,
        loai=line.register_type,
        loai_ten=line.label,
        so_quyen=line.volume,
        don_vi_ma=line.unit_code,
        don_vi=line.unit,
        noi_dang_ky=line.authority,
        so_truong_hop=line.rows,
        nghiem_thu=line.accepted_by,
        ngay_nghiem_thu=line.accepted_on,
        thu_muc=line.folder,
        tep_excel=line.workbook,
        sha256_excel=line.workbook_sha256,
        tep_zip=line.zip,
        sha256_zip=line.zip_sha256,
    )


def _cases(workbook: Path, manifest: Manifest) -> list[RegisterCase]:
    """The rows of an accepted workbook with the PDF of each.

    Raises:
        ExportError: the workbook has other rows than its manifest.
    """
    read = read_standard_workbook(workbook, manifest.register_type)
    files = {case.row: case for case in manifest.cases}
    if sorted(files) != sorted(row.row for row in read.rows):
        raise ExportError(
            "rows_differ",
            f"Tệp {workbook.name} có số dòng khác với bản kê của nó. Hãy xuất và nghiệm thu lại quyển này.",
        )
    found = []
    for row in read.rows:
        number, day = number_parts(row.values.get("so", "")), parse_standard(row.values.get("ngayDangKy", ""))
        file = files[row.row]
        found.append(
            RegisterCase(
                entry_id=file.entry_id,
                row=row.row,
                number=int(number[0]) if number else None,
                year=day.year if day else 0,
                pdf=file.name,
                pdf_sha256=file.sha256,
                pdf_bytes=file.size,
                cells=row.values,
            )
        )
    return found


def _write(path: Path, content: bytes) -> None:
    """A file whole or not at all."""
    part = path.with_name(path.name + _PART)
    part.write_bytes(content)
    _flush(part)
    part.replace(path)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
