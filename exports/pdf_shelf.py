"""PDFs of one book made before its export, each under the digest of everything it was made from.

A PDF whose page, region or settings changed since has another digest, so it is never found again; one whose bytes are
not those that were put there counts as missing. Nothing else stands here: losing the shelf costs time alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.entry_pdf import EntryPdf
from exports.errors import LeftOutCode
from exports.readability import PdfQuality
from storage.digests import sha256_hex

__all__ = ["PdfRefusal", "PdfShelf"]

_PART = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfRefusal:
    """Why a PDF cannot be made."""

    code: LeftOutCode
    reason: str


class PdfShelf:
    """A folder with a `.pdf` and a `.json` for each picture; the `.json`, written last, makes the PDF count."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, key: str) -> bool:
        """Whether something was put there; `get` still proves the bytes."""
        return self._note(key).exists()

    def get(self, key: str) -> EntryPdf | PdfRefusal | None:
        """What was made of a picture; None when nothing was, or it is damaged."""
        try:
            note: dict[str, Any] = json.loads(self._note(key).read_text(encoding="utf-8"))
            if "code" in note:
                return PdfRefusal(code=LeftOutCode(note["code"]), reason=note["reason"])
            data = self._pdf(key).read_bytes()
            if sha256_hex(data) != note["sha256"]:
                return None
            return EntryPdf(data=data, pages=note["pages"], quality=PdfQuality(**note["quality"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, made: EntryPdf | PdfRefusal) -> None:
        """Keep what was made of a picture.

        Raises:
            OSError: no room or no right to write; what stood there before still does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if isinstance(made, PdfRefusal):
            note: dict[str, Any] = asdict(made)
        else:
            self._write(self._pdf(key), made.data)
            note = {"sha256": sha256_hex(made.data), "pages": made.pages, "quality": asdict(made.quality)}
        self._write(self._note(key), json.dumps(note, ensure_ascii=False).encode())

    def keep_only(self, keys: Collection[str]) -> None:
        """Throw away what was made of other pictures, and what a kill left half-written."""
        wanted = {file.name for key in keys for file in (self._pdf(key), self._note(key))}
        if self.folder.is_dir():
            for file in self.folder.iterdir():
                if file.name not in wanted:
                    file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Throw everything away: the book's PDFs lie in its .zip now."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pdf(self, key: str) -> Path:
        return self.folder / f"{key}.pdf"

    def _note(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _write(self, path: Path, data: bytes) -> None:
        part = path.with_name(path.name + _PART)
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
