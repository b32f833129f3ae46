"""Commands that measure and teach: `benchmark`, `train-handwriting`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from workbench.config import load_settings
from workbench.console import OUTPUT, AsJson, complain, print_json, progress, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode

__all__ = ["register"]


Writers = Annotated[
    Path | None, typer.Option("--writers", help="Thư mục dòng chữ viết tay của nhiều người, có labels.tsv.")
]
Learn = Annotated[
    int,
    typer.Option("--learn", min=0, help="Với --writers: học từng ấy dòng đầu mỗi người, đo các dòng sau."),
]
Books = Annotated[
    bool,
    typer.Option("--books", help="Đo cả quyển: đúng thêm bao nhiêu khi xác nhận dần (lâu)."),
]
Files = Annotated[
    Path | None, typer.Option("--files", help="Thư mục tệp mẫu bất kỳ: mở từng tệp, so với poppler và Pillow.")
]
WholeProvince = Annotated[
    bool, typer.Option("--campaign", help="Đo tốc độ các biểu ở cỡ một tỉnh (vẽ ra 1,46 triệu trường hợp).")
]
WholeOffice = Annotated[
    bool, typer.Option("--delivery", help="Đo việc giao cả một đơn vị (vẽ ra 160 quyển, 8.000 trường hợp, có PDF).")
]
DatabaseAddress = Annotated[
    str, typer.Option("--database", help="Với --campaign: địa chỉ một PostgreSQL trống; không ghi: SQLite.")
]
Share = Annotated[
    float, typer.Option("--share", min=0.001, max=1, help="Với --campaign, --delivery: chỉ vẽ một phần, ví dụ 0.01.")
]
ReviewKeys = Annotated[
    bool, typer.Option("--keys", help="Với --truth: đếm phím bấm cho một trường hợp ở màn hình nhập, theo từng mẫu sổ.")
]
Keep = Annotated[
    Path | None,
    typer.Option("--keep", help="Với --books, --keys: thư mục giữ kết quả đọc, để lần sau đếm lại mà không đọc lại."),
]
Lines = Annotated[Path | None, typer.Option("--lines", help="Kết quả đo dòng chữ viết tay (JSON) để ghép vào.")]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("benchmark", help="Đo độ chính xác: đọc các trang có sẵn đáp án rồi chấm điểm.")(benchmark)
    app.command("train-handwriting", help="Dạy máy đọc chữ viết tay từ những gì đơn vị đã xác nhận.")(train_handwriting)


def benchmark(
    truth: Annotated[
        list[Path] | None, typer.Option("--truth", help="Thư mục có truth.jsonl và bản quét (ghi nhiều lần được).")
    ] = None,
    writers: Writers = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="Với --writers: đo cả asterocr (nếu đã cài) và Tesseract.")
    ] = False,
    learn: Learn = 0,
    books: Books = False,
    entries: Annotated[int, typer.Option("--entries", min=20, help="Với --books: số trang mỗi quyển vẽ ra.")] = 60,
    drawn: Annotated[int, typer.Option("--drawn", min=1, help="Với --books: số quyển vẽ ra.")] = 2,
    no_hand: Annotated[bool, typer.Option("--no-hand", help="Với --books: không học nét chữ (nhanh gấp đôi).")] = False,
    keep: Keep = None,
    keys: ReviewKeys = False,
    files: Files = None,
    campaign: WholeProvince = False,
    delivery: WholeOffice = False,
    database: DatabaseAddress = "",
    share: Share = 1.0,
    out: Annotated[Path | None, typer.Option("--out", help="Thư mục ghi báo cáo JSON, Markdown và HTML.")] = None,
    lines: Lines = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Số tiến trình đọc; 0: theo thiết lập.")] = 0,
    as_json: AsJson = False,
) -> int:
    """Read pages whose text is known, or lines of several writers, and score the readings; or open any files."""
    if campaign and not (truth or writers or books or files):
        return _benchmark_campaign(database, share, out, as_json=as_json)
    if delivery and not (truth or writers or books or files):
        return _benchmark_delivery(share, out, as_json=as_json)
    if files is not None and not (truth or writers or books):
        return _benchmark_files(files, out, as_json=as_json)
    if books and not writers:
        return _benchmark_books(
            truth or (),
            out,
            entries=entries,
            drawn=drawn,
            hand=not no_hand,
            keep=keep,
            workers=workers,
            as_json=as_json,
        )
    if files is not None or bool(truth) == bool(writers):
        raise CommandError(
            "Hãy chọn một: --truth (trang), --writers (dòng chữ), --books (cả quyển), --files (mở tệp) hoặc --campaign "
            "(cỡ một tỉnh).",
            ExitCode.USAGE,
        )
    if writers is not None and learn:
        return _benchmark_learning(writers, learn, out, as_json=as_json)
    if writers is not None:
        return _benchmark_writers(writers, out, beside=beside, as_json=as_json)
    if keys:
        return _benchmark_keys(truth or (), out, keep=keep, workers=workers, as_json=as_json)
    return _benchmark_pages(truth or (), out, lines, workers=workers, as_json=as_json)


def _benchmark_keys(truth: Sequence[Path], out: Path | None, *, keep: Path | None, workers: int, as_json: bool) -> int:
    """Keys an entry takes at the review form, by each folder named and by form."""
    from workbench.measuring.recognition import truth_folders
    from workbench.measuring.review_keys import keys_table, measure_keys

    folders = {root.name: truth_folders([root]) for root in truth}
    if not any(folders.values()):
        raise CommandError("Không thấy tệp truth.jsonl nào. Hãy chỉ tới thư mục có bản quét và đáp án.")
    settings = load_settings()
    with progress("Đang đo") as advance:
        workers = workers or settings.worker_count
        found = {
            name: measure_keys(below, workers=workers, advance=advance, keep=keep and keep / name)
            for name, below in folders.items()
        }
    data = {name: {form: one.as_json() for form, one in forms.items()} for name, forms in found.items()}
    return _keep_and_tell(out, "keys", data, keys_table(found), as_json=as_json)


def _benchmark_pages(
    truth: Sequence[Path], out: Path | None, lines: Path | None, *, workers: int, as_json: bool
) -> int:
    """Pages whose text is known."""
    from benchmark.report import print_result, write_report
    from workbench.measuring.recognition import measure_folders, truth_folders

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


def _benchmark_campaign(database: str, share: float, out: Path | None, *, as_json: bool) -> int:
    """The forms of a campaign at the size of a province."""
    from storage.drawn_province import ProvinceSize
    from workbench.measuring.campaign import campaign_table, measure_campaign

    whole = ProvinceSize()
    size = ProvinceSize(books=int(whole.books * share), entries=int(whole.entries * share))
    with TemporaryDirectory() as folder, progress("Đang đo") as advance:
        figures = measure_campaign(Path(folder), size, advance, database)
    name = f"campaign-{figures.database.lower()}"
    return _keep_and_tell(out, name, figures.as_json(), campaign_table(figures), as_json=as_json)


def _benchmark_delivery(share: float, out: Path | None, *, as_json: bool) -> int:
    """The delivery of a whole office."""
    from workbench.measuring.delivery import OfficeSize, delivery_table, measure_delivery

    whole = OfficeSize()
    size = OfficeSize(books=max(2, int(whole.books * share)), entries=max(2, int(whole.entries * share)))
    with TemporaryDirectory() as folder, progress("Đang đo", size.books + 3) as advance:
        figures = measure_delivery(Path(folder), size, advance)
    return _keep_and_tell(out, "delivery", figures.as_json(), delivery_table(figures), as_json=as_json)


def _benchmark_files(folder: Path, out: Path | None, *, as_json: bool) -> int:
    """Files of any kind, opened and compared."""
    from workbench.measuring.files import files_report, measure_files, write_files_report

    with progress("Đang mở") as advance:
        outcomes = measure_files(folder, lambda total: advance(total=total))
    if not outcomes:
        raise CommandError("Không thấy tệp ảnh hay PDF nào. Hãy chỉ tới thư mục chứa chúng.")
    for path in write_files_report(outcomes, out) if out is not None else ():
        complain(f"Đã ghi {path}")
    if as_json:
        print_json([{"name": o.name, "verdict": o.verdict.value, "said": o.said} for o in outcomes])
    else:
        tell(files_report(outcomes))
    return ExitCode.DONE


def _benchmark_writers(folder: Path, out: Path | None, *, beside: bool, as_json: bool) -> int:
    """Lines of several writers: the reader in use first, then the others when asked."""
    from benchmark.writers import writers_table
    from workbench.measuring.recognition import measure_writer_lines

    with progress("Đang đo") as advance:
        results = measure_writer_lines(folder, advance, beside=beside)
    data = results[0].as_json() | {"beside": [result.as_json() for result in results[1:]]}
    return _keep_and_tell(out, "writers", data, writers_table(results), as_json=as_json)


def _keep_and_tell(out: Path | None, name: str, data: dict[str, Any], table: str, *, as_json: bool) -> int:
    """Write figures as JSON and Markdown where a folder was named, and show one of the two."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (out / f"{name}.md").write_text(table, encoding="utf-8")
        complain(f"Đã ghi {out / f'{name}.json'} và {out / f'{name}.md'}")
    if as_json:
        print_json(data)
    else:
        tell(table)
    return ExitCode.DONE


