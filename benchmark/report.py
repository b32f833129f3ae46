"""A benchmark's result for people: terminal table, JSON, Markdown, and one HTML file with plots and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmark.charts import bar_chart, reliability_diagram
from benchmark.failure_pictures import failure_pictures
from benchmark.scoring import BenchmarkResult, Rate, Row
from layouts.register_types import RegisterType

__all__ = ["headlines", "html_report", "markdown_report", "print_result", "write_report"]

_HEADINGS = {
    "overall": "Tất cả",
    "script": "Theo kiểu chữ",
    "register_type": "Theo loại sổ và kiểu chữ",
    "kind": "Theo loại trường",
    "form": "Theo mẫu sổ",
    "column": "Theo cột",
}
_COLUMNS = ("Nhóm", "Trường", "Trang", "CER %", "bỏ hoa/thường", "bỏ dấu", "Đúng hẳn %", "Cần xem lại %",
            "Lỗi bắt được %", "Sai mà không báo %", "Đỡ gõ %")  # fmt: skip


_WORDS = {
    "all": "tất cả", "typed": "đánh máy", "hand": "phông viết tay", "real": "nét bút thật", "photo": "ảnh chụp",
    "name": "họ tên", "date": "ngày tháng", "date_words": "ngày tháng bằng chữ", "place": "nơi chốn",
    "ethnic_group": "dân tộc", "nationality": "quốc tịch", "sex": "giới tính", "relation": "quan hệ",
    "number": "số", "registration_number": "số đăng ký", "volume": "quyển số", "page": "trang",
    "id_number": "số giấy tờ", "time_of_death": "giờ chết", "code": "mã", "signer": "người ký",
    "title": "chức vụ", "text": "chữ tự do",
} | {kind.value: kind.label for kind in RegisterType}  # fmt: skip


def _named(group: str) -> str:
    """A group's name for people; names of forms and columns stay as they are."""
    parts = [", ".join(_WORDS.get(word, word) for word in part.split(", ")) for part in group.split(" / ")]
    return " / ".join(parts)


def _percent(rate: Rate, *, interval: bool = True) -> str:
    text = f"{100 * rate.value:.1f}"
    return f"{text} ({100 * rate.low:.1f}–{100 * rate.high:.1f})" if interval and rate.count else text


def _cells(row: Row, *, interval: bool) -> list[str]:
    return [
        _named(row.group), str(row.fields), str(row.pages), _percent(row.cer, interval=interval),
        f"{100 * row.cer_without_case:.1f}", f"{100 * row.cer_without_tones:.1f}",
        _percent(row.exact, interval=interval), f"{100 * row.flagged.value:.1f}", f"{100 * row.caught.value:.1f}",
        _percent(row.silent, interval=interval), f"{100 * row.keys_saved:.1f}",
    ]  # fmt: skip


def headlines(result: BenchmarkResult) -> list[str]:
    """The result in a few sentences."""
    pages = max(result.pages, 1)
    found = [
        f"Trang đọc được: {result.pages_read}/{result.pages}; nhận đúng mẫu sổ: {result.forms_right}/{result.pages} "
        f"({100 * result.forms_right / pages:.1f} %)."
    ]
    if result.photos:
        found.append(f"Trong đó ảnh chụp: nhận đúng mẫu {result.photo_forms_right}/{result.photos}.")
    whole = next((p for p in result.placing if p.group == "all"), None)
    if whole:
        found.append(
            f"Đặt ô: {100 * whole.covered:.1f} % ô phủ ít nhất 95 % nét chữ, {100 * whole.alone:.1f} % ô lấn dưới 5 % "
            f"nét chữ của ô bên; sai số trung vị {whole.median_mm:.2f} mm, 95 % dưới {whole.p95_mm:.2f} mm."
        )
    if result.seconds_a_page:
        found.append(
            f"Thời gian: trung vị {result.seconds_a_page:.2f} giây một trang, 95 % dưới {result.seconds_p95:.2f}."
        )
    return found


def print_result(result: BenchmarkResult, console: Console | None = None) -> None:
    """The result as tables on the terminal."""
    console = console or Console()
    for line in headlines(result):
        console.print(line)
    for name in ("script", "kind", "register_type"):
        table = Table(title=_HEADINGS[name], title_justify="left")
        for number, heading in enumerate(_COLUMNS):
            table.add_column(heading, justify="left" if number == 0 else "right")
        for row in result.rows.get(name, ()):
            table.add_row(*_cells(row, interval=False))
        console.print(table)
    for file, reason in result.lost_pages[:20]:
        console.print(f"  {file}: {reason}")


