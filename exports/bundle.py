"""Export of a book: standard workbook, one PDF a case in a flat .zip, manifest and summary.

Everything is written into a temporary folder beside the goal and moved when it is complete, so that a full disk or a
killed process leaves the earlier export as it was. The same data gives the same bytes; a second export makes only the
PDFs again whose pictures changed.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corrections.entries import Book, Entry, EntryState
from corrections.review import errors_among
from corrections.titles import entry_title
from exports.case_pdfs import CasePage, ExportEntry, MadeCase, PdfKitchen
from exports.errors import ExportError, LeftOutCode, NameRuleError, PdfError, clear_error
from exports.manifest import CaseFile, LeftOut, Manifest
from exports.names import case_pdf_name, cover_pdf_name, package_stem, unique_names
from exports.pdf_shelf import PdfShelf
from exports.profile import ExportProfile
from exports.readability import WordReader
from exports.rehearsal import excused, rehearse_rows, with_review
from exports.rehearsal_report import ExportRefusedError, RehearsalReport
from exports.rows import CaseRow, entry_row
from exports.standard_workbook import write_standard_workbook
from exports.summary import summary_text
from storage.digests import sha256_hex, sha256_of

__all__ = ["CasePage", "ExportEntry", "ExportSummary", "export_book", "rehearse_book"]

Progress = Callable[[int, int], None]
"""Called with cases done and cases in all."""

_STALE_SECONDS = 6 * 3600
"""Age from which a half-written folder is taken for one of a killed export. By judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """What an export wrote and what it left out."""

    workbook: Path
    zip: Path
    manifest_path: Path
    summary_path: Path
    manifest: Manifest
    report: RehearsalReport
    left_out: tuple[LeftOut, ...]
    pdfs_made: int
    pdfs_reused: int
    """Taken over from an earlier export."""
    pdfs_ready: int
    """Made in the background before."""
    changed: bool
    """False when every file was already there with the same bytes."""


def rehearse_book(
    book: Book, entries: Sequence[ExportEntry], profile: ExportProfile, *, include_unapproved: bool = False
) -> RehearsalReport:
    """Run the import rules on the rows an export would write, without making a PDF."""
    chosen, _ = _choose(entries, include_unapproved)
    return _rehearsed(book, chosen, profile)


def _rehearsed(book: Book, items: Sequence[ExportEntry], profile: ExportProfile) -> RehearsalReport:
    """The rules run on these entries; what was approved with a reason is told and keeps nothing back."""
    approved = (item.entry for item in items if item.entry.state is EntryState.APPROVED)
    reasons = {entry.id: entry.escalation_reason for entry in approved if entry.escalation_reason}
    report = rehearse_rows(book.register_type, _rows(book, items, profile), profile, book=book)
    return with_review(excused(report, reasons), [item.entry for item in items])


def export_book(
    book: Book,
    entries: Sequence[ExportEntry],
    profile: ExportProfile,
    out: Path,
    *,
    include_unapproved: bool = False,
    read_words: WordReader | None = None,
    cover: CasePage | None = None,
    earlier: Sequence[Path] = (),
    shelf: PdfShelf | None = None,
    audit_head: tuple[int, str] = (0, ""),
    processes: int = 1,
    progress: Progress | None = None,
) -> ExportSummary:
    """Write a book's delivery into a folder.

    Args:
        book: the register book.
        entries: its entries in the order of the book.
        profile: the province's choices.
        out: folder for `<stem>.xlsx`, `<stem>.zip`, `<stem>.manifest.json` and `<stem>.tom-tat.txt`.
        include_unapproved: deliver entries that no supervisor approved too (never those set aside).
        read_words: a recogniser to prove that each PDF is still readable; a function other processes can import.
        cover: the cover's page, packed when the profile asks for it.
        earlier: manifests of the book's earlier exports to other folders, whose PDFs may be taken over.
        shelf: PDFs made in the background before.
        audit_head: the last line of the audit log that concerns the book, and its hash.
        processes: how many make PDFs at once.
        progress: called once what was made before is at hand, and after each case that is made.

    Raises:
        ExportRefusedError: the rehearsal found errors; nothing was written.
        ExportError: nothing to export (`nothing_to_export`), no room (`disk_full`), no right to write (`no_access`).
    """
    register_type = book.register_type
    stem = package_stem(
        register_type, book.volume_number, prefix=profile.file_prefix, separator=profile.file_prefix_separator
    )
    chosen, left_out = _choose(entries, include_unapproved)
    titles = {item.entry.id: _title(item.entry) for item in entries}
    chosen, unscanned = _with_scans(chosen)
    left_out += unscanned
    _refuse_errors(_rehearsed(book, chosen, profile))
    with _writing_to(out, stem) as folder:
        manifests = (out / f"{stem}.manifest.json", *earlier)
        kitchen = PdfKitchen(
            folder, profile, earlier=manifests, shelf=shelf, read_words=read_words, processes=processes
        )
        delivered, unreadable = _make_pdfs(book, chosen, profile, kitchen, progress)
        cover_pdf, no_cover = _make_cover(cover if profile.cover_in_zip else None, kitchen)
        left_out = tuple(sorted(left_out + unreadable + no_cover, key=lambda x: x.entry_id))
        if not delivered:
            raise _nothing_to_export(unreadable, titles)
        report = _rehearsed(book, [d.item for d in delivered], profile)
        return _deliver(book, stem, out, profile, delivered, left_out, report, kitchen, cover_pdf, audit_head, titles)


