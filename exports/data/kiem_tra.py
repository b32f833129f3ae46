"""Kiểm tra gói giao của một đơn vị: đủ tệp, không tệp nào bị sửa, số liệu của sổ, Excel và PDF khớp nhau.

Chỉ cần Python 3.8 trở lên, không cần cài gì thêm, không ghi gì vào gói:

    python kiem-tra.py                  gói nằm cùng thư mục với tệp này
    python kiem-tra.py THU_MUC          gói nằm ở thư mục khác
    python kiem-tra.py --khoa "3fa9 .." so thêm dấu vân khóa mà đơn vị giao đã đọc qua điện thoại

Kết thúc với mã 0 khi đúng hết, 1 khi có sai lệch (liệt kê từng điều), 2 khi không đọc được gói.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sqlite3
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MANIFEST, SIGNATURE, SUMS = "ban-ke.json", "ban-ke.ky.json", "SHA256SUMS"
REGISTER, UNFINISHED = "so-ho-tich.sqlite", "CHUA-XONG.txt"
FORMAT = "so-ho-tich-giao-don-vi"
NOT_LISTED = {MANIFEST, SIGNATURE, SUMS}
LARGEST_PART = 1 << 30
"""Bytes that one part of a workbook may unpack to."""
MOST_TOLD = 200
"""Faults told one by one; how many more there are is one line."""
PDF_NAME = re.compile(r"[A-Z]{2,3}\.\d{4}\.\d{2,3}\.\d{4}-\d{2}-\d{2}\.\d{2,6}[a-z]{0,4}(-\d{1,2})?\.pdf")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STROKED = str.maketrans("đðɖ", "ddd")
"""Letters with a stroke, and the two that are typed in their place, have no mark to take off."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Unreadable(Exception):
    """Nothing can be said of the folder; the message says why."""


class Findings:
    """What is wrong, in the order it was found."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        """Note one thing."""
        self.lines.append(line)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in parts."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def read_manifest(folder: Path) -> dict[Any, Any]:
    """The manifest, of the form this script knows."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Unreadable(f"Không có tệp {MANIFEST} trong {folder}: đây không phải gói giao, hoặc gói chưa ghi xong.")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or manifest["version"] != 1:
            raise Unreadable(f"Tệp {MANIFEST} không phải bản kê mà tệp kiểm tra này biết.")
        for name in ("books", "files", "years", "cases", "largest_pdf_bytes", "audit_event", "audit_hash"):
            manifest[name]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"Tệp {MANIFEST} bị hỏng ({type(error).__name__}).") from error
    return manifest


def check_signature(folder: Path, expected: str, found: Findings) -> str:
    """The fingerprint of the key that signed the manifest; empty when the signature is not right."""
    content = (folder / MANIFEST).read_bytes()
    try:
        seal = json.loads((folder / SIGNATURE).read_text(encoding="utf-8"))
        key, signature = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"])
    except (OSError, ValueError, KeyError, TypeError):
        found.add(f"Không đọc được chữ ký ({SIGNATURE}).")
        return ""
    if not signed(key, content, signature):
        found.add(f"Chữ ký không khớp với {MANIFEST}: bản kê đã bị sửa sau khi ký.")
        return ""
    digits = hashlib.sha256(key).hexdigest()[:32]
    shown = " ".join(digits[i : i + 4] for i in range(0, 32, 4))
    wanted = re.sub(r"[^0-9a-f]", "", expected.lower())
    if expected and wanted not in (digits, key.hex()):
        found.add(f"Gói ký bằng khóa khác với khóa đã cho: dấu vân của gói là {shown}.")
    return shown


