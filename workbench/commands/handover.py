"""Commands that hand work over: `rehearse`, `export`, `report`, `reconcile`, `search`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from vietnamese.legacy_charsets import Charset
from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, progress, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode

__all__ = ["register"]


class ReportTable(StrEnum):
    """Which table of the plans."""

    PROGRESS = "progress"
    PLAN = "plan"
    WORK = "work"


Book = Annotated[int, typer.Option("--book", help="Số hiệu quyển (xem lệnh status).")]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("rehearse", help="Diễn tập nhập: kiểm tra một quyển, hoặc một bộ đã xuất, theo mọi quy tắc đã biết.")(
        rehearse
    )
    app.command("export", help="Xuất một quyển: Excel chuẩn, .zip các PDF, bản kê.")(export)
    app.command(
        "report", help="Báo cáo theo kế hoạch: tiến độ (Phụ lục 01), khối lượng (Phụ lục 02-04), theo tổ và ca."
    )(report)
    app.command("reconcile", help="Đối soát với tệp trích xuất dữ liệu dân cư.")(reconcile)
    app.command("search", help="Tìm trường hợp theo tên (có dấu hoặc không), ngày, số.")(search)


def rehearse(
    book: Annotated[int | None, typer.Option("--book", help="Số hiệu quyển (xem lệnh status).")] = None,
    delivery: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            "--delivery", metavar="TỆP.xlsx TỆP.zip", help="Thay cho quyển: một bộ đã xuất, do ai làm cũng được."
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Run the import rules on a book, or on a workbook and its .zip, and list the findings."""
    from workbench.services import exporting
    from workbench.services.context import system_context

    context = system_context(load_settings())
    if delivery is not None and book is None:
        found = exporting.rehearse_files(context, *delivery)
    elif book is not None and delivery is None:
        found = exporting.rehearse(context, book)
    else:
        raise CommandError("Hãy chọn một trong hai: --book hoặc --delivery.", ExitCode.USAGE)
    if as_json:
        findings = [
            {"entry": f.entry_id, "rule": f.rule, "severity": f.severity, "line": f.line} for f in found.findings
        ]
        print_json(
            {"rows": found.rows, "errors": len(found.errors), "warnings": len(found.warnings), "findings": findings}
        )
    else:
        for finding in found.findings:
            tell(finding.line)
        complain(f"{found.rows} dòng: {len(found.errors)} lỗi, {len(found.warnings)} cảnh báo.")
    return ExitCode.REFUSED if found.errors else ExitCode.DONE


