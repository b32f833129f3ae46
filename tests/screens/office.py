"""A small office for trying screens, routes and the browser: accounts of each role, a book read by a pretend machine.

Names are invented; pages are drawn here. Readings are put into the record directly, so no recogniser runs.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from corrections.entries import BookState, Entry, EntryState, FieldValue, Role
from layouts.columns import columns
from layouts.register_types import RegisterType
from ocr.readings import Engine, EntryReading, FieldReading, PageReading
from storage import entries, pages, readings
from storage.scan_files import add_scan
from workbench.config import Settings
from workbench.services import accounts, books, sessions
from workbench.services.context import Context, open_context, system_context

PASSWORD = "mat-khau-thu-1"
NAMES = ("Nguyễn Thị Hòa", "Trần Văn Bình", "Lê Thị Mận", "Phạm Quốc Đạt", "Hoàng Thị Sim", "Vũ Đức Thắng")
COLUMNS = (
    "so",
    "quyenSo",
    "trangSo",
    "ngayDangKy",
    "loaiDangKy",
    "noiDangKy",
    "nksHoTen",
    "nksGioiTinh",
    "nksNgaySinh",
    "nksDanToc",
    "meHoTen",
    "chaHoTen",
)
DOUBTFUL = {"nksHoTen", "nksDanToc", "chaHoTen"}
STRUCK = "chaHoTen"
"""A column in which the machine saw crossed-out words."""
PAGE = (900, 1270)
OFFICE = "UBND xã Thử Nghiệm, huyện Mẫu, tỉnh Ví Dụ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a test needs to know of it."""

    settings: Settings
    tokens: dict[Role, str]
    book_id: int
    entry_ids: tuple[int, ...]

    @property
    def system(self) -> Context:
        return system_context(self.settings)

    def context(self, role: Role) -> Context:
        found = sessions.context_of_session(open_context(self.settings), self.tokens[role])
        assert found is not None
        return found

    def entry(self, entry_id: int) -> Entry:
        with self.system.read() as connection:
            stored = entries.get_entry(connection, entry_id)
        assert stored is not None
        return stored.entry


def box_of(place: int) -> tuple[float, float, float, float]:
    """Where the pretend machine found the field on its page."""
    top = 0.04 + place * 0.078
    return (0.25, top, 0.95, top + 0.05)


def texts_of(number: int) -> dict[str, tuple[str, str]]:
    """Text and standard value of each column of an entry."""
    name = NAMES[number % len(NAMES)]
    day = f"{number % 27 + 1:02d}"
    return {
        "so": (str(number), str(number)),
        "quyenSo": ("01/1998", "01/1998"),
        "trangSo": (str(number), str(number)),
        "ngayDangKy": (f"{day}/03/1998", f"{day}.03.1998"),
        "loaiDangKy": ("Đúng hạn", "1"),
        "noiDangKy": (OFFICE, OFFICE),
        "nksHoTen": (name, name),
        "nksGioiTinh": ("Nữ", "2"),
        "nksNgaySinh": (f"{day}/02/1998", f"{day}.02.1998"),
        "nksDanToc": ("", ""),
        "meHoTen": ("Trần Thị Mai", "Trần Thị Mai"),
        "chaHoTen": ("Lê Văn Nam", "Lê Văn Nam"),
    }


def draw_page(number: int) -> bytes:
    """A page with one line a field; the pictures of two pages differ."""
    picture = Image.new("L", PAGE, 245)
    pen = ImageDraw.Draw(picture)
    for place, column in enumerate(COLUMNS):
        _, top, _, bottom = box_of(place)
        pen.line((60, bottom * PAGE[1], 860, bottom * PAGE[1]), fill=120)
        pen.text((250, top * PAGE[1] + 20), f"{column} {number}", fill=20)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def make_office(folder: Path, *, entry_count: int = 12, database_url: str = "") -> Office:
    """Accounts, a birth register and its entries; on SQLite unless another database is named."""
    settings = Settings(data_dir=folder, database_url=database_url)
    base = open_context(settings)
    admin = accounts.create_first_administrator(
        system_context(settings), name="quantri", password=PASSWORD, full_name="Lê Quản Trị"
    )
    boss = base.as_account(admin)
    accounts.create_account(
        boss, name="kiemtra", password=PASSWORD, role=Role.SUPERVISOR, full_name="Phạm Kiểm Tra", own_password=True
    )
    accounts.create_account(
        boss, name="nhaplieu", password=PASSWORD, role=Role.CLERK, full_name="Vũ Thị Nhập", own_password=True
    )
    accounts.create_account(
        boss, name="congan", password=PASSWORD, role=Role.POLICE, full_name="Đỗ Công An", own_password=True
    )
    accounts.create_account(
        boss, name="thanhtra", password=PASSWORD, role=Role.INSPECTOR, full_name="Bùi Thanh Tra", own_password=True
    )
    names = {
        Role.ADMINISTRATOR: "quantri",
        Role.SUPERVISOR: "kiemtra",
        Role.CLERK: "nhaplieu",
        Role.POLICE: "congan",
        Role.INSPECTOR: "thanhtra",
    }
    tokens = {role: sessions.sign_in(base, name=name, password=PASSWORD).token for role, name in names.items()}
    book = books.create_book(
        boss,
        register_type=RegisterType.BIRTH,
        volume_number="01/1998",
        office=OFFICE,
        state=BookState.READ,
        expected_entries=entry_count,
    )
    ids = tuple(_add_entry(boss, book.id, number, folder) for number in range(1, entry_count + 1))
    return Office(settings=settings, tokens=tokens, book_id=book.id, entry_ids=ids)


def add_book(office: Office, volume_number: str, first: int, entry_count: int) -> tuple[int, tuple[int, ...]]:
    """Another birth register of the office, entries numbered from `first`: its id and those of its entries."""
    boss = office.context(Role.ADMINISTRATOR)
    book = books.create_book(
        boss,
        register_type=RegisterType.BIRTH,
        volume_number=volume_number,
        office=OFFICE,
        state=BookState.READ,
        expected_entries=entry_count,
    )
    folder, numbers = office.settings.data_dir, range(first, first + entry_count)
    return book.id, tuple(_add_entry(boss, book.id, n, folder, n - first) for n in numbers)


def _add_entry(context: Context, book_id: int, number: int, folder: Path, position: int | None = None) -> int:
    file = folder / "trang.png"
    file.write_bytes(draw_page(number))
    scan = context.scans.keep(file, name=f"trang-{number}.png")
    read = _reading(number)
    with context.write() as work:
        add_scan(work.connection, scan)
        page_id = pages.add_page(
            work.connection,
            book_id=book_id,
            scan_sha256=scan.sha256,
            scan_index=0,
            position=number - 1 if position is None else position,
        )
        reading_id = readings.add_outcome(
            work.connection,
            page_id=page_id,
            scan_sha256=scan.sha256,
            layouts_version="thu",
            recogniser_version="thu",
            outcome=read,
        )
        pages.mark_page(
            work.connection, page_id, state="read", kind="entries", layout="birth-1998", reading_id=reading_id
        )
        added = entries.add_entry(
            work.connection,
            _entry(book_id, page_id, number, reading_id),
            box=(0.0, 0.0, 1.0, 1.0),
            reading_id=reading_id,
        )
    return added.id


def _reading(number: int) -> PageReading:
    fields = {
        name: FieldReading(
            column=name,
            text=texts_of(number)[name][0],
            confidence=0.5 if name in DOUBTFUL else 0.999,
            engine=Engine.TESSERACT,
            box=box_of(place),
            flags=("struck_out",) if name == STRUCK else (),
        )
        for place, name in enumerate(COLUMNS)
    }
    region = EntryReading(region=0, box=(0.0, 0.0, 1.0, 1.0), fields=fields)
    return PageReading(
        source="trang.png",
        page=0,
        register_type=RegisterType.BIRTH,
        layout="birth-1998",
        entries=(region,),
        page_size=PAGE,
        engine="thu",
    )


def _entry(book_id: int, page_id: int, number: int, reading_id: int) -> Entry:
    known = {c.name for c in columns(RegisterType.BIRTH)}
    assert set(COLUMNS) <= known
    values = {
        name: FieldValue(
            column=name,
            text=text,
            normalized=standard,
            confidence=0.5 if name in DOUBTFUL else 0.999,
            needs_review=name in DOUBTFUL,
            reading_id=reading_id,
        )
        for name, (text, standard) in texts_of(number).items()
    }
    return Entry(
        id=0,
        book_id=book_id,
        page_id=page_id,
        region=0,
        register_type=RegisterType.BIRTH,
        state=EntryState.TO_REVIEW,
        revision=0,
        fields=values,
        layout="birth-1998",
        priority=float(number),
    )