def check_files(folder: Path, manifest: dict[str, Any], found: Findings) -> set[str]:
    """Paths of the files that are there with the right bytes."""
    right: set[str] = set()
    for file in manifest["files"]:
        path = str(file["path"])
        place = folder / path
        if path.startswith("/") or "\\" in path or ".." in path.split("/") or place.is_symlink():
            found.add(f"Tên tệp không hợp lệ trong bản kê: {path}")
        elif not place.is_file():
            found.add(f"Thiếu tệp {path}")
        elif place.stat().st_size != file["size"] or sha256_of(place) != file["sha256"]:
            found.add(f"Tệp {path} đã bị sửa (mã SHA-256 khác bản kê)")
        else:
            right.add(path)
    listed = {str(file["path"]) for file in manifest["files"]}
    for place in sorted(folder.rglob("*")):
        path = place.relative_to(folder).as_posix()
        if (place.is_file() or place.is_symlink()) and path not in listed and path not in NOT_LISTED:
            found.add(f"Tệp {path} không có trong bản kê")
    sums = "".join(f"{file['sha256']}  {file['path']}\n" for file in manifest["files"])
    try:
        if (folder / SUMS).read_text(encoding="utf-8") != sums:
            found.add(f"Tệp {SUMS} khác với bản kê")
    except (OSError, UnicodeDecodeError):
        found.add(f"Không đọc được tệp {SUMS}")
    return right


def workbook_rows(path: Path) -> dict[Any, Any]:
    """Cells of the first sheet by row number and column name; the head is row 1."""
    with zipfile.ZipFile(path) as archive:
        if any(part.file_size > LARGEST_PART for part in archive.infolist()):
            raise ValueError("too large")
        shared: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(SHEET + "si"):
                shared.append("".join(text.text or "" for text in item.iter(SHEET + "t")))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = {}
    for row in sheet.iter(SHEET + "row"):
        cells = {re.sub(r"\d", "", c.get("r") or ""): cell_text(c, shared) for c in row.iter(SHEET + "c")}
        rows[int(row.get("r") or 0)] = {column: text for column, text in cells.items() if text}
    heads = {column: text.split()[0] for column, text in rows.pop(1, {}).items() if text.strip()}
    return {
        number: {heads.get(column, column): text for column, text in cells.items()}
        for number, cells in rows.items()
        if cells
    }


def cell_text(cell: ElementTree.Element, shared: list[str]) -> str:
    """The text of a cell."""
    if cell.get("t") == "inlineStr":
        text = "".join(part.text or "" for part in cell.iter(SHEET + "t"))
    else:
        value = cell.find(SHEET + "v")
        text = "" if value is None or value.text is None else value.text
        if cell.get("t") == "s" and text:
            text = shared[int(text)]
    return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)


def check_pdfs(path: Path, book: dict[str, Any], limit: int, found: Findings) -> dict[Any, Any]:
    """Digest and size of each case's PDF in a book's .zip, by name."""
    name, pdfs = f"{book['folder']}/{book['zip']}", {}
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            cover = part.filename.startswith("Cover.")
            if not cover and not PDF_NAME.fullmatch(part.filename):
                found.add(f"{name}: tên «{part.filename}» không theo quy tắc đặt tên PDF")
            if part.file_size > limit and part.filename not in book["oversize"]:
                found.add(f"{name}: {part.filename} nặng {part.file_size} byte, quá {limit} byte")
            content = archive.read(part)
            if not content.startswith(b"%PDF"):
                found.add(f"{name}: {part.filename} không phải PDF")
            if not cover:
                pdfs[part.filename] = (hashlib.sha256(content).hexdigest(), len(content))
    if len(pdfs) != book["pdfs"]:
        found.add(f"{name}: có {len(pdfs)} PDF, bản kê ghi {book['pdfs']}")
    return pdfs


def check_book(
    folder: Path,
    book: dict[str, Any],
    right: set[str],
    register: sqlite3.Connection | None,
    limit: int,
    found: Findings,
) -> None:
    """One book: rows of Excel against those of the register, PDFs against both."""
    excel, archive = (f"{book['folder']}/{book[part]}" for part in ("workbook", "zip"))
    if excel not in right or archive not in right:
        return  # it is told already that the file is missing or changed
    try:
        rows = workbook_rows(folder / excel)
        pdfs = check_pdfs(folder / archive, book, limit, found)
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        found.add(f"Không đọc được tệp của quyển {book['folder']} ({type(error).__name__})")
        return
    if len(rows) != book["rows"]:
        found.add(f"{excel}: có {len(rows)} dòng, bản kê ghi {book['rows']}")
    if register is not None:
        compare_rows(register, book, rows, pdfs, found)