def _benchmark_learning(folder: Path, learn: int, out: Path | None, *, as_json: bool) -> int:
    """The hand of each writer learned from the first lines, measured on the others."""
    from benchmark.learned_hands import learned_table
    from workbench.measuring.recognition import measure_learned_hands

    with progress("Đang đo") as advance:
        result = measure_learned_hands(folder, learn, advance)
    return _keep_and_tell(out, "hands", result.as_json(), learned_table(result), as_json=as_json)


def _benchmark_books(
    roots: Sequence[Path],
    out: Path | None,
    *,
    entries: int,
    drawn: int,
    hand: bool,
    keep: Path | None,
    workers: int,
    as_json: bool,
) -> int:
    """Books worked through by a simulated clerk: those of the folders given, or drawn ones."""
    from workbench.measuring.book_curve import curve_table
    from workbench.measuring.books import draw_books, measure_books
    from workbench.measuring.recognition import truth_folders

    settings = load_settings()
    with TemporaryDirectory() as drawing, progress("Đang đo") as advance:
        folders = truth_folders(roots) if roots else draw_books(Path(drawing), entries, drawn)
        if not folders:
            raise CommandError("Không thấy tệp truth.jsonl nào. Hãy chỉ tới thư mục có bản quét và đáp án.")
        curve = measure_books(
            folders,
            workers=workers or settings.worker_count,
            timeout=settings.page_timeout,
            hand=hand,
            advance=advance,
            keep=keep,
        )
    return _keep_and_tell(out, "books", curve.as_json(), curve_table(curve), as_json=as_json)


