"""Commands that bring books in and read them: `import`, `read`, `status`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from workbench.commands.reading import Scans, parse_register_type
from workbench.config import load_settings
from workbench.console import complain, print_json, progress, tell
from workbench.exit_codes import ExitCode

__all__ = ["register"]

AsJson = Annotated[bool, typer.Option("--json", help="In ra dạng JSON.")]
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
    register_type: Annotated[str, typer.Option("--register-type", help="Loại sổ: birth, death, marriage ...")],
    volume: Annotated[str, typer.Option("--volume", help="Quyển số, ví dụ 01/1998.")],
    office: Annotated[str, typer.Option("--office", help='Nơi đăng ký, ví dụ "UBND xã ..., huyện ..., tỉnh ...".')],
    as_json: AsJson = False,
) -> int:
    """Import scans into a book, made when it is new."""
    from workbench.services import books, importing
    from workbench.services.context import system_context

    context = system_context(load_settings())
    chosen = parse_register_type(register_type)
    assert chosen is not None, "the option is mandatory"
    book = books.find_book(context, register_type=chosen, volume_number=volume, office=office)
    if book is None:
        book = books.create_book(context, register_type=chosen, volume_number=volume, office=office)
    with progress("Đang nạp") as advance:
        result = importing.import_scans(
            context, book.id, list(scans), progress=lambda done, total, name: advance(1 if name else 0, total=total)
        )
    for file in result.files:
        if file.status != "added":
            complain(f"{file.name}: {file.message}")
    if as_json:
        files = [{"name": f.name, "status": f.status, "pages": f.pages, "code": f.code} for f in result.files]
        print_json({"book": book.id, "pages_added": result.pages_added, "files": files})
    else:
        complain(
            f"Quyển {book.id}: thêm {result.pages_added} trang. Tiếp theo: python -m workbench read --book {book.id}"
        )
    return ExitCode.SOME_FAILED if result.failed else ExitCode.DONE


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
    with progress("Đang đọc", reading.unread_count(context, book)) as advance:
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