def _choose(entries: Sequence[ExportEntry], include_unapproved: bool) -> tuple[list[ExportEntry], tuple[LeftOut, ...]]:
    chosen, left_out = [], []
    for item in entries:
        state = item.entry.state
        if state is EntryState.SET_ASIDE:
            left_out.append(
                LeftOut(
                    entry_id=item.entry.id,
                    code=LeftOutCode.SET_ASIDE,
                    reason="Không phải trường hợp (đã loại khi rà soát).",
                )
            )
        elif state is not EntryState.APPROVED and not include_unapproved:
            left_out.append(
                LeftOut(
                    entry_id=item.entry.id,
                    code=LeftOutCode.NOT_APPROVED,
                    reason="Chưa được duyệt; hãy duyệt rồi xuất lại.",
                )
            )
        else:
            chosen.append(item)
    return chosen, tuple(left_out)


def _title(entry: Entry) -> str:
    """What people call an entry, as the beginning of a sentence."""
    title = entry_title(entry)
    return f"Trường hợp {title}" if title else f"Trường hợp chưa rõ số (mã {entry.id})"


def _with_scans(entries: Sequence[ExportEntry]) -> tuple[list[ExportEntry], tuple[LeftOut, ...]]:
    """The import tool refuses a row without its PDF, so a case without a scan waits for one."""
    reason = "Không có bản quét nên không có PDF; hãy quét trang, hoặc giao trường hợp này theo cách Sở hướng dẫn."
    left_out = (LeftOut(entry_id=i.entry.id, code=LeftOutCode.NO_SCAN, reason=reason) for i in entries if not i.scanned)
    return [item for item in entries if item.scanned], tuple(left_out)


def _nothing_to_export(unreadable: Sequence[LeftOut], titles: Mapping[int, str]) -> ExportError:
    why = "Sổ này chưa có trường hợp nào đủ điều kiện xuất. Hãy duyệt các trường hợp rồi xuất lại."
    if unreadable:
        first = unreadable[0]
        why = f"Không làm được PDF của trường hợp nào. {titles.get(first.entry_id, 'Bìa sổ')}: {first.reason}"
    return ExportError("nothing_to_export", why)


def _rows(book: Book, items: Sequence[ExportEntry], profile: ExportProfile) -> list[CaseRow]:
    rows = (entry_row(item.entry, book, profile, row=i) for i, item in enumerate(items, start=2))
    return [replace(row, scanned=item.scanned) for row, item in zip(rows, items, strict=True)]


def _refuse_errors(report: RehearsalReport) -> None:
    if report.errors:
        raise ExportRefusedError(
            f"Chưa xuất được: diễn tập nhập có {len(report.errors)} lỗi. Hãy sửa các trường hợp được nêu rồi xuất lại.",
            report,
        )


def _make_pdfs(
    book: Book,
    items: Sequence[ExportEntry],
    profile: ExportProfile,
    kitchen: PdfKitchen,
    progress: Progress | None,
) -> tuple[list[MadeCase], tuple[LeftOut, ...]]:
    """PDFs of the chosen entries under temporary names; those that cannot be made are left out."""
    made, left_out = [], []

    def moved(done: int) -> None:
        if progress:
            progress(done, len(items))

    with closing(kitchen.make(items, moved)) as dishes:
        for dish in dishes:
            if isinstance(dish, LeftOut):
                left_out.append(dish)
            else:
                made.append(dish)
    names = _names(book, [m.item for m in made], profile)
    numbered = [
        replace(m, file=_approved(replace(m.file, name=name, row=row), m.item.entry))
        for row, (m, name) in enumerate(zip(made, names, strict=True), start=2)
    ]
    return numbered, tuple(left_out)


def _approved(file: CaseFile, entry: Entry) -> CaseFile:
    """The case with what it was approved over, if anything."""
    errors = tuple(finding.message for finding in errors_among(entry.findings))
    return replace(file, errors=errors, approved_because=entry.escalation_reason)


