"""Delivery of a whole office: every accepted book with a searchable register, for whoever keeps the province's copy.

What is delivered of a book is what was accepted, byte for byte. Where those files are gone they are made again, which
gives the same bytes as long as nothing changed. A book that was opened again, that changed, or that a level below took
back is named and stays out until it is accepted anew.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corrections.acceptance import LEVEL_LABELS, AcceptanceLevel
from corrections.campaign.offices import Office, OfficeTree
from corrections.campaign.totals import dotted
from corrections.entries import Book, Role
from exports.errors import ExportError
from exports.manifest import Manifest, manifest_of
from exports.office_delivery import BookSource, DeliveryFolder, book_files_right
from exports.office_package import MANIFEST, KeptBack, KeptBackCode, OfficeBook, OfficeManifest
from exports.profile import ExportProfile, OversizePdf
from ocr.errors import OcrError
from storage import exports_log
from storage.acceptances import LastWord, Verdict, last_words, opened_again
from storage.audit_log import chain_head
from storage.books import list_books
from storage.clock import now
from storage.exports_log import ExportRecord
from storage.offices import office_tree
from storage.opening.database import Connection
from storage.separation import everything
from storage.states import VerdictResult
from vietnamese.shown_time import local_time, shown_day
from workbench.services.acceptance import told_changes
from workbench.services.acceptance_facts import changes_after
from workbench.services.background_jobs import Moved
from workbench.services.context import Context, requires
from workbench.services.days import today_kept
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.exporting import make_delivery
from workbench.services.naming import book_title
from workbench.services.offices import unit_of_caller
from workbench.services.settings import export_profile, get_office_setting
from workbench.signing import fingerprint, public_key_of, sign

__all__ = [
    "DeliveryPlan",
    "OfficeDelivery",
    "PlannedBook",
    "deliver_office",
    "delivery_plan",
    "folder_name",
    "unit_code",
]

_KEYS = "keys"
_ALONE = "co-quan"
"""Folder of books that belong to no unit of the tree."""
_UNNAMED = "Cơ quan chưa ghi tên"
_TOLD = 3
"""Changes of a book that are told; who wants all sees them in «Giao nhận, nghiệm thu»."""
_DIGITS = 8
"""Of a digest in a folder's name: enough to part two deliveries of one book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBook:
    """A book that was accepted."""

    book: Book
    verdict: Verdict
    on_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """What a delivery would hold."""

    unit: str
    unit_code: str
    level: AcceptanceLevel
    accepted: tuple[PlannedBook, ...]
    kept_back: tuple[KeptBack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDelivery:
    """A delivery that was written."""

    folder: Path
    manifest: OfficeManifest
    written: int
    """Books written now; the others lay there whole from a run before."""
    kept: int
    fingerprint: str
    """Of the key it is signed with, to be read out on the telephone."""


@requires(Role.SUPERVISOR, Role.INSPECTOR)
def delivery_plan(
    ctx: Context,
    *,
    office_id: int | None = None,
    below: bool = True,
    level: AcceptanceLevel = AcceptanceLevel.PROVINCE,
) -> DeliveryPlan:
    """Which books of a unit may be delivered, and why the others may not.

    Args:
        ctx: a supervisor's or an inspector's.
        office_id: the unit; None: everything the caller sees.
        below: with the units below it.
        level: whose acceptance counts.

    Raises:
        InvalidInput: no such unit among those the caller sees.
    """
    with ctx.read() as connection:
        tree = office_tree(connection)
        unit = _unit(ctx, tree, office_id)
        inside = tree.counted_in if below else tree.kept_by
        wanted = None if unit is None else inside(unit.id, today_kept())
        books = [book for book in list_books(connection) if wanted is None or book.office_id in wanted]
        words, opened = last_words(connection), opened_again(connection)
    accepted, kept_back = [], []
    for book in sorted(books, key=lambda b: (b.office, b.register_type.value, b.volume_number, b.id)):
        word = words.get((book.id, level))
        left = _kept_back(book, word, opened.get(book.id, 0), level)
        if left is not None:
            kept_back.append(left)
        elif word is not None:
            accepted.append(PlannedBook(book=book, verdict=word.verdict, on_day=word.on_day))
    return DeliveryPlan(
        unit=unit.name if unit else str(get_office_setting(ctx, "unit_name", "") or _at_the_top(tree)),
        unit_code=unit.code if unit else "",
        level=level,
        accepted=tuple(accepted),
        kept_back=tuple(kept_back),
    )


@requires(Role.SUPERVISOR)
def deliver_office(
    ctx: Context,
    out: Path,
    *,
    office_id: int | None = None,
    below: bool = True,
    level: AcceptanceLevel = AcceptanceLevel.PROVINCE,
    progress: Moved | None = None,
) -> OfficeDelivery:
    """Write the delivery of a unit into a folder; run again, it goes on where it was stopped.

    Args:
        ctx: a supervisor's.
        out: folder of this delivery alone.
        office_id: the unit; None: everything the caller sees.
        below: with the units below it.
        level: whose acceptance counts.
        progress: called with books done and books in all.

    Raises:
        InvalidInput: no such unit, or nothing was accepted.
        ExportError: disk full, no access, a folder with other things in it, or somebody else writes there.
    """
    plan = delivery_plan(ctx, office_id=office_id, below=below, level=level)
    if not plan.accepted:
        raise InvalidInput(
            f"Chưa có quyển nào được {LEVEL_LABELS[level]} nghiệm thu. Hãy nghiệm thu ở màn hình «Giao nhận, nghiệm "
            "thu»."
        )
    kept_back = list(plan.kept_back)
    with DeliveryFolder(out, plan.unit_code, plan.level.value) as folder:
        for done, planned in enumerate(plan.accepted):
            if progress:
                progress(done, len(plan.accepted))
            left = _put(ctx, folder, planned, level)
            if left:
                kept_back.append(left)
        if progress:
            progress(len(plan.accepted), len(plan.accepted))
        manifest = _finished(ctx, folder, plan, kept_back)
    key = public_key_of(ctx.settings.data_dir / _KEYS)
    return OfficeDelivery(
        folder=out, manifest=manifest, written=folder.written, kept=folder.kept, fingerprint=fingerprint(key)
    )


@requires(Role.SUPERVISOR)
def unit_code(ctx: Context, office_id: int | None = None) -> str:
    """Code of the unit whose delivery is meant; empty for everything the caller sees.

    Raises:
        InvalidInput: no such unit among those the caller sees.
        NotAllowed: the caller belongs to no unit and so sees nothing.
    """
    with ctx.read() as connection:
        unit = _unit(ctx, office_tree(connection), office_id)
    return unit.code if unit else ""


def folder_name(text: str) -> str:
    """A code or a number of ours as part of a file's path; what belongs to no unit has a name of its own."""
    return re.sub(r"[^0-9A-Za-z.-]+", "-", text).strip(".-") or _ALONE


def _unit(ctx: Context, tree: OfficeTree, office_id: int | None) -> Office | None:
    if office_id is None:
        own = ctx.who.office_id
        if own is None and ctx.office_ids() is not None:  # sees nothing, so not what was delivered of everything either
            raise NotAllowed("Tài khoản này chưa gắn với đơn vị nào. Hãy nhờ quản trị gắn ở màn hình «Tài khoản».")
        return tree.get(own) if own is not None else None
    return unit_of_caller(tree, ctx.office_ids(), office_id)


def _at_the_top(tree: OfficeTree) -> str:
    """Whose registers all of them are, where the settings name nobody."""
    top = [office.name for office in tree.children(None) if not office.abolished_on]
    return top[0] if len(top) == 1 else _UNNAMED


def _kept_back(book: Book, word: LastWord | None, opened: int, level: AcceptanceLevel) -> KeptBack | None:
    """Why a book stays out, as far as its minutes and its entries' states tell; None: it was accepted."""
    who, left = LEVEL_LABELS[level], partial(KeptBack, id=book.id, title=book_title(book))
    if word is None:
        return left(code=KeptBackCode.NOT_ACCEPTED, reason=f"{who} chưa nghiệm thu.")
    day = shown_day(word.on_day)
    if word.verdict.result is not VerdictResult.ACCEPTED:
        return left(code=KeptBackCode.RETURNED, reason=f"{who} trả lại ngày {day}: {word.verdict.reason}")
    if (back := word.taken_back) is not None:
        told = f"{LEVEL_LABELS[back.level]} trả lại ngày {shown_day(back.on_day)}: {back.verdict.reason}"
        return left(
            code=KeptBackCode.TAKEN_BACK,
            reason=f"{who} nghiệm thu ngày {day}, sau đó {told}. Hãy nghiệm thu lại từ cấp dưới.",
        )
    if opened:
        told = f"{who} nghiệm thu ngày {day}; nay còn {dotted(opened)} trường hợp đang mở lại, chưa duyệt."
        return left(code=KeptBackCode.OPENED, reason=f"{told} Hãy duyệt lại; nếu có sửa thì xuất, nghiệm thu lại.")
    return None


def _put(ctx: Context, folder: DeliveryFolder, planned: PlannedBook, level: AcceptanceLevel) -> KeptBack | None:
    """Write one book; why it stays out, if it does."""
    book = planned.book
    left = partial(KeptBack, id=book.id, title=book_title(book))
    with ctx.read() as connection:
        record = exports_log.get_export(connection, planned.verdict.export_id or 0)
        manifest = manifest_of(record.manifest) if record else None
        if record is None or manifest is None:
            return left(
                code=KeptBackCode.FILES_GONE,
                reason="Không còn bản kê của lần xuất đã nghiệm thu. Hãy xuất, nghiệm thu lại.",
            )
        changes = _changes(connection, record)
        if changes:
            return left(
                code=KeptBackCode.CHANGED,
                reason=f"Đã thay đổi sau nghiệm thu ({'; '.join(changes[:_TOLD])}). Hãy xuất, nghiệm thu lại.",
            )
        unit = office_tree(connection).get(book.office_id)
    line = _line(unit, planned, level, manifest, export_profile(ctx))
    with ExitStack() as stack:
        origin = partial(_origin, ctx, stack, record, manifest)
        try:
            folder.put(BookSource(line=line, manifest=manifest, folder=origin))
        except _FilesGone as error:
            return left(code=error.code, reason=str(error))
    return None


class _FilesGone(Exception):
    """The accepted files are not to be had."""

    def __init__(self, code: KeptBackCode, message: str) -> None:
        self.code = code
        super().__init__(message)


def _origin(ctx: Context, stack: ExitStack, record: ExportRecord, manifest: Manifest) -> Path:
    """A folder with the accepted files: where any delivery of the same bytes left them, or made again.

    Raises:
        _FilesGone: neither gives them.
    """
    with ctx.read() as connection:
        same = (record.workbook_sha256, record.zip_sha256)
        records = exports_log.exports_of(connection, record.book_id)
        folders = [Path(one.folder) for one in records if (one.workbook_sha256, one.zip_sha256) == same]
    for folder in dict.fromkeys(folders):
        if book_files_right(folder, manifest):
            return folder
    made = Path(tempfile.mkdtemp(prefix="giao-"))
    stack.callback(shutil.rmtree, made, ignore_errors=True)
    try:
        make_delivery(ctx, record.book_id, made)
    except (ExportError, OcrError) as error:
        raise _FilesGone(
            KeptBackCode.CANNOT_MAKE, f"Tệp đã nghiệm thu không còn và không làm lại được: {error}"
        ) from error
    if not book_files_right(made, manifest):
        raise _FilesGone(
            KeptBackCode.CHANGED,
            "Tệp đã nghiệm thu không còn; bản làm lại khác bản đã nghiệm thu (thiết lập xuất hoặc phần mềm đã đổi). "
            "Hãy xuất, nghiệm thu lại.",
        )
    return made


def _changes(connection: Connection, record: ExportRecord) -> tuple[str, ...]:
    """Entries that are no longer as they were accepted, in words."""
    told = told_changes(connection, changes_after(connection, record))
    return tuple(f"{one.title or f'mã {one.entry_id}'}: {one.why}" for one in told)


def _line(
    unit: Office | None,
    planned: PlannedBook,
    level: AcceptanceLevel,
    manifest: Manifest,
    profile: ExportProfile,
) -> OfficeBook:
    book = planned.book
    name = f"{book.register_type.prefix}-{folder_name(book.volume_number)}-{book.id}"
    large = profile.oversize_pdf is OversizePdf.SHIP_WITH_WARNING
    return OfficeBook(
        id=book.id,
        folder=f"quyen/{folder_name(unit.code if unit else '')}/{name}-{manifest.workbook_sha256[:_DIGITS]}",
        register_type=book.register_type,
        label=book.register_type.label,
        volume=book.volume_number,
        unit_code=unit.code if unit else "",
        unit=unit.name if unit else "",
        authority=book.office,
        rows=manifest.rows,
        pdfs=manifest.pdfs,
        workbook=manifest.workbook,
        workbook_sha256=manifest.workbook_sha256,
        zip=manifest.zip,
        zip_sha256=manifest.zip_sha256,
        accepted_by=LEVEL_LABELS[level],
        accepted_on=shown_day(planned.on_day),
        audit_event=manifest.audit_event,
        audit_hash=manifest.audit_hash,
        oversize=tuple(c.name for c in manifest.cases if large and c.size > profile.largest_pdf_bytes),
    )


def _finished(ctx: Context, folder: DeliveryFolder, plan: DeliveryPlan, kept_back: list[KeptBack]) -> OfficeManifest:
    with ctx.read() as connection, everything(connection):  # one chain for all offices; its head says nothing of them
        event, digest = chain_head(connection)
    about = OfficeManifest(
        unit_code=plan.unit_code,
        unit=plan.unit,
        level=plan.level,
        level_label=LEVEL_LABELS[plan.level],
        made_at=local_time(now()),
        made_by=ctx.who.full_name or ctx.who.name,
        largest_pdf_bytes=export_profile(ctx).largest_pdf_bytes,
        books=(),
        kept_back=tuple(kept_back),
        years=(),
        files=(),
        audit_event=event,
        audit_hash=digest,
    )
    keys = ctx.settings.data_dir / _KEYS
    manifest = folder.finish(about=about, sign=lambda content: (public_key_of(keys), sign(keys, content)))
    with ctx.write() as work:
        work.note(
            "deliver_office",
            column=plan.unit_code,
            new=f"{len(manifest.books)} {manifest.cases}",
            reason=str(folder.out / MANIFEST),
        )
    return manifest
