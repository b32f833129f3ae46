"""The delivery of a whole office measured at full size: written, killed and gone on with, checked by its own script.

The books are exported by the export itself, rows and .zip included; their PDFs are made once from drawn pages and put
on the shelf under every case's key, since what is measured is the delivery and not the making of PDFs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil

from corrections.acceptance import AcceptanceLevel
from corrections.entries import Book, BookState, Entry, EntryState, FieldValue
from exports.bundle import CasePage, ExportEntry, export_book
from exports.case_pdfs import PdfKitchen
from exports.entry_pdf import EntryPdf, PdfLimits, make_entry_pdf
from exports.pdf_shelf import PdfShelf
from exports.pictures import Picture
from exports.profile import ExportProfile
from layouts.geometry import RelativeBox
from layouts.register_types import RegisterType
from storage.acceptances import Acceptance, Verdict, add_acceptance
from storage.audit_log import last_event_of_book
from storage.books import add_book
from storage.digests import sha256_hex
from storage.entries import add_entry
from storage.exports_log import add_export
from storage.pages import add_page
from storage.scan_files import ScanFile, add_scan
from storage.states import VerdictResult
from workbench.config import Settings
from workbench.services.context import Context, system_context
from workbench.services.days import today_kept
from workbench.services.settings import export_profile

__all__ = ["DeliveryFigures", "OfficeSize", "delivery_table", "measure_delivery"]

_FIRST_YEAR, _YEARS = 1976, 43
"""Registers of 1976 to 2018."""
_PICTURES = 16
"""Drawn pages of which the PDFs are made; more would only take longer to draw."""
_HALF = 2
"""The run that is killed has written this part of the books."""
_LOOK = 0.02
"""Seconds between two looks at how far a run has come."""
_OFFICE = "UBND xã Bình An, huyện Tân Lộc, tỉnh Minh Hải"
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Ngọc")
_MEGABYTE = 1_000_000
"""Bytes."""
Advance = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSize:
    """How much there is; the standard is a large district's."""

    books: int = 160
    entries: int = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a program of its own."""

    name: str
    seconds: float
    """On the clock."""
    cpu: float
    """Of the processor."""
    megabytes: float
    """Of memory at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFigures:
    """What was measured, and on how much."""

    size: OfficeSize
    delivered_megabytes: float
    kept_after_kill: int
    """Books that the run after the kill found whole."""
    runs: tuple[Run, ...]
    sound: bool
    """Whether the script in the delivery called it whole, after the kill and the run that went on."""

    def as_json(self) -> dict[str, Any]:
        """Plain data for a report."""
        return asdict(self)


