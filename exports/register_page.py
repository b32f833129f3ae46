"""The page in a delivery that explains its files and the register's tables and columns, in Vietnamese, without links
to anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from exports.office_package import (
    MANIFEST,
    REGISTER,
    SCRIPT,
    SIGNATURE,
    SUMS,
    KeptBack,
    OfficeBook,
    YearCount,
)
from layouts.register_types import RegisterType
from storage.register_file import register_columns

__all__ = ["register_page"]

_STYLE = """body { font: 15px/1.5 "Segoe UI", Arial, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .6rem 0 1.6rem; }
td, th { border: 1px solid #9aa5b1; padding: .25rem .6rem; text-align: left; vertical-align: top; }
th { background: #e9edf1; } td.so { text-align: right; } code, pre { font-family: Consolas, monospace; }
pre { background: #f3f5f7; padding: .6rem; overflow-x: auto; }"""

_FILES = (
    ("quyen/", "Mỗi quyển một thư mục: Excel chuẩn, tệp .zip các PDF và bản kê của quyển, đúng như đã nghiệm thu"),
    (REGISTER, "Sổ tra cứu: mọi trường hợp trong một tệp SQLite"),
    (MANIFEST, "Bản kê: số liệu và mã SHA-256 của mọi tệp, dòng cuối của nhật ký thao tác khi lập gói"),
    (SIGNATURE, "Chữ ký (Ed25519) của đơn vị giao trên bản kê"),
    (SUMS, "Mã SHA-256 của mọi tệp theo dạng của lệnh sha256sum"),
    (SCRIPT, "Tệp kiểm tra, chỉ cần Python: python kiem-tra.py"),
)
_TABLES = {
    "quyen": "Các quyển sổ",
    "truong_hop": "Mọi trường hợp của mọi loại sổ: số, ngày, quyển, PDF",
    "ho_ten": "Mọi họ tên, có dạng chữ thường không dấu để tìm",
    "cot": "Nghĩa của từng cột",
    "ma": "Nghĩa của các mã",
    "thong_tin": "Gói này là gì",
    **{kind.value: f"Trường hợp của sổ {kind.label.lower()}; mỗi cột như trong Excel" for kind in RegisterType},
}
_EXAMPLES = (
    (
        "Tìm theo họ tên không dấu và năm sinh",
        "SELECT t.*, q.so_quyen, q.noi_dang_ky FROM ho_ten h JOIN truong_hop t ON t.id = h.truong_hop_id\n"
        "JOIN quyen q ON q.id = t.quyen_id\nWHERE h.ho_ten_khong_dau = 'nguyen thi hoa' AND h.ngay_sinh LIKE '%1975';",
    ),
    (
        "Tìm theo số và năm đăng ký",
        "SELECT * FROM truong_hop WHERE so_thu_tu = 45 AND nam_dang_ky = 1998 AND loai = 'birth';",
    ),
    (
        "Đủ các cột của một trường hợp khai sinh",
        "SELECT * FROM birth WHERE truong_hop_id = 1234;",
    ),
)


def register_page(
    unit: str, about: str, books: Sequence[OfficeBook], kept_back: Sequence[KeptBack], years: Sequence[YearCount]
) -> str:
    """The page as HTML.

    Args:
        unit: whose delivery.
        about: one sentence: when it was made and whose acceptance it rests on.
        books: what is in it.
        kept_back: what is not.
        years: cases by register type and year.
    """
    parts = [
        f"<h1>Gói giao sổ hộ tịch: {escape(unit)}</h1><p>{escape(about)}</p>",
        "<h2>Các tệp</h2>",
        _table(("Tệp", "Là gì"), _FILES),
        "<h2>Số liệu</h2>",
        _table(("Loại sổ", "Số quyển", "Số trường hợp"), _by_type(books), figures=2),
        _table(("Loại sổ", "Năm đăng ký", "Số trường hợp"), _by_year(years), figures=2),
        "<h2>Các quyển</h2>",
        _table(("Sổ", "Đơn vị", "Nơi đăng ký", "Nghiệm thu", "Số trường hợp"), _book_rows(books), figures=1),
    ]
    if kept_back:
        parts += ["<h2>Không giao</h2>", _table(("Sổ", "Lý do"), [(k.title, k.reason) for k in kept_back])]
    parts += ["<h2>Các bảng của sổ tra cứu</h2>", *_tables(), "<h2>Ví dụ</h2>"]
    parts += [f"<p>{escape(what)}:</p><pre>{escape(query)}</pre>" for what, query in _EXAMPLES]
    head = f'<meta charset="utf-8"><title>Gói giao sổ hộ tịch</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="vi"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _by_type(books: Sequence[OfficeBook]) -> list[tuple[str, str, str]]:
    kinds = dict.fromkeys(book.label for book in books)
    mine = {kind: [book for book in books if book.label == kind] for kind in kinds}
    rows = [(kind, str(len(own)), str(sum(b.rows for b in own))) for kind, own in mine.items()]
    return [*rows, ("Tất cả", str(len(books)), str(sum(b.rows for b in books)))]


def _by_year(years: Sequence[YearCount]) -> list[tuple[str, str, str]]:
    return [(y.register_type.label, str(y.year) if y.year else "không rõ", str(y.cases)) for y in years]


def _book_rows(books: Sequence[OfficeBook]) -> list[tuple[str, ...]]:
    return [
        (
            f"{b.label}, quyển {b.volume}",
            f"{b.unit} {b.unit_code}".strip(),
            b.authority,
            f"{b.accepted_by}, {b.accepted_on}",
            str(b.rows),
        )
        for b in books
    ]


def _tables() -> Iterable[str]:
    for table, group in groupby(register_columns(), key=lambda row: row[0]):
        yield f"<h3><code>{escape(table)}</code>: {escape(_TABLES[table])}</h3>"
        rows = [(column, meaning, codes) for _, column, meaning, _, codes in group]
        yield _table(("Cột", "Nghĩa", "Danh mục mã"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> str:
    """A table; its last `figures` columns hold figures."""
    first = len(heads) - figures
    lines = [f"<tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>"]
    for row in rows:
        cells = (
            f'<td class="so">{escape(c)}</td>' if i >= first else f"<td>{escape(c)}</td>" for i, c in enumerate(row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(lines)}</table>"
