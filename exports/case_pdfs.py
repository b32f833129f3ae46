"""PDFs of the cases of one export: made from the pages' pictures, or taken over from the earlier export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from corrections.entries import Entry
from exports.entry_pdf import RECIPE, EntryPdf, PdfLimits, Picture, WordReader, make_entry_pdf
from exports.errors import PdfError
from exports.manifest import CaseFile, load_manifest, sha256_hex
from exports.profile import ExportProfile, OversizePdf
from layouts.geometry import RelativeBox
from ocr.errors import OcrError

__all__ = ["CasePage", "ExportEntry", "MadeCase", "PdfKitchen"]

_MARGIN = 0.008
"""Added around an entry's region, fraction of the page, so that writing over the frame is not cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A page, or a region of one, on which a case stands."""

    scan_digest: str
    """SHA-256 of the scan file."""
    page: int
    """Index of the page in its file, from 0."""
    load: Callable[[], Picture]
    """Gives the straightened page; called only when its PDF has to be made."""
    box: RelativeBox | None = None
    """The case's region on the straightened page; None for the whole page."""
    geometry: str = ""
    """What else decides the picture (half of a double page, rotation, straightening), for the reuse of PDFs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEntry:
    """An entry with the pages its picture is cut from, in order."""

    entry: Entry
    pages: tuple[CasePage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCase:
    """A case whose PDF is ready in the temporary folder."""

    item: ExportEntry
    file: CaseFile
    path: Path


class PdfKitchen:
    """Makes PDFs into the temporary folder, or takes them over from the earlier export's .zip."""

    def __init__(
        self, folder: Path, out: Path, stem: str, profile: ExportProfile, read_words: WordReader | None
    ) -> None:
        self.folder = folder
        self.out = out
        self.profile = profile
        self.read_words = read_words
        self.limits = PdfLimits(
            largest_bytes=profile.largest_pdf_bytes, dpi=profile.pdf_dpi, keep_colour=profile.keep_colour
        )
        self.made = self.reused = 0
        earlier = load_manifest(out / f"{stem}.manifest.json")
        self._earlier = {case.picture_key: case for case in earlier.cases} if earlier else {}
        self._earlier_zip = out / f"{stem}.zip"

    def make(self, item: ExportEntry) -> MadeCase:
        """The PDF of a case as a file named by its entry."""
        key = self._key(item)
        path = self.folder / "pdf" / f"{item.entry.id}.pdf"
        found = self._reuse(key)
        if found:
            data, case = found
            self.reused += 1
            file = replace(case, entry_id=item.entry.id)
        else:
            pdf = self.cook(item.pages)
            data = pdf.data
            self.made += 1
            file = self._case_file(item, key, pdf)
        path.write_bytes(data)
        return MadeCase(item=item, file=file, path=path)

    def cook(self, pages: Sequence[CasePage]) -> EntryPdf:
        """A new PDF from the pages' pictures."""
        pictures = [_cut(_load(page), page.box) for page in pages]
        oversize = self.profile.oversize_pdf is OversizePdf.SHIP_WITH_WARNING
        return make_entry_pdf(pictures, self.limits, read_words=self.read_words, accept_oversize=oversize)

    def _key(self, item: ExportEntry) -> str:
        pages = [(p.scan_digest, p.page, p.box.as_tuple() if p.box else None, p.geometry) for p in item.pages]
        recipe = [RECIPE, asdict(self.limits), self.profile.oversize_pdf.value, self.read_words is not None]
        return sha256_hex(json.dumps([pages, recipe], sort_keys=True).encode())

    def _reuse(self, key: str) -> tuple[bytes, CaseFile] | None:
        case = self._earlier.get(key)
        if case is None:
            return None
        try:
            with zipfile.ZipFile(self._earlier_zip) as archive:
                data = archive.read(case.name)
        except (OSError, KeyError, zipfile.BadZipFile):
            return None
        return (data, case) if sha256_hex(data) == case.sha256 else None

    def _case_file(self, item: ExportEntry, key: str, pdf: EntryPdf) -> CaseFile:
        return CaseFile(
            entry_id=item.entry.id,
            row=0,
            name="",
            sha256=sha256_hex(pdf.data),
            size=len(pdf.data),
            pages=pdf.pages,
            scans=tuple(dict.fromkeys(p.scan_digest for p in item.pages)),
            picture_key=key,
            quality=asdict(pdf.quality),
        )


def _load(page: CasePage) -> Picture:
    try:
        return page.load()
    except (OSError, ValueError, OcrError) as error:
        raise PdfError(
            "no_picture", "Không mở được ảnh quét của trường hợp này. Hãy nhập lại bản quét rồi xuất lại."
        ) from error


def _cut(picture: Picture, box: RelativeBox | None) -> Picture:
    if box is None:
        return picture
    height, width = picture.image.shape[:2]
    left, top = max(0.0, box.left - _MARGIN), max(0.0, box.top - _MARGIN)
    right, bottom = min(1.0, box.right + _MARGIN), min(1.0, box.bottom + _MARGIN)
    part = picture.image[int(top * height) : round(bottom * height), int(left * width) : round(right * width)]
    return replace(picture, image=part)
