"""Commands that read scans without the database: `prefill`, `explain`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import process

from layouts.errors import TemplateError
from layouts.loader import load_template, shipped_templates
from layouts.register_types import RegisterType
from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, progress
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode

__all__ = ["named_register_type", "parse_register_type", "register"]

VOLUME = re.compile(r"\d{1,3}/(?:[^/\s]+/)?(?:18|19|20)\d{2}")
"""A volume number of which the year can be told."""

Scans = Annotated[
    list[Path], typer.Argument(metavar="BẢN_QUÉT...", help="Tệp PDF, JPEG, PNG, TIFF; thư mục; hoặc .zip của chúng.")
]
TypeOption = Annotated[
    str | None,
    typer.Option("--register-type", help="Loại sổ (birth, death, marriage ...); không ghi thì tự nhận từ trang."),
]
TemplatesOption = Annotated[
    list[Path] | None,
    typer.Option("--template", help="Tệp mẫu sổ của đơn vị (xuất từ màn hình «Mẫu sổ»); ghi lại cho mỗi tệp."),
]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("prefill", help="Đọc bản quét và ghi các trường đã điền sẵn ra tệp JSON, không dùng cơ sở dữ liệu.")(
        prefill
    )
    app.command("explain", help="Ghi từng bước đọc một trang thành hình để xem vì sao máy đọc như vậy.")(explain)


def parse_register_type(name: str | None) -> RegisterType | None:
    """The register type of that name, None for none.

    Raises:
        CommandError: there is no such type.
    """
    return None if name is None else named_register_type(name)


def named_register_type(name: str) -> RegisterType:
    """The register type of that name; a slip gets the nearest names.

    Raises:
        CommandError: there is no such type.
    """
    normal = name.strip().lower().replace("-", "_")
    by_name = {t.value: t for t in RegisterType} | {t.prefix.lower(): t for t in RegisterType}
    if normal in by_name:
        return by_name[normal]
    near = ", ".join(match for match, _, _ in process.extract(normal, [t.value for t in RegisterType], limit=3))
    raise CommandError(f"Không có loại sổ «{name}». Gần giống: {near}.", ExitCode.USAGE)


def prefill(
    scans: Scans,
    out: Annotated[Path, typer.Option("--out", help="Tệp JSON kết quả.")],
    register_type: TypeOption = None,
    template: TemplatesOption = None,
    office: Annotated[
        str, typer.Option("--office", help='Cơ quan đăng ký ("UBND xã ..., huyện ..., tỉnh ..."): các trang là một sổ.')
    ] = "",
    volume: Annotated[
        str, typer.Option("--volume", help="Quyển số (01/2009): các trang là một quyển, theo đúng thứ tự ghi ở đây.")
    ] = "",
    workers: Annotated[int, typer.Option("--workers", min=0, help="Số tiến trình đọc; 0: theo số nhân máy.")] = 0,
    as_json: AsJson = False,
) -> int:
    """Read scans and write pre-filled fields; a bad page never stops the others."""
    from workbench.prefill import DeclaredBook, book_json, page_json, page_tasks, read_outcomes, write_prefill

    settings = load_settings()
    chosen = parse_register_type(register_type)
    if volume and not VOLUME.fullmatch(volume):
        raise CommandError(f"Quyển số «{volume}» phải có dạng 01/2009.", ExitCode.USAGE)
    book = DeclaredBook(office=office, volume=volume, register_type=chosen) if office or volume else None
    left_out: list[str] = []
    tasks, unopened = page_tasks(scans, chosen, _template_texts(template), book, left_out=left_out)
    for name in left_out:
        complain(f"{name}: không phải bản quét, bỏ qua.")
    outcomes = []
    with progress("Đang đọc", len(tasks)) as advance:
        for outcome in read_outcomes(tasks, unopened, workers or settings.worker_count, settings.page_timeout):
            outcomes.append(outcome)
            advance()
    pages = [page_json(outcome) for outcome in outcomes] if book is None else book_json(outcomes, book)
    if not pages:
        raise CommandError("Không tìm thấy bản quét nào. Hãy chỉ tới tệp PDF, JPEG, PNG, TIFF hoặc thư mục chứa chúng.")
    write_prefill(pages, out)
    failed = [page for page in pages if page["error"]]
    for page in failed:
        complain(f"{Path(page['source']).name}, trang {page['page'] + 1}: {page['error']}")
    summary = {"out": str(out), "pages": len(pages), "failed": len(failed), "entries": _entries(pages)}
    summary["left_out"] = left_out
    if as_json:
        print_json(summary)
    else:
        complain(f"Đã đọc {len(pages) - len(failed)}/{len(pages)} trang, {_entries(pages)} trường hợp, ghi vào {out}.")
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def _template_texts(files: Sequence[Path] | None) -> tuple[str, ...]:
    """Content of an office's template files, every mistake of all of them told at once.

    Raises:
        TemplateError: a file cannot be read or breaks the rules of templates.
    """
    texts: list[str] = []
    problems: list[str] = []
    taken = set(shipped_templates())
    for file in files or ():
        try:
            form = load_template(file).form
        except TemplateError as error:
            problems += error.problems
            continue
        if form in taken:
            problems.append(f"{file.name}: form: đã có mẫu tên «{form}», hãy đặt tên khác")
        taken.add(form)
        texts.append(file.read_text(encoding="utf-8"))
    if problems:
        raise TemplateError(tuple(problems))
    return tuple(texts)


def _entries(pages: list[dict[str, Any]]) -> int:
    return sum(len(page["entries"]) for page in pages)


def explain(
    scan: Annotated[Path, typer.Argument(metavar="BẢN_QUÉT", help="Một tệp quét.")],
    out: Annotated[Path, typer.Option("--out", help="Thư mục để ghi các hình.")],
    page: Annotated[int, typer.Option("--page", min=1, help="Trang thứ mấy trong tệp.")] = 1,
    register_type: TypeOption = None,
    template: TemplatesOption = None,
) -> None:
    """Write the steps of reading one page as numbered PNG files."""
    from workbench.explaining import write_steps

    chosen = parse_register_type(register_type)
    for path in write_steps(scan, page - 1, chosen, out, _template_texts(template)):
        complain(str(path))