def compare_rows(
    register: sqlite3.Connection,
    book: dict[str, Any],
    rows: dict[int, dict[str, str]],
    pdfs: dict[str, tuple[str, int]],
    found: Findings,
) -> None:
    """Every cell of a book's workbook against the register, and every name against the search table."""
    kind = str(book["register_type"])
    named = [r[0] for r in register.execute("SELECT cot FROM cot WHERE bang = ? AND loai_gia_tri = 'name'", (kind,))]
    query = f'SELECT t.dong, t.tep_pdf, t.sha256_pdf, t.byte_pdf, k.* FROM truong_hop t JOIN "{kind}" k'
    cases = register.execute(query + " ON k.truong_hop_id = t.id WHERE t.quyen_id = ?", (book["id"],))
    heads = [head[0] for head in cases.description][4:]
    seen: set[int] = set()
    for row, pdf, digest, size, *cells in cases.fetchall():
        where = f"{book['folder']}, dòng {row}"
        kept = {head: text for head, text in zip(heads, cells) if text != "" and head != "truong_hop_id"}  # noqa: B905
        seen.add(row)
        if row not in rows:
            found.add(f"{where}: sổ tra cứu có nhưng Excel không có")
            continue
        differing = sorted(n for n in set(kept) | set(rows[row]) if kept.get(n, "") != rows[row].get(n, ""))
        if differing:
            found.add(f"{where}: sổ tra cứu khác Excel ở cột {', '.join(differing)}")
        if pdfs.get(pdf) != (digest, size):
            found.add(f"{where}: PDF {pdf} thiếu hoặc khác với sổ tra cứu")
        names = {(name, kept[name], folded(kept[name])) for name in named if kept.get(name)}
        found_names = register.execute(
            "SELECT cot, ho_ten, ho_ten_khong_dau FROM ho_ten WHERE truong_hop_id = ?", (cells[0],)
        )
        if names != set(found_names.fetchall()):
            found.add(f"{where}: bảng ho_ten không khớp với trường hợp")
    for row in sorted(set(rows) - seen):
        found.add(f"{book['folder']}, dòng {row}: Excel có nhưng sổ tra cứu không có")


def folded(text: str) -> str:
    """Small letters without marks, words parted by one space."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(STROKED)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def opened_register(folder: Path, found: Findings) -> sqlite3.Connection | None:
    """The register opened for reading alone; None when it is no whole database."""
    try:
        place = (folder / REGISTER).resolve().as_uri()
        register = sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True)
        if register.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError
        register.execute("SELECT id FROM truong_hop LIMIT 1")
    except sqlite3.DatabaseError:
        found.add(f"Tệp {REGISTER} thiếu hoặc hỏng")
        return None
    return register


def check_counts(register: sqlite3.Connection, manifest: dict[str, Any], found: Findings) -> None:
    """Counts by book, register type and year against the manifest."""
    listed = {book["id"]: book["rows"] for book in manifest["books"]}
    kept = dict(register.execute("SELECT quyen_id, count(*) FROM truong_hop GROUP BY 1").fetchall())
    known = {row[0] for row in register.execute("SELECT id FROM quyen")}
    for book in manifest["books"]:
        if kept.get(book["id"], 0) != book["rows"]:
            found.add(
                f"{book['folder']}: sổ tra cứu có {kept.get(book['id'], 0)} trường hợp, bản kê ghi {book['rows']}"
            )
    if known != set(listed):
        found.add(f"Sổ tra cứu có {len(known)} quyển, bản kê ghi {len(listed)} quyển, hoặc không cùng các quyển")
    years = {(one["register_type"], one["year"]): one["cases"] for one in manifest["years"]}
    counted = register.execute("SELECT loai, nam_dang_ky, count(*) FROM truong_hop GROUP BY 1, 2").fetchall()
    if {(kind, year): count for kind, year, count in counted} != years:
        found.add("Số trường hợp theo loại và năm của sổ tra cứu khác với bản kê")
    total = sum(count for _, _, count in counted)
    if total != manifest["cases"] or sum(listed.values()) != manifest["cases"]:
        found.add(f"Tổng số trường hợp không khớp: sổ tra cứu {total}, bản kê {manifest['cases']}")


P = 2**255 - 19
"""The field of Ed25519 (RFC 8032, 5.1)."""
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of its group of points."""
D = -121665 * pow(121666, P - 2, P) % P