def export(
    book: Book,
    out: Annotated[Path, typer.Option("--out", help="Thư mục để ghi.")],
    include_unapproved: Annotated[
        bool, typer.Option("--include-unapproved", help="Xuất cả trường hợp chưa được duyệt.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a book's workbook, .zip, manifest and summary."""
    from workbench.services import exporting
    from workbench.services.context import system_context

    context = system_context(load_settings())
    with progress("Đang xuất") as advance:
        summary = exporting.export_book(
            context,
            book,
            out,
            include_unapproved=include_unapproved,
            progress=lambda done, total: advance(total=total),
        )
    if as_json:
        print_json(
            {
                "workbook": str(summary.workbook),
                "zip": str(summary.zip),
                "manifest": str(summary.manifest_path),
                "rows": summary.manifest.rows,
                "left_out": [{"entry": item.entry_id, "reason": item.reason} for item in summary.left_out],
                "warnings": len(summary.report.warnings),
                "changed": summary.changed,
            }
        )
        return
    complain(f"Đã xuất {summary.manifest.rows} trường hợp vào {summary.workbook} và {summary.zip}.")
    if summary.left_out:
        complain(f"Không xuất {len(summary.left_out)} trường hợp; lý do ghi trong {summary.summary_path}.")


def report(
    out: Annotated[Path, typer.Option("--out", help="Tệp Excel để ghi.")],
    table: Annotated[
        ReportTable, typer.Option("--table", help="progress: Phụ lục 01; plan: Phụ lục 02-04; work: theo tổ và ca.")
    ] = ReportTable.PROGRESS,
    day: Annotated[str, typer.Option("--day", help="Ngày báo cáo, dd.mm.yyyy; không ghi: hôm nay.")] = "",
    week: Annotated[bool, typer.Option("--week", help="Cả tuần (chốt chiều thứ Sáu) thay vì một ngày.")] = False,
    cutoff: Annotated[str, typer.Option("--cutoff", help="Giờ chốt, ví dụ 14:00; không ghi: như thiết lập.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Đơn vị báo cáo; không ghi: như thiết lập.")] = "",
) -> None:
    """Write a table of the plans as Excel."""
    from corrections.campaign.figures import Period
    from exports.report_workbooks import write_plan_report, write_work_report
    from exports.reports import QuotaPlan
    from workbench.services import planning, reporting
    from workbench.services.campaign import campaign_report
    from workbench.services.campaign_files import report_file
    from workbench.services.context import system_context
    from workbench.services.plan_settings import USUAL_QUOTA
    from workbench.services.settings import office_settings

    context = system_context(load_settings())
    chosen = _parsed(day, "%d.%m.%Y", "ngày", "20.11.2026").date() if day else None
    hour = _parsed(cutoff, "%H:%M", "giờ chốt", "15:00").time() if cutoff else None
    told = campaign_report(context, period=Period.WEEK if week else Period.DAY, day=chosen, cutoff=hour)
    named = replace(told, unit=unit or told.unit)
    if table is ReportTable.PROGRESS:
        data = report_file(named)
    elif table is ReportTable.WORK:
        data = write_work_report(named.unit, named.label, reporting.work_rows(context, named.since, named.until))
    else:
        quota = int(office_settings(context).get("quota", USUAL_QUOTA))
        counted = planning.unit_plan(context, quota=quota)
        plan = QuotaPlan(rows=planning.plan_of_annex(context) or counted.rows, quota=quota)
        data = write_plan_report(named.unit, plan, counted.forecasts)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    what = "khối lượng và định mức" if table is ReportTable.PLAN else named.label.lower()
    complain(f"Đã ghi báo cáo {what} vào {out}.")


def _parsed(text: str, form: str, what: str, example: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(text, form)
    except ValueError as error:
        raise CommandError(f"Không hiểu {what} «{text}». Hãy ghi như {example}.", ExitCode.USAGE) from error


def reconcile(
    extract: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp trích xuất, Excel hoặc CSV.")],
    out: Annotated[Path, typer.Option("--out", help="Tệp Excel danh sách sai khác để ghi.")],
    profile: Annotated[
        str, typer.Option("--profile", help="Tên cấu hình cột đã lưu; không ghi: tự đoán theo tiêu đề.")
    ] = "",
    charset: Annotated[
        Charset | None,
        typer.Option("--charset", help="Bảng mã của tệp nếu không phải Unicode; máy chuyển sang Unicode."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare finished entries with an extract of the population database."""
    from exports.reconciliation_book import ExtractProfile, extract_heads, guess_mapping
    from workbench.services import reconciling
    from workbench.services.context import system_context

    context = system_context(load_settings())
    if profile:
        saved = {p.name: p for p in reconciling.extract_profiles(context)}
        if profile not in saved:
            known = ", ".join(saved) or "(chưa có)"
            raise CommandError(f"Không có cấu hình «{profile}». Đã lưu: {known}.", ExitCode.NOT_FOUND)
        chosen = saved[profile]
    else:
        heads = extract_heads(extract, charset)
        columns = guess_mapping(heads)
        if "name" not in columns:
            raise CommandError(
                f"Không biết cột nào của tệp {extract.name} là họ tên (có các cột: {', '.join(filter(None, heads))}). "
                "Hãy chọn cột và lưu cấu hình ở màn hình «Đối soát», rồi chạy lại với --profile. Chưa có dòng nào "
                "được nhập."
            )
        chosen = ExtractProfile(columns=columns)
    if charset:
        chosen = chosen.model_copy(update={"charset": charset})
    run = reconciling.run_reconciliation(context, extract, chosen)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(reconciling.follow_up_workbook(context, run.id))
    if as_json:
        counts = {"matches": run.matches, "differs": run.differs, "not_found": run.not_found}
        print_json({"run": run.id, **counts, "left_out": run.left_out})
    else:
        complain(f"Khớp {run.matches}, khác {run.differs} (ghi trong {out}), không tìm thấy {run.not_found}.")
        if words := reconciling.left_out_words(run):
            complain(words)


def search(
    query: Annotated[str, typer.Argument(metavar="CẦN_TÌM", help="Tên, ngày, số; nhiều tên cách nhau bằng dấu phẩy.")],
    as_json: AsJson = False,
) -> None:
    """Find entries across all books."""
    from workbench.services import searching
    from workbench.services.context import system_context

    result = searching.search(system_context(load_settings()), query)
    if result.cut:
        complain("Chưa hiện hết: còn, hoặc có thể còn, trường hợp khác. Hãy gõ thêm chữ.")
    if as_json:
        print_json(
            [{"entry": h.entry_id, "book": h.book_id, "number": h.number, "names": list(h.names)} for h in result.hits]
        )
        return
    table = Table("Trường hợp", "Loại sổ", "Quyển", "Số", "Ngày đăng ký", "Họ tên")
    for hit in result.hits:
        label = hit.register_type.label
        table.add_row(str(hit.entry_id), label, hit.volume_number, hit.number, hit.date, ", ".join(hit.names))
    tell(table)