def _make_cover(cover: CasePage | None, kitchen: PdfKitchen) -> tuple[bytes | None, tuple[LeftOut, ...]]:
    """The cover's PDF; a cover that cannot be made readable stays out, the cases still go."""
    if cover is None:
        return None, ()
    try:
        return kitchen.make_cover(cover), ()
    except PdfError as error:
        return None, (LeftOut(entry_id=0, code=LeftOutCode.COVER, reason=f"Bìa sổ: {error}"),)


def _names(book: Book, items: Sequence[ExportEntry], profile: ExportProfile) -> list[str]:
    register_type = book.register_type
    names = []
    for item, row in zip(items, _rows(book, items, profile), strict=True):
        value = row.values
        try:
            names.append(
                case_pdf_name(
                    register_type,
                    value.get("quyenSo", ""),
                    value.get("ngayDangKy", ""),
                    value.get("so", ""),
                    width=profile.file_number_width,
                )
            )
        except NameRuleError as error:
            raise ExportError(error.code, f"{_title(item.entry)}: {error}") from error
    return unique_names(names)


def _deliver(
    book: Book,
    stem: str,
    out: Path,
    profile: ExportProfile,
    made: list[MadeCase],
    left_out: tuple[LeftOut, ...],
    report: RehearsalReport,
    kitchen: PdfKitchen,
    cover: bytes | None,
    audit_head: tuple[int, str],
    titles: Mapping[int, str],
) -> ExportSummary:
    register_type = book.register_type
    names = [m.file.name for m in made]
    rows = _rows(book, [m.item for m in made], profile)
    workbook = write_standard_workbook(register_type, rows, profile, file_names=names)
    folder = kitchen.folder
    (folder / f"{stem}.xlsx").write_bytes(workbook)
    _pack(folder / f"{stem}.zip", made, stem, cover)
    manifest = Manifest(
        stem=stem,
        register_type=book.register_type,
        volume=book.volume_number,
        profile=profile.name,
        rows=len(rows),
        pdfs=len(made),
        workbook=f"{stem}.xlsx",
        workbook_sha256=sha256_hex(workbook),
        zip=f"{stem}.zip",
        zip_sha256=sha256_of(folder / f"{stem}.zip"),
        scans=tuple(sorted({scan for m in made for scan in m.file.scans})),
        cases=tuple(m.file for m in made),
        left_out=left_out,
        warnings=len(report.warnings),
        audit_event=audit_head[0],
        audit_hash=audit_head[1],
    )
    (folder / f"{stem}.manifest.json").write_text(manifest.to_json(), encoding="utf-8", newline="\n")
    text = summary_text(manifest, report, register_type, titles)
    (folder / f"{stem}.tom-tat.txt").write_text(text, encoding="utf-8", newline="\n")
    changed = _publish(folder, out, stem)
    return ExportSummary(
        workbook=out / f"{stem}.xlsx",
        zip=out / f"{stem}.zip",
        manifest_path=out / f"{stem}.manifest.json",
        summary_path=out / f"{stem}.tom-tat.txt",
        manifest=manifest,
        report=report,
        left_out=left_out,
        pdfs_made=kitchen.made,
        pdfs_reused=kitchen.reused,
        pdfs_ready=kitchen.ready,
        changed=changed,
    )


def _pack(path: Path, made: Sequence[MadeCase], stem: str, cover: bytes | None) -> None:
    """The flat .zip, sorted by name, stored (JPEG does not shrink), with a fixed time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        if cover is not None:
            _store(archive, cover_pdf_name(stem), cover)
        for item in sorted(made, key=lambda m: m.file.name):
            _store(archive, item.file.name, item.path.read_bytes())


def _store(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3  # the same bytes on every operating system
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def _publish(folder: Path, out: Path, stem: str) -> bool:
    """Move the finished files to their place, the manifest last; files with the same bytes are left alone."""
    changed = False
    for ending in (".zip", ".xlsx", ".tom-tat.txt", ".manifest.json"):
        new, old = folder / f"{stem}{ending}", out / f"{stem}{ending}"
        if old.exists() and filecmp.cmp(old, new, shallow=False):
            continue
        new.replace(old)
        changed = True
    return changed


@contextmanager
def _writing_to(out: Path, stem: str) -> Iterator[Path]:
    """A temporary folder on the goal's file system, gone afterwards; operating system errors become clear words."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        _remove_stale(out)
        folder = Path(tempfile.mkdtemp(prefix=f".{stem}.", suffix=".partial", dir=out))
        try:
            (folder / "pdf").mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise clear_error(error, out) from error


def _remove_stale(out: Path) -> None:
    """Leftovers of exports that were killed."""
    for path in out.glob(".*.partial"):
        if path.is_dir() and time.time() - path.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