def recovered(encoded: bytes) -> tuple[int, int, int, int] | None:
    """A point (x, y, z, x*y) from its 32 bytes; None when there is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def added(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The sum of two points."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def times(number: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A multiple of a point."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = added(total, point)
        point, number = added(point, point), number >> 1
    return total


def signed(key: bytes, content: bytes, signature: bytes) -> bool:
    """Whether the signature of the content was made with this key."""
    if len(key) != 32 or len(signature) != 64:
        return False
    base = recovered((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    public, start = recovered(key), recovered(signature[:32])
    share = int.from_bytes(signature[32:], "little")
    if base is None or public is None or start is None or share >= ORDER:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + key + content).digest(), "little") % ORDER
    left, right = times(share, base), added(start, times(digest, public))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def check(folder: Path, key: str) -> Findings:
    """Check a delivery, telling on the way what it is."""
    found = Findings()
    manifest = read_manifest(folder)
    if (folder / UNFINISHED).exists():
        found.add(f"Gói chưa ghi xong (còn tệp {UNFINISHED}). Hãy chạy lại lệnh giao rồi kiểm tra lại.")
    fingerprint = check_signature(folder, key, found)
    print(f"Đơn vị: {manifest['unit']} {manifest['unit_code']}".rstrip())
    print(f"Lập lúc {manifest['made_at']}, nghiệm thu ở cấp {manifest['level_label']}")
    print(f"Dấu vân khóa: {fingerprint or '(không xác định)'}")
    print(f"Đầu nhật ký: dòng {manifest['audit_event']}, mã {manifest['audit_hash'][:16]}")
    right = check_files(folder, manifest, found)
    register = opened_register(folder, found) if REGISTER in right or (folder / REGISTER).is_file() else None
    try:
        if register is not None:
            check_counts(register, manifest, found)
        for book in manifest["books"]:
            check_book(folder, book, right, register, int(manifest["largest_pdf_bytes"]), found)
    except (sqlite3.DatabaseError, KeyError, TypeError, AttributeError) as error:
        found.add(f"Bản kê hoặc sổ tra cứu không có dạng đã định ({type(error).__name__})")
    finally:
        if register is not None:
            register.close()
    print(f"{len(manifest['books'])} quyển, {manifest['cases']} trường hợp, {len(manifest['files'])} tệp trong bản kê")
    for left in manifest["kept_back"]:
        print(f"Không giao: {left['title']}: {left['reason']}")
    return found


def main() -> int:
    """Run from the command line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(description="Kiểm tra gói giao sổ hộ tịch của một đơn vị.")
    here = Path(__file__).resolve().parent
    parser.add_argument("folder", nargs="?", type=Path, default=here, metavar="THU_MUC", help="thư mục của gói")
    parser.add_argument("--khoa", default="", metavar="DAU_VAN", help="dấu vân khóa hoặc khóa công khai để so")
    asked = parser.parse_args()
    try:
        found = check(asked.folder, asked.khoa)
    except (Unreadable, OSError) as error:
        print(f"KHÔNG ĐỌC ĐƯỢC: {error}")
        return 2
    for line in found.lines[:MOST_TOLD]:
        print(f"SAI: {line}")
    if len(found.lines) > MOST_TOLD:
        print(f"... và {len(found.lines) - MOST_TOLD} điều nữa.")
    print(f"KẾT LUẬN: có {len(found.lines)} sai lệch." if found.lines else "KẾT LUẬN: gói đầy đủ, nguyên vẹn.")
    if not asked.khoa:
        print("Chưa so khóa: ai cũng ký được một gói như vậy. Hãy so dấu vân với đơn vị giao, hoặc thêm --khoa.")
    return 1 if found.lines else 0


if __name__ == "__main__":
    sys.exit(main())
