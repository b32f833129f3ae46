"""Commands that measure and teach: `benchmark`, `train-handwriting`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from workbench.config import load_settings
from workbench.console import OUTPUT, complain, print_json, progress
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("benchmark", help="Đo độ chính xác: đọc các trang có sẵn đáp án rồi chấm điểm.")(benchmark)


def benchmark(
    truth: Annotated[
        list[Path], typer.Option("--truth", help="Thư mục có truth.jsonl và bản quét (ghi nhiều lần được).")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Thư mục ghi báo cáo JSON, Markdown và HTML.")] = None,
    lines: Annotated[
        Path | None, typer.Option("--lines", help="Kết quả đo dòng chữ viết tay (JSON) để ghép vào.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Số tiến trình đọc; 0: theo thiết lập.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")] = False,
) -> int:
    """Read pages whose text is known and score the readings."""
    from ocr.benchmark.report import print_result, write_report
    from workbench.measuring import measure_folders, truth_folders

    folders = truth_folders(truth)
    if not folders:
        raise CommandError("Không thấy tệp truth.jsonl nào. Hãy chỉ tới thư mục có bản quét và đáp án.")
    settings = load_settings()
    with progress("Đang đo") as advance:
        result = measure_folders(folders, settings, workers or settings.worker_count, advance)
    if out is not None:
        known_lines = json.loads(lines.read_text(encoding="utf-8")) if lines else None
        for path in write_report(result, out, known_lines):
            complain(f"Đã ghi {path}")
    if as_json:
        print_json(result.as_dict())
    else:
        print_result(result, OUTPUT)
    return ExitCode.DONE
