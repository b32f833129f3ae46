"""Commands that bring books in and read them: `import`, `read`, `status`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from corrections.book_data import BookDataError, levels_lacking, standard_volume
from workbench.commands.reading import Scans, named_register_type
from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, progress, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode
from workbench.services.importing import ImportStatus

if TYPE_CHECKING:
    from corrections.entries import Book
    from workbench.services.context import Context
    from workbench.services.importing import ImportResult, Progress

__all__ = ["register"]

BookOption = Annotated[
    int | None, typer.Option("--book", help="Số hiệu quyển (xem lệnh status); không ghi: mọi quyển.")
]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("import", help="Nạp bản quét của một quyển sổ; tệp đã nạp thì bỏ qua.")(import_book)
    app.command("read", help="Đọc các trang chưa đọc; dừng giữa chừng thì chạy lại để làm tiếp.")(read)
    app.command("status", help="Tiến độ từng quyển.")(status)


def import_book(
    scans: Scans,
    office: Annotated[str, typer.Option("--office", help='Nơi đăng ký, ví dụ "UBND xã ..., huyện ..., tỉnh ...".')],
    register_type: Annotated[str, typer.Option("--register-type", help="Loại sổ: birth, death, marriage ...")] = "",
    volume: Annotated[str, typer.Option("--volume", help="Quyển số, ví dụ 01/1998.")] = "",
    one_book: Annotated[bool, typer.Option("--one-book", help="Tất cả vào quyển đã ghi, dù tên tệp nói khác.")] = False,
    as_json: AsJson = False,
) -> int:
    """Import scans into a book, made when it is new; without a book named, each into the one its name tells of."""
    from workbench.services.context import system_context

    if bool(register_type) != bool(volume):
        raise CommandError("Hãy ghi cả --register-type và --volume; hoặc bỏ cả hai để theo tên tệp.", ExitCode.USAGE)
    context = system_context(load_settings())
    with progress("Đang nạp") as advance:

        def moved(done: int, total: int, name: str) -> None:
            advance(1 if name else 0, total=total)

        if register_type:
            results = _into_one(context, scans, register_type, volume, office, moved, sure=one_book)
        else:
            results = _into_told(context, scans, office, moved)
    for _, result in results:
        for file in result.files:
            if file.status is not ImportStatus.ADDED:
                complain(f"{file.name}: {file.message}")
    for lacking in dict.fromkeys(levels_lacking(book.office, book.volume_number) for book, _ in results):
        if lacking:
            complain(lacking)
    if as_json:
        imported = [_imported_json(book, result) for book, result in results]
        print_json(imported[0] if register_type else {"books": imported})
    else:
        for book, result in results:
            complain(
                f"Quyển {book.id} ({book.register_type.label} {book.volume_number}): thêm {result.pages_added} trang. "
                f"Tiếp theo: python -m workbench read --book {book.id}"
            )
    return ExitCode.SOME_FAILED if any(result.failed for _, result in results) else ExitCode.DONE


def _into_one(
    context: Context, scans: Sequence[Path], kind: str, volume: str, office: str, moved: Progress, *, sure: bool
) -> tuple[tuple[Book, ImportResult], ...]:
    """Everything into the book named; refused when the names tell of another one, unless that is what is wanted."""
    from workbench.services import books, importing
    from workbench.services.importing_books import books_told, names_within

    chosen = named_register_type(kind)
    try:
        meant = (chosen, standard_volume(volume))
    except BookDataError as error:
        raise CommandError(str(error), ExitCode.USAGE) from error
    book = books.find_book(context, register_type=chosen, volume_number=volume, office=office)
    told = books_told(context, names_within((name, path) for path, name in _sent(scans).items()), office=office)
    others = [t for t in told if (t.register_type, t.volume_number) != meant]
    if others and not sure:
        listed = ", ".join(f"{t.register_type.label} {t.volume_number} ({t.files} tệp)" for t in others)
        raise CommandError(
            f"Tên tệp cho thấy quyển khác: {listed}. Bỏ --register-type và --volume để chia theo tên tệp, hoặc thêm "
            "--one-book nếu tất cả đúng là của quyển đã ghi.",
            ExitCode.USAGE,
        )
    if book is None:
        book = books.create_book(context, register_type=chosen, volume_number=volume, office=office)
    return ((book, importing.import_scans(context, book.id, list(scans), progress=moved)),)


def _into_told(
    context: Context, scans: Sequence[Path], office: str, moved: Progress
) -> tuple[tuple[Book, ImportResult], ...]:
    from workbench.services.importing_books import import_told

    return import_told(context, _sent(scans), office=office, progress=moved)


def _sent(scans: Sequence[Path]) -> dict[Path, str]:
    """The files named, those of folders one by one, with names as they were given."""
    files = (file for path in scans for file in (sorted(path.rglob("*")) if path.is_dir() else [path]))
    return {file: str(file) for file in files if not file.is_dir()}


def _imported_json(book: Book, result: ImportResult) -> dict[str, object]:
    files = [{"name": f.name, "status": f.status, "pages": f.pages, "code": f.code} for f in result.files]
    return {"book": book.id, "pages_added": result.pages_added, "files": files}


def read(
    book: BookOption = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="Cụm Dask, ví dụ tls://10.0.0.5:8786.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Số tiến trình đọc; 0: theo thiết lập.")] = 0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Đọc lại cả các trang đã đọc lỗi.")] = False,
    as_json: AsJson = False,
) -> int:
    """Read what is unread."""
    from workbench.services import reading
    from workbench.services.context import system_context

    context = system_context(load_settings())
    with progress("Đang đọc", reading.unread_count(context, book, samples=True)) as advance:
        summary = reading.read_pages(
            context,
            book_id=book,
            workers=workers or None,
            scheduler=scheduler,
            retry_failed=retry_failed,
            progress=lambda at: advance(total=at.total),
        )
    for problem in summary.problems:
        complain(f"{problem.file_name}, trang {problem.scan_index + 1}: {problem.message}")
    if as_json:
        problems = [{"page": p.page_id, "code": p.code, "message": p.message} for p in summary.problems]
        print_json(
            {
                "pages": summary.pages,
                "read": summary.read,
                "failed": summary.failed,
                "entries": summary.entries,
                "seconds": round(summary.seconds, 1),
                "problems": problems,
            }
        )
    else:
        complain(
            f"Đã đọc {summary.read}/{summary.pages} trang, {summary.entries} trường hợp, {summary.seconds:.0f} giây."
        )
    return ExitCode.SOME_FAILED if summary.failed else ExitCode.DONE


def status(as_json: AsJson = False) -> None:
    """Show every book with its progress."""
    from workbench.services import books
    from workbench.services.context import system_context

    found = books.list_books(system_context(load_settings()))
    if as_json:
        print_json(
            [
                {
                    "book": p.book.id,
                    "register_type": p.book.register_type,
                    "volume": p.book.volume_number,
                    "office": p.book.office,
                    "state": p.book.state.value,
                    "pages": p.pages,
                    "pages_read": p.pages_read,
                    "pages_failed": p.pages_failed,
                    "entries": p.entries,
                    "approved": p.approved,
                }
                for p in found
            ]
        )
        return
    table = Table("Số hiệu", "Loại sổ", "Quyển", "Nơi đăng ký", "Trang đã đọc", "Trường hợp", "Đã duyệt")
    for p in found:
        kind = p.book.register_type.label
        pages = f"{p.pages_read}/{p.pages}" + (f" (lỗi {p.pages_failed})" if p.pages_failed else "")
        table.add_row(str(p.book.id), kind, p.book.volume_number, p.book.office, pages, str(p.entries), str(p.approved))
    tell(table)
