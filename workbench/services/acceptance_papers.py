"""Minutes of acceptance and lists of what goes back, on paper."""

from __future__ import annotations

from dataclasses import replace

from corrections.acceptance import LEVEL_LABELS
from corrections.campaign.totals import dotted
from corrections.entries import Entry, Role
from corrections.titles import entry_title
from storage import acceptances as store
from storage import exports_log
from storage.acceptances import Acceptance
from storage.books import get_books
from storage.entries import get_entries, version_after
from storage.opening.database import Connection
from storage.states import VerdictResult
from vietnamese.shown_time import shown_day
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput, Missing, found
from workbench.services.naming import book_title
from workbench.services.printing import print_document

__all__ = ["print_acceptance", "print_returns"]


@requires(Role.SUPERVISOR)
def print_acceptance(ctx: Context, acceptance_id: int) -> tuple[str, bytes]:
    """The minutes as a document to sign: file name and .docx.

    Raises:
        NotFound: no such minutes.
        ExportError: the office's own template no longer fits.
    """
    with ctx.write() as work:
        kept = found(store.get_acceptance(work.connection, acceptance_id), Missing.ACCEPTANCE)
        values = {**_common_values(kept), "cac_quyen": _book_lines(work.connection, kept)}
        return print_document(work, "acceptance", acceptance_id, values)


@requires(Role.SUPERVISOR)
def print_returns(ctx: Context, acceptance_id: int) -> tuple[str, bytes]:
    """The list of what goes back, entry by entry, with the round: file name and .docx.

    Raises:
        NotFound: no such minutes.
        InvalidInput: nothing goes back with them.
        ExportError: the office's own template no longer fits.
    """
    with ctx.write() as work:
        kept = found(store.get_acceptance(work.connection, acceptance_id), Missing.ACCEPTANCE)
        lines = _return_lines(work.connection, kept)
        if not lines:
            raise InvalidInput("Biên bản này không trả lại quyển hay trường hợp nào.")
        return print_document(work, "returns", acceptance_id, {**_common_values(kept), "cac_dong": lines})


def _common_values(kept: Acceptance) -> dict[str, object]:
    accepted = sum(1 for one in kept.verdicts if one.result is VerdictResult.ACCEPTED)
    return {
        "cap": LEVEL_LABELS[kept.level],
        "lan": str(kept.round),
        "ngay": shown_day(kept.on_day),
        "dia_diem": kept.place or "................................",
        "thanh_phan": kept.members or "................................",
        "nha_thau": kept.contractor or "................................",
        "so_quyen": str(len(kept.verdicts)),
        "so_dat": str(accepted),
        "so_tra": str(len(kept.verdicts) - accepted),
        "ghi_chu": kept.note or "Không",
    }


def _book_lines(connection: Connection, kept: Acceptance) -> list[dict[str, str]]:
    books = get_books(connection, {one.book_id for one in kept.verdicts})
    fell: dict[int, list[str]] = {}
    for book_id, level in store.fell_with(connection, kept.id):
        fell.setdefault(book_id, []).append(LEVEL_LABELS[level])
    lines = []
    for one in kept.verdicts:
        above = fell.get(one.book_id, [])
        anew = f"{', '.join(above)} phải nghiệm thu lại" if above else ""
        record = exports_log.get_export(connection, one.export_id) if one.export_id else None
        lines.append(
            {
                "quyen": book_title(books[one.book_id]),
                "so_truong_hop": dotted(record.entries) if record else "",
                "ma_kiem_tra": one.delivery[:16],
                "ket_qua": "Đạt" if one.result is VerdictResult.ACCEPTED else "Trả lại",
                "ly_do": "; ".join(filter(None, (one.reason, anew))),
            }
        )
    return lines


def _return_lines(connection: Connection, kept: Acceptance) -> list[dict[str, str]]:
    """A line for each returned book, and below it one for each of its returned entries, called as on that day."""
    back = [one for one in kept.verdicts if one.result is VerdictResult.RETURNED]
    books = get_books(connection, {one.book_id for one in back})
    entries = {s.entry.id: s.entry for s in get_entries(connection, [entry_id for entry_id, _ in kept.returns])}
    lines = []
    for one in back:
        lines.append({"quyen": book_title(books[one.book_id]), "truong_hop": "(cả quyển)", "ly_do": one.reason})
        lines.extend(
            {"quyen": "", "truong_hop": _title_then(connection, kept, entries[entry_id]), "ly_do": why}
            for entry_id, why in kept.returns
            if entries[entry_id].book_id == one.book_id
        )
    return lines


def _title_then(connection: Connection, kept: Acceptance, entry: Entry) -> str:
    """What the entry was called when it went back: a list printed again names what the one of the round names."""
    then = version_after(connection, entry.id, kept.made_at)
    return entry_title(replace(entry, fields=then.fields) if then else entry)