def delivery_table(figures: DeliveryFigures) -> str:
    """The figures as Markdown."""
    said = "gói đầy đủ, nguyên vẹn" if figures.sound else "GÓI CÓ SAI LỆCH"
    lines = [
        "# Giao cả một đơn vị",
        "",
        f"SQLite; {figures.size.books} quyển, {figures.size.entries} trường hợp, gói "
        f"{figures.delivered_megabytes:.0f} MB. Bị dừng giữa chừng, lần ghi tiếp giữ {figures.kept_after_kill} quyển "
        f"đã đủ; tệp kiểm tra trong gói nói: {said}.",
        "",
        "| việc | giây | giây CPU | MB bộ nhớ |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [f"| {r.name} | {r.seconds:.1f} | {r.cpu:.1f} | {r.megabytes:.0f} |" for r in figures.runs]
    return "\n".join([*lines, ""])


def measure_delivery(folder: Path, size: OfficeSize, advance: Advance) -> DeliveryFigures:
    """Draw an office whose books all levels have accepted, deliver it in programs of their own, and check it.

    Args:
        folder: for the office and its deliveries, to be thrown away.
        size: how much to draw.
        advance: called after each thing done.
    """
    settings = Settings(data_dir=folder / "data")
    context = system_context(settings)
    _draw(context, size, advance)
    context.database.close()
    whole, broken = folder / "goi", folder / "goi-dung"
    runs = [_deliver(settings, whole, "Ghi cả gói")]
    runs.append(_deliver(settings, whole, "Ghi lại, không có gì mới"))
    advance()
    kept = _killed(settings, broken, size.books // _HALF)
    runs.append(_deliver(settings, broken, "Ghi tiếp sau khi bị dừng"))
    advance()
    check = _run("Tệp kiểm tra trong gói", [sys.executable, "-I", "-S", str(broken / "kiem-tra.py")], {})
    advance()
    size_of_all = sum(file.stat().st_size for file in broken.rglob("*") if file.is_file())
    return DeliveryFigures(
        size=size,
        delivered_megabytes=size_of_all / _MEGABYTE,
        kept_after_kill=kept,
        runs=(*(run for run, _ in runs), check[0]),
        sound=all(status == 0 for _, status in (*runs, check)),
    )


# --- programs of their own --------------------------------------------------------------------------------------------


def _deliver(settings: Settings, out: Path, name: str) -> tuple[Run, int]:
    return _run(name, _command(out), _environment(settings))


def _command(out: Path) -> list[str]:
    return [sys.executable, "-m", "workbench", "deliver-office", "--out", str(out), "--json"]


def _environment(settings: Settings) -> dict[str, str]:
    return {"WORKBENCH_DATA_DIR": str(settings.data_dir), "WORKBENCH_DATABASE_URL": ""}


def _run(name: str, command: Sequence[str], more: Mapping[str, str]) -> tuple[Run, int]:
    """A program until its end, with what it took; its exit status."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **more}, stdout=subprocess.DEVNULL)
    most = 0
    while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
        with suppress(psutil.Error):  # it may end between the two looks
            most = max(most, psutil.Process(process.pid).memory_info().rss)
        time.sleep(_LOOK)
    _, status, used = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    run = Run(
        name=name,
        seconds=round(time.perf_counter() - started, 2),
        cpu=round(used.ru_utime + used.ru_stime, 2),
        megabytes=round(most / _MEGABYTE, 1),
    )
    return run, process.returncode


def _killed(settings: Settings, out: Path, books: int) -> int:
    """A run that is killed as soon as so many books lie there; how many lie there whole then."""
    process = subprocess.Popen(_command(out), env={**os.environ, **_environment(settings)}, stdout=subprocess.DEVNULL)
    while process.poll() is None and _whole_books(out) < books:
        time.sleep(_LOOK)
    process.kill()
    process.wait()
    return _whole_books(out)


def _whole_books(out: Path) -> int:
    """Book folders under their own names: a book lies under a temporary one until it is whole."""
    return sum(1 for place in out.glob("quyen/*/*") if not place.suffix)


# --- the office -------------------------------------------------------------------------------------------------------


def _draw(context: Context, size: OfficeSize, advance: Advance) -> None:
    """Books of births that were exported and accepted at all three levels."""
    profile = export_profile(context)
    limits = PdfLimits(largest_bytes=profile.largest_pdf_bytes, dpi=profile.pdf_dpi, keep_colour=profile.keep_colour)
    pdfs = [make_entry_pdf([_picture(n)], limits) for n in range(_PICTURES)]
    verdicts = []
    for number in range(size.books):
        count = size.entries // size.books + (number < size.entries % size.books)
        verdicts.append(_book(context, number, count, profile, pdfs))
        advance()
    day = today_kept()
    with context.write() as work:
        for level in AcceptanceLevel:
            add_acceptance(work.connection, Acceptance(level=level, round=1, on_day=day, verdicts=tuple(verdicts)))


def _book(context: Context, number: int, count: int, profile: ExportProfile, pdfs: Sequence[EntryPdf]) -> Verdict:
    """A book with its approved entries, exported; what the levels will say of it."""
    scan = sha256_hex(f"scan {number}".encode())
    book, entries = _kept_book(context, number, count, scan)
    items = [ExportEntry(entry=entry, pages=(_region(scan, place, count),)) for place, entry in enumerate(entries)]
    folder = context.settings.data_dir / "exports" / f"{book.id}"
    shelf = PdfShelf(folder / "shelf")
    kitchen = PdfKitchen(folder, profile, shelf=shelf)
    for place, item in enumerate(items):
        shelf.put(kitchen.key(item.pages), pdfs[place % len(pdfs)])
    with context.read() as connection:
        head = last_event_of_book(connection, book.id)
    manifest = export_book(book, items, profile, folder, shelf=shelf, audit_head=head).manifest
    shelf.clear()
    with context.write() as work:
        export_id = add_export(
            work.connection,
            book_id=book.id,
            account_id=None,
            folder=str(folder),
            entries=manifest.rows,
            workbook_sha256=manifest.workbook_sha256,
            zip_sha256=manifest.zip_sha256,
            manifest=manifest.to_json(),
        )
    delivery = f"{manifest.workbook_sha256} {manifest.zip_sha256}"
    return Verdict(book_id=book.id, result=VerdictResult.ACCEPTED, export_id=export_id, delivery=delivery)


def _kept_book(context: Context, number: int, count: int, scan: str) -> tuple[Book, list[Entry]]:
    year = _FIRST_YEAR + number % _YEARS
    drawn = Book(
        id=0,
        register_type=RegisterType.BIRTH,
        volume_number=f"{number // _YEARS + 1:02d}/{year}",
        office=_OFFICE,
        state=BookState.EXPORTED,
        expected_entries=count,
    )
    with context.write() as work:
        book = add_book(work.connection, drawn)
        add_scan(work.connection, ScanFile(sha256=scan, file_name=f"{number}.pdf", bytes=1, suffix=".pdf"))
        page = add_page(work.connection, book_id=book.id, scan_sha256=scan, scan_index=0, position=0)
        entries = [
            add_entry(work.connection, entry, box=None, reading_id=None) for entry in _entries(book, page, count, year)
        ]
        work.note("export", book_id=book.id)
    return book, entries


def _region(scan: str, place: int, count: int) -> CasePage:
    """The case's part of its book's one page: nobody draws it, since its PDF is on the shelf."""

    def never() -> Picture:
        raise RuntimeError("a drawn case has its PDF on the shelf")

    box = RelativeBox(0.0, place / count, 1.0, (place + 1) / count)
    return CasePage(scan_digest=scan, page=0, load=never, box=box)


def _entries(book: Book, page: int, count: int, year: int) -> Iterator[Entry]:
    for place in range(count):
        values = _birth(place + 1, book.volume_number, year)
        yield Entry(
            id=0,
            book_id=book.id,
            page_id=page,
            region=place,
            register_type=book.register_type,
            state=EntryState.APPROVED,
            revision=1,
            fields={n: FieldValue(column=n, text=v, normalized=v, confirmed=True) for n, v in values.items()},
        )


def _birth(number: int, volume: str, year: int) -> dict[str, str]:
    """An invented birth to which no rule of the import objects."""
    day = f"{1 + number % 28:02d}.{1 + number // 28 % 12:02d}.{year}"
    mother, father = (_GIVEN[(number + shift) % len(_GIVEN)] for shift in (3, 5))
    parents = {
        f"{who}{column}": value
        for who, name, born in (("me", f"Trần Thị {mother}", year - 23), ("cha", f"Nguyễn Văn {father}", year - 26))
        for column, value in (
            *(("HoTen", name), ("NgaySinh", f"{born}"), ("DanToc", "Kinh"), ("QuocTich", "Việt Nam")),
            *(("LoaiCuTru", "1"), ("NoiCuTru", "xã Bình An")),
        )
    }
    return {
        **{"so": f"{number}", "quyenSo": volume, "trangSo": f"{number}", "ngayDangKy": day, "loaiDangKy": "1"},
        **{"noiDangKy": _OFFICE, "nguoiKy": "Lê Văn Ký", "chucVuNguoiKy": "Chủ tịch"},
        **{"nksHoTen": f"NGUYỄN THỊ {_GIVEN[number % 10].upper()}", "nksGioiTinh": "2", "nksNgaySinh": day},
        **{"nksNoiSinh": "Trạm y tế xã Bình An", "nksQueQuan": "xã Bình An, huyện Tân Lộc, tỉnh Minh Hải"},
        **{"nksDanToc": "Kinh", "nksQuocTich": "Việt Nam", "nksLoaiKhaiSinh": "1"},
        **parents,
        **{"nycHoTen": f"Nguyễn Văn {father}", "nycQuanHe": "Cha"},
    }


def _picture(number: int) -> Picture:
    """A grey page with lines of writing; the same number draws the same page."""
    random = np.random.default_rng(number)
    page = np.clip(225 + random.normal(0, 4, (1170, 827, 3)), 0, 255).astype(np.uint8)
    for line in range(24):
        text = f"So {number} dong {line} Nguyen Van {number * 7 + line}"
        cv2.putText(page, text, (60, 60 + line * 44), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (60, 50, 45), 2, cv2.LINE_AA)
    return Picture(image=page, dpi=100)
