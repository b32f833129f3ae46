"""CSV files from outside: the encoding is found or refused by name, never guessed into wrong letters."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from exports.errors import LegacyCharsetError, WorkbookError, not_there, nothing_in
from vietnamese.legacy_charsets import Charset, charset_of_bytes

__all__ = ["CSV_SUFFIXES", "csv_rows"]

CSV_SUFFIXES = (".csv", ".txt", ".tsv")
_SIGNS = ";\t,|"
"""What may part cells; of as many the first."""
_TITLES = 20
"""Lines above a table at most."""


def csv_rows(path: Path, charset: Charset | None = None, delimiter: str = "") -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows of a CSV file with their numbers; empty ones are left out.

    Args:
        path: UTF-8, or UTF-16 as Excel's «Unicode Text» saves it.
        charset: how it is typed, where it is not Unicode.
        delimiter: what parts the cells; empty: the likeliest by the first line that has any; titles above have none.

    Raises:
        LegacyCharsetError: the file is not typed in Unicode and `charset` does not say how.
        WorkbookError: empty, damaged, missing.
    """
    try:
        with path.open(encoding=_encoding(path, charset), newline="") as file:
            first = next((line for line in islice(file, _TITLES) if any(sign in line for sign in _SIGNS)), "")
            file.seek(0)
            delimiter = delimiter or max(_SIGNS, key=first.count)
            for number, row in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                if any(cell.strip() for cell in row):
                    yield number, tuple(row)
    except UnicodeError as error:
        raise _not_unicode(path) from error
    except csv.Error as error:
        raise WorkbookError("damaged", f"Tệp CSV {path.name} bị hỏng ({error}). Hãy xuất lại tệp.") from error
    except OSError as error:
        raise not_there(path) from error


def _encoding(path: Path, charset: Charset | None) -> str:
    """Python's name of the file's encoding; the bytes are looked through once, because a stream may fail too late."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as raw:
        head = raw.read(1 << 16)
        if not head:
            raise nothing_in(path)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        try:
            block = head
            while block:
                decoder.decode(block)
                block = raw.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return _legacy_encoding(path, charset, head, error)
    return "utf-8-sig"


def _legacy_encoding(path: Path, charset: Charset | None, head: bytes, error: UnicodeDecodeError) -> str:
    if charset in (Charset.TCVN3, Charset.VNI):
        return "latin-1"
    if charset is Charset.WINDOWS_1258:
        return "cp1258"
    found = charset_of_bytes(head)
    if found:
        raise LegacyCharsetError(path.name, found) from error
    raise _not_unicode(path) from error


def _not_unicode(path: Path) -> WorkbookError:
    return WorkbookError(
        "encoding",
        f"Tệp {path.name} không dùng bảng mã Unicode. Hãy lưu lại dạng «CSV UTF-8» rồi nhập lại. Chưa có dòng nào "
        "được nhập.",
    )
