"""The delivery of a whole office: what lies where, and the manifest that names every file with its digest.

ban-ke.json        the manifest; ban-ke.ky.json beside it is its signature
SHA256SUMS         the same digests in the form that `sha256sum -c` reads
so-ho-tich.sqlite  the searchable register (`storage.register_file`)
DOC-TRUOC.html     what the tables and columns mean
kiem-tra.py        checks all of it with nothing but Python
quyen/UNIT/BOOK/   workbook, .zip and manifest of a book, byte for byte as they were accepted
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from corrections.acceptance import AcceptanceLevel
from layouts.register_types import RegisterType

__all__ = [
    "MANIFEST",
    "NO_LONGER",
    "README",
    "REGISTER",
    "SCRIPT",
    "SIGNATURE",
    "SUMS",
    "UNFINISHED",
    "FileDigest",
    "KeptBack",
    "KeptBackCode",
    "OfficeBook",
    "OfficeManifest",
    "YearCount",
    "load_office_manifest",
    "office_manifest_of",
    "signature_text",
    "sums_text",
    "years_of",
]

MANIFEST, SIGNATURE, SUMS = "ban-ke.json", "ban-ke.ky.json", "SHA256SUMS"
REGISTER, README, SCRIPT = "so-ho-tich.sqlite", "DOC-TRUOC.html", "kiem-tra.py"
UNFINISHED = "CHUA-XONG.txt"
"""Lies in the folder while a delivery is being written: what is there is no delivery yet."""
_FORMAT = "so-ho-tich-giao-don-vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    """One file of the delivery."""

    path: str
    """Below the folder, parts joined by `/`."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeBook:
    """One accepted book."""

    id: int
    folder: str
    """Below the delivery's folder; its end is the beginning of the workbook's digest, so a new delivery of the book
    never overwrites the one before."""
    register_type: RegisterType
    label: str
    volume: str
    unit_code: str
    unit: str
    authority: str
    """As the book itself names it."""
    rows: int
    pdfs: int
    workbook: str
    workbook_sha256: str
    zip: str
    zip_sha256: str
    accepted_by: str
    accepted_on: str
    """`dd/mm/yyyy`."""
    audit_event: int
    audit_hash: str
    oversize: tuple[str, ...] = ()
    """PDFs above the limit that the office's profile lets through."""


class KeptBackCode(StrEnum):
    """Why a book is not in the delivery."""

    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    """Accepted, and returned afterwards by a level that the acceptance rests on."""
    OPENED = "opened"
    """Accepted, and entries of it are being worked on again."""
    CHANGED = "changed"
    FILES_GONE = "files_gone"
    CANNOT_MAKE = "cannot_make"


NO_LONGER = frozenset(KeptBackCode) - {KeptBackCode.NOT_ACCEPTED, KeptBackCode.RETURNED}
"""Codes of books that were accepted, and are not delivered all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBack:
    """A book that is not in the delivery, and why."""

    id: int
    title: str
    code: KeptBackCode
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCount:
    """How many cases of a register were registered in a year."""

    register_type: RegisterType
    year: int
    """0: no readable year."""
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeManifest:
    """Everything one delivery holds."""

    unit_code: str
    unit: str
    level: AcceptanceLevel
    """Whose acceptance was asked for."""
    level_label: str
    made_at: str
    """Vietnam's clock, `dd/mm/yyyy hh:mm`."""
    made_by: str
    largest_pdf_bytes: int
    books: tuple[OfficeBook, ...]
    kept_back: tuple[KeptBack, ...]
    years: tuple[YearCount, ...]
    files: tuple[FileDigest, ...]
    audit_event: int
    """Last line of the audit log when the delivery was written, and its hash."""
    audit_hash: str
    format: str = _FORMAT
    version: int = 1

    @property
    def stem(self) -> str:
        """What the delivery is called."""
        return f"cả đơn vị {self.unit}"

    @property
    def cases(self) -> int:
        """Cases of all books."""
        return sum(book.rows for book in self.books)

    def by_type(self) -> Mapping[str, tuple[int, int]]:
        """Books and cases by the register's Vietnamese name."""
        books = Counter(book.label for book in self.books)
        cases: Counter[str] = Counter()
        for book in self.books:
            cases[book.label] += book.rows
        return {label: (books[label], cases[label]) for label in books}

    def to_json(self) -> str:
        """Readable JSON, keys in a fixed order."""
        content = asdict(self) | {"cases": self.cases}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def years_of(counted: Mapping[tuple[RegisterType, int], int]) -> tuple[YearCount, ...]:
    """Counts by register type and year, in order."""
    return tuple(YearCount(register_type=kind, year=year, cases=n) for (kind, year), n in sorted(counted.items()))


def load_office_manifest(folder: Path) -> OfficeManifest | None:
    """The manifest of a delivery that was written before; None when there is none, or it cannot be used."""
    try:
        return office_manifest_of((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def office_manifest_of(text: str) -> OfficeManifest | None:
    """A manifest from its JSON, None when it is none."""
    try:
        raw: dict[str, Any] = json.loads(text)
        raw.pop("cases", None)
        raw["level"] = AcceptanceLevel(raw["level"])
        raw["books"] = tuple(_book(book) for book in raw["books"])
        raw["kept_back"] = tuple(KeptBack(**{**one, "code": KeptBackCode(one["code"])}) for one in raw["kept_back"])
        raw["years"] = tuple(
            YearCount(**{**one, "register_type": RegisterType(one["register_type"])}) for one in raw["years"]
        )
        raw["files"] = tuple(FileDigest(**one) for one in raw["files"])
        manifest = OfficeManifest(**raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if manifest.format == _FORMAT else None


def _book(raw: Mapping[str, Any]) -> OfficeBook:
    """A book of a manifest; one that was written before changed books stayed out tells of changes too."""
    known = {name: value for name, value in raw.items() if name != "changed"}
    typed = {
        "register_type": RegisterType(raw["register_type"]),
        "oversize": tuple(raw["oversize"]),
    }
    return OfficeBook(**{**known, **typed})


def signature_text(manifest_sha256: str, public_key: str, signature: str) -> str:
    """The file with the manifest's signature: Ed25519 over the bytes of the manifest."""
    content = {"sha256": manifest_sha256, "public_key": public_key, "signature": signature, "algorithm": "Ed25519"}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def sums_text(files: Iterable[FileDigest]) -> str:
    """Digests in the form of `sha256sum`."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)