def _markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "| " + " | ".join("---" for _ in headings) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def markdown_report(result: BenchmarkResult, lines: Mapping[str, Any] | None = None) -> str:
    """The result as Markdown.

    Args:
        result: the benchmark.
        lines: figures of the line recognisers side by side, when they were measured.
    """
    parts = ["# Kết quả đo", "", *[f"- {line}" for line in headlines(result)], ""]
    parts += ["Khoảng trong ngoặc là khoảng tin cậy 95 % (lấy mẫu lại theo trang).", ""]
    for name, heading in _HEADINGS.items():
        if result.rows.get(name):
            parts += [
                f"## {heading}",
                "",
                _markdown_table(_COLUMNS, [_cells(r, interval=True) for r in result.rows[name]]),
                "",
            ]
    for heading, headings, rows in _other_tables(result, lines):
        parts += [f"## {heading}", "", _markdown_table(headings, rows), ""]
    return "\n".join(parts)


def _other_tables(
    result: BenchmarkResult, lines: Mapping[str, Any] | None
) -> list[tuple[str, Sequence[str], list[list[str]]]]:
    """Tables beside the rates: heading, column headings, rows; empty ones left out."""
    tables: list[tuple[str, Sequence[str], list[list[str]]]] = [
        (
            "Phím bấm cho một trường hợp",
            ("Kiểu chữ / mẫu", "Trường hợp", "Phím dừng xem", "Phím sửa", "Tất cả, cả phím xác nhận"),
            [
                [_named(k.group), str(k.entries), f"{k.stops:.2f}", f"{k.mending:.2f}", f"{k.keys:.2f}"]
                for k in result.entry_keys
            ],
        ),
        (
            "Nhận mẫu sổ",
            ("Đúng là", "Đọc thành", "Trang"),
            [[form.true, form.found, str(form.pages)] for form in result.forms],
        ),
        (
            "Đặt ô trên trang",
            ("Mẫu", "Trường", "Không đặt được",
             "Phủ ≥ 95 % nét chữ", "Lấn < 5 % ô bên", "Sai số trung vị (mm)", "95 % dưới (mm)"),
            [
                [_named(p.group), str(p.fields), f"{100 * p.missing:.1f} %", f"{100 * p.covered:.1f} %",
                 f"{100 * p.alone:.1f} %", f"{p.median_mm:.2f}", f"{p.p95_mm:.2f}"]
                for p in result.placing
            ],
        ),
        (
            "Độ tin cậy so với thực tế",
            ("Kiểu chữ", "Độ tin cậy", "Trường", "Trung bình %", "Đúng %"),
            [
                [_named(b.script), f"{b.low:.2f}–{b.high:.2f}", str(b.fields), f"{100 * b.confidence:.1f}",
                 f"{100 * b.right:.1f}"]
                for b in result.calibration
            ],
        ),
        (
            "Nhầm chữ nhiều nhất",
            ("Trong sổ", "Đọc thành", "Số lần", "Ví dụ"),
            [[c.written or "(thừa)", c.read or "(mất)", str(c.count), c.example] for c in result.confusions],
        ),
        ("Thời gian từng bước", ("Bước", "Phần thời gian"), [[s, f"{100 * share:.1f} %"] for s, share in result.steps]),
        ("Trang chưa đọc đúng", ("Tệp", "Vì sao"), [list(pair) for pair in result.lost_pages]),
        *_line_tables(lines),
    ]  # fmt: skip
    return [table for table in tables if table[2]]


def _line_tables(lines: Mapping[str, Any] | None) -> list[tuple[str, Sequence[str], list[list[str]]]]:
    """The comparison of line recognisers: any list of records in it becomes a table, of their plain values."""
    found: list[tuple[str, Sequence[str], list[list[str]]]] = []
    for name, value in (lines or {}).items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            plain = {key: None for record in value for key, x in record.items() if not isinstance(x, (list, dict))}
            headings = list(plain)
            rows = [[_shown(record.get(key)) for key in headings] for record in value]
            found.append((f"So sánh bộ đọc dòng: {name}", headings, rows))
    return found


