"""Commands that hand over a whole office: `deliver-office`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corrections.acceptance import AcceptanceLevel
from workbench.commands.campaign import UnitCode, office_of_code
from workbench.config import load_settings
from workbench.console import AsJson, complain, print_json, progress
from workbench.exit_codes import ExitCode

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command(
        "deliver-office",
        help="Giao cả đơn vị: mọi quyển đã nghiệm thu, sổ tra cứu SQLite, mã kiểm tra. Chạy lại thì làm tiếp.",
    )(deliver_office)


def deliver_office(
    out: Annotated[Path, typer.Option("--out", help="Thư mục riêng của gói giao.")],
    unit: UnitCode = "",
    unit_only: Annotated[bool, typer.Option("--unit-only", help="Không gồm các đơn vị trực thuộc.")] = False,
    level: Annotated[
        AcceptanceLevel, typer.Option("--level", help="Cấp đã nghiệm thu: commune, district hoặc province.")
    ] = AcceptanceLevel.PROVINCE,
    as_json: AsJson = False,
) -> int:
    """Write a unit's accepted books, the register and all that proves them into one folder."""
    from exports.office_package import NO_LONGER
    from workbench.services import office_delivery
    from workbench.services.context import system_context

    with progress("Đang giao") as advance:
        made = office_delivery.deliver_office(
            system_context(load_settings()),
            out,
            office_id=office_of_code(unit),
            below=not unit_only,
            level=level,
            progress=lambda done, total: advance(step=min(done, 1), total=total),
        )
    manifest = made.manifest
    if as_json:
        print_json(
            {
                "folder": str(made.folder),
                "books": len(manifest.books),
                "cases": manifest.cases,
                "written": made.written,
                "kept": made.kept,
                "kept_back": [{"book": k.id, "code": k.code, "reason": k.reason} for k in manifest.kept_back],
                "fingerprint": made.fingerprint,
            }
        )
    else:
        complain(
            f"Đã giao {len(manifest.books)} quyển, {manifest.cases} trường hợp của {manifest.unit} vào {made.folder} "
            f"({made.written} quyển vừa ghi, {made.kept} quyển đã có từ trước)."
        )
        for left in manifest.kept_back:
            complain(f"Không giao {left.title}: {left.reason}")
        complain(f"Dấu vân khóa để đọc cho nơi nhận: {made.fingerprint}. Kiểm tra: python {made.folder}/kiem-tra.py")
    failed = any(left.code in NO_LONGER for left in manifest.kept_back)
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE
