"""The manifest of an exported book: what was delivered, made from which scans, with SHA-256 of everything.

It proves what left the office, and lets the next export reuse the PDFs whose pictures did not change.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.errors import LeftOutCode
from layouts.register_types import RegisterType

__all__ = ["CaseFile", "LeftOut", "Manifest", "entries_delivered", "load_manifest", "manifest_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One delivered case."""

    entry_id: int
    row: int
    """Row of the workbook."""
    name: str
    """Name of the PDF in the .zip."""
    sha256: str
    size: int
    pages: int
    scans: tuple[str, ...]
    """SHA-256 of the scan files its pages come from."""
    picture_key: str
    """Digest of scans, regions and PDF settings: same key, same PDF."""
    quality: dict[str, Any]
    """Quality reached (`PdfQuality`)."""
    errors: tuple[str, ...] = ()
    """What the checks still called wrong when a supervisor approved it."""
    approved_because: str = ""
    """Why it was approved all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An entry that was not delivered, and why."""

    entry_id: int
    """0 for the book's cover."""
    code: LeftOutCode
    reason: str
    """Vietnamese, for people."""
    picture_key: str = ""
    """As in `CaseFile`: the next export does not try the same pictures again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything one export delivered; holds no time, so that the same data gives the same bytes."""

    stem: str
    register_type: RegisterType
    volume: str
    profile: str
    rows: int
    pdfs: int
    workbook: str
    workbook_sha256: str
    zip: str
    zip_sha256: str
    scans: tuple[str, ...]
    cases: tuple[CaseFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: int = 0
    audit_event: int = 0
    """Line of the audit log that was the last to concern the book; 0 in manifests of before there was one."""
    audit_hash: str = ""
    """Hash of that line: it stands for everything the log said up to there, so a log written anew shows."""
    schema: int = 1

    def to_json(self) -> str:
        """Readable JSON, keys in a fixed order."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load_manifest(path: Path) -> Manifest | None:
    """The manifest of an earlier export, None when there is none or it cannot be used."""
    try:
        return manifest_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def manifest_of(text: str) -> Manifest | None:
    """A manifest from its JSON, None when it cannot be used."""
    try:
        raw = json.loads(text)
        cases = tuple(
            CaseFile(**{**case, "scans": tuple(case["scans"]), "errors": tuple(case.get("errors", ()))})
            for case in raw.pop("cases")
        )
        left_out = tuple(LeftOut(**{**item, "code": LeftOutCode(item["code"])}) for item in raw.pop("left_out"))
        kind = RegisterType(raw.pop("register_type"))
        return Manifest(**{**raw, "scans": tuple(raw["scans"])}, register_type=kind, cases=cases, left_out=left_out)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # a damaged manifest only costs the reuse of PDFs


def entries_delivered(text: str) -> frozenset[int] | None:
    """Ids of the entries that a manifest in JSON delivers, without the rest of it; None when it cannot be used."""
    try:
        return frozenset(int(case["entry_id"]) for case in json.loads(text)["cases"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