def train_handwriting(
    from_corrections: Annotated[
        bool, typer.Option("--from-corrections", help="Học từ các trường hợp đã xác nhận trên máy này.")
    ] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Quay về mô hình dùng trước đó.")] = False,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, help="Thời gian học.")] = 10.0,
    pages: Annotated[
        int, typer.Option("--pages", min=1, help="Lấy dòng từ nhiều nhất bấy nhiêu trang mới nhất.")
    ] = 200,
    as_json: AsJson = False,
) -> None:
    """Tune the recogniser on this office's confirmed lines, or go back to the model before."""
    from workbench.services import handwriting_tuning
    from workbench.services.context import system_context

    if from_corrections == rollback:
        raise CommandError("Hãy chọn một trong hai: --from-corrections hoặc --rollback.", ExitCode.USAGE)
    context = system_context(load_settings())
    if rollback:
        complain(f"Đang dùng mô hình {handwriting_tuning.roll_back_model(context)}.")
        return
    with progress("Đang học", 100) as advance:
        done = 0

        def show(share: float) -> None:
            nonlocal done
            step = int(share * 100) - done
            done += step
            advance(step)

        result = handwriting_tuning.tune_handwriting(context, minutes=minutes, most_pages=pages, progress=show)
    if as_json:
        print_json(
            {
                "installed": result.installed,
                "version": result.version,
                "trained_on": result.trained_on,
                "held_out": result.held_out,
                "cer_before": round(result.cer_before, 4),
                "cer_after": round(result.cer_after, 4),
                "exact_before": round(result.exact_before, 4),
                "exact_after": round(result.exact_after, 4),
            }
        )
    else:
        complain(result.message)