def _shown(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value if value is not None else "")


_STYLE = """body{font:15px/1.5 sans-serif;max-width:1150px;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.6rem 0;display:block;overflow-x:auto}
td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left}figure{display:inline-block;margin:.5rem 1rem .5rem 0;vertical-align:top}
.failure{border-top:1px solid #ccc;padding:.6rem 0}.failure img{max-width:100%;display:block;margin:.3rem 0}
.silent{color:#a02010;font-weight:bold}ins{color:#0a6a20;text-decoration:none}del{color:#a02010}"""


def _html_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_report(result: BenchmarkResult, lines: Mapping[str, Any] | None = None) -> str:
    """The result as one HTML page that loads nothing from outside; arguments as for `markdown_report`."""
    parts = ["<h1>Kết quả đo</h1><ul>", *[f"<li>{escape(line)}</li>" for line in headlines(result)], "</ul>"]
    parts += [_charts(result)]
    for name, heading in _HEADINGS.items():
        if result.rows.get(name):
            table = _html_table(_COLUMNS, [_cells(row, interval=True) for row in result.rows[name]])
            parts.append(f"<h2>{escape(heading)}</h2>{table}")
    for heading, headings, rows in _other_tables(result, lines):
        parts.append(f"<h2>{escape(heading)}</h2>{_html_table(headings, rows)}")
    parts.append(_failures(result))
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Kết quả đo</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _charts(result: BenchmarkResult) -> str:
    kinds = result.rows.get("kind", ())
    exact = [(_named(r.group), r.exact.value, r.exact.low, r.exact.high) for r in kinds]
    wrong = [(_named(r.group), r.cer.value, r.cer.low, r.cer.high) for r in kinds]
    worst = max((bar[1] for bar in wrong), default=0.0) or 1.0
    steps = [(step, share, share, share) for step, share in result.steps]
    diagrams = [
        reliability_diagram(
            [(b.confidence, b.right, b.fields) for b in result.calibration if b.script == script],
            title=f"Độ tin cậy (ngang) và phần đúng (dọc), {_named(script)}: lệch {100 * error:.1f} %",
        )
        for script, error in result.expected_calibration_error.items()
    ]
    return "".join((
        bar_chart(exact, title="Giá trị chuẩn đúng hẳn, theo loại trường"),
        bar_chart(wrong, title="Tỉ lệ chữ sai (CER), theo loại trường", maximum=worst),
        *diagrams,
        bar_chart(steps, title="Phần thời gian của từng bước") if steps else "",
    ))  # fmt: skip


def _failures(result: BenchmarkResult) -> str:
    if not result.failures:
        return ""
    blocks = []
    for failure, picture in zip(result.failures, failure_pictures(result.failures), strict=True):
        image = f'<img alt="vùng ảnh của trường" src="{picture}">' if picture else ""
        mark = '<span class="silent">sai mà không báo</span>, ' if failure.silent else ""
        blocks.append(
            f'<div class="failure"><b>{escape(failure.column)}</b> · {escape(failure.path.name)} · {mark}'
            f"độ tin cậy {100 * failure.confidence:.0f} %{image}"
            f"trong sổ <ins>{escape(failure.written) or '(trống)'}</ins>, "
            f"đọc <del>{escape(failure.text) or '(trống)'}</del>; "
            f"chuẩn <ins>{escape(failure.standard) or '(trống)'}</ins>, máy đưa "
            f"<del>{escape(failure.normalized) or '(trống)'}</del></div>"
        )
    note = "<p>Khung xanh: nét chữ thật; khung đỏ: ô mà máy đặt.</p>"
    return f"<h2>Trường đọc sai nặng nhất</h2>{note}{''.join(blocks)}"


def write_report(result: BenchmarkResult, folder: Path, lines: Mapping[str, Any] | None = None) -> tuple[Path, ...]:
    """Write `benchmark.json`, `benchmark.md` and `benchmark.html` into a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = result.as_dict() | ({"lines": dict(lines)} if lines else {})
    texts = {
        "benchmark.json": json.dumps(plain, ensure_ascii=False, indent=1),
        "benchmark.md": markdown_report(result, lines),
        "benchmark.html": html_report(result, lines),
    }
    written = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)
